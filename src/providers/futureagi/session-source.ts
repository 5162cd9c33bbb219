/**
 * Peculiar to Future AGI: executions are listed for one run test at a time, newest first. Lists of several run tests
 * are merged, and new executions arrive on top, so the place where such a list goes on is a time, not a number.
 */
import { Problem } from '../../model/problem.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, SessionQuery } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { type Source, source } from '../shared/cursor-page.ts';
import type { List } from '../shared/list.ts';
import { iso } from '../shared/scalars.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { type Belonging, belongingOf, toListedSession, toSession } from './map-session.ts';
import { PLATFORM } from './settings.ts';
import type { WireRunTest } from './wire.ts';

/** Where a list goes on: sessions created before this moment, or at it and not among these. */
export interface Position {
  before: string;
  skip: readonly string[];
}

/** Before everything, and where those are that do not tell when they began. */
const NEWEST = '9999-12-31T23:59:59.999Z';
const OLDEST = '1970-01-01T00:00:00.000Z';

/**
 * The word the vendor stores, for its `status` filter; words that stand for several of its states are filtered here.
 */
const STORED: Partial<Record<Session['status'], string>> = {
  queued: 'pending',
  scoring: 'evaluating',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

interface FromRunTest {
  /** Rows a page. */
  size: number;
  /** Goes on from there. */
  from?: Position | undefined;
  /** Name of a scenario: only executions that played it. */
  scenario?: string | undefined;
}

/** The executions of one run test that a query wants. */
export function executionsOf(
  { api, lookup }: { api: Api; lookup: Lookup },
  runTest: WireRunTest,
  query: SessionQuery,
  { signal }: CallContext,
  { size, from, scenario }: FromRunTest,
): Source<Session> {
  const known = belongingOf(runTest);
  const asked = { params: { id: runTest.id }, query: { status: query.status && STORED[query.status] }, signal };
  const list = api.list(ENDPOINTS.listExecutions, asked, size);
  const session = (row: Parameters<typeof toListedSession>[0]) => {
    const made = toListedSession(row, known);
    lookup.remember(row.id, { ...known, agent: made.agent });
    return made;
  };
  const plays = scenario
    ? ({ scenarios }: { scenarios?: string }) => !scenarios || scenarios.includes(scenario)
    : undefined;
  return sessionsIn(list, session, query, { from, plays });
}

/** The executions of all run tests of this name that a query wants. */
export function executionsByName(
  api: Api,
  name: string,
  known: Belonging,
  query: SessionQuery,
  { signal }: CallContext,
): Source<Session> {
  const list = api.list(ENDPOINTS.listExecutionsByName, { query: { run_test_name: name }, signal }, query.limit);
  return sessionsIn(list, (row) => toSession(row, known), query);
}

/** Sessions of a list that is newest first, those that a query wants; behind `from`, where it goes on from a time. */
function sessionsIn<W>(
  list: List<W>,
  toSession: (row: W) => Session,
  query: SessionQuery,
  { from, plays = () => true }: { from?: Position | undefined; plays?: ((row: W) => boolean) | undefined } = {},
): Source<Session> {
  const since = iso(query.since);
  /** New ones push others down: what was shown before this answer is not shown again. */
  let start: { position: Position | undefined } | undefined;
  return source({
    list,
    accept(row, memo) {
      start ??= { position: readPosition(memo) ?? from };
      const session = toSession(row);
      const wanted = isWanted(session, query) && plays(row) && isBehind(session, start.position);
      return wanted ? session : undefined;
    },
    note: (row, memo) => writePosition(behind(toSession(row), readPosition(memo))),
    until(row) {
      const { created_at } = toSession(row);
      return since !== undefined && created_at !== undefined && created_at < since;
    },
  });
}

/** Whether it passes the filters of a query, which the vendor applies only in part. */
function isWanted({ status, agent, created_at: created }: Session, query: SessionQuery): boolean {
  const wanted = query.agent?.trim().toLowerCase();
  const [since, until] = [iso(query.since), iso(query.until)];
  if (query.status && status !== query.status) return false;
  if (wanted && agent?.toLowerCase() !== wanted) return false;
  if (since && (created === undefined || created < since)) return false;
  return !(until && (created === undefined || created > until));
}

function isBehind(session: Session, position: Position | undefined): boolean {
  if (!position) return true;
  const at = timeOf(session);
  return at < position.before || (at === position.before && !position.skip.includes(session.ref));
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
