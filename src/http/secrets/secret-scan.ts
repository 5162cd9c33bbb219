/** Finds spellings of secrets in a text without looking at most of it. */
import { isTelling, type Spelling } from './spellings.ts';

export interface Span {
  start: number;
  end: number;
}

export interface Find extends Span {
  /** False where it is too little by itself, and more may be written in escapes beside it. */
  enough: boolean;
  /** The spelling is longer; as many characters as its whole. */
  partOf?: number | undefined;
}

/** Characters that are looked up together. */
const PIECE = 4;
const TABLE_BITS = 17;
/** What is looked at, one byte a character: enough to leave a place out. */
const BYTES = Buffer.allocUnsafeSlow(64 * 1024);
const PIECES = new Uint32Array(BYTES.buffer, BYTES.byteOffset, BYTES.length / PIECE);
/** Places of one piece in one spelling that are tried; a secret of one letter over and over has no more. */
const MOST_PLACES = 8;
/** Between two parts of a secret that was broken: white space, written out or not, and what cannot be seen. */
const BREAK =
  /(?:[\s\u00ad\u200b-\u200f\u2060\ufeff]|\\{1,8}[nrtvf]|%(?:25){0,3}(?:0[9a-d]|20)|&(?:amp;){0,3}(?:#0{0,4}(?:9|10|13|32|173|8203);|#x0{0,4}(?:9|a|d|20|ad|200b);|nbsp;|shy;|tab;|newline;)|<(?:br|wbr)\s?\/?>|=\r?\n){1,24}/iy;

/**
 * A search for all of the spellings. The text is looked at four bytes at once, each four once: any part that counts holds
 * four of them. Only where these are a piece of some spelling is the text read.
 *
 * Letters are told apart by neither case; pieces are compared in a form in which some signs fall together, too, and then again.
 * Costs, over 10 MB of a platform's pages with 5 keys (Node 20.20, CPU time, median of 15): 0.5 ms a megabyte, and with the
 * search for escapes 1.3; JSON.parse 2.5. A text of nothing but escapes, which no page is: 50.
 */
export function secretScan(spellings: readonly Spelling[]): (text: string, found: (find: Find) => void) => void {
  if (spellings.length === 0) return () => undefined;
  const least = Math.min(...spellings.map((spelling) => spelling.least));
  // How far apart four bytes may be looked at.
  const step = Math.min(PIECE, least - PIECE + 1);
  const { taken, heads, places } = tableOf(spellings);
  return (text, found) => {
    let last: Find = { start: 0, end: 0, enough: false };
    const visit = (at: number, slot: number) => {
      for (let place = places[heads.get(slot) ?? 0]; place; place = places[place.next]) {
        const span = matchAt(text, at, place.spelling, place.offset);
        // Most finds are made again and again, piece by piece.
        if (span && (span.end > last.end || span.start < last.start || (span.enough && !last.enough))) {
          found(span);
          last = span;
        }
      }
    };
    for (let base = 0; base < text.length; base += BYTES.length) {
      for (let shift = 0; shift < PIECE; shift += step) {
        const size = BYTES.write(text.slice(base + shift, base + shift + BYTES.length), 'latin1');
        for (let index = 0; index < size >> 2; index += 1) {
          const slot = slotOf(index);
          if (taken[slot] !== 0) visit(base + shift + index * PIECE, slot);
        }
      }
    }
  };
}

interface PieceOf {
  spelling: Spelling;
  offset: number;
  /** The next place of a piece in the same slot; 0 = none. */
  next: number;
}

function tableOf(spellings: readonly Spelling[]) {
  const taken = new Uint8Array(2 ** TABLE_BITS);
  const heads = new Map<number, number>();
  const places: (PieceOf | undefined)[] = [undefined];
  for (const spelling of spellings) {
    const times = new Map<string, number>();
    for (let offset = 0; offset + PIECE <= spelling.word.length; offset += 1) {
      const piece = spelling.word.slice(offset, offset + PIECE);
      const before = times.get(piece) ?? 0;
      if (before >= MOST_PLACES) continue;
      times.set(piece, before + 1);
      BYTES.write(piece, 'latin1');
      const slot = slotOf(0);
      places.push({ spelling, offset, next: heads.get(slot) ?? 0 });
      heads.set(slot, places.length - 1);
      taken[slot] = 1;
    }
  }
  return { taken, heads, places };
}

/** The characters of both cases, and some signs, fall together. */
function slotOf(index: number): number {
  return Math.imul((PIECES[index] ?? 0) | 0x20202020, 0x9e3779b1) >>> (32 - TABLE_BITS);
}

function fold(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

/** What of a spelling stands around `at`, where its character `offset` is supposed to be; undefined where it is too little. */
function matchAt(text: string, at: number, spelling: Spelling, offset: number): Find | undefined {
  const { word, exact, written, least } = spelling;
  if (exact)
    return text.startsWith(word, at - offset)
      ? { start: at - offset, end: at - offset + word.length, enough: true }
      : undefined;
  let from = offset;
  let start = at;
  while (from > 0 && start > 0 && fold(text.charCodeAt(start - 1)) === word.charCodeAt(from - 1)) {
    from -= 1;
    start -= 1;
  }
  let to = offset;
  let end = at;
  while (to < word.length && end < text.length && fold(text.charCodeAt(end)) === word.charCodeAt(to)) {
    to += 1;
    end += 1;
  }
  const length = to - from;
  if (length < least) return undefined;
  if (length === word.length) return { start, end, enough: true };
  const right = goOn(text, end, word, to, spelling.slack);
  const left = goBack(text, start, word, from, spelling.slack - right.slack);
  const all = length + right.length + left.length;
  const enough =
    all >= word.length - spelling.slack ||
    (spelling.enough === undefined ? isTelling(written.slice(from, to)) : all >= spelling.enough);
  return { start: left.at, end: right.at, enough, partOf: word.length };
}

interface Side {
  /** Where the text is left. */
  at: number;
  /** Characters of the spelling on this side. */
  length: number;
  /** Characters that were wrong or missing. */
  slack: number;
}

/** What follows of a spelling behind a break, or behind one wrong, missing or further character. */
function goOn(text: string, at: number, word: string, to: number, slack: number): Side {
  const side: Side = { at, length: 0, slack: 0 };
  for (let next = to; next < word.length; ) {
    const tries: [at: number, to: number, slack: number][] = [[breakAfter(text, side.at), next, 0]];
    if (slack > side.slack) tries.push([side.at + 1, next + 1, 1], [side.at, next + 1, 1], [side.at + 1, next, 1]);
    let best = { at: side.at, to: next, length: 0, slack: 0 };
    for (const [from, first, cost] of tries) {
      let length = 0;
      while (first + length < word.length && fold(text.charCodeAt(from + length)) === word.charCodeAt(first + length))
        length += 1;
      if (length > best.length) best = { at: from + length, to: first + length, length, slack: cost };
    }
    if (best.length < Math.min(3, word.length - best.to + best.length)) break;
    side.at = best.at;
    side.length += best.length;
    side.slack += best.slack;
    next = best.to;
  }
  return side;
}

function goBack(text: string, at: number, word: string, from: number, slack: number): Side {
  const side: Side = { at, length: 0, slack: 0 };
  for (let next = from; next > 0; ) {
    const tries: [at: number, from: number, slack: number][] = [[breakBefore(text, side.at), next, 0]];
    if (slack > side.slack) tries.push([side.at - 1, next - 1, 1], [side.at, next - 1, 1], [side.at - 1, next, 1]);
    let best = { at: side.at, from: next, length: 0, slack: 0 };
    for (const [end, last, cost] of tries) {
      let length = 0;
      while (
        last - length > 0 &&
        end - length > 0 &&
        fold(text.charCodeAt(end - length - 1)) === word.charCodeAt(last - length - 1)
      )
        length += 1;
      if (length > best.length) best = { at: end - length, from: last - length, length, slack: cost };
    }
    if (best.length < Math.min(3, best.from + best.length)) break;
    side.at = best.at;
    side.length += best.length;
    side.slack += best.slack;
    next = best.from;
  }
  return side;
}

function breakAfter(text: string, at: number): number {
  BREAK.lastIndex = at;
  return BREAK.test(text) ? BREAK.lastIndex : at;
}

/** Longest break, written out, that is looked for backwards. */
const LONGEST_BREAK = 96;

function breakBefore(text: string, at: number): number {
  for (let from = Math.max(0, at - LONGEST_BREAK); from < at; from += 1) if (breakAfter(text, from) === at) return from;
  return at;
}
