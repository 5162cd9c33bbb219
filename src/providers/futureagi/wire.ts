/**
 * What Future AGI sends, read leniently: a field that is absent, null or of an unexpected type is undefined, and
 * unknown fields are ignored. The SDK family is documented; what the app family sends is read off the vendor's open
 * server (2026-08), and those views change often.
 */
import { isRecord } from '../../model/json.ts';
import { anything, type ObjectReader, object, type Read, type Reader, readable, record } from '../shared/fields.ts';
import type { RawPage } from '../shared/list.ts';
import { count, identifier, number, text, truth } from '../shared/scalars.ts';

/** The content of `{status, result}`; a body without that envelope is the content itself. */
export function unwrap(body: unknown): unknown {
  return isRecord(body) && body.result !== undefined && body.result !== null ? body.result : body;
}

/**
 * What a page says: its rows, its count, its pages, what follows. What is no list counts as a row that cannot be
 * read.
 */
export function pageIn<T>(
  item: Reader<T | undefined>,
  page: unknown,
  names: readonly string[] = ['results'],
): RawPage<T> {
  const fields = isRecord(page) ? page : { results: page };
  const rows = names.map((name) => fields[name]).find((value) => value !== undefined);
  const [total, pages] = [count(fields.count ?? fields.total_tasks), count(fields.total_pages)];
  return {
    rows: Array.isArray(rows) ? rows.map((row) => item(row)) : total === 0 ? [] : [undefined],
    total,
    // As a documented example has it, the number of rows: then that says all there is to know.
    total_pages: pages === total ? undefined : pages,
    more: 'next' in fields ? ![null, undefined, false, ''].some((end) => fields.next === end) : undefined,
  };
}

/**
 * One thing by itself: with a member that is known and, where it has an id, with one. To `reader`, anything is an
 * object.
 */
export function itself<T>(reader: ObjectReader<T>): Reader<T | undefined> {
  return (value) => {
    if (!isRecord(value) || !reader.keys.some((key) => key in value)) return undefined;
    const read = reader(value);
    return isRecord(read) && read.id === '' ? undefined : read;
  };
}

/** Documented ids are UUIDs; a deployment that lists numbers is asked for them. */
export const isId = (id: string) => isUuid(id) || /^\d{1,19}$/.test(id);

export const isUuid = (id: string) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(id);

/** A status as one lower-case word: lower, upper and title case are all in use. */
export function plainWord(status: string): string {
  const word = status.trim().toLowerCase();
  return word.replace(/[\s-]+/g, '_');
}

/** The id of a row; empty for a row without one, which is counted and can be used no further. */
const rowId: Reader<string> = (value) => identifier(value) ?? '';

/** A list whose unreadable members are left out; what is no list is an empty one. */
function listOf<T>(item: Reader<T | undefined>): Reader<T[]> {
  return (value) => (Array.isArray(value) ? readable(item, value) : []);
}

/** An object whose values are read by `item`; unreadable ones are left out, anything else is an empty one. */
function mapOf<T>(item: Reader<T | undefined>): Reader<Map<string, T>> {
  return (value) => {
    const map = new Map<string, T>();
    const fields = record(value) ?? {};
    for (const key in fields) {
      const read = item(fields[key]);
      if (read !== undefined) map.set(key, read);
    }
    return map;
  };
}

/**
 * One evaluation of one call. The SDK family says `output` and `output_type`, the app family `value` and `type`; every
 * field may be missing, and `{status: "pending"}` or `{}` is a placeholder.
 */
const evaluation = {
  name: text,
  output: anything,
  value: anything,
  output_type: text,
  type: text,
  reason: anything,
  status: text,
  error: anything,
  skipped: truth,
};
export const evaluationReader = object(evaluation);

/** An entry that is no object is not left out: it is an output in a form of its own. */
const evaluationOutput: Reader<WireEvaluation | undefined> = (value) =>
  isRecord(value) ? evaluationReader(value) : evaluationReader({ output: value ?? undefined });

const call = {
  call_execution_id: rowId,
  scenario_id: identifier,
  scenario_name: text,
  status: text,
  duration_seconds: number,
  eval_outputs: mapOf(evaluationOutput),
};

export const callReader = object(call);

export const callDetailReader = object(
  {
    ...call,
    call_execution_id: identifier,
    execution_id: identifier,
    started_at: text,
    completed_at: text,
    ended_reason: text,
    call_summary: text,
    latency: object({ avg_agent_latency_ms: number, response_time_ms: number }),
    cost: object({ total_cost_cents: number }),
  },
  'call_execution_id',
);

/** Statistics of one evaluation template; only names and ids are used, verdicts are counted from the calls. */
const templateReader = object({ name: text, result: listOf(object({ name: text, id: identifier })) });

