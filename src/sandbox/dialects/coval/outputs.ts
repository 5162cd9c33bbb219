/** Metric outputs: what each metric of a run says of one simulation. */
import { shortId } from '../../engine/ids.ts';
import type { Conversation } from '../../engine/types.ts';
import { verdictIn } from '../lying-words.ts';
import { metricsOf } from './metrics.ts';
import { spelled } from './state.ts';
import type { Platform, Simulation } from './store.ts';
import type { CovalSwitches } from './switches.ts';
import type { WorldMetric } from './world.ts';

export interface Output {
  metric: WorldMetric;
  body: Record<string, unknown>;
}

/** What judging again takes, in ms of the engine's clock. */
const RESCORE_MS = 5_000;
const REASONS: Readonly<Record<string, string>> = {
  SKIPPED: 'No OTel trace spans were found for this simulation.',
  FAILED: 'The judge did not answer.',
  CANCELLED: 'The evaluation was cancelled.',
};

/** Every output, by metric, superseded ones first; none before the conversation has ended. */
export function outputVersions(platform: Platform, simulation: Simulation): Output[][] {
  const { engine, switches } = platform;
  if (!['scoring', 'completed'].includes(engine.state(simulation.run))) return [];
  return metricsOf(platform, simulation).map((metric) => {
    const again = switches.judged_again.filter((one) => one.simulation === simulation.id && one.metric === metric.id);
    const later = again.map(({ at }, n) => outputOf(platform, metric, simulation, n + 1, at));
    return [outputOf(platform, metric, simulation, 0), ...later];
  });
}

/** The current output of each metric, by metric name. */
export function currentOutputs(platform: Platform, simulation: Simulation): Output[] {
  return outputVersions(platform, simulation)
    .flatMap((list) => list.at(-1) ?? [])
    .sort((a, b) => (a.metric.name < b.metric.name ? -1 : 1));
}

function outputOf(
  platform: Platform,
  metric: WorldMetric,
  simulation: Simulation,
  version: number,
  judgedAt?: number,
): Output {
  const { engine, switches } = platform;
  const { run } = simulation;
  const pending = judgedAt !== undefined && engine.now() < judgedAt + RESCORE_MS;
  const status = pending ? 'IN PROGRESS' : statusOf(platform, metric, simulation);
  const valued = status === 'COMPLETED' && run.outcome.kind === 'conversation';
  const empty = switches.unmeasured.some(
    (one) => one.metric === metric.name && one.status === 'COMPLETED' && run.index % one.every === 0,
  );
  const { value, explanation, result } =
    valued && !empty && run.outcome.kind === 'conversation'
      ? measured(metric, run.outcome.conversation, switches)
      : { value: null, explanation: null, result: null };
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
      status: spelled(status, switches),
      status_reason: old ? undefined : (REASONS[status] ?? null),
      explanation,
      subvalues_by_timestamp: null,
      result,
      runtime_metadata: valued ? { model: 'sandbox-judge' } : null,
    },
  };
}

function statusOf(platform: Platform, metric: WorldMetric, simulation: Simulation): string {
  const { engine, switches } = platform;
  const { run } = simulation;
  if (engine.state(run) === 'scoring')
    return engine.now() < (run.ends_at + run.scored_at) / 2 ? 'IN QUEUE' : 'IN PROGRESS';
  if (switches.result_never_comes && metric === metricsOf(platform, simulation)[0]) return 'IN PROGRESS';
  const gap = switches.unmeasured.find((one) => one.metric === metric.name && run.index % one.every === 0);
  if (gap) return gap.status;
  return metric.kind === 'trace' ? 'SKIPPED' : 'COMPLETED';
}

function measured(metric: WorldMetric, conversation: Conversation, switches: CovalSwitches) {
  const { turns, latency_seconds, evaluations } = conversation;
  switch (metric.kind) {
    case 'latency':
      return { value: latency_seconds, explanation: null, result: { stats: { mean: latency_seconds }, count: 1 } };
    case 'threshold':
      return { value: turns.length, explanation: null, result: { count: turns.length } };
    case 'composite': {
      const unknown = switches.composite === 'unknown';
      const all = evaluations.length;
      const met = evaluations.filter((one) => one.passed).length;
      return {
        value: unknown || all === 0 ? 0 : met / all,
        explanation: unknown ? 'No criterion could be decided.' : `${met} of ${all} criteria are met.`,
        result: {
          summary: { met: unknown ? 0 : met, not_met: unknown ? 0 : all - met },
          individual_results: evaluations.map(({ criterion, passed, reason, turn }) => ({
            criterion: criterion.text,
            status: unknown ? 'UNKNOWN' : passed ? 'MET' : 'NOT_MET',
            explanation: reason,
            message_indices: turn === undefined ? [] : [turn],
          })),
        },
      };
    }
    default: {
      const one = evaluations.find(({ criterion }) => criterion.key === metric.criterion?.key);
      const own = switches.binary === 'words' ? (one?.passed ? 'YES' : 'NO') : one?.passed ? 1.0 : 0.0;
      return {
        value: verdictIn(switches, one?.passed === true, own),
        explanation: one?.reason ?? null,
        result: { llm: { answer_explanation: one?.reason, prompt: metric.criterion?.text } },
      };
    }
  }
}
