/** The five operations on simulations and their sessions. Sessions are listed in the plural, read in the singular. */
import type { VendorHttp } from '../../../http/types.ts';
import type { RawPage } from '../../shared/list.ts';
import { simulationReader, simulationSessionReader, type WireSession, type WireSimulation } from '../wire.ts';
import { type PageQuery, readListPage, readObject } from './answers.ts';

export interface NewSimulation {
  simulation_case_id: string;
  /** Declared a uuid, in the vendor's own example `digits-digits`: never validated. */
  target_agent_id: string;
  /** Left out, the vendor makes a session; given, the run joins it (INFERRED from the field). */
  simulation_session_id?: string;
  custom_variables?: Record<string, unknown>;
}

export interface SimulationQuery extends PageQuery {
  simulation_session_id?: string;
  status?: 'in-progress' | 'completed' | 'failed';
  start_date?: string;
  end_date?: string;
  target_agent_id?: string;
}

/** The dates filter the creation of the simulations in a session, not of the session. */
export type SessionListQuery = PageQuery & Pick<SimulationQuery, 'start_date' | 'end_date' | 'target_agent_id'>;

export interface SimulationEndpoints {
  /** The answer may hold nothing but the simulation's id. */
  start(body: NewSimulation, signal: AbortSignal): Promise<WireSimulation>;
  list(query: SimulationQuery, signal: AbortSignal, arrived?: () => void): Promise<RawPage<WireSimulation>>;
  get(id: string, signal: AbortSignal): Promise<WireSimulation>;
  /** Heavy: every session embeds its simulations with their timelines. */
  listSessions(query: SessionListQuery, signal: AbortSignal): Promise<RawPage<WireSession>>;
  /** Heavy for big sessions: embeds every simulation with its timeline. */
  getSession(id: string, signal: AbortSignal): Promise<WireSession>;
}

export function simulationEndpoints(http: VendorHttp): SimulationEndpoints {
  return {
    async start(body, signal) {
      const answer = await http.request({ method: 'POST', path: '/simulations', body, signal, intent: 'start' });
      return readObject(answer.body, simulationReader, 'simulation', 'the simulation it started', true);
    },
    async list(query, signal, arrived) {
      const { body } = await http.request({
        method: 'GET',
        path: '/simulations',
        query: { ...query },
        signal,
        arrived,
      });
      return readListPage(body, simulationReader, { what: 'a list of runs', first: query.page_number === 1 });
    },
    async get(id, signal) {
      const path = '/simulations/{simulation_id}';
      const answer = await http.request({ method: 'GET', path, params: { simulation_id: id }, signal });
      return readObject(answer.body, simulationReader, 'simulation', 'the simulation');
    },
    async listSessions(query, signal) {
      const path = '/simulations/sessions';
      const { body } = await http.request({ method: 'GET', path, query: { ...query }, signal });
      return readListPage(body, simulationSessionReader, {
        what: 'a list of sessions',
        first: query.page_number === 1,
      });
    },
    async getSession(id, signal) {
      const path = '/simulations/session/{simulation_session_id}';
      const answer = await http.request({ method: 'GET', path, params: { simulation_session_id: id }, signal });
      return readObject(answer.body, simulationSessionReader, 'simulation_session', 'the session');
    },
  };
}
