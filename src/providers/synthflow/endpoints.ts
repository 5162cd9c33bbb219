/**
 * Synthflow's operations (published OpenAPI, 2026-08). Sessions are listed in the plural and read in the singular. The
 * parameters that a list takes stand beside it; a date filters the creation of simulations, not of sessions.
 */
import { endpoint, leftOut, listEndpoint } from '../shared/endpoint.ts';
import { anything } from '../shared/fields.ts';
import {
  actionReader,
  agentReader,
  assistantsReader,
  caseReader,
  executedReader,
  simulationReader,
  simulationSessionReader,
  suiteReader,
} from './wire.ts';

const CASE = { what: 'the case', reader: caseReader, unwrap: ['simulation_case'] } as const;
const SUITE = { what: 'the suite', reader: suiteReader, unwrap: ['simulation_suite'] } as const;
const AT_AGENT = '/assistants/{model_id}';
const AT_CASE = '/simulation_cases/{simulation_case_id}';
const AT_SUITE = '/simulation_suites/{suite_id}';

export const ENDPOINTS = {
  /** Pages by `limit` and `offset`; the cheapest check of a key. */
  listAgents: listEndpoint({
    request: 'GET /assistants/',
    does: 'list agents',
    what: 'agents',
    reader: agentReader,
    unwrap: ['assistants'],
    by: 'skip',
    idOf: ({ id }) => id,
  }),
  /** With `include_actions` the ids of its actions are filled (changelog 2026-05-28). */
  getAgent: endpoint({
    request: `GET ${AT_AGENT}`,
    does: 'read an agent',
    what: 'the agent',
    reader: assistantsReader,
    verbatim: true,
  }),
  /** Partial in spite of its method: only members that are given change, in `agent` as well. The answer tells none of them. */
  updateAgent: endpoint({
    request: `PUT ${AT_AGENT}`,
    does: 'change an agent',
    what: 'a confirmation',
    reader: anything,
  }),
  getAction: endpoint({
    request: 'GET /actions/{action_id}',
    does: 'read an action of an agent',
    what: 'the action',
    reader: actionReader,
    verbatim: true,
  }),

  /** `search`, `suite_id`, `simulation_case_type`. */
  listCases: listEndpoint({
    request: 'GET /simulation_cases',
    does: 'list cases',
    what: 'cases',
    reader: caseReader,
    by: 'page',
    idOf: ({ simulation_case_id }) => simulation_case_id,
  }),
  getCase: endpoint({ request: `GET ${AT_CASE}`, does: 'read a case', ...CASE }),
  /** `suite_id` is optional by the schema, "required for v2 suites" by its description. */
  createCase: endpoint({ request: 'POST /simulation_cases', does: 'create a case', ...CASE, later: 'tests' }),
  /** Partial: what is left out stays. `type` and the agent cannot be changed at the vendor. */
  updateCase: endpoint({ request: `PUT ${AT_CASE}`, does: 'change a case', ...CASE, later: 'tests' }),
  deleteCase: endpoint({ request: `DELETE ${AT_CASE}`, does: 'delete a case', ...CASE, later: 'tests' }),
  /** Streams lines of an undocumented form: list the cases afterwards. Spends money. */
  generateCases: endpoint({
    request: 'POST /simulation_cases/generate',
    does: 'generate cases for an agent',
    ...CASE,
    intent: 'start',
    later: 'tests',
  }),

  /** `search`, `model_ids` (a repeated key; the wire form is not documented), `start_date`, `end_date`. */
  listSuites: listEndpoint({
    request: 'GET /simulation_suites',
    does: 'list suites',
    what: 'suites',
    reader: suiteReader,
    by: 'page',
    idOf: ({ id }) => id,
  }),
  getSuite: endpoint({ request: `GET ${AT_SUITE}`, does: 'read a suite', ...SUITE }),
  createSuite: endpoint({ request: 'POST /simulation_suites', does: 'create a suite', ...SUITE, later: 'tests' }),
  updateSuite: endpoint({ request: `PUT ${AT_SUITE}`, does: 'change a suite', ...SUITE, later: 'tests' }),
  deleteSuite: endpoint({ request: `DELETE ${AT_SUITE}`, does: 'delete a suite', ...SUITE, later: 'tests' }),
  /** Starts one run a case. No body; `max_turns` 10 to 50, 20 when left out. */
  executeSuite: endpoint({
    request: `POST ${AT_SUITE}/execute`,
    does: 'execute a suite',
    what: 'the session it started',
    reader: executedReader,
    unwrap: ['simulation_session'],
    intent: 'start',
  }),

  /** The answer may hold nothing but the simulation's id. With `simulation_session_id` the run joins it (INFERRED). */
  startSimulation: endpoint({
    request: 'POST /simulations',
    does: 'start one simulation',
    what: 'the simulation it started',
    reader: simulationReader,
    unwrap: ['simulation'],
    intent: 'start',
  }),
  /** `simulation_session_id`, `status`, `start_date`, `end_date`, `target_agent_id`. */
  listSimulations: listEndpoint({
    request: 'GET /simulations',
    does: 'list simulations',
    what: 'runs',
    reader: simulationReader,
    by: 'page',
    idOf: ({ simulation_id }) => simulation_id,
  }),
  getSimulation: endpoint({
    request: 'GET /simulations/{simulation_id}',
    does: 'read a simulation',
    what: 'the simulation',
    reader: simulationReader,
    unwrap: ['simulation'],
  }),
  /** Heavy: every session embeds its simulations with their timelines. */
  listSessions: listEndpoint({
    request: 'GET /simulations/sessions',
    does: 'list sessions',
    what: 'sessions',
    reader: simulationSessionReader,
    by: 'page',
    idOf: ({ simulation_session_id }) => simulation_session_id,
  }),
  /** Heavy for big sessions: embeds every simulation with its timeline. */
  getSession: endpoint({
    request: 'GET /simulations/session/{simulation_session_id}',
    does: 'read a session',
    what: 'the session',
    reader: simulationSessionReader,
    unwrap: ['simulation_session'],
  }),
} as const;

/** What is not sent, and why. */
export const LEFT_OUT = [
  ...leftOut('the list of cases says the same in pages', {
    'GET /simulation_cases/by_agent': 'list the cases of an agent',
  }),
  ...leftOut('scenarios are templates for generating cases; they cannot be started and no case names one', {
    'POST /simulation_scenarios': 'create a scenario',
    'GET /simulation_scenarios': 'list scenarios',
    'GET /simulation_scenarios/{scenario_id}': 'read a scenario',
    'PUT /simulation_scenarios/{scenario_id}': 'change a scenario',
    'DELETE /simulation_scenarios/{scenario_id}': 'delete a scenario',
  }),
  ...leftOut('an agent names its actions, which are read one by one', { 'GET /actions': 'list actions' }),
  ...leftOut('suites are bound to an agent, so that a copy of one could not be tried', {
    'POST /assistants': 'create an agent',
    'DELETE /assistants/{model_id}': 'delete an agent',
  }),
  ...leftOut('actions are shared by agents and hold credentials; they are shown and not changed', {
    'POST /actions': 'create an action',
    'PUT /actions/{action_id}': 'change an action',
    'DELETE /actions/{action_id}': 'delete an action',
    'POST /actions/attach': 'attach actions to an agent',
    'POST /actions/detach': 'detach actions from an agent',
  }),
  ...leftOut('real calls are no simulations; that the target call of a run is one of them is not documented', {
    'POST /calls': 'make a call',
    'GET /calls/{call_id}': 'read a call',
  }),
];
