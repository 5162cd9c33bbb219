/**
 * From a judge's sentence to tokens. Reasons are untrusted: they are only ever read character by character or with
 * patterns that take linear time, are cut to a fixed length, and never become a pattern themselves.
 */

/** Characters of a reason that are read; judges put the cause first. */
export const MAX_REASON = 1200;

export interface Token {
  /** Folded: lower case, no accents. */
  text: string;
  sentence: number;
  clause: number;
  /** Inside quotation marks: somebody else's words. */
  quoted: boolean;
}

const CLOSING: Readonly<Record<string, string>> = { '"': '"', '“': '”', '„': '“', '«': '»', '»': '«', '‚': '‘' };
const WORD = /[\p{L}\p{N}_]/u;
const INNER = /['’\-.,@]/;
const MONEY = /[$€£¥]/;

/** Lower case without accents, ß as ss, so that `Rückgabe` and `rueckgabe`-free spellings meet their table entries. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('’', "'");
}

/** Words that open a new clause in any of the three languages. */
const CONJUNCTIONS = new Set(
  'but yet although though whereas while however because since so aber jedoch obwohl sondern doch weil sodass wahrend pero aunque sino porque mientras'.split(
    ' ',
  ),
);

/**
 * Splits a reason into folded tokens with their sentence, clause and whether they are quoted. A currency sign becomes
 * the token `€`; a tool-like `snake_case` name stays one token.
 */
export function tokenize(reason: string): Token[] {
  const text = reason.slice(0, MAX_REASON);
  const tokens: Token[] = [];
  let sentence = 0;
  let clause = 0;
  let closing: string | undefined;
  let word = '';
  const flush = () => {
    if (word === '') return;
    const folded = fold(word.replace(/[^\p{L}\p{N}_]{1,8}$/u, ''));
    word = '';
    if (folded === '') return;
    if (closing === undefined && CONJUNCTIONS.has(folded)) clause += 1;
    tokens.push({ text: folded, sentence, clause, quoted: closing !== undefined });
  };
  let previous = '';
  let at = 0;
  for (const character of text) {
    at += character.length;
    if (WORD.test(character)) word += character;
    else if (word !== '' && INNER.test(character)) word += character;
    else {
      const ended = /[.,]$/.test(word) ? word.slice(-1) : '';
      flush();
      if (MONEY.test(character)) tokens.push({ text: '€', sentence, clause, quoted: closing !== undefined });
      if (closing === undefined) {
        const closes = CLOSING[character];
        // A mark that never closes opens nothing, so that a stray one swallows no reason.
        if (closes !== undefined && text.includes(closes, at)) closing = closes;
        if (ended === '.' || '.!?\n'.includes(character)) {
          sentence += 1;
          clause += 1;
        } else if (';:()[]—–'.includes(character) || (previous === ' ' && character === '-')) clause += 1;
      } else if (character === closing) {
        closing = undefined;
      }
    }
    previous = character;
  }
  flush();
  return tokens;
}

/** The spans of a reason that quote somebody, longest first, without their marks. */
export function quotations(reason: string): string[] {
  const text = reason.slice(0, MAX_REASON);
  const spans: string[] = [];
  let start = -1;
  let closing = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (start >= 0) {
      if (character === closing) {
        if (index - start > 3) spans.push(text.slice(start, index).trim());
        start = -1;
      }
    } else {
      const closes = CLOSING[character];
      if (closes !== undefined) {
        start = index + 1;
        closing = closes;
      }
    }
  }
  return spans.sort((a, b) => b.length - a.length);
}

/**
 * The form under which two reasons are the same reason: case, accents, punctuation, spacing and every number, id or
 * time aside. Exact repeats collapse on it before anything costly happens.
 */
export function normalise(reason: string): string {
  return fold(reason.slice(0, MAX_REASON))
    .replace(/\d[\d.,:]*/g, '#')
    .replace(/[^\p{L}#_]+/gu, ' ')
    .trim();
}

const STOP = new Set(
  `a an the and or of to in on at by for from with as is are was were be been being it its this that these those there their them they he she his her him i we you your our
  had has have having do does did done will would could should can may might must shall if then than so such also just only very too more most much many any some all both each every other
  after before when during while about into out up off over under again which who whom whose what where how why because until although though but yet however whereas
  didn't doesn't wasn't weren't isn't hadn't hasn't won't wouldn't couldn't don't not no never without nor even still already once said says say told tell asked ask get got give gave given made make
  agent agents assistant bot ai voicebot chatbot caller callers customer customers user users client patient guest passenger member traveller shopper call calls conversation turn turns answer answers answered reply replies replied hear hears heard state states stated continue continues goes went come comes came
  der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen keiner ist war wird wurde wurden werden worden hat hatte haben er sie es ihm ihr ihn im in am an auf aus bei mit nach von vom zu zum zur fur als auch so wie dass obwohl weil wenn sich noch nur schon sehr viel mehr
  agenten kunde kunden kundin anrufer anruferin gast gastes patientin nutzer
  el la los las un una unos unas y o u de del al a en con por para sin que se su sus le les lo es era fue fueron ha habia han ser estar esta este esto no ni nunca pero aunque como mas muy ya si porque cuando
  agente asistente cliente clienta usuario usuaria llamada`.split(/\s+/),
);

export function isStopWord(word: string): boolean {
  return STOP.has(word);
}

/** A rough stem good enough to let inflections of English, German and Spanish words meet. */
export function stem(word: string): string {
  if (word.length < 5 || word.includes('_')) return word;
  const bare = word.replace(/'s?$/, '');
  const cut = bare.replace(
    /(?:ationen|ations|ation|ciones|cion|ungen|ings|ing|ung|ies|ied|ed|es|en|ern|er|em|ando|iendo|ado|ada|ido|ida|os|as|s|e|y|o|a)$/,
    '',
  );
  return cut.length >= 4 ? cut : bare;
}
