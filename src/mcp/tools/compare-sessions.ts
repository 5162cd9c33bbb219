import * as z from 'zod/v4';
import type { ChangeEntry } from '../../analysis/comparison.ts';
import { type Coverage, coverageSchema, foldCoverages, openRuns } from '../../model/coverage.ts';
import { withCounts } from '../../model/pass-rate.ts';
import { Problem } from '../../model/problem.ts';
import type { Counts, Run } from '../../model/schemas.ts';
import { intervalSchema, refSchema, sessionSchema } from '../../model/schemas.ts';
import { countRun, emptyCounts } from '../../model/verdicts.ts';
import { readClusters } from '../cluster-reading.ts';
import { budgetFor, fit } from '../present/budget.ts';
import { clip } from '../present/clean.ts';
import { coverageFor, coverageLine, interval, percent, plural, sessionLine } from '../present/words.ts';
import { defineTool } from '../tool.ts';
import { detailArgument, openSession, readAt, sessionArgument, thresholdsArgument } from './shared.ts';

const count = z.int().min(0);
const changeSchema = z.object({
  test: refSchema.optional(),
  name: z.string().optional(),
  before: refSchema.optional(),
  after: refSchema.optional(),
  failed_evaluations: z.array(z.string()),
  flaky: z.boolean().optional(),
});
const rateSchema = z.object({
  passed: count,
  judged: count,
  rate: z.number().optional(),
  interval: intervalSchema.optional(),
});
const clusterSchema = z.object({ id: z.string(), title: z.string(), runs: count });

