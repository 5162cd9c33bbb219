/** Run tests as suites, scenarios as cases. */
import { Problem } from '../../model/problem.ts';
import { formatRef } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import type { Page, Provider } from '../provider.ts';
import { type FutureAgiClient, vendorStatus } from './client.ts';
import { agentNameOf, isChat, type Lookup, scenariosOf } from './lookup.ts';
import { isoTime, PROVIDER } from './map.ts';
import { startOptions } from './start.ts';
import type { RunTest, Scenario } from './wire-app.ts';

const suiteRef = (id: string) => formatRef(PROVIDER, 'suite', id);
const caseRef = (id: string) => formatRef(PROVIDER, 'case', id);

function suiteBrief(runTest: RunTest): TestBrief {
  const agent = agentNameOf(runTest);
  const updated = isoTime(runTest.updated_at);
  const scenarios = scenariosOf(runTest).length;
  return {
    ref: suiteRef(runTest.id),
    kind: 'suite',
    name: runTest.name ?? runTest.id,
    provider: PROVIDER,
    ...(agent ? { agent } : {}),
    ...(scenarios > 0 ? { cases: scenarios } : {}),
    ...(updated ? { updated_at: updated } : {}),
  };
}

function caseBrief(scenario: Scenario): TestBrief {
  const updated = isoTime(scenario.updated_at);
  return {
    ref: caseRef(scenario.id),
    kind: 'case',
    name: scenario.name ?? scenario.id,
    provider: PROVIDER,
    ...(updated ? { updated_at: updated } : {}),
  };
}

/** `<kind>:<page>`: suites come first, then cases. */
function readCursor(cursor: string | undefined, kind: 'case' | 'suite' | undefined) {
  if (cursor === undefined) return { kind: kind ?? ('suite' as const), page: 1 };
  const match = /^(suite|case):([1-9]\d*)$/.exec(cursor);
  if (!match) {
    throw new Problem('invalid_input', 'That cursor is not one of this list.', {
      provider: PROVIDER,
      next: 'Call again without a cursor.',
    });
  }
  return { kind: match[1] === 'case' ? ('case' as const) : ('suite' as const), page: Number(match[2]) };
}

/** Names that several run tests have: name-based reads of the vendor merge those. */
function sharedNames(runTests: readonly RunTest[]): string[] {
  const seen = new Map<string, number>();
  for (const { name } of runTests) if (name) seen.set(name, (seen.get(name) ?? 0) + 1);
  return [...seen].filter(([, times]) => times > 1).map(([name]) => name);
}

export function createTests(client: FutureAgiClient, lookup: Lookup): NonNullable<Provider['tests']> {
  return {
    async list({ kind, search, limit, cursor }, call): Promise<Page<TestBrief>> {
      const at = readCursor(cursor, kind);
      const query = { search, page: at.page, limit };
      const around = (answer: { count?: number; total_pages?: number; results: unknown[] }) => {
        const pages = answer.total_pages ?? Math.ceil((answer.count ?? 0) / limit);
        const more = at.page < pages && answer.results.length > 0;
        const after = at.kind === 'suite' && kind === undefined ? 'case:1' : undefined;
        const next = more ? `${at.kind}:${at.page + 1}` : after;
        return {
          ...(next ? { next } : {}),
          ...(kind !== undefined && answer.count !== undefined ? { total: answer.count } : {}),
        };
      };
      if (at.kind === 'case') {
        const scenarios = await client.scenarios(query, call.signal);
        return { items: scenarios.results.map(caseBrief), ...around(scenarios) };
      }
      const runTests = await client.runTests(query, call.signal);
      const notes =
        sharedNames(runTests.results).length > 0
          ? ['Some run tests share a name: use their references; Future AGI merges their executions by name.']
          : [];
      return {
        items: runTests.results.map(suiteBrief),
        ...around(runTests),
        ...(notes.length > 0 ? { notes } : {}),
      };
    },

    async get(kind, ids, call): Promise<TestDetail> {
      const id = ids.at(-1) ?? '';
      if (kind === 'case') {
        const scenario = await client.scenario(id, call.signal).catch((error: unknown) => {
          if (vendorStatus(error) !== 404 && vendorStatus(error) !== 400) throw error;
          throw new Problem('not_found', 'Future AGI knows no scenario with that id.', {
            provider: PROVIDER,
            next: 'get_test on a suite names the scenarios of a run test.',
            cause: error,
          });
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
