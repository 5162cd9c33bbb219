/** Reading test definitions: suites first, then cases. */
import type { TestBrief, TestDetail } from '../../model/schemas.ts';
import type { CallContext, Provider, TestQuery } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { cursorPage, type Source, source } from '../shared/cursor-page.ts';
import { unreadableAnswer } from '../shared/faults.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Lookup } from './lookup.ts';
import { toCaseBrief, toCaseDetail, toSuiteBrief, toSuiteDetail } from './map-test.ts';
import { PLATFORM } from './settings.ts';

type Kind = 'suite' | 'case';

export function createTests(api: Api, lookup: Lookup): NonNullable<Provider['tests']> {
  function sourceOf(kind: Kind, { search, limit }: TestQuery, { signal }: CallContext): Source<TestBrief> {
    const asked = { query: { search }, signal };
    return kind === 'suite'
      ? source({ key: kind, list: api.list(ENDPOINTS.listSuites, asked, limit), accept: toSuiteBrief })
      : source({ key: kind, list: api.list(ENDPOINTS.listCases, asked, limit), accept: toCaseBrief });
  }

  async function read(kind: Kind, id: string, call: CallContext): Promise<TestDetail> {
    if (kind === 'case') {
      const params = { simulation_case_id: id };
      const found = await api.one(ENDPOINTS.getCase, { params, signal: call.signal });
      return toCaseDetail({ ...found, simulation_case_id: found.simulation_case_id ?? id }) ?? nothing();
    }
    const { suite, cases, lost } = await lookup.suite(id, call);
    return toSuiteDetail({ ...suite, id: suite.id ?? id }, cases, lost || 0) ?? nothing();
  }

  return {
    list(query, call) {
      const kinds: Kind[] = query.kind ? [query.kind] : ['suite', 'case'];
      const sources = kinds.map((kind) => sourceOf(kind, query, call));
      return cursorPage(PLATFORM, sources, query);
    },

    get: (kind, [id = ''], call) => lookup.orUnknown(read(kind, id, call), kind, id, call),
  };
}

function nothing(): never {
  throw unreadableAnswer(PLATFORM, 'without a test', {});
}
