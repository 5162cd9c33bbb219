/**
 * Passed or failed, which Coval states nowhere: a metric's `target_condition`, else the organisation's threshold of the
 * metric, applied to the output's value (INFERRED from the metric reference: "used to compute pass/fail"). Every other
 * case keeps its own word: pending, skipped, error (the measurement broke) and unscored (no condition exists).
 */
import type { Evaluation } from '../../model/schemas.ts';
import { composite, explanationIn } from './composite.ts';
import { normalStatus } from './status.ts';
import type { MetricValue, WireCondition, WireMetricOutput } from './wire.ts';

const OPERATORS = {
  eq: ['eq', '=', '=='],
  neq: ['neq', 'ne', '!='],
  gt: ['gt', '>'],
  gte: ['gte', 'ge', '>='],
  lt: ['lt', '<'],
  lte: ['lte', 'le', '<='],
  in: ['in'],
  nin: ['nin', 'not_in'],
  bt: ['bt', 'between'],
  nbt: ['nbt', 'not_between'],
} as const;
type Operator = keyof typeof OPERATORS;
type Target = string | number | boolean;

export interface Condition {
  operator: Operator;
  target?: number;
  lower?: number;
  upper?: number;
  values?: Target[];
}

export interface MetricInfo {
  id: string;
  name: string;
  composite: boolean;
  condition?: Condition;
}

/** A usable condition; `undefined` for an empty resource, an unknown operator, or a missing target. */
export function readCondition(wire: WireCondition | undefined): Condition | undefined {
  const spelled = wire?.comparison_operator?.toLowerCase();
  const names = Object.entries(OPERATORS).find(([, spellings]) => spellings.some((spelling) => spelling === spelled));
  const operator = isOperator(names?.[0]) ? names[0] : undefined;
  if (!wire || !operator) return undefined;
  const values = wire.target_values?.length ? wire.target_values : undefined;
  const target = wire.target_float;
  if (operator === 'in' || operator === 'nin') return values && { operator, values };
  if (operator === 'bt' || operator === 'nbt') {
    const [lower, upper] = [wire.target_float_lower, wire.target_float_upper];
    return lower === undefined || upper === undefined ? undefined : { operator, lower, upper };
  }
  if (target !== undefined) return { operator, target };
  // `eq` with listed values says the same as `in`.
  if (values && operator === 'eq') return { operator: 'in', values };
  if (values && operator === 'neq') return { operator: 'nin', values };
  return undefined;
}

function isOperator(text: string | undefined): text is Operator {
  return text !== undefined && Object.hasOwn(OPERATORS, text);
}

/** A judge's yes or no, in the two ways that are seen: words, and 1.0 / 0.0. */
function binary(value: Target): boolean | undefined {
  const text = String(value).trim().toLowerCase();
  if (['yes', 'true', '1', '1.0'].includes(text)) return true;
  if (['no', 'false', '0', '0.0'].includes(text)) return false;
  return undefined;
}

