/** Finding words in transcripts: the turns that match a query, each with the part of its text that shows it. */
import type { Speaker, Turn } from '../model/schemas.ts';
import { compileQuery, type Query } from './search-query.ts';

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

/** How often a part of a query occurs where the whole of it does not. */
export interface PartCount {
  part: string;
  turns: number;
  runs: number;
}

/** Counts the parts of a query over transcripts: for the case that nothing matches the whole of it. */
export function partTally(query: Query, speaker?: Speaker) {
  const counts = query.parts.map((part): PartCount => ({ part, turns: 0, runs: 0 }));
  let together = 0;
  return {
    add(turns: readonly Turn[]) {
      const inRun = counts.map(() => false);
      for (const turn of turns) {
        if (speaker !== undefined && turn.speaker !== speaker) continue;
        for (const [index, isIn] of query.partsIn(turn.text).entries()) {
          const count = counts[index];
          if (!isIn || !count) continue;
          count.turns += 1;
          if (!inRun[index]) count.runs += 1;
          inRun[index] = true;
        }
      }
      if (inRun.every(Boolean)) together += 1;
    },
    /** The counts, and the runs that have all parts, though in no one turn. */
    result: () => ({ parts: counts, runs_with_all: together }),
  };
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
