/** Remembers the refs that earlier pages of a list have shown, by the cursor of the next page: each ref is shown once. */
import { randomBytes } from 'node:crypto';

/** Cursors remembered; a list whose cursor is older may show rows again. */
const MOST_CURSORS = 100;
/** Refs remembered for one cursor. */
const MOST_SHOWN = 5_000;

export interface ShownRows {
  /** Refs shown before the cursor of this name; empty for a cursor that is not remembered. */
  before(name: string | undefined): ReadonlySet<string>;
  /** Remembers the refs for the next cursor, and returns the name of that cursor. */
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
