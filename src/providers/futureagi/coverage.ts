/**
 * Both families of Future AGI: the documented analytics (`/sdk/api/v1/simulation`) and the operations of the app
 * (`/simulate`, from the vendor's open server, 2026-08).
 */
import { type CoveredOperation, leftOut } from '../coverage.ts';

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
  ...leftOut('a GET that starts a calculation; the analytics tell the clusters and their state without one', {
    [`GET ${EXECUTION}/eval-explanation-summary/`]: 'failure clusters, computed when there are none',
  }),
  ...leftOut('it starts a calculation that nobody asked for, and the clusters are computed when a run completes', {
    [`POST ${EXECUTION}/eval-explanation-summary/refresh/`]: 'compute failure clusters again',
    [`GET ${EXECUTION}/optimiser-analysis/`]: 'Fix My Agent suggestions, computed when there are none',
    [`POST ${EXECUTION}/optimiser-analysis/refresh/`]: 'compute suggestions again',
    [`GET ${CALL}/branch-analysis/`]: 'where a call left its scenario, computed and stored',
  }),
  ...leftOut('it searches for prompts over many runs; the tools show why runs failed and leave the fix to the caller', {
    'GET /simulate/api/agent-prompt-optimiser/': 'list prompt optimisations',
    'POST /simulate/api/agent-prompt-optimiser/': 'start a prompt optimisation',
    'GET /simulate/api/agent-prompt-optimiser/{id}/': 'read a prompt optimisation',
    'GET /simulate/api/agent-prompt-optimiser/{id}/steps/': 'its steps',
    'GET /simulate/api/agent-prompt-optimiser/{id}/graph/': 'its graph',
    'GET /simulate/api/agent-prompt-optimiser/{id}/trial/{tid}/prompt/': 'the prompt of a trial',
    'GET /simulate/api/agent-prompt-optimiser/{id}/trial/{tid}/evaluations/': 'the evaluations of a trial',
    'GET /simulate/api/agent-prompt-optimiser/{id}/trial/{tid}/scenarios/': 'the scenarios of a trial',
  }),
  ...leftOut(
    'statistics that count an evaluator error as a failure, or technical completion as quality; ours are counted from the calls',
    {
      [`GET ${RUN_TEST}/eval-summary/`]: 'statistics of evaluations',
      [`GET ${RUN_TEST}/eval-summary-comparison/`]: 'statistics of evaluations of several executions',
      [`GET ${EXECUTION}/kpis/`]: 'key figures of an execution',
      [`GET ${EXECUTION}/performance-summary/`]: 'share of calls that ended',
      [`GET ${EXECUTION}/analytics/`]: 'chart series of an execution',
      [`GET ${RUN_TEST}/analytics/`]: 'trends of a run test',
      'GET /simulate/agent-definitions/{id}/versions/{vid}/eval-summary/': 'statistics of an agent version',
    },
  ),
  ...leftOut('other views of calls that are read by execution already', {
    [`GET ${EXECUTION}/transcripts/`]: 'all voice transcripts of an execution, unpaged',
    [`GET ${RUN_TEST}/call-executions/`]: 'calls of a run test',
    'GET /simulate/api/call-executions/': 'voice calls of an execution',
    'GET /simulate/agent-definitions/{id}/versions/{vid}/call-executions/': 'calls of an agent version',
    'GET /simulate/run-tests/active/': 'run tests that run now',
    'GET /simulate/export/{id}/': 'a table of an execution as CSV',
    [`GET ${CALL}/session-comparison/`]: 'a replayed conversation beside its original',
  }),
  ...leftOut('it explains the telephony of the vendor, not the agent under test', {
    [`GET ${CALL}/logs/`]: 'provider logs of a call',
  }),
  ...leftOut('a rerun keeps the ids and overwrites the results, so before and after could not be compared', {
    [`POST ${EXECUTION}/rerun-calls/`]: 'run or judge calls again',
    [`POST ${RUN_TEST}/rerun-test-executions/`]: 'run or judge executions again',
    [`POST ${RUN_TEST}/run-new-evals/`]: 'judge executions by further evaluations',
  }),
  ...leftOut('results are not deleted', {
    [`POST ${RUN_TEST}/delete-test-executions/`]: 'delete executions',
  }),
  ...leftOut('in a chat run the code of the caller plays the agent; here the platform reaches the agent itself', {
    [`POST ${RUN_TEST}/chat-execute/`]: 'start a chat run',
    [`POST ${EXECUTION}/chat/call-executions/batch/`]: 'make the calls of a chat run',
    [`POST ${CALL}/chat/send-message/`]: 'say something in a chat',
    [`PATCH ${CALL}/`]: 'end a chat',
    [`GET ${RUN_TEST}/sdk-code/`]: 'a script that does so',
    'POST /simulate/api/alk-simulate/run-tests/provision': 'voice runs driven by code: provide a run test',
    'POST /simulate/api/alk-simulate/run-tests/{id}/test-executions': 'the same: start an execution',
    'POST /simulate/api/alk-simulate/test-executions/{id}/batch': 'the same: make its calls',
    'POST /simulate/api/alk-simulate/call-executions/{id}/recording': 'the same: upload a recording',
    'POST /simulate/api/alk-simulate/call-executions/{id}/result': 'the same: report a result',
    'POST /simulate/api/alk-simulate/call-executions/{id}/status': 'the same: report a status',
  }),
  ...leftOut('a run of a prompt is not a run of an agent', {
    'POST /simulate/prompt-templates/{tid}/simulations/{run_test_id}/execute/': 'execute a run test on a prompt',
  }),
  ...leftOut('tests and agents are written at the vendor; the tools start and read them', {
    'POST /simulate/run-tests/create/': 'create a run test',
    [`PATCH ${RUN_TEST}/`]: 'change a run test',
    [`DELETE ${RUN_TEST}/`]: 'delete a run test',
    [`PATCH ${RUN_TEST}/components/`]: 'change the parts of a run test',
    [`POST ${RUN_TEST}/eval-configs/`]: 'add evaluations',
    [`DELETE ${RUN_TEST}/eval-configs/{cid}/`]: 'remove an evaluation',
    [`POST ${RUN_TEST}/eval-configs/{cid}/update/`]: 'change an evaluation',
    [`GET ${RUN_TEST}/get-structure/`]: 'the structure of a run test for its editor',
    'POST /simulate/scenarios/create/': 'create a scenario (edit, prompts, add-rows, add-columns and delete alike)',
    'GET /simulate/api/personas/': 'personas (create, change, delete and duplicate alike)',
    'GET /simulate/agent-definitions/':
      'agent definitions and their versions (create, activate, restore and delete alike)',
    'GET /simulate/simulator-agents/': 'simulated callers (create, change and delete alike)',
  }),
];
