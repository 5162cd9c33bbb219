/**
 * The failures of a table as lines to read: those of one criterion and one wording that are coded alike are one line. The
 * order is over all lines, whatever is coded: criteria, then wordings, with the most failures first.
 */
import type { Coded, Coding } from './coding.ts';
import { type Failure, type FailureGroup, type FailureTable, failureId } from './failures.ts';

export const LINE_STATES = ['uncoded', 'coded', 'all'] as const;
export type LineState = (typeof LINE_STATES)[number];

/** Place of a line in the order over all lines: of its group, and of its first failure in the group. */
export interface Place {
  group: number;
  at: number;
}

export interface FailureLine {
  group: FailureGroup;
  failures: readonly [Failure, ...Failure[]];
  coding: Coding | undefined;
  place: Place;
}

/** Which failures are wanted; members that are absent leave all. */
export interface Wanted {
  state?: LineState | undefined;
  evaluation?: ((name: string) => boolean) | undefined;
  /** Only these: what was drawn. */
  among?: ReadonlySet<Failure> | undefined;
}

/** The groups in the order in which they are read: it depends on what failed alone, so that it stays while codes are saved. */
export function orderedGroups({ groups }: FailureTable): FailureGroup[] {
  const sums = new Map<string, number>();
  for (const { evaluation, failures } of groups) sums.set(evaluation, (sums.get(evaluation) ?? 0) + failures.length);
  return [...groups].sort(
    (a, b) =>
      (sums.get(b.evaluation) ?? 0) - (sums.get(a.evaluation) ?? 0) ||
      compare(a.evaluation, b.evaluation) ||
      b.failures.length - a.failures.length ||
      compare(a.reason, b.reason) ||
      compare(a.failures[0]?.run ?? '', b.failures[0]?.run ?? ''),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The lines of what is wanted, in order. */
export function failureLines(
  ordered: readonly FailureGroup[],
  codes: Coded,
  { state = 'all', evaluation = () => true, among }: Wanted = {},
): FailureLine[] {
  return ordered.flatMap((group, rank) => {
    if (!evaluation(group.evaluation)) return [];
    const lines = new Map<string, { failures: [Failure, ...Failure[]]; coding: Coding | undefined; at: number }>();
    for (const [at, failure] of group.failures.entries()) {
      if (among && !among.has(failure)) continue;
      const coding = codes.of(failure);
      if (state !== 'all' && (coding === undefined) !== (state === 'uncoded')) continue;
      const key = coding ? `${coding.by} ${coding.mode ?? ''}` : '';
      const line = lines.get(key);
      if (line) line.failures.push(failure);
      else lines.set(key, { failures: [failure], coding, at });
    }
    return [...lines.values()].map(({ at, ...line }) => ({ group, ...line, place: { group: rank, at } }));
  });
}

/** What was said of the first failure of a line; where that is not known to the letter, what was said of one that is alike. */
export function reasonOf({ group, place }: FailureLine): string {
  return group.reasons[place.at] ?? group.reason;
}

/** Where the failure of an id stands; undefined where it is none of these. `near`: the group it stood in before. */
export function placeOf(ordered: readonly FailureGroup[], id: string, near = 0): Place | undefined {
  const within = (group: number): Place | undefined => {
    const at = ordered[group]?.failures.findIndex((failure) => failureId(failure) === id) ?? -1;
    return at < 0 ? undefined : { group, at };
  };
  const found = within(near);
  if (found) return found;
  for (const group of ordered.keys()) {
    const other = within(group);
    if (other) return other;
  }
  return undefined;
}

/** The lines behind a place. */
export function linesBehind(lines: readonly FailureLine[], { group, at }: Place): FailureLine[] {
  return lines.filter(({ place }) => place.group > group || (place.group === group && place.at > at));
}
