/**
 * Future AGI's operations: the documented analytics (`/sdk/api/v1/simulation`, vendor's page), those of the app
 * (`/simulate`) and of its Prompt Workbench (`/model-hub`; both: vendor's open server, 2026-08). Every path that is sent ends in a slash. Only documented parameters
 * are sent: others are refused as unknown fields. Lists take `page` and `limit` (10 by default).
 */
import { endpoint, type ListEndpoint, leftOut, listEndpoint, type RequestLine } from '../shared/endpoint.ts';
import { anything, record } from '../shared/fields.ts';
import {
  agentDefinitionReader,
  agentVersionReader,
  namedPromptReader,
  promptTemplateReader,
  promptVersionReader,
} from './agent-wire.ts';
import { isPastSdkPages } from './faults.ts';
import {
  analyticsReader,
  callDetailReader,
  callIdReader,
  callViewReader,
  errorLocationReader,
  executionReader,
  executionRowReader,
  itself,
  latestExecutionReader,
  listedExecutionReader,
  metricsReader,
  namedRunTestReader,
  runTestReader,
  runTestScenarioReader,
  scenarioReader,
  startedReader,
  transcriptReader,
} from './wire.ts';

const SDK = '/sdk/api/v1/simulation';
const RUN_TEST = '/simulate/run-tests/{id}';
const EXECUTION = '/simulate/test-executions/{id}';
const CALL = '/simulate/call-executions/{id}';
const PROMPTS = '/model-hub/prompt-templates';
const SIMULATIONS = '/simulate/prompt-templates/{id}/simulations/';
const DEFINITION = '/simulate/agent-definitions/{id}';

const AN_EXECUTION = { what: 'an execution', reader: itself(executionReader), retry_500: true } as const;
const A_CALL = { what: 'a call', reader: itself(callDetailReader), retry_500: true } as const;
const METRICS = { what: 'metrics of an execution', reader: itself(metricsReader), retry_500: true } as const;
const ANALYTICS = { what: 'analytics of an execution', reader: itself(analyticsReader) } as const;
const A_SCENARIO = { what: 'a scenario', reader: itself(scenarioReader) } as const;
const A_VIEW = { what: 'a call', reader: itself(callViewReader) } as const;
const A_TRANSCRIPT = { what: 'a transcript', reader: itself(transcriptReader) } as const;

