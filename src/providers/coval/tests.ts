/** Test sets as suites, test cases as cases. */
import type { TestBrief } from '../../model/schemas.ts';
import type { Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { collect, firstPage, walk } from '../shared/pages.ts';
import { PAGE_SIZE } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkedId, inTestSet } from './filter.ts';
import { type Lookup, ownAgents, withoutCopies } from './lookup.ts';
import { toCaseBrief, toCaseDetail, toSuiteBrief, toSuiteDetail } from './map-test.ts';
import { PLATFORM } from './settings.ts';
import type { WireTestCase, WireTestSet } from './wire.ts';

/** Agents and personas named in the options. */
const MAX_NAMES = 8;

export function createTests(api: Api, lookup: Lookup): NonNullable<Provider['tests']> {
  /** What a start needs beside the test, with the names to choose from. */
  async function options(test_set_id: string | undefined, kind: 'case' | 'suite', signal: AbortSignal) {
    const [agents, named, personas] = await Promise.all([
      firstPage(api.list(ENDPOINTS.listAgents, { signal })),
      test_set_id ? lookup.agentsOf(test_set_id, signal) : [],
      firstPage(api.list(ENDPOINTS.listPersonas, { signal })),
    ]);
    const originals = withoutCopies(agents);
    const own = ownAgents(originals, test_set_id ?? '', named);
    const agentNames = (own.length > 0 ? own : originals).map(({ id, display_name }) => display_name ?? id);
    const written: Record<string, string> = {
      agent: `Agent under test, by id or name: ${listOfNames(agentNames)}`,
      persona: `Simulated caller, by id or name: ${listOfNames(personas.map(({ id, name }) => name ?? id))}`,
      metrics: "Metrics to judge with, by id or name; default: the agent's own",
    };
    if (kind === 'suite') written.cases = 'Only these test cases of the set (at most 100)';
    const needed = [agentNames.length === 1 ? [] : ['agent'], personas.length === 1 ? [] : ['persona']].flat();
    const options = {
      ...written,
      repeat: 'Iterations of each case, 1 to 50; Coval numbers them only by their order of creation',
      concurrency: 'Simulations at once, 1 to 100; the plan may allow fewer',
      name: 'Name of the run, at most 200 characters',
    };
    return { options, start_needs: needed.length > 0 ? needed : undefined };
  }

  return {
    list(query, { signal }) {
      const search = query.search?.trim().toLowerCase();
      const size = search ? PAGE_SIZE : query.limit;
      // No list documents a search: names are compared here.
      const fits = ({ name, ref }: TestBrief) =>
        !search || name.toLowerCase().includes(search) || ref.toLowerCase().endsWith(search);
      const wanted = (test: TestBrief) => (fits(test) ? test : undefined);
      const suites = source<WireTestSet, TestBrief>({
        key: 'suite',
        list: api.list(ENDPOINTS.listTestSets, { signal }, size),
        accept: (row) => wanted(toSuiteBrief(row)),
      });
      const cases = source<WireTestCase, TestBrief>({
        key: 'case',
        list: api.list(ENDPOINTS.listTestCases, { signal }, size),
        accept: (row) => wanted(toCaseBrief(row)),
      });
      const sources = query.kind === undefined ? [suites, cases] : query.kind === 'suite' ? [suites] : [cases];
      return cursorPage(PLATFORM, sources, query);
    },

    async get(kind, ids, { signal }) {
      if (kind === 'case') {
        const testCase = await lookup.testCase(checkedId(ids.at(-1), 'case'), signal);
        return { ...toCaseDetail(testCase), ...(await options(testCase.test_set_id, kind, signal)) };
      }
      const id = checkedId(ids[0], 'suite');
      const list = api.list(ENDPOINTS.listTestCases, { query: { filter: inTestSet(id) }, signal });
      const [testSet, { rows, coverage }, choices] = await Promise.all([
        lookup.suite(id, signal),
        collect(walk(list, { ahead: 1 })),
        options(id, kind, signal),
      ]);
      return { ...toSuiteDetail(testSet, rows, coverage.expected), ...choices };
    },
  };
}

function listOfNames(names: readonly string[]): string {
  if (names.length === 0) return 'none exists yet';
  // Quoted, since names hold commas.
  const shown = names
    .slice(0, MAX_NAMES)
    .map((name) => `"${name}"`)
    .join(', ');
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
