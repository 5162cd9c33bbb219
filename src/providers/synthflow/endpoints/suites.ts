/** The six operations on simulation suites. */
import type { VendorHttp } from '../../../http/types.ts';
import type { RawPage } from '../../shared/list.ts';
import { executedReader, suiteReader, type WireExecuted, type WireSuite } from '../wire.ts';
import { type PageQuery, readListPage, readObject } from './answers.ts';

export interface NewSuite {
  name: string;
  /** The agent; a suite runs on no other. */
  model_id: string;
  /** Locale of the simulated caller, default `en-US`; `multi` is refused. */
  language?: string;
}

export interface SuiteQuery extends PageQuery {
  search?: string;
  /** Sent as a repeated key; the wire form is not documented. */
  model_ids?: string[];
  start_date?: string;
  end_date?: string;
}

export interface SuiteEndpoints {
  create(body: NewSuite, signal: AbortSignal): Promise<WireSuite>;
  list(query: SuiteQuery, signal: AbortSignal): Promise<RawPage<WireSuite>>;
  get(id: string, signal: AbortSignal): Promise<WireSuite>;
  update(id: string, body: { name?: string; model_id?: string }, signal: AbortSignal): Promise<WireSuite>;
  remove(id: string, signal: AbortSignal): Promise<void>;
  /** Starts one run a case. No body; `max_turns` 10 to 50, 20 when left out. */
  execute(
    id: string,
    query: { target_agent_id: string; max_turns?: number },
    signal: AbortSignal,
  ): Promise<WireExecuted>;
}

export function suiteEndpoints(http: VendorHttp): SuiteEndpoints {
  const path = '/simulation_suites/{suite_id}';
  const suiteIn = (body: unknown) => readObject(body, suiteReader, 'simulation_suite', 'the suite');
  return {
    async create(body, signal) {
      return suiteIn(
        (await http.request({ method: 'POST', path: '/simulation_suites', body, signal, intent: 'change' })).body,
      );
    },
    async list(query, signal) {
      const { body } = await http.request({ method: 'GET', path: '/simulation_suites', query: { ...query }, signal });
      return readListPage(body, suiteReader, { what: 'a list of suites', first: query.page_number === 1 });
    },
    async get(id, signal) {
      return suiteIn((await http.request({ method: 'GET', path, params: { suite_id: id }, signal })).body);
    },
    async update(id, body, signal) {
      const params = { suite_id: id };
      return suiteIn((await http.request({ method: 'PUT', path, params, body, signal, intent: 'change' })).body);
    },
    async remove(id, signal) {
      await http.request({ method: 'DELETE', path, params: { suite_id: id }, signal, intent: 'change' });
    },
    async execute(id, query, signal) {
      const answer = await http.request({
        method: 'POST',
        path: `${path}/execute`,
        params: { suite_id: id },
        query: { ...query },
        signal,
        intent: 'start',
      });
      return readObject(answer.body, executedReader, 'simulation_session', 'the session it started', true);
    },
  };
}
