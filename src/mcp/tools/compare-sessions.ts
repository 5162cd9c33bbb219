import * as z from 'zod/v4';
import type { Comparison } from '../../analysis/comparison.ts';
import type { WorthRepeating } from '../../analysis/worth-repeating.ts';
import { toCommaList } from '../../model/comma-list.ts';
import { type Coverage, coverageFor, coverageSchema, foldCoverages, openRuns } from '../../model/coverage.ts';
import { nextCall } from '../../model/next-call.ts';
import { Problem } from '../../model/problem.ts';
import { quotedText } from '../../model/quoted.ts';
import { parseRef } from '../../model/refs.ts';
import {
  COMPARISON_VERDICTS,
  countOrAbsent,
  intervalSchema,
  type Run,
  refSchema,
  type Session,
  sessionSchema,
} from '../../model/schemas.ts';
import { repetitionsOf } from '../../reading/pool.ts';
import type { Opened, OpenedSession } from '../../reading/reading.ts';
import { budgetFor } from '../budget.ts';
import { fitComparison } from '../comparison-fit.ts';
import { codedSides, modeChangesSchema } from '../comparison-modes.ts';
import { eachRun, sessionCounts, type Thresholds } from '../session-counts.ts';
import { sessionRow } from '../session-row.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { detailArgument, openSession, sessionArgument, thresholdsArgument } from './shared.ts';

/** Bytes that the sentence of the conclusion takes in the headline. */
const CONCLUSION = 400;

const count = z.int().min(0);
const changeSchema = z.object({
  test: refSchema.optional(),
  name: quotedText.optional(),
  times: count.optional(),
  before: refSchema.optional(),
  after: refSchema.optional(),
  failed_evaluations: z.array(quotedText),
  flaky: z.boolean().optional(),
});
const rateSchema = z.object({
  passed: count,
  judged: count,
  rate: z.number().optional(),
  interval: intervalSchema.optional(),
});
const tallySchema = z.object({ passed: count, judged: count });
const fallSchema = z.object({
  test: refSchema.optional(),
  name: quotedText.optional(),
  before: tallySchema,
  after: tallySchema,
  p_value: z.number().optional(),
  p_value_adjusted: z.number().optional(),
});

export const compareSessions = defineTool({
  name: 'compare_sessions',
  title: 'Compare sessions',
  description:
    'Whether a change helped: first what broke, then what was fixed, of runs paired by test and repetition; evaluations and failure modes that changed; the difference with its exact test. A mode is resolved only where no unread failure, after or in tests not run again, could be it, new where none before could; a test that now fails for another is said as moved. Says "better" or "worse" only where the numbers do, "regressed" where one repeated test provably fell, else how many more runs would tell and which tests to repeat.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    before: sessionArgument.describe('Baseline, <provider>/session/<id> or several'),
    after: sessionArgument.describe('After the change, same form'),
    match: z
      .enum(['test', 'name'])
      .optional()
      .describe('Pair by test (default) or name; across platforms only by name'),
    detail: detailArgument,
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    verdict: z.enum(COMPARISON_VERDICTS),
    overall: z.enum(['better', 'no clear difference', 'incomplete']).optional(),
    regressed: z.array(fallSchema).optional(),
    suspicions: z.array(fallSchema).optional(),
    broken: z.array(changeSchema),
    evaluations: z.array(
      z.object({
        name: quotedText,
        before: z.number().optional(),
        after: z.number().optional(),
        difference: z.number().optional(),
        p_value: z.number().optional(),
        p_value_adjusted: z.number().optional(),
        judged_before: count,
        judged_after: count,
      }),
    ),
    fixed: z.array(changeSchema),
    still_failing: z.array(changeSchema),
    still_passing: countOrAbsent,
    flaky: z.array(changeSchema),
    new: z.array(changeSchema),
    gone: z.array(changeSchema),
    counts: z.object({
      regressed: countOrAbsent,
      suspicions: countOrAbsent,
      broken: countOrAbsent,
      broken_tests: countOrAbsent,
      fixed: countOrAbsent,
      fixed_tests: countOrAbsent,
      still_failing: countOrAbsent,
      flaky: countOrAbsent,
      new: countOrAbsent,
      gone: countOrAbsent,
      evaluations_fell: countOrAbsent,
      evaluations_rose: countOrAbsent,
      evaluations_one_sided: countOrAbsent,
      evaluations_unchanged: countOrAbsent,
    }),
    modes: modeChangesSchema,
    runs_needed: z.object({ at_least: count, more: count.optional(), per_side: count.optional() }).optional(),
    repeat: z.object({ tests: z.array(refSchema), times: count }).optional(),
    open_runs: z.object({ before: count.optional(), after: count.optional() }).optional(),
    matched: count,
    not_comparable: countOrAbsent,
    tests: count,
    tests_changed: count.optional(),
    repeated_tests: countOrAbsent,
    method: z.string().describe('paired or independent'),
    compared_before: rateSchema,
    compared_after: rateSchema,
    difference: z.number().optional(),
    interval: intervalSchema.optional(),
    p_value: z.number().optional(),
    test: z.string().optional(),
    before: sessionSchema,
    after: sessionSchema,
    coverage: coverageSchema,
    notes: z.array(z.string()),
    next: z.array(z.string()).optional(),
  }),
  async run(args, context) {
    const [before, after] = await Promise.all([openSession(args.before, context), openSession(args.after, context)]);
    refuseUnlike(before, after, args.match);
    const { comparison, withoutRates } = await import('../../analysis/comparison.ts');
    const { modeChanges } = await import('../../modes/changes.ts');
    const fold = comparison({ match: args.match });
    const was = await readSide(before, context, args.thresholds, fold.before);
    const is = await readSide(after, context, args.thresholds, fold.after);
    const coverage = foldCoverages([coverageFor('Before', was.coverage), coverageFor('After', is.coverage)]);
    const found = fold.result({ before: was.open, after: is.open });
    const result = coverage.complete ? found : withoutRates(found);
    const sides = await codedSides({ opened: before, ...was }, { opened: after, ...is }, context);
    const changes = modeChanges(sides.before, sides.after, fold.tests());
    const { conclusion } = result;
    const notes = [...result.notes, ...sides.notes];
    const budget = budgetFor(args.detail, was.session, is.session, coverage, coverage.gaps, notes, notes) - CONCLUSION;
    return {
      verdict: conclusion.verdict,
      overall: conclusion.overall,
      ...fitComparison(result, changes, sides.wordsOf, budget, args.detail === 'full' ? 100 : 12),
      runs_needed: conclusion.runs_needed,
      repeat: result.repeat,
      open_runs: conclusion.open_runs,
      matched: result.matched,
      not_comparable: result.not_comparable,
      tests: result.tests,
      tests_changed: result.tests_changed,
      repeated_tests: result.repeated_tests,
      method: result.method,
      compared_before: result.before,
      compared_after: result.after,
      ...measuredOf(result),
      before: sessionRow(was.session),
      after: sessionRow(is.session),
      coverage,
      notes,
      next: startAgain(after, is.session.test, result.repeat),
    };
  },
});

