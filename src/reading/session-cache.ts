/** What is kept of finished sessions: runs while they are few enough, counts, and what was computed of them. */
import type { Coverage } from '../model/coverage.ts';
import type { Counts, Run, Session } from '../model/schemas.ts';
import { isTerminal } from '../model/verdicts.ts';
import type { RunDepth } from '../providers/provider.ts';

/** How long a finished session counts as read: evaluations may be added to it, or its runs deleted, elsewhere. */
export const KEPT_MS = 5 * 60_000;
/** Runs kept over all sessions; about 1 kB each, and a transcript weighs as much as ten. */
const KEEP_RUNS = 20_000;
const TRANSCRIPT_WEIGHT = 10;
/** What a session weighs without its runs: clusters name them. */
const BARE_WEIGHT = 200;
/** Sessions whose counts stay known for lists; a few numbers each. */
const MOST_COUNTED = 2_000;

export interface Finished {
  session: Session;
  depth: RunDepth;
  /** Absent where there are too many to keep. */
  runs: readonly Run[] | undefined;
  counts: Counts;
  coverage: Coverage;
}

export interface SessionCache {
  get(key: string): (Finished & { read_at: string }) | undefined;
  keep(key: string, finished: Finished): void;
  forget(key: string): void;
  computed<T>(key: string, name: string, make: () => Promise<T>, keep?: (value: T) => boolean): Promise<T>;
  counted(session: Session): Session;
  /** Collects runs while they may be kept. */
  collect(): Collection;
}

export interface Collection {
  /** False from when there are too many on. */
  add(runs: readonly Run[]): boolean;
  runs(): readonly Run[] | undefined;
}

interface Entry extends Finished {
  at: number;
  read_at: string;
  weight: number;
  computed: Map<string, unknown>;
}

/** Keeps finished sessions for a while (`KEPT_MS`), within a bound on their runs (`KEEP_RUNS`). */
export function createSessionCache(now: () => number): SessionCache {
  const entries = new Map<string, Entry>();
  const counts = new Map<string, Counts>();
  let total = 0;

  const drop = (key: string) => {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  const get = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    if (!entry) return undefined;
    if (Math.abs(now() - entry.at) > KEPT_MS) {
      drop(key);
      return undefined;
    }
    // The one that was wanted last goes last.
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };

  return {
    get,
    keep(key, finished) {
      // A deeper reading replaces a shallow one, and not the contrary; what was computed stays.
      const before = get(key);
      drop(key);
      const weight = BARE_WEIGHT + weightOf(finished.runs ?? []);
      const at = now();
      const computed = before?.computed ?? new Map<string, unknown>();
      entries.set(key, { ...finished, at, read_at: new Date(at).toISOString(), weight, computed });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= KEEP_RUNS || oldest === key) break;
        drop(oldest);
      }
      counts.delete(finished.session.ref);
      counts.set(finished.session.ref, finished.counts);
      for (const oldest of counts.keys()) {
        if (counts.size <= MOST_COUNTED) break;
        counts.delete(oldest);
      }
    },
    forget(key) {
      const entry = entries.get(key);
      if (entry) counts.delete(entry.session.ref);
      drop(key);
    },
    async computed<T>(key: string, name: string, make: () => Promise<T>, keep: (value: T) => boolean = () => true) {
      const before = get(key)?.computed;
      // Names belong to one maker each, so that what stands under one is of its type.
      if (before?.has(name)) return before.get(name) as T;
      const value = await make();
      const entry = get(key);
      if (entry && keep(value)) entry.computed.set(name, value);
      return value;
    },
    counted(session) {
      const known = counts.get(session.ref);
      if (!known || !isTerminal(session.status) || !session.counts.uncounted) return session;
      return known.runs === session.counts.runs ? { ...session, counts: known } : session;
    },
    collect() {
      let seen: Run[] | undefined = [];
      let weight = 0;
      return {
        add(runs) {
          if (!seen) return true;
          weight += weightOf(runs);
          if (weight > KEEP_RUNS / 2) {
            seen = undefined;
            return false;
          }
          for (const run of runs) seen.push(run);
          return true;
        },
        runs: () => seen,
      };
    },
  };
}

function weightOf(runs: readonly Run[]): number {
  let weight = 0;
  for (const run of runs) weight += run.transcript ? TRANSCRIPT_WEIGHT : 1;
  return weight;
}
