import * as z from 'zod/v4';
import type { Flakiness } from '../../analysis/flakiness.ts';
import { type Coverage, coverageSchema } from '../../model/coverage.ts';
import { withCounts } from '../../model/pass-rate.ts';
import { runBriefSchema, sessionSchema } from '../../model/schemas.ts';
import type { EvaluationTally } from '../../model/verdicts.ts';
import { budgetFor, bytesOf, fit } from '../present/budget.ts';
import { clip } from '../present/clean.ts';
import { countsLine, coverageLine, percent, plural, runLine, sessionLine } from '../present/words.ts';
import { digestOf } from '../session-counts.ts';
import { defineTool } from '../tool.ts';
import { detailArgument, openSession, readAt, sessionArgument, thresholdsArgument } from './shared.ts';

const count = z.int().min(0);

export const getSession = defineTool({
  name: 'get_session',
  title: 'Get a session',
  description:
    'Exact counts, pass rate with its 95 % interval, each evaluation, failed and broken runs, flakiness where tests were repeated.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted:
    'session.name, session.agent, session.vendor_status, evaluations[].name, failed_runs[].name, failed_runs[].failed_evaluations, error_runs[], flakiness.tests[].name',
  input: z.strictObject({ session: sessionArgument, detail: detailArgument, thresholds: thresholdsArgument }),
  output: z.object({
    session: sessionSchema,
    coverage: coverageSchema,
    evaluations: z.array(
      z.object({
        name: z.string(),
        passed: count,
        failed: count,
        error: count,
        skipped: count,
        unscored: count,
        pending: count,
        pass_rate: z.number().optional(),
        mean_score: z.number().optional(),
      }),
    ),
    omitted_evaluations: count.optional(),
    unscored_evaluations: count.optional().describe('Over all runs'),
    not_understood: z.array(z.object({ form: z.string(), evaluations: count })).optional(),
    failed_runs: z.array(runBriefSchema),
    omitted_failed_runs: count,
    error_runs: z.array(runBriefSchema).optional(),
    omitted_error_runs: count.optional(),
    flakiness: z
      .object({
        repeated_tests: count,
        flaky_tests: count,
        flake_rate: z.number().optional(),
        pass_k: z.array(z.object({ k: count, rate: z.number(), tests: count })),
        tests: z.array(
          z.object({
            test: z.string().optional(),
            name: z.string().optional(),
            passed: count,
            failed: count,
            flake_rate: z.number().optional(),
          }),
        ),
      })
      .optional(),
  }),
  async run({ session: text, detail, thresholds }, context) {
    const at = await openSession(text, context);
    const full = detail === 'full';
    const { digest, coverage, idle } = await digestOf(at, context, thresholds, {
      failed_limit: full ? 100 : 15,
      error_limit: full ? 30 : 5,
      flaky_limit: full ? 30 : 5,
    });
    const session = withCounts(at.session, digest.counts, coverage);
    const flakiness = digest.flakiness && rateless(digest.flakiness, coverage);
    const budget = budgetFor(detail, session, coverage, coverage.gaps, flakiness);
    const tallies = [...digest.evaluations].sort(worstFirst).slice(0, full ? 200 : 12);
    const evaluations = fit(
      coverage.complete ? tallies : tallies.map(({ pass_rate: _rate, ...counts }) => counts),
      budget * 0.35,
    );
    const broken = fit(digest.error_runs, budget * 0.15);
    const failed = fit(digest.failed_runs, budget - bytesOf([evaluations.kept, broken.kept]));
    const omittedEvaluations = digest.evaluations.length - evaluations.kept.length;
    const omittedFailed = digest.omitted_failed_runs + failed.omitted;
    const omittedBroken = digest.omitted_error_runs + broken.omitted;
    const { unscored, unread } = digest;
    const notUnderstood = unread.reduce((sum, one) => sum + one.evaluations, 0);
    const unjudged = session.counts.error + session.counts.inconclusive + session.counts.pending;
    return {
      data: {
        session,
        coverage,
        evaluations: evaluations.kept,
        omitted_evaluations: omittedEvaluations || undefined,
        unscored_evaluations: unscored || undefined,
        not_understood: unread.length > 0 ? unread : undefined,
        failed_runs: failed.kept,
        omitted_failed_runs: omittedFailed,
        error_runs: broken.kept.length > 0 ? broken.kept : undefined,
        omitted_error_runs: omittedBroken || undefined,
        flakiness,
      },
      headline: [
        coverageLine(coverage, 'every count and rate below'),
        `Session ${at.ref} is ${session.status}: ${countsLine(session, coverage)}.`,
        unscored > 0
          ? `${plural(unscored, 'evaluation')} of these runs have no verdict (unscored)${notUnderstood > 0 ? `; ${notUnderstood} of them came in a form that is not understood: ${unread.map(({ form }) => form).join(', ')}` : ''}.`
          : '',
        idle,
        digest.passed_with_failures > 0
          ? `${plural(digest.passed_with_failures, 'run')} passed although some of its evaluations failed: the rule of the platform lets that be.`
          : '',
        unjudged > 0
          ? 'Runs with error, inconclusive or pending are in no rate: they say nothing about the agent.'
          : '',
        omittedEvaluations > 0 ? `${plural(omittedEvaluations, 'evaluation')} not shown: detail=full.` : '',
        omittedFailed > 0
          ? `${plural(omittedFailed, 'failed run')} not shown: list_runs session=${at.ref} verdict=failed pages through all.`
          : '',
        omittedBroken > 0
          ? `${plural(omittedBroken, 'broken run')} not shown: list_runs session=${at.ref} verdict=error.`
          : '',
        flakiness && flakiness.flaky_tests > 0
          ? `${[`${flakiness.flaky_tests} of ${flakiness.repeated_tests} repeated tests are flaky`, ...flakiness.pass_k.map(({ k, rate }) => `pass^${k} ${percent(rate)}`)].join(', ')}.`
          : '',
        readAt(at),
      ]
        .filter(Boolean)
        .join('\n'),
      lines: [
        sessionLine(session, coverage),
        ...evaluations.kept.map((tally) => `evaluation ${tallyLine(tally)}`),
        ...failed.kept.map((run) => `failed run ${runLine(run)}`),
        ...broken.kept.map((run) => `broken run ${runLine(run)}`),
        ...(flakiness?.tests ?? []).map(
          (test) =>
            `flaky ${test.test ?? ''} "${clip(test.name ?? '', 80)}": ${test.passed} passed, ${test.failed} failed`,
        ),
      ],
      next:
        session.counts.failed > 0
          ? [
              `get_failure_clusters session=${at.ref} groups the failures by cause`,
              ...failed.kept.slice(0, 1).map((run) => `get_run run=${run.ref} shows the turns around a failure`),
            ]
          : session.counts.pending > 0
            ? [`wait_for_session session=${at.ref}`]
            : session.counts.inconclusive > 0
              ? [`list_runs session=${at.ref} verdict=inconclusive shows the runs without a verdict`]
              : undefined,
    };
  },
});

/** Of runs of which some are missing no rate is stated. */
function rateless(flakiness: Flakiness, { complete }: Coverage) {
  if (complete) return flakiness;
  const { flake_rate: _mean, tests, ...counts } = flakiness;
  return { ...counts, pass_k: [], tests: tests.map(({ flake_rate: _rate, ...test }) => test) };
}

function worstFirst(a: EvaluationTally, b: EvaluationTally): number {
  return b.failed - a.failed || b.error - a.error;
}

function tallyLine(tally: EvaluationTally): string {
  const counts = (['passed', 'failed', 'error', 'skipped', 'unscored', 'pending'] as const)
    .filter((word) => tally[word] > 0)
    .map((word) => `${tally[word]} ${word}`);
  const rate = tally.pass_rate === undefined ? '' : ` · ${percent(tally.pass_rate)} pass`;
  const score = tally.mean_score === undefined ? '' : ` · mean score ${Math.round(tally.mean_score * 1000) / 1000}`;
  return `"${clip(tally.name, 120)}": ${counts.join(', ')}${rate}${score}`;
}
