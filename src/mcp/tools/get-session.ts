import * as z from 'zod/v4';
import type { SessionDigest } from '../../analysis/digest.ts';
import type { Flakiness } from '../../analysis/flakiness.ts';
import { type Coverage, coverageSchema } from '../../model/coverage.ts';
import { withLink } from '../../model/links.ts';
import { isProblem } from '../../model/problem.ts';
import { quotedText } from '../../model/quoted.ts';
import { countOrAbsent, runBriefSchema, type Session, sessionSchema } from '../../model/schemas.ts';
import type { EvaluationTally } from '../../model/verdicts.ts';
import type { Opened } from '../../reading/reading.ts';
import { agentFileOf } from '../agent-file.ts';
import { budgetFor, bytesOf, fit } from '../budget.ts';
import { clip } from '../clean.ts';
import { codedReading, readFailures } from '../mode-reading.ts';
import { digestOf, type Thresholds } from '../session-counts.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { detailArgument, openSession, openStatus, sessionArgument, thresholdsArgument } from './shared.ts';

const count = z.int().min(0);
/** Most items of each list. */
const LIMITS = {
  digest: { failed: 15, error: 5, excused: 3, names: 5, flaky: 5, evaluations: 12 },
  full: { failed: 100, error: 30, excused: 30, names: 50, flaky: 30, evaluations: 200 },
} as const;

export const getSession = defineTool({
  name: 'get_session',
  title: 'Get a session',
  description:
    'Exact counts, pass rate with its 95 % interval, each evaluation, failed and broken runs, flakiness where tests were repeated.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({ session: sessionArgument, detail: detailArgument, thresholds: thresholdsArgument }),
  output: z.object({
    session: sessionSchema,
    sessions: z.array(sessionSchema).optional(),
    omitted_sessions: countOrAbsent,
    coverage: coverageSchema,
    evaluations: z.array(
      z.object({
        name: quotedText,
        passed: count,
        failed: countOrAbsent,
        error: countOrAbsent,
        skipped: countOrAbsent,
        unscored: countOrAbsent,
        pending: countOrAbsent,
        pass_rate: z.number().optional(),
        mean_score: z.number().optional(),
      }),
    ),
    omitted_evaluations: countOrAbsent,
    unscored_evaluations: countOrAbsent,
    not_understood: z.array(z.object({ form: z.string(), evaluations: count })).optional(),
    passed_with_failures: countOrAbsent,
    excused_evaluations: z.array(z.object({ name: quotedText, runs: count })).optional(),
    passed_runs_with_failures: z.array(runBriefSchema).optional(),
    idle_thresholds: countOrAbsent,
    nothing_more: z.boolean().optional(),
    failed_runs: z.array(runBriefSchema),
    omitted_failed_runs: countOrAbsent,
    error_runs: z.array(runBriefSchema).optional(),
    omitted_error_runs: countOrAbsent,
    flakiness: z
      .object({
        repeated_tests: count,
        flaky_tests: count,
        flake_rate: z.number().optional(),
        pass_k: z.array(z.object({ k: count, rate: z.number(), tests: count })),
        tests: z.array(
          z.object({
            test: z.string().optional(),
            name: quotedText.optional(),
            variant: quotedText.optional(),
            passed: count,
            failed: countOrAbsent,
            flake_rate: z.number().optional(),
          }),
        ),
        omitted_tests: countOrAbsent,
      })
      .optional(),
    all_coded: z.boolean().optional().describe('Each failure was read, or is of a known mode'),
    agent_file: z.string().optional(),
  }),
  async run({ session: text, detail, thresholds }, context) {
    const at = await openSession(text, context);
    const full = detail === 'full';
    const most = LIMITS[full ? 'full' : 'digest'];
    const {
      session: read,
      sessions,
      digest,
      coverage,
      idle,
    } = await digestOf(at, context, thresholds, {
      failed_limit: most.failed,
      error_limit: most.error,
      excused_limit: most.excused,
      flaky_limit: most.flaky,
    });
    const session = withLink(context.config.links, read);
    const shown = { session, sessions, coverage };
    const parts = partsOf(digest, { ...shown, full });
    return {
      session,
      coverage,
      ...parts,
      nothing_more: (full && sameParts(parts, partsOf(digest, { ...shown, full: false }))) || undefined,
      unscored_evaluations: digest.unscored,
      not_understood: digest.unread.length > 0 ? digest.unread : undefined,
      passed_with_failures: digest.passed_with_failures,
      idle_thresholds: idle,
      all_coded: (await isAllCoded(at, session, context, thresholds)) || undefined,
      agent_file: session.counts.failed > 0 ? agentFileOf(at.members.map(({ provider }) => provider)) : undefined,
    };
  },
});

