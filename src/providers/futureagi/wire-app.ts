/**
 * What the app family of Future AGI answers (`/simulate/...`), mostly bare JSON without an envelope. Read as leniently
 * as the SDK family: these views change often. Source: the vendor's open server.
 */
import * as z from 'zod/v4';
import { counter, evalEntrySchema, flag, id, lenient, listOf, mapOf, numeric, ownId, text } from './wire.ts';

const scenarioDetailSchema = z.object({ id, name: text, dataset_rows: counter, description: text, status: text });

export const evalConfigSchema = z.object({ id, name: text, template_id: id, error_localizer: flag });

const snapshotSchema = z.object({ agent_type: text, agent_name: text });

export const runTestSchema = z.object({
  id: ownId,
  name: text,
  description: text,
  agent_definition_detail: lenient(z.object({ id, agent_name: text, agent_type: text, inbound: flag })),
  agent_version: lenient(z.object({ id, name: text, configuration_snapshot: lenient(snapshotSchema) })),
  prompt_template_detail: lenient(z.object({ id, name: text })),
  source_type: text,
  scenarios: listOf(z.string()),
  scenarios_detail: listOf(scenarioDetailSchema),
  simulate_eval_configs_detail: listOf(evalConfigSchema),
  evals_detail: listOf(evalConfigSchema),
  dataset_row_ids: listOf(z.unknown()),
  created_at: text,
  updated_at: text,
  last_run_at: text,
});

export const scenarioRowSchema = z.object({ id: ownId, name: text, row_count: counter });

export const scenarioSchema = z.object({
  id: ownId,
  name: text,
  description: text,
  source: text,
  scenario_type: text,
  status: text,
  agent_type: text,
  dataset_rows: counter,
  prompts: listOf(z.object({ role: text, content: text })),
  updated_at: text,
});

/** Statuses here are in Title case, in other listings in upper case. */
export const executionListRowSchema = z.object({
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
});

/** A voice row has `speaker_role` and `content`; a chat row `role`, `messages` and `content[]`; the docs say `{role, content}`. */
export const transcriptRowSchema = z.object({
  speaker_role: text,
  role: text,
  content: z.unknown().optional(),
  messages: z.unknown().optional(),
  start_time_seconds: numeric,
  start_time_ms: numeric,
  tool_calls: z.unknown().optional(),
});

/** The app family's view of one evaluation, with where in the input the evaluator saw the error. */
const evalMetricSchema = evalEntrySchema.extend({
  error_localizer: flag,
  error_analysis: z.unknown().optional(),
  error_localizer_status: text,
});

export const callExecutionSchema = z.object({
  id,
  test_execution_id: id,
  transcript: listOf(transcriptRowSchema),
  recordings: mapOf(z.string()),
  audio_url: text,
  eval_metrics: mapOf(evalMetricSchema),
  agent_definition_used_name: text,
  simulation_call_type: text,
  start_time: text,
  duration: numeric,
  processing_skip_reason: text,
  error_message: text,
});

export const transcriptsSchema = z.object({ transcripts: listOf(transcriptRowSchema) });

export const localizerTaskSchema = z.object({
  eval_config_id: id,
  status: text,
  error_analysis: z.unknown().optional(),
});
export const localizerTasksSchema = z.object({ error_localizer_tasks: listOf(localizerTaskSchema) });

export const executeSchema = z.object({ execution_id: id, status: text });
export const runTestStatusSchema = z.object({ execution_id: id, status: text, start_time: text });
export const namedRunTestSchema = z.object({ run_test_id: id, run_test_name: text });

export const executionCallsSchema = z.object({
  count: counter,
  total_pages: counter,
  results: listOf(z.object({ id: ownId })),
});

export type RunTest = z.infer<typeof runTestSchema>;
export type ScenarioRow = z.infer<typeof scenarioRowSchema>;
export type Scenario = z.infer<typeof scenarioSchema>;
export type ExecutionListRow = z.infer<typeof executionListRowSchema>;
export type TranscriptRow = z.infer<typeof transcriptRowSchema>;
export type CallExecution = z.infer<typeof callExecutionSchema>;
export type LocalizerTask = z.infer<typeof localizerTaskSchema>;
