/** What earlier pages of a list have shown, by the cursor that goes on behind them: what comes again is shown once. */
import { randomBytes } from 'node:crypto';

/** Cursors remembered; one that is older goes on without its memory. */
const MOST_CURSORS = 100;
/** Things remembered for one cursor. */
const MOST_SHOWN = 5_000;

export interface ShownRows {
  /** Refs shown before the cursor of this name; empty for one that is not known (any more). */
  before(name: string | undefined): ReadonlySet<string>;
  /** Keeps them for the next cursor; its name. */
  keep(refs: ReadonlySet<string>): string;
}

/** Remembers the latest cursors, in memory. */
export function createShownRows(): ShownRows {
  const kept = new Map<string, ReadonlySet<string>>();
  return {
    before: (name) => (name === undefined ? undefined : kept.get(name)) ?? new Set(),
    keep(refs) {
      const name = randomBytes(4).toString('base64url');
      kept.set(name, refs.size > MOST_SHOWN ? new Set([...refs].slice(-MOST_SHOWN)) : refs);
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_CURSORS) break;
        kept.delete(oldest);
      }
      return name;
    },
  };
}
