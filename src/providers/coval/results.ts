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
  /** By simulation id, a value of each metric in their order; `NO_ROW` = its row is absent, `undefined` = it has no value. */
  values: Map<string, unknown[]>;
}

const NO_ROW = Symbol('no row');

/** What is known of a simulation that is read by itself. */
export const NO_RESULTS: RunResults = { by_simulation: false, metrics: new Map(), values: new Map() };

const known = new WeakMap<WireRun, RunResults>();

/** The results of a run, read once: what came is dropped then, which of 100,000 simulations takes twice as much. */
export function readResults(run: WireRun): RunResults {
  const results = known.get(run) ?? resultsIn(run);
  known.set(run, results);
  if (run.results) run.results.metrics = undefined;
  return results;
}

function resultsIn(run: WireRun): RunResults {
  const results: RunResults = { by_simulation: false, metrics: new Map(), values: new Map() };
  const entries = Object.entries(run.results?.metrics ?? {}).flatMap(([key, entry]) => {
    if (!isRecord(entry)) return [];
    const named = identifier(entry.metric_id);
    const values: readonly unknown[] | undefined = Array.isArray(entry.values) ? entry.values : undefined;
    if (values === undefined && named === undefined) return [];
    const id = named ?? key;
    results.by_simulation = true;
    results.metrics.set(id, text(entry.metric_name));
    return [{ id, values: values ?? [] }];
  });
  const places = new Map([...results.metrics.keys()].map((id, place) => [id, place]));
  for (const { id, values } of entries)
    for (const row of values) {
      const simulation = isRecord(row) ? identifier(row.simulation_output_id) : undefined;
      if (!isRecord(row) || simulation === undefined) continue;
      // Lists, not maps: of 100,000 simulations these took 20 MB more.
      const own = results.values.get(simulation) ?? new Array<unknown>(places.size).fill(NO_ROW);
      own[places.get(id) ?? 0] = row.value ?? undefined;
      results.values.set(simulation, own);
    }
  return results;
}

/** The rows of a simulation: metric id → value as it came; `undefined` = the row is there without a value. */
export function rowsOf({ metrics, values }: RunResults, simulation: string): ReadonlyMap<string, unknown> {
  const rows = new Map<string, unknown>();
  const own = values.get(simulation);
  let place = 0;
  for (const id of own ? metrics.keys() : []) {
    if (own?.[place] !== NO_ROW) rows.set(id, own?.[place]);
    place += 1;
  }
  return rows;
}
