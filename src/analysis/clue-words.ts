/** The small vocabularies that reading a judge's reason takes, in English, German and Spanish. All words are folded. */

import { overLetters } from './letters.ts';

const split = (text: string) => text.trim().split(/\s+/);

/** Words that say nothing about which turn is meant: function words, and what every judge writes. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  split(`
a an the and or but if so as at by for from in into of off on onto out over to up with without within about after
again all also although although am any are aren be became because been before being both can cannot could did didn do
does doesn doing don done down during each even ever every few had has hasn have haven having he her here him his how i
instead is isn it its just let like made make makes me more most much must my never no none nor not now only other our
own rather s same she should shouldn since some still such t than that their them then there these they this those
though through too under until us very was wasn we were weren what when where whether which while who whom whose why
will won would yes yet you your ll ve re
agent assistant bot caller customer user client conversation call transcript turn message said says saying say asked
asks tell told tells gave give given got get went go goes failed fails fail failure passed criterion evaluation score
reason requirement expected evidence response reply replied answer answered respond responded correct correctly
properly clearly explicitly however therefore thus overall provide provided
der die das den dem des ein eine einen einem einer eines und oder aber wenn als auch am an auf aus bei bis da dann dass
doch durch er es fur gegen hat hatte haben hatten ich ihm ihn ihr ihre ihren im in ist ja jedoch kann kein keine keinen
mit nach nein nicht noch nur ob obwohl ohne schon sein seine seinen sich sie sind so sondern statt uber um uns unter
vom von vor war waren was wegen weil weiter wenn wer werden wie wird wurde wurden zu zum zur zwar
agenten agentin assistent anrufer anruferin kunde kundin nutzer gesprach anruf nachricht sagte sagt gesagt fragte
fragt gefragt antwortete antwort
el la los las un una unos unas y o pero si como al del de en por para con sin sobre entre que quien cuando donde no ni
se su sus le les lo me mi te tu ya muy mas menos tambien aunque porque es era fue fueron ser esta estaba estan este
esta esto ese esa eso ha habia han haber hay hizo hacer sino solo nunca antes despues
agente asistente llamante cliente usuario llamada conversacion mensaje dijo dice pregunto respondio respuesta
`),
);

const AGENT = 'agent|agentin|agenten|assistant|assistent|assistentin|bot|receptionist|asistente|agente';
const CALLER =
  'caller|customer|user|client|patient|guest|anrufer|anruferin|anrufers|kunde|kunden|kundin|nutzer|patientin|llamante|cliente|usuario|paciente';
export const AGENT_WORD = new RegExp(`^(?:${AGENT})$`);
export const CALLER_WORD = new RegExp(`^(?:${CALLER})$`);
const SPEAKER = `${AGENT}|${CALLER}`;

const ORDINALS: readonly string[] = [
  'first 1st erste ersten erster erstes primer primera primero',
  'second 2nd zweite zweiten zweiter zweites segundo segunda',
  'third 3rd dritte dritten dritter drittes tercer tercera tercero',
  'fourth 4th vierte vierten vierter viertes cuarto cuarta',
  'fifth 5th funfte funften funfter funftes quinto quinta',
  'sixth 6th sechste sechsten sechster sechstes sexto sexta',
  'seventh 7th siebte siebten siebter siebtes septimo septima',
  'eighth 8th achte achten achter achtes octavo octava',
  'ninth 9th neunte neunten neunter neuntes noveno novena',
  'tenth 10th zehnte zehnten zehnter zehntes decimo decima',
];
const LAST = 'last final closing letzte letzten letzter letztes ultimo ultima';
/** Ordinal word → its number; -1 is the last. */
export const ORDINAL: ReadonlyMap<string, number> = new Map([
  ...ORDINALS.flatMap((words, i) => split(words).map((word): [string, number] => [word, i + 1])),
  ...split(LAST).map((word): [string, number] => [word, -1]),
]);

const NOUN =
  'turns?|messages?|utterances?|responses?|reply|replies|answers?|nachricht|nachrichten|ausserung|antwort|beitrag|turno|turnos|mensaje|mensajes|respuesta|intervencion';
const ORDINAL_WORD = [...ORDINAL.keys()].join('|');

/** `turn 7`, `turns 7 and 9`, `Nachricht Nr. 3`, `mensaje 3`. */
export const NUMBERED_TURN = overLetters(
  `(?<![\\p{L}\\p{N}])(?:${NOUN}|lines?|zeile|linea) (?:number |no |no\\.|nr |nr\\.|num |numero )?#?(\\d{1,5})(?: ?(?:-|and|und|y|bis|to|a|&) ?(\\d{1,5}))?(?![\\p{L}\\p{N}:.])`,
  'g',
);
/** `third message`, `third agent message`, `agent's third message`, `tercer mensaje del agente`. */
export const ORDINAL_TURN = overLetters(
  `(?<![\\p{L}\\p{N}])(?:(${SPEAKER}) (?:s )?)?(${ORDINAL_WORD}) (?:(${SPEAKER}) (?:s )?)?(?:${NOUN})(?: (?:of|by|from|del|de|des|der|von|vom) (?:the |el |la |dem )?(${SPEAKER}))?(?![\\p{L}\\p{N}])`,
  'g',
);
/** `at 0:42`, `around 01:12`, `bei 0:42`, `en el minuto 1:05`. */
export const CLOCK =
  /(?:^| )(at|around|timestamp|minute|bei|nach|um|minuto|a) (\d{1,2}):(\d{2})(?![\d:])(?! ?(?:am|pm|uhr|h)\b)/g;
/** A pause, a silence, slowness. */
export const PAUSE =
  /\b(?:silen(?:ce|t)|pause[sdn]?|dead air|delay(?:ed)?|latency|lag|waited|waiting|slow(?:ly)?|stille|schweigen|verzogerung|wartezeit|gewartet|wartete|silencio|pausa|demora|espera(?:r|ba|ndo)?|tardo|lento)\b/;
/** `12 seconds`, `12 s`, `12 Sekunden`. */
export const SECONDS = /(\d+(?:[.,]\d+)?) ?(?:s|sec|secs|seconds?|sekunden?|segundos?)\b/;
