/** Lists of executions: of one run test, or of many merged newest first. */

import { foldCoverages, type Gap, withGaps } from '../../model/coverage.ts';
import { plural } from '../../model/plural.ts';
import type { Session } from '../../model/schemas.ts';
import type { CallContext, Page, SessionQuery } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, type Taken } from '../shared/cursor-page.ts';
import { isRefusal } from '../shared/faults.ts';
import { iso } from '../shared/scalars.ts';
import { idsOfPrompt, promptIdsIn } from './agent-ref.ts';
import type { Lookup } from './lookup.ts';
import { type Belonging, belongingOf } from './map-session.ts';
import { membersOf, pinnedVersionOf } from './map-test.ts';
import {
  executionsByName,
  executionsOf,
  newestFirst,
  type Position,
  positionAfter,
  readPosition,
  writePosition,
} from './session-source.ts';
import { PLATFORM } from './settings.ts';
import type { WireRunTest } from './wire.ts';

/** Run tests whose executions are merged for one answer. */
const MERGED_RUN_TESTS = 15;
/** Run tests asked at the same time. */
const AT_ONCE = 5;
/** Pages read of one run test for one answer. */
const PAGES_PER_ANSWER = 10;
/** Rows a page when lists are read again from their newest row down to the place of a cursor. */
const DEEP_PAGE = 100;
/** Prefix of the cursors of lists that are read by the name of a run test. */
const BY_NAME = 'name:';
/** Stands for an unknown last run. `localeCompare` puts it after the empty text and before every time. */
const UNKNOWN_LAST_RUN = '~';

/** What lists are read through. */
interface Sources {
  api: Api;
  lookup: Lookup;
}

/** Sessions of one run test, of those that hold a scenario, or of all. */
export async function listSessions(sources: Sources, asked: SessionQuery, call: CallContext): Promise<Page<Session>> {
  const { query, isOf } = ofAgent(asked);
  if (query.test?.kind === 'suite') return ofSuite(sources, query.test.ids[0] ?? '', query, isOf, call);
  const { rows, coverage } = await sources.lookup.runTests(call);
  const scenario = query.test?.ids.at(-1);
  const runTestsWithScenario = rows
    .filter(isOf)
    .filter((one) => scenario === undefined || membersOf(one).some(({ id }) => id === scenario));
  const name = runTestsWithScenario.flatMap(membersOf).find((one) => one.id === scenario)?.name;
  const page = await mergedSessions(sources, runTestsWithScenario, query, call, name);
  // The executions of run tests that were not read were not read either, so their gaps are gaps of this list too.
  const { missing, unreadable } = coverage;
  const withRunTestGaps = withGaps(page.coverage, coverage.gaps ?? []);
  return {
    ...page,
    coverage: {
      ...withRunTestGaps,
      missing: withRunTestGaps.missing ?? missing,
      unreadable: withRunTestGaps.unreadable ?? unreadable,
    },
  };
}

/**
 * A version of a prompt is asked for by the run tests that are pinned to it: executions tell the prompt alone. The query that is
 * left asks for the prompt.
 */
function ofAgent(query: SessionQuery): { query: SessionQuery; isOf(runTest: WireRunTest): boolean } {
  const prompt = query.agent === undefined ? undefined : promptIdsIn(query.agent);
  const { version } = prompt ?? {};
  if (prompt === undefined || version === undefined) return { query, isOf: () => true };
  const agent = idsOfPrompt({ template: prompt.template }).join('~');
  return { query: { ...query, agent }, isOf: (runTest) => pinnedVersionOf(runTest).name === version };
}

async function ofSuite(
  sources: Sources,
  id: string,
  query: SessionQuery,
  isOf: (runTest: WireRunTest) => boolean,
  call: CallContext,
): Promise<Page<Session>> {
  const runTest = await sources.lookup.runTest(id, call);
  if (!isOf(runTest)) return { items: [], coverage: { complete: true, read: 0 } };
  const { limit, cursor, status, agent, since, until } = query;
  // The platform's total counts rows that the filters of this server leave out, so it is not passed on beside them.
  const counted = (taken: Taken<Session>) =>
    status || agent || since || until ? { ...taken, total: undefined } : taken;
  const { name } = runTest;
  if (name !== undefined && cursor?.startsWith(BY_NAME))
    return counted(await byName(sources, name, runTest, query, call));
  try {
    const executions = executionsOf(sources, runTest, query, call, { size: limit });
    return counted(await cursorPage(PLATFORM, [executions], { limit, cursor }));
  } catch (error) {
    if (!isRefusal(error, 403, 404, 405, 500) || name === undefined || cursor !== undefined) throw error;
    return counted(await byName(sources, name, runTest, query, call));
  }
}

