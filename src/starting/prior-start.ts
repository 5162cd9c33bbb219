/** Judges an equal start made before: pure decisions over its claims. What counts as long ago: `home/moment.ts`. */

import { type Clock, hasPassed } from '../home/moment.ts';
import type { Liveness } from '../home/process-identity.ts';
import { type Entry, mayHaveStarted } from './journal-entry.ts';

/** An equal start answered less than this ago is taken for a host that retries. */
const RETRY_WINDOW_MS = 60_000;
/** An open claim older than this is lost, even if its process lives: no request takes this long. */
export const LOST_AFTER_MS = 5 * 60_000;
/** The call that sends a plan may pause this long between two steps; after that another call may continue it. */
const BETWEEN_STEPS_MS = 10_000;
/** A damaged claim younger than this may still be being written: without hard links its file is empty at first. */
const BEING_WRITTEN_MS = 5_000;
export const DAY_MS = 86_400_000;

export interface Observer {
  clock: Clock;
  /** Whether the call that made the claim lives: a claim of this process whose call has ended is `dead`. */
  liveness(entry: Entry): Liveness;
  /** True while a call of this very process works on the start that the entry belongs to. */
  working(entry: Entry): boolean;
}

export type PriorStart =
  /** No equal start counts; `start` is the name to claim under. */
  | { kind: 'free'; start: string }
  /** A call under way works on the equal start. */
  | { kind: 'busy'; start: string; entries: Entry[] }
  /** The answers to the claims in `lost` did not arrive: they are looked up before anything is decided. */
  | { kind: 'lost'; start: string; entries: Entry[]; lost: Entry[] }
  /** The vendor answered. `missing` steps were certainly not started by the vendor, and may be sent now. */
  | { kind: 'answered'; start: string; entries: Entry[]; missing: number[] };

/**
 * Judges the claims with one fingerprint. With `keyed` only that start counts, for ever; without, the newest one that
 * is open or was answered within the retry window. `digests` are the step digests of the plan at hand: a start whose
 * own plan was another one is never continued.
 */
export function priorStartOf(
  entries: readonly Entry[],
  digests: readonly string[],
  observer: Observer,
  keyed?: string,
): PriorStart {
  const starts = groups(entries);
  if (keyed !== undefined) {
    const own = starts.get(keyed);
    return own ? judge(keyed, own, digests, observer) : { kind: 'free', start: keyed };
  }
  for (const [start, own] of startsOf(entries)) {
    if (!own.some((entry) => isCurrent(entry, observer.clock))) continue;
    const prior = judge(start, own, digests, observer);
    const nothingStarted = prior.kind === 'answered' && !own.some(mayHaveStarted);
    if (nothingStarted) continue;
    // Only a call with the same key continues a start that was made under one.
    return start.startsWith('k') && prior.kind === 'answered' ? { ...prior, missing: [] } : prior;
  }
  const numbers = [...starts.keys()].filter((start) => start.startsWith('u')).map((start) => Number(start.slice(1)));
  return { kind: 'free', start: `u${Math.max(0, ...numbers) + 1}` };
}

function judge(start: string, all: Entry[], digests: readonly string[], observer: Observer): PriorStart {
  const entries = latestAttempts(all);
  const open = entries.filter((entry) => entry.state === 'open' || isBeingWritten(entry, observer.clock.now()));
  if (open.some((entry) => !isLost(entry, observer)) || entries.some(observer.working))
    return { kind: 'busy', start, entries };
  const lost = entries.filter((entry) => entry.state === 'open' || (entry.state === 'unknown' && !entry.damaged));
  if (lost.length > 0) return { kind: 'lost', start, entries, lost };
  const last = entries.at(-1);
  const missing = missingSteps(entries, digests);
  const betweenSteps =
    missing.length > 0 &&
    last !== undefined &&
    mayHaveStarted(last) &&
    observer.liveness(last) === 'alive' &&
    !settledFor(last, BETWEEN_STEPS_MS, observer.clock);
  if (betweenSteps) return { kind: 'busy', start, entries };
  return { kind: 'answered', start, entries, missing };
}

/** Steps that no claim covers, or only claims that certainly started nothing; none when what started had another plan. */
function missingSteps(entries: readonly Entry[], digests: readonly string[]): number[] {
  const started = entries.filter(mayHaveStarted);
  const samePlan = started.every(
    ({ steps, step_digest, index, state }) =>
      steps === digests.length && step_digest === digests[index] && state !== 'unknown',
  );
  if (!samePlan) return [];
  const indexes = new Set(started.map((entry) => entry.index));
  return digests.map((_, index) => index).filter((index) => !indexes.has(index));
}

/** An open claim whose owner has ended, or that is older than any request. */
export function isLost(entry: Entry, observer: Observer): boolean {
  if (entry.state !== 'open' || observer.working(entry)) return false;
  if (claimedFor(entry, LOST_AFTER_MS, observer.clock)) return true;
  return observer.liveness(entry) === 'dead';
}

/** The number a new attempt at a step gets. */
export function nextAttempt(entries: readonly Entry[], index: number): number {
  return Math.max(0, ...entries.filter((entry) => entry.index === index).map((entry) => entry.attempt)) + 1;
}

function isCurrent(entry: Entry, clock: Clock): boolean {
  return entry.state === 'open' || entry.lookup === 'failed' || !settledFor(entry, RETRY_WINDOW_MS, clock);
}

function isBeingWritten({ damaged, settled_at }: Entry, now: number): boolean {
  return damaged === true && settled_at !== undefined && Math.abs(now - Date.parse(settled_at)) < BEING_WRITTEN_MS;
}

/** True when the claim was made more than `ms` ago. */
export function claimedFor({ claimed_at, claimed_uptime }: Entry, ms: number, clock: Clock): boolean {
  return hasPassed(claimed_at, claimed_uptime, ms, clock);
}

/** True when the claim was settled more than `ms` ago. */
function settledFor({ settled_at, settled_uptime }: Entry, ms: number, clock: Clock): boolean {
  return hasPassed(settled_at, settled_uptime, ms, clock);
}

/** Claims by the start that they belong to, newest start first. */
export function startsOf(entries: readonly Entry[]): [start: string, own: Entry[]][] {
  return [...groups(entries)].sort(([, a], [, b]) => newest(b) - newest(a));
}

function newest(entries: readonly Entry[]): number {
  return Math.max(...entries.map((entry) => Date.parse(entry.settled_at ?? entry.claimed_at)));
}

/** The latest attempt at each step, in the order of the plan. */
export function latestAttempts(entries: readonly Entry[]): Entry[] {
  const latest = new Map<number, Entry>();
  for (const entry of entries) {
    const previous = latest.get(entry.index);
    if (!previous || previous.attempt < entry.attempt) latest.set(entry.index, entry);
  }
  return [...latest.values()].sort((a, b) => a.index - b.index);
}

function groups(entries: readonly Entry[]): Map<string, Entry[]> {
  const starts = new Map<string, Entry[]>();
  for (const entry of entries) starts.set(entry.start, [...(starts.get(entry.start) ?? []), entry]);
  return starts;
}
