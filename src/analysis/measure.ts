/** The rates of two sides, and by how much and how surely they differ. */
import { type Interval, wilsonInterval } from '../model/pass-rate.ts';
import type { COMPARISON_VERDICTS } from '../model/schemas.ts';
import {
  differenceInterval,
  fisherExact,
  isSignificant,
  mcnemarExact,
  type PairCounts,
  pairedDifferenceInterval,
} from './statistics.ts';

export interface Rate {
  passed: number;
  judged: number;
  rate?: number | undefined;
  interval?: Interval | undefined;
}

export interface Measured {
  /** What the rates and the difference are taken over. */
  method: 'paired' | 'independent';
  before: Rate;
  after: Rate;
  /** after − before. */
  difference?: number | undefined;
  interval?: Interval | undefined;
  p_value?: number | undefined;
  test?: 'McNemar exact' | 'Fisher exact' | undefined;
}

/** The verdict over all compared runs together. */
export type Overall = Exclude<(typeof COMPARISON_VERDICTS)[number], 'regressed'>;

/** Over pairs; `first_only` are those that only passed after. */
export function measurePairs(cells: PairCounts): Measured {
  const judged = cells.both + cells.first_only + cells.second_only + cells.neither;
  const interval = pairedDifferenceInterval(cells);
  return {
    method: 'paired',
    before: rateOf(cells.both + cells.second_only, judged),
    after: rateOf(cells.both + cells.first_only, judged),
    difference: interval && (cells.first_only - cells.second_only) / judged,
    interval,
    p_value: interval && mcnemarExact(cells.first_only, cells.second_only),
    test: interval && 'McNemar exact',
  };
}

/** Over the runs of two sides that are not paired. */
export function measureSides(
  before: Pick<Rate, 'passed' | 'judged'>,
  after: Pick<Rate, 'passed' | 'judged'>,
): Measured {
  const [left, right] = [rateOf(before.passed, before.judged), rateOf(after.passed, after.judged)];
  const interval = differenceInterval(asShare(right), asShare(left));
  return {
    method: 'independent',
    before: left,
    after: right,
    difference: interval && (right.rate ?? 0) - (left.rate ?? 0),
    interval,
    p_value: interval && fisherExact(right.passed, right.judged - right.passed, left.passed, left.judged - left.passed),
    test: interval && 'Fisher exact',
  };
}

/** The verdict over all compared runs together. Nothing judged is no sign that nothing changed. */
export function overallVerdict({ difference, interval, p_value }: Measured): Overall {
  if (difference === undefined || interval === undefined || p_value === undefined) return 'incomplete';
  const [low, high] = interval;
  if ((low <= 0 && high >= 0) || !isSignificant(p_value)) return 'no clear difference';
  return difference > 0 ? 'better' : 'worse';
}

function rateOf(passed: number, judged: number): Rate {
  const interval = wilsonInterval(passed, judged);
  return { passed, judged, rate: interval && passed / judged, interval };
}

function asShare(rate: Rate): { passed: number; total: number } {
  return { passed: rate.passed, total: rate.judged };
}
