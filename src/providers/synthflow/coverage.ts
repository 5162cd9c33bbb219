/** Synthflow's 23 simulation operations (published OpenAPI, 2026-08) and the three beside them that matter here. */
import { type CoveredOperation, clientOnly, leftOut } from '../coverage.ts';

const NAMES = 'of a session, to name the suite it executed';

export const coverage: readonly CoveredOperation[] = [
  {
    operation: 'list agents',
    path: 'GET /assistants/',
    used_by: 'check, sessions.list (by agent name), start.plan (by agent name)',
  },
  {
    operation: 'list cases',
    path: 'GET /simulation_cases',
    used_by:
      'tests.list, tests.get (unknown id, or a suite without its cases), sessions.list (a suite without its cases), sessions.get (a suite without its cases), sessions.open (a suite without its cases), start.plan (a suite without its cases)',
  },
  {
    operation: 'read a case',
    path: 'GET /simulation_cases/{simulation_case_id}',
    used_by: `tests.get, start.plan, sessions.list (${NAMES}), sessions.get (${NAMES}), sessions.open (${NAMES})`,
  },
  {
    operation: 'list suites',
    path: 'GET /simulation_suites',
    used_by: 'tests.list, tests.get (unknown id), start.plan (unknown id)',
  },
  {
    operation: 'read a suite',
    path: 'GET /simulation_suites/{suite_id}',
    used_by: `tests.get, sessions.list, start.plan, sessions.get (${NAMES}), sessions.open (${NAMES})`,
  },
  { operation: 'execute a suite', path: 'POST /simulation_suites/{suite_id}/execute', used_by: 'start.send' },
  { operation: 'start one simulation', path: 'POST /simulations', used_by: 'start.send' },
  {
    operation: 'list simulations',
    path: 'GET /simulations',
    used_by:
      'sessions.get, sessions.open, start.find, runs.get (unknown id), runs.transcript (unknown id), runs.recording (unknown id)',
  },
  {
    operation: 'read a simulation',
    path: 'GET /simulations/{simulation_id}',
    used_by: 'runs.get, runs.transcript, runs.recording, start.send',
  },
  {
    operation: 'list sessions',
    path: 'GET /simulations/sessions',
    used_by: 'sessions.list, start.find, runs.get (a run that does not name its session)',
  },
  {
    operation: 'read a session',
    path: 'GET /simulations/session/{simulation_session_id}',
    used_by: 'sessions.get, sessions.open',
  },
  ...clientOnly('tests are written at the vendor; the tools start and read them', {
    'POST /simulation_cases': 'create a case',
    'PUT /simulation_cases/{simulation_case_id}': 'change a case',
    'DELETE /simulation_cases/{simulation_case_id}': 'delete a case',
    'POST /simulation_suites': 'create a suite',
    'PUT /simulation_suites/{suite_id}': 'change a suite',
    'DELETE /simulation_suites/{suite_id}': 'delete a suite',
  }),
  ...clientOnly('it spends money on new tests, in lines of an undocumented form; the tools start and read tests', {
    'POST /simulation_cases/generate': 'generate cases for an agent',
  }),
  ...clientOnly('it is not paged; the list of cases says the same in pages', {
    'GET /simulation_cases/by_agent': 'list the cases of an agent',
  }),
  ...clientOnly('scenarios are templates for generating cases; they cannot be started and no case names one', {
    'POST /simulation_scenarios': 'create a scenario',
    'GET /simulation_scenarios': 'list scenarios',
    'GET /simulation_scenarios/{scenario_id}': 'read a scenario',
    'PUT /simulation_scenarios/{scenario_id}': 'change a scenario',
    'DELETE /simulation_scenarios/{scenario_id}': 'delete a scenario',
  }),
  ...leftOut('real calls are no simulations; that the target call of a run is one of them is not documented', {
    'POST /calls': 'make a call',
    'GET /calls/{call_id}': 'read a call',
  }),
];
