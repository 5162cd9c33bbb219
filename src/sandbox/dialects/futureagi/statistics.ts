/** `eval_results`, computed by the server's rules rather than kept. */
import { Refusal } from './errors.ts';
import type { Call, Config, EvalOutput } from './records.ts';

const round = (value: number, decimals: number) => Math.round(value * 10 ** decimals) / 10 ** decimals;

/** A value as Python prints it, because such text becomes a key. */
function repr(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${inner(key)}: ${inner(item)}`)
      .join(', ')}}`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return String(value);
}
const inner = (value: unknown) => (typeof value === 'string' ? `'${value}'` : repr(value));

const PERCENTILES = [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100] as const;

function percentile(sorted: readonly number[], percent: number): number {
  const position = ((sorted.length - 1) * percent) / 100;
  const low = sorted[Math.floor(position)] ?? 0;
  const high = sorted[Math.ceil(position)] ?? low;
  return round(low + (high - low) * (position - Math.floor(position)), 2);
}

interface ConfigResult {
  name: string;
  id: string;
  total_cells: number;
  output: Record<string, number>;
  avg_score?: number;
}

function ofConfig(config: Config, entries: readonly EvalOutput[]): { type: string; result: ConfigResult } {
  const base = { name: config.name, id: config.id, total_cells: entries.length };
  const type = entries[0]?.output_type ?? '';
  if (entries.length === 0) return { type: '', result: { ...base, output: {} } };
  if (type === 'Pass/Fail') {
    const is = (word: string, bool: boolean) => (entry: EvalOutput) =>
      entry.output === bool || (typeof entry.output === 'string' && entry.output.toLowerCase() === word);
    const pass = entries.filter(is('passed', true)).length;
    const fail = entries.filter(is('failed', false)).length;
    const percent = (part: number) => round((part / entries.length) * 100, 2);
    return {
      type,
      result: {
        ...base,
        output: { pass: percent(pass), fail: percent(fail), pass_count: pass, fail_count: fail },
      },
    };
  }
  if (type === 'score') {
    // Scores kept as objects are skipped.
    const scores = entries.flatMap(({ output }) => (typeof output === 'number' ? [output * 100] : []));
    const sorted = scores.toSorted((a, b) => a - b);
    const mean = scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return {
      type,
      result: {
        ...base,
        output: Object.fromEntries(PERCENTILES.map((percent) => [`p${percent}`, percentile(sorted, percent)])),
        avg_score: round(mean, 2),
      },
    };
  }
  if (type === 'choices') {
    const counts = new Map<string, number>();
    for (const { output } of entries) counts.set(repr(output), (counts.get(repr(output)) ?? 0) + 1);
    return {
      type,
      result: {
        ...base,
        output: Object.fromEntries([...counts].map(([key, n]) => [key, round((n / entries.length) * 100, 2)])),
      },
    };
  }
  throw new Refusal(500, 'Unable to fetch simulation runs.');
}

/**
 * One item a template, one result a configuration. A numeric or reason-only evaluation makes the whole request a 500.
 */
export function evalResults(configs: readonly Config[], calls: readonly Call[], names?: readonly string[]): unknown[] {
  const chosen = configs.filter((config) => !names || names.includes(config.name));
  const cells = new Map<string, EvalOutput[]>(chosen.map((config) => [config.id, []]));
  for (const call of calls) {
    if (call.status !== 'completed') continue;
    for (const [id, entry] of Object.entries(call.evals)) {
      if (entry.output === null || entry.output === undefined || !entry.output_type) continue;
      cells.get(id)?.push(entry);
    }
  }
  const templates = new Map<string, { template: Config['template']; parts: ReturnType<typeof ofConfig>[] }>();
  for (const config of chosen) {
    const item = templates.get(config.template.id) ?? { template: config.template, parts: [] };
    item.parts.push(ofConfig(config, cells.get(config.id) ?? []));
    templates.set(config.template.id, item);
  }
  return [...templates.values()].map(({ template, parts }) => {
    const results = parts.map((part) => part.result);
    const type = parts.find((part) => part.type !== '')?.type ?? '';
    const cellsOf = results.reduce((sum, result) => sum + result.total_cells, 0);
    const weighted = (value: (result: ConfigResult) => number) =>
      cellsOf === 0
        ? 0
        : round(results.reduce((sum, result) => sum + value(result) * result.total_cells, 0) / cellsOf, 2);
    const choices = Object.keys(results[0]?.output ?? {});
    return {
      name: template.name,
      id: template.id,
      output_type: type,
      // Nothing counted reads as 0, exactly like a total failure.
      total_pass_rate: type === 'Pass/Fail' || type === '' ? weighted((result) => result.output.pass ?? 0) : undefined,
      total_avg: type === 'score' ? weighted((result) => result.avg_score ?? 0) : undefined,
      total_choices_avg:
        type === 'choices'
          ? Object.fromEntries(choices.map((key) => [key, weighted((result) => result.output[key] ?? 0)]))
          : undefined,
      result: results,
    };
  });
}