export const ENDPOINTS = {
  /**
   * `execution_id`, `page` and `limit` of its calls, `eval_name` (comma list; an evaluation whose name holds a comma
   * cannot be asked for). Calls are ordered by their last update: they move while they are scored. One numeric or
   * reason-only evaluation makes it a 500 for good.
   */
  getExecution: endpoint({
    request: `GET ${SDK}/runs/`,
    does: 'read an execution with a page of its calls',
    ...AN_EXECUTION,
  }),
  /**
   * The same with `summary=true`: with the failure clusters and the state of their calculation, which it does not
   * start.
   */
  getExecutionSummary: endpoint({
    request: `GET ${SDK}/runs/`,
    does: 'read an execution with its failure clusters',
    ...AN_EXECUTION,
  }),
  /** `run_test_name`: exact. Merges the executions of every run test of that name. */
  listExecutionsByName: listEndpoint({
    request: `GET ${SDK}/runs/`,
    does: 'list the executions of a name',
    what: 'sessions',
    reader: executionRowReader,
    by: 'page',
    idOf: ({ execution_id }) => execution_id,
    isPastEnd: isPastSdkPages,
    pastEndIsFault: true,
  }),
  /** `call_execution_id`. Computes no statistics, so it answers where `getExecution` cannot. */
  getCall: endpoint({ request: `GET ${SDK}/runs/`, does: 'read a call', ...A_CALL }),
  /** `execution_id`. Computes no statistics of evaluations either. */
  getMetrics: endpoint({ request: `GET ${SDK}/metrics/`, does: 'read the metrics of an execution', ...METRICS }),
  /** `execution_id`, `summary`; refuses `page` and `limit`. The only one that names the run test of an execution. */
  getAnalytics: endpoint({
    request: `GET ${SDK}/analytics/`,
    does: 'read the analytics of an execution',
    ...ANALYTICS,
  }),

  /** `search`. Names are not unique. */
  listRunTests: thingsByPage({
    request: 'GET /simulate/run-tests/',
    does: 'list run tests',
    what: 'run tests',
    reader: runTestReader,
  }),
  getRunTest: endpoint({
    request: `GET ${RUN_TEST}/`,
    does: 'read a run test',
    what: 'a run test',
    reader: itself(runTestReader),
  }),
  /** The same, of which a run test is made: its evaluations are sent back. */
  getRunTestToCopy: endpoint({
    request: `GET ${RUN_TEST}/`,
    does: 'read a run test of which another is made',
    what: 'a run test',
    reader: itself(runTestReader),
    verbatim: true,
  }),
  /** An unknown name is a 400. */
  getRunTestByName: endpoint({
    request: 'GET /simulate/run-tests/get-id-by-name/{name}/',
    does: 'find the id of a run test by its name',
    what: 'a run test',
    reader: itself(namedRunTestReader),
  }),
  /** With `row_count`; the record of the run test may lack the rows of a scenario (INFERRED). */
  listRunTestScenarios: thingsByPage({
    request: `GET ${RUN_TEST}/scenarios/`,
    does: 'list the scenarios of a run test',
    what: 'scenarios',
    reader: runTestScenarioReader,
  }),
  /** Newest first. `status` is the stored lower-case word, in rows it is in title case. */
  listExecutions: thingsByPage({
    request: `GET ${RUN_TEST}/executions/`,
    does: 'list executions',
    what: 'sessions',
    reader: listedExecutionReader,
  }),
  /** Where there is none, an error with 200. */
  getLatestExecution: endpoint({
    request: `GET ${RUN_TEST}/status/`,
    does: 'read the latest execution of a run test',
    what: 'the latest execution',
    reader: latestExecutionReader,
  }),
  /**
   * One call a scenario row, each billed. `{}` for all scenarios, `scenario_ids` for some: the spelling that the
   * server takes (documents print camelCase, which it refuses). `select_all` is never sent: documents call it an
   * exclusion, the server ignores it. Not idempotent.
   */
  executeRunTest: endpoint({
    request: `POST ${RUN_TEST}/execute/`,
    does: 'execute a run test',
    what: 'the execution it started',
    reader: startedReader,
    intent: 'start',
  }),

  /** `search`. */
  listScenarios: thingsByPage({
    request: 'GET /simulate/scenarios/',
    does: 'list scenarios',
    what: 'scenarios',
    reader: scenarioReader,
  }),
  getScenario: endpoint({ request: 'GET /simulate/scenarios/{id}/', does: 'read a scenario', ...A_SCENARIO }),

  /** Ten a page, whatever is asked for. An unknown execution is a 500 (documents: 404). */
  listCalls: thingsByPage({
    request: `GET ${EXECUTION}/`,
    does: 'list the calls of an execution',
    what: 'runs',
    reader: callIdReader,
  }),
  /** The server cancels even what has ended: its status is looked at before (documents: 400). */
  cancelExecution: endpoint({
    request: `POST ${EXECUTION}/cancel/`,
    does: 'cancel an execution',
    what: 'the cancelled execution',
    reader: anything,
  }),

  /** Transcript (voice and chat), recordings and what the error localizer found, under other names than `getCall`. */
  getCallView: endpoint({
    request: `GET ${CALL}/`,
    does: 'read a call with its transcript and recordings',
    ...A_VIEW,
  }),
  /** Voice only: empty for a chat. */
  getTranscript: endpoint({
    request: `GET ${CALL}/transcripts/`,
    does: 'read the voice transcript of a call',
    ...A_TRANSCRIPT,
  }),
  /** Takes no paging parameters. */
  listErrorLocations: listEndpoint({
    request: `GET ${CALL}/error-localizer-tasks/`,
    does: 'list where evaluators saw the error of a call',
    what: 'error localizer tasks',
    reader: errorLocationReader,
    unwrap: ['error_localizer_tasks'],
    by: 'single',
    idOf: ({ task_id, eval_config_id }) => task_id || eval_config_id,
  }),

  /** `search`. */
  listPromptTemplates: thingsByPage({
    request: `GET ${PROMPTS}/`,
    does: 'list prompt templates',
    what: 'prompt templates',
    reader: promptTemplateReader,
  }),
  /** `name`, `version`: without one, the default version. Tells the metadata of a version, which the list of versions does not. */
  getPromptByName: endpoint({
    request: `GET ${PROMPTS}/get-template-by-name/`,
    does: 'read a version of a prompt by name',
    what: 'a prompt',
    reader: itself(namedPromptReader),
    verbatim: true,
  }),
  /** Newest number first, each with its whole content. */
  listPromptVersions: thingsByPage({
    request: `GET ${PROMPTS}/{id}/versions/`,
    does: 'list the versions of a prompt',
    what: 'prompt versions',
    reader: promptVersionReader,
    verbatim: true,
  }),
  /** Takes the whole content of a version: of what it is not given nothing is left. The server assigns the number. */
  addPromptDraft: endpoint({
    request: `POST ${PROMPTS}/{id}/add-new-draft/`,
    does: 'make a draft version of a prompt',
    what: 'the draft',
    reader: anything,
  }),
  /** `version_name` (v and digits), `message`. */
  commitPrompt: endpoint({
    request: `POST ${PROMPTS}/{id}/commit/`,
    does: 'commit a version of a prompt',
    what: 'the committed version',
    reader: anything,
  }),
  /** No concurrency control: of two, the last wins. */
  setDefaultPrompt: endpoint({
    request: `POST ${PROMPTS}/{id}/set_default/`,
    does: 'make a version of a prompt the default',
    what: 'the default version',
    reader: anything,
  }),
  /** `version_id`. Run tests in which a version of the prompt plays the agent. */
  listPromptSimulations: thingsByPage({
    request: `GET ${SIMULATIONS}`,
    does: 'list the simulations of a prompt',
    what: 'prompt simulations',
    reader: runTestReader,
  }),
  /** Strict. The version by its id or its name (contract). Starts nothing. */
  createPromptSimulation: endpoint({
    request: `POST ${SIMULATIONS}`,
    does: 'make a simulation of a version of a prompt',
    what: 'the prompt simulation',
    reader: itself(runTestReader),
  }),

  /** `search`. Strict. */
  listAgentDefinitions: thingsByPage({
    request: 'GET /simulate/agent-definitions/',
    does: 'list agent definitions',
    what: 'agent definitions',
    reader: agentDefinitionReader,
  }),
  getAgentDefinition: endpoint({
    request: `GET ${DEFINITION}/`,
    does: 'read an agent definition',
    what: 'an agent definition',
    reader: record,
    verbatim: true,
  }),
  listAgentVersions: thingsByPage({
    request: `GET ${DEFINITION}/versions/`,
    does: 'list the versions of an agent definition',
    what: 'agent versions',
    reader: agentVersionReader,
  }),
  /** With the mask of its key. */
  getAgentVersion: endpoint({
    request: `GET ${DEFINITION}/versions/{vid}/`,
    does: 'read a version of an agent definition',
    what: 'an agent version',
    reader: itself(agentVersionReader),
    verbatim: true,
  }),
  /** Strict, partial. Writes the definition too; the version is active at once, and without `api_key` has no credentials. */
  createAgentVersion: endpoint({
    request: `POST ${DEFINITION}/versions/create/`,
    does: 'make a version of an agent definition',
    what: 'the agent version',
    reader: anything,
  }),
} as const;

