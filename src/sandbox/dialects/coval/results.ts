/** `run.results`: what each metric measured in all simulations of a run, in the form that the switches ask for. */
import { shownName } from './metrics.ts';
import { outputVersions } from './outputs.ts';
import type { Platform, RunRecord } from './store.ts';
import type { WorldMetric } from './world.ts';

interface Measured {
  metric: WorldMetric;
  values: { simulation_output_id: string; value: unknown }[];
}

export function resultsOf(platform: Platform, record: RunRecord): Record<string, unknown> {
  const byValue = platform.switches.results === 'values';
  const metrics = measuredIn(platform, record).map((one) =>
    byValue ? [one.metric.id, values(platform, one)] : [one.metric.name, aggregates(one)],
  );
  const output_ids = record.simulations().map((simulation) => simulation.id);
  return { output_ids, metrics: Object.fromEntries(metrics) };
}

function measuredIn(platform: Platform, record: RunRecord): Measured[] {
  const entries = new Map<string, Measured>();
  for (const simulation of record.simulations()) {
    for (const list of outputVersions(platform, simulation)) {
      const output = list.at(-1);
      if (!output) continue;
      const entry = entries.get(output.metric.id) ?? { metric: output.metric, values: [] };
      entries.set(output.metric.id, entry);
      const { value, status } = output.body;
      // A pending metric has no row yet.
      const ended = /^(COMPLETED|SKIPPED|FAILED|CANCELLED)$/.test(String(status));
      if (value === null && (platform.switches.valueless_rows === 'absent' || !ended)) continue;
      entry.values.push({ simulation_output_id: simulation.id, value });
    }
  }
  return [...entries.values()];
}

function values(platform: Platform, { metric, values }: Measured) {
  const output_type = typeof values.find((one) => one.value !== null)?.value === 'string' ? 'string' : 'float';
  return { metric_id: metric.id, metric_name: shownName(platform, metric), output_type, values };
}

function aggregates({ values }: Measured) {
  const numbers = values.map(({ value }) => (value === 'YES' ? 1 : value === 'NO' ? 0 : Number(value)));
  const mean = numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);
  return { mean, min: Math.min(...numbers), max: Math.max(...numbers) };
}
