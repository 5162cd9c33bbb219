/**
 * Peculiar to Coval: the cheap way to the verdicts of a run. Its `results` hold the value of every metric of every
 * simulation in one answer, but values only: a metric that was skipped, failed or is still pending has none. So metric
 * outputs are read for single simulations just where the values leave a question open:
 *
 * - a row without a value, or without one that a condition can take: that simulation is read;
 * - no row where another simulation of its kind (test case and variant) has one: that simulation is read, and a metric
 *   that it has no output of either has no result;
 * - no row in its whole kind: perhaps the metric does not apply to that test case, perhaps it is pending or failed. Of the
 *   simulations of one kind that lack the same rows, one is read; when it has no output beyond the rows, the others are
 *   believed to be like it, otherwise each of them is read;
 * - a composite of exactly 0 below its target: perhaps the judge could decide nothing, which only FULL tells;
 * - reasons are wanted and it did not pass;
 * - the results have no values by simulation (older shape, or the run is under way): each finished one is read.
 */
import type { Evaluation } from '../../model/schemas.ts';
import { runVerdict } from '../../model/verdicts.ts';
import type { RunDepth } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { mapLimited } from '../shared/concurrency.ts';
import { isRefusal, isUnreadable } from '../shared/faults.ts';
import type { List } from '../shared/list.ts';
import { collect, walk } from '../shared/pages.ts';
import { scoreOf } from './condition.ts';
import { ENDPOINTS } from './endpoints.ts';
import { statusOf } from './map-run.ts';
import type { MetricBook } from './metric-book.ts';
import { type RunResults, rowsOf } from './results.ts';
import { judgeOutput, latestOutputs, type MetricInfo, plainValue, withoutResult } from './verdict.ts';
import type { WireMetricOutput, WireSimulation } from './wire.ts';

/** Simulations read at once; the shared client limits the requests below that. */
const AT_ONCE = 8;
const CUT_SHORT: Evaluation = {
  name: 'metric outputs',
  verdict: 'unscored',
  unread: 'a list of metric outputs that could not be read whole',
};

export interface JudgeDeps {
  api: Api;
  book: MetricBook;
  results: RunResults;
  depth: RunDepth;
  /** Whether an output without a result will never get one. */
  givenUp(output: WireMetricOutput): Promise<boolean> | boolean;
  signal: AbortSignal;
}

/** A simulation that was judged. */
export interface Judged {
  simulation: WireSimulation;
  evaluations: Evaluation[];
  /** Metrics of which the simulation has an output, with or without a value. */
  metrics: ReadonlySet<string>;
}

interface Outputs {
  outputs: WireMetricOutput[];
  /** True where some outputs could not be read. */
  short: boolean;
}

