/** Which runs of a session count in the trend of a test: a session may have run other tests, too. */
import { parseRef } from '../model/refs.ts';
import type { Run, Session } from '../model/schemas.ts';
import { emptyCounts } from '../model/verdicts.ts';
import type { CallContext, Provider } from '../providers/provider.ts';
import type { OpenedSession } from '../reading/reading.ts';

/** A test whose trend is asked for. */
export interface TrendTest {
  ref: string;
  kind: 'suite' | 'case';
  ids: readonly string[];
}

/** Runs that a trend leaves out of a session. */
export interface LeftOut {
  /** Of other tests. */
  other: number;
  /** They do not tell their test. */
  untold: number;
}

export interface RunFilter {
  /** Equal for filters that let the same runs through. */
  key: string;
  /** Undefined: the run does not tell its test. */
  has(run: Pick<Run, 'test'>): boolean | undefined;
}

/**
 * The filter of a session; `all`: each of its runs counts; `unknown`: which of them are of the suite is not known, since
 * its cases cannot be read.
 */
export type Scope = (session: Pick<Session, 'test'>) => Promise<RunFilter | 'all' | 'unknown'>;

/** `test` is undefined for the trend of an agent, whose sessions count whole. */
export function scopeOf(provider: Pick<Provider, 'tests'>, test: TrendTest | undefined, call: CallContext): Scope {
  if (!test) return async () => 'all';
  const detail = once(async () => {
    try {
      return await provider.tests?.get(test.kind, test.ids, call);
    } catch (error) {
      // A test that was deleted still has sessions; its runs are told by the id that was passed.
      if (call.signal.aborted) throw error;
      return undefined;
    }
  });
  const filter = once(async (): Promise<RunFilter | 'unknown'> => {
    const found = await detail();
    if (test.kind === 'case') return filterOf([test.ref, ...(found ? [found.ref] : [])]);
    if (!found?.members || (found.members_omitted ?? 0) > 0) return 'unknown';
    return filterOf(found.members.map(({ ref }) => ref));
  });
  return async (session) => (test.kind === 'suite' && session.test === test.ref ? 'all' : filter());
}

/** Runs of these cases, by the innermost id: a case may be named with the suite that it stands in. */
function filterOf(refs: readonly string[]): RunFilter {
  const ids = new Set(refs.map(innermost));
  const known = new Map<string, boolean>();
  return {
    key: JSON.stringify([...ids].toSorted()),
    has({ test }) {
      if (test === undefined) return undefined;
      const found = known.get(test) ?? ids.has(innermost(test));
      known.set(test, found);
      return found;
    },
  };
}

function innermost(ref: string): string {
  return parseRef(ref)?.ids.at(-1) ?? ref;
}

/** The session with those runs alone; what is left out is counted in `left`. */
export function narrowed(opened: OpenedSession, { key, has }: RunFilter, left: LeftOut): OpenedSession {
  const own: OpenedSession = {
    ...opened,
    get members() {
      return [own];
    },
    session: { ...opened.session, counts: emptyCounts() },
    runs(depth, call, visit) {
      Object.assign(left, { other: 0, untold: 0 });
      const onCovered: typeof call.onCovered = (_, coverage) => call.onCovered?.(own, coverage);
      return opened.runs(depth, { ...call, onCovered }, (runs) => {
        const kept = runs.filter((run) => {
          const found = has(run);
          if (found === undefined) left.untold += 1;
          else if (!found) left.other += 1;
          return found === true;
        });
        visit(kept, own);
      });
    },
    computed: (name, make, keep) => opened.computed(`${name} of the runs of ${key}`, make, keep),
  };
  return own;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
