/** Lists of executions: of one run test, or of many merged newest first. */
import { foldCoverages, type Gap, withGaps } from '../../model/coverage.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Page, SessionQuery } from '../provider.ts';
import { cursorPage, type Source, source, type Taken } from '../shared/cursor-page.ts';
import type { List } from '../shared/list.ts';
import { collect, walk } from '../shared/pages.ts';
import { iso } from '../shared/scalars.ts';
import { vendorStatus } from './answers.ts';
import type { FutureAgiClient } from './client.ts';
import { belongingOf, type Lookup, scenariosOf } from './lookup.ts';
import { mapExecution, mapExecutionRow } from './map.ts';
import { PLATFORM } from './platform.ts';
import { behind, newestFirst, type Position, readPosition, wanted, writePosition } from './positions.ts';
import type { RunTest } from './wire-app.ts';

/** Run tests whose executions are merged for one answer. */
const MERGED_RUN_TESTS = 15;
const AT_ONCE = 5;
/** Pages read of one run test for one answer. */
const PAGES_PER_ANSWER = 10;
/** Rows a page when several run tests are read again down to where a cursor goes on. */
const DEEP_PAGE = 100;
/** Begins the cursors of lists that were read by name. */
const BY_NAME = 'name:';

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
  merged(
    runTests: readonly RunTest[],
    query: SessionQuery,
    call: CallContext,
    scenario?: string,
  ): Promise<Page<Session>>;
}

/** Sessions of a list that is newest first, those that a query wants; behind `from`, where it goes on from a time. */
function sessionsOf<W>(
  list: List<W>,
  toSession: (row: W) => Session,
  query: SessionQuery,
  {
    from,
    scenario,
    scenariosIn,
  }: { from?: Position; scenario?: string; scenariosIn?: (row: W) => string | undefined } = {},
): Source<Session> {
  const keep = wanted(query, scenario);
  const since = iso(query.since);
  /** New ones push others down: what was shown before this answer is not shown again. */
  let start: { position: Position | undefined } | undefined;
  return source({
    list,
    accept(row, memo) {
      start ??= { position: readPosition(memo) ?? from };
      const session = toSession(row);
      return keep(session, scenariosIn?.(row), start.position) ? session : undefined;
    },
    note: (row, memo) => writePosition(behind(toSession(row), readPosition(memo))),
    until(row) {
      const { created_at } = toSession(row);
      return since !== undefined && created_at !== undefined && created_at < since;
    },
  });
}

/** When a run test ran last: undefined where the platform does not say, empty for one that never ran. */
const lastRun = ({ last_run_at: at }: RunTest) => (at === null ? '' : iso(at));

