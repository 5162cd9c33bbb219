/**
 * What the SDK family of Future AGI answers (`/sdk/api/v1/simulation/...`), read leniently: a field that is absent,
 * null or of an unexpected type is undefined, and unknown fields are ignored. Source: vendor docs and its open server.
 */
import { anything, isRecord, object, type Read, type Reader, readable } from '../shared/fields.ts';
import type { RawPage } from '../shared/list.ts';
import { count, number, text, truth } from '../shared/scalars.ts';
import { pageFrom } from './answers.ts';

/** The id of a row; empty for a row without one, which is counted and can be used no further. */
export const rowId: Reader<string> = (value) => text(value) ?? '';

/** A list whose unreadable members are left out; what is no list is an empty one. */
export function listOf<T>(item: Reader<T | undefined>): Reader<T[]> {
  return (value) => (Array.isArray(value) ? readable(item, value) : []);
}

/** An object whose values are read by `item`; unreadable ones are left out, anything else is an empty one. */
export function mapOf<T>(item: Reader<T | undefined>): Reader<Map<string, T>> {
  return (value) => {
    const map = new Map<string, T>();
    if (!isRecord(value)) return map;
    for (const key in value) {
      const read = item(value[key]);
      if (read !== undefined) map.set(key, read);
    }
    return map;
  };
}

/**
 * One evaluation of one call. The SDK family says `output` and `output_type`, the app family `value` and `type`; every
 * field may be missing, and `{status: "pending"}` or `{}` is a placeholder.
 */
export const evalEntry = {
  name: text,
  output: anything,
  value: anything,
  output_type: text,
  type: text,
  reason: anything,
  status: text,
  error: anything,
  skipped: truth,
  timestamp: text,
};
export const evalEntryReader = object(evalEntry);

/** An entry that is no object is not left out: it is an output in a form of its own. */
const evalOutput: Reader<EvalEntry | undefined> = (value) =>
  isRecord(value) ? evalEntryReader(value) : evalEntryReader({ output: value ?? undefined });

const call = {
  call_execution_id: rowId,
  scenario_id: text,
  scenario_name: text,
  status: text,
  duration_seconds: number,
  eval_outputs: mapOf(evalOutput),
};

export const callRowReader = object(call);

export const callDetailReader = object(
  {
    ...call,
    call_execution_id: text,
    execution_id: text,
    started_at: text,
    completed_at: text,
    ended_reason: text,
    call_summary: text,
    latency: object({ avg_agent_latency_ms: number, response_time_ms: number }),
    cost: object({ total_cost_cents: number }),
  },
  'call_execution_id',
);

const configResultReader = object({ name: text, id: text, total_cells: count });
/** Statistics of one evaluation template; only the names and ids are used, verdicts are counted from the calls. */
const evalResultReader = object({ name: text, id: text, output_type: text, result: listOf(configResultReader) });

const executionFields = {
  execution_id: text,
  status: text,
  started_at: text,
  completed_at: text,
  total_calls: count,
  completed_calls: count,
  failed_calls: count,
};

export const executionRowReader = object({
  ...executionFields,
  execution_id: rowId,
  eval_results: listOf(evalResultReader),
});

const callPage: Reader<RawPage<CallRow> | undefined> = (value) =>
  value === undefined || value === null ? undefined : pageFrom(callRowReader, value);

export const executionDetailReader = object(
  {
    ...executionFields,
    eval_results: listOf(evalResultReader),
    call_results: callPage,
    /** Map of evaluation name to clusters, as documented; also null, empty or something else. */
    eval_explanation_summary: anything,
    eval_explanation_summary_status: text,
  },
  'execution_id',
);

/** Only what `metrics` still tells when `runs` cannot be computed. */
export const executionMetricsReader = object(
  {
    ...executionFields,
    metrics: object({ calls: object({ total: count, failed: count, pending: count }) }),
  },
  'execution_id',
);

/** Only what tells which run test an execution belongs to. */
export const analyticsReader = object({ execution_id: text, run_test_name: text });

export type EvalEntry = Read<typeof evalEntryReader>;
export type CallRow = Read<typeof callRowReader>;
export type CallDetail = Read<typeof callDetailReader>;
export type EvalResult = Read<typeof evalResultReader>;
export type ExecutionRow = Read<typeof executionRowReader>;
export type ExecutionDetail = Read<typeof executionDetailReader>;
export type ExecutionMetrics = Read<typeof executionMetricsReader>;
