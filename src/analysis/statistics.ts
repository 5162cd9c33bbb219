/**
 * The statistics behind every rate and every "better" we print. Counts in, numbers out; no rounding, no words.
 *
 * Intervals are two-sided 95 %. Exact tests are two-sided. Everything is stable for counts up to a million and more.
 */
import { checkCounts, type Interval, wilsonInterval, Z_95 } from '../model/pass-rate.ts';

/** One-sided 80 % point: the power that `runsNeeded` aims at. */
const Z_POWER = 0.8416212335729143;

/** Pairs by their two outcomes. `first` and `second` are the two measurements of the same thing. */
export interface PairCounts {
  both: number;
  first_only: number;
  second_only: number;
  neither: number;
}

/**
 * Newcombe's hybrid score interval (1998, method 10) for first − second of two independent proportions; absent when
 * either has nothing to divide.
 */
export function differenceInterval(
  first: { passed: number; total: number },
  second: { passed: number; total: number },
): Interval | undefined {
  return combine(first.passed, first.total, second.passed, second.total, 0);
}

/**
 * Newcombe's score interval for paired proportions (1998, "square and add" with the correlation of the pairs, method
 * 10 of the paired paper) for first − second; absent when there are no pairs.
 */
export function pairedDifferenceInterval(pairs: PairCounts): Interval | undefined {
  const { both, first_only, second_only, neither } = pairs;
  checkCounts(both, first_only, second_only, neither);
  const total = both + first_only + second_only + neither;
  const margins = (both + first_only) * (second_only + neither) * (both + second_only) * (first_only + neither);
  const covariance = both * neither - first_only * second_only;
  // Newcombe's continuity correction applies to a positive covariance only.
  const corrected = covariance > 0 ? Math.max(covariance - total / 2, 0) : covariance;
  const correlation = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  return combine(both + first_only, total, both + second_only, total, correlation);
}

function combine(passed1: number, total1: number, passed2: number, total2: number, phi: number): Interval | undefined {
  const interval1 = wilsonInterval(passed1, total1);
  const interval2 = wilsonInterval(passed2, total2);
  if (!interval1 || !interval2) return undefined;
  const rate1 = passed1 / total1;
  const rate2 = passed2 / total2;
  const width = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = rate1 - rate2;
  return [
    clamp(difference - width(rate1 - interval1[0], interval2[1] - rate2), -1, 1),
    clamp(difference + width(interval1[1] - rate1, rate2 - interval2[0]), -1, 1),
  ];
}

/**
 * Fisher's exact test of a 2×2 table with rows (a, b) and (c, d): the probability, with all margins fixed, of a table
 * no likelier than this one. 1 when a margin is empty.
 */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  checkCounts(a, b, c, d);
  const row = a + b;
  const column = a + c;
  const total = a + b + c + d;
  const low = Math.max(0, row + column - total);
  const high = Math.min(row, column);
  if (low === high) return 1;
  const fixed =
    logFactorial(row) +
    logFactorial(total - row) +
    logFactorial(column) +
    logFactorial(total - column) -
    logFactorial(total);
  const log = (k: number) =>
    fixed - logFactorial(k) - logFactorial(row - k) - logFactorial(column - k) - logFactorial(total - row - column + k);
  // Tables equally likely by construction must not be lost to rounding; R uses the same relative tolerance.
  const limit = log(a) + 1e-7;
  const mode = clamp(Math.floor(((row + 1) * (column + 1)) / (total + 2)), low, high);
  if (log(mode) <= limit) return 1;
  const lower = (k: number) => (k * (total - row - column + k)) / ((row - k + 1) * (column - k + 1));
  const upper = (k: number) => ((row - k) * (column - k)) / ((k + 1) * (total - row - column + k + 1));
  // Likelihood falls away from the mode on both sides, so each tail begins where a bisection finds the limit.
  const left = log(low) <= limit ? bisect(low, mode, (k) => log(k) <= limit) : undefined;
  const right = log(high) <= limit ? bisect(high, mode, (k) => log(k) <= limit) : undefined;
  return Math.min(
    1,
    (left === undefined ? 0 : tail(log(left), left, low, lower)) +
      (right === undefined ? 0 : tail(log(right), right, high, upper)),
  );
}

/**
 * McNemar's exact test: with `first_only` + `second_only` pairs that changed, how surprising is this split if either
 * way were equally likely? 1 when no pair changed.
 */