/** The number a value stands for: itself, a numeric text, or 1 / 0 for a yes / no. */
export function scoreOf(value: MetricValue | undefined): number | undefined {
  if (value === undefined || Array.isArray(value)) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const yes = binary(value);
  if (yes !== undefined) return yes ? 1 : 0;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function same(a: Target, b: Target): boolean {
  if (String(a).trim().toLowerCase() === String(b).trim().toLowerCase()) return true;
  const [x, y] = [binary(a), binary(b)];
  if (x !== undefined && y !== undefined) return x === y;
  const [m, n] = [scoreOf(a), scoreOf(b)];
  return m !== undefined && m === n;
}

/**
 * Does the value meet the condition? `undefined` when the two cannot be compared. A set of values is `in` when all of
 * it is among the targets and `nin` when none of it is (INFERRED: the stricter reading on both sides).
 */
export function meets(value: MetricValue, condition: Condition): boolean | undefined {
  if (condition.values) {
    const targets = condition.values;
    const items = Array.isArray(value) ? value : [value];
    const listed = items.filter((item) => targets.some((target) => same(item, target)));
    return condition.operator === 'in' ? items.length > 0 && listed.length === items.length : listed.length === 0;
  }
  const score = scoreOf(value);
  if (score === undefined) return undefined;
  const { target = Number.NaN, lower = Number.NaN, upper = Number.NaN } = condition;
  switch (condition.operator) {
    case 'eq':
      return score === target;
    case 'neq':
      return score !== target;
    case 'gt':
      return score > target;
    case 'gte':
      return score >= target;
    case 'lt':
      return score < target;
    case 'lte':
      return score <= target;
    case 'bt':
      return score >= lower && score <= upper;
    case 'nbt':
      return score < lower || score > upper;
    default:
      return undefined;
  }
}

const WORDS: Record<Operator, string> = {
  eq: 'be',
  neq: 'not be',
  gt: 'be above',
  gte: 'be at least',
  lt: 'be below',
  lte: 'be at most',
  in: 'be one of',
  nin: 'be none of',
  bt: 'be within',
  nbt: 'be outside',
};

function describe(value: MetricValue, condition: Condition): string {
  const { operator, target, lower, upper, values } = condition;
  const goal = values ? values.join(', ') : target !== undefined ? String(target) : `${lower} to ${upper}`;
  return `The value is ${Array.isArray(value) ? value.join(', ') : value}; it should ${WORDS[operator]} ${goal}.`;
}

/** One metric output (or the bare value that a run's results hold) as an evaluation. */
export function evaluate(metric: MetricInfo, output: Omit<WireMetricOutput, 'metric_id'>): Evaluation {
  const { value } = output;
  const { condition } = metric;
  const score = scoreOf(value);
  const said = output.explanation ?? explanationIn(output.result);
  const make = (verdict: Evaluation['verdict'], reason = said): Evaluation => ({
    name: metric.name,
    verdict,
    score,
    threshold: condition?.target,
    reason,
  });
  switch (normalStatus(output.status ?? 'COMPLETED')) {
    case 'COMPLETED':
      break;
    case 'SKIPPED':
      return { name: metric.name, verdict: 'skipped', reason: output.status_reason ?? said };
    case 'FAILED':
    case 'CANCELLED':
      return { name: metric.name, verdict: 'error', reason: output.status_reason ?? said };
    default:
      return { name: metric.name, verdict: 'pending' };
  }
  if (!condition) return make('unscored');
  if (value === undefined)
    return make('error', output.status_reason ?? said ?? 'The metric completed without a value.');
  const parts = metric.composite ? composite(output.result) : undefined;
  if (parts && parts.undecided === parts.total) {
    return {
      name: metric.name,
      verdict: 'error',
      reason: `The judge could decide none of the ${parts.total} criteria.`,
    };
  }
  const met = meets(value, condition);
  if (met === undefined) return make('error', `${describe(value, condition)} The two cannot be compared.`);
  if (met) return make('passed');
  return make('failed', parts?.missed ?? said ?? describe(value, condition));
}

/**
 * The current output of each metric: scoring again appends a new one, and the latest by creation counts. Output ids are
 * ULIDs, so their order is the order of creation where no time is given.
 */
export function latestOutputs(outputs: readonly WireMetricOutput[]): WireMetricOutput[] {
  const latest = new Map<string, WireMetricOutput>();
  for (const output of outputs) {
    const known = latest.get(output.metric_id);
    if (!known || !newer(known, output)) latest.set(output.metric_id, output);
  }
  return [...latest.values()];
}

/** Is `a` newer than `b`? */
function newer(a: WireMetricOutput, b: WireMetricOutput): boolean {
  const [x, y] = [Date.parse(a.create_time ?? ''), Date.parse(b.create_time ?? '')];
  if (x !== y && !Number.isNaN(x) && !Number.isNaN(y)) return x > y;
  return (a.metric_output_id ?? '') > (b.metric_output_id ?? '');
}
