/** One simulation run as a run. */
import { formatRef } from '../../model/refs.ts';
import type { Evaluation, Run, RunVerdict } from '../../model/schemas.ts';
import { failedEvaluations, runVerdict } from '../../model/verdicts.ts';
import type { RunDepth } from '../provider.ts';
import { toEvaluations } from './evaluations.ts';
import { defined } from './lenient.ts';
import { PROVIDER } from './name.ts';
import { iso, seconds } from './times.ts';
import { toConversation, toOutline } from './turns.ts';
import { type BatchPhase, runState } from './verdict.ts';
import { idOf, type WireRun } from './wire.ts';

export interface RunContext {
  scenario: string;
  batch: string;
  /** Name of the scenario. */
  name?: string;
  phase: BatchPhase;
  /** What the first run of the batch is numbered; the vendor does not say whether 0 or 1. */
  base?: number;
  agent?: string;
  /** Whether a run of this verdict is to carry its transcript; always when left out. */
  transcript?: (verdict: RunVerdict) => boolean;
}

/** Undefined for an item without an id, which nobody could refer to. */
export function toRun(wire: WireRun, context: RunContext): Run | undefined {
  const id = idOf(wire);
  if (id === undefined) return undefined;
  const { scenario, batch } = context;
  const state = runState(wire, context.phase);
  const evaluations = evaluationsOf(wire, state.status);
  const verdict = state.verdict ?? runVerdict(state.status, evaluations);
  const conversation = context.transcript?.(verdict) === false ? undefined : toConversation(wire.turns);
  const outline = conversation ? { ...conversation, turns: conversation.turns.length } : toOutline(wire.turns);
  const iteration =
    context.base === undefined || wire.sequence === undefined ? undefined : wire.sequence - context.base;
  const started = outline.began === undefined ? iso(wire.createdAt) : new Date(outline.began).toISOString();
  const ended = state.status !== 'running';
  return {
    ref: formatRef(PROVIDER, 'run', scenario, batch, id),
    session: formatRef(PROVIDER, 'session', scenario, batch),
    status: state.status,
    verdict,
    test: formatRef(PROVIDER, 'case', scenario),
    ...defined('name', context.name),
    failed_evaluations: failedEvaluations(evaluations),
    ...defined('started_at', started),
    ...(ended ? defined('duration_seconds', seconds(wire.duration, outline.span)) : {}),
    ...defined('turns', wire.totalTurns ?? (wire.turns === undefined ? undefined : outline.turns)),
    evaluations,
    ...defined('error', state.error),
    ...defined('ended_reason', state.ended_reason),
    ...defined('agent', context.agent),
    ...(iteration !== undefined && Number.isInteger(iteration) && iteration >= 0 ? { iteration } : {}),
    ...defined('summary', wire.metrics?.summary),
    ...defined('expires_at', iso(wire.expiresAt)),
    ...(conversation && conversation.turns.length > 0 ? { transcript: conversation.turns } : {}),
    ...(conversation?.speaker_inferred ? { speaker_inferred: true } : {}),
  };
}

function evaluationsOf(wire: WireRun, status: Run['status']): Evaluation[] {
  const criteria = wire.successCriteria ?? [];
  if (status === 'running') return toEvaluations(criteria, undefined, 'pending');
  if (status !== 'completed') return toEvaluations(criteria, undefined, 'skipped');
  return toEvaluations(criteria, wire.metrics?.results);
}

/** Whether a run that is read for `depth` is to carry its transcript. */
export function wantsTranscript(depth: RunDepth): (verdict: RunVerdict) => boolean {
  return (verdict) => depth === 'evidence' && verdict !== 'passed';
}

/** What `depth` does not ask for is let go, so that a long walk does not hold transcripts. */
export function cut(run: Run, depth: RunDepth): Run {
  const { transcript, ...rest } = run;
  if (run.verdict !== 'passed' && depth === 'evidence') return run;
  if (run.verdict !== 'passed' && depth === 'reasons') return rest;
  const { error: _, summary: __, ...brief } = rest;
  return { ...brief, evaluations: run.evaluations.map(({ reason: ___, ...evaluation }) => evaluation) };
}

/** The number of the first run, guessed from those at hand: a 0 proves itself, the highest one against the total too. */
export function baseOf(wires: readonly Pick<WireRun, 'sequence'>[], total: number | undefined): number | undefined {
  const numbers = wires.flatMap(({ sequence }) => sequence ?? []);
  if (numbers.length === 0) return undefined;
  if (numbers.includes(0)) return 0;
  if (numbers.includes(1)) return 1;
  return total !== undefined && Math.max(...numbers) === total - 1 ? 0 : 1;
}
