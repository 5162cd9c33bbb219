/** Keeps finished sessions: their runs while they are few enough, their counts, and what was computed of them. */
import type { Coverage } from '../model/coverage.ts';
import type { Counts, Run, Session } from '../model/schemas.ts';
import { isTerminal } from '../model/verdicts.ts';
import type { RunDepth } from '../providers/provider.ts';

/** How long a finished session is kept: meanwhile evaluations may be added to it, or its runs deleted, elsewhere. */
export const KEPT_MS = 5 * 60_000;
/** Runs of the largest session that is kept; about 1 kB each. */
const LARGEST = 10_000;
/** Weight of a session without its runs: clusters computed of it are kept too. */
const BARE_WEIGHT = 200;
/** Kept over all sessions: two of the largest, so that comparing them again reads neither. */
const KEEP = 2 * (LARGEST + BARE_WEIGHT);
/** Sessions whose counts stay known for lists; a few numbers each. */
const MOST_COUNTED = 2_000;

export interface Finished {
  session: Session;
  depth: RunDepth;
  /** Undefined where there are too many to keep. */
  runs: readonly Run[] | undefined;
  counts: Counts;
  coverage: Coverage;
}

export interface SessionCache {
  get(key: string): (Finished & { read_at: string }) | undefined;
  keep(key: string, finished: Finished): void;
  /** Keeps only the counts of a finished session's runs, for lists; `runs`: how many there are, read or not. */
  count(ref: string, counts: Counts, runs: number): void;
  /** `ref` of the session under `key`. */
  forget(key: string, ref: string): void;
  /**
   * What was computed under `name` of these sessions together, while all of them are kept and none was read anew since;
   * else what `make` computes.
   */
  computed<T>(keys: readonly string[], name: string, make: () => Promise<T>, keep?: (value: T) => boolean): Promise<T>;
  /** A listed session with what is known of its verdicts; those of runs that were not read stay uncounted. */
  counted(session: Session): Session;
  /** Collects runs while they may be kept: none of a session that is expected to have too many. */
  collect(expected: number): Collection;
}

export interface Collection {
  /** Adds runs; false once there are too many to keep. */
  add(runs: readonly Run[]): boolean;
  runs(): readonly Run[] | undefined;
}

interface Entry extends Finished {
  at: number;
  read_at: string;
  weight: number;
  computed: Computed;
}

/** What was computed of a session, by name, and of which sessions' maps: a session that is read anew gets another map. */
type Computed = Map<string, { of: readonly (Computed | undefined)[]; value: unknown }>;

/** Keeps finished sessions for a while (`KEPT_MS`), within a bound on their runs (`KEEP`). */
export function createSessionCache(now: () => number): SessionCache {
  const entries = new Map<string, Entry>();
  const counts = new Map<string, { read: Counts; runs: number }>();
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
    // Moved to the end: the session that was not asked for longest is dropped first.
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  };

  const count = (ref: string, read: Counts, runs: number) => {
    counts.delete(ref);
    counts.set(ref, { read, runs });
    for (const oldest of counts.keys()) {
      if (counts.size <= MOST_COUNTED) break;
      counts.delete(oldest);
    }
  };

  return {
    get,
    keep(key, finished) {
      // What was computed of the session stays when a deeper reading replaces a shallow one.
      const previous = get(key);
      drop(key);
      const weight = BARE_WEIGHT + (finished.runs?.length ?? 0);
      const at = now();
      const computed = previous?.computed ?? new Map();
      entries.set(key, { ...finished, at, read_at: new Date(at).toISOString(), weight, computed });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= KEEP || oldest === key) break;
        drop(oldest);
      }
      count(finished.session.ref, finished.counts, finished.counts.runs);
    },
    count,
    forget(key, ref) {
      counts.delete(ref);
      drop(key);
    },
    async computed<T>(
      keys: readonly string[],
      name: string,
      make: () => Promise<T>,
      keep: (value: T) => boolean = () => true,
    ) {
      const mapsNow = () => keys.map((key) => get(key)?.computed);
      const before = mapsNow();
      const known = before[0]?.get(name);
      // Each name is computed by one `make`, so the value under it has its type.
      if (known?.of.every((map, index) => map === before[index])) return known.value as T;
      const value = await make();
      const after = mapsNow();
      if (after.every((map) => map !== undefined) && keep(value)) after[0]?.set(name, { of: after, value });
      return value;
    },
    counted(session) {
      const known = counts.get(session.ref);
      if (!known || !isTerminal(session.status) || !session.counts.uncounted) return session;
      const { read, runs } = known;
      if (runs !== session.counts.runs) return session;
      return { ...session, counts: read.runs < runs ? { ...read, runs, uncounted: runs - read.runs } : read };
    },
    collect(expected) {
      let seen: Run[] | undefined = [];
      let count = expected > LARGEST ? expected : 0;
      return {
        add(runs) {
          if (!seen) return true;
          count += runs.length;
          if (count > LARGEST) {
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
