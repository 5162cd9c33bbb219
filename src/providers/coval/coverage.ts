/**
 * Coval's v1 operations (its specifications and clients, 2026-07 to 2026-11). Simulations are served under two families of
 * paths; the client falls over to the newer one where the older is gone.
 */
import { type CoveredOperation, clientOnly, leftOut } from '../coverage.ts';

const GONE = 'where /simulations is gone';
const UNKNOWN = 'unknown id';
const CHECK = 'to tell an unknown id from a path family that is gone';

/** What both families of simulations offer. */
const simulations: readonly CoveredOperation[] = [
  {
    operation: 'list simulations',
    path: 'GET /simulations',
    used_by: `sessions.open, sessions.list (by case, or while metrics may be pending), sessions.get (while metrics may be pending), runs.get (${CHECK}), runs.transcript (${CHECK}), runs.recording (${CHECK})`,
  },
  {
    operation: 'read a simulation with its transcript',
    path: 'GET /simulations/{id}',
    used_by: 'runs.get, runs.transcript, sessions.open (one the list left out)',
  },
  {
    operation: 'list the metric outputs of a simulation',
    path: 'GET /simulations/{id}/metrics',
    used_by:
      'runs.get, sessions.open, sessions.list (while metrics may be pending), sessions.get (while metrics may be pending)',
  },
  { operation: 'recording of a simulation', path: 'GET /simulations/{id}/audio', used_by: 'runs.recording' },
  ...clientOnly('cancel_session stops whole runs; what has ended is not deleted', {
    'DELETE /simulations/{id}': 'cancel a simulation, or delete a finished one',
  }),
  ...clientOnly('the tools write nothing into results', {
    'PATCH /simulations/{id}': 'note something on a simulation',
  }),
  ...clientOnly('it overwrites results, so before and after could not be compared', {
    'POST /simulations/{id}/resimulate': 'run a simulation again',
    'POST /simulations:rerunMetrics': 'judge simulations again',
  }),
  ...clientOnly('the list of outputs has the current one of each metric', {
    'GET /simulations/{id}/metrics/{metric_id}': 'all outputs of one metric on a simulation',
  }),
];

export const coverage: readonly CoveredOperation[] = [
  {
    operation: 'list runs',
    path: 'GET /runs',
    used_by: `check, sessions.list, start.find, sessions.get (${UNKNOWN}), sessions.open (${UNKNOWN})`,
  },
  { operation: 'launch a run', path: 'POST /runs', used_by: 'start.send' },
  {
    operation: 'read a run',
    path: 'GET /runs/{id}',
    used_by:
      'sessions.get, sessions.open, cancel.session, sessions.list (by case), start.find (a list without metadata), runs.get (while it, or a metric of it, is pending)',
  },
  { operation: 'cancel a run, or delete a finished one', path: 'DELETE /runs/{id}', used_by: 'cancel.session' },
  ...clientOnly('the tools write nothing into results', { 'PATCH /runs/{id}': 'set the tags of a run' }),
  ...clientOnly('sessions are filtered by test, agent, status and time', { 'GET /runs/tags': 'list the tags of runs' }),
  ...leftOut('two guides mention it; no specification and no client has it', {
    'POST /runs/batch': 'launch several runs',
  }),
  ...simulations,
  ...simulations.map(({ path, used_by, operation }) => ({
    operation: `${operation} (newer path)`,
    path: path.replace('/simulations', '/conversations/simulated'),
    used_by: used_by.startsWith('client only') ? used_by : inTheNewFamily(used_by),
  })),
  ...clientOnly('the outputs of a simulation are read with it', {
    'POST /metrics/outputs:batchGet': 'read metric outputs by their ids',
  }),
  { operation: 'list agents', path: 'GET /agents', used_by: 'start.plan, tests.get, sessions.list (by agent name)' },
  { operation: 'read an agent', path: 'GET /agents/{id}', used_by: 'sessions.list, sessions.get, sessions.open' },
  {
    operation: 'list the mutations of an agent',
    path: 'GET /agents/{id}/mutations',
    used_by: 'start.plan (with the option mutations)',
  },
  { operation: 'list personas', path: 'GET /personas', used_by: 'start.plan, tests.get' },
  {
    operation: 'list test sets',
    path: 'GET /test-sets',
    used_by: `tests.list, tests.get (${UNKNOWN}), start.plan (${UNKNOWN})`,
  },
  { operation: 'read a test set', path: 'GET /test-sets/{id}', used_by: 'tests.get, start.plan' },
  { operation: 'list the agents of a test set', path: 'GET /test-sets/{id}/agents', used_by: 'tests.get, start.plan' },
  {
    operation: 'list test cases',
    path: 'GET /test-cases',
    used_by: 'tests.list, tests.get, sessions.open, start.plan',
  },
  { operation: 'read a test case', path: 'GET /test-cases/{id}', used_by: 'tests.get, runs.get, start.plan' },
  { operation: 'list metrics', path: 'GET /metrics', used_by: 'sessions.open, runs.get, start.plan (with metrics)' },
  {
    operation: 'threshold of a metric',
    path: 'GET /metrics/{id}/threshold',
    used_by:
      'sessions.open (a metric without a condition of its own), runs.get (a metric without a condition of its own)',
  },
  {
    operation: 'read a metric',
    path: 'GET /metrics/{id}',
    used_by: 'sessions.open (one the list left out), runs.get (one the list left out)',
  },
  ...clientOnly('nothing can be launched from a template, and schedules start runs that nobody confirms', {
    'GET /run-templates': 'list run templates',
    'GET /scheduled-runs': 'list scheduled runs',
  }),
  ...leftOut('nothing can be launched from a template, and schedules start runs that nobody confirms', {
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
  ...leftOut('agents, personas, tests and metrics are written at the vendor; the tools start and read tests', {
    'POST /agents': 'create an agent',
    'PATCH /agents/{id}': 'change an agent',
    'DELETE /agents/{id}': 'delete an agent',
    'POST /agents/{id}/duplicate': 'copy an agent',
    'GET /agents/{id}/versions': 'list the versions of an agent',
    'POST /agents/{id}/versions/{ulid}/revert': 'go back to a version of an agent',
    'POST /agents/{id}/mutations': 'create a mutation',
    'GET /agents/{id}/mutations/{mutation_id}': 'read a mutation',
    'PATCH /agents/{id}/mutations/{mutation_id}': 'change a mutation',
    'DELETE /agents/{id}/mutations/{mutation_id}': 'delete a mutation',
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
  }),
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

/** The same users, each on the condition that the older family is gone. */
function inTheNewFamily(used_by: string): string {
  const users = used_by.replace(/ \([^)]*\)/g, '').split(', ');
  return users.map((user) => `${user} (${GONE})`).join(', ');
}