/** A list of the app family, in pages by number, of things that have an `id`. */
function thingsByPage<T extends { id: string }, R extends RequestLine>(row: Omit<ListEndpoint<T, R>, 'by' | 'idOf'>) {
  return listEndpoint<T, R>({ ...row, by: 'page', idOf: ({ id }) => id });
}

/** What is not sent, and why. */
export const LEFT_OUT = [
  ...leftOut('a GET that starts a calculation; reading an execution tells the clusters and their state without one', {
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
  ...leftOut('reading it makes a draft where there is none; versions are read by their list', {
    [`GET ${PROMPTS}/{id}/`]: 'a prompt template with its newest draft',
  }),
  ...leftOut('a new version does it, which leaves the former one as it was', {
    [`POST ${PROMPTS}/create-draft/`]: 'a prompt template of its own, also as a copy',
    [`PUT ${DEFINITION}/edit/`]: 'change an agent definition without a version',
    [`POST ${DEFINITION}/versions/{vid}/activate/`]: 'make a version active: its text does not come back with it',
    [`POST ${DEFINITION}/versions/{vid}/restore/`]: 'copy a version into the definition: it is not active with it',
  }),
  ...leftOut('run tests and prompt simulations are started by one request', {
    'POST /simulate/prompt-templates/{tid}/simulations/{run_test_id}/execute/': 'execute a simulation of a prompt',
  }),
  ...leftOut('a simulation of another version is made beside it, so that nobody else runs another than before', {
    'GET /simulate/prompt-templates/{tid}/simulations/{run_test_id}/': 'read a simulation of a prompt',
    'PATCH /simulate/prompt-templates/{tid}/simulations/{run_test_id}/': 'pin a simulation to another version',
    'DELETE /simulate/prompt-templates/{tid}/simulations/{run_test_id}/': 'delete a simulation of a prompt',
    'GET /simulate/prompt-simulations/scenarios/': 'scenarios for simulations of prompts',
  }),
  ...leftOut(
    'it makes the platform ask a third party with kept credentials, and tells a drift only, which mends nothing',
    {
      'POST /simulate/api/agent-definition-operations/fetch_assistant_from_provider/':
        'the prompt at the provider of an agent',
    },
  ),
  ...leftOut('it costs credits; the caller of the tools writes the text', {
    [`POST ${PROMPTS}/generate-prompt/`]: 'have a prompt written (improve-prompt and analyze-prompt alike)',
  }),
  ...leftOut('tests and agents are made at the vendor; the tools start and read them', {
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
    'POST /simulate/agent-definitions/create/': 'make an agent definition (delete alike)',
    'GET /simulate/simulator-agents/': 'simulated callers (create, change and delete alike)',
  }),
];
