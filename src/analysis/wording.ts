/**
 * The wording of a reason: what it says once quotations, addresses, numbers and names are masked. Reasons of one wording
 * say the same of different conversations. Where masking could hide what went wrong, nothing is masked; where what is left
 * could be personal, the wording is `personal`, and is kept nowhere.
 */
import { overLetters } from './letters.ts';
import { withoutNames } from './names-in-text.ts';
import { withoutSpelled } from './spelled.ts';

/** The masks; they are masked to themselves, so that a wording can be masked again. */
export const MASKS = { quote: '“…”', number: '#', name: '◦', address: '@…' } as const;

export interface Wording {
  /** `[criterion] masked reason`, on one line. */
  text: string;
  /** It may hold personal details: digits or quotations that are not masked, or what may be a name. */
  personal: boolean;
}

const QUOTE_MARK = /["'“”„«»‹›‘’‚「『《〈＂]/;
/** Each closes at its own mark, and holds none that opens it, so that looking for the end is done once. */
const QUOTED = overLetters(
  [
    '"[^"]+"',
    '＂[^＂]+＂',
    '“…”',
    '[“„][^“”„]+(?:”|“(?!…”))',
    '«[^«»]+»',
    '»[^«»]+«',
    '‹[^‹›]+›',
    '›[^‹›]+‹',
    '「[^「」]+」',
    '『[^『』]+』',
    '《[^《》]+》',
    '〈[^〈〉]+〉',
    // A mask counts as what it stands for.
    "(?<![\\p{L}\\p{N}#…])'[^']{2,}'(?![\\p{L}\\p{N}#@])",
    '(?<![\\p{L}\\p{N}#…])[‘‚][^‘’‚]{2,}[’‘](?![\\p{L}\\p{N}#@])',
  ].join('|'),
  'g',
);
const ADDRESS_SIGN = /@|:\/\/|www\.|\.(?:com|org|net)\b/iu;
const ADDRESS = overLetters(
  String.raw`\b(?:https?:\/\/|www\.)[^\s"'<>]+|(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+|(?<![\p{L}\p{N}.-])[\p{L}\p{N}-]{1,63}\.(?:com|org|net)\b`,
  'gi',
);
/** What stands before the sign of an address where that is a word: `maria.hill at example.com`. */
const BEFORE_ADDRESS = overLetters(
  String.raw`(?<![\p{L}\p{N}._-])[\p{L}\p{N}-]{1,64}(?:[._][\p{L}\p{N}-]{1,64}){1,4} (?:at|ät|arroba|arobase) @…`,
  'gi',
);
const DIGIT = /[0-9]/;
/** Digits of other scripts: words may follow them without a blank. */
const OTHER_DIGITS = overLetters(String.raw`(?![0-9])\p{N}`);
const OTHER_NUMBER = overLetters(String.raw`(?:(?![0-9])\p{N})+`, 'g');
const PHONE = /(?<![A-Za-z0-9])\+?\(?[0-9][0-9 ()/-]{6,30}[0-9]/g;
/** A number with what belongs to it: currency, per cent, time, date; letters that stand at it, so that an id goes whole. */
const NUMBER =
  /(?<![A-Za-z0-9])[#€$£¥]?(?:[A-Z]{1,20}[-_])?[A-Za-z]{0,40}[0-9][A-Za-z0-9_]*(?:[.,:/’'_-][A-Za-z]{0,8}[0-9][A-Za-z0-9_]*)*(?:\s?[%‰€$£¥]|\s[ap]\.?m\b\.?)?|[0-9]+/g;
/** Words before a number that says which one, not how much: what went wrong at step 2 is not what went wrong at step 5. */
const WHICH = overLetters(
  String.raw`(?:^|[^\p{L}])(?:step|rule|section|clause|criterion|requirement|question|point|item|schritt|regel|abschnitt|punkt|frage|kriterium|paso|regla|secci[oó]n|punto|pregunta|criterio|requisito|étape|règle|critère|article|artículo|artikel)\s$`,
  'i',
);
const NUMERAL = /^\d{1,2}$/;
/** What a tool answered says what went wrong, and is nobody's number. */
const ANSWERED = overLetters(String.raw`(?:^|[^\p{L}])(?:http|status|error)(?: code)?\s$`, 'i');
const ANSWER = /^[1-5]\d\d$/;
const SPACE = /\s+/g;
const UNEVEN_SPACE = /\s\s|[^\S ]/;

/** Words of four letters and more that a masked wording keeps at least; with quotations masked more, since these say much. */
const LEAST_WORDS = 4;
const LEAST_BESIDE_QUOTES = 6;
/** Letters that count as one word where words have no blanks between them, or are short. */
const LETTERS_OF_WORD = 2;

/** The masked wording of a text, on one line. Masking it again changes nothing. */
export function maskedWording(text: string): string {
  return masked(text).text;
}

/** Once names are masked, less has a capital, and more may be seen to be a name or a quotation. */
const MOST_ROUNDS = 8;

function masked(text: string): Wording {
  let found = maskedOnce(text);
  for (let round = 1; round < MOST_ROUNDS && found.text.includes(MASKS.name); round += 1) {
    const again = maskedOnce(found.text);
    if (again.text === found.text) break;
    found = again;
  }
  return found;
}

function maskedOnce(text: string): Wording {
  let plain = evenly(text);
  if (QUOTE_MARK.test(plain)) plain = withoutQuotes(plain);
  if (ADDRESS_SIGN.test(plain)) plain = withoutAddresses(plain);
  plain = withoutSpelled(plain, MASKS);
  if (DIGIT.test(plain)) plain = plain.replace(PHONE, MASKS.number).replace(NUMBER, maskedNumber);
  if (OTHER_DIGITS.in(plain).test(plain)) plain = plain.replace(OTHER_NUMBER.in(plain), MASKS.number);
  const { text: nameless, doubtful } = withoutNames(plain, MASKS.name);
  return { text: nameless, personal: doubtful || strays(nameless) };
}

function withoutAddresses(text: string): string {
  const plain = text.replace(ADDRESS.in(text), MASKS.address);
  return plain.replace(BEFORE_ADDRESS.in(plain), MASKS.address);
}

/** A mark that closed nothing may close something once what stands before it is masked. */
function withoutQuotes(text: string): string {
  let plain = text;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const again = plain.replace(QUOTED.in(plain), MASKS.quote);
    if (again === plain) break;
    plain = again;
  }
  return plain;
}

function maskedNumber(found: string, at: number, whole: string): string {
  const before = whole.slice(Math.max(0, at - 16), at);
  const says =
    (NUMERAL.test(found) && WHICH.in(before).test(before)) || (ANSWER.test(found) && ANSWERED.in(before).test(before));
  return says ? found : MASKS.number;
}

/** On one line, with single blanks. */
function evenly(text: string): string {
  return (UNEVEN_SPACE.test(text) ? text.replace(SPACE, ' ') : text).trim();
}

const STRAY = /["“”„«»「」『』＂]/;

/** Whether there are quotation marks that nothing closes. */
function strays(text: string): boolean {
  return STRAY.test(text) && STRAY.test(text.replaceAll(MASKS.quote, ''));
}

/** Characters of a reason that are masked; what comes behind them counts as it is. */
const MOST_MASKED = 4_000;
/** Longest wording, in characters. */
export const LONGEST_WORDING = 400;
const LONGEST_CRITERION = 120;

/**
 * What failures that say the same have in common: the criterion and the masked wording of the reason. Undefined where
 * there is no reason: nothing was said that could be said again. A reason of which masking leaves next to nothing counts
 * with all its words.
 */
export function readWording(evaluation: string, reason: string): Wording | undefined {
  const said = evenly(reason.slice(0, MOST_MASKED));
  if (said === '') return undefined;
  const tail = reason.slice(MOST_MASKED);
  const { text, personal } = masked(said);
  const enough = wordsIn(text) >= (text.includes(MASKS.quote) ? LEAST_BESIDE_QUOTES : LEAST_WORDS);
  const criterion = cut(evenly(evaluation), LONGEST_CRITERION);
  const whole = `[${criterion}] ${enough ? text : said}${tail}`;
  return {
    text: cut(whole, LONGEST_WORDING),
    personal: tail !== '' || personal || (!enough && text !== said),
  };
}

/** So many characters of a text; of a longer one a fingerprint stands at the end, so that no two become one. */
function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 14)}… ${fingerprint(text)}`;
}

/** Its text alone. */
export function wordingOf(evaluation: string, reason: string): string | undefined {
  return readWording(evaluation, reason)?.text;
}

/** How many words of four letters and more a text has; of scripts without blanks (and Korean) two letters are a word. */
function wordsIn(text: string): number {
  let words = 0;
  let run = 0;
  let dense = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 32;
    if (code >= 0x0e00 && isDense(code)) dense += 1;
    else if (isLetter(code)) run += 1;
    else {
      if (run >= 4) words += 1;
      run = 0;
    }
  }
  return words + Math.floor(dense / LETTERS_OF_WORD);
}

function isLetter(code: number): boolean {
  if (code < 128) return (code | 32) >= 97 && (code | 32) <= 122;
  return (code >= 0xc0 && code < 0x2000 && code !== 0xd7 && code !== 0xf7) || (code > 0x2c00 && code < 0x2e00);
}

/** Thai to Khmer, kana, Han, Hangul. */
function isDense(code: number): boolean {
  return (
    (code >= 0x0e00 && code < 0x1100) ||
    (code >= 0x1780 && code < 0x1800) ||
    (code >= 0x3040 && code < 0x3100) ||
    (code >= 0x3400 && code < 0xa000) ||
    (code >= 0xac00 && code < 0xd7a4)
  );
}

/** 11 letters and digits of a text: enough to tell wordings apart, no protection of what it says. */
function fingerprint(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36).padStart(11, '0');
}
