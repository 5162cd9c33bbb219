/**
 * The cheap way to the verdicts of a run. Its `results` hold the value of every metric of every simulation in one
 * answer, but values only: a metric that was skipped, failed or is still pending has none. So metric outputs are read
 * for single simulations just where the values leave a question open:
 *
 * - a row without a value: that simulation is read;
 * - no row at all: perhaps the metric does not apply to that test case, perhaps it is pending or failed. Of the
 *   simulations of one test case and variant that lack the same rows, one is read; when it has no output beyond the
 *   rows, the others are believed to be like it, otherwise each of them is read;
 * - a composite of exactly 0 below its target: perhaps the judge could decide nothing, which only FULL tells;
 * - reasons are wanted and it did not pass;
 * - the results have no values by simulation (older shape, or the run is under way): each finished one is read.
 */
import { isProblem } from '../../model/problem.ts';
import type { Evaluation } from '../../model/schemas.ts';
import { runVerdict } from '../../model/verdicts.ts';
import type { RunDepth } from '../provider.ts';
import type { CovalClient } from './client.ts';
import type { MetricBook } from './metrics.ts';
import type { RunResults } from './results.ts';
import { statusOf } from './status.ts';
import { evaluate, latestOutputs, type MetricInfo, scoreOf } from './verdict.ts';
import type { WireMetricOutput, WireSimulation } from './wire.ts';

/** Simulations read at once; the shared client limits the requests below that. */
const AT_ONCE = 8;

export interface ReadingDeps {
  client: CovalClient;
  book: MetricBook;
  results: RunResults;
  depth: RunDepth;
  signal: AbortSignal;
}

/** A reader of one run's simulations, page by page; it remembers what it learnt about missing rows. */
export function createReading({ client, book, results, depth, signal }: ReadingDeps) {
  /** Test case, variant and rows → do simulations like this have outputs that the rows do not show? */
  const beyondRows = new Map<string, Promise<boolean>>();

  /** Outputs of the simulations that stood for their kind, until they are used. */
  const sampled = new Map<string, WireMetricOutput[]>();

  /** Those known by now: 10,000 simulations have 50,000 outputs, and to wait for each costs more than to judge it. */
  const metrics = new Map<string, MetricInfo>();
  async function metricOf(id: string): Promise<MetricInfo> {
    const metric = await book.info(id, signal, results.metrics.get(id));
    metrics.set(id, metric);
    return metric;
  }

  async function outputsOf(id: string, view: 'BASIC' | 'FULL'): Promise<WireMetricOutput[] | undefined> {
    const before = view === 'BASIC' ? sampled.get(id) : undefined;
    if (before) return before;
    try {
      return latestOutputs(await client.metricOutputs(id, view, signal));
    } catch (error) {
      // Deleted since it was listed: what the rows say is all there will ever be.
      if (isProblem(error) && error.details.vendor?.status === 404) return undefined;
      throw error;
    }
  }

  function rowsOf(simulation: WireSimulation): WireMetricOutput[] {
    const row = results.rows.get(simulation.simulation_id);
    return [...(row ?? [])].map(([metric_id, value]) => {
      // biome-ignore format: one member a line says less here
      return { metric_id, value: value ?? undefined, status: 'COMPLETED', metric_output_id: undefined, status_reason: undefined, explanation: undefined, result: undefined, create_time: undefined };
    });
  }

  async function judged(outputs: readonly WireMetricOutput[]): Promise<Evaluation[]> {
    const evaluations: Evaluation[] = [];
    for (const output of outputs) {
      evaluations.push(evaluate(metrics.get(output.metric_id) ?? (await metricOf(output.metric_id)), output));
    }
    return evaluations.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** Outputs with the FULL result where a composite metric needs its breakdown to be understood. */
  async function withBreakdowns(simulation: WireSimulation, outputs: WireMetricOutput[]): Promise<WireMetricOutput[]> {
    for (const output of outputs) {
      if (output.result || output.value === undefined) continue;
      const metric = metrics.get(output.metric_id) ?? (await metricOf(output.metric_id));
      if (!metric.composite || evaluate(metric, output).verdict !== 'failed') continue;
      if (scoreOf(output.value) === 0 || depth !== 'verdicts')
        return (await outputsOf(simulation.simulation_id, 'FULL')) ?? outputs;
    }
    return outputs;
  }

  function lacksRows(simulation: WireSimulation): boolean {
    const row = results.rows.get(simulation.simulation_id);
    return (row?.size ?? 0) < results.metrics.size || results.metrics.size === 0;
  }

  /** Must this simulation be read because of rows that are not there? Reads one of each kind to find out. */
  async function hiddenOutputs(simulation: WireSimulation): Promise<boolean> {
    const row = results.rows.get(simulation.simulation_id) ?? new Map<string, unknown>();
    const present = [...row.keys()].sort();
    const kind = [simulation.test_case_id, simulation.mutation_id, ...present].join(' ');
    const before = beyondRows.get(kind);
    if (before) return before;
    const asked = outputsOf(simulation.simulation_id, 'BASIC').then((outputs = []) => {
      sampled.set(simulation.simulation_id, outputs);
      return outputs.some((output) => !row.has(output.metric_id));
    });
    beyondRows.set(kind, asked);
    return asked;
  }

  async function evaluationsOf(simulation: WireSimulation): Promise<Evaluation[]> {
    if (statusOf(simulation.status) !== 'completed') return [];
    const rows = rowsOf(simulation);
    let open = !results.by_simulation || rows.some((row) => row.value === undefined);
    if (!open && lacksRows(simulation)) open = await hiddenOutputs(simulation);
    let outputs = open ? ((await outputsOf(simulation.simulation_id, 'BASIC')) ?? rows) : rows;
    if (!open && depth !== 'verdicts' && runVerdict('completed', await judged(rows)) !== 'passed') {
      outputs = (await outputsOf(simulation.simulation_id, 'BASIC')) ?? rows;
    }
    return judged(await withBreakdowns(simulation, outputs));
  }

  return {
    /** Evaluations of each simulation, in the order given. */
    async evaluations(simulations: readonly WireSimulation[]): Promise<Evaluation[][]> {
      const found: Evaluation[][] = simulations.map(() => []);
      let next = 0;
      const worker = async () => {
        for (let index = next++; index < simulations.length; index = next++) {
          const simulation = simulations[index];
          if (simulation) found[index] = await evaluationsOf(simulation);
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, simulations.length) }, worker));
      return found;
    },
  };
}