export function mcnemarExact(first_only: number, second_only: number): number {
  checkCounts(first_only, second_only);
  const changed = first_only + second_only;
  const fewer = Math.min(first_only, second_only);
  if (first_only === second_only) return 1;
  const log = logFactorial(changed) - logFactorial(fewer) - logFactorial(changed - fewer) - changed * Math.LN2;
  return Math.min(1, 2 * tail(log, fewer, 0, (k) => k / (changed - k + 1)));
}

/** Benjamini–Hochberg adjusted p-values (step-up, false discovery rate), in the order given. */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  order.forEach(({ p, index }, fromLargest) => {
    // The factor is at least 1, so that rounding never takes an adjusted value below the raw one.
    least = Math.min(least, p * (pValues.length / (pValues.length - fromLargest)));
    adjusted[index] = least;
  });
  return adjusted;
}

/** What was seen so far, as far as `runsNeeded` needs to know it. */
export type Observed =
  | { kind: 'paired'; pairs: PairCounts }
  | {
      kind: 'independent';
      first: { passed: number; total: number };
      second: { passed: number; total: number };
    };

/**
 * Roughly how many runs per side it takes to tell a true difference of the observed size from none (5 %, power 0.8),
 * and how many more that is than the smaller side has. Absent when nothing differs or nothing was judged.
 *
 * Paired: Connor's formula over the share of pairs that changed, with half the usual continuity correction (that comes
 * closest to the exact test: power 0.79 to 0.87 where we computed it); independent: Fleiss's, with all of it. The
 * observed difference is itself uncertain, so this is an order of magnitude.
 */
export function runsNeeded(observed: Observed): { per_side: number; more: number } | undefined {
  const have = observed.kind === 'paired' ? sum(observed.pairs) : Math.min(observed.first.total, observed.second.total);
  if (have === 0) return undefined;
  let raw: number;
  let difference: number;
  if (observed.kind === 'paired') {
    const { first_only, second_only } = observed.pairs;
    difference = Math.abs(first_only - second_only) / have;
    const changed = (first_only + second_only) / have;
    raw = (Z_95 * Math.sqrt(changed) + Z_POWER * Math.sqrt(Math.max(0, changed - difference ** 2))) ** 2;
  } else {
    const rate1 = observed.first.passed / observed.first.total;
    const rate2 = observed.second.passed / observed.second.total;
    const mean = (rate1 + rate2) / 2;
    difference = Math.abs(rate1 - rate2);
    const spread = Math.sqrt(rate1 * (1 - rate1) + rate2 * (1 - rate2));
    raw = (Z_95 * Math.sqrt(2 * mean * (1 - mean)) + Z_POWER * spread) ** 2;
  }
  // Rates of equal counts may differ by rounding alone.
  if (difference < 1e-12) return undefined;
  raw /= difference ** 2;
  const correction = observed.kind === 'paired' ? 2 : 4;
  const corrected = (raw / 4) * (1 + Math.sqrt(1 + correction / (raw * difference))) ** 2;
  const per_side = Math.ceil(corrected - 1e-9);
  return { per_side, more: Math.max(0, per_side - have) };
}

function sum(pairs: PairCounts): number {
  return pairs.both + pairs.first_only + pairs.second_only + pairs.neither;
}

/** Sum of probabilities from `from` outward to `end`, the first given as a logarithm, each next as a ratio to the last. */
function tail(log: number, from: number, end: number, ratio: (k: number) => number): number {
  const step = Math.sign(end - from);
  let term = 1;
  let total = 1;
  for (let k = from; k !== end; k += step) {
    term *= ratio(k);
    total += term;
    if (term < total * 1e-17) break;
  }
  return Math.exp(log) * total;
}

/** The last integer, walking from `inside` towards `outside`, for which `holds` (it holds at `inside`, not at `outside`). */
function bisect(inside: number, outside: number, holds: (k: number) => boolean): number {
  let yes = inside;
  let no = outside;
  while (Math.abs(yes - no) > 1) {
    const middle = Math.trunc((yes + no) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

const EXACT_FACTORIALS = [0];
for (let n = 1; n <= 170; n += 1) EXACT_FACTORIALS.push((EXACT_FACTORIALS[n - 1] ?? 0) + Math.log(n));

/** ln(n!): a table where Stirling's series is not yet exact to double precision, the series beyond. */
function logFactorial(n: number): number {
  const exact = EXACT_FACTORIALS[n];
  if (exact !== undefined) return exact;
  const inverse = 1 / (n * n);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260))) / n;
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + series;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
