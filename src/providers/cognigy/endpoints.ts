/**
 * The operations of the Simulator (`/testing`; reference pages, 2026-07, and what field code was seen to call) and those
 * of the main API on the same host (`/new/v2.0`) that turn names into the ids a run needs. The paths call a scenario a
 * simulation and a batch a simulation run batch. The lists of the Simulator take `filter` and `sort` (`name:asc`).
 */

import { endpoint, leftOut, listEndpoint } from '../shared/endpoint.ts';
import { anything, record } from '../shared/fields.ts';
import { isOver, judgementState } from './map-run.ts';
import {
  batchReader,
  chartReader,
  endpointReader,
  flowReader,
  idOf,
  jobReader,
  namedReader,
  nodeReader,
  runReader,
  scenarioReader,
} from './wire.ts';

const SCENARIOS = '/testing/simulations';
const SCENARIO = '/testing/simulations/{simulationReference}';
const BATCHES = '/testing/simulations/{simulationReference}/batches';
const BATCH = '/testing/simulations/{simulationReference}/batches/{simulationRunBatchReference}';
const RUNS = '/testing/simulations/{simulationReference}/batches/{simulationRunBatchReference}/runs';
const AI_AGENTS = '/new/v2.0/aiagents';
const AI_AGENT = '/new/v2.0/aiagents/{aiAgentId}';
const FLOWS = '/new/v2.0/flows';
const FLOW = '/new/v2.0/flows/{flowId}';
const NODE = '/new/v2.0/flows/{flowId}/chart/nodes/{nodeId}';
const SCHEDULE = '/testing/simulations/{simulationReference}/schedules/{schedulerReference}';

const ONE_SCENARIO = { what: 'the scenario', reader: scenarioReader, unwrap: ['simulation', 'scenario'] } as const;
const WRITTEN = { ...ONE_SCENARIO, later: 'tests' } as const;
const DRAFT = { what: 'the draft', reader: anything, intent: 'start', later: 'tests' } as const;
const BATCH_LIST = { what: 'sessions', reader: batchReader, by: 'skip', idOf } as const;
const ONE_AI_AGENT = { what: 'the AI agent', reader: record, unwrap: ['aiAgent', 'aiagent', 'agent'] } as const;
const ONE_FLOW = { what: 'the flow', reader: flowReader, unwrap: ['flow'] } as const;
const ONE_NODE = { what: 'the node', reader: record, unwrap: ['node'] } as const;
const NAMED = { reader: namedReader, by: 'skip', idOf } as const;

