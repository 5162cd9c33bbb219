/**
 * Both families of Future AGI: the documented analytics (`/sdk/api/v1/simulation`) and the operations of the app
 * (`/simulate`, from the vendor's open server, 2026-08).
 */
import type { CoveredOperation } from '../coverage.ts';
import { LEFT_OUT } from './endpoints.ts';

const SDK = '/sdk/api/v1/simulation';
const RUN_TEST = '/simulate/run-tests/{id}';
const EXECUTION = '/simulate/test-executions/{id}';
const CALL = '/simulate/call-executions/{id}';
/** A numeric or reason-only evaluation makes the vendor's statistics fail for good. */
const BROKEN = 'where the statistics of the execution fail';
const BY_NAME = 'a run test given by name';

export const coverage: readonly CoveredOperation[] = [
  {
    operation: 'runs by call, by execution or by name',
    path: `GET ${SDK}/runs/`,
    used_by:
      'sessions.get, sessions.open, runs.get, clusters.get, cancel.session, sessions.list (where the list of executions fails)',
  },
  {
    operation: 'metrics',
    path: `GET ${SDK}/metrics/`,
    used_by: `sessions.get (${BROKEN}), sessions.open (${BROKEN}), cancel.session (${BROKEN}), runs.get (a call under way)`,
  },
  { operation: 'analytics', path: `GET ${SDK}/analytics/`, used_by: 'sessions.get, sessions.open' },
  {
    operation: 'list run tests',
    path: 'GET /simulate/run-tests/',
    used_by: `check, tests.list, sessions.list, sessions.get, sessions.open, tests.get (${BY_NAME}, or an unknown id), start.plan (${BY_NAME}, or an unknown id)`,
  },
  { operation: 'read a run test', path: `GET ${RUN_TEST}/`, used_by: 'tests.get, sessions.list, start.plan' },
  {
    operation: 'id of a run test by name',
    path: 'GET /simulate/run-tests/get-id-by-name/{name}/',
    used_by: `tests.get (${BY_NAME}), sessions.list (${BY_NAME}), start.plan (${BY_NAME})`,
  },
  { operation: 'scenarios of a run test', path: `GET ${RUN_TEST}/scenarios/`, used_by: 'start.plan' },
  {
    operation: 'list executions',
    path: `GET ${RUN_TEST}/executions/`,
    used_by: 'sessions.list, start.find, sessions.get (unknown id), sessions.open (unknown id)',
  },
  {
    operation: 'latest execution',
    path: `GET ${RUN_TEST}/status/`,
    used_by: 'start.find (where the list of executions fails)',
  },
  {
    operation: 'list scenarios',
    path: 'GET /simulate/scenarios/',
    used_by: 'tests.list, tests.get (an unknown id), start.plan (a scenario), sessions.list (by scenario)',
  },
  {
    operation: 'read a scenario',
    path: 'GET /simulate/scenarios/{id}/',
    used_by: 'tests.get, sessions.list (by scenario), start.plan (a scenario)',
  },
  {
    operation: 'calls of an execution',
    path: `GET ${EXECUTION}/`,
    used_by: `sessions.get (${BROKEN}), sessions.open (${BROKEN}), clusters.get (${BROKEN}), runs.get (${BROKEN})`,
  },
  { operation: 'one call', path: `GET ${CALL}/`, used_by: 'runs.get, runs.transcript, runs.recording' },
  {
    operation: 'voice transcript of a call',
    path: `GET ${CALL}/transcripts/`,
    used_by: 'runs.transcript (a call whose own answer has no turns)',
  },
  {
    operation: 'where an evaluator saw the error',
    path: `GET ${CALL}/error-localizer-tasks/`,
    used_by: 'runs.get (a failed evaluation that localises errors)',
  },
  { operation: 'execute a run test', path: `POST ${RUN_TEST}/execute/`, used_by: 'start.send' },
  { operation: 'cancel an execution', path: `POST ${EXECUTION}/cancel/`, used_by: 'cancel.session' },
  ...LEFT_OUT.map(({ request, does, why }) => ({ operation: does, path: request, used_by: '', why_not: why })),
];
