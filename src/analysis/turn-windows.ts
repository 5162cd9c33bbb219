/**
 * Which turns of a transcript to show: a range, or a window around some of them. A window is always contiguous and
 * always says how much lies before and after it.
 */
import { Problem } from '../model/problem.ts';
import type { Turn } from '../model/schemas.ts';

export interface TurnWindow {
  turns: Turn[];
  omitted_before: number;
  omitted_after: number;
}

export interface RangeOptions {
  /** First turn index wanted, inclusive. */
  from?: number | undefined;
  /** Last turn index wanted, inclusive. */
  to?: number | undefined;
  /** At most so many turns. With `to` alone they are the last ones up to it, otherwise the first ones. */
  limit?: number | undefined;
}

/** Turns whose index lies in a range. Turns are in order; indices may have gaps. Throws `invalid_input` on a reversed range. */
export function turnRange(turns: readonly Turn[], options: RangeOptions = {}): TurnWindow {
  const { from, to, limit } = options;
  if (from !== undefined && to !== undefined && from > to) {
    throw new Problem('invalid_input', `A range of turns cannot start at ${from} and end at ${to}.`, {
      next: 'Give a from that is not greater than to.',
    });
  }
  const first = from === undefined ? 0 : firstAtLeast(turns, from);
  const end = to === undefined ? turns.length : firstAtLeast(turns, to + 1);
  const size = Math.min(end - first, Math.max(0, limit ?? Number.POSITIVE_INFINITY));
  const start = from === undefined && to !== undefined ? end - size : first;
  return cut(turns, start, size);
}

/** `size` turns with the one of this index (or the nearest) in the middle, shifted where the transcript ends. */
export function turnsAround(turns: readonly Turn[], index: number, size: number): TurnWindow {
  const found = Math.min(firstAtLeast(turns, index), Math.max(0, turns.length - 1));
  return windowAt(turns, found, size);
}

/** The same by position in the array instead of turn index. */
function windowAt(turns: readonly Turn[], position: number, size: number): TurnWindow {
  const length = Math.max(0, Math.min(Math.floor(size), turns.length));
  const start = Math.max(0, Math.min(position - Math.floor(length / 2), turns.length - length));
  return cut(turns, start, length);
}

/**
 * `size` turns that hold as much of `weight` (position → weight) as a contiguous window can, with the heaviest
 * stretch near the middle. Without any weight: the last turns, where most conversations go wrong.
 */
export function heaviestWindow(turns: readonly Turn[], weight: ReadonlyMap<number, number>, size: number): TurnWindow {
  const length = Math.max(0, Math.min(Math.floor(size), turns.length));
  if (weight.size === 0) return cut(turns, turns.length - length, length);
  const at = (position: number) => weight.get(position) ?? 0;
  let sum = 0;
  for (let position = 0; position < length; position += 1) sum += at(position);
  let best = sum;
  let start = 0;
  for (let next = 1; next + length <= turns.length; next += 1) {
    sum += at(next + length - 1) - at(next - 1);
    if (sum > best + 1e-9) {
      best = sum;
      start = next;
    }
  }
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const position of weight.keys()) {
    if (position < start || position >= start + length) continue;
    first = Math.min(first, position);
    last = Math.max(last, position);
  }
  return first > last ? cut(turns, start, length) : windowAt(turns, Math.round((first + last) / 2), length);
}

function cut(turns: readonly Turn[], start: number, size: number): TurnWindow {
  return {
    turns: turns.slice(start, start + size),
    omitted_before: start,
    omitted_after: turns.length - start - size,
  };
}

/** Position of the first turn whose index is at least `index`; the length when there is none. */
function firstAtLeast(turns: readonly Turn[], index: number): number {
  const found = turns.findIndex((turn) => turn.index >= index);
  return found === -1 ? turns.length : found;
}
