/**
 * What Coval answers, read leniently: unknown fields are dropped, `null` is absence, a field of an unexpected type is
 * treated as absent, and a list item that is no object with an id cannot be read.
 *
 * Agent `metadata`, `attributes` and `prompt` are not in any schema here on purpose: they hold authorization headers and
 * keys, so they are dropped at the door and can never be shown.
 */
import { anything, isRecord, listOf, object, type Read, type Reader, record } from '../shared/fields.ts';
import { count, number, text, truth } from '../shared/scalars.ts';

const texts = listOf(text);
/** A state: one in a form that no state has is an unknown word, not none. */
const state: Reader<string | undefined> = (value) =>
  value === undefined || value === null ? undefined : (text(value) ?? 'UNREADABLE');

/** Outputs that a run names. */
export interface NamedOutputs {
  /** Each once. */
  ids: string[];
  /** How many there are, those without a readable id included. */
  count: number;
}
const namedOutputs: Reader<NamedOutputs | undefined> = (value) => {
  if (!Array.isArray(value)) return undefined;
  const ids = value.map((item) => text(isRecord(item) ? (item.simulation_output_id ?? item.simulation_id) : item));
  const known = new Set(ids.filter((id) => id !== undefined));
  return { ids: [...known], count: known.size + ids.filter((id) => id === undefined).length };
};

export const runReader = object(
  {
    run_id: text,
    display_name: text,
    status: state,
    create_time: text,
    update_time: text,
    agent_id: text,
    persona_id: text,
    test_set_id: text,
    tags: texts,
    progress: object({
      total_test_cases: count,
      completed_test_cases: count,
      failed_test_cases: count,
      in_progress_test_cases: count,
    }),
    results: object({ output_ids: namedOutputs, metrics: record }),
    metadata: record,
    error: text,
    error_status: text,
  },
  'run_id',
);
export type WireRun = Read<typeof runReader>;

export const simulationReader = object(
  {
    simulation_id: text,
    run_id: text,
    status: state,
    create_time: text,
    has_audio: truth,
    agent_id: text,
    test_set_id: text,
    test_case_id: text,
    error_message: text,
    error_status: text,
    end_reason: text,
    mutation_id: text,
    mutation_name: text,
    /** Only in the detail; every form of it is read in transcript.ts. */
    transcript: anything,
  },
  'simulation_id',
);
export type WireSimulation = Read<typeof simulationReader>;

export const metricOutputReader = object(
  {
    metric_output_id: text,
    metric_id: text,
    /** In whatever form it comes: what it says is found out where it is judged. */
    value: anything,
    status: state,
    status_reason: text,
    explanation: text,
    result: record,
    create_time: text,
  },
  'metric_id',
);
export type WireMetricOutput = Read<typeof metricOutputReader>;

export const metricReader = object(
  {
    id: text,
    metric_name: text,
    metric_type: text,
    description: text,
    /** Its form is read in condition.ts. */
    target_condition: anything,
  },
  'id',
);
export type WireMetric = Read<typeof metricReader>;

export const agentReader = object(
  {
    id: text,
    display_name: text,
    model_type: text,
    metric_ids: texts,
    test_set_ids: texts,
  },
  'id',
);
export type WireAgent = Read<typeof agentReader>;

export const personaReader = object({ id: text, name: text, language_code: text }, 'id');

export const mutationReader = object({ id: text, display_name: text }, 'id');

export const testSetReader = object(
  {
    id: text,
    display_name: text,
    slug: text,
    description: text,
    test_case_count: count,
    parameters: record,
    update_time: text,
  },
  'id',
);
export type WireTestSet = Read<typeof testSetReader>;

export const testCaseReader = object(
  {
    id: text,
    test_set_id: text,
    input_str: text,
    description: text,
    input_type: text,
    expected_behaviors: texts,
    /** Before autumn 2026 the expectation was one text in this field. */
    expected_output_str: text,
    update_time: text,
  },
  'id',
);
export type WireTestCase = Read<typeof testCaseReader>;

export const runTemplateReader = object(
  {
    id: text,
    display_name: text,
    agent_id: text,
    persona_id: text,
    test_set_id: text,
  },
  'id',
);

export const scheduledRunReader = object(
  {
    id: text,
    display_name: text,
    run_template_id: text,
    schedule_expression: text,
    enabled: truth,
    last_run_id: text,
  },
  'id',
);

export const audioReader = object({ audio_url: text, url_expires_in_seconds: number }, 'audio_url');

export const rerunReader = object({
  results: listOf(object({ simulation_id: text, status: text, error: text }, 'simulation_id')),
  queued_count: number,
  failed_count: number,
});

export const resimulateReader = object({ simulation_id: text, run_id: text, queued: truth });
