import * as z from 'zod/v4';
import { withLink } from '../../model/links.ts';
import { toProblem } from '../../model/problem.ts';
import { quotedText } from '../../model/quoted.ts';
import { resourceUri } from '../../model/refs.ts';
import {
  countOrAbsent,
  evaluationSchema,
  type Run,
  refSchema,
  runBriefSchema,
  type Turn,
  turnSchema,
} from '../../model/schemas.ts';
import { applyThresholds, type ThresholdUse, toBrief } from '../../model/verdicts.ts';
import type { Provider } from '../../providers/provider.ts';
import { budgetFor, bytesOf, fit } from '../budget.ts';
import { clip } from '../clean.ts';
import { checkThresholds, idleThresholds, usedThresholds } from '../session-counts.ts';
import { type DataOf, defineTool, type ToolContext } from '../tool.ts';
import { detailArgument, readRun, readTurns, runArgument, shortTurn, thresholdsArgument } from './shared.ts';

const EXCERPT_TURNS = 5;
/** Characters of a turn in it, where such turns fit, and where not. */
const TURN = { digest: 500, full: 2_000, cut: 160 };

/** The turns around the failure, as far as there is one and its turns can be read. */
interface Around {
  excerpt?: Turn[] | undefined;
  centre?: number | undefined;
  speaker_inferred?: boolean | undefined;
  /** Why the turns could not be read (trusted words). */
  unread?: string | undefined;
}

export const getRun = defineTool({
  name: 'get_run',
  title: 'Get a run',
  description:
    'One conversation: verdict, evaluations with reasons, technical error, timing, latency, cost, and the turns around the failure.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  input: z.strictObject({ run: runArgument, detail: detailArgument, thresholds: thresholdsArgument }),
  output: z.object({
    run: runBriefSchema.extend({ session: refSchema }),
    evaluations: z.array(evaluationSchema),
    omitted_evaluations: countOrAbsent,
    unscored_evaluations: countOrAbsent,
    idle_thresholds: countOrAbsent,
    error: z.object({ message: quotedText, code: quotedText.optional(), type: quotedText.optional() }).optional(),
    excerpt: z.array(turnSchema).optional(),
    failure_turn: z.int().optional(),
    transcript: z.string().describe('Resource URI'),
    transcript_problem: z.string().optional(),
    recording: z.string().optional().describe('Resource URI'),
    cost: z.object({ amount: z.number(), unit: z.string() }).optional(),
    latency_seconds: z.number().optional(),
    ended_reason: quotedText.optional(),
    summary: quotedText.optional(),
    agent: quotedText.optional(),
    variant: quotedText.optional(),
    iteration: z.int().optional(),
    expires_at: z.string().optional(),
    speaker_inferred: z.boolean().optional(),
  }),
  async run(args, context) {
    const { provider, ids, run: raw } = await readRun(args.run, context);
    const use: ThresholdUse = { matched: new Set(), known: new Set() };
    const run = applyThresholds(raw, args.thresholds, use);
    const used = new Set<string>();
    if (run.evaluations.length > 0) checkThresholds(args.thresholds, use, 1);
    usedThresholds(args.thresholds, run.evaluations, used);
    const full = args.detail === 'full';
    const evaluations = evaluationsOf(run, full);
    const around = await turnsAround(run, { provider, ids, full }, context);
    const { error, cost, latency_seconds, iteration, expires_at } = run;
    return {
      run: withLink(context.config.links, { ...toBrief(run), session: run.session }),
      evaluations: evaluations.kept,
      omitted_evaluations: evaluations.omitted,
      unscored_evaluations: run.evaluations.filter(({ verdict }) => verdict === 'unscored').length,
      idle_thresholds: run.evaluations.length > 0 ? idleThresholds(args.thresholds, used) : 0,
      error: error && { ...error, message: clip(error.message, 1_000), code: clip(error.code, 60) },
      excerpt: around.excerpt,
      failure_turn: around.centre,
      transcript: resourceUri(run.ref, 'transcript'),
      transcript_problem: around.unread,
      recording: run.has_recording && provider.runs?.recording ? resourceUri(run.ref, 'recording') : undefined,
      cost,
      latency_seconds,
      ended_reason: clip(run.ended_reason, 200),
      summary: clip(run.summary, 1_000),
      agent: clip(run.agent, 120),
      variant: clip(run.variant, 120),
      iteration,
      expires_at,
      speaker_inferred: around.speaker_inferred || undefined,
    };
  },
});

export type GetRun = DataOf<typeof getRun>;

const WORST_FIRST = ['failed', 'error', 'pending', 'unscored', 'skipped', 'passed'];

/** What failed first, as far as it fits. */
function evaluationsOf({ evaluations }: Run, full: boolean) {
  const sorted = evaluations.toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict));
  const shortened = sorted.map((one) => ({ ...one, reason: clip(one.reason, full ? 4_000 : 600) }));
  return fit(shortened, budgetFor(full ? 'full' : 'digest') * 0.4);
}

/** The turns around the failure, as far as the run has one. */
async function turnsAround(
  run: Run,
  { provider, ids, full }: { provider: Provider; ids: readonly string[]; full: boolean },
  context: ToolContext,
): Promise<Around> {
  const { speaker_inferred } = run;
  if (!run.evaluations.some(({ verdict }) => verdict === 'failed')) return { speaker_inferred };
  let read: Awaited<ReturnType<typeof readTurns>>;
  try {
    read = await readTurns(provider, ids, run, context);
  } catch (error) {
    // The run is known; that its turns cannot be read is one more fact about it.
    if (context.signal.aborted) throw error;
    return { unread: toProblem(error).message, speaker_inferred };
  }
  if (read.turns.length === 0) return { speaker_inferred: read.speaker_inferred };
  const { failureWindow } = await import('../../analysis/evidence.ts');
  const { window, centre } = failureWindow(read.turns, run.evaluations, full ? 15 : EXCERPT_TURNS);
  const turnsOf = (most: number) => window.turns.map((turn) => shortTurn(turn, most));
  const turns = turnsOf(full ? TURN.full : TURN.digest);
  const fits = bytesOf(turns) <= budgetFor(full ? 'full' : 'digest') * 0.35;
  return { excerpt: fits ? turns : turnsOf(TURN.cut), centre, speaker_inferred: read.speaker_inferred };
}
