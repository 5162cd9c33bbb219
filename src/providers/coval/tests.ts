/** Test sets as suites, test cases as cases. */
import { formatRef } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import type { CallContext, Page, Provider, TestQuery } from '../provider.ts';
import { type Choice, orUnknown } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { collect, walk } from '../shared/pages.ts';
import { firstPage, PAGE_SIZE } from './answers.ts';
import { agentsOf } from './choices.ts';
import type { CovalClient } from './client.ts';
import { checkedId } from './filter.ts';
import { caseBrief, caseDetail, caseName, suiteBrief, suiteName } from './map.ts';
import { PLATFORM } from './platform.ts';
import type { WireTestCase, WireTestSet } from './wire.ts';

/** Members of a suite that its detail names; the rest is counted. */
const MAX_MEMBERS = 200;
/** Agents and personas named in the options. */
const MAX_NAMES = 8;

export function createTests(client: CovalClient): NonNullable<Provider['tests']> {
  /** What a start needs beside the test, with the names to choose from. */
  async function options(test_set_id: string | undefined, ofCase: boolean, signal: AbortSignal) {
    const [agents, used, personas] = await Promise.all([
      firstPage(client.agents({}, signal)),
      test_set_id ? agentsOf(client, test_set_id, signal) : Promise.resolve<string[]>([]),
      firstPage(client.personas({}, signal)),
    ]);
    const own = agents.filter(
      ({ id, test_set_ids = [] }) => used.includes(id) || test_set_ids.includes(test_set_id ?? ''),
    );
    const named = (own.length > 0 ? own : agents).map(({ id, display_name }) => display_name ?? id);
    return {
      agent: `Agent under test, by id or name: ${names(named)}`,
      persona: `Simulated caller, by id or name: ${names(personas.map(({ id, name }) => name ?? id))}`,
      metrics: "Metrics to judge with, by id or name; default: the agent's own",
      ...(ofCase ? {} : { cases: 'Only these test cases of the set (at most 100)' }),
      repeat: 'Iterations of each case, 1 to 50; Coval numbers them only by their order of creation',
      concurrency: 'Simulations at once, 1 to 100; the plan may allow fewer',
      name: 'Name of the run, at most 200 characters',
    };
  }

  return {
    list(query: TestQuery, { signal }: CallContext): Promise<Page<TestBrief>> {
      const search = query.search?.trim().toLowerCase();
      const size = search ? PAGE_SIZE : Math.min(PAGE_SIZE, Math.max(1, query.limit));
      // No list documents a search: names are compared here.
      const wanted = (test: TestBrief) =>
        !search || test.name.toLowerCase().includes(search) || test.ref.toLowerCase().endsWith(search)
          ? test
          : undefined;
      const suites = source<WireTestSet, TestBrief>({
        key: 'suite',
        list: client.testSets({}, signal, size),
        accept: (row) => wanted(suiteBrief(row)),
      });
      const cases = source<WireTestCase, TestBrief>({
        key: 'case',
        list: client.testCases({}, signal, size),
        accept: (row) => wanted(caseBrief(row)),
      });
      const sources = query.kind === undefined ? [suites, cases] : query.kind === 'suite' ? [suites] : [cases];
      return cursorPage(PLATFORM, sources, query);
    },

    async get(kind, ids, { signal }): Promise<TestDetail> {
      if (kind === 'case') {
        const id = checkedId(ids.at(-1), 'test case');
        const testCase = await knownCase(client, id, signal);
        return { ...caseDetail(testCase), options: await options(testCase.test_set_id, true, signal) };
      }
      const id = checkedId(ids[0], 'test set');
      const [testSet, { rows, coverage }, choices] = await Promise.all([
        knownSuite(client, id, signal),
        collect(walk(client.casesOf(id, signal), { ahead: 1 })),
        options(id, false, signal),
      ]);
      // Cases that the list lost are counted all the same, also where it ended as if there were no more.
      const count = Math.max(rows.length, coverage.expected ?? 0, testSet.test_case_count ?? 0);
      const members = rows.slice(0, MAX_MEMBERS);
      return {
        ...suiteBrief(testSet),
        cases: count,
        members: members.map((one) => ({ ref: formatRef(PLATFORM.id, 'case', one.id), name: caseName(one) })),
        ...(count > members.length ? { members_omitted: count - members.length } : {}),
        options: choices,
      };
    },
  };
}

/** A test set by its id. Throws `not_found` with the closest ones. */
export function knownSuite(client: CovalClient, id: string, signal: AbortSignal): Promise<WireTestSet> {
  return orUnknown(client.testSet(id, signal), {
    ...choiceOf('suite'),
    id,
    known: async () =>
      (await firstPage(client.testSets({}, signal))).map((one) => ({ id: one.id, name: suiteName(one) })),
    next: NEXT,
  });
}

/** A test case by its id. Throws `not_found` with the closest ones. */
export function knownCase(client: CovalClient, id: string, signal: AbortSignal): Promise<WireTestCase> {
  return orUnknown(client.testCase(id, signal), {
    ...choiceOf('case'),
    id,
    known: async () =>
      (await firstPage(client.testCases({}, signal))).map((one) => ({ id: one.id, name: caseName(one) })),
    next: NEXT,
  });
}

const NEXT = 'Check the id: it may belong to another workspace, or the test was deleted.';
const choiceOf = (kind: 'suite' | 'case'): Choice => ({ platform: PLATFORM, what: kind, kind });

function names(list: readonly string[]): string {
  if (list.length === 0) return 'none exists yet';
  const shown = list.slice(0, MAX_NAMES).join(', ');
  return list.length > MAX_NAMES ? `${shown} and ${list.length - MAX_NAMES} more` : shown;
}
