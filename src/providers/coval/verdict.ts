/**
 * Passed or failed, which Coval states nowhere: a metric's `target_condition`, else the organisation's threshold of the
 * metric, applied to the output's value (INFERRED from the metric reference: "used to compute pass/fail"). Every other
 * case keeps its own word: pending, skipped, error (the measurement broke) and unscored (no condition exists, or one, or
 * a value, that was not understood: `unread` says which).
 */

import { isRecord } from '../../model/json.ts';
import type { Evaluation } from '../../model/schemas.ts';
import { formOf, notUnderstood } from '../shared/judgements.ts';
import { instant } from '../shared/scalars.ts';
import { type Condition, describe, type MetricValue, meets, scoreOf } from './condition.ts';
import { normalStatus } from './map-run.ts';
import type { WireMetricOutput } from './wire.ts';

export interface MetricInfo {
  id: string;
  name: string;
  composite: boolean;
  condition?: Condition | undefined;
  /** Why it is not known what the value must be, in trusted words. */
  unread?: string | undefined;
}

/** The value in a form that conditions take; undefined for any other. */
export function plainValue(value: unknown): MetricValue | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (typeof value === 'boolean') return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((item) => typeof item === 'string') ? value : undefined;
}

/** One metric output (or the bare value that a run's results hold) as an evaluation. */
export function judgeOutput(metric: MetricInfo, output: Omit<WireMetricOutput, 'metric_id'>): Evaluation {
  const { name, condition, unread } = metric;
  const value = plainValue(output.value);
  const score = scoreOf(value);
  const said = output.explanation ?? explanationIn(output.result);
  const make = (verdict: Evaluation['verdict'], reason = said): Evaluation => ({
    name,
    verdict,
    score,
    threshold: condition?.target,
    reason,
  });
  switch (normalStatus(output.status ?? 'COMPLETED')) {
    case 'COMPLETED':
      break;
    case 'SKIPPED':
      return { name, verdict: 'skipped', reason: output.status_reason ?? said };
    case 'FAILED':
    case 'CANCELLED':
      return { name, verdict: 'error', reason: output.status_reason ?? said };
    default:
      return { name, verdict: 'pending' };
  }
  if (unread !== undefined) return { ...make('unscored'), unread };
  if (!condition) return make('unscored');
  if (output.value === undefined)
    return make('error', output.status_reason ?? said ?? 'The metric completed without a value.');
  const parts = metric.composite ? breakdownIn(output.result) : undefined;
  if (parts && parts.undecided === parts.total)
    return { name, verdict: 'error', reason: `The judge could decide none of the ${parts.total} criteria.` };
  const met = value === undefined ? undefined : meets(value, condition);
  if (value === undefined || met === undefined)
    return { ...make('unscored', notUnderstood(output.value, said)), unread: formOf(output.value) };
  if (!met) return make('failed', parts?.missed ?? said ?? describe(value, condition));
  // 1 of 1 says that no criterion was missed.
  if (parts?.missed !== undefined && score === 1)
    return { ...make('unscored', parts.missed), unread: 'a value that its criteria contradict' };
  return make('passed');
}

interface Breakdown {
  total: number;
  /** Criteria the judge could not decide. When all are, the value is 0.0 and says nothing about the agent. */
  undecided: number;
  /** The missed criteria with their explanations; absent when none was missed. */
  missed?: string | undefined;
}

/**
 * The breakdown of a composite metric: one value for several criteria of the test case, each met, missed or undecided. It
 * is in `result` of the FULL view only; some copies of the documentation call it "not exposed", so it may be missing.
 */
function breakdownIn(result: Record<string, unknown> | undefined): Breakdown | undefined {
  const list = result?.individual_results;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const parts = list.filter(isRecord);
  const missed = parts.filter((part) => decision(part) === 'NOT_MET').map(sentence);
  return {
    total: list.length,
    undecided: parts.filter((part) => decision(part) === 'UNKNOWN').length,
    missed: missed.length > 0 ? missed.join(' ') : undefined,
  };
}

/** The name of the field that holds MET / NOT_MET / UNKNOWN is documented nowhere: whichever has such a value is it. */
function decision(part: Record<string, unknown>): string | undefined {
  return Object.values(part)
    .map((value) => (typeof value === 'string' ? value.trim().toUpperCase().replaceAll(' ', '_') : ''))
    .find((word) => word === 'MET' || word === 'NOT_MET' || word === 'UNKNOWN');
}

function sentence(part: Record<string, unknown>): string {
  const said = [part.criterion, part.explanation].filter((text) => typeof text === 'string' && text !== '');
  const text = said.join(': ');
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A judge's reasoning, where only the FULL result holds it. */
function explanationIn(result: Record<string, unknown> | undefined): string | undefined {
  const llm = isRecord(result?.llm) ? result.llm : undefined;
  const text = llm?.answer_explanation;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** What stands for a metric that never got a result, or has no output where others of its kind have one. */
export function withoutResult(name: string): Evaluation {
  return { name, verdict: 'unscored', unread: 'no result' };
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
  const [x, y] = [instant(a.create_time), instant(b.create_time)];
  if (x !== undefined && y !== undefined && x !== y) return x > y;
  return (a.metric_output_id ?? '') > (b.metric_output_id ?? '');
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** When an output was made, in ms since the epoch: as it says, else as its id does. */
export function madeAt({ create_time, metric_output_id = '' }: WireMetricOutput): number | undefined {
  const said = instant(create_time);
  if (said !== undefined || !ULID.test(metric_output_id)) return said;
  return [...metric_output_id.slice(0, 10)].reduce((ms, digit) => ms * DIGITS.length + DIGITS.indexOf(digit), 0);
}