export const ENDPOINTS = {
  /** `includeUpcomingSchedule`: only the literal `true` counts. */
  listScenarios: listEndpoint({
    request: `GET ${SCENARIOS}`,
    does: 'list scenarios',
    what: 'tests',
    reader: scenarioReader,
    by: 'skip',
    idOf,
  }),
  /** Promised by the vendor's texts, shown on no page: a host may not have it. */
  getScenario: endpoint({ request: `GET ${SCENARIO}`, does: 'read a scenario', ...ONE_SCENARIO }),
  /**
   * Body in field code: `name`, `persona`, `personaName`, `mission`, `successCriteria` as `{type: "text", params: {name,
   * text}}`, `maxTurns`, `flowId: null`, `projectReference`; INFERRED `timeout`, `aiAgentReferenceId`, `flowReferenceId`,
   * `jobNodeId`. Which of them are required is UNKNOWN.
   */
  createScenario: endpoint({ request: `POST ${SCENARIOS}`, does: 'create a scenario', ...WRITTEN }),
  /** Any of the members that creating takes (INFERRED). Answers with the scenario or with nothing (UNKNOWN). */
  updateScenario: endpoint({ request: `PATCH ${SCENARIO}`, does: 'change a scenario', ...WRITTEN }),
  /** What becomes of its batches is UNKNOWN. */
  deleteScenario: endpoint({ request: `DELETE ${SCENARIO}`, does: 'delete a scenario', ...WRITTEN }),
  /** Body `{name?}`. */
  cloneScenario: endpoint({ request: `POST ${SCENARIO}/clone`, does: 'copy a scenario', ...WRITTEN }),
  /** Runs it now; `schedules`, in the plural, stores a schedule. What is answered is UNKNOWN. */
  runScenario: endpoint({
    request: `POST ${SCENARIO}/schedule`,
    does: 'run a scenario now',
    what: 'the batch it started',
    reader: anything,
    intent: 'start',
  }),

  /** `status` (STOPPED, IN_PROGRESS, COMPLETED, FAILED), `timespan` (`7d`), `timezone`, `endPointType`. */
  listBatches: listEndpoint({ request: `GET ${BATCHES}`, does: 'list the batches of a scenario', ...BATCH_LIST }),
  /** Seen in field code only, documented nowhere. */
  listProjectBatches: listEndpoint({
    request: `GET ${SCENARIOS}/batches`,
    does: 'list the batches of the project',
    ...BATCH_LIST,
  }),
  getBatch: endpoint({
    request: `GET ${BATCH}`,
    does: 'read a batch',
    what: 'the batch',
    reader: batchReader,
    unwrap: ['batch', 'simulationRunBatch'],
  }),
  /** A signal on the bare path of the batch, without a body; the batch stops later. On an ended batch UNKNOWN. */
  stopBatch: endpoint({ request: `POST ${BATCH}`, does: 'stop a batch', what: 'the signal', reader: anything }),

  /** Whole runs, turns included: there is no shorter form. */
  listRuns: listEndpoint({
    request: `GET ${RUNS}`,
    does: 'list the runs of a batch',
    what: 'runs',
    reader: runReader,
    by: 'skip',
    idOf,
    stateOf: judgementState,
    // What is over does not begin again.
    keeps: (first, later) => isOver(first) && !isOver(later),
  }),
  getRun: endpoint({
    request: `GET ${RUNS}/{simulationRunReference}`,
    does: 'read a run',
    what: 'the run',
    reader: runReader,
    unwrap: ['run', 'simulationRun'],
  }),

  /**
   * Body `flowId`, `aiagentReferenceId?` (lower-case `a`, unlike the scenario's), `jobNodeId?` (needs the agent). Answers
   * `simulationName`, `missionTypes`, `personaTypes`. As all that drafts: slow (minutes), costs tokens, stores nothing.
   */
  proposePersonas: endpoint({
    request: 'POST /testing/personas/options',
    does: 'propose missions and personas for a flow',
    ...DRAFT,
  }),
  /**
   * Body (INFERRED) as above with one `missionType` and `personaType`. Drafts have `simulationName` for `name`,
   * `personaDescription` for `persona`, and criteria as `{name, text}` or `{name, description}`: a scenario takes neither.
   */
  generatePersonas: endpoint({
    request: 'POST /testing/personas/generate',
    does: 'generate persona packages',
    ...DRAFT,
  }),
  /** Body `projectReference`, `sessionId` (wins) or `transcriptContent`, `flowId?`, `numberOfSuccessCriteria?`. */
  draftFromTranscript: endpoint({
    request: 'POST /testing/personas/from-transcript',
    does: 'draft a scenario from a conversation',
    ...DRAFT,
  }),

  /** The only operation that names no project. */
  listProjects: listEndpoint({ request: 'GET /new/v2.0/projects', does: 'list projects', what: 'projects', ...NAMED }),
  listFlows: listEndpoint({
    request: `GET ${FLOWS}`,
    does: 'list flows',
    what: 'flows',
    reader: flowReader,
    by: 'skip',
    idOf,
  }),
  listLocales: listEndpoint({ request: 'GET /new/v2.0/locales', does: 'list locales', what: 'locales', ...NAMED }),
  /** `useCase`: field code narrows to `gptConversation`. */
  listModels: listEndpoint({
    request: 'GET /new/v2.0/largelanguagemodels',
    does: 'list language models',
    what: 'largelanguagemodels',
    ...NAMED,
  }),
  listSnapshots: listEndpoint({
    request: 'GET /new/v2.0/snapshots',
    does: 'list snapshots',
    what: 'snapshots',
    ...NAMED,
  }),

  /** Who speaks: shared by the job nodes of several flows. */
  listAgents: listEndpoint({ request: `GET ${AI_AGENTS}`, does: 'list AI agents', what: 'AI agents', ...NAMED }),
  getAgent: endpoint({ request: `GET ${AI_AGENT}`, does: 'read an AI agent', verbatim: true, ...ONE_AI_AGENT }),
  /** For the copy of one: with the members of the original (INFERRED); `projectId` stands in the body too. */
  createAgent: endpoint({ request: `POST ${AI_AGENTS}`, does: 'create an AI agent', ...ONE_AI_AGENT }),
  /** Any of its members. Answers with the AI agent or with nothing. */
  updateAgent: endpoint({ request: `PATCH ${AI_AGENT}`, does: 'change an AI agent', ...ONE_AI_AGENT }),
  deleteAgent: endpoint({ request: `DELETE ${AI_AGENT}`, does: 'delete an AI agent', ...ONE_AI_AGENT }),
  /** Job nodes of all flows; in an envelope or as a bare array, with three spellings of the flow's id. */
  listJobs: listEndpoint({
    request: `GET ${AI_AGENT}/jobs`,
    does: 'list the job nodes that an AI agent speaks in',
    what: 'job nodes',
    reader: jobReader,
    by: 'single',
    idOf,
  }),
  /** Its answer and whether it takes a name are documented nowhere. */
  cloneFlow: endpoint({ request: `POST ${FLOW}/clone`, does: 'clone a flow', ...ONE_FLOW }),
  /** Body `{name}` (INFERRED). */
  renameFlow: endpoint({ request: `PATCH ${FLOW}`, does: 'give a flow another name', ...ONE_FLOW }),
  deleteFlow: endpoint({ request: `DELETE ${FLOW}`, does: 'delete a flow', ...ONE_FLOW }),
  /** Relations of nodes: which comes next, which are children. Lists of nodes are in no order. */
  getChart: endpoint({
    request: `GET ${FLOW}/chart`,
    does: 'read the chart of a flow',
    what: 'the chart',
    reader: chartReader,
  }),
  /** Without their configuration. */
  listNodes: listEndpoint({
    request: `GET ${FLOW}/chart/nodes`,
    does: 'list the nodes of a flow',
    what: 'nodes',
    reader: nodeReader,
    by: 'skip',
    idOf,
  }),
  getNode: endpoint({ request: `GET ${NODE}`, does: 'read a node', verbatim: true, ...ONE_NODE }),
  /**
   * Any of `label`, `comment`, `isDisabled`, `config`, `localeId`, `mock`, `analyticsLabel`; `config` is replaced whole.
   * Answers with the node or with nothing.
   */
  updateNode: endpoint({ request: `PATCH ${NODE}`, does: 'change a node', ...ONE_NODE }),
  /** `entrypoint` is the project, so that edits are live, or a snapshot. */
  listEndpoints: listEndpoint({
    request: 'GET /new/v2.0/endpoints',
    does: 'list endpoints',
    what: 'endpoints',
    reader: endpointReader,
    by: 'skip',
    idOf,
  }),
} as const;

