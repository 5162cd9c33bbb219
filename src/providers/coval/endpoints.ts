/**
 * Coval's operations (its v1 specifications, SDKs and clients, 2026-07 to 2026-11). In autumn 2026 the simulations got
 * newer paths (`renamed`) with other names in the envelopes; the older ones are served until some unknown date.
 */
import { endpoint, type ListEndpoint, leftOut, listEndpoint, type RequestLine } from '../shared/endpoint.ts';
import { anything } from '../shared/fields.ts';
import {
  agentReader,
  agentVersionReader,
  audioReader,
  idOrObject,
  metricOutputReader,
  metricReader,
  mutationReader,
  personaReader,
  runReader,
  simulationAnswerReader,
  simulationReader,
  testCaseReader,
  testSetReader,
  type WireSimulation,
} from './wire.ts';

const RUN = { what: 'the run', reader: runReader, unwrap: ['run'] } as const;
const AGENT = { what: 'the agent', reader: agentReader, unwrap: ['agent'] } as const;
const TEST_SET = { what: 'the test set', reader: testSetReader, unwrap: ['test_set'] } as const;
const TEST_CASE = { what: 'the test case', reader: testCaseReader, unwrap: ['test_case'] } as const;
const METRIC = { what: 'the metric', reader: metricReader, unwrap: ['metric'] } as const;
const AGENTS = { what: 'agents', reader: agentReader, unwrap: ['agents'] } as const;
const MUTATIONS = { what: 'mutations', reader: mutationReader, unwrap: ['mutations'] } as const;
const PERSONAS = { what: 'personas', reader: personaReader, unwrap: ['personas'] } as const;
const TEST_SETS = { what: 'suites', reader: testSetReader, unwrap: ['test_sets'] } as const;
const TEST_CASES = { what: 'cases', reader: testCaseReader, unwrap: ['test_cases'] } as const;
const METRICS = { what: 'metrics', reader: metricReader, unwrap: ['metrics'] } as const;
const AT_SIMULATION = '/simulations/{id}';
const AT_RENAMED = '/conversations/simulated/{id}';

