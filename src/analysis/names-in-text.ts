/**
 * Names of people in a text, found without a list of names: by what stands before them, and by capitals where the language
 * writes only names with one. What may be a name and may be something else stays, and is said to be doubtful.
 *
 * Not found: a name alone, without a title, at the beginning of a sentence or in German, where every noun has a capital.
 */

import { overLetters } from './letters.ts';

const NAME_WORD = String.raw`(?:(?:Mc|Mac|[OD]['’])\p{Lu}\p{Ll}+|\p{Lu}\p{Ll}[\p{Ll}\p{M}]*(?:['’-]\p{Lu}\p{Ll}+)*)(?![\p{L}\p{N}])`;
const PARTICLE = '(?:van|von|der|den|de|del|la|da|dos|di|bin|al)';
/** Words with a capital, one behind the other; `de la Cruz` and initials belong to them. */
const CAPITALS = overLetters(
  String.raw`(?<![\p{L}\p{N}'’-])${NAME_WORD}(?: (?:${PARTICLE} ){0,2}(?:${NAME_WORD}|\p{Lu}\.(?!\p{L})))*`,
  'g',
);
const TITLED = overLetters(
  String.raw`(?<![\p{L}\p{N}])(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Sra?|Srta|Don|Doña|[Ss]eñor(?:a|ita)?|M|Mme|Mlle|Monsieur|Madame|Signora?)\.? ){1,3}(?:(?:\p{Lu}\. ?){0,4}(?:${PARTICLE} ){0,2}${NAME_WORD})(?: (?:${PARTICLE} ){0,2}${NAME_WORD})*`,
  'g',
);
/** Japanese, Chinese and Korean put the title behind; customers and patients have it without a name. */
const TITLE_BEHIND = /(?:さん|様|さま|氏|先生|女士|小姐|씨|님)/u;
const TITLED_BEHIND =
  /(?:[\p{sc=Han}\p{sc=Katakana}ー]{1,8}(?<![客者員皆方])(?=さん|様|さま|氏|先生|女士|小姐)|[가-힣]{2,4}(?= ?씨(?![가-힣])))/gu;
/** A word with a capital that is not the first of its sentence. */
const INNER_CAPITAL = overLetters(String.raw`[^.!?:;…“”"([–—\s-][”"')\]]? (?:\p{Lu}|[OD]['’]\p{Lu})`);
/** Two words in capitals: a name as records write it, or a word that the judge stressed with its `NOT`. */
const SHOUTED = overLetters(
  String.raw`(?<![\p{L}\p{N}])(?!NOT )\p{Lu}{3,}(?:[-’'](?=\p{Lu})\p{Lu}+)?,? (?!NOT(?!\p{L}))\p{Lu}{3,}(?![\p{L}\p{N}])`,
);
const TITLE = /(?:Mr|Ms|Mx|Miss|Dr|Prof|Herr|Frau|Sr|Don|Doña|eñor|M|Mme|Mlle|Monsieur|Madame|Signor)[a-z]*\.? /;

/** Words of German that stand in nearly every sentence; some of them are words of other languages, too. */
const GERMAN = new Set(
  'der die das den dem des und nicht ein eine einen einem einer wurde wurden wird werden hat haben ist sind war für mit dass kein keine keinen sich vom zum zur beim auf bei nach von ohne aber als im zu er sie es noch nur auch statt über wegen seit oder wenn weil obwohl wie ihr ihm ihn diese dieser'.split(
    ' ',
  ),
);
const UMLAUT = /[äöüß]/;
const GERMAN_SHARE = 0.15;
/** Where more of the words have a capital, the capitals say nothing. */
const MOST_CAPITALS = 0.35;
/** `Der Agent` at the beginning. */
const ARTICLE_AND_NOUN =
  /^(?:The|A|An|This|El|La|Los|Las|Un|Una|Le|Les|Une|Der|Die|Das|Den|Dem|Des|Ein|Eine|Einem|Einen|Keine|Jede) \S+$/;
const CAPITAL = overLetters(String.raw`^\p{Lu}\p{Ll}`);

/** Before what they stand is a thing, not somebody's name. */
const ARTICLES = new Set(
  'the a an this that each every no any its their his her our your el la los las un una del al le les une du des l der die das den dem ein eine einen einem einer jede jeden keine keinen il het een'.split(
    ' ',
  ),
);
/** Words with which sentences begin; behind them a name may stand. */
const BEGINNINGS = new Set(
  'when after before although though while because since if as at in on for with from to by not despite instead once until during and but so then there here what who how why cuando después antes aunque si como en para con por sin quand après avant si comme dans pour avec'.split(
    ' ',
  ),
);
/** Who takes part in every call: judges write them with a capital, too. */
const PARTIES =
  /^(?:agent|agents|caller|callers|customer|customers|user|users|client|clients|patient|patients|assistant|bot|system|operator|ai)$/iu;