/** What is not sent, and why. */
export const LEFT_OUT = [
  ...leftOut('a schedule starts runs that nobody confirms; the tools start one batch at a time', {
    [`POST ${SCENARIO}/schedules`]: 'create a scheduler',
    [`PATCH ${SCHEDULE}`]: 'change a scheduler',
    [`GET ${SCENARIO}/schedules`]: 'list schedulers (inferred to exist)',
    [`GET ${SCHEDULE}`]: 'read a scheduler (inferred to exist)',
    [`DELETE ${SCHEDULE}`]: 'delete a scheduler (inferred to exist)',
  }),
  ...leftOut('a restored project has new ids and loses what it had; taking a change back writes the old text instead', {
    'POST /new/v2.0/snapshots': 'make a snapshot',
    'POST /new/v2.0/snapshots/{id}/restore': 'restore a snapshot',
    'DELETE /new/v2.0/snapshots/{id}': 'delete a snapshot',
    'GET /new/v2.0/tasks/{id}': 'read a task',
  }),
  ...leftOut('what callers meet is released by a person', {
    'PATCH /new/v2.0/endpoints/{id}': 'point an endpoint at another snapshot',
  }),
  ...leftOut('the names of copies carry a mark that nobody else uses', {
    'POST /new/v2.0/aiagents/validatename': 'check the name of an AI agent',
  }),
  ...leftOut('a preview that few installations have; simulations run on flows', {
    'GET /v1/agents': 'list Agents V2',
  }),
  ...leftOut('field code calls it and shows what to do when it fails; the documented path of a batch says the same', {
    'GET /testing/simulations/batches/{batchId}/runs': 'list the runs of a batch without its scenario',
  }),
  ...leftOut('a draft is changed by whoever reviews it', {
    'POST /testing/personas/regenerate-field': 'generate one field of a package again',
  }),
  ...leftOut('no tool takes files; a draft is made from a flow or from one conversation', {
    'POST /testing/v1/transcript-request': 'announce transcript files',
    'POST /testing/v1/transcript-upload': 'upload a transcript file',
    'POST /testing/v1/generate-from-transcript': 'draft scenarios from uploaded transcripts',
  }),
  ...leftOut('it is for reading by people; no answer of a tool depends on it', {
    'GET /testing/openapi/openapi-viewer.json': 'the published specification',
  }),
];
