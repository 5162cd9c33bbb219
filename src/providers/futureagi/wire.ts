/**
 * What the SDK family of Future AGI answers (`/sdk/api/v1/simulation/...`), read leniently: a field that is absent,
 * null or of an unexpected type is undefined, and unknown fields are ignored. Source: vendor docs and its open server.
 */
import * as z from 'zod/v4';

/** Undefined instead of an error for anything that is not as expected. */
export const lenient = <T extends z.ZodType>(schema: T) =>
  z
    .preprocess((value) => (value === null ? undefined : value), schema.optional())
    .optional()
    .catch(undefined);

export const text = lenient(z.string());
export const numeric = lenient(z.number());
/** How many; what no list can hold is no count. */
export const counter = lenient(z.number().min(0).max(1e9));
export const flag = lenient(z.boolean());
/** An id; some deployments print numbers. */
export const id = lenient(z.union([z.string().min(1), z.number().transform(String)]));
/** The id without which a thing cannot be referred to: without it, the thing is left out. */
export const ownId = z.string().min(1);

/** A list whose unreadable members are left out. */
export const listOf = <T extends z.ZodType>(item: T) =>
  lenient(
    z.array(z.unknown()).transform((values) =>
      values.flatMap((value) => {
        const parsed = item.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      }),
    ),
  ).transform((values) => values ?? []);

/** An object whose values are read by `item`; unreadable ones are left out, anything else is an empty one. */
export const mapOf = <T extends z.ZodType>(item: T) =>
  lenient(
    z.record(z.string(), z.unknown()).transform((record) => {
      const entries = Object.entries(record).flatMap(([key, value]) => {
        const parsed = item.safeParse(value);
        return parsed.success ? [[key, parsed.data] as const] : [];
      });
      return new Map<string, z.infer<T>>(entries);
    }),
  ).transform((map) => map ?? new Map<string, z.infer<T>>());

/**
 * One evaluation of one call. The SDK family says `output` and `output_type`, the app family `value` and `type`; every
 * field may be missing, and `{status: "pending"}` or `{}` is a placeholder.
 */
export const evalEntrySchema = z.object({
  name: text,
  output: z.unknown().optional(),
  value: z.unknown().optional(),
  output_type: text,
  type: text,
  reason: z.unknown().optional(),
  status: text,
  error: z.unknown().optional(),
  skipped: flag,
  timestamp: text,
});

const call = {
  call_execution_id: ownId,
  scenario_id: id,
  scenario_name: text,
  status: text,
  duration_seconds: numeric,
  eval_outputs: mapOf(evalEntrySchema),
};

export const callRowSchema = z.object(call);

export const callDetailSchema = z.object({
  ...call,
  execution_id: id,
  started_at: text,
  completed_at: text,
  ended_reason: text,
  call_summary: text,
  latency: lenient(z.object({ avg_agent_latency_ms: numeric, response_time_ms: numeric })),
  cost: lenient(z.object({ total_cost_cents: numeric })),
});

const configResultSchema = z.object({ name: text, id, total_cells: counter });
/** Statistics of one evaluation template; only the names and ids are used, verdicts are counted from the calls. */
const evalResultSchema = z.object({ name: text, id, output_type: text, result: listOf(configResultSchema) });

/** A page; a count that is missing is told apart from 0. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ total_pages: counter, current_page: counter, count: counter, results: listOf(item) });

const executionFields = {
  execution_id: ownId,
  status: text,
  started_at: text,
  completed_at: text,
  total_calls: counter,
  completed_calls: counter,
  failed_calls: counter,
};

export const executionRowSchema = z.object({ ...executionFields, eval_results: listOf(evalResultSchema) });

export const executionDetailSchema = z.object({
  ...executionFields,
  eval_results: listOf(evalResultSchema),
  call_results: lenient(pageOf(callRowSchema)),
  /** Map of evaluation name to clusters, as documented; also null, empty or something else. */
  eval_explanation_summary: z.unknown().optional(),
  eval_explanation_summary_status: text,
});

/** Only what `metrics` still tells when `runs` cannot be computed. */
export const executionMetricsSchema = z.object({
  ...executionFields,
  metrics: lenient(z.object({ calls: lenient(z.object({ total: counter, failed: counter, pending: counter })) })),
});

/** Only what tells which run test an execution belongs to. */
export const analyticsSchema = z.object({ execution_id: id, run_test_name: text });

export type EvalEntry = z.infer<typeof evalEntrySchema>;
export type CallRow = z.infer<typeof callRowSchema>;
export type CallDetail = z.infer<typeof callDetailSchema>;
export type EvalResult = z.infer<typeof evalResultSchema>;
export type ExecutionRow = z.infer<typeof executionRowSchema>;
export type ExecutionDetail = z.infer<typeof executionDetailSchema>;
export type ExecutionMetrics = z.infer<typeof executionMetricsSchema>;
export interface WirePage<T> {
  total_pages?: number;
  current_page?: number;
  count?: number;
  results: T[];
}
