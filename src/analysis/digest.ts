/**
 * What `get_session` says, folded from a stream of runs: 100,000 runs pass through, only counts, tallies and a capped
 * number of briefs stay.
 */
import { type Coverage, doubtfulRuns, openRuns } from '../model/coverage.ts';
import type { Counts, Run, RunBrief, Session } from '../model/schemas.ts';
import {
  countRun,
  type EvaluationTally,
  emptyCounts,
  evaluationTallies,
  isTerminal,
  passRate,
  toBrief,
} from '../model/verdicts.ts';
import { type Flakiness, flakinessFold } from './flakiness.ts';
import { wilsonInterval } from './statistics.ts';

export interface SessionDigest {
  counts: Counts;
  evaluations: EvaluationTally[];
  /** The first failed runs in the order they came. */
  failed_runs: RunBrief[];
  omitted_failed_runs: number;
  /** The first runs that broke technically. */
  error_runs: RunBrief[];
  omitted_error_runs: number;
  /** Evaluations without a verdict, and the forms of those that were not understood with how often each came. */
  unscored: number;
  unread: { form: string; evaluations: number }[];
  /** Runs that passed although evaluations of theirs failed (the platform's rule lets one be enough). */
  passed_with_failures: number;
  /** Absent when no test was repeated. */
  flakiness?: Flakiness;
}

export interface DigestOptions {
  /** How many failed runs to keep. Default 20. */
  failed_limit?: number;
  /** How many broken runs to keep. Default 5. */
  error_limit?: number;
  /** How many flaky tests to name. Default 20. */
  flaky_limit?: number;
}

/** A fold: `add` every run of a session once, `result` at any time. */
export function sessionDigest(options: DigestOptions = {}): { add(run: Run): void; result(): SessionDigest } {
  const { failed_limit = 20, error_limit = 5, flaky_limit = 20 } = options;
  const counts = emptyCounts();
  const tallies = evaluationTallies();
  const repeats = flakinessFold();
  const failed_runs: RunBrief[] = [];
  const error_runs: RunBrief[] = [];
  const forms = new Map<string, number>();
  let unscored = 0;
  let passed_with_failures = 0;
  return {
    add(run) {
      countRun(counts, run.verdict);
      tallies.add(run.evaluations);
      for (const { verdict, unread } of run.evaluations) {
        if (verdict === 'unscored') unscored += 1;
        if (unread !== undefined) forms.set(unread, (forms.get(unread) ?? 0) + 1);
      }
      if (run.verdict === 'passed' && run.failed_evaluations.length > 0) passed_with_failures += 1;
      repeats.add(run);
      if (run.verdict === 'failed' && failed_runs.length < failed_limit) failed_runs.push(toBrief(run));
      if (run.verdict === 'error' && error_runs.length < error_limit) error_runs.push(toBrief(run));
    },
    result() {
      const flakiness = repeats.result(flaky_limit);
      return {
        counts: { ...counts },
        evaluations: tallies.result(),
        failed_runs: [...failed_runs],
        omitted_failed_runs: counts.failed - failed_runs.length,
        error_runs: [...error_runs],
        omitted_error_runs: counts.error - error_runs.length,
        unscored,
        unread: [...forms].map(([form, evaluations]) => ({ form, evaluations })),
        passed_with_failures,
        ...(flakiness ? { flakiness } : {}),
      };
    },
  };
}

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
    const bounds = rateBounds(counts, coverage);
    return { ...rest, counts, ...(bounds ? { pass_rate_bounds: bounds } : {}) };
  }
  const pass_rate = passRate(counts);
  const interval = wilsonInterval(counts.passed, counts.passed + counts.failed);
  return {
    ...rest,
    counts,
    ...(pass_rate === undefined ? {} : { pass_rate }),
    ...(interval ? { pass_rate_interval: interval } : {}),
  };
}

/** Pass rates with all open runs failed and with all of them passed; undefined where nobody can tell how many are open, or none is. */
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
