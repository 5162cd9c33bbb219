import * as z from 'zod/v4';
import { toProblem } from '../../model/problem.ts';
import { resourceUri } from '../../model/refs.ts';
import { evaluationSchema, runBriefSchema, type Turn, turnSchema } from '../../model/schemas.ts';
import { applyThresholds, type ThresholdUse, toBrief } from '../../model/verdicts.ts';
import { budgetFor, bytesOf, fit } from '../present/budget.ts';
import { clip } from '../present/clean.ts';
import { evaluationLine, plural, runLine, turnLine } from '../present/words.ts';
import { checkThresholds, idleThresholds, usedThresholds } from '../session-counts.ts';
import { defineTool } from '../tool.ts';
import { detailArgument, readRun, readTurns, runArgument, shortTurn, thresholdsArgument } from './shared.ts';

const EXCERPT_TURNS = 5;
/** Characters of a turn in it, where such turns fit, and where not. */
const TURN = { digest: 500, full: 2_000, cut: 160 };

/** The turns around the failure, as far as there is one and its turns can be read. */
interface Around {
  excerpt?: Turn[];
  centre?: number;
  speaker_inferred?: boolean;
  /** Why the turns could not be read (trusted words). */
  unread?: string;
}

export const getRun = defineTool({
  name: 'get_run',
  title: 'Get a run',
  description:
    'One conversation: verdict, evaluations with reasons, technical error, timing, latency, cost, and the turns around the failure.',
  toolset: 'diagnose',
  operation: 'read',
  idempotent: true,
  untrusted:
    'run.name, run.failed_evaluations, evaluations[].name, evaluations[].reason, error, excerpt[].text, summary, ended_reason, agent, variant',
  input: z.strictObject({ run: runArgument, detail: detailArgument, thresholds: thresholdsArgument }),
  output: z.object({
    run: runBriefSchema,
    evaluations: z.array(evaluationSchema),
    omitted_evaluations: z.int().optional(),
    error: z.object({ message: z.string(), code: z.string().optional(), type: z.string().optional() }).optional(),
    excerpt: z.array(turnSchema).optional(),
    failure_turn: z.int().optional(),
    transcript: z.string().describe('Resource URI'),
    transcript_problem: z.string().optional(),
    recording: z.string().optional().describe('Resource URI'),
    cost: z.object({ amount: z.number(), unit: z.string() }).optional(),
    latency_seconds: z.number().optional(),
    ended_reason: z.string().optional(),
    summary: z.string().optional(),
    agent: z.string().optional(),
    variant: z.string().optional(),
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
    const budget = budgetFor(args.detail);
    const order = ['failed', 'error', 'pending', 'unscored', 'skipped', 'passed'];
    const sorted = [...run.evaluations].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
    const shortened = sorted.map((one) => ({
      ...one,
      reason: one.reason === undefined ? undefined : clip(one.reason, full ? 4_000 : 700),
    }));
    const evaluations = fit(shortened, budget * 0.4);
    const unscored = run.evaluations.filter(({ verdict }) => verdict === 'unscored').length;
    const failed = sorted.find((evaluation) => evaluation.verdict === 'failed');
    const { excerpt, centre, speaker_inferred, unread } = await around();
    const recording = run.has_recording && provider.runs?.recording ? resourceUri(run.ref, 'recording') : undefined;
    const { error, cost, latency_seconds, ended_reason, summary, agent, variant, iteration, expires_at } = run;
    return {
      data: {
        run: toBrief(run),
        evaluations: evaluations.kept,
        omitted_evaluations: evaluations.omitted || undefined,
        error: error && { ...error, message: clip(error.message, 1_000) },
        excerpt,
        failure_turn: centre,
        transcript: resourceUri(run.ref, 'transcript'),
        transcript_problem: unread,
        recording,
        cost,
        latency_seconds,
        ended_reason,
        summary: summary === undefined ? undefined : clip(summary, 1_000),
        agent,
        variant,
        iteration,
        expires_at,
        speaker_inferred: speaker_inferred || undefined,
      },
      headline: [
        `Run ${run.ref} of ${run.session}: ${run.verdict} (status ${run.status}).`,
        run.verdict === 'error' ? 'It broke technically; that says nothing about the agent.' : '',
        unscored > 0 ? `${plural(unscored, 'evaluation')} without a verdict (unscored).` : '',
        run.verdict === 'passed' && failed
          ? 'It passed although some of its evaluations failed: the rule of the platform lets that be.'
          : '',
        evaluations.omitted > 0 ? `${plural(evaluations.omitted, 'evaluation')} not shown: detail=full.` : '',
        run.evaluations.length > 0 ? idleThresholds(args.thresholds, used) : '',
        centre === undefined ? '' : `The failure points at turn ${centre}.`,
        unread === undefined ? '' : `Its turns could not be read: ${unread}`,
        latency_seconds === undefined ? '' : `Mean answer time ${Math.round(latency_seconds * 10) / 10} s.`,
        cost === undefined ? '' : `Cost ${cost.amount} ${cost.unit}.`,
        expires_at === undefined ? '' : `The platform deletes it at ${expires_at}.`,
        speaker_inferred ? 'Speakers are inferred.' : '',
        `Resources: ${[resourceUri(run.ref, 'transcript'), recording].filter(Boolean).join(' ')}`,
      ]
        .filter(Boolean)
        .join(' '),
      lines: [
        runLine(run),
        ...(error
          ? [`technical error: ${clip(error.message, 1_000)}${error.code ? ` (${clip(error.code, 60)})` : ''}`]
          : []),
        ...(ended_reason ? [`ended: ${clip(ended_reason, 200)}`] : []),
        ...(agent ? [`agent: ${clip(agent, 120)}`] : []),
        ...(variant ? [`variant: ${clip(variant, 120)}`] : []),
        ...(iteration === undefined ? [] : [`iteration: ${iteration}`]),
        ...(summary ? [`summary: ${clip(summary, 1_000)}`] : []),
        ...evaluations.kept.map(evaluationLine),
        ...(excerpt ?? []).map((turn) => turnLine(turn)),
      ],
      next: [
        failed
          ? `get_transcript run=${run.ref} around=failure limit=15 shows more turns`
          : `get_transcript run=${run.ref}`,
        ...(failed ? [`get_failure_clusters session=${run.session} shows whether others failed the same way`] : []),
      ],
    };

    async function around(): Promise<Around> {
      if (!failed) return { speaker_inferred: run.speaker_inferred };
      let read: Awaited<ReturnType<typeof readTurns>>;
      try {
        read = await readTurns(provider, ids, run, context);
      } catch (error) {
        // The run is known; that its turns cannot be read is one more fact about it.
        if (context.signal.aborted) throw error;
        return { unread: toProblem(error).message, speaker_inferred: run.speaker_inferred };
      }
      const { turns, speaker_inferred: inferred } = read;
      if (turns.length === 0) return { speaker_inferred: inferred };
      const { failureWindow } = await import('../../analysis/evidence.ts');
      const { window, centre } = failureWindow(turns, run.evaluations, full ? 15 : EXCERPT_TURNS);
      const cut = (most: number) => window.turns.map((turn) => shortTurn(turn, most));
      const turnsIn = cut(full ? TURN.full : TURN.digest);
      return {
        excerpt: bytesOf(turnsIn) > budget * 0.35 ? cut(TURN.cut) : turnsIn,
        centre,
        speaker_inferred: inferred,
      };
    }
  },
});
