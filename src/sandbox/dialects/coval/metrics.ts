/** Metrics: how Coval shows them, their conditions and thresholds, and which of them judge a simulation. */
import { nameIn } from '../lying-words.ts';
import type { Platform, Simulation } from './store.ts';
import type { CovalSwitches } from './switches.ts';
import type { WorldMetric } from './world.ts';

const TYPES = {
  criterion: 'METRIC_LLM_BINARY',
  threshold: 'METRIC_TURN_COUNT',
  latency: 'METRIC_LATENCY',
  composite: 'METRIC_COMPOSITE_EVALUATION',
  trace: 'METRIC_TRACE',
} as const;

export function renderMetric(platform: Platform, metric: WorldMetric) {
  return {
    name: `metrics/${metric.id}`,
    id: metric.id,
    metric_name: shownName(platform, metric),
    description: metric.criterion?.text ?? metric.name,
    metric_type: TYPES[metric.kind],
    prompt: metric.criterion?.text ?? null,
    target_condition: conditionOf(metric, platform.switches),
    tags: [],
    created_by: 'sandbox',
    ...platform.world.times,
  };
}

/** A metric's name as it is told. */
export function shownName({ world, switches }: Platform, metric: WorldMetric): string | null {
  return nameIn(switches, metric.name, world.metrics.indexOf(metric));
}

function conditionOf({ kind }: WorldMetric, { conditions }: CovalSwitches) {
  const criterion = {
    documented: { comparison_operator: 'in', target_values: ['YES'] },
    text_number: { comparison_operator: 'gte', target_float: '0.8' },
    unknown_operator: { comparison_operator: 'CONTAINS_ANY_OF', target_values: ['YES'] },
    other_member: { comparison_operator: 'in', target_value: 'YES' },
    in_thresholds: null,
  };
  if (kind === 'criterion') return criterion[conditions];
  return kind === 'composite' || kind === 'trace' ? { comparison_operator: 'gte', target_float: 1 } : null;
}

/** The organisation's threshold: the turn count has one, and criteria where the switches say so. */
export function thresholdOf(metric: WorldMetric, switches: CovalSwitches) {
  if (metric.kind === 'threshold')
    return { comparison_operator: 'bt', target_float_lower: 2, target_float_upper: 60, source: 'manual' };
  return metric.kind === 'criterion' && switches.conditions === 'in_thresholds'
    ? { comparison_operator: 'in', target_values: ['YES'], source: 'manual' }
    : {};
}

/** Metrics of the run that apply to this simulation: a criterion is judged where the test case states it. */
export function metricsOf({ world }: Platform, { run, record }: Simulation): WorldMetric[] {
  const keys = new Set(run.case.criteria.map((criterion) => criterion.key));
  return record.launch.metric_ids.flatMap((id) => {
    const metric = world.metric(id);
    return metric && (metric.kind !== 'criterion' || keys.has(metric.criterion?.key ?? '')) ? [metric] : [];
  });
}
