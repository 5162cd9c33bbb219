/** Where a list of sessions goes on, and which sessions it wants. New ones arrive on top, so places are times, not numbers. */
import { Problem } from '../../model/problem.ts';
import type { Session } from '../../model/schemas.ts';
import type { SessionQuery } from '../provider.ts';
import { isoTime, PROVIDER } from './map.ts';

/** Before everything. */
const NEWEST = '9999-12-31T23:59:59.999Z';

/** Where a list goes on: sessions created before this moment, or at it and not among these. */
export interface Position {
  before: string;
  skip: string[];
  /** Page of a single run test to go on from. */
  page: number;
}

export function readPosition(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const [before, page, ...skip] = cursor.split(' ');
  const number = Number(page);
  if (!before || isoTime(before) === undefined || !Number.isInteger(number) || number < 1) {
    throw new Problem('invalid_input', 'That cursor is not one of this list.', {
      provider: PROVIDER,
      next: 'Call again without a cursor.',
    });
  }
  return { before, skip, page: number };
}

export function writePosition(items: readonly Session[], page: number, from: Position | undefined): string {
  const before = items.at(-1)?.created_at;
  // Nothing wanted was found this far: go on below, with the next page.
  if (before === undefined) return [from?.before ?? NEWEST, page + 1, ...(from?.skip ?? [])].join(' ');
  const same = items.filter((item) => item.created_at === before).map((item) => item.ref);
  return [before, page, ...(before === from?.before ? from.skip : []), ...same].join(' ');
}

export const newestFirst = (a: Session, b: Session) => (b.created_at ?? '').localeCompare(a.created_at ?? '');

/** The filters of a query that the vendor does not apply itself, and the place to go on from. */
export function wanted(query: SessionQuery, position: Position | undefined, scenario?: string) {
  const agent = query.agent?.trim().toLowerCase();
  const since = isoTime(query.since);
  const until = isoTime(query.until);
  return (session: Session, scenarios: string | undefined): boolean => {
    const created = session.created_at;
    if (query.status && session.status !== query.status) return false;
    if (agent && session.agent?.toLowerCase() !== agent) return false;
    if (since && (created === undefined || created < since)) return false;
    if (until && (created === undefined || created > until)) return false;
    if (scenario && scenarios && !scenarios.includes(scenario)) return false;
    if (!position) return true;
    if (created === undefined || created > position.before) return false;
    return created < position.before || !position.skip.includes(session.ref);
  };
}
