import * as z from 'zod/v4';
import { type Coverage, coverageFor, coverageSchema, foldCoverages, openRuns } from '../../model/coverage.ts';
import { withCounts } from '../../model/pass-rate.ts';
import { Problem } from '../../model/problem.ts';
import { quotedText } from '../../model/quoted.ts';
import {
  COMPARISON_VERDICTS,
  countOrAbsent,
  intervalSchema,
  type Run,
  refSchema,
  type Session,
  sessionSchema,
} from '../../model/schemas.ts';
import { countRun, emptyCounts } from '../../model/verdicts.ts';
import type { Opened } from '../../reading/reading.ts';
import { budgetFor } from '../budget.ts';
import { readClusters } from '../cluster-reading.ts';
import { fitComparison } from '../comparison-fit.ts';
import type { Thresholds } from '../session-counts.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { detailArgument, openSession, sessionArgument, thresholdsArgument } from './shared.ts';

/** Bytes that the sentence of the conclusion takes in the headline. */
const CONCLUSION = 400;

const count = z.int().min(0);
const changeSchema = z.object({
  test: refSchema.optional(),
  name: quotedText.optional(),
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
const clusterSchema = z.object({ id: quotedText, title: quotedText, runs: count });

export const compareSessions = defineTool({
  name: 'compare_sessions',
  title: 'Compare sessions',
  description:
    'Whether a change helped: runs paired by test and repetition (fixed, broken, still failing, flaky, new, gone), pass rates with intervals, their difference with an exact test, failure clusters resolved, new, persisting. Says "better" only where the numbers do, else how many more runs would tell.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    before: sessionArgument.describe('Baseline, <provider>/session/<id>'),
    after: sessionArgument.describe('After the change, same form'),
    match: z
      .enum(['test', 'name'])
      .optional()
      .describe('Pair by test (default) or name; across platforms only by name'),
    detail: detailArgument,
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    before: sessionSchema,
    after: sessionSchema,
    coverage: coverageSchema,
    verdict: z.enum(COMPARISON_VERDICTS),
    runs_needed: z.object({ per_side: count, more: count }).optional(),
    open_runs: z.object({ before: count.optional(), after: count.optional() }).optional(),
    matched: count,
    not_comparable: countOrAbsent,
    method: z.enum(['paired', 'independent']),
    compared_before: rateSchema,
    compared_after: rateSchema,
    difference: z.number().optional(),
    interval: intervalSchema.optional(),
    p_value: z.number().optional(),
    test: z.string().optional(),
    broken: z.array(changeSchema),
    fixed: z.array(changeSchema),
    still_failing: z.array(changeSchema),
    still_passing: countOrAbsent,
    flaky: z.array(changeSchema),
    new: z.array(changeSchema),
    gone: z.array(changeSchema),
    counts: z.object({
      broken: countOrAbsent,
      fixed: countOrAbsent,
      still_failing: countOrAbsent,
      flaky: countOrAbsent,
      new: countOrAbsent,
      gone: countOrAbsent,
    }),
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
    clusters: z.object({
      new: z.array(clusterSchema),
      resolved: z.array(clusterSchema),
      persisting: z.array(clusterSchema),
      untested: z.array(clusterSchema).optional(),
      counts: z.object({
        new: countOrAbsent,
        resolved: countOrAbsent,
        persisting: countOrAbsent,
        untested: countOrAbsent,
      }),
    }),
    notes: z.array(z.string()),
  }),
  async run(args, context) {
    const [before, after] = await Promise.all([openSession(args.before, context), openSession(args.after, context)]);
    refuseUnlike(before, after, args.match);
    const { comparison, withoutRates } = await import('../../analysis/comparison.ts');
    const { compareClusters } = await import('../../analysis/cluster-changes.ts');
    const fold = comparison({ match: args.match });
    const was = await readSide(before, context, args.thresholds, fold.before);
    const is = await readSide(after, context, args.thresholds, fold.after);
    const coverage = foldCoverages([coverageFor('Before', was.coverage), coverageFor('After', is.coverage)]);
    const found = fold.result({ before: was.open, after: is.open });
    const result = coverage.complete ? found : withoutRates(found);
    const changes = compareClusters(was.clusters, is.clusters, {
      before: was.failed,
      after: is.failed,
      tested_after: fold.testedAfter(),
      match: args.match,
    });
    const { conclusion, notes } = result;
    const budget = budgetFor(args.detail, was.session, is.session, coverage, coverage.gaps, notes, notes) - CONCLUSION;
    return {
      before: was.session,
      after: is.session,
      coverage,
      verdict: conclusion.verdict,
      runs_needed: conclusion.runs_needed,
      open_runs: conclusion.open_runs,
      matched: result.matched,
      not_comparable: result.not_comparable,
      method: result.method,
      compared_before: result.before,
      compared_after: result.after,
      difference: result.difference,
      interval: result.interval,
      p_value: result.p_value,
      test: result.test,
      ...fitComparison(result, changes, budget, args.detail === 'full' ? 100 : 12),
      notes,
    };
  },
});

export type CompareSessions = DataOf<typeof compareSessions>;

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

/** One session read once: every run shown to `visit`, counted, and clustered where it failed. */
async function readSide(opened: Opened, context: ToolContext, thresholds: Thresholds, visit: (run: Run) => void) {
  const counts = emptyCounts();
  const failed: Run[] = [];
  const seen = (run: Run) => {
    visit(run);
    countRun(counts, run.verdict);
  };
  const { set, coverage } = await readClusters(opened, context, thresholds, seen, failed);
  const session = withCounts(opened.session, counts, coverage);
  return { session, coverage, clusters: set, failed, open: openIn(coverage, session) };
}

/** Runs of a session that may come out in any way: missing from the reading, or not finished. Undefined = not known. */
function openIn(coverage: Coverage, { counts }: Session): number | undefined {
  const open = openRuns(coverage);
  return open === undefined ? undefined : open + counts.pending;
}