/** Reads executions by the name of their run test. The vendor merges run tests of one name, which a note then says. */
async function byName(
  { api, lookup }: Sources,
  name: string,
  runTest: WireRunTest,
  query: SessionQuery,
  call: CallContext,
): Promise<Page<Session>> {
  const { rows } = await lookup.runTests(call, name);
  const sharing = rows.filter((other) => other.name === name).length;
  const belonging: Belonging = sharing > 1 ? { name } : belongingOf(runTest);
  const cursor = query.cursor?.slice(BY_NAME.length);
  const executions = executionsByName(api, name, belonging, query, call);
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
  sources: Sources,
  runTests: readonly WireRunTest[],
  query: SessionQuery,
  call: CallContext,
  scenario?: string,
): Promise<Page<Session>> {
  const startAt = readPosition(query.cursor);
  const since = iso(query.since);
  const { limit } = query;
  const queue = [...runTests].sort(lastRunFirst);
  const taken: Taken<Session>[] = [];
  let found: Session[] = [];
  let skippedRunTests = 0;
  const mayHaveNewerRows = (runTest: WireRunTest) => {
    const last = lastRun(runTest);
    // Undefined while the page is not full. A run test that did not run after this moment adds no row to a full page.
    const oldestOnPage = found[limit - 1]?.created_at;
    return last === undefined || oldestOnPage === undefined || last > oldestOnPage;
  };
  const size = startAt || query.agent || query.until ? Math.max(limit, DEEP_PAGE) : limit;
  for (let asked = 0; asked < Math.min(queue.length, MERGED_RUN_TESTS); asked += AT_ONCE) {
    const batch = queue.slice(asked, Math.min(asked + AT_ONCE, MERGED_RUN_TESTS));
    const useful = batch.filter(mayHaveNewerRows).filter((one) => mayHaveRunSince(one, since));
    skippedRunTests += batch.filter((one) => !mayHaveNewerRows(one)).length;
    const options = { size, startAt, scenario };
    const lists = useful.map((runTest) => executionsOf(sources, runTest, query, call, options));
    const pages = lists.map((one) => cursorPage(PLATFORM, [one], { limit, most_pages: PAGES_PER_ANSWER }));
    taken.push(...(await Promise.all(pages)));
    found = taken.flatMap(({ items }) => items).sort(newestFirst);
  }
  const items = found.slice(0, limit);
  const listsWithMore = taken.filter(({ next }) => next !== undefined);
  const gaps = notLookedAt(
    queue.slice(MERGED_RUN_TESTS).filter(mayHaveNewerRows).length,
    listsWithMore.filter((one) => one.items.length < limit).length,
  );
  const more = skippedRunTests > 0 || listsWithMore.length > 0 || found.length > items.length;
  const next = items.reduce<Position | undefined>((position, session) => positionAfter(session, position), startAt);
  const coverage = foldCoverages(taken.map((one) => one.coverage));
  return {
    items,
    next: more && items.length > 0 ? writePosition(next) : undefined,
    coverage: withGaps({ ...coverage, read: items.length, expected: undefined }, gaps),
  };
}

/** When a run test ran last: undefined where the platform does not say, empty for one that never ran. */
const lastRun = ({ last_run_at: at }: WireRunTest) => (at === null ? '' : iso(at));

/** Order of run tests: latest run first, then those whose last run is unknown, then those that never ran. */
function lastRunFirst(a: WireRunTest, b: WireRunTest): number {
  return (lastRun(b) ?? UNKNOWN_LAST_RUN).localeCompare(lastRun(a) ?? UNKNOWN_LAST_RUN);
}

/** False only where the platform names a last run before `since`. */
function mayHaveRunSince(runTest: WireRunTest, since: string | undefined): boolean {
  const last = lastRun(runTest);
  return !since || !last || last >= since;
}

/** Gaps of a merged list: run tests that were not asked, and lists whose older rows were not read. */
function notLookedAt(runTests: number, truncatedLists: number): Gap[] {
  const gaps: Gap[] = [];
  const say = (count: number, note: string) => {
    if (count > 0) gaps.push({ kind: 'not_looked_at', count, note });
  };
  say(
    runTests,
    `Only the ${MERGED_RUN_TESTS} run tests that ran last were looked at; ${runTests} more exist: pass \`test\` to see theirs.`,
  );
  say(
    truncatedLists,
    `Of ${plural(truncatedLists, 'run test')}, sessions far back were not looked at: pass \`test\` to see them.`,
  );
  return gaps;
}
