import * as z from 'zod/v4';
import { coverageSchema } from '../../model/coverage.ts';
import { type RunBrief, runBriefSchema, runVerdictSchema } from '../../model/schemas.ts';
import { toBrief } from '../../model/verdicts.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { budgetFor, fit } from '../present/budget.ts';
import { coverageLine, plural, runLine } from '../present/words.ts';
import { matchesRun } from '../run-filter.ts';
import { eachRun } from '../session-counts.ts';
import { defineTool } from '../tool.ts';
import {
  cursorArgument,
  goingOn,
  limitArgument,
  openSession,
  readAt,
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
  untrusted: 'runs[].name, runs[].failed_evaluations',
  input: z.strictObject({
    session: sessionArgument,
    verdict: runVerdictSchema.optional(),
    evaluation: z.string().optional().describe('Failed this evaluation (part of its name)'),
    test: z.string().optional().describe('Of this case: reference or part of its name'),
    text: z.string().max(300).optional().describe('Name, reasons or error contain this'),
    limit: limitArgument,
    cursor: cursorArgument,
    thresholds: thresholdsArgument,
  }),
  output: z.object({
    runs: z.array(runBriefSchema),
    coverage: coverageSchema,
    read_at: z.string().optional(),
    next_cursor: z.string().optional(),
    total: z.int().optional(),
  }),
  async run(args, context) {
    const { skip } = readCursor('list_runs', args, args.cursor);
    const at = await openSession(args.session, context);
    const limit = args.limit ?? 20;
    const found: RunBrief[] = [];
    let total = 0;
    let inconclusive = 0;
    const depth = args.text ? 'reasons' : 'verdicts';
    const coverage = await eachRun(at, depth, context, args.thresholds, (run) => {
      if (run.verdict === 'inconclusive') inconclusive += 1;
      if (!matchesRun(run, args)) return;
      if (total >= skip && found.length < limit) found.push(toBrief(run));
      total += 1;
    });
    const { kept } = fit(found, budgetFor('digest', coverage, coverage.gaps));
    const end = skip + kept.length;
    const next = end < total ? writeCursor('list_runs', args, { skip: end }) : undefined;
    const session = at.ref;
    const short = coverageLine(coverage, 'this list and its total');
    return {
      data: { runs: kept, coverage, read_at: at.read_at, next_cursor: next, total },
      headline: [
        short,
        `${kept.length} of ${total} matching runs of ${session}${skip > 0 ? `, from ${skip + 1}` : ''}${next ? `; more with cursor ${next}` : ''}.`,
        inconclusive > 0 && (args.verdict === 'failed' || args.verdict === 'passed')
          ? `${plural(inconclusive, 'run')} of the session ${inconclusive === 1 ? 'is' : 'are'} inconclusive, neither passed nor failed: verdict=inconclusive shows them.`
          : '',
        goingOn(at),
        readAt(at),
      ]
        .filter(Boolean)
        .join('\n'),
      lines: kept.map(runLine),
      next: kept[0] ? [`get_run run=${kept[0].ref}`, `get_failure_clusters session=${session}`] : undefined,
    };
  },
});
