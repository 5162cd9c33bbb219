/** Reading test definitions: scenarios are cases; the vendor has no suites. */
import { Problem } from '../../model/problem.ts';
import type { Provider } from '../provider.ts';
import { cursorPage, source, type Taken } from '../shared/cursor-page.ts';
import { PAGE_SIZE } from './api.ts';
import { isInvalid, unreadable } from './faults.ts';
import type { Lookup } from './lookup.ts';
import { flowOf, scenarioName, toTestBrief, toTestDetail } from './map-test.ts';
import { OPTIONS } from './plan.ts';
import { PLATFORM } from './settings.ts';
import type { WireScenario } from './wire.ts';

export function createTests(lookup: Lookup): NonNullable<Provider['tests']> {
  /** The syntax of `filter` is undocumented: once it was refused, the list is read whole and searched here. */
  let filters = true;

  const flowOfTest = async (wire: WireScenario, signal: AbortSignal) => {
    const flow = flowOf(wire);
    return flow === undefined ? undefined : (await lookup.flows(signal))(flow);
  };

  return {
    async list(query, { signal }) {
      const { limit, cursor } = query;
      if (query.kind === 'suite') return { items: [], total: 0, coverage: { complete: true, read: 0 } };
      const search = query.search?.trim();
      const wanted = search?.toLowerCase() ?? '';
      const read = (filter: string | undefined): Promise<Taken<WireScenario>> => {
        // Who searches keeps few of many.
        const size = search ? PAGE_SIZE : Math.min(PAGE_SIZE, limit);
        const list = lookup.tests({ sort: 'name:asc', filter: filter || undefined }, signal, size);
        const accept = (wire: WireScenario) => (speaksOf(wire, wanted) ? wire : undefined);
        return cursorPage(PLATFORM, [source({ list, accept })], { cursor, limit });
      };
      let found: Taken<WireScenario>;
      try {
        found = await read(filters ? search : undefined);
      } catch (error) {
        if (!search || !filters || !isInvalid(error)) throw error;
        found = await read(undefined);
        filters = false;
      }
      lookup.rememberTests(found.items);
      const items = await Promise.all(
        found.items.map(async (wire) => toTestBrief(wire, await flowOfTest(wire, signal)) ?? []),
      );
      return {
        items: items.flat(),
        next: found.next,
        total: search ? undefined : found.total,
        coverage: found.coverage,
      };
    },

    async get(kind, ids, { signal }) {
      const [id = ''] = ids;
      if (kind === 'suite') {
        throw new Problem('wrong_kind', 'Cognigy has no suites; a scenario is a case.', {
          provider: PLATFORM.id,
          next: 'list_tests shows the scenarios; pass one as cognigy/case/<id>.',
        });
      }
      const found = await lookup.test(id, signal);
      const detail = toTestDetail({ ...found, id: found.key }, OPTIONS, await flowOfTest(found, signal));
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
