/**
 * What the app family of Future AGI answers (`/simulate/...`), mostly bare JSON without an envelope. Read as leniently
 * as the SDK family: these views change often. Source: the vendor's open server.
 */
import { anything, object, type Read, type Reader } from '../shared/fields.ts';
import { count, number, text, truth } from '../shared/scalars.ts';
import { evalEntry, listOf, mapOf, rowId } from './wire.ts';

const scenarioDetailReader = object({ id: text, name: text, dataset_rows: count, description: text, status: text });

export const evalConfigReader = object({ id: text, name: text, template_id: text, error_localizer: truth });

const snapshotReader = object({ agent_type: text, agent_name: text });

/** Null says that it never ran; where the platform says nothing, nobody knows. */
const lastRun: Reader<string | null | undefined> = (value) => (value === null ? null : text(value));

export const runTestReader = object({
  id: rowId,
  name: text,
  description: text,
  agent_definition_detail: object({ id: text, agent_name: text, agent_type: text, inbound: truth }),
  agent_version: object({ id: text, name: text, configuration_snapshot: snapshotReader }),
  prompt_template_detail: object({ id: text, name: text }),
  source_type: text,
  scenarios: listOf(text),
  scenarios_detail: listOf(scenarioDetailReader),
  simulate_eval_configs_detail: listOf(evalConfigReader),
  evals_detail: listOf(evalConfigReader),
  dataset_row_ids: listOf(anything),
  created_at: text,
  updated_at: text,
  last_run_at: lastRun,
});

export const scenarioRowReader = object({ id: rowId, name: text, row_count: count });

export const scenarioReader = object({
  id: rowId,
  name: text,
  description: text,
  source: text,
  scenario_type: text,
  status: text,
  agent_type: text,
  dataset_rows: count,
  prompts: listOf(object({ role: text, content: text })),
  updated_at: text,
});

/** Statuses here are in Title case, in other listings in upper case. */
export const executionListRowReader = object({
  id: rowId,
  status: text,
  scenarios: text,
  start_time: text,
  duration: number,
  error_reason: text,
  calls: count,
  calls_attempted: count,
  connected_calls: count,
  total_chats: count,
  agent_definition: text,
  agent_type: text,
});

/** The app family's view of one evaluation, with where in the input the evaluator saw the error. */
const evalMetricReader = object({
  ...evalEntry,
  error_localizer: truth,
  error_analysis: anything,
  error_localizer_status: text,
});

export const callExecutionReader = object({
  id: text,
  test_execution_id: text,
  transcript: anything,
  recordings: mapOf(text),
  audio_url: text,
  eval_metrics: mapOf(evalMetricReader),
  agent_definition_used_name: text,
  simulation_call_type: text,
  start_time: text,
  duration: number,
  processing_skip_reason: text,
  error_message: text,
});

/** Voice only: of a chat it holds nothing. */
export const transcriptsReader = object({ transcripts: anything, total_transcripts: count, phone_number: text });

export const localizerTaskReader = object({
  task_id: text,
  eval_config_id: rowId,
  status: text,
  error_analysis: anything,
});

export const executeReader = object({ execution_id: text, status: text });
export const runTestStatusReader = object({ execution_id: text, status: text, start_time: text });
export const namedRunTestReader = object({ run_test_id: text, run_test_name: text });

export const callIdReader = object({ id: rowId, status: text });

export type RunTest = Read<typeof runTestReader>;
export type Scenario = Read<typeof scenarioReader>;
export type ExecutionListRow = Read<typeof executionListRowReader>;
export type CallExecution = Read<typeof callExecutionReader>;
export type LocalizerTask = Read<typeof localizerTaskReader>;