/** A judge of one run's simulations; it remembers which metrics each kind of simulation has. */
export function createJudge({ api, book, results, depth, givenUp, signal }: JudgeDeps) {
  const names = book.names(results.metrics);
  /** Kind of simulations → metrics that one of them has a row or an output of. */
  const kinds = new Map<string, Set<string>>();
  /** Kind and rows → whether simulations of this kind with these rows have outputs that the rows do not show. */
  const outputsBeyondRows = new Map<string, Promise<boolean>>();
  /** Outputs of the simulations that were read as samples of their kind, until they are used. */
  const sampled = new Map<string, Outputs>();
  /** Metrics by id. Read without `await`: 10,000 simulations have 50,000 outputs, and awaiting each costs more than judging it. */
  const metricsById = new Map<string, MetricInfo>();

  async function metricOf(id: string): Promise<MetricInfo> {
    const metric = { ...(await book.info(id, signal)), name: names.get(id) ?? id };
    metricsById.set(id, metric);
    return metric;
  }

  function metricsOf({ test_case_id, mutation_id }: WireSimulation): Set<string> {
    const kind = `${test_case_id} ${mutation_id}`;
    const metrics = kinds.get(kind) ?? new Set();
    kinds.set(kind, metrics);
    return metrics;
  }

  async function outputsOf(simulation: WireSimulation, view: 'BASIC' | 'FULL'): Promise<Outputs | undefined> {
    const { simulation_id } = simulation;
    const sample = view === 'BASIC' ? sampled.get(simulation_id) : undefined;
    if (sample) return sample;
    const read = await readOutputs(
      api.list(ENDPOINTS.listMetricOutputs, { params: { id: simulation_id }, query: { view }, signal }),
    );
    const metrics = metricsOf(simulation);
    for (const { metric_id } of read?.outputs ?? []) metrics.add(metric_id);
    return read;
  }

  async function judged(outputs: readonly WireMetricOutput[]): Promise<Evaluation[]> {
    const evaluations: Evaluation[] = [];
    for (const output of outputs) {
      const metric = metricsById.get(output.metric_id) ?? (await metricOf(output.metric_id));
      const evaluation = judgeOutput(metric, output);
      const over = evaluation.verdict === 'pending' && (await givenUp(output));
      evaluations.push(over ? withoutResult(metric.name) : evaluation);
    }
    return evaluations;
  }

  /** Outputs with the FULL result where a composite metric needs its breakdown to be understood. */
  async function withBreakdowns(simulation: WireSimulation, read: Outputs): Promise<Outputs> {
    for (const output of read.outputs) {
      if (output.result || output.value === undefined) continue;
      const metric = metricsById.get(output.metric_id) ?? (await metricOf(output.metric_id));
      if (!metric.composite || judgeOutput(metric, output).verdict !== 'failed') continue;
      if (scoreOf(plainValue(output.value)) === 0 || depth !== 'verdicts')
        return (await outputsOf(simulation, 'FULL')) ?? read;
    }
    return read;
  }

  /** Whether a simulation must be read because it may have outputs without a row. Reads one sample of each kind to find out. */
  async function hasHidden(simulation: WireSimulation, row: ReadonlyMap<string, unknown>): Promise<boolean> {
    for (const metric of metricsOf(simulation)) if (!row.has(metric)) return true;
    if (row.size >= results.metrics.size) return false;
    const sampleKey = [simulation.test_case_id, simulation.mutation_id, ...[...row.keys()].sort()].join(' ');
    const known = outputsBeyondRows.get(sampleKey);
    if (known) return known;
    const answer = outputsOf(simulation, 'BASIC').then((read) => {
      // A deleted simulation is no sample of its kind.
      if (!read) return true;
      sampled.set(simulation.simulation_id, read);
      return read.short || read.outputs.some((output) => !row.has(output.metric_id));
    });
    outputsBeyondRows.set(sampleKey, answer);
    return answer;
  }

  async function judge(simulation: WireSimulation): Promise<Judged> {
    if (statusOf(simulation.status) !== 'completed') return { simulation, evaluations: [], metrics: new Set() };
    const row = rowsOf(results, simulation.simulation_id);
    const rows = { outputs: outputsIn(row), short: false };
    const mustRead =
      !results.by_simulation ||
      rows.outputs.some(({ value }) => plainValue(value) === undefined) ||
      (await hasHidden(simulation, row)) ||
      (depth !== 'verdicts' && runVerdict('completed', await judged(rows.outputs)) !== 'passed');
    const read = mustRead ? ((await outputsOf(simulation, 'BASIC')) ?? rows) : rows;
    sampled.delete(simulation.simulation_id);
    const { outputs, short } = await withBreakdowns(simulation, read);
    const evaluations = await judged(outputs);
    if (short) evaluations.push(CUT_SHORT);
    return { simulation, evaluations, metrics: new Set(outputs.map(({ metric_id }) => metric_id)) };
  }

  return {
    /** Learns from the rows of simulations which metrics their kinds have: of all of a run before the first is judged. */
    learn(simulations: readonly WireSimulation[]): void {
      for (const simulation of simulations) {
        const metrics = metricsOf(simulation);
        for (const id of rowsOf(results, simulation.simulation_id).keys()) metrics.add(id);
      }
    },
    /** Judges simulations; results in the order given. */
    judge: (simulations: readonly WireSimulation[]) => mapLimited(simulations, AT_ONCE, judge),
    /** The evaluations of a simulation by name, also for metrics that only others of its kind have; `ended` = no further output will come. */
    async whole({ simulation, evaluations, metrics }: Judged, ended: boolean): Promise<Evaluation[]> {
      const all = [...evaluations];
      for (const id of statusOf(simulation.status) === 'completed' ? metricsOf(simulation) : []) {
        if (metrics.has(id)) continue;
        const { name } = metricsById.get(id) ?? (await metricOf(id));
        all.push(ended ? withoutResult(name) : { name, verdict: 'pending' });
      }
      return all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    },
  };
}

/** The current outputs of a simulation; undefined where it was deleted since it was listed. */
async function readOutputs(list: List<WireMetricOutput>): Promise<Outputs | undefined> {
  try {
    const { rows, coverage } = await collect(walk(list, { ahead: 1 }));
    return { outputs: latestOutputs(rows), short: !coverage.complete };
  } catch (error) {
    // The simulation was deleted: its rows are all that will ever be known.
    if (isRefusal(error, 404)) return undefined;
    // The evaluation `CUT_SHORT` says that these outputs could not be read.
    if (isUnreadable(error)) return { outputs: [], short: true };
    throw error;
  }
}

/** The values of a simulation in the results of its run, as outputs. */
function outputsIn(row: ReadonlyMap<string, unknown>): WireMetricOutput[] {
  return [...row].map(([metric_id, value]) => ({ metric_id, value, status: 'COMPLETED' }));
}