export const ENDPOINTS = {
  /** `filter` by status, agent_id, persona_id, test_set_id, create_time, update_time, tag; `order_by`. */
  listRuns: listEndpoint({
    request: 'GET /runs',
    does: 'list runs',
    what: 'sessions',
    reader: runReader,
    unwrap: ['runs'],
    by: 'token',
    idOf: ({ run_id }) => run_id,
  }),
  getRun: endpoint({ request: 'GET /runs/{id}', does: 'read a run', ...RUN }),
  /** There is no idempotency: twice is two runs. Answers 200, not 201, with no more than name, id, status and time. */
  launchRun: endpoint({ request: 'POST /runs', does: 'launch a run', ...RUN, what: 'the new run', intent: 'start' }),
  /** Cancels an active run and **deletes a finished one**: look at its status first. Answers `{}`. */
  deleteRun: endpoint({
    request: 'DELETE /runs/{id}',
    does: 'cancel a run, or delete a finished one',
    ...RUN,
    intent: 'change',
  }),

  /** `filter` by run_id, test_case_id, status, agent_id, test_set_id, create_time and others; no transcripts. */
  listSimulations: listEndpoint({
    request: 'GET /simulations',
    renamed: 'GET /conversations/simulated',
    does: 'list simulations',
    what: 'runs',
    reader: simulationReader,
    unwrap: ['simulations', 'simulated_conversations', 'conversations'],
    by: 'token',
    idOf: ({ simulation_id }) => simulation_id,
    stateOf: stateOfSimulation,
  }),
  /** The only place that has the transcript. */
  getSimulation: endpoint({
    request: `GET ${AT_SIMULATION}`,
    renamed: `GET ${AT_RENAMED}`,
    does: 'read a simulation with its transcript',
    what: 'the simulation',
    reader: simulationAnswerReader,
  }),
  /** The current output of each metric. `view` BASIC leaves out the long `result`, the rest is as in FULL. */
  listMetricOutputs: listEndpoint({
    request: `GET ${AT_SIMULATION}/metrics`,
    renamed: `GET ${AT_RENAMED}/metrics`,
    does: 'list the metric outputs of a simulation',
    what: 'metric outputs',
    reader: metricOutputReader,
    unwrap: ['metrics', 'metric_outputs'],
    by: 'token',
    idOf: ({ metric_output_id, metric_id }) => metric_output_id ?? `of ${metric_id}`,
  }),
  /** A presigned address, which is a secret while it lives (3600 s); 404 where there is no audio. */
  getAudio: endpoint({
    request: `GET ${AT_SIMULATION}/audio`,
    renamed: `GET ${AT_RENAMED}/audio`,
    does: 'recording of a simulation',
    what: 'the recording',
    reader: audioReader,
    unwrap: ['audio'],
  }),

  listAgents: thingsByToken({ request: 'GET /agents', does: 'list agents', ...AGENTS }),
  getAgent: endpoint({ request: 'GET /agents/{id}', does: 'read an agent', ...AGENT }),
  /** Its metadata is sent back as it was read. */
  getAgentToChange: endpoint({ request: 'GET /agents/{id}', does: 'read an agent', verbatim: true, ...AGENT }),
  /**
   * Partial at the top level: `metadata`, `attributes` and `workflows` replace what is there, null leaves a member as it is,
   * `{}` and `[]` clear it. Live at once. No etag.
   */
  updateAgent: endpoint({ request: 'PATCH /agents/{id}', does: 'change an agent', ...AGENT, intent: 'change' }),
  /** The copy has the record of its origin, and so calls the same agent where Coval does not run it. Takes no name. */
  duplicateAgent: endpoint({
    request: 'POST /agents/{id}/duplicate',
    does: 'copy an agent',
    ...AGENT,
    what: 'the copy',
    intent: 'change',
  }),
  /** Soft. Answers `{}`. */
  deleteAgent: endpoint({ request: 'DELETE /agents/{id}', does: 'delete an agent', ...AGENT, intent: 'change' }),
  /** Newest first, the newest is what the agent is now. Not in pages. */
  listAgentVersions: listEndpoint({
    request: 'GET /agents/{id}/versions',
    does: 'list the versions of an agent',
    what: 'versions',
    reader: agentVersionReader,
    unwrap: ['versions', 'agent_versions'],
    by: 'single',
    idOf: ({ ulid }) => ulid,
  }),
  listMutations: thingsByToken({
    request: 'GET /agents/{id}/mutations',
    does: 'list the mutations of an agent',
    ...MUTATIONS,
  }),
  listPersonas: thingsByToken({ request: 'GET /personas', does: 'list personas', ...PERSONAS }),

  /** Without `test_case_count`, which only one test set read by itself has. */
  listTestSets: thingsByToken({ request: 'GET /test-sets', does: 'list test sets', ...TEST_SETS }),
  getTestSet: endpoint({ request: 'GET /test-sets/{id}', does: 'read a test set', ...TEST_SET }),
  /** Not in pages. Empty also for an unknown test set. */
  listTestSetAgents: listEndpoint({
    request: 'GET /test-sets/{id}/agents',
    does: 'list the agents of a test set',
    what: 'agents',
    reader: idOrObject('id', 'agent_id'),
    unwrap: ['agents', 'agent_ids'],
    by: 'single',
    idOf: (id) => id,
  }),
  /** `filter` by test_set_id. */
  listTestCases: thingsByToken({ request: 'GET /test-cases', does: 'list test cases', ...TEST_CASES }),
  getTestCase: endpoint({ request: 'GET /test-cases/{id}', does: 'read a test case', ...TEST_CASE }),

  /** Built-in metrics are left out unless `include_builtin` is true. */
  listMetrics: thingsByToken({ request: 'GET /metrics', does: 'list metrics', ...METRICS }),
  getMetric: endpoint({ request: 'GET /metrics/{id}', does: 'read a metric', ...METRIC }),
  /** The organisation's own; 200 with an empty resource where none is set. */
  getThreshold: endpoint({
    request: 'GET /metrics/{id}/threshold',
    does: 'threshold of a metric',
    what: 'the threshold',
    reader: anything,
  }),
} as const;

/** A list, in pages by token, of things that have an `id`. */
function thingsByToken<T extends { id: string }, R extends RequestLine>(
  row: Omit<ListEndpoint<T, R>, 'by' | 'idOf'>,
): ListEndpoint<T, R> {
  return { ...row, by: 'token', idOf: ({ id }) => id };
}

/** What of a simulation may change while it is listed, as far as a verdict depends on it. */
function stateOfSimulation({ status, error_message, test_case_id, mutation_id }: WireSimulation): string {
  return [status, error_message, test_case_id, mutation_id].join('\n');
}

