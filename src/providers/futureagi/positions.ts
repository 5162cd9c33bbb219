/** Where a list of sessions goes on, and which sessions it wants. New ones arrive on top, so places are times, not numbers. */
import { Problem } from '../../model/problem.ts';
import type { Session } from '../../model/schemas.ts';
import type { SessionQuery } from '../provider.ts';
import { iso } from '../shared/scalars.ts';
import { PLATFORM } from './platform.ts';

/** Before everything, and where those are that do not tell when they began. */
const NEWEST = '9999-12-31T23:59:59.999Z';
const OLDEST = '1970-01-01T00:00:00.000Z';

/** Where a list goes on: sessions created before this moment, or at it and not among these. */
export interface Position {
  before: string;
  skip: readonly string[];
}

/** Throws `invalid_input` for what is no position. */
export function readPosition(written: string | undefined): Position | undefined {
  if (written === undefined) return undefined;
  const [before, ...skip] = written.split(' ');
  if (before && iso(before) === before && skip.every((ref) => ref.startsWith(`${PLATFORM.id}/`)))
    return { before, skip };
  throw new Problem('invalid_input', 'That cursor is not one of this list.', {
    provider: PLATFORM.id,
    next: 'Call again without a cursor.',
    sent: 'no',
  });
}

export function writePosition({ before, skip }: Position = { before: NEWEST, skip: [] }): string {
  return [before, ...skip].join(' ');
}

const timeOf = ({ created_at = OLDEST }: Session) => created_at;

/** Where a list goes on behind a session that was shown. */
export function behind(session: Session, from: Position | undefined): Position {
  const before = timeOf(session);
  return { before, skip: [...(from?.before === before ? from.skip : []), session.ref] };
}

export const newestFirst = (a: Session, b: Session) => timeOf(b).localeCompare(timeOf(a));

/** The filters of a query that the vendor does not apply itself, and the place to go on from. */
export function wanted(query: SessionQuery, scenario?: string) {
  const agent = query.agent?.trim().toLowerCase();
  const since = iso(query.since);
  const until = iso(query.until);
  return (session: Session, scenarios: string | undefined, position: Position | undefined): boolean => {
    const created = session.created_at;
    if (query.status && session.status !== query.status) return false;
    if (agent && session.agent?.toLowerCase() !== agent) return false;
    if (since && (created === undefined || created < since)) return false;
    if (until && (created === undefined || created > until)) return false;
    if (scenario && scenarios && !scenarios.includes(scenario)) return false;
    if (!position) return true;
    const at = timeOf(session);
    return at < position.before || (at === position.before && !position.skip.includes(session.ref));
  };
}
