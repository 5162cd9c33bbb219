/**
 * Peculiar to Future AGI: executions are listed for one run test at a time, newest first. Lists of several run tests
 * are merged, and new executions arrive on top, so the place where such a list goes on is a time, not a number.
 */
import { Problem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, SessionQuery } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { type Source, source } from '../shared/cursor-page.ts';
import type { List } from '../shared/list.ts';
import { instant, isInWindow, iso } from '../shared/scalars.ts';
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

/** Position before the newest session: a list that starts here starts at its top. */
const NEWEST = '9999-12-31T23:59:59.999Z';
/** Time given to sessions without a creation time: they stand last. */
const OLDEST = '1970-01-01T00:00:00.000Z';

/**
 * Values of the vendor's `status` filter. A status that stands for several of the vendor's states has none; `isWanted`
 * filters by it.
 */
const VENDOR_STATUS_FILTER: Partial<Record<Session['status'], string>> = {
  queued: 'pending',
  scoring: 'evaluating',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

interface ListOptions {
  /** Rows a page. */
  size: number;
  /** Only sessions behind this position; without it, from the newest on. */
  startAt?: Position | undefined;
  /** Name of a scenario: only executions that played it. */
  scenario?: string | undefined;
}

/** The executions of one run test that a query wants. */
export function executionsOf(
  { api, lookup }: { api: Api; lookup: Lookup },
  runTest: WireRunTest,
  query: SessionQuery,
  { signal }: CallContext,
  { size, startAt, scenario }: ListOptions,
): Source<Session> {
  const belonging = belongingOf(runTest);
  const asked = {
    params: { id: runTest.id },
    query: { status: query.status && VENDOR_STATUS_FILTER[query.status] },
    signal,
  };
  const list = api.list(ENDPOINTS.listExecutions, asked, size);
  const read = (row: Parameters<typeof toListedSession>[0]) => {
    const session = toListedSession(row, belonging);
    lookup.remember(row.id, { ...belonging, agent: session.agent });
    return session;
  };
  const plays = scenario
    ? ({ scenarios }: { scenarios?: string }) => !scenarios || scenarios.includes(scenario)
    : undefined;
  return sessionsIn(list, read, query, { startAt, plays });
}

/** The executions of all run tests of this name that a query wants. */
export function executionsByName(
  api: Api,
  name: string,
  belonging: Belonging,
  query: SessionQuery,
  { signal }: CallContext,
): Source<Session> {
  const list = api.list(ENDPOINTS.listExecutionsByName, { query: { run_test_name: name }, signal }, query.limit);
  return sessionsIn(list, (row) => toSession(row, belonging), query);
}

/** The sessions that a query wants from a list that is newest first; with `startAt`, only those behind it. */
function sessionsIn<W>(
  list: List<W>,
  toSession: (row: W) => Session,
  query: SessionQuery,
  { startAt, plays = () => true }: { startAt?: Position | undefined; plays?: ((row: W) => boolean) | undefined } = {},
): Source<Session> {
  const since = instant(query.since);
  /** Read once per answer: new sessions push others down, and what earlier answers showed is not shown again. */
  let start: { position: Position | undefined } | undefined;
  return source({
    list,
    accept(row, memo) {
      start ??= { position: readPosition(memo) ?? startAt };
      const session = toSession(row);
      const wanted = isWanted(session, query) && plays(row) && isBehind(session, start.position);
      return wanted ? session : undefined;
    },
    note: (row, memo) => writePosition(positionAfter(toSession(row), readPosition(memo))),
    until: (row) => !isInWindow(instant(toSession(row).created_at), since),
  });
}

/** Whether a session passes the filters of a query. The vendor itself applies only some of them. */
function isWanted({ status, agent, agent_ref, created_at: created }: Session, query: SessionQuery): boolean {
  const wanted = query.agent?.trim().toLowerCase();
  const [since, until] = [iso(query.since), iso(query.until)];
  if (query.status && status !== query.status) return false;
  // By its name, or by its reference without what comes before the ids.
  const ids = agent_ref === undefined ? [] : (parseRef(agent_ref)?.ids ?? []);
  if (wanted && agent?.toLowerCase() !== wanted && ids.join('~').toLowerCase() !== wanted) return false;
  if (since && (created === undefined || created < since)) return false;
  return !(until && (created === undefined || created > until));
}

/** Whether a session comes after a position; every one does where there is no position. */
function isBehind(session: Session, position: Position | undefined): boolean {
  if (!position) return true;
  const at = timeOf(session);
  return at < position.before || (at === position.before && !position.skip.includes(session.ref));
}

/** Reads a written position; undefined without one. Throws `invalid_input` for text that is no position. */
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

/** Position right after `session`, which was shown; `previous` is the position before it was shown. */
export function positionAfter(session: Session, previous: Position | undefined): Position {
  const before = timeOf(session);
  return { before, skip: [...(previous?.before === before ? previous.skip : []), session.ref] };
}

export const newestFirst = (a: Session, b: Session) => timeOf(b).localeCompare(timeOf(a));
