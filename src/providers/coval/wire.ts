/**
 * What Coval answers, read leniently: unknown fields are dropped, `null` is absence, a field of an unexpected type is
 * treated as absent, and a list item that is no object with an id is skipped (Coval's own SDK does the same).
 *
 * Agent `metadata`, `attributes` and `prompt` are not in any schema here on purpose: they hold authorization headers and
 * keys, so they are dropped at the door and can never be shown.
 */
import { Problem } from '../../model/problem.ts';
import { anything, listOf, object, type Read, type Reader, readable, record, string } from '../shared/fields.ts';

const text: Reader<string | undefined> = (value) => (typeof value === 'string' && value !== '' ? value : undefined);
const number: Reader<number | undefined> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const truth: Reader<boolean | undefined> = (value) => (typeof value === 'boolean' ? value : undefined);
const whole: Reader<number | undefined> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
const texts = listOf(string);
const target: Reader<string | number | boolean | undefined> = (value) =>
  typeof value === 'string' || typeof value === 'boolean' ? value : number(value);
/** All of them, or none: a condition over some of its values would be another one. */
const targets: Reader<(string | number | boolean)[] | undefined> = (value) => {
  const read = Array.isArray(value) ? readable(target, value) : undefined;
  return read?.length === (Array.isArray(value) ? value.length : 0) ? read : undefined;
};

export const runReader = object(
  {
    run_id: text,
    display_name: text,
    status: text,
    create_time: text,
    update_time: text,
    agent_id: text,
    persona_id: text,
    test_set_id: text,
    tags: texts,
    progress: object({
      total_test_cases: number,
      completed_test_cases: number,
      failed_test_cases: number,
      in_progress_test_cases: number,
    }),
    results: object({ output_ids: texts, metrics: record }),
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
    status: text,
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

export type MetricValue = string | number | boolean | string[];
export const metricValueReader: Reader<MetricValue | undefined> = (value) => {
  if (!Array.isArray(value)) return target(value);
  return value.every((item) => typeof item === 'string') ? value : undefined;
};

export const metricOutputReader = object(
  {
    metric_output_id: text,
    metric_id: text,
    value: metricValueReader,
    status: text,
    status_reason: text,
    explanation: text,
    result: record,
    create_time: text,
  },
  'metric_id',
);
export type WireMetricOutput = Read<typeof metricOutputReader>;

/** A metric's own condition or an organisation's threshold: the two differ only in `bt` and `nbt`. */
export const conditionReader = object({
  comparison_operator: text,
  target_float: number,
  target_float_lower: number,
  target_float_upper: number,
  target_values: targets,
});
export type WireCondition = Read<typeof conditionReader>;

export const metricReader = object(
  {
    id: text,
    metric_name: text,
    metric_type: text,
    description: text,
    target_condition: conditionReader,
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
export type WirePersona = Read<typeof personaReader>;

export const mutationReader = object({ id: text, display_name: text }, 'id');
export type WireMutation = Read<typeof mutationReader>;

export const testSetReader = object(
  {
    id: text,
    display_name: text,
    slug: text,
    description: text,
    test_case_count: whole,
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
export type WireRunTemplate = Read<typeof runTemplateReader>;

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
export type WireScheduledRun = Read<typeof scheduledRunReader>;

export const audioReader = object({ audio_url: text, url_expires_in_seconds: number }, 'audio_url');

export const rerunReader = object({
  results: listOf(object({ simulation_id: text, status: text, error: text }, 'simulation_id')),
  queued_count: number,
  failed_count: number,
});

export const resimulateReader = object({ simulation_id: text, run_id: text, queued: truth });

/**
 * The items that can be read; malformed ones among them are skipped. When not one of several can be read the list is of
 * a kind we do not know, and an empty list would be a lie: throws `unreadable`.
 */
export function readItems<T>(reader: Reader<T | undefined>, items: readonly unknown[]): T[] {
  const read = readable(reader, items);
  if (read.length === 0 && items.length > 0) {
    throw new Problem('unreadable', 'Coval answered a list in which nothing could be read.', {
      provider: 'coval',
      next: 'Try again; if it stays, the answer has a shape that this version does not know.',
    });
  }
  return read;
}
