/**
 * Finding words in transcripts. The query language is small enough to be matched in linear time whatever is asked:
 *
 * - words: each must occur in the turn, in any order, also inside longer words (`refund` finds `refunded`); words of up
 *   to three letters must stand alone;
 * - `"a phrase"`: these words in this order, beginning and ending where words do;
 * - `*`: anything in between, within the turn (`cancel*fee`, `"late * fee"`, `late * fee`).
 *
 * Case, accents, kinds of quotes, white space and punctuation between words do not matter.
 */
import { Problem } from '../model/problem.ts';
import type { Speaker, Turn } from '../model/schemas.ts';
import { fold, foldWithPositions, isWordEdge } from './text-folding.ts';

export const MAX_QUERY_LENGTH = 300;
const SHORT_WORD = 3;
/** How far a cut may move to fall between words. */
const NEAR = 20;

export interface TurnMatch {
  turn: number;
  speaker: Speaker;
  at_seconds?: number | undefined;
  /** The matching part of the turn, trimmed with … (untrusted). */
  text: string;
}

export interface SearchResult {
  matches: TurnMatch[];
  /** Matching turns in all, also those beyond the limit. */
  total: number;
}

export interface SearchOptions {
  speaker?: Speaker | undefined;
  /** Keep at most so many matches. Default: all. */
  limit?: number | undefined;
  /** Length of each match's text. Default 200 characters. */
  width?: number | undefined;
}

interface Term {
  /** Folded literal pieces, to be found in this order with anything in between. */
  pieces: string[];
  from_edge: boolean;
  to_edge: boolean;
}

export interface Query {
  /** Does the text match? Cheaper than `locate`. */
  matches(text: string): boolean;
  /** Where the longest term of the query is in the text, in positions of the text itself. */
  locate(text: string): { start: number; end: number } | undefined;
}

/** Compiles a query once for many texts. Throws `invalid_input` on one that is empty or too long. */
export function compileQuery(query: string): Query {
  if (query.length > MAX_QUERY_LENGTH) {
    throw new Problem('invalid_input', `The query is longer than ${MAX_QUERY_LENGTH} characters.`, {
      next: 'Search for a short distinctive phrase.',
    });
  }
  const terms = parse(query);
  if (terms.length === 0) {
    throw new Problem('invalid_input', 'The query has no word to search for.', {
      next: 'Give words, a "quoted phrase", or a pattern with * between words.',
    });
  }
  const size = (term: Term) => term.pieces.join('').length;
  const longest = terms.reduce((best, term) => (size(term) > size(best) ? term : best));
  const all = (folded: string) => terms.every((term) => find(folded, term) !== undefined);
  return {
    matches: (text) => all(fold(text)),
    locate(text) {
      if (!all(fold(text))) return undefined;
      const { folded, positions } = foldWithPositions(text);
      const found = find(folded, longest);
      if (!found) return undefined;
      return { start: positions[found.start] ?? 0, end: positions[found.end] ?? text.length };
    },
  };
}

/** Turns that match, in order. */
export function searchTurns(turns: readonly Turn[], query: string | Query, options: SearchOptions = {}): SearchResult {
  const { speaker, limit = Number.POSITIVE_INFINITY, width = 200 } = options;
  const compiled = typeof query === 'string' ? compileQuery(query) : query;
  const matches: TurnMatch[] = [];
  let total = 0;
  for (const turn of turns) {
    if (speaker !== undefined && turn.speaker !== speaker) continue;
    if (!compiled.matches(turn.text)) continue;
    total += 1;
    if (matches.length >= limit) continue;
    const { start, end } = compiled.locate(turn.text) ?? { start: 0, end: 0 };
    matches.push({
      turn: turn.index,
      speaker: turn.speaker,
      at_seconds: turn.at_seconds,
      text: excerpt(turn.text, start, end, width),
    });
  }
  return { matches, total };
}

/** The part of a text around a match, at most `width` characters plus an … at each cut, cut between words where it can. */
export function excerpt(text: string, start: number, end: number, width: number): string {
  if (text.length <= width) return text.trim().replace(/\s+/gu, ' ');
  const spare = Math.max(0, width - (end - start));
  let from = Math.max(0, Math.min(start - Math.floor(spare / 2), text.length - width));
  let to = Math.min(text.length, from + width);
  if (from > 0) {
    const space = text.slice(from, Math.min(start, from + NEAR)).search(/\s/u);
    if (space !== -1) from += space + 1;
    else if (isTrail(text, from)) from += 1;
  }
  if (to < text.length) {
    const near = Math.max(end, to - NEAR);
    const space = text.slice(near, to).search(/\s\S*$/u);
    if (space !== -1) to = near + space;
    else if (isTrail(text, to)) to -= 1;
  }
  const middle = text.slice(from, to).trim().replace(/\s+/gu, ' ');
  return `${from > 0 ? '…' : ''}${middle}${to < text.length ? '…' : ''}`;
}

/** True when cutting here would part a surrogate pair. */
function isTrail(text: string, position: number): boolean {
  const unit = text.charCodeAt(position);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function parse(query: string): Term[] {
  const terms: Term[] = [];
  let joined = false;
  for (const match of query.matchAll(/["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|[^\s"“”„«»]+/gu)) {
    const quoted = match[1] !== undefined;
    const source = match[1] ?? match[0];
    const pieces = source.split('*').map(fold).filter(Boolean);
    if (pieces.length === 0) {
      // A lone * ties its neighbours together in this order.
      if (source.includes('*')) joined = terms.length > 0;
      continue;
    }
    const short = pieces.length === 1 && !source.includes('*') && (pieces[0] ?? '').length <= SHORT_WORD;
    const whole = quoted || short;
    const term = {
      pieces,
      from_edge: whole && !source.startsWith('*'),
      to_edge: whole && !source.endsWith('*'),
    };
    const last = terms.at(-1);
    if (joined && last) {
      last.pieces.push(...term.pieces);
      last.to_edge = term.to_edge;
    } else {
      terms.push(term);
    }
    joined = false;
  }
  return terms;
}

/** Leftmost piece after leftmost piece: with gaps of any length that finds a match whenever there is one. */
function find(folded: string, term: Term): { start: number; end: number } | undefined {
  let start = -1;
  let at = 0;
  for (const [i, piece] of term.pieces.entries()) {
    const first = i === 0;
    const last = i === term.pieces.length - 1;
    let found = folded.indexOf(piece, at);
    while (
      found !== -1 &&
      ((first && term.from_edge && !isWordEdge(folded, found)) ||
        (last && term.to_edge && !isWordEdge(folded, found + piece.length)))
    ) {
      found = folded.indexOf(piece, found + 1);
    }
    if (found === -1) return undefined;
    if (first) start = found;
    at = found + piece.length;
  }
  return { start, end: at };
}