export type GetSession = DataOf<typeof getSession>;

/** Runs of a session whose failures are read here, too, to see whether the book explains all of them. */
const FEW_RUNS = 2_000;
const FEW_FAILED = 500;

/**
 * Whether the team's failure modes explain every failure: asked only of finished sessions that are small enough, where the
 * book has modes of their platform. Where that cannot be read it is not known, and is no error of this answer.
 */
async function isAllCoded(
  at: Opened,
  { counts }: Session,
  context: ToolContext,
  thresholds: Thresholds,
): Promise<boolean> {
  const failed = counts.failed + counts.inconclusive;
  if (failed === 0 || failed > FEW_FAILED || counts.runs > FEW_RUNS || openStatus(at) !== undefined) return false;
  try {
    const { agents } = await (await context.modes()).read();
    const having = Object.entries(agents).filter(([, { modes }]) => Object.keys(modes).length > 0);
    if (!having.some(([key]) => at.members.some(({ provider }) => key.startsWith(`${provider.id}/`)))) return false;
    const { tally, coverage } = await codedReading(at, await readFailures(at, context, thresholds), context);
    return coverage.complete && tally.total > 0 && tally.uncoded.length === 0;
  } catch (error) {
    if (isProblem(error) && error.kind !== 'cancelled') return false;
    throw error;
  }
}

/** One of several sessions: what is told of all of them stands in the session that they are read as. */
function memberOf(session: Session, { complete }: Coverage): Session {
  const { ref, provider, status, name, test, created_at, counts, pass_rate, pass_rate_bounds } = session;
  const rate = complete ? pass_rate : undefined;
  return { ref, provider, status, name: clip(name, 80), test, created_at, counts, pass_rate: rate, pass_rate_bounds };
}

interface Shown {
  session: Session;
  /** Of a pool. */
  sessions?: readonly Session[] | undefined;
  coverage: Coverage;
  full: boolean;
}

/** The lists of the answer, as much of each as it has room for. */
function partsOf(digest: SessionDigest, { session, sessions, coverage, full }: Shown) {
  const most = LIMITS[full ? 'full' : 'digest'];
  const flakiness = digest.flakiness && rateless(cutFlakiness(digest.flakiness, most.flaky), coverage);
  const whole = budgetFor(full ? 'full' : 'digest', session, coverage, coverage.gaps, flakiness);
  const each = fit(
    (sessions ?? []).map((one) => memberOf(one, coverage)),
    whole * 0.3,
  );
  const budget = whole - (sessions ? bytesOf(each.kept) : 0);
  const tallies = [...digest.evaluations].sort(worstFirst).slice(0, most.evaluations);
  const evaluations = fit(coverage.complete ? tallies : tallies.map(withoutRate), budget * 0.35).kept;
  const broken = fit(digest.error_runs.slice(0, most.error), budget * 0.15).kept;
  const excused = fit(digest.passed_runs_with_failures.slice(0, most.excused), budget * 0.15).kept;
  const names = fit(digest.excused_evaluations.slice(0, most.names), budget * 0.1).kept;
  const left = budget - bytesOf([evaluations, broken, excused, names]);
  const failed = fit(digest.failed_runs.slice(0, most.failed), left).kept;
  return {
    sessions: sessions && each.kept,
    omitted_sessions: each.omitted,
    evaluations,
    omitted_evaluations: digest.evaluations.length - evaluations.length,
    excused_evaluations: names.length > 0 ? names : undefined,
    passed_runs_with_failures: excused.length > 0 ? excused : undefined,
    failed_runs: failed,
    omitted_failed_runs: digest.counts.failed - failed.length,
    error_runs: broken.length > 0 ? broken : undefined,
    omitted_error_runs: digest.counts.error - broken.length,
    flakiness,
  };
}

function sameParts(one: ReturnType<typeof partsOf>, other: ReturnType<typeof partsOf>): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function cutFlakiness(flakiness: Flakiness, most: number): Flakiness {
  const tests = flakiness.tests.slice(0, most);
  return { ...flakiness, tests, omitted_tests: flakiness.omitted_tests + flakiness.tests.length - tests.length };
}

/** Of runs of which some are missing no rate is stated. */
function rateless(flakiness: Flakiness, { complete }: Coverage) {
  if (complete) return flakiness;
  const { flake_rate: _mean, tests, ...counts } = flakiness;
  return { ...counts, pass_k: [], tests: tests.map(({ flake_rate: _rate, ...test }) => test) };
}

function withoutRate({ pass_rate: _rate, ...tally }: EvaluationTally): EvaluationTally {
  return tally;
}

function worstFirst(a: EvaluationTally, b: EvaluationTally): number {
  return b.failed - a.failed || b.error - a.error;
}
