/**
 * `run.results`, which has two incompatible shapes: name → {mean, min, max} in older copies, and metric id → the value
 * of every simulation in newer ones. The newer one is every verdict of a finished run in a single answer.
 */
import { isRecord } from '../shared/fields.ts';
import { type MetricValue, metricValueReader, type WireRun } from './wire.ts';

export interface RunResults {
  /** Values by simulation exist. False for the aggregate shape, an unfinished run, and results without metrics. */
  by_simulation: boolean;
  /** Metric id → the name the results give it. */
  metrics: Map<string, string | undefined>;
  /** Simulation id → metric id → value; `null` = the row is there without a value. */
  rows: Map<string, Map<string, MetricValue | null>>;
  /** Simulations of the run as the results name them; absent before completion. */
  output_ids: string[] | undefined;
}

export function readResults(run: WireRun): RunResults {
  const results: RunResults = {
    by_simulation: false,
    metrics: new Map(),
    rows: new Map(),
    output_ids: run.results?.output_ids,
  };
  for (const [key, entry] of Object.entries(run.results?.metrics ?? {})) {
    if (!isRecord(entry)) continue;
    const hasRows = Array.isArray(entry.values);
    if (!hasRows && typeof entry.metric_id !== 'string') continue;
    results.by_simulation = true;
    const id = typeof entry.metric_id === 'string' ? entry.metric_id : key;
    results.metrics.set(id, typeof entry.metric_name === 'string' ? entry.metric_name : undefined);
    for (const row of Array.isArray(entry.values) ? entry.values : []) {
      if (!isRecord(row) || typeof row.simulation_output_id !== 'string') continue;
      const rows = results.rows.get(row.simulation_output_id) ?? new Map<string, MetricValue | null>();
      results.rows.set(row.simulation_output_id, rows);
      rows.set(id, metricValueReader(row.value) ?? null);
    }
  }
  return results;
}
