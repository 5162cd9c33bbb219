/** The pass rate of a session that follows from its counts, with Wilson's interval around it or the bounds of what is missing. */
import { type Coverage, doubtfulRuns, openRuns } from './coverage.ts';
import { Problem } from './problem.ts';
import type { Counts, Session } from './schemas.ts';
import { isTerminal, passRate } from './verdicts.ts';

/** [low, high]. */
export type Interval = [number, number];

/** Two-sided 95 % point of the standard normal. */
export const Z_95 = 1.959963984540054;

/**
 * The session with these counts, and the rate and Wilson interval that follow from them. A rate with nothing to divide
 * is absent, even if the session came with one. While a session goes on, runs that its platform announced but does not
 * list yet are pending. Of a reading that is not complete there is no rate, only its bounds where it is known how much
 * is open.
 */
export function withCounts(session: Session, read: Counts, coverage?: Coverage): Session {
  const { pass_rate: _rate, pass_rate_interval: _interval, pass_rate_bounds: _bounds, ...rest } = session;
  const unlisted = isTerminal(session.status) ? 0 : Math.max(0, session.counts.runs - read.runs);
  const counts = unlisted === 0 ? read : { ...read, runs: read.runs + unlisted, pending: read.pending + unlisted };
  if (coverage && !coverage.complete) {
    return { ...rest, counts, pass_rate_bounds: rateBounds(counts, coverage) };
  }
  const pass_rate_interval = wilsonInterval(counts.passed, counts.passed + counts.failed);
  return { ...rest, counts, pass_rate: passRate(counts), pass_rate_interval };
}

/** Wilson's score interval for `passed` of `total`; absent when there is nothing to divide. Throws on what is no count. */
export function wilsonInterval(passed: number, total: number): Interval | undefined {
  checkCounts(passed, total - passed);
  if (total === 0) return undefined;
  const rate = passed / total;
  const z2 = Z_95 * Z_95;
  const centre = rate + z2 / (2 * total);
  const half = Z_95 * Math.sqrt((rate * (1 - rate)) / total + z2 / (4 * total * total));
  const scale = 1 + z2 / total;
  // At the ends the formula is exactly 0 or 1; floating point would leave 1e-17 there.
  return [
    passed === 0 ? 0 : Math.max(0, (centre - half) / scale),
    passed === total ? 1 : Math.min(1, (centre + half) / scale),
  ];
}

/** Throws `internal` for what is not a count. */
export function checkCounts(...counts: number[]): void {
  if (counts.every((count) => Number.isSafeInteger(count) && count >= 0)) return;
  throw new Problem('internal', 'Statistics were asked of something that is not a count.');
}

/** Pass rates with all open runs failed and with all of them passed; undefined where it is not known how many are open, or none is. */
function rateBounds({ passed, failed }: Counts, coverage: Coverage): [number, number] | undefined {
  const open = openRuns(coverage);
  if (open === undefined || open === 0) return undefined;
  // Runs in doubt stand in the counts already.
  const doubtful = doubtfulRuns(coverage);
  const judged = passed + failed + open - doubtful;
  if (judged <= 0) return undefined;
  const low = Math.max(0, passed - doubtful) / judged;
  return [low, Math.min(1, (passed + open) / judged)];
}
