/**
 * What the SDK family of Future AGI answers (`/sdk/api/v1/simulation/...`), read leniently: a field that is absent,
 * null or of an unexpected type is undefined, and unknown fields are ignored. Source: vendor docs and its open server.
 */
import { anything, flag, isRecord, object, type Read, type Reader, readable, string } from '../shared/fields.ts';

export const text = string;
export const numeric: Reader<number | undefined> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
/** How many; what no list can hold is no count. */
export const counter: Reader<number | undefined> = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1e9 ? value : undefined;
/** An id; some deployments print numbers. */
export const id: Reader<string | undefined> = (value) => {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};
/** The id without which a thing cannot be referred to: without it, the thing is left out. */
export const ownId: Reader<string | undefined> = (value) => (value === '' ? undefined : string(value));

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
  skipped: flag,
  timestamp: text,
};
export const evalEntryReader = object(evalEntry);

const call = {
  call_execution_id: ownId,
  scenario_id: id,
  scenario_name: text,
  status: text,
  duration_seconds: numeric,
  eval_outputs: mapOf(evalEntryReader),
};

export const callRowReader = object(call, 'call_execution_id');

export const callDetailReader = object(
  {
    ...call,
    execution_id: id,
    started_at: text,
    completed_at: text,
    ended_reason: text,
    call_summary: text,
    latency: object({ avg_agent_latency_ms: numeric, response_time_ms: numeric }),
    cost: object({ total_cost_cents: numeric }),
  },
  'call_execution_id',
);

const configResultReader = object({ name: text, id, total_cells: counter });
/** Statistics of one evaluation template; only the names and ids are used, verdicts are counted from the calls. */
const evalResultReader = object({ name: text, id, output_type: text, result: listOf(configResultReader) });

/** A page; a count that is missing is told apart from 0. */
export const pageOf = <T>(item: Reader<T | undefined>) =>
  object({ total_pages: counter, current_page: counter, count: counter, results: listOf(item) });

const executionFields = {
  execution_id: ownId,
  status: text,
  started_at: text,
  completed_at: text,
  total_calls: counter,
  completed_calls: counter,
  failed_calls: counter,
};

export const executionRowReader = object(
  { ...executionFields, eval_results: listOf(evalResultReader) },
  'execution_id',
);

export const executionDetailReader = object(
  {
    ...executionFields,
    eval_results: listOf(evalResultReader),
    call_results: pageOf(callRowReader),
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
    metrics: object({ calls: object({ total: counter, failed: counter, pending: counter }) }),
  },
  'execution_id',
);

/** Only what tells which run test an execution belongs to. */
export const analyticsReader = object({ execution_id: id, run_test_name: text });

export type EvalEntry = Read<typeof evalEntryReader>;
export type CallRow = Read<typeof callRowReader>;
export type CallDetail = Read<typeof callDetailReader>;
export type EvalResult = Read<typeof evalResultReader>;
export type ExecutionRow = Read<typeof executionRowReader>;
export type ExecutionDetail = Read<typeof executionDetailReader>;
export type ExecutionMetrics = Read<typeof executionMetricsReader>;
export interface WirePage<T> {
  total_pages?: number;
  current_page?: number;
  count?: number;
  results: T[];
}
