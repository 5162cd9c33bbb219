/** Synthflow's simulation API: 23 operations in four groups, and the list of agents, which is also the cheap key check. */
import type { VendorHttp } from '../../http/types.ts';
import type { RawPage } from '../shared/list.ts';
import { readListPage } from './endpoints/answers.ts';
import { type CaseEndpoints, caseEndpoints } from './endpoints/cases.ts';
import { type ScenarioEndpoints, scenarioEndpoints } from './endpoints/scenarios.ts';
import { type SimulationEndpoints, simulationEndpoints } from './endpoints/simulations.ts';
import { type SuiteEndpoints, suiteEndpoints } from './endpoints/suites.ts';
import { agentReader, type WireAgent } from './wire.ts';

export interface SynthflowClient {
  cases: CaseEndpoints;
  suites: SuiteEndpoints;
  scenarios: ScenarioEndpoints;
  simulations: SimulationEndpoints;
  /** Agents of the workspace; this list pages by `limit` and `offset`. */
  assistants(query: { limit: number; offset?: number }, signal: AbortSignal): Promise<RawPage<WireAgent>>;
}

export function createClient(http: VendorHttp): SynthflowClient {
  return {
    cases: caseEndpoints(http),
    suites: suiteEndpoints(http),
    scenarios: scenarioEndpoints(http),
    simulations: simulationEndpoints(http),
    async assistants({ limit, offset }, signal) {
      const { body } = await http.request({ method: 'GET', path: '/assistants/', query: { limit, offset }, signal });
      return readListPage(body, agentReader, { what: 'a list of agents', first: !offset, named: 'assistants' });
    },
  };
}
