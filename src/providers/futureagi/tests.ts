/** Run tests and scenarios: the lists of both in turn, and one of either. */
import type { Page, Provider } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { isChat, isOfPrompt, toCaseBrief, toCaseDetail, toSuiteBrief, toSuiteDetail } from './map-test.ts';
import { ARGUMENTS } from './plan.ts';
import { PLATFORM } from './settings.ts';
import type { WireRunTest } from './wire.ts';

export function createTests(api: Api, lookup: Lookup): NonNullable<Provider['tests']> {
  return {
    async list({ kind, search, limit, cursor }, { signal }) {
      const shown: WireRunTest[] = [];
      const asked = { query: { search: search || undefined }, signal };
      const suites = source({
        key: 'suite',
        list: api.list(ENDPOINTS.listRunTests, asked, limit),
        accept(runTest) {
          shown.push(runTest);
          return toSuiteBrief(runTest);
        },
      });
      const cases = source({
        key: 'case',
        list: api.list(ENDPOINTS.listScenarios, asked, limit),
        accept: toCaseBrief,
      });
      const sources = kind === undefined ? [suites, cases] : [kind === 'suite' ? suites : cases];
      const taken: Page<ReturnType<typeof toCaseBrief>> = await cursorPage(PLATFORM, sources, { cursor, limit });
      if (!shareNames(shown)) return taken;
      const note = 'Some run tests share a name: use their references; Future AGI merges their executions by name.';
      return { ...taken, notes: [note] };
    },

    async get(kind, ids, call) {
      const id = ids.at(-1) ?? '';
      if (kind === 'suite') {
        const runTest = await lookup.runTest(id, call);
        const { agent: _, ...others } = ARGUMENTS;
        const options = isOfPrompt(runTest) ? ARGUMENTS : others;
        return { ...toSuiteDetail(runTest), options: isChat(runTest) ? undefined : options };
      }
      const scenario = await lookup.scenario(id, call);
      const rows = scenario.dataset_rows ? ` (${scenario.dataset_rows} rows)` : '';
      const test = `One run a row of the scenario${rows}; it starts inside the run test that holds it; where several do, pass one of them and name the scenario in cases.`;
      return { ...toCaseDetail(scenario), options: { test, repeat: ARGUMENTS.repeat }, start_needs: ['test'] };
    },
  };
}

/** Whether several have one name: reads by name merge those. */
function shareNames(runTests: readonly WireRunTest[]): boolean {
  const names = runTests.flatMap(({ name }) => name ?? []);
  return new Set(names).size < names.length;
}