/** What is not sent, and why. Simulations are named by their older paths. */
export const LEFT_OUT = [
  ...leftOut('two guides mention it; no specification and no client has it', {
    'POST /runs/batch': 'launch several runs',
  }),
  ...leftOut('the tools write nothing into results', {
    'PATCH /runs/{id}': 'set the tags of a run',
    'PATCH /simulations/{id}': 'note something on a simulation',
  }),
  ...leftOut('sessions are filtered by test, agent, status and time', { 'GET /runs/tags': 'list the tags of runs' }),
  ...leftOut('cancel_session stops whole runs; what has ended is not deleted', {
    'DELETE /simulations/{id}': 'cancel a simulation, or delete a finished one',
  }),
  ...leftOut('it overwrites results, so before and after could not be compared', {
    'POST /simulations/{id}/resimulate': 'run a simulation again',
    'POST /simulations:rerunMetrics': 'judge simulations again',
  }),
  ...leftOut('the list of outputs has the current one of each metric', {
    'GET /simulations/{id}/metrics/{metric_id}': 'all outputs of one metric on a simulation',
    'POST /metrics/outputs:batchGet': 'read metric outputs by their ids',
  }),
  ...leftOut('nothing can be launched from a template, and schedules start runs without asking', {
    'GET /run-templates': 'list run templates',
    'GET /scheduled-runs': 'list scheduled runs',
    'POST /run-templates': 'create a run template',
    'GET /run-templates/{id}': 'read a run template',
    'PATCH /run-templates/{id}': 'change a run template',
    'DELETE /run-templates/{id}': 'delete a run template',
    'POST /scheduled-runs': 'create a scheduled run',
    'GET /scheduled-runs/{id}': 'read a scheduled run',
    'PATCH /scheduled-runs/{id}': 'change a scheduled run',
    'DELETE /scheduled-runs/{id}': 'delete a scheduled run',
    'GET /scheduled-runs/{id}/runs': 'list the runs of a schedule',
  }),
  ...leftOut('a whole version would take back what others edited since; a change is taken back member by member', {
    'POST /agents/{id}/versions/{ulid}/revert': 'go back to a version of an agent',
  }),
  ...leftOut('mutations are made at the vendor, and start_simulation runs them; a change is tried on a copy', {
    'POST /agents/{id}/mutations': 'create a mutation',
    'GET /agents/{id}/mutations/{mutation_id}': 'read a mutation',
    'PATCH /agents/{id}/mutations/{mutation_id}': 'change a mutation',
    'DELETE /agents/{id}/mutations/{mutation_id}': 'delete a mutation',
  }),
  ...leftOut(
    'agents are made, and personas, tests and metrics written, at the vendor; the tools start and read tests',
    {
      'POST /agents': 'create an agent',
      'POST /personas': 'create a persona',
      'GET /personas/{id}': 'read a persona',
      'PATCH /personas/{id}': 'change a persona',
      'DELETE /personas/{id}': 'delete a persona',
      'POST /personas/{id}/duplicate': 'copy a persona',
      'GET /personas/{id}/versions': 'list the versions of a persona (revert alike)',
      'GET /personas/voices': 'list voices (phone numbers, background sounds and tags alike)',
      'POST /test-sets': 'create a test set',
      'PATCH /test-sets/{id}': 'change a test set',
      'DELETE /test-sets/{id}': 'delete a test set',
      'POST /test-sets/{id}/agents:add': 'add agents to a test set',
      'DELETE /test-sets/{id}/agents/{agent_id}': 'remove an agent from a test set',
      'POST /test-sets/{id}/duplicate': 'copy a test set',
      'GET /test-sets/{id}/versions': 'list the versions of a test set (revert alike)',
      'POST /test-cases': 'create a test case',
      'PATCH /test-cases/{id}': 'change a test case',
      'DELETE /test-cases/{id}': 'delete a test case',
      'POST /metrics': 'create a metric',
      'PATCH /metrics/{id}': 'change a metric',
      'DELETE /metrics/{id}': 'delete a metric',
      'POST /metrics/{id}/test': 'try a metric on a simulation',
      'GET /metrics/{id}/versions': 'list the versions of a metric (revert, restore, recently deleted alike)',
      'GET /metrics/{id}/baselines': 'list the baselines of a metric',
      'GET /metrics/template-variables': 'variables that prompts of metrics may use',
      'GET /models/metric': 'models that metrics may use',
    },
  ),
  ...leftOut('the same rows as the list of test cases, in another shape', {
    'GET /test-sets/{id}/records': 'list the records of a test set',
  }),
  ...leftOut('a report has to be made first, and a public one makes its runs public', {
    'POST /reports': 'create a report',
    'GET /reports': 'list reports',
    'PATCH /reports/{id}': 'change a report',
    'GET /reports/{id}/rows': 'rows of a report',
  }),
  ...leftOut('traces are rows of the telemetry of the agent, not of the conversation', {
    'POST /traces': 'send traces',
    'GET /traces/spans': 'spans of a simulation',
    'GET /traces/summary': 'summary of a trace',
    'POST /traces/search': 'search traces',
  }),
  ...leftOut('conversations that were uploaded are no simulations', {
    'POST /conversations/uploaded:submit': 'upload a conversation',
    'GET /conversations/uploaded': 'list uploaded conversations',
    'GET /conversations/uploaded/{id}': 'read an uploaded conversation',
    'PATCH /conversations/uploaded/{id}': 'change an uploaded conversation',
    'GET /conversations/uploaded/{id}/metrics': 'its metric outputs',
    'GET /conversations/uploaded/{id}/audio': 'its recording',
  }),
  ...leftOut('judgements by people are given at the vendor', {
    'GET /review-projects': 'review projects',
    'GET /review-annotations': 'review annotations, and how well metrics agree with them',
  }),
  ...leftOut('it administers the organisation', {
    'GET /api-keys': 'API keys',
    'GET /webhooks': 'webhooks (one event, unsigned; a wait polls)',
    'GET /alerts': 'alerts (formerly monitors)',
    'GET /workspaces': 'workspaces; COVAL_WORKSPACE_ID names one',
  }),
  ...leftOut('it is for reading by people; no answer of a tool depends on it', {
    'GET /openapi': 'the published specifications',
  }),
  ...leftOut('the vendor asks not to fall back to it', {
    'POST /eval/run': 'launch a run (before v1)',
    'POST /eval/transcript': 'judge a transcript (before v1)',
  }),
];