/** Names of steps and topics, which judges write like names: `Identity Verification`. */
const CONCEPT = overLetters(
  String.raw`(?:tion|tions|sion|ment|ments|ness|ity|ing|ción|sión|miento|idad|ung|ungen|heit|keit|schaft)(?![\p{L}])`,
);
const BEGINS = /(?:^|[.!?:;…“”"([]\s?|[–—-]\s)$/u;

/** The text with `mask` for each name. `doubtful`: something is left that may be a name. */
export function withoutNames(text: string, mask: string): { text: string; doubtful: boolean } {
  let plain = TITLE_BEHIND.test(text) ? text.replace(TITLED_BEHIND, mask) : text;
  if (TITLE.test(plain)) plain = plain.replace(TITLED.in(plain), mask);
  if (!INNER_CAPITAL.in(plain).test(plain)) return { text: plain, doubtful: SHOUTED.in(plain).test(plain) };
  const words = plain.split(' ');
  const german = isGerman(words);
  if (
    !german &&
    words.filter((word, index) => index > 0 && CAPITAL.in(word).test(word)).length > words.length * MOST_CAPITALS
  )
    return { text: plain, doubtful: true };
  let doubtful = SHOUTED.in(plain).test(plain);
  const names = new Set<string>();
  const nameless = plain.replace(CAPITALS.in(plain), (found: string, at: number) => {
    const before = plain.slice(Math.max(0, at - 24), at);
    const [kept, rest] = parts(found, BEGINS.test(before), wordBefore(before), german);
    if (rest === '') {
      doubtful ||= kept.includes(' ') && !ARTICLE_AND_NOUN.test(kept);
      return kept;
    }
    if (CONCEPT.in(rest).test(rest)) {
      doubtful = true;
      return found;
    }
    for (const name of rest.split(' ')) if (CAPITAL.in(name).test(name)) names.add(name);
    return kept === '' ? mask : `${kept} ${mask}`;
  });
  return { text: names.size === 0 ? nameless : withoutThese(nameless, names, mask), doubtful };
}

/** What was seen to be a name is one at the beginning of a sentence, too. */
function withoutThese(text: string, names: ReadonlySet<string>, mask: string): string {
  return text.replace(CAPITALS.in(text), (found) => {
    const words = found.split(' ');
    return words.some((word) => names.has(word))
      ? words.map((word) => (names.has(word) ? mask : word)).join(' ')
      : found;
  });
}

/** What of words with a capital is no name, and what may be one. */
function parts(found: string, begins: boolean, before: string, german: boolean): [kept: string, rest: string] {
  const blank = found.indexOf(' ');
  const first = blank < 0 ? found : found.slice(0, blank);
  const others = blank < 0 ? '' : found.slice(blank + 1);
  if (PARTIES.test(first)) return [first, others];
  const opening = first.toLowerCase();
  if (begins && ARTICLES.has(opening)) {
    const [kept, rest] = others === '' ? ['', ''] : parts(others, false, opening, german);
    return [[first, kept].filter(Boolean).join(' '), rest];
  }
  // Of three words with a capital the first says who it is: `Kundin Anna Schmidt`. Two may as well be two nouns.
  if (german) return others.includes(' ') ? [first, others] : [found, ''];
  if (ARTICLES.has(before)) return [found, ''];
  if (!begins) return ['', found];
  return BEGINNINGS.has(opening) ? [first, others] : [found, ''];
}

const LAST_WORD = overLetters(String.raw`(\p{L}+)['’]?\s*$`);

function wordBefore(text: string): string {
  return (LAST_WORD.in(text).exec(text)?.[1] ?? '').toLowerCase();
}

function isGerman(words: readonly string[]): boolean {
  const found = new Set<string>();
  let count = 0;
  const umlauts = words.some((word) => UMLAUT.test(word));
  for (const word of words) {
    const plain = word.toLowerCase();
    if (!GERMAN.has(plain) && !(umlauts && UMLAUT.test(plain))) continue;
    count += 1;
    found.add(plain);
  }
  return found.size >= 2 && count >= words.length * GERMAN_SHARE;
}
