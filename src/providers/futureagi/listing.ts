/** Lists of executions: of one run test, or of many merged newest first. */
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Page, SessionQuery } from '../provider.ts';
import { type FutureAgiClient, vendorStatus } from './client.ts';
import { belongingOf, type Lookup, scenariosOf } from './lookup.ts';
import { isoTime, mapExecution, mapExecutionRow } from './map.ts';
import { newestFirst, type Position, readPosition, wanted, writePosition } from './positions.ts';
import type { RunTest } from './wire-app.ts';

/** Run tests whose executions are merged for one answer. */
const MERGED_RUN_TESTS = 15;
const AT_ONCE = 5;
/** Pages read of one run test for one answer. */
const PAGES_PER_ANSWER = 10;
/** Rows a page when several run tests are read again down to where a cursor goes on. */
const DEEP_PAGE = 100;

/** The word the vendor stores, for its `status` filter; words that stand for several of its states are filtered here. */
const STORED: Partial<Record<Session['status'], string>> = {
  queued: 'pending',
  scoring: 'evaluating',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

export interface Listing {
  list(query: SessionQuery, call: CallContext): Promise<Page<Session>>;
  /** Executions of these run tests, merged newest first; `scenario` (a name) keeps those that played it. */
  merged(runTests: RunTest[], query: SessionQuery, call: CallContext, scenario?: string): Promise<Page<Session>>;
}

export function createListing(client: FutureAgiClient, lookup: Lookup): Listing {
  /** Sessions of one run test that are wanted, newest first, until `limit` of them. */
  const ofRunTest = async (
    runTest: RunTest,
    query: SessionQuery,
    position: Position | undefined,
    call: CallContext,
    { scenario, size = query.limit }: { scenario?: string; size?: number } = {},
  ): Promise<{ items: Session[]; page: number; more: boolean; total?: number }> => {
    const keep = wanted(query, position, scenario);
    const since = isoTime(query.since);
    const items = new Map<string, Session>();
    let page = position && position.page > 1 ? position.page - 1 : 1;
    let total: number | undefined;
    for (let read = 0; ; read += 1) {
      const answer = await client.executions(
        runTest.id,
        { page, limit: size, status: query.status && STORED[query.status] },
        call.signal,
      );
      total = answer.count;
      const pages = answer.total_pages ?? Math.max(1, Math.ceil((answer.count ?? 0) / size));
      for (const row of answer.results) {
        const known = belongingOf(runTest);
        const session = mapExecutionRow(row, known);
        lookup.remember(row.id, { ...known, ...(session.agent ? { agent: session.agent } : {}) });
        if (keep(session, row.scenarios)) items.set(session.ref, session);
      }
      const oldest = isoTime(answer.results.at(-1)?.start_time);
      const past = since !== undefined && oldest !== undefined && oldest < since;
      const last = past || answer.results.length === 0 || page >= pages;
      if (items.size >= query.limit || last || read + 1 >= PAGES_PER_ANSWER)
        return { items: [...items.values()].sort(newestFirst), page, more: !last, total };
      page += 1;
    }
  };

  const answerWith = (
    found: Session[],
    limit: number,
    next: (items: Session[]) => string | undefined,
  ): Page<Session> => {
    const items = found.slice(0, limit);
    const cursor = next(items);
    return { items, ...(cursor === undefined ? {} : { next: cursor }) };
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
      const position = readPosition(query.cursor);
      const found = await ofRunTest(runTest, query, position, call);
      const total = plain && found.total !== undefined ? { total: found.total } : {};
      const next = (items: Session[]) =>
        found.more || found.items.length > items.length ? writePosition(items, found.page, position) : undefined;
      return { ...answerWith(found.items, query.limit, next), ...total };
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
    /** The page is full down to this moment: what did not run after it cannot be on the page. */
    const horizon = () => found[query.limit - 1]?.created_at;
    const mayAdd = (runTest: RunTest) => {
      const full = horizon();
      return full === undefined || lastRun(runTest) > full;
    };
    while (asked < Math.min(queue.length, MERGED_RUN_TESTS)) {
      const batch = queue.slice(asked, Math.min(asked + AT_ONCE, MERGED_RUN_TESTS));
      const useful = batch.filter(mayAdd).filter((one) => !since || lastRun(one) === '' || lastRun(one) >= since);
      more ||= batch.some((one) => !mayAdd(one));
      asked += batch.length;
      const answers = await Promise.all(
        useful.map((runTest) =>
          ofRunTest(runTest, query, position && { ...position, page: 1 }, call, {
            scenario,
            size: position || query.agent || query.until ? Math.max(query.limit, DEEP_PAGE) : query.limit,
          }),
        ),
      );
      more ||= answers.some((answer) => answer.more);
      found = [...found, ...answers.flatMap((answer) => answer.items)].sort(newestFirst);
    }
    const unread = queue.slice(MERGED_RUN_TESTS).filter(mayAdd).length;
    const notes =
      unread > 0
        ? [`Only the ${MERGED_RUN_TESTS} run tests that ran last were looked at; ${unread} more exist: pass \`test\`.`]
        : [];
    const next = (items: Session[]) =>
      items.length > 0 && (more || found.length > items.length) ? writePosition(items, 1, position) : undefined;
    if (more && found.length === 0)
      notes.push('The newest sessions were looked through and none matches; pass `test` to look further back.');
    return { ...answerWith(found, query.limit, next), ...(notes.length > 0 ? { notes } : {}) };
  };

  return {
    merged,
    async list(query, call) {
      if (query.test?.kind === 'suite') return ofSuite(query.test.ids[0] ?? '', query, call);
      const { items } = await lookup.runTests(call);
      const scenario = query.test?.ids.at(-1);
      if (scenario === undefined) return merged(items, query, call);
      const holding = items.filter((runTest) => scenariosOf(runTest).some((one) => one.id === scenario));
      const name = holding.flatMap(scenariosOf).find((one) => one.id === scenario)?.name;
      return merged(holding, query, call, name);
    },
  };
}
