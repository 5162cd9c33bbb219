/**
 * What Coval answers, read leniently: unknown fields are dropped, `null` is absence, a field of an unexpected type is
 * treated as absent, and a list item that is no object with an id is skipped (Coval's own SDK does the same).
 *
 * Agent `metadata`, `attributes` and `prompt` are not in any schema here on purpose: they hold authorization headers and
 * keys, so they are dropped at the door and can never be shown.
 */
import * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';

/** `undefined` for null, absent and ill-typed values alike. */
function opt<T extends z.ZodType>(schema: T) {
  return schema
    .nullish()
    .catch(undefined)
    .transform((value) => value ?? undefined);
}

const text = () => opt(z.string().min(1));
const texts = () =>
  opt(z.array(z.unknown())).transform((items) => items?.filter((item): item is string => typeof item === 'string'));
const id = z.string().min(1);

export const runSchema = z.object({
  run_id: id,
  display_name: text(),
  status: text(),
  create_time: text(),
  update_time: text(),
  agent_id: text(),
  persona_id: text(),
  test_set_id: text(),
  tags: texts(),
  progress: opt(
    z.object({
      total_test_cases: opt(z.number()),
      completed_test_cases: opt(z.number()),
      failed_test_cases: opt(z.number()),
      in_progress_test_cases: opt(z.number()),
    }),
  ),
  results: opt(z.object({ output_ids: texts(), metrics: opt(z.record(z.string(), z.unknown())) })),
  metadata: opt(z.record(z.string(), z.unknown())),
  error: text(),
  error_status: text(),
});
export type WireRun = z.infer<typeof runSchema>;

export const simulationSchema = z.object({
  simulation_id: id,
  run_id: text(),
  status: text(),
  create_time: text(),
  has_audio: opt(z.boolean()),
  agent_id: text(),
  test_set_id: text(),
  test_case_id: text(),
  error_message: text(),
  error_status: text(),
  end_reason: text(),
  mutation_id: text(),
  mutation_name: text(),
  /** Only in the detail; every form of it is read in transcript.ts. */
  transcript: z.unknown().optional(),
});
export type WireSimulation = z.infer<typeof simulationSchema>;

export const metricValueSchema = z.union([z.number(), z.string(), z.boolean(), z.array(z.string())]);
export type MetricValue = z.infer<typeof metricValueSchema>;

export const metricOutputSchema = z.object({
  metric_output_id: text(),
  metric_id: id,
  value: opt(metricValueSchema),
  status: text(),
  status_reason: text(),
  explanation: text(),
  result: opt(z.record(z.string(), z.unknown())),
  create_time: text(),
});
export type WireMetricOutput = z.infer<typeof metricOutputSchema>;

/** A metric's own condition or an organisation's threshold: the two differ only in `bt` and `nbt`. */
export const conditionSchema = z.object({
  comparison_operator: text(),
  target_float: opt(z.number()),
  target_float_lower: opt(z.number()),
  target_float_upper: opt(z.number()),
  target_values: opt(z.array(z.union([z.string(), z.number(), z.boolean()]))),
});
export type WireCondition = z.infer<typeof conditionSchema>;

export const metricSchema = z.object({
  id,
  metric_name: text(),
  metric_type: text(),
  description: text(),
  target_condition: opt(conditionSchema),
});
export type WireMetric = z.infer<typeof metricSchema>;

export const agentSchema = z.object({
  id,
  display_name: text(),
  model_type: text(),
  metric_ids: texts(),
  test_set_ids: texts(),
});
export type WireAgent = z.infer<typeof agentSchema>;

export const personaSchema = z.object({ id, name: text(), language_code: text() });
export type WirePersona = z.infer<typeof personaSchema>;

export const mutationSchema = z.object({ id, display_name: text() });
export type WireMutation = z.infer<typeof mutationSchema>;

export const testSetSchema = z.object({
  id,
  display_name: text(),
  slug: text(),
  description: text(),
  test_case_count: opt(z.int().min(0)),
  parameters: opt(z.record(z.string(), z.unknown())),
  update_time: text(),
});
export type WireTestSet = z.infer<typeof testSetSchema>;

export const testCaseSchema = z.object({
  id,
  test_set_id: text(),
  input_str: text(),
  description: text(),
  input_type: text(),
  expected_behaviors: texts(),
  /** Before autumn 2026 the expectation was one text in this field. */
  expected_output_str: text(),
  update_time: text(),
});
export type WireTestCase = z.infer<typeof testCaseSchema>;

export const runTemplateSchema = z.object({
  id,
  display_name: text(),
  agent_id: text(),
  persona_id: text(),
  test_set_id: text(),
});
export type WireRunTemplate = z.infer<typeof runTemplateSchema>;

export const scheduledRunSchema = z.object({
  id,
  display_name: text(),
  run_template_id: text(),
  schedule_expression: text(),
  enabled: opt(z.boolean()),
  last_run_id: text(),
});
export type WireScheduledRun = z.infer<typeof scheduledRunSchema>;

export const audioSchema = z.object({ audio_url: z.string().min(1), url_expires_in_seconds: opt(z.number()) });

export const rerunSchema = z.object({
  results: opt(z.array(z.object({ simulation_id: id, status: text(), error: text() }))),
  queued_count: opt(z.number()),
  failed_count: opt(z.number()),
});

export const resimulateSchema = z.object({ simulation_id: text(), run_id: text(), queued: opt(z.boolean()) });

/**
 * The items that can be read; malformed ones among them are skipped. When not one of several can be read the list is of
 * a kind we do not know, and an empty list would be a lie: throws `unreadable`.
 */
export function readItems<T extends z.ZodType>(schema: T, items: readonly unknown[]): z.infer<T>[] {
  const read = items.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
  if (read.length === 0 && items.length > 0) {
    throw new Problem('unreadable', 'Coval answered a list in which nothing could be read.', {
      provider: 'coval',
      next: 'Try again; if it stays, the answer has a shape that this version does not know.',
    });
  }
  return read;
}
