/**
 * What `get_session` says, folded from a stream of runs: 100,000 runs pass through, only counts, tallies and a capped
 * number of briefs stay.
 */
import type { Counts, Run, RunBrief } from '../model/schemas.ts';
import { countRun, type EvaluationTally, emptyCounts, evaluationTallies, toBrief } from '../model/verdicts.ts';
import { type Flakiness, flakinessFold } from './flakiness.ts';

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
  /** The first of these runs, and of each evaluation in how many of them it failed, most first. */
  passed_runs_with_failures: RunBrief[];
  excused_evaluations: { name: string; runs: number }[];
  /** Absent when no test was repeated. */
  flakiness?: Flakiness | undefined;
}

export interface DigestOptions {
  /** How many failed runs to keep. Default 20. */
  failed_limit?: number | undefined;
  /** How many broken runs to keep. Default 5. */
  error_limit?: number | undefined;
  /** How many runs that passed with failures to keep. Default 5. */
  excused_limit?: number | undefined;
  /** How many flaky tests to name. Default 20. */
  flaky_limit?: number | undefined;
}

/** A fold: `add` every run of a session once, of several sessions with whose it is; `result` at any time. */
export function sessionDigest(options: DigestOptions = {}): {
  add(run: Run, session?: string): void;
  result(): SessionDigest;
} {
  const { failed_limit = 20, error_limit = 5, excused_limit = 5, flaky_limit = 20 } = options;
  const counts = emptyCounts();
  const tallies = evaluationTallies();
  const repeats = flakinessFold();
  const failed_runs: RunBrief[] = [];
  const error_runs: RunBrief[] = [];
  const excused_runs: RunBrief[] = [];
  const excused = new Map<string, number>();
  const forms = new Map<string, number>();
  let unscored = 0;
  let passed_with_failures = 0;
  return {
    add(run, session) {
      countRun(counts, run.verdict);
      tallies.add(run.evaluations);
      for (const { verdict, unread } of run.evaluations) {
        if (verdict === 'unscored') unscored += 1;
        if (unread !== undefined) forms.set(unread, (forms.get(unread) ?? 0) + 1);
      }
      if (run.verdict === 'passed' && run.failed_evaluations.length > 0) {
        passed_with_failures += 1;
        if (excused_runs.length < excused_limit) excused_runs.push(toBrief(run));
        for (const name of run.failed_evaluations) excused.set(name, (excused.get(name) ?? 0) + 1);
      }
      repeats.add(run);
      if (run.verdict === 'failed' && failed_runs.length < failed_limit) failed_runs.push(toBrief(run, session));
      if (run.verdict === 'error' && error_runs.length < error_limit) error_runs.push(toBrief(run, session));
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
        passed_runs_with_failures: [...excused_runs],
        excused_evaluations: [...excused].map(([name, runs]) => ({ name, runs })).sort((a, b) => b.runs - a.runs),
        flakiness,
      };
    },
  };
}
