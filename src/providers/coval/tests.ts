/** Test sets as suites, test cases as cases. */
import { formatRef } from '../../model/refs.ts';
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import type { CallContext, Page, Provider, TestQuery } from '../provider.ts';
import { type CovalClient, collect } from './client.ts';
import { readCursor, walk } from './cursor.ts';
import { checkedId } from './filter.ts';
import { caseBrief, caseDetail, caseName, PROVIDER_ID, suiteBrief, suiteName } from './map.ts';
import { withCandidates } from './names.ts';

/** Members of a suite that its detail names; the rest is counted. */
const MAX_MEMBERS = 200;
/** Agents and personas named in the options. */
const MAX_NAMES = 8;

export function createTests(client: CovalClient): NonNullable<Provider['tests']> {
  const suitePage = async (page_token: string | undefined, page_size: number, signal: AbortSignal) => {
    const { items, next } = await client.testSets.page({ page_token, page_size }, signal);
    return { items: items.map(suiteBrief), ...(next === undefined ? {} : { next }) };
  };
  const casePage = async (page_token: string | undefined, page_size: number, signal: AbortSignal) => {
    const { items, next } = await client.testCases.page({ page_token, page_size }, signal);
    return { items: items.map(caseBrief), ...(next === undefined ? {} : { next }) };
  };

  /** What a start needs beside the test, with the names to choose from. */
  async function options(test_set_id: string | undefined, ofCase: boolean, signal: AbortSignal) {
    const [agents, used, personas] = await Promise.all([
      client.agents.page({}, signal),
      test_set_id ? client.testSetAgents(test_set_id, signal) : Promise.resolve<string[]>([]),
      client.personas.page({}, signal),
    ]);
    const own = agents.items.filter((agent) => used.includes(agent.id));
    const named = (own.length > 0 ? own : agents.items).map(({ id, display_name }) => display_name ?? id);
    return {
      agent: `Agent under test, by id or name: ${names(named)}`,
      persona: `Simulated caller, by id or name: ${names(personas.items.map(({ id, name }) => name ?? id))}`,
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
      const kinds: ('suite' | 'case')[] = query.kind === undefined ? ['suite', 'case'] : [query.kind];
      return walk<TestBrief>(readCursor(query.cursor, search ? 100 : query.limit), {
        sources: kinds.map((kind) => (token: string | undefined, size: number) => {
          return kind === 'suite' ? suitePage(token, size, signal) : casePage(token, size, signal);
        }),
        // No list documents a search: names are compared here.
        keep: (test) => !search || test.name.toLowerCase().includes(search) || test.ref.toLowerCase().endsWith(search),
        limit: query.limit,
      });
    },

    async get(kind, ids, { signal }): Promise<TestDetail> {
      if (kind === 'case') {
        const id = checkedId(ids.at(-1), 'test case');
        const testCase = await withCandidates(client.testCase(id, signal), id, 'test case', async () => {
          const { items } = await client.testCases.page({}, signal);
          return items.map((one) => ({ id: formatRef(PROVIDER_ID, 'case', one.id), name: caseName(one) }));
        });
        return { ...caseDetail(testCase), options: await options(testCase.test_set_id, true, signal) };
      }
      const id = checkedId(ids[0], 'test set');
      const [testSet, cases, choices] = await Promise.all([
        withCandidates(client.testSet(id, signal), id, 'test set', async () => {
          const { items } = await client.testSets.page({}, signal);
          return items.map((one) => ({ id: formatRef(PROVIDER_ID, 'suite', one.id), name: suiteName(one) }));
        }),
        collect(client.casesOf(id, signal)),
        options(id, false, signal),
      ]);
      return {
        ...suiteBrief(testSet),
        cases: cases.length,
        members: cases.slice(0, MAX_MEMBERS).map((one) => ({
          ref: formatRef(PROVIDER_ID, 'case', one.id),
          name: caseName(one),
        })),
        ...(cases.length > MAX_MEMBERS ? { members_omitted: cases.length - MAX_MEMBERS } : {}),
        options: choices,
      };
    },
  };
}

function names(list: readonly string[]): string {
  if (list.length === 0) return 'none exists yet';
  const shown = list.slice(0, MAX_NAMES).join(', ');
  return list.length > MAX_NAMES ? `${shown} and ${list.length - MAX_NAMES} more` : shown;
}