export type CompareSessions = DataOf<typeof compareSessions>;

/**
 * The call that repeats what is worth repeating, where its platform can start it: as cases of the suite that ran, where it
 * was one, since a case may stand in several.
 */
function startAgain(
  { members }: Opened,
  ran: string | undefined,
  repeat: WorthRepeating | undefined,
): string[] | undefined {
  const start = members.find(({ provider }) => repeat?.tests[0]?.startsWith(`${provider.id}/`))?.provider.start;
  if (!repeat || !start) return undefined;
  const { accepts, cases_in_suites } = start;
  const [test] = repeat.tests;
  // Where a start wants more than a test (one of several personas, say), which one is not known here.
  if (accepts.includes('persona')) return [nextCall('get_test', { test }, 'says what its start takes')];
  const times = repeat.times > 1 && accepts.includes('repeat') ? repeat.times : undefined;
  const suite = ran !== undefined && parseRef(ran)?.kind === 'suite' && accepts.includes('cases');
  if (cases_in_suites && !suite) return [nextCall('get_test', { test }, 'says what its start takes')];
  const which = suite ? { test: ran, cases: repeat.tests } : { test: toCommaList(repeat.tests) };
  const args = { ...which, repeat: times, dry_run: true };
  const copies = accepts.includes('agent') ? '; add agent= for the copy or draft that the after side ran against' : '';
  return [nextCall('start_simulation', args, `plans what is worth repeating${copies}`)];
}

/** What the verdict rests on; where nothing is concluded, none of it is stated. */
function measuredOf({ conclusion, difference, interval, p_value, test }: Comparison) {
  if (conclusion.verdict === 'incomplete') return {};
  return { difference, interval, p_value, test };
}

/** Throws `invalid_input` for two sessions that cannot be compared. */
function refuseUnlike(before: Opened, after: Opened, match: 'test' | 'name' | undefined): void {
  const shared = before.members.filter(({ ref }) => after.members.some((other) => other.ref === ref));
  if (shared.length > 0)
    throw new Problem('invalid_input', 'Both sides name the same session.', {
      next: 'Pass different sessions of the same test before and after.',
    });
  const platforms = ({ members }: Opened) => [...new Set(members.map(({ provider }) => provider.id))].sort().join();
  if (platforms(before) !== platforms(after) && match !== 'name')
    throw new Problem('invalid_input', 'The sessions are of two platforms, whose tests have different references.', {
      next: 'Pass match=name to pair their runs by the name of the test.',
    });
}

/** One side read once: every run shown to `visit` with its session's repetition, counted, and its failures folded. */
async function readSide(
  opened: Opened,
  context: ToolContext,
  thresholds: Thresholds,
  visit: (run: Run, repetition?: number) => void,
) {
  const { failureFold } = await import('../../modes/failures.ts');
  const counts = sessionCounts(opened);
  const repetitions = repetitionsOf(opened.members);
  const failures = failureFold();
  const seen = (run: Run, of: OpenedSession) => {
    visit(run, repetitions.get(of.ref));
    counts.add(run, of);
    failures.add(run);
  };
  const coverage = await eachRun(opened, 'reasons', context, thresholds, seen, counts.covered);
  const { session } = counts.result(coverage);
  return { session, coverage, table: failures.result(), open: openIn(coverage, session) };
}

/** Runs of a session that may come out in any way: missing from the reading, or not finished. Undefined = not known. */
function openIn(coverage: Coverage, { counts }: Session): number | undefined {
  const open = openRuns(coverage);
  return open === undefined ? undefined : open + counts.pending;
}
