/** Metric outputs: what each metric of a run says of one simulation, and the values of all of them in `results`. */
import { shortId } from '../../engine/ids.ts';
import type { Conversation, Engine } from '../../engine/types.ts';
import { nameIn, verdictIn } from '../lies.ts';
import type { RunRecord, Simulation } from './record-types.ts';
import type { CovalSwitches } from './switches.ts';
import type { CovalWorld, WorldMetric } from './world.ts';

export interface Output {
  metric: WorldMetric;
  body: Record<string, unknown>;
}

/** What judging again takes, in ms of the engine's clock. */
const RESCORE_MS = 5_000;

export function createOutputs(engine: Engine, world: CovalWorld, switches: CovalSwitches) {
  function statusOf(metric: WorldMetric, { id, run, record }: Simulation): string {
    if (engine.state(run) === 'scoring')
      return engine.now() < (run.ends_at + run.scored_at) / 2 ? 'IN QUEUE' : 'IN PROGRESS';
    if (switches.result_never_comes && metric === metricsOf({ id, run, record })[0]) return 'IN PROGRESS';
    const gap = switches.unmeasured.find((one) => one.metric === metric.name && run.index % one.every === 0);
    if (gap) return gap.status;
    return metric.kind === 'trace' ? 'SKIPPED' : 'COMPLETED';
  }

  function measured(metric: WorldMetric, { turns, latency_seconds, evaluations }: Conversation) {
    const judged = evaluations.map(({ criterion, passed, reason, turn }) => ({ criterion, passed, reason, turn }));
    switch (metric.kind) {
      case 'latency':
        return { value: latency_seconds, explanation: null, result: { stats: { mean: latency_seconds }, count: 1 } };
      case 'threshold':
        return { value: turns.length, explanation: null, result: { count: turns.length } };
      case 'composite': {
        const unknown = switches.composite === 'unknown';
        const met = judged.filter((one) => one.passed).length;
        return {
          value: unknown || judged.length === 0 ? 0 : met / judged.length,
          explanation: unknown ? 'No criterion could be decided.' : `${met} of ${judged.length} criteria are met.`,
          result: {
            summary: { met: unknown ? 0 : met, not_met: unknown ? 0 : judged.length - met },
            individual_results: judged.map(({ criterion, passed, reason, turn }) => ({
              criterion: criterion.text,
              status: unknown ? 'UNKNOWN' : passed ? 'MET' : 'NOT_MET',
              explanation: reason,
              message_indices: turn === undefined ? [] : [turn],
            })),
          },
        };
      }
      default: {
        const one = judged.find(({ criterion }) => criterion.key === metric.criterion?.key);
        const own = switches.binary === 'words' ? (one?.passed ? 'YES' : 'NO') : one?.passed ? 1.0 : 0.0;
        return {
          value: verdictIn(switches, one?.passed === true, own),
          explanation: one?.reason ?? null,
          result: { llm: { answer_explanation: one?.reason, prompt: metric.criterion?.text } },
        };
      }
    }
  }

  /** Metrics of the run that apply to this simulation: a criterion is judged where the test case states it. */
  function metricsOf({ run, record }: Simulation): WorldMetric[] {
    const keys = new Set(run.case.criteria.map((criterion) => criterion.key));
    return record.launch.metric_ids.flatMap((id) => {
      const metric = world.metric(id);
      return metric && (metric.kind !== 'criterion' || keys.has(metric.criterion?.key ?? '')) ? [metric] : [];
    });
  }

  function outputOf(metric: WorldMetric, simulation: Simulation, version: number, judgedAt?: number): Output {
    const { run } = simulation;
    const pending = judgedAt !== undefined && engine.now() < judgedAt + RESCORE_MS;
    const status = pending ? 'IN PROGRESS' : statusOf(metric, simulation);
    const valued = status === 'COMPLETED' && run.outcome.kind === 'conversation';
    const empty = switches.unmeasured.some(
      (one) => one.metric === metric.name && one.status === 'COMPLETED' && run.index % one.every === 0,
    );
    const { value, explanation, result } =
      valued && !empty && run.outcome.kind === 'conversation'
        ? measured(metric, run.outcome.conversation)
        : { value: null, explanation: null, result: null };
    const reasons: Record<string, string> = {
      SKIPPED: 'No OTel trace spans were found for this simulation.',
      FAILED: 'The judge did not answer.',
      CANCELLED: 'The evaluation was cancelled.',
    };
    // ULIDs sort by time: a later version has a later id.
    const id = `01${String(version).padStart(2, '0')}${shortId(22, 'ulid', 'coval output', run.id, metric.id)}`;
    const old = switches.metric_outputs === 'old';
    return {
      metric,
      body: {
        metric_output_id: id,
        metric_id: metric.id,
        metric_version_ulid: null,
        value,
        status: switches.status_spelling === 'spaces' ? status : status.replaceAll(' ', '_'),
        status_reason: old ? undefined : (reasons[status] ?? null),
        explanation,
        subvalues_by_timestamp: null,
        result,
        runtime_metadata: valued ? { model: 'sandbox-judge' } : null,
      },
    };
  }

  /** Every output, superseded ones first. */
  function versions(simulation: Simulation): Output[][] {
    if (!['scoring', 'completed'].includes(engine.state(simulation.run))) return [];
    return metricsOf(simulation).map((metric) => {
      const again = switches.judged_again.filter((one) => one.simulation === simulation.id && one.metric === metric.id);
      return [outputOf(metric, simulation, 0), ...again.map(({ at }, n) => outputOf(metric, simulation, n + 1, at))];
    });
  }

  return {
    versions,
    /** The current output of each metric, by metric name. */
    current(simulation: Simulation): Output[] {
      return versions(simulation)
        .flatMap((list) => list.at(-1) ?? [])
        .sort((a, b) => (a.metric.name < b.metric.name ? -1 : 1));
    },
    /** `run.results` in the form that the switches ask for. */
    results(record: RunRecord): Record<string, unknown> {
      const entries = new Map<
        string,
        { metric: WorldMetric; values: { simulation_output_id: string; value: unknown }[] }
      >();
      const simulations = record.simulations();
      for (const simulation of simulations) {
        for (const list of versions(simulation)) {
          const output = list.at(-1);
          if (!output) continue;
          const entry = entries.get(output.metric.id) ?? { metric: output.metric, values: [] };
          entries.set(output.metric.id, entry);
          const { value, status } = output.body;
          // A pending metric has no row yet.
          if (
            value === null &&
            (switches.valueless_rows === 'absent' || !/^(COMPLETED|SKIPPED|FAILED|CANCELLED)$/.test(String(status)))
          )
            continue;
          entry.values.push({ simulation_output_id: simulation.id, value });
        }
      }
      const output_ids = simulations.map((simulation) => simulation.id);
      if (switches.results === 'values') {
        const metrics = [...entries.values()].map(({ metric, values }) => {
          const output_type = typeof values.find((one) => one.value !== null)?.value === 'string' ? 'string' : 'float';
          return [
            metric.id,
            {
              metric_id: metric.id,
              metric_name: nameIn(switches, metric.name, world.metrics.indexOf(metric)),
              output_type,
              values,
            },
          ];
        });
        return { output_ids, metrics: Object.fromEntries(metrics) };
      }
      const metrics = [...entries.values()].map(({ metric, values }) => {
        const numbers = values.map(({ value }) => (value === 'YES' ? 1 : value === 'NO' ? 0 : Number(value)));
        const mean = numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);
        return [metric.name, { mean, min: Math.min(...numbers), max: Math.max(...numbers) }];
      });
      return { output_ids, metrics: Object.fromEntries(metrics) };
    },
  };
}
