/** Lists of executions: of one run test, or of many merged newest first. */
import { foldCoverages, type Gap, withGaps } from '../../model/coverage.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Page, SessionQuery } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, type Taken } from '../shared/cursor-page.ts';
import { iso } from '../shared/scalars.ts';
import { isRefusal } from './faults.ts';
import type { Lookup } from './lookup.ts';
import { belongingOf } from './map-session.ts';
import { membersOf } from './map-test.ts';
import {
  behind,
  executionsByName,
  executionsOf,
  newestFirst,
  type Position,
  readPosition,
  writePosition,
} from './session-source.ts';
import { PLATFORM } from './settings.ts';
import type { WireRunTest } from './wire.ts';

/** Run tests whose executions are merged for one answer. */
const MERGED_RUN_TESTS = 15;
const AT_ONCE = 5;
/** Pages read of one run test for one answer. */
const PAGES_PER_ANSWER = 10;
/** Rows a page when several run tests are read again down to where a cursor goes on. */
const DEEP_PAGE = 100;
/** Begins the cursors of lists that were read by name. */
const BY_NAME = 'name:';

/** What lists are made from. */
interface From {
  api: Api;
  lookup: Lookup;
}

/** Sessions of one run test, of those that hold a scenario, or of all. */
export async function listSessions(from: From, query: SessionQuery, call: CallContext): Promise<Page<Session>> {
  if (query.test?.kind === 'suite') return ofSuite(from, query.test.ids[0] ?? '', query, call);
  const { rows, coverage } = await from.lookup.runTests(call);
  const scenario = query.test?.ids.at(-1);
  const holding =
    scenario === undefined ? rows : rows.filter((one) => membersOf(one).some(({ id }) => id === scenario));
  const name = holding.flatMap(membersOf).find((one) => one.id === scenario)?.name;
  const page = await mergedSessions(from, holding, query, call, name);
  // Of the run tests that were not read, the executions were not looked at either.
  const { missing, unreadable } = coverage;
  const lost = withGaps(page.coverage, coverage.gaps ?? []);
  return {
    ...page,
    coverage: { ...lost, missing: lost.missing ?? missing, unreadable: lost.unreadable ?? unreadable },
  };
}

async function ofSuite(from: From, id: string, query: SessionQuery, call: CallContext): Promise<Page<Session>> {
  const runTest = await from.lookup.runTest(id, call);
  const { limit, cursor, status, agent, since, until } = query;
  // What is filtered here is not what the platform counts.
  const counted = (taken: Taken<Session>) =>
    status || agent || since || until ? { ...taken, total: undefined } : taken;
  const { name } = runTest;
  if (name !== undefined && cursor?.startsWith(BY_NAME)) return counted(await byName(from, name, runTest, query, call));
  try {
    const executions = executionsOf(from, runTest, query, call, { size: limit });
    return counted(await cursorPage(PLATFORM, [executions], { limit, cursor }));
  } catch (error) {
    if (!isRefusal(error, 403, 404, 405, 500) || name === undefined || cursor !== undefined) throw error;
    return counted(await byName(from, name, runTest, query, call));
  }
}

/** By name the vendor merges run tests that share it, so those are named to the reader. */
async function byName(
  { api, lookup }: From,
  name: string,
  runTest: WireRunTest,
  query: SessionQuery,
  call: CallContext,
): Promise<Page<Session>> {
  const { rows } = await lookup.runTests(call, name);
  const sharing = rows.filter((other) => other.name === name).length;
  const known = sharing > 1 ? { name } : belongingOf(runTest);
  const cursor = query.cursor?.slice(BY_NAME.length);
  const executions = executionsByName(api, name, known, query, call);
  const taken = await cursorPage(PLATFORM, [executions], { limit: query.limit, cursor });
  const note = `${sharing} run tests share this name and Future AGI lists their executions merged.`;
  return {
    ...taken,
    next: taken.next === undefined ? undefined : `${BY_NAME}${taken.next}`,
    notes: sharing > 1 ? [note] : undefined,
  };
}

/**
 * Executions of several run tests, newest first; `scenario` (a name) keeps those that played it. A run test that never
 * ran since the oldest execution found is not asked.
 */
export async function mergedSessions(
  from: From,
  runTests: readonly WireRunTest[],
  query: SessionQuery,
  call: CallContext,
  scenario?: string,
): Promise<Page<Session>> {
  const start = readPosition(query.cursor);
  const since = iso(query.since);
  const { limit } = query;
  const queue = [...runTests].sort((a, b) => (lastRun(b) ?? '~').localeCompare(lastRun(a) ?? '~'));
  const taken: Taken<Session>[] = [];
  let found: Session[] = [];
  let passedOver = 0;
  const mayAdd = (runTest: WireRunTest) => {
    const last = lastRun(runTest);
    // The page is full down to this moment: what did not run after it cannot be on the page.
    const full = found[limit - 1]?.created_at;
    return last === undefined || full === undefined || last > full;
  };
  const size = start || query.agent || query.until ? Math.max(limit, DEEP_PAGE) : limit;
  for (let asked = 0; asked < Math.min(queue.length, MERGED_RUN_TESTS); asked += AT_ONCE) {
    const batch = queue.slice(asked, Math.min(asked + AT_ONCE, MERGED_RUN_TESTS));
    const useful = batch.filter(mayAdd).filter((one) => !since || (lastRun(one) || since) >= since);
    passedOver += batch.filter((one) => !mayAdd(one)).length;
    const lists = useful.map((runTest) => executionsOf(from, runTest, query, call, { size, from: start, scenario }));
    const pages = lists.map((one) => cursorPage(PLATFORM, [one], { limit, most_pages: PAGES_PER_ANSWER }));
    taken.push(...(await Promise.all(pages)));
    found = taken.flatMap(({ items }) => items).sort(newestFirst);
  }
  const items = found.slice(0, limit);
  const deeper = taken.filter(({ next }) => next !== undefined);
  const gaps = notLookedAt(
    queue.slice(MERGED_RUN_TESTS).filter(mayAdd).length,
    deeper.filter((one) => one.items.length < limit).length,
  );
  const more = passedOver > 0 || deeper.length > 0 || found.length > items.length;
  const next = items.reduce<Position | undefined>((position, session) => behind(session, position), start);
  const coverage = foldCoverages(taken.map((one) => one.coverage));
  return {
    items,
    next: more && items.length > 0 ? writePosition(next) : undefined,
    coverage: withGaps({ ...coverage, read: items.length, expected: undefined }, gaps),
  };
}

/** When a run test ran last: undefined where the platform does not say, empty for one that never ran. */
const lastRun = ({ last_run_at: at }: WireRunTest) => (at === null ? '' : iso(at));

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
