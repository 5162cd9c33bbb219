/** Executions as sessions: lists by run test or over all of them, and one by id. */
import { Problem } from '../../model/problem.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Page, Provider, SessionQuery } from '../provider.ts';
import type { CallReader } from './calls.ts';
import { type FutureAgiClient, vendorStatus } from './client.ts';
import { mapEvaluations } from './evaluations.ts';
import { belongingOf, isUuid, type Lookup, remembered } from './lookup.ts';
import { isoTime, mapExecution, mapExecutionMetrics, mapExecutionRow, PROVIDER } from './map.ts';
import type { ExecutionDetail } from './wire.ts';
import type { RunTest } from './wire-app.ts';

/** Run tests whose executions are merged for one answer. */
const MERGED_RUN_TESTS = 15;
const AT_ONCE = 5;
/** Pages read of one run test for one answer. */
const PAGES_PER_ANSWER = 10;

/** The word the vendor stores, for its `status` filter; words that stand for several of its states are filtered here. */
const STORED: Partial<Record<Session['status'], string>> = {
  queued: 'pending',
  scoring: 'evaluating',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Where a list goes on: sessions created before this moment, or at it and not among these. */
interface Position {
  before: string;
  skip: string[];
  /** Page of a single run test to go on from. */
  page: number;
}

function readPosition(cursor: string | undefined): Position | undefined {
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

function writePosition(items: readonly Session[], page: number): string | undefined {
  const before = items.at(-1)?.created_at;
  if (before === undefined) return undefined;
  const skip = items.filter((item) => item.created_at === before).map((item) => item.ref);
  return [before, page, ...skip].join(' ');
}

const newestFirst = (a: Session, b: Session) => (b.created_at ?? '').localeCompare(a.created_at ?? '');

function wanted(query: SessionQuery, position: Position | undefined, scenario?: string) {
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

export function createSessions(
  client: FutureAgiClient,
  calls: CallReader,
  lookup: Lookup,
): NonNullable<Provider['sessions']> {
  /** Executions that were completed and had every evaluation written when last looked at. */
  const settled = remembered<string>();

  /** Sessions of one run test that are wanted, newest first, until `limit` of them. */
  const ofRunTest = async (
    runTest: RunTest,
    query: SessionQuery,
    position: Position | undefined,
    call: CallContext,
    scenario?: string,
  ): Promise<{ items: Session[]; page: number; more: boolean; total?: number }> => {
    const keep = wanted(query, position, scenario);
    const since = isoTime(query.since);
    const items = new Map<string, Session>();
    let page = position && position.page > 1 ? position.page - 1 : 1;
    let total: number | undefined;
    for (let read = 0; ; read += 1) {
      const answer = await client.executions(
        runTest.id,
        { page, limit: query.limit, status: query.status && STORED[query.status] },
        call.signal,
      );
      total = answer.count;
      const pages = answer.total_pages ?? Math.max(1, Math.ceil((answer.count ?? 0) / query.limit));
      for (const row of answer.results) {
        const known = belongingOf(runTest);
        const session = mapExecutionRow(row, known);
        lookup.remember(row.id, { ...known, ...(session.agent ? { agent: session.agent } : {}) });
        if (keep(session, row.scenarios)) items.set(session.ref, session);
      }
      const oldest = isoTime(answer.results.at(-1)?.start_time);
      const past = since !== undefined && oldest !== undefined && oldest < since;
      const last = past || answer.results.length === 0 || page >= pages;
      if (items.size > query.limit || last || read + 1 >= PAGES_PER_ANSWER)
        return { items: [...items.values()].sort(newestFirst), page, more: !last, total };
      page += 1;
    }
  };

  const answerWith = (found: Session[], more: boolean, limit: number, page: number): Page<Session> => {
    const items = found.slice(0, limit);
    const next = more || found.length > limit ? writePosition(items, page) : undefined;
    return { items, ...(next === undefined ? {} : { next }) };
  };

  /** Name mode: it merges run tests that share the name, so those are named to the reader. */
  const byName = async (runTest: RunTest, query: SessionQuery, call: CallContext, cause: unknown) => {
    if (!runTest.name) throw cause;
    const page = Number(query.cursor?.split(' ')[1] ?? 1) || 1;
    const answer = await client.executionsByName(runTest.name, { page, limit: query.limit }, call.signal);
    const same = await client.runTests({ search: runTest.name, page: 1, limit: 100 }, call.signal);
    const sharing = same.results.filter((other) => other.name === runTest.name).length;
    const known = sharing > 1 ? { name: runTest.name } : belongingOf(runTest);
    const keep = wanted(query, undefined);
    const items = answer.results
      .map((row) =>
        mapExecution({ ...row, call_results: undefined, eval_explanation_summary_status: undefined }, known),
      )
      .filter((session) => keep(session, undefined));
    const pages = Math.min(answer.total_pages ?? page, Math.max(1, Math.ceil((answer.count ?? 0) / query.limit)));
    const before = items.at(-1)?.created_at ?? new Date(0).toISOString();
    return {
      items,
      ...(page < pages ? { next: `${before} ${page + 1}` } : {}),
      ...(answer.count === undefined ? {} : { total: answer.count }),
      ...(sharing > 1
        ? { notes: [`${sharing} run tests share this name and Future AGI lists their executions merged.`] }
        : {}),
    };
  };

  const ofSuite = async (id: string, query: SessionQuery, call: CallContext): Promise<Page<Session>> => {
    const runTest = await lookup.runTest(id, call);
    const plain = !query.agent && !query.since && !query.until;
    try {
      const found = await ofRunTest(runTest, query, readPosition(query.cursor), call);
      const total = plain && found.total !== undefined ? { total: found.total } : {};
      return { ...answerWith(found.items, found.more, query.limit, found.page), ...total };
    } catch (error) {
      const status = vendorStatus(error);
      if (status === 404 || status === 405 || status === 403 || status === 500)
        return byName(runTest, query, call, error);
      throw error;
    }
  };

  /** Executions of several run tests, newest first; a run test that never ran since the oldest one found is not asked. */
  const merged = async (runTests: RunTest[], query: SessionQuery, call: CallContext, scenario?: string) => {
    const position = readPosition(query.cursor);
    const since = isoTime(query.since);
    const lastRun = (runTest: RunTest) => isoTime(runTest.last_run_at) ?? '';
    const queue = [...runTests].sort((a, b) => lastRun(b).localeCompare(lastRun(a)));
    let found: Session[] = [];
    let asked = 0;
    let more = false;
    while (asked < queue.length && asked < MERGED_RUN_TESTS) {
      const horizon = found[query.limit]?.created_at;
      const batch = queue
        .slice(asked, Math.min(asked + AT_ONCE, MERGED_RUN_TESTS))
        .filter((runTest) => horizon === undefined || lastRun(runTest) >= horizon)
        .filter((runTest) => !since || lastRun(runTest) === '' || lastRun(runTest) >= since);
      if (batch.length === 0 && horizon !== undefined) break;
      const answers = await Promise.all(
        batch.map((runTest) => ofRunTest(runTest, query, position && { ...position, page: 1 }, call, scenario)),
      );
      more ||= answers.some((answer) => answer.more);
      found = [...found, ...answers.flatMap((answer) => answer.items)].sort(newestFirst);
      asked += AT_ONCE;
    }
    const unread = queue.length - MERGED_RUN_TESTS;
    const notes =
      unread > 0 && asked >= MERGED_RUN_TESTS
        ? [`Only the ${MERGED_RUN_TESTS} run tests that ran last were looked at; ${unread} more exist: pass \`test\`.`]
        : [];
    return { ...answerWith(found, more, query.limit, 1), ...(notes.length > 0 ? { notes } : {}) };
  };

  /**
   * A chat execution says `completed` while its evaluations are still being written. The call updated least recently is
   * the last row, so that one tells; asked once per completed state.
   */
  const stillScoring = async (detail: ExecutionDetail, call: CallContext): Promise<boolean> => {
    const waiting = (read: ExecutionDetail) =>
      (read.call_results?.results ?? []).some((row) =>
        mapEvaluations(row.eval_outputs).some((evaluation) => evaluation.verdict === 'pending'),
      );
    // Evaluations added to an old execution come as placeholders, which makes their calls the last updated ones.
    if (waiting(detail)) return true;
    const count = detail.call_results?.count ?? 0;
    const state = `${detail.completed_at ?? ''} ${count}`;
    if (settled.get(detail.execution_id) === state) return false;
    const pages = Math.min(detail.call_results?.total_pages ?? 1, count);
    if (pages > 1) {
      // Fewer calls than a moment ago make this page one beyond the end: that is no reason to fail.
      const last = await calls
        .execution(detail.execution_id, { page: pages, limit: 1 }, call)
        .catch((error: unknown) => {
          if (vendorStatus(error) !== 500) throw error;
          return undefined;
        });
      if (last && waiting(last)) return true;
    }
    settled.set(detail.execution_id, state);
    return false;
  };

  const unknownSession = async (cause: unknown, call: CallContext): Promise<Problem> => {
    const recent = await lookup
      .runTests(call)
      .then(({ items }) => merged(items, { limit: 5 }, call))
      .catch((): Page<Session> => ({ items: [] }));
    return new Problem('not_found', 'Future AGI knows no test execution with that id.', {
      provider: PROVIDER,
      next: 'list_sessions lists the executions; those of another workspace are not visible.',
      candidates: recent.items.map((session) => session.ref),
      cause,
    });
  };

  return {
    async list(query, call) {
      if (query.test?.kind === 'suite') return ofSuite(query.test.ids[0] ?? '', query, call);
      const { items } = await lookup.runTests(call);
      const scenario = query.test?.ids.at(-1);
      if (scenario === undefined) return merged(items, query, call);
      const holding = items.filter((runTest) => scenariosOf(runTest).some((one) => one.id === scenario));
      const name = holding.flatMap(scenariosOf).find((one) => one.id === scenario)?.name;
      return merged(holding, query, call, name);
    },
    async get(ids, call) {
      const [id = ''] = ids;
      if (!isUuid(id)) throw notAnId('test execution');
      try {
        const detail = await calls.execution(id, { page: 1, limit: 1 }, call);
        const [known, scoring] = await Promise.all([
          lookup.belonging(id, call),
          detail.status?.toLowerCase() === 'completed' ? stillScoring(detail, call) : false,
        ]);
        return mapExecution(detail, known, scoring);
      } catch (error) {
        if (vendorStatus(error) === 404) throw await unknownSession(error, call);
        if (vendorStatus(error) !== 500) throw error;
        // One evaluation whose statistics cannot be computed breaks `runs` for good; `metrics` does not compute any.
        return mapExecutionMetrics(await client.executionMetrics(id, call.signal), await lookup.belonging(id, call));
      }
    },
  };
}

/** Scenarios of a run test as its own record tells them. */
export function scenariosOf(runTest: RunTest): { id: string; name?: string; rows?: number; status?: string }[] {
  const detailed = runTest.scenarios_detail.flatMap((one) =>
    one.id ? [{ id: one.id, name: one.name, rows: one.dataset_rows, status: one.status }] : [],
  );
  return detailed.length > 0 ? detailed : runTest.scenarios.map((id) => ({ id }));
}

export function notAnId(what: string): Problem {
  return new Problem('not_found', `That is not the id of a ${what}: Future AGI ids are UUIDs.`, {
    provider: PROVIDER,
    next: 'Use the reference that the list tools print; references of documentation examples are shortened.',
  });
}
