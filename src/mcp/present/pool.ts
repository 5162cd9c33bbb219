/** How several sessions that are read as one are named: by their number; their references stand where they are needed. */
import { fromCommaList } from '../../model/comma-list.ts';
import { plural } from '../../model/plural.ts';

/** A reference longer than this is said once, not again in every next step. */
const LONG_REF = 700;

/** True where a reference names several sessions. */
export function isPool(ref: string): boolean {
  return fromCommaList(ref).length > 1;
}

/** `coval/session/1`, or `3 sessions read as one`. */
export function namedSession(ref: string): string {
  const count = fromCommaList(ref).length;
  return count === 1 ? ref : `${plural(count, 'session')} read as one`;
}

/** The references of sessions as one, as many as a next step has room for. */
export function pooledRef(sessions: readonly { ref: string }[]): string {
  return sessions.reduce((all, { ref }) => {
    const more = all === '' ? ref : `${all},${ref}`;
    return more.length <= LONG_REF ? more : all;
  }, '');
}

/** Next steps; of those that name these sessions none where the reference is long: it stands in the answer already. */
export function stepsWith(ref: string, ...steps: (string | undefined)[]): string[] {
  const all = steps.filter((step) => step !== undefined);
  return ref.length <= LONG_REF ? all : all.filter((step) => !step.includes(ref));
}

/** The line that says which sessions are read as one; none for a single session, which the headline names. */
export function listedSessions(ref: string): string[] {
  return isPool(ref) ? [`sessions ${ref}`] : [];
}

/** The same, where whoever called has the reference at hand: a long one is not said back. */
export function listedIfShort(ref: string): string[] {
  return ref.length <= LONG_REF ? listedSessions(ref) : [];
}
