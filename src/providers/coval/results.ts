/**
 * Peculiar to Coval: `run.results`, which has two incompatible shapes: name → {mean, min, max} in older copies, and metric
 * id → the value of every simulation in newer ones. The newer one holds all values of a finished run in a single answer.
 */
import { isRecord } from '../../model/json.ts';
import { identifier, text } from '../shared/scalars.ts';
import type { WireRun } from './wire.ts';

export interface RunResults {
  /** Values by simulation exist. False for the aggregate shape, an unfinished run, and results without metrics. */
  by_simulation: boolean;
  /** Metric id → the name the results give it. */
  metrics: Map<string, string | undefined>;
  /** Simulation id → metric id → value as it came; `undefined` = the row is there without a value. */
  rows: Map<string, Map<string, unknown>>;
}

/** What is known of a simulation that is read by itself. */
export const NO_RESULTS: RunResults = { by_simulation: false, metrics: new Map(), rows: new Map() };

export function readResults(run: WireRun): RunResults {
  const results: RunResults = { by_simulation: false, metrics: new Map(), rows: new Map() };
  for (const [key, entry] of Object.entries(run.results?.metrics ?? {})) {
    if (!isRecord(entry)) continue;
    const hasRows = Array.isArray(entry.values);
    const named = identifier(entry.metric_id);
    if (!hasRows && named === undefined) continue;
    results.by_simulation = true;
    const id = named ?? key;
    results.metrics.set(id, text(entry.metric_name));
    for (const row of Array.isArray(entry.values) ? entry.values : []) {
      const simulation = isRecord(row) ? identifier(row.simulation_output_id) : undefined;
      if (!isRecord(row) || simulation === undefined) continue;
      const rows = results.rows.get(simulation) ?? new Map<string, unknown>();
      results.rows.set(simulation, rows);
      rows.set(id, row.value ?? undefined);
    }
  }
  return results;
}
