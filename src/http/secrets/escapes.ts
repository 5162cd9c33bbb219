/**
 * Escapes that a secret may be written in, character by character: percent-encoding, HTML entities, those of JSON and of
 * programming languages, any of them inside of others.
 */
import type { Span } from './secret-scan.ts';

/** HTML's names of ASCII signs; letters and digits have none. */
const ENTITIES: Readonly<Record<string, number>> = {
  ...{ excl: 33, quot: 34, num: 35, dollar: 36, percnt: 37, amp: 38, apos: 39, lpar: 40, rpar: 41, ast: 42, plus: 43 },
  ...{
    comma: 44,
    hyphen: 45,
    dash: 45,
    minus: 45,
    period: 46,
    sol: 47,
    colon: 58,
    semi: 59,
    lt: 60,
    equals: 61,
    gt: 62,
  },
  ...{ quest: 63, commat: 64, lsqb: 91, lbrack: 91, bsol: 92, rsqb: 93, rbrack: 93, hat: 94, lowbar: 95, underbar: 95 },
  ...{ grave: 96, lcub: 123, lbrace: 123, verbar: 124, vert: 124, rcub: 125, rbrace: 125, tilde: 126 },
};
const [PERCENT, AMPERSAND, BACKSLASH] = [37, 38, 92];
const ENTITY = /&(?:#(\d{1,7});?|#x([0-9a-f]{1,6});?|([a-z]{2,8});)/iy;
/** `\u0061`, `\u{61}`, `\U00000061`, `\x61`, and `\141` in octal digits. */
const BEHIND_BACKSLASH = /(?:u0000|u)([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|([0-3][0-7]{2}|[0-7]{2})/iy;
/** `%u0061`, of JavaScript's old `escape`. */
const BEHIND_PERCENT = /u([0-9a-f]{4})/iy;
/** Levels of escapes inside of escapes that are read. */
export const MOST_LEVELS = 4;

/** A text whose escapes were read, and where each of its characters began: `starts[text.length]` is where it ends. */
export interface Decoded {
  text: string;
  starts: Uint32Array;
}

/** A piece of a text as it is. */
export function undecoded(text: string, { start, end }: Span): Decoded {
  const starts = new Uint32Array(end - start + 1);
  for (let at = 0; at < starts.length; at += 1) starts[at] = start + at;
  return { text: text.slice(start, end), starts };
}

/** Reads one level of escapes; undefined where there is none. */
export function decodeOnce({ text, starts }: Decoded): Decoded | undefined {
  const codes = new Uint16Array(text.length);
  const places = new Uint32Array(text.length + 1);
  let size = 0;
  let changed = false;
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const read = code === PERCENT || code === AMPERSAND || code === BACKSLASH ? escapeAt(text, at, code) : undefined;
    codes[size] = read?.code ?? code;
    places[size] = starts[at] ?? 0;
    size += 1;
    at += read?.length ?? 1;
    changed ||= read !== undefined;
  }
  if (!changed) return undefined;
  places[size] = starts[text.length] ?? 0;
  const read = Buffer.from(codes.buffer, 0, size * 2).toString('utf16le');
  return { text: read, starts: places.subarray(0, size + 1) };
}

interface Escape {
  code: number;
  length: number;
}

/** The escape that begins at a `%`, `&` or backslash; one level of it. */
function escapeAt(text: string, at: number, sign: number): Escape | undefined {
  if (sign === PERCENT) {
    return percentAt(text, at);
  }
  if (sign === AMPERSAND) return entityAt(text, at);
  const next = text.charCodeAt(at + 1);
  const isNumbered = (next | 32) === 117 || (next | 32) === 120 || (next >= 48 && next <= 55);
  if (!isNumbered) return isSign(next) ? { code: next, length: 2 } : undefined;
  BEHIND_BACKSLASH.lastIndex = at + 1;
  const match = BEHIND_BACKSLASH.exec(text);
  if (!match) return undefined;
  const [{ length }, four, braces, two, octal] = match;
  const code = octal ? Number.parseInt(octal, 8) : Number.parseInt(four ?? braces ?? two ?? '', 16);
  return code > 0xffff ? undefined : { code, length: length + 1 };
}

function percentAt(text: string, at: number): Escape | undefined {
  const code = hexAt(text, at + 1);
  if (code >= 0) return { code, length: 3 };
  BEHIND_PERCENT.lastIndex = at + 1;
  const [all, four] = BEHIND_PERCENT.exec(text) ?? [];
  return all === undefined ? undefined : { code: Number.parseInt(four ?? '', 16), length: all.length + 1 };
}

function entityAt(text: string, at: number): Escape | undefined {
  const next = text.charCodeAt(at + 1);
  if (next !== 35 && !((next | 32) >= 97 && (next | 32) <= 122)) return undefined;
  ENTITY.lastIndex = at;
  const match = ENTITY.exec(text);
  if (!match) return undefined;
  const [{ length }, decimal, hex, name] = match;
  const code =
    name === undefined ? Number.parseInt(decimal ?? hex ?? '', decimal ? 10 : 16) : ENTITIES[name.toLowerCase()];
  return code === undefined || code > 0xffff ? undefined : { code, length };
}

/** A sign of ASCII: neither letter nor digit, blank or control character. */
function isSign(code: number): boolean {
  return code > 32 && code < 127 && !(code >= 48 && code <= 57) && !((code | 32) >= 97 && (code | 32) <= 122);
}

/** The value of two hex digits; -1 where there are none. */
function hexAt(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Characters that escapes are looked for, by code: letters, digits, the signs of secrets and of escapes themselves. */
export type Alphabet = Uint8Array;

export function alphabetOf(words: Iterable<string>): Alphabet {
  const alphabet = new Uint8Array(128);
  for (const word of ['%&#;\\', 'abcdefghijklmnopqrstuvwxyz0123456789', ...words])
    for (const sign of word + word.toUpperCase()) {
      const code = sign.charCodeAt(0);
      if (code < alphabet.length) alphabet[code] = 1;
    }
  return alphabet;
}

/** True where a text has a character with which escapes begin. */
export function hasEscapes(text: string): boolean {
  return /[%&\\]/.test(text);
}

/**
 * The pieces of a text in which escapes, one after the other or with at most `apart` characters between them, stand for
 * characters of secrets, with that many characters around. A single one is none: parts of a secret beside it are found as they are.
 */
export function escapedPieces(text: string, alphabet: Alphabet, apart: number): Span[] {
  const found = [
    ...escapesOf(text, '%', alphabet, percentChain),
    ...escapesOf(text, '&', alphabet, entityChain),
    ...escapesOf(text, '\\', alphabet, backslashChain),
  ].sort((a, b) => a.start - b.start);
  const pieces: Span[] = [];
  let first: Span | undefined;
  let last: Span | undefined;
  const close = () => {
    if (first && last && first !== last)
      pieces.push({ start: Math.max(0, first.start - apart), end: Math.min(text.length, last.end + apart) });
  };
  for (const span of found) {
    if (!last || span.start - last.end > apart) {
      close();
      first = span;
    }
    last = span;
  }
  close();
  return pieces;
}

/** Reads an escape through all of its levels; `length` is 1 where it stands for no character of ASCII. */
type Chain = (text: string, at: number) => Escape;

function escapesOf(text: string, sign: string, alphabet: Alphabet, chain: Chain): Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(sign); at >= 0; ) {
    const { code, length } = chain(text, at);
    if (alphabet[code] === 1) found.push({ start: at, end: at + length });
    at = text.indexOf(sign, at + length);
  }
  return found;
}

/** `%61`, `%2561`, `%252561`. */
function percentChain(text: string, at: number): Escape {
  let from = at + 1;
  for (let level = 1; level < MOST_LEVELS && text.startsWith('25', from); level += 1) from += 2;
  // The last `%` of a chain was read as `25`; what follows it is its escape.
  const last = from === at + 1 ? percentAt(text, at) : percentAt(`%${text.slice(from, from + 5)}`, 0);
  // After a `%25` that nothing follows there may begin another escape.
  return last === undefined ? { code: 0, length: 1 } : { code: last.code, length: from - 1 - at + last.length };
}

/** `&#97;`, `&amp;#97;`, `&sol;`. */
function entityChain(text: string, at: number): Escape {
  let from = at;
  for (let level = 1; level < MOST_LEVELS && text.startsWith('amp;', from + 1); level += 1) from += 4;
  // The last `&` of a chain was read as `amp;`, of which the sign is the beginning.
  const rest = from === at ? entityAt(text, at) : entityAt(`&${text.slice(from + 1, from + 12)}`, 0);
  return rest === undefined ? { code: 0, length: 1 } : { code: rest.code, length: from - at + rest.length };
}

/** Any number of backslashes, then what the last of them escapes: they double from level to level. */
function backslashChain(text: string, at: number): Escape {
  let from = at + 1;
  while (text.charCodeAt(from) === BACKSLASH) from += 1;
  const last = escapeAt(text, from - 1, BACKSLASH);
  if (last) return { code: last.code, length: from - 1 - at + last.length };
  return { code: from - at > 1 ? BACKSLASH : 0, length: from - at };
}
