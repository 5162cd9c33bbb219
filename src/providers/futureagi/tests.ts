/** Run tests as suites, scenarios as cases. */
import { formatRef } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import type { Page, Provider } from '../provider.ts';
import { orUnknown } from '../shared/choose.ts';
import { cursorPage, source } from '../shared/cursor-page.ts';
import { collect, walk } from '../shared/pages.ts';
import { iso } from '../shared/scalars.ts';
import { vendorStatus } from './answers.ts';
import type { FutureAgiClient } from './client.ts';
import { agentNameOf, isChat, type Lookup, scenariosOf } from './lookup.ts';
import { PLATFORM } from './platform.ts';
import { startOptions } from './start.ts';
import type { RunTest, Scenario } from './wire-app.ts';

const suiteRef = (id: string) => formatRef(PLATFORM.id, 'suite', id);
const caseRef = (id: string) => formatRef(PLATFORM.id, 'case', id);

function suiteBrief(runTest: RunTest): TestBrief {
  const agent = agentNameOf(runTest);
  const updated = iso(runTest.updated_at);
  const scenarios = scenariosOf(runTest).length;
  return {
    ref: suiteRef(runTest.id),
    kind: 'suite',
    name: runTest.name ?? runTest.id,
    provider: PLATFORM.id,
    ...(agent ? { agent } : {}),
    ...(scenarios > 0 ? { cases: scenarios } : {}),
    ...(updated ? { updated_at: updated } : {}),
  };
}

function caseBrief(scenario: Scenario): TestBrief {
  const updated = iso(scenario.updated_at);
  return {
    ref: caseRef(scenario.id),
    kind: 'case',
    name: scenario.name ?? scenario.id,
    provider: PLATFORM.id,
    ...(updated ? { updated_at: updated } : {}),
  };
}

/** Names that several run tests have: name-based reads of the vendor merge those. */
function sharedNames(runTests: readonly RunTest[]): string[] {
  const seen = new Map<string, number>();
  for (const { name } of runTests) if (name) seen.set(name, (seen.get(name) ?? 0) + 1);
  return [...seen].filter(([, times]) => times > 1).map(([name]) => name);
}

export function createTests(client: FutureAgiClient, lookup: Lookup): NonNullable<Provider['tests']> {
  return {
    async list({ kind, search, limit, cursor }, { signal }): Promise<Page<TestBrief>> {
      const shown: RunTest[] = [];
      const suites = source({
        key: 'suite',
        list: client.runTests({ search }, limit, signal),
        accept(runTest) {
          shown.push(runTest);
          return suiteBrief(runTest);
        },
      });
      const cases = source({ key: 'case', list: client.scenarios({ search }, limit, signal), accept: caseBrief });
      // Suites come first, then cases.
      const sources = kind === undefined ? [suites, cases] : [kind === 'suite' ? suites : cases];
      const taken = await cursorPage(PLATFORM, sources, { cursor, limit });
      if (sharedNames(shown).length === 0) return taken;
      const note = 'Some run tests share a name: use their references; Future AGI merges their executions by name.';
      return { ...taken, notes: [note] };
    },

    async get(kind, ids, call): Promise<TestDetail> {
      const id = ids.at(-1) ?? '';
      if (kind === 'case') {
        const scenario = await orUnknown(client.scenario(id, call.signal), {
          platform: PLATFORM,
          what: 'scenario',
          kind: 'case',
          id,
          next: 'list_tests lists the scenarios; get_test on a suite names those of a run test.',
          known: async () => (await collect(walk(client.scenarios({}, 100, call.signal), { most: 300 }))).rows,
          isUnknown: (error) => [400, 404].includes(vendorStatus(error) ?? 0),
        });
        const caller =
          scenario.prompts
            .map((prompt) => prompt.content?.trim() ?? '')
            .filter(Boolean)
            .join('\n') ||
          scenario.description ||
          scenario.source;
        return {
          ...caseBrief(scenario),
          ...(caller ? { caller } : {}),
          options: {
            test: `One run a row of the scenario${scenario.dataset_rows ? ` (${scenario.dataset_rows} rows)` : ''}; it starts inside the run test that holds it.`,
            repeat: startOptions.repeat,
          },
        };
      }
      const runTest = await lookup.runTest(id, call);
      const members = scenariosOf(runTest);
      const configs =
        runTest.simulate_eval_configs_detail.length > 0 ? runTest.simulate_eval_configs_detail : runTest.evals_detail;
      const criteria = configs.flatMap((config) => (config.name ? [config.name] : []));
      return {
        ...suiteBrief(runTest),
        cases: members.length,
        ...(criteria.length > 0 ? { success_criteria: criteria, success_rule: 'all' as const } : {}),
        members: members.map((member) => ({ ref: caseRef(member.id), name: member.name ?? member.id })),
        ...(isChat(runTest) ? {} : { options: startOptions }),
      };
    },
  };
}
