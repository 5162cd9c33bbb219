/**
 * What the app family of Future AGI answers (`/simulate/...`), mostly bare JSON without an envelope. Read as leniently
 * as the SDK family: these views change often. Source: the vendor's open server.
 */
import { anything, flag, object, type Read, string } from '../shared/fields.ts';
import { counter, evalEntry, id, listOf, mapOf, numeric, ownId, text } from './wire.ts';

const scenarioDetailReader = object({ id, name: text, dataset_rows: counter, description: text, status: text });

export const evalConfigReader = object({ id, name: text, template_id: id, error_localizer: flag });

const snapshotReader = object({ agent_type: text, agent_name: text });

export const runTestReader = object(
  {
    id: ownId,
    name: text,
    description: text,
    agent_definition_detail: object({ id, agent_name: text, agent_type: text, inbound: flag }),
    agent_version: object({ id, name: text, configuration_snapshot: snapshotReader }),
    prompt_template_detail: object({ id, name: text }),
    source_type: text,
    scenarios: listOf(string),
    scenarios_detail: listOf(scenarioDetailReader),
    simulate_eval_configs_detail: listOf(evalConfigReader),
    evals_detail: listOf(evalConfigReader),
    dataset_row_ids: listOf(anything),
    created_at: text,
    updated_at: text,
    last_run_at: text,
  },
  'id',
);

export const scenarioRowReader = object({ id: ownId, name: text, row_count: counter }, 'id');

export const scenarioReader = object(
  {
    id: ownId,
    name: text,
    description: text,
    source: text,
    scenario_type: text,
    status: text,
    agent_type: text,
    dataset_rows: counter,
    prompts: listOf(object({ role: text, content: text })),
    updated_at: text,
  },
  'id',
);

/** Statuses here are in Title case, in other listings in upper case. */
export const executionListRowReader = object(
  {
    id: ownId,
    status: text,
    scenarios: text,
    start_time: text,
    duration: numeric,
    error_reason: text,
    calls: counter,
    calls_attempted: counter,
    connected_calls: counter,
    total_chats: counter,
    agent_definition: text,
    agent_type: text,
  },
  'id',
);

/** A voice row has `speaker_role` and `content`; a chat row `role`, `messages` and `content[]`; the docs say `{role, content}`. */
export const transcriptRowReader = object({
  speaker_role: text,
  role: text,
  content: anything,
  messages: anything,
  start_time_seconds: numeric,
  start_time_ms: numeric,
  tool_calls: anything,
});

/** The app family's view of one evaluation, with where in the input the evaluator saw the error. */
const evalMetricReader = object({
  ...evalEntry,
  error_localizer: flag,
  error_analysis: anything,
  error_localizer_status: text,
});

export const callExecutionReader = object({
  id,
  test_execution_id: id,
  transcript: listOf(transcriptRowReader),
  recordings: mapOf(string),
  audio_url: text,
  eval_metrics: mapOf(evalMetricReader),
  agent_definition_used_name: text,
  simulation_call_type: text,
  start_time: text,
  duration: numeric,
  processing_skip_reason: text,
  error_message: text,
});

export const transcriptsReader = object({ transcripts: listOf(transcriptRowReader) });

export const localizerTaskReader = object({
  eval_config_id: id,
  status: text,
  error_analysis: anything,
});
export const localizerTasksReader = object({ error_localizer_tasks: listOf(localizerTaskReader) });

export const executeReader = object({ execution_id: id, status: text });
export const runTestStatusReader = object({ execution_id: id, status: text, start_time: text });
export const namedRunTestReader = object({ run_test_id: id, run_test_name: text });

export const executionCallsReader = object({
  count: counter,
  total_pages: counter,
  results: listOf(object({ id: ownId }, 'id')),
});

export type RunTest = Read<typeof runTestReader>;
export type ScenarioRow = Read<typeof scenarioRowReader>;
export type Scenario = Read<typeof scenarioReader>;
export type ExecutionListRow = Read<typeof executionListRowReader>;
export type TranscriptRow = Read<typeof transcriptRowReader>;
export type CallExecution = Read<typeof callExecutionReader>;
export type LocalizerTask = Read<typeof localizerTaskReader>;
