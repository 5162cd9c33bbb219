/**
 * The five operations on scenarios: templates (a name and what to verify) that the vendor uses when it generates cases.
 * They cannot be started and no case refers to one.
 */
import type { VendorHttp } from '../../../http/types.ts';
import type { RawPage } from '../../shared/list.ts';
import { scenarioReader, type WireScenario } from '../wire.ts';
import { type PageQuery, readListPage, readObject } from './answers.ts';

export interface ScenarioQuery extends PageQuery {
  search?: string;
  start_date?: string;
  end_date?: string;
}

export interface ScenarioEndpoints {
  create(body: { name: string; description: string }, signal: AbortSignal): Promise<WireScenario>;
  list(query: ScenarioQuery, signal: AbortSignal): Promise<RawPage<WireScenario>>;
  get(id: string, signal: AbortSignal): Promise<WireScenario>;
  update(id: string, body: { name?: string; description?: string }, signal: AbortSignal): Promise<WireScenario>;
  remove(id: string, signal: AbortSignal): Promise<void>;
}

export function scenarioEndpoints(http: VendorHttp): ScenarioEndpoints {
  const all = '/simulation_scenarios';
  const path = `${all}/{scenario_id}`;
  const scenarioIn = (body: unknown) => readObject(body, scenarioReader, 'simulation_scenario', 'the scenario');
  return {
    async create(body, signal) {
      return scenarioIn((await http.request({ method: 'POST', path: all, body, signal, intent: 'change' })).body);
    },
    async list(query, signal) {
      const { body } = await http.request({ method: 'GET', path: all, query: { ...query }, signal });
      return readListPage(body, scenarioReader, { what: 'a list of scenarios', first: query.page_number === 1 });
    },
    async get(id, signal) {
      return scenarioIn((await http.request({ method: 'GET', path, params: { scenario_id: id }, signal })).body);
    },
    async update(id, body, signal) {
      const params = { scenario_id: id };
      return scenarioIn((await http.request({ method: 'PUT', path, params, body, signal, intent: 'change' })).body);
    },
    async remove(id, signal) {
      await http.request({ method: 'DELETE', path, params: { scenario_id: id }, signal, intent: 'change' });
    },
  };
}
