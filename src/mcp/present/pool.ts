/** How several sessions that are read as one are named: by their number; their references stand where they are needed. */
import { fromCommaList } from '../../model/comma-list.ts';
import { plural } from '../../model/plural.ts';
import { isLongRef, type SaidSession } from '../said-session.ts';

/** True where a reference names several sessions. */
export function isPool(ref: string): boolean {
  return fromCommaList(ref).length > 1;
}

/** `coval/session/1`, or `3 sessions read as one`. */
export function namedSession(ref: string): string {
  const count = fromCommaList(ref).length;
  return count === 1 ? ref : readAsOne(count);
}

/** The same where a long reference is not said back. */
export function namedSaid({ session, pooled = 0 }: SaidSession): string {
  return session === undefined ? readAsOne(pooled) : namedSession(session);
}

function readAsOne(count: number): string {
  return `${plural(count, 'session')} read as one`;
}

/** The references of sessions as one, as many as a next step has room for. */
export function pooledRef(sessions: readonly { ref: string }[]): string {
  return sessions.reduce((all, { ref }) => {
    const more = all === '' ? ref : `${all},${ref}`;
    return isLongRef(more) ? all : more;
  }, '');
}

/** Next steps; of those that name these sessions none where the reference is long: it stands in the answer already. */
export function stepsWith(ref: string, ...steps: (string | undefined)[]): string[] {
  const all = steps.filter((step) => step !== undefined);
  return isLongRef(ref) ? all.filter((step) => !step.includes(ref)) : all;
}

/** The line that says which sessions are read as one; none for a single session, which the headline names, and for what is not said back. */
export function listedSessions(ref: string | undefined): string[] {
  return ref !== undefined && isPool(ref) ? [`sessions ${ref}`] : [];
}