export const compareSessions = defineTool({
  name: 'compare_sessions',
  title: 'Compare sessions',
  description:
    'Whether a change helped: runs paired by test and repetition (fixed, broken, still failing, flaky, new, gone), pass rates with intervals, their difference with an exact test, failure clusters resolved, new, persisting. Says "better" only where the numbers do, else how many more runs would tell.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted:
    'name, agent and vendor_status of sessions; name and failed_evaluations of runs; evaluations[].name, clusters.*[].title, clusters.*[].id',
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
    verdict: z.enum(['better', 'worse', 'no clear difference', 'incomplete']),
    conclusion_text: z.string(),
    runs_needed: z.object({ per_side: count, more: count }).optional(),
    matched: count,
    not_comparable: count,
    compared_before: rateSchema,
    compared_after: rateSchema,
    difference: z.number().optional(),
    interval: intervalSchema.optional(),
    p_value: z.number().optional(),
    test: z.string().optional(),
    fixed: z.array(changeSchema),
    broken: z.array(changeSchema),
    still_failing: z.array(changeSchema),
    still_passing: count,
    flaky: z.array(changeSchema),
    new: z.array(changeSchema),
    gone: z.array(changeSchema),
    counts: z.object({ fixed: count, broken: count, still_failing: count, flaky: count, new: count, gone: count }),
    evaluations: z.array(
      z.object({
        name: z.string(),
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
      resolved: z.array(clusterSchema),
      new: z.array(clusterSchema),
      persisting: z.array(clusterSchema),
    }),
    notes: z.array(z.string()),
  }),
  async run(args, context) {
    const [before, after] = await Promise.all([openSession(args.before, context), openSession(args.after, context)]);
    if (before.ref === after.ref)
      throw new Problem('invalid_input', 'Both references name the same session.', {
        next: 'Pass two different sessions of the same test.',
      });
    if (before.provider.id !== after.provider.id && args.match !== 'name') {
      throw new Problem('invalid_input', 'The sessions are of two platforms, whose tests have different references.', {
        next: 'Pass match=name to pair their runs by the name of the test.',
      });
    }
    const { comparison } = await import('../../analysis/comparison.ts');
    const { compareClusters } = await import('../../analysis/cluster-changes.ts');
    const fold = comparison({ match: args.match });
    const [countsBefore, countsAfter] = [emptyCounts(), emptyCounts()];
    const [failedBefore, failedAfter]: [Run[], Run[]] = [[], []];
    const clustersBefore = await readClusters(
      before,
      context,
      args.thresholds,
      (run) => {
        fold.before(run);
        countRun(countsBefore, run.verdict);
      },
      failedBefore,
    );
    const clustersAfter = await readClusters(
      after,
      context,
      args.thresholds,
      (run) => {
        fold.after(run);
        countRun(countsAfter, run.verdict);
      },
      failedAfter,
    );
    const coverages = [clustersBefore.coverage, clustersAfter.coverage] as const;
    const coverage = foldCoverages([coverageFor('Before', coverages[0]), coverageFor('After', coverages[1])]);
    const { complete } = coverage;
    const countedBefore = withCounts(before.session, countsBefore, clustersBefore.coverage);
    const countedAfter = withCounts(after.session, countsAfter, clustersAfter.coverage);
    const result = fold.result({
      before: openIn(clustersBefore.coverage, countedBefore),
      after: openIn(clustersAfter.coverage, countedAfter),
    });
    const changes = compareClusters(clustersBefore.set, clustersAfter.set, {
      before: failedBefore,
      after: failedAfter,
    });

    const { conclusion } = result;
    const counted = `${result.before.passed} of ${result.before.judged} passed before, ${result.after.passed} of ${result.after.judged} after`;
    // The verdict holds whatever the missing runs are; the rates do not.
    const words =
      complete || conclusion.verdict === 'incomplete' || result.difference === undefined
        ? conclusion.text
        : `${conclusion.verdict.replace(/^./, (first) => first.toUpperCase())}, whatever the missing runs would show: of the compared runs that were read, ${counted}.`;
    const budget = budgetFor(
      args.detail,
      countedBefore,
      countedAfter,
      coverage,
      coverage.gaps,
      words,
      words,
      result.notes,
    );
    const most = args.detail === 'full' ? 100 : 12;
    const cut = (entries: readonly ChangeEntry[], share: number) =>
      fit(entries.slice(0, most).map(bare), budget * share).kept;
    const lists = {
      fixed: cut(result.fixed, 0.15),
      broken: cut(result.broken, 0.2),
      still_failing: cut(result.still_failing, 0.12),
      flaky: cut(result.flaky, 0.06),
      new: cut(result.new, 0.05),
      gone: cut(result.gone, 0.05),
    };
    const totals = {
      fixed: result.fixed.length,
      broken: result.broken.length,
      still_failing: result.still_failing.length,
      flaky: result.flaky.length,
      new: result.new.length,
      gone: result.gone.length,
    };
    const evaluations = complete ? fit(result.evaluations.slice(0, most), budget * 0.15).kept : [];
    const brief = ({ id, title, runs }: { id: string; title: string; runs: readonly string[] }) => ({
      id,
      title: clip(title, 120),
      runs: runs.length,
    });
    const some = (list: typeof changes.new, share: number) => fit(list.map(brief).slice(0, 15), budget * share).kept;
    const clusters = {
      resolved: some(changes.resolved, 0.08),
      new: some(changes.new, 0.1),
      persisting: some(changes.persisting, 0.08),
      untested: changes.untested.length > 0 ? some(changes.untested, 0.04) : undefined,
    };
    const side = ({ passed, judged, ...rates }: typeof result.before) => ({
      passed,
      judged,
      ...(complete ? rates : {}),
    });
    const unjudged = ({ counts }: typeof countedBefore) => counts.error + counts.inconclusive;
    const [unjudgedBefore, unjudgedAfter] = [unjudged(countedBefore), unjudged(countedAfter)];
    const rate = (side: typeof result.before) =>
      side.rate === undefined
        ? 'nothing judged'
        : `${side.passed} of ${side.judged} (${percent(side.rate)}${side.interval ? `, ${interval(side.interval)}` : ''})`;
    const unsettled = [countedBefore, countedAfter]
      .filter((session) => session.counts.pending > 0)
      .map((session) => session.ref);
    const left = Object.entries(totals).flatMap(([name, total]) => {
      const shown =
        lists[
          name === 'fixed' || name === 'broken' || name === 'still_failing' || name === 'flaky' || name === 'new'
            ? name
            : 'gone'
        ].length;
      return total > shown ? [`${total - shown} more ${name.replace('_', ' ')}`] : [];
    });
    return {
      data: {
        before: countedBefore,
        after: countedAfter,
        coverage,
        verdict: conclusion.verdict,
        conclusion_text: words,
        runs_needed: complete ? conclusion.runs_needed : undefined,
        matched: result.matched,
        not_comparable: result.not_comparable,
        compared_before: side(result.before),
        compared_after: side(result.after),
        difference: complete ? result.difference : undefined,
        interval: complete ? result.interval : undefined,
        p_value: complete ? result.p_value : undefined,
        test: complete ? result.test : undefined,
        ...lists,
        still_passing: result.still_passing,
        counts: totals,
        evaluations,
        clusters,
        notes: result.notes,
      },
      headline: [
        coverageLine(coverage, 'the verdict and every number and list below'),
        `Conclusion: ${words}`,
        unjudgedBefore + unjudgedAfter > 0
          ? `Not judged, and in no rate: ${unjudgedBefore} of ${plural(countedBefore.counts.runs, 'run')} before, ${unjudgedAfter} of ${countedAfter.counts.runs} after (error or inconclusive).`
          : '',
        `${complete ? `Passed before ${rate(result.before)}, after ${rate(result.after)}, over` : words.includes(counted) ? 'Over' : `${counted}, over`} ${result.matched - result.not_comparable} pairs${result.method === 'paired' ? '' : ' (not paired)'}.`,
        `${totals.fixed} fixed, ${totals.broken} broken, ${totals.still_failing} still failing, ${result.still_passing} still passing, ${totals.flaky} flaky, ${totals.new} new, ${totals.gone} gone.`,
        `Failure clusters: ${changes.resolved.length} resolved, ${changes.new.length} new, ${changes.persisting.length} persisting${changes.untested.length > 0 ? `, ${changes.untested.length} not tested again` : ''}.`,
        ...result.notes,
        unsettled.length > 0 ? `Not finished yet: ${unsettled.join(', ')}.` : '',
        readAt(before, 'Before'),
        readAt(after, 'After'),
        left.length > 0 ? `Not shown: ${left.join(', ')}; detail=full shows more.` : '',
      ]
        .filter(Boolean)
        .join('\n'),
      lines: [
        `before ${sessionLine(countedBefore, clustersBefore.coverage)}`,
        `after ${sessionLine(countedAfter, clustersAfter.coverage)}`,
        ...lists.broken.map((entry) => `BROKEN ${changeLine(entry)}`),
        ...lists.fixed.map((entry) => `fixed ${changeLine(entry)}`),
        ...lists.still_failing.map((entry) => `still failing ${changeLine(entry)}`),
        ...lists.flaky.map((entry) => `flaky ${changeLine(entry)}`),
        ...lists.new.map((entry) => `new ${changeLine(entry)}`),
        ...lists.gone.map((entry) => `gone ${changeLine(entry)}`),
        ...clusters.resolved.map((one) => `cluster resolved: ${one.title} (${plural(one.runs, 'run')} before)`),
        ...clusters.new.map((one) => `cluster NEW: ${one.title} (${plural(one.runs, 'run')})`),
        ...clusters.persisting.map((one) => `cluster persisting: ${one.title} (${plural(one.runs, 'run')})`),
        ...evaluations.map(
          (one) =>
            `evaluation "${clip(one.name, 100)}": ${one.before === undefined ? '–' : percent(one.before)} → ${one.after === undefined ? '–' : percent(one.after)}${one.p_value_adjusted === undefined || one.p_value_adjusted > 0.5 ? '' : `, adjusted p ${short(one.p_value_adjusted)}`}`,
        ),
      ],
      next: [
        ...lists.broken
          .slice(0, 1)
          .flatMap((entry) => (entry.after ? [`get_run run=${entry.after} shows what broke`] : [])),
        ...(unsettled[0] ? [`wait_for_session session=${unsettled[0]}`] : []),
        ...(totals.still_failing > 0 ? [`get_failure_clusters session=${after.ref} for what is left`] : []),
      ],
    };
  },
});

/** Runs of a session that may come out in any way: missing from the reading, or not finished. Undefined = nobody can tell. */
function openIn(coverage: Coverage, { counts }: { counts: Counts }): number | undefined {
  const open = openRuns(coverage);
  return open === undefined ? undefined : open + counts.pending;
}

function bare({ test, name, before, after, failed_evaluations, flaky }: ChangeEntry) {
  return {
    test,
    name: name === undefined ? undefined : clip(name, 100),
    before,
    after,
    failed_evaluations: failed_evaluations.slice(0, 5).map((one) => clip(one, 100)),
    flaky,
  };
}

function changeLine(entry: ReturnType<typeof bare>): string {
  const failed = entry.failed_evaluations.length > 0 ? ` · ${entry.failed_evaluations.join('; ')}` : '';
  return `"${entry.name ?? entry.test ?? ''}"${failed} · ${[entry.before, entry.after].filter(Boolean).join(' → ')}${entry.flaky ? ' · flaky' : ''}`;
}

function short(p: number): string {
  return p < 0.001 ? '<0.001' : String(Math.round(p * 1000) / 1000);
}