const executionHead = {
  execution_id: identifier,
  status: text,
  started_at: text,
  completed_at: text,
  total_calls: count,
  completed_calls: count,
  failed_calls: count,
};

export const executionRowReader = object({
  ...executionHead,
  execution_id: rowId,
  eval_results: listOf(templateReader),
});

const callPage: Reader<RawPage<WireCall> | undefined> = (value) =>
  value === undefined || value === null ? undefined : pageIn(callReader, value);

export const executionReader = object(
  {
    ...executionHead,
    eval_results: listOf(templateReader),
    call_results: callPage,
    /** Map of evaluation name to clusters, as documented; also null, empty or something else. */
    eval_explanation_summary: anything,
    eval_explanation_summary_status: text,
  },
  'execution_id',
);

export const metricsReader = object(
  { ...executionHead, metrics: object({ calls: object({ total: count, failed: count }) }) },
  'execution_id',
);

export const analyticsReader = object({ execution_id: identifier, run_test_name: text });

/** An evaluation of a run test; what is read of it can be sent back for another run test (contract: `evaluations_config`). */
const configReader = object({
  template_id: identifier,
  name: text,
  config: anything,
  mapping: anything,
  filters: anything,
  error_localizer: truth,
  model: text,
  kb_id: anything,
  eval_group: anything,
});
const agentReader = object({ id: identifier, agent_name: text, agent_type: text });

/** Null says that it never ran; where it is absent, the platform does not say. */
const lastRun: Reader<string | null | undefined> = (value) => (value === null ? null : text(value));

export const runTestReader = object({
  id: rowId,
  name: text,
  agent_definition: identifier,
  agent_definition_detail: agentReader,
  agent_version: object({ configuration_snapshot: agentReader }),
  prompt_template: identifier,
  prompt_template_detail: object({ id: identifier, name: text }),
  prompt_version: identifier,
  prompt_version_detail: object({ id: identifier, template_version: text, version: text, name: text }),
  source_type: text,
  scenarios: listOf(text),
  scenarios_detail: listOf(object({ id: identifier, name: text, dataset_rows: count, status: text })),
  simulate_eval_configs_detail: listOf(configReader),
  evals_detail: listOf(configReader),
  dataset_row_ids: listOf(anything),
  enable_tool_evaluation: truth,
  updated_at: text,
  last_run_at: lastRun,
});

export const namedRunTestReader = object({ run_test_id: identifier, run_test_name: text });

export const runTestScenarioReader = object({ id: rowId, name: text, row_count: count });

export const scenarioReader = object({
  id: rowId,
  name: text,
  description: text,
  source: text,
  dataset_rows: count,
  prompts: listOf(object({ content: text })),
  updated_at: text,
});

/** Statuses here are in title case, in other listings in upper case. */
export const listedExecutionReader = object({
  id: rowId,
  status: text,
  /** Names, joined. */
  scenarios: text,
  start_time: text,
  calls: count,
  calls_attempted: count,
  total_chats: count,
  agent_definition: text,
});

export const latestExecutionReader = object({ execution_id: identifier, start_time: text });

export const startedReader = object({ execution_id: identifier });

export const callIdReader = object({ id: rowId, status: text });

/** The app family's view of one evaluation, with where in the input the evaluator saw the error. */
const viewedEvaluationReader = object({ ...evaluation, error_localizer: truth, error_analysis: anything });

export const callViewReader = object({
  id: identifier,
  test_execution_id: identifier,
  transcript: anything,
  recordings: mapOf(text),
  audio_url: text,
  eval_metrics: mapOf(viewedEvaluationReader),
  agent_definition_used_name: text,
  simulation_call_type: text,
  processing_skip_reason: text,
  error_message: text,
});

export const transcriptReader = object({ transcripts: anything, total_transcripts: count, phone_number: text });

/** The inner form of `error_analysis` is not documented. */
export const errorLocationReader = object({
  task_id: identifier,
  eval_config_id: rowId,
  status: text,
  error_analysis: anything,
});

export type WireEvaluation = Read<typeof evaluationReader>;
export type WireCall = Read<typeof callReader>;
export type WireCallDetail = Read<typeof callDetailReader>;
export type WireTemplate = Read<typeof templateReader>;
export type WireExecutionRow = Read<typeof executionRowReader>;
export type WireExecution = Read<typeof executionReader>;
export type WireMetrics = Read<typeof metricsReader>;
export type WireRunTest = Read<typeof runTestReader>;
export type WireScenario = Read<typeof scenarioReader>;
export type WireListedExecution = Read<typeof listedExecutionReader>;
export type WireCallView = Read<typeof callViewReader>;
