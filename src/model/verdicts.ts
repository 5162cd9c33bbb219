/**
 * Verdict arithmetic. A broken execution, an evaluator error, a skipped or an unscored evaluation is never a pass and
 * never an agent failure; rates divide passed by passed + failed only, and are absent when that is nothing.
 */
import type { Counts, Evaluation, EvaluationVerdict, Run, RunBrief, RunVerdict, Status } from './schemas.ts';

export type SuccessRule = 'all' | 'any';

const TERMINAL: ReadonlySet<Status> = new Set<Status>(['completed', 'failed', 'cancelled']);

/** True when nothing more will happen to the session or run by itself. */
export function isTerminal(status: Status): boolean {
  return TERMINAL.has(status);
}

/**
 * The verdict of a run from its status and evaluations, for vendors that do not state one.
 * A run that broke is `error`; one that was cancelled taught us nothing: `inconclusive`. An evaluator error, and an
 * evaluation in a form that was not understood (`unread`), make an otherwise unfailed run `inconclusive`, because either
 * could have been a failure. An evaluation without a verdict by its nature (a score without a threshold) decides nothing.
 */
export function runVerdict(status: Status, evaluations: readonly Evaluation[], rule: SuccessRule = 'all'): RunVerdict {
  if (status === 'failed') return 'error';
  if (status === 'cancelled') return 'inconclusive';
  if (status !== 'completed') return 'pending';
  const has = (verdict: EvaluationVerdict) => evaluations.some((evaluation) => evaluation.verdict === verdict);
  if (rule === 'any' && has('passed')) return 'passed';
  if (rule === 'all' && has('failed')) return 'failed';
  if (has('pending')) return 'pending';
  if (has('error') || evaluations.some(({ unread }) => unread !== undefined)) return 'inconclusive';
  if (rule === 'any' && has('failed')) return 'failed';
  return has('passed') ? 'passed' : 'inconclusive';
}

/** Names of the evaluations that failed, in order, without repeats. */
export function failedEvaluations(evaluations: readonly Evaluation[]): string[] {
  const names: string[] = [];
  for (const { name, verdict } of evaluations) if (verdict === 'failed' && !names.includes(name)) names.push(name);
  // A list that grew has room for 17, and large sessions hold one of each run; its copy has room for what is in it.
  return names.slice();
}

/** Counts of no runs, to be counted up by `countRun`. */
export function emptyCounts(): Counts {
  return { runs: 0, passed: 0, failed: 0, error: 0, inconclusive: 0, pending: 0 };
}

/** Adds one run to `counts` in place (counts of 100,000 runs are folded from a stream). */
export function countRun(counts: Counts, verdict: RunVerdict): void {
  counts.runs += 1;
  counts[verdict] += 1;
}

/** passed / (passed + failed); absent when neither occurred. */
export function passRate(counts: { passed: number; failed: number }): number | undefined {
  const judged = counts.passed + counts.failed;
  return judged === 0 ? undefined : counts.passed / judged;
}

export interface EvaluationTally {
  name: string;
  passed: number;
  failed: number;
  error: number;
  skipped: number;
  unscored: number;
  pending: number;
  pass_rate?: number | undefined;
  mean_score?: number | undefined;
}

/** A fold over runs: per-evaluation counts, in order of first appearance, with rates and mean scores at the end. */
export function evaluationTallies(): { add(evaluations: readonly Evaluation[]): void; result(): EvaluationTally[] } {
  const tallies = new Map<string, EvaluationTally & { scores: number; scored: number }>();
  return {
    add(evaluations) {
      for (const evaluation of evaluations) {
        let tally = tallies.get(evaluation.name);
        if (!tally) {
          tally = {
            name: evaluation.name,
            passed: 0,
            failed: 0,
            error: 0,
            skipped: 0,
            unscored: 0,
            pending: 0,
            scores: 0,
            scored: 0,
          };
          tallies.set(evaluation.name, tally);
        }
        tally[evaluation.verdict] += 1;
        if (evaluation.score !== undefined) {
          tally.scores += evaluation.score;
          tally.scored += 1;
        }
      }
    },
    result() {
      return [...tallies.values()].map(({ scores, scored, ...tally }) => ({
        ...tally,
        pass_rate: passRate(tally),
        mean_score: scored > 0 ? scores / scored : undefined,
      }));
    },
  };
}

/** A run cut down to what lists of runs show; `session` only where the list spans several. */
export function toBrief(run: Run, session?: string): RunBrief {
  const { ref, status, verdict, test, name, failed_evaluations, success_rule, started_at, duration_seconds, turns } =
    run;
  const rest = { status, verdict, test, name, failed_evaluations, success_rule, started_at, duration_seconds, turns };
  return { ref, session, ...rest };
}

/** Names of thresholds that met an evaluation, and names of evaluations that were seen. */
export interface ThresholdUse {
  matched: Set<string>;
  known: Set<string>;
}

/**
 * Applies caller-given thresholds (evaluation name → number) to scores whose vendor exposes none. A vendor's own
 * verdict is never overruled: only `unscored` evaluations are decided, score ≥ threshold passing. A score that may be on
 * another scale than its threshold is not decided: its evaluation says so in `unread`, and the run is no pass. `use`
 * notes which names met an evaluation.
 */
export function applyThresholds(
  run: Run,
  thresholds: Readonly<Record<string, number>> | undefined,
  use?: ThresholdUse,
): Run {
  if (!thresholds || Object.keys(thresholds).length === 0) return run;
  let changed = false;
  const evaluations = run.evaluations.map((evaluation): Evaluation => {
    const { name } = evaluation;
    use?.known.add(name);
    if (!Object.hasOwn(thresholds, name)) return evaluation;
    use?.matched.add(name);
    const threshold = thresholds[name];
    if (threshold === undefined || evaluation.verdict !== 'unscored') return evaluation;
    changed = true;
    return { ...evaluation, threshold, ...decided(evaluation, threshold) };
  });
  if (!changed) return run;
  return {
    ...run,
    evaluations,
    failed_evaluations: failedEvaluations(evaluations),
    verdict: runVerdict(run.status, evaluations),
  };
}

function decided({ score, scale, unread }: Evaluation, threshold: number): Pick<Evaluation, 'verdict' | 'unread'> {
  if (score === undefined) return { verdict: 'unscored', unread: unread ?? 'no score' };
  const own = onScaleOf(score, scale, threshold);
  if (own === undefined)
    return { verdict: 'unscored', unread: 'a score that may be on another scale than its threshold' };
  return { verdict: own >= threshold ? 'passed' : 'failed' };
}

/**
 * The score as the threshold counts; undefined where that cannot be told. `scale`: the score is a share of it. A plain
 * score above 1 beside a threshold up to 1, and a share beside a threshold on a larger scale, may be either.
 */
function onScaleOf(score: number, scale: number | undefined, threshold: number): number | undefined {
  if (scale !== undefined) {
    if (threshold <= 1) return score;
    return threshold <= scale ? score * scale : undefined;
  }
  if (threshold <= 1) return score > 1 && threshold > 0 ? undefined : score;
  const share = score > 0 && (score < 1 || (score === 1 && threshold > 10));
  return share ? undefined : score;
}
