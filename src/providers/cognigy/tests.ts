/** Reading test definitions: scenarios are cases; the vendor has no suites. */
import { isProblem, Problem } from '../../model/problem.ts';
import type { Provider } from '../provider.ts';
import { unreadable } from './answers.ts';
import type { SimulatorClient } from './client.ts';
import type { Directory } from './directory.ts';
import { flowOf, scenarioName, toTestBrief, toTestDetail } from './map-test.ts';
import { PROVIDER } from './name.ts';
import { BIGGEST_PAGE, gather, readSkip } from './paging.ts';
import type { Scenarios } from './scenarios.ts';
import type { WireScenario } from './wire.ts';

export function testOperations(
  client: SimulatorClient,
  directory: Directory,
  scenarios: Scenarios,
  options: Readonly<Record<string, string>>,
): NonNullable<Provider['tests']> {
  /** The syntax of `filter` is undocumented: once it was refused, the list is read whole and searched here. */
  let filters = true;

  const agentOf = async (wire: WireScenario, signal: AbortSignal) => {
    const flow = flowOf(wire);
    return flow === undefined ? undefined : directory.flowName(flow, signal);
  };

  return {
    async list(query, { signal }) {
      if (query.kind === 'suite') return { items: [], total: 0 };
      const skip = readSkip(query.cursor);
      if (skip === undefined) {
        throw new Problem('invalid_input', 'That cursor belongs to another list.', {
          provider: PROVIDER,
          next: 'Repeat the call without a cursor.',
        });
      }
      const search = query.search?.trim();
      const wanted = search?.toLowerCase() ?? '';
      const read = (filter: string | undefined) =>
        gather(
          (page) => client.scenarios.list({ ...page, sort: 'name:asc', ...(filter ? { filter } : {}) }, signal),
          // Who searches keeps few of many.
          { skip, limit: query.limit, ...(search ? { size: BIGGEST_PAGE } : {}) },
          (wire) => (speaksOf(wire, wanted) ? wire : undefined),
        );
      let found: Awaited<ReturnType<typeof read>>;
      try {
        found = await read(filters ? search : undefined);
      } catch (error) {
        const status = isProblem(error) ? error.details.vendor?.status : undefined;
        if (!search || !filters || (status !== 400 && status !== 422)) throw error;
        found = await read(undefined);
        filters = false;
      }
      scenarios.remember(found.items);
      const items = await Promise.all(
        found.items.map(async (wire) => toTestBrief(wire, await agentOf(wire, signal)) ?? []),
      );
      return {
        items: items.flat(),
        ...(found.next === undefined ? {} : { next: String(found.next) }),
        ...(found.total === undefined || search ? {} : { total: found.total }),
      };
    },

    async get(kind, ids, { signal }) {
      const [id = ''] = ids;
      if (kind === 'suite') {
        throw new Problem('wrong_kind', 'Cognigy has no suites; a scenario is a case.', {
          provider: PROVIDER,
          next: 'list_tests shows the scenarios; pass one as cognigy/case/<id>.',
        });
      }
      const found = await scenarios.find(id, signal);
      const detail = toTestDetail({ ...found, id: found.key }, options, await agentOf(found, signal));
      if (!detail) throw unreadable('a scenario');
      return detail;
    },
  };
}

/** What the vendor's filter looks at is undocumented; anything a reader sees of the scenario counts. */
function speaksOf(wire: WireScenario, wanted: string): boolean {
  if (wanted === '') return true;
  return [scenarioName(wire), wire.personaName, wire.mission, wire.persona, wire.personaDescription].some((text) =>
    text?.toLowerCase().includes(wanted),
  );
}