export function createListing(client: FutureAgiClient, lookup: Lookup): Listing {
  /** The executions of one run test, as something to take from. */
  const ofRunTest = (
    runTest: RunTest,
    query: SessionQuery,
    { signal }: CallContext,
    { size = query.limit, ...more }: { size?: number; from?: Position; scenario?: string } = {},
  ) => {
    const known = belongingOf(runTest);
    const list = client.executions(runTest.id, { status: query.status && STORED[query.status] }, size, signal);
    return sessionsOf(
      list,
      (row) => {
        const session = mapExecutionRow(row, known);
        lookup.remember(row.id, { ...known, ...(session.agent ? { agent: session.agent } : {}) });
        return session;
      },
      query,
      { ...more, scenariosIn: (row) => row.scenarios },
    );
  };

  /** Name mode: it merges run tests that share the name, so those are named to the reader. */
  const byName = async (name: string, runTest: RunTest, query: SessionQuery, { signal }: CallContext) => {
    const { rows } = await collect(walk(client.runTests({ search: name }, 100, signal), { most: 300 }));
    const sharing = rows.filter((other) => other.name === name).length;
    const known = sharing > 1 ? { name } : belongingOf(runTest);
    const list = client.executionsByName(name, query.limit, signal);
    const from = sessionsOf(list, (row) => mapExecution(row, known), query);
    const cursor = query.cursor?.slice(BY_NAME.length);
    const taken = await cursorPage(PLATFORM, [from], { limit: query.limit, cursor });
    const note = `${sharing} run tests share this name and Future AGI lists their executions merged.`;
    return {
      ...taken,
      next: taken.next === undefined ? undefined : `${BY_NAME}${taken.next}`,
      ...(sharing > 1 ? { notes: [note] } : {}),
    };
  };

  const ofSuite = async (id: string, query: SessionQuery, call: CallContext): Promise<Page<Session>> => {
    const runTest = await lookup.runTest(id, call);
    const { limit, cursor, status, agent, since, until } = query;
    // What is filtered here is not what the platform counts.
    const counted = (taken: Taken<Session>) =>
      status || agent || since || until ? { ...taken, total: undefined } : taken;
    const { name } = runTest;
    if (name !== undefined && cursor?.startsWith(BY_NAME)) return counted(await byName(name, runTest, query, call));
    try {
      return counted(await cursorPage(PLATFORM, [ofRunTest(runTest, query, call)], { limit, cursor }));
    } catch (error) {
      const refused = [403, 404, 405, 500].includes(vendorStatus(error) ?? 0);
      if (!refused || name === undefined || cursor !== undefined) throw error;
      return counted(await byName(name, runTest, query, call));
    }
  };

  /** Executions of several run tests, newest first; a run test that never ran since the oldest one found is not asked. */
  const merged: Listing['merged'] = async (runTests, query, call, scenario) => {
    const from = readPosition(query.cursor);
    const since = iso(query.since);
    const { limit } = query;
    const queue = [...runTests].sort((a, b) => (lastRun(b) ?? '~').localeCompare(lastRun(a) ?? '~'));
    const taken: Taken<Session>[] = [];
    let found: Session[] = [];
    let passedOver = 0;
    const mayAdd = (runTest: RunTest) => {
      const last = lastRun(runTest);
      // The page is full down to this moment: what did not run after it cannot be on the page.
      const full = found[limit - 1]?.created_at;
      return last === undefined || full === undefined || last > full;
    };
    const size = from || query.agent || query.until ? Math.max(limit, DEEP_PAGE) : limit;
    for (let asked = 0; asked < Math.min(queue.length, MERGED_RUN_TESTS); asked += AT_ONCE) {
      const batch = queue.slice(asked, Math.min(asked + AT_ONCE, MERGED_RUN_TESTS));
      const useful = batch.filter(mayAdd).filter((one) => !since || (lastRun(one) || since) >= since);
      passedOver += batch.filter((one) => !mayAdd(one)).length;
      const lists = useful.map((runTest) => ofRunTest(runTest, query, call, { from, scenario, size }));
      taken.push(
        ...(await Promise.all(
          lists.map((one) => cursorPage(PLATFORM, [one], { limit, most_pages: PAGES_PER_ANSWER })),
        )),
      );
      found = taken.flatMap(({ items }) => items).sort(newestFirst);
    }
    const items = found.slice(0, limit);
    const deeper = taken.filter(({ next }) => next !== undefined);
    const gaps = notLookedAt(
      queue.slice(MERGED_RUN_TESTS).filter(mayAdd).length,
      deeper.filter((one) => one.items.length < limit).length,
    );
    const more = passedOver > 0 || deeper.length > 0 || found.length > items.length;
    const next = items.reduce<Position | undefined>((position, session) => behind(session, position), from);
    return {
      items,
      next: more && items.length > 0 ? writePosition(next) : undefined,
      coverage: withGaps(
        { ...foldCoverages(taken.map(({ coverage }) => coverage)), read: items.length, expected: undefined },
        gaps,
      ),
    };
  };

  return {
    merged,
    async list(query, call) {
      if (query.test?.kind === 'suite') return ofSuite(query.test.ids[0] ?? '', query, call);
      const { items, coverage } = await lookup.runTests(call);
      const scenario = query.test?.ids.at(-1);
      const holding =
        scenario === undefined ? items : items.filter((one) => scenariosOf(one).some(({ id }) => id === scenario));
      const name = holding.flatMap(scenariosOf).find((one) => one.id === scenario)?.name;
      const page = await merged(holding, query, call, scenario === undefined ? undefined : name);
      // Of the run tests that were not read, the executions were not looked at either.
      const { missing, unreadable } = coverage;
      const lost = withGaps(page.coverage, coverage.gaps ?? []);
      return {
        ...page,
        coverage: { ...lost, missing: lost.missing ?? missing, unreadable: lost.unreadable ?? unreadable },
      };
    },
  };
}

/** What a merged list did not look at: whole run tests, and what lies deep in others. */
function notLookedAt(runTests: number, deep: number): Gap[] {
  const gaps: Gap[] = [];
  const say = (count: number, note: string) => {
    if (count > 0) gaps.push({ kind: 'not_looked_at', count, note });
  };
  say(
    runTests,
    `Only the ${MERGED_RUN_TESTS} run tests that ran last were looked at; ${runTests} more exist: pass \`test\` to see theirs.`,
  );
  say(
    deep,
    `Of ${deep} run ${deep === 1 ? 'test' : 'tests'}, sessions far back were not looked at: pass \`test\` to see them.`,
  );
  return gaps;
}
