import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { withLink } from '../../model/links.ts';
import { codedBySchema } from '../../model/modes.ts';
import { countOrAbsent, type RunBrief, refSchema, runBriefSchema, runVerdictSchema } from '../../model/schemas.ts';
import { toBrief } from '../../model/verdicts.ts';
import { budgetFor, fit } from '../budget.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { runsOfMode } from '../mode-runs.ts';
import { contains, isOfTest, matchesRun } from '../run-filter.ts';
import { eachRun } from '../session-counts.ts';
import { type DataOf, defineTool } from '../tool.ts';
import {
  cursorArgument,
  limitArgument,
  openSession,
  openStatus,
  sessionArgument,
  thresholdsArgument,
} from './shared.ts';

export const listRuns = defineTool({
  name: 'list_runs',
  title: 'List runs',
  description:
    'The runs (conversations) of one session, by verdict, failed evaluation, test, or text in names, reasons and errors; sessions of any size.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({
    session: sessionArgument,
    verdict: runVerdictSchema.optional(),
    evaluation: z.string().optional().describe('Failed this evaluation (part of its name)'),
    mode: z.string().optional().describe('Has a failure of this mode: M-… or its whole title'),
    test: z.string().optional().describe('Of this case: reference or part of its name'),
    text: z.string().max(300).optional().describe('Name, reasons or error contain this'),
    limit: limitArgument,
    cursor: cursorArgument,
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    session: refSchema,
    session_status: z.string().optional(),
    from: z.int().optional(),
    inconclusive: countOrAbsent,
    passed_with_failures: countOrAbsent,
    runs: z.array(runBriefSchema),
    coverage: coverageSchema,
    read_at: z.string().optional(),
    next_cursor: z.string().optional(),
    total: z.int().optional(),
    mode: z.object({ id: z.string(), failures: z.int(), runs: z.int(), coded_by: codedBySchema.optional() }).optional(),
    uncoded: countOrAbsent,
    vendor_problem: z.string().optional(),
    unknown: z.array(z.enum(['evaluation', 'test'])).optional(),
  }),
  async run(args, context) {
    const at = await openSession(args.session, context);
    const query = { ...args, session: at.ref };
    const { skip } = readCursor('list_runs', query, args.cursor);
    const several = at.members.length > 1;
    const limit = args.limit ?? 20;
    const found: RunBrief[] = [];
    let total = 0;
    let inconclusive = 0;
    let excused = 0;
    const named = { evaluation: false, test: false };
    const mode = args.mode === undefined ? undefined : await runsOfMode(at, args.mode, context, args.thresholds);
    const depth = args.text ? 'reasons' : 'verdicts';
    const coverage = await eachRun(at, depth, context, args.thresholds, (run, of) => {
      if (run.verdict === 'inconclusive') inconclusive += 1;
      named.evaluation ||= run.evaluations.some(({ name }) => contains(name, args.evaluation));
      named.test ||= isOfTest(run, args.test);
      if (!matchesRun(run, args) || mode?.of.has(run.ref) === false) return;
      if (run.verdict === 'passed' && run.failed_evaluations.length > 0) excused += 1;
      if (total >= skip && found.length < limit)
        found.push(withLink(context.config.links, toBrief(run, several ? of.ref : undefined), of.ref));
      total += 1;
    });
    const { kept } = fit(found, budgetFor('digest', at.ref, coverage, coverage.gaps));
    const end = skip + kept.length;
    const next = end < total ? writeCursor('list_runs', query, { skip: end }) : undefined;
    return {
      session: at.ref,
      session_status: openStatus(at),
      runs: kept,
      from: skip > 0 ? skip + 1 : undefined,
      coverage,
      read_at: at.read_at,
      inconclusive: args.verdict === 'failed' || args.verdict === 'passed' ? inconclusive : 0,
      passed_with_failures: excused,
      next_cursor: next,
      total,
      mode: mode?.said,
      uncoded: mode?.uncoded ?? 0,
      vendor_problem: mode?.problem,
      unknown: unknownNames(args, named, coverage.complete),
    };
  },
});

/** Filters that name nothing of the session: no evaluation of any run, no case. Undefined where all name something. */
function unknownNames(
  args: { evaluation?: string; test?: string },
  named: { evaluation: boolean; test: boolean },
  complete: boolean,
): ('evaluation' | 'test')[] | undefined {
  const unknown = (['evaluation', 'test'] as const).filter((name) => args[name] !== undefined && !named[name]);
  return complete && unknown.length > 0 ? unknown : undefined;
}

export type ListRuns = DataOf<typeof listRuns>;
