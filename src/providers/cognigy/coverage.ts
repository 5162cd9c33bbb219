/**
 * The operations of the Simulator (reference pages, 2026-07, and what field code was seen to call) and those of the main
 * API on the same host that turn names into the ids a run needs.
 */
import { type CoveredOperation, clientOnly, leftOut } from '../coverage.ts';

const SCENARIO = '/testing/simulations/{simulationReference}';
const BATCH = `${SCENARIO}/batches/{simulationRunBatchReference}`;
const NAMING = 'to name the scenario';
const FLOW = 'to name the flow';
const NO_LIST = 'where the host has no list of all batches';

export const coverage: readonly CoveredOperation[] = [
  {
    operation: 'list scenarios',
    path: 'GET /testing/simulations',
    used_by: `check, tests.list, tests.get (a name or an unknown id), sessions.list (by scenario name, or ${NO_LIST}), sessions.get (${NO_LIST}), sessions.open (${NO_LIST}), runs.get (${NAMING}), cancel.session (${NO_LIST}), start.plan (a name or an unknown id)`,
  },
  {
    operation: 'read a scenario',
    path: `GET ${SCENARIO}`,
    used_by: `tests.get, start.plan, sessions.list (${NAMING}), sessions.get (${NAMING}), sessions.open (${NAMING}), runs.get (${NAMING})`,
  },
  { operation: 'run a scenario now', path: `POST ${SCENARIO}/schedule`, used_by: 'start.send' },
  {
    operation: 'list the batches of a scenario',
    path: `GET ${SCENARIO}/batches`,
    used_by: `sessions.list, start.find, sessions.get (where one batch cannot be read, or ${NO_LIST}), sessions.open (where one batch cannot be read, or ${NO_LIST}), cancel.session (where one batch cannot be read, or ${NO_LIST}), runs.get (where one batch cannot be read)`,
  },
  {
    operation: 'list the batches of the project',
    path: 'GET /testing/simulations/batches',
    used_by:
      'sessions.list, sessions.get (a batch named without its scenario), sessions.open (a batch named without its scenario), cancel.session (a batch named without its scenario)',
  },
  {
    operation: 'read a batch',
    path: `GET ${BATCH}`,
    used_by:
      'sessions.get, sessions.open, cancel.session, runs.get (of a run without a verdict), start.find (a batch listed without its name)',
  },
  { operation: 'stop a batch', path: `POST ${BATCH}`, used_by: 'cancel.session' },
  {
    operation: 'list the runs of a batch',
    path: `GET ${BATCH}/runs`,
    used_by: 'sessions.open, runs.get (unknown id), runs.transcript (unknown id)',
  },
  { operation: 'read a run', path: `GET ${BATCH}/runs/{simulationRunReference}`, used_by: 'runs.get, runs.transcript' },
  {
    operation: 'list projects',
    path: 'GET /new/v2.0/projects',
    used_by: 'check (without COGNIGY_PROJECT_ID, or when it is a name)',
  },
  {
    operation: 'list flows',
    path: 'GET /new/v2.0/flows',
    used_by: `start.plan, tests.list (${FLOW}), tests.get (${FLOW}), sessions.list (${FLOW}), sessions.get (${FLOW})`,
  },
  { operation: 'list locales', path: 'GET /new/v2.0/locales', used_by: 'start.plan' },
  { operation: 'list language models', path: 'GET /new/v2.0/largelanguagemodels', used_by: 'start.plan' },
  { operation: 'list snapshots', path: 'GET /new/v2.0/snapshots', used_by: 'start.plan (with the option snapshot)' },
  ...clientOnly('tests are written at the vendor; the tools start and read them', {
    'POST /testing/simulations': 'create a scenario',
    [`PATCH ${SCENARIO}`]: 'change a scenario',
    [`DELETE ${SCENARIO}`]: 'delete a scenario',
    [`POST ${SCENARIO}/clone`]: 'copy a scenario',
  }),
  ...clientOnly('a schedule starts runs that nobody confirms; the tools start one batch at a time', {
    [`POST ${SCENARIO}/schedules`]: 'create a scheduler',
    [`PATCH ${SCENARIO}/schedules/{schedulerReference}`]: 'change a scheduler',
    [`GET ${SCENARIO}/schedules`]: 'list schedulers (inferred to exist)',
    [`GET ${SCENARIO}/schedules/{schedulerReference}`]: 'read a scheduler (inferred to exist)',
    [`DELETE ${SCENARIO}/schedules/{schedulerReference}`]: 'delete a scheduler (inferred to exist)',
  }),
  ...clientOnly('a run is started on a flow, which the scenario names by itself', {
    'GET /new/v2.0/aiagents': 'list AI agents',
  }),
  ...leftOut('a run is started on a flow, which the scenario names by itself', {
    'GET /new/v2.0/aiagents/{id}/jobs': 'list the jobs of an AI agent',
  }),
  ...leftOut('field code calls it and shows what to do when it fails; the documented path of a batch says the same', {
    'GET /testing/simulations/batches/{batchId}/runs': 'list the runs of a batch without its scenario',
  }),
  ...clientOnly('it drafts tests with a language model, for money; tests are written at the vendor', {
    'POST /testing/personas/options': 'propose missions and personas for a flow',
    'POST /testing/personas/generate': 'generate persona packages',
    'POST /testing/personas/regenerate-field': 'generate one field of a package again',
    'POST /testing/personas/from-transcript': 'draft a scenario from a conversation',
    'POST /testing/v1/transcript-request': 'announce transcript files',
    'POST /testing/v1/transcript-upload': 'upload a transcript file',
    'POST /testing/v1/generate-from-transcript': 'draft scenarios from uploaded transcripts',
  }),
  ...leftOut('it is for reading by people; no answer of a tool depends on it', {
    'GET /testing/openapi/openapi-viewer.json': 'the published specification',
  }),
];
