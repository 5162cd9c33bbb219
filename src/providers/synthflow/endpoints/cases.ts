/** The seven operations on simulation cases. */
import type { VendorHttp } from '../../../http/types.ts';
import type { RawPage } from '../../shared/list.ts';
import { caseReader, type WireCase } from '../wire.ts';
import { type PageQuery, readListPage, readObject } from './answers.ts';

/** Kinds of tests that generation can make (published OpenAPI). */
export const INCLUDE_TESTS = [
  'csat_score',
  'accuracy_of_responses',
  'script_compliance',
  'angry_user',
  'repetitive_phrases',
  'conversational_naturalness',
  'task_completion',
] as const;

export interface NewCase {
  name: string;
  prompt: string;
  type: 'custom' | 'agent_based';
  success_criteria: string[];
  call_success_type: 'all' | 'any';
  /** Optional by the schema, "required for v2 suites" by its description. */
  suite_id?: string;
  /** Read back as `base_agent.model_id`. */
  base_agent_id?: string;
}

export type CaseChange = Partial<
  Pick<NewCase, 'name' | 'prompt' | 'success_criteria' | 'call_success_type' | 'suite_id'>
>;

export interface CaseQuery extends PageQuery {
  search?: string;
  simulation_case_type?: string;
  suite_id?: string;
}

export interface GenerateRequest {
  agent_id: string;
  include_tests: (typeof INCLUDE_TESTS)[number][];
  suite_id?: string;
}

export interface CaseEndpoints {
  create(body: NewCase, signal: AbortSignal): Promise<WireCase>;
  list(query: CaseQuery, signal: AbortSignal): Promise<RawPage<WireCase>>;
  get(id: string, signal: AbortSignal): Promise<WireCase>;
  /** Partial: what is left out stays. `type` and the agent cannot be changed at the vendor. */
  update(id: string, body: CaseChange, signal: AbortSignal): Promise<WireCase>;
  remove(id: string, signal: AbortSignal): Promise<void>;
  /**
   * Progress and results as the vendor streams them. The line format is undocumented: values are handed through, lines
   * that are no JSON as strings; list the cases afterwards instead of trusting the stream.
   */
  generate(body: GenerateRequest, signal: AbortSignal): AsyncIterable<unknown>;
  /** All cases of an agent; the vendor does not page this list. */
  byAgent(agentId: string, signal: AbortSignal): Promise<RawPage<WireCase>>;
}

export function caseEndpoints(http: VendorHttp): CaseEndpoints {
  const path = '/simulation_cases/{simulation_case_id}';
  return {
    async create(body, signal) {
      const answer = await http.request({ method: 'POST', path: '/simulation_cases', body, signal, intent: 'change' });
      return readObject(answer.body, caseReader, 'simulation_case', 'the case');
    },
    async list(query, signal) {
      const { body } = await http.request({ method: 'GET', path: '/simulation_cases', query: { ...query }, signal });
      return readListPage(body, caseReader, { what: 'a list of cases', first: query.page_number === 1 });
    },
    async get(id, signal) {
      const answer = await http.request({ method: 'GET', path, params: { simulation_case_id: id }, signal });
      return readObject(answer.body, caseReader, 'simulation_case', 'the case');
    },
    async update(id, body, signal) {
      const params = { simulation_case_id: id };
      const answer = await http.request({ method: 'PUT', path, params, body, signal, intent: 'change' });
      return readObject(answer.body, caseReader, 'simulation_case', 'the case');
    },
    async remove(id, signal) {
      await http.request({ method: 'DELETE', path, params: { simulation_case_id: id }, signal, intent: 'change' });
    },
    generate: (body, signal) =>
      http.lines({ method: 'POST', path: '/simulation_cases/generate', body, signal, intent: 'start' }),
    async byAgent(agentId, signal) {
      const query = { agent_id: agentId };
      const answer = await http.request({ method: 'GET', path: '/simulation_cases/by_agent', query, signal });
      return readListPage(answer.body, caseReader, { what: 'a list of cases' });
    },
  };
}
