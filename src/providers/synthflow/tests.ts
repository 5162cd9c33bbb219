/** Reading test definitions: suites first, then cases. */
import { Problem } from '../../model/problem.ts';
import type { TestBrief } from '../../model/schemas.ts';
import type { Provider, TestQuery } from '../provider.ts';
import type { Named } from '../shared/choose.ts';
import { cursorPage, type Source, source } from '../shared/cursor-page.ts';
import type { Catalogue } from './catalogue.ts';
import type { SynthflowClient } from './client.ts';
import { casesList, someOf, suitesList } from './lists.ts';
import { toCaseBrief, toCaseDetail, toSuiteBrief, toSuiteDetail } from './map-test.ts';
import { PLATFORM } from './platform.ts';
import { orNotFound } from './unknown.ts';

type Kind = 'suite' | 'case';

export function testOperations(client: SynthflowClient, catalogue: Catalogue): NonNullable<Provider['tests']> {
  const sourceOf = (kind: Kind, { search, limit }: TestQuery, signal: AbortSignal): Source<TestBrief> => {
    const narrowed = { search, wanted: limit };
    return kind === 'suite'
      ? source({ key: kind, list: suitesList(client, signal, narrowed), accept: toSuiteBrief })
      : source({ key: kind, list: casesList(client, signal, narrowed), accept: toCaseBrief });
  };

  return {
    list(query, { signal }) {
      const kinds: Kind[] = query.kind ? [query.kind] : ['suite', 'case'];
      return cursorPage(
        PLATFORM,
        kinds.map((kind) => sourceOf(kind, query, signal)),
        query,
      );
    },

    get(kind, ids, { signal }) {
      const [id = ''] = ids;
      const read = async () => {
        if (kind === 'case') {
          const found = await client.cases.get(id, signal);
          return toCaseDetail({ ...found, simulation_case_id: found.simulation_case_id ?? id }) ?? nothing();
        }
        const { suite, cases, lost } = await catalogue.suite(id, signal);
        return toSuiteDetail({ ...suite, id: suite.id ?? id }, cases, lost || 0) ?? nothing();
      };
      const known = async (): Promise<Named[]> =>
        kind === 'suite'
          ? (await someOf(suitesList(client, signal))).flatMap(({ id, name }) => (id ? [{ id, name }] : []))
          : (await someOf(casesList(client, signal))).flatMap(({ simulation_case_id: id, name }) =>
              id ? [{ id, name }] : [],
            );
      return orNotFound(read(), kind, id, known);
    },
  };
}

function nothing(): never {
  throw new Problem('unreadable', 'Synthflow answered without a test.', { provider: PLATFORM.id });
}
