/** Reading test definitions: suites first, then cases. */
import { Problem } from '../../model/problem.ts';
import type { TestBrief } from '../../model/schemas.ts';
import type { Provider } from '../provider.ts';
import type { Catalogue } from './catalogue.ts';
import type { SynthflowClient } from './client.ts';
import { explainUnknown } from './known.ts';
import { PROVIDER } from './map-run.ts';
import { toCaseBrief, toCaseDetail, toSuiteBrief, toSuiteDetail } from './map-test.ts';
import { firstPlace, type Gathered, gather, type Place, readPlace, writePlace } from './paging.ts';

type Kind = 'suite' | 'case';

export function testOperations(client: SynthflowClient, catalogue: Catalogue): NonNullable<Provider['tests']> {
  const gatherKind = (
    kind: Kind,
    search: string | undefined,
    place: Place,
    limit: number,
    signal: AbortSignal,
  ): Promise<Gathered<TestBrief>> =>
    kind === 'suite'
      ? gather((page) => client.suites.list({ ...page, search }, signal), place, limit, toSuiteBrief)
      : gather((page) => client.cases.list({ ...page, search }, signal), place, limit, toCaseBrief);

  return {
    async list(query, { signal }) {
      const kinds: Kind[] = query.kind ? [query.kind] : ['suite', 'case'];
      const start = query.cursor === undefined ? undefined : readCursor(query.cursor, kinds);
      const items: TestBrief[] = [];
      let total: number | undefined;
      for (const kind of kinds.slice(start ? kinds.indexOf(start.kind) : 0)) {
        const place = start?.kind === kind ? start.place : firstPlace(query.limit);
        if (items.length >= query.limit) return { items, next: `${kind}:${writePlace(place)}` };
        const got = await gatherKind(kind, query.search, place, query.limit - items.length, signal);
        items.push(...got.items);
        total = got.total;
        if (got.next) return { items, next: `${kind}:${writePlace(got.next)}`, ...(query.kind ? { total } : {}) };
      }
      return { items, ...(query.kind && total !== undefined ? { total } : {}) };
    },

    async get(kind, ids, { signal }) {
      const [id = ''] = ids;
      const known = async (): Promise<string[]> => {
        const page = { page_number: 1, page_size: 100 };
        return kind === 'suite'
          ? (await client.suites.list(page, signal)).items.flatMap((one) => one.id ?? [])
          : (await client.cases.list(page, signal)).items.flatMap((one) => one.simulation_case_id ?? []);
      };
      try {
        if (kind === 'case') {
          const found = await client.cases.get(id, signal);
          return toCaseDetail({ ...found, simulation_case_id: found.simulation_case_id ?? id }) ?? nothing();
        }
        const { suite, cases } = await catalogue.suite(id, signal);
        return toSuiteDetail({ ...suite, id: suite.id ?? id }, cases) ?? nothing();
      } catch (error) {
        return explainUnknown(error, kind, id, known);
      }
    },
  };
}

function nothing(): never {
  throw new Problem('unreadable', 'Synthflow answered without a test.', { provider: PROVIDER });
}

function readCursor(cursor: string, kinds: readonly Kind[]): { kind: Kind; place: Place } {
  const [word, rest = ''] = cursor.split(':');
  const kind = kinds.find((one) => one === word);
  const place = readPlace(rest);
  if (kind && place) return { kind, place };
  throw new Problem('invalid_input', 'That cursor belongs to another list.', {
    provider: PROVIDER,
    next: 'Repeat the call without a cursor.',
  });
}
