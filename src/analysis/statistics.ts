/**
 * The statistics behind every rate and every "better" we print. Counts in, numbers out; no rounding, no words.
 *
 * Intervals are two-sided 95 %. Exact tests are two-sided unless they say otherwise. Everything is stable for counts up to a million and more.
 */
import { checkCounts, type Interval, wilsonInterval } from '../model/pass-rate.ts';

/** Whether a p-value is below 5 %. One that is 0.05 exactly (3 of 3 against 0 of 3) and came out a hair less is not. */
export function isSignificant(p: number): boolean {
  return p < 0.05 - 1e-9;
}

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
  const { low, high, mode, log, lower, upper } = tablesLike(a, b, c, d);
  if (low === high) return 1;
  // Tables equally likely by construction must not be lost to rounding; R uses the same relative tolerance.
  const limit = log(a) + 1e-7;
  if (log(mode) <= limit) return 1;
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
 * Fisher's exact test, one-sided: the probability, with all margins fixed, that the first row (a, b) has so few in its
 * first column, or fewer. 1 when a margin is empty.
 */
export function fisherFewer(a: number, b: number, c: number, d: number): number {
  const { low, high, mode, log, lower, upper } = tablesLike(a, b, c, d);
  if (a >= high) return 1;
  const p = a <= mode ? tail(log(a), a, low, lower) : 1 - tail(log(a + 1), a + 1, high, upper);
  return clamp(p, 0, 1);
}

/** The tables with the margins of (a, b), (c, d), by their first cell k: its range, mode, log-likelihood and ratios. */
function tablesLike(a: number, b: number, c: number, d: number) {
  checkCounts(a, b, c, d);
  const row = a + b;
  const column = a + c;
  const total = a + b + c + d;
  const low = Math.max(0, row + column - total);
  const high = Math.min(row, column);
  const fixed =
    logFactorial(row) +
    logFactorial(total - row) +
    logFactorial(column) +
    logFactorial(total - column) -
    logFactorial(total);
  return {
    low,
    high,
    mode: clamp(Math.floor(((row + 1) * (column + 1)) / (total + 2)), low, high),
    log: (k: number) =>
      fixed -
      logFactorial(k) -
      logFactorial(row - k) -
      logFactorial(column - k) -
      logFactorial(total - row - column + k),
    lower: (k: number) => (k * (total - row - column + k)) / ((row - k + 1) * (column - k + 1)),
    upper: (k: number) => ((row - k) * (column - k)) / ((k + 1) * (total - row - column + k + 1)),
  };
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

/** Holm's adjusted p-values (1979, step-down, family-wise error), in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let most = 0;
  order.forEach(({ p, index }, smaller) => {
    most = Math.max(most, Math.min(1, p * (pValues.length - smaller)));
    adjusted[index] = most;
  });
  return adjusted;
}

/** The probability of `k` successes or more in `n` tries of probability `rate`. */
export function binomialAtLeast(k: number, n: number, rate: number): number {
  if (k <= 0) return 1;
  if (k > n || rate <= 0) return 0;
  if (rate >= 1) return 1;
  if (k <= n * rate) return 1 - binomialSum(k - 1, 0, n, rate);
  return binomialSum(k, n, n, rate);
}

/** The probability of exactly `k` successes in `n` tries. */
export function binomial(k: number, n: number, rate: number): number {
  if (rate <= 0 || rate >= 1) return Number(k === (rate <= 0 ? 0 : n));
  const ways = logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  return Math.exp(ways + k * Math.log(rate) + (n - k) * Math.log1p(-rate));
}

/** From `from` outward to `end`, away from the mean. */
function binomialSum(from: number, end: number, n: number, rate: number): number {
  const odds = rate / (1 - rate);
  const up = (k: number) => ((n - k) / (k + 1)) * odds;
  const down = (k: number) => k / (n - k + 1) / odds;
  return Math.min(1, tail(Math.log(binomial(from, n, rate)), from, end, end > from ? up : down));
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
