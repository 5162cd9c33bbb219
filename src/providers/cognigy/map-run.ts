/** One simulation run as a run. */
import { formatRef } from '../../model/refs.ts';
import type { Evaluation, Run, RunError, RunVerdict, Status } from '../../model/schemas.ts';
import { failedEvaluations } from '../../model/verdicts.ts';
import { yesOrNo } from '../shared/judgements.ts';
import { asText, iso } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';
import { toOutline, toTurns, turnsIn } from './transcript.ts';
import { isJudged, judgementOf, toEvaluations } from './verdict.ts';
import { idOf, type WireRun } from './wire.ts';

/**
 * Whether the batch of a run still writes to it. `ended` and `stopped` = it did so long enough ago that nothing more will
 * come: a run without a result is then not running any more, but lost (queued messages expire), cut off or never judged.
 */
export type BatchPhase = 'going' | 'ended' | 'stopped';

export interface RunState {
  status: Status;
  /** Absent where the run was judged: its success and its evaluations tell. */
  verdict?: RunVerdict;
  error?: RunError;
  ended_reason?: string;
}

export interface RunContext {
  scenario: string;
  batch: string;
  /** Name of the scenario. */
  name?: string;
  phase: BatchPhase;
  /** What the first run of the batch is numbered; the vendor does not say whether 0 or 1. */
  base?: number;
  agent?: string;
  /** Whether the run is to carry its transcript; it does when left out. */
  transcript?: boolean;
}

/** Name of what the platform says of a run as a whole, where that is told as an evaluation. */
const OVERALL = 'the run as a whole';

/** Undefined for an item without an id. */
export function toRun(wire: WireRun, context: RunContext): Run | undefined {
  const id = idOf(wire);
  if (id === undefined) return undefined;
  const { scenario, batch } = context;
  const state = statusOf(wire, context.phase);
  const evaluations = evaluationsOf(wire, state.status);
  let { verdict } = state;
  if (verdict === undefined) {
    const judged = judgementOf(wire.metrics, evaluations);
    verdict = judged.verdict;
    if (judged.overall) evaluations.push({ name: OVERALL, ...judged.overall });
  }
  const rows = wire.turns === undefined ? undefined : turnsIn(wire.turns);
  const conversation = context.transcript === false ? undefined : toTurns(rows ?? []);
  const outline = conversation ? { ...conversation, turns: conversation.turns.length } : toOutline(rows ?? []);
  const iteration =
    context.base === undefined || wire.sequence === undefined ? undefined : wire.sequence - context.base;
  const started = outline.began === undefined ? iso(wire.createdAt) : new Date(outline.began).toISOString();
  const { summary } = wire.metrics ?? {};
  // No spreads: 10,000 runs are mapped by cold code, in which each costs as much as the rest of the run (measured).
  return {
    ref: formatRef(PLATFORM.id, 'run', scenario, batch, id),
    session: formatRef(PLATFORM.id, 'session', scenario, batch),
    status: state.status,
    verdict,
    test: formatRef(PLATFORM.id, 'case', scenario),
    name: context.name,
    failed_evaluations: failedEvaluations(evaluations),
    started_at: started,
    duration_seconds: state.status === 'running' ? undefined : seconds(wire.duration, outline.span),
    // Its own count, unless all that it counts is here: turns in which nothing is said are none.
    turns: rows === undefined || (wire.totalTurns ?? 0) > rows.length ? wire.totalTurns : outline.turns,
    evaluations,
    error: state.error,
    ended_reason: state.ended_reason,
    agent: context.agent,
    iteration: iteration !== undefined && Number.isInteger(iteration) && iteration >= 0 ? iteration : undefined,
    summary,
    expires_at: iso(wire.expiresAt),
    transcript: conversation && conversation.turns.length > 0 ? conversation.turns : undefined,
    speaker_inferred: conversation?.speaker_inferred ? true : undefined,
  };
}

function evaluationsOf(wire: WireRun, status: Run['status']): Evaluation[] {
  const criteria = wire.successCriteria ?? [];
  if (status === 'running') return toEvaluations(criteria, undefined, 'pending');
  if (status !== 'completed') return toEvaluations(criteria, undefined, 'skipped');
  return toEvaluations(criteria, wire.metrics?.results);
}

/**
 * What became of a run. The vendor has no field for it: it is derived from `metrics` in a fixed order (INFERRED), so that
 * neither an error nor a stop ever counts as a pass, nor silently as a failure.
 */
export function statusOf(wire: WireRun, batch: BatchPhase): RunState {
  const { metrics, totalTurns, maxTurns } = wire;
  const message = metrics?.errorInfo?.message;
  if (message !== undefined) {
    return { status: 'failed', verdict: 'error', error: { message, type: metrics?.errorInfo?.technicalDetails } };
  }
  if (metrics?.isBatchStopped === true) {
    return { status: 'cancelled', verdict: 'inconclusive', ended_reason: 'batch stopped' };
  }
  if (!isJudged(metrics)) {
    if (batch === 'going') return { status: 'running', verdict: 'pending' };
    if (batch === 'stopped') return { status: 'cancelled', verdict: 'inconclusive', ended_reason: 'batch stopped' };
    return turnsIn(wire.turns)?.length !== 0
      ? { status: 'completed', verdict: 'inconclusive', ended_reason: 'never judged' }
      : { status: 'failed', verdict: 'error', error: { message: 'The batch ended without a result of this run.' } };
  }
  const turns = totalTurns ?? turnsIn(wire.turns)?.length;
  const limit =
    yesOrNo(metrics?.success) === false &&
    metrics?.isConversationEnded === false &&
    maxTurns !== undefined &&
    turns !== undefined &&
    turns >= maxTurns;
  const reason = metrics?.isConversationEnded === true ? 'conversation ended' : undefined;
  return { status: 'completed', ended_reason: limit ? 'turn limit' : reason };
}

/** Nothing more comes of it, whatever its batch does. */
export function isOver(wire: WireRun): boolean {
  return statusOf(wire, 'going').status !== 'running';
}

/** What of a run may change while it is listed, as text. */
export function judgementState({ metrics: { success, results, isBatchStopped, errorInfo } = {} }: WireRun): string {
  return `${asText(success ?? '')} ${isBatchStopped} ${errorInfo?.message} ${Array.isArray(results) ? results.length : results}`;
}

/** The number of the first run, guessed from those at hand: a 0 proves itself, the highest one against the total too. */
export function baseOf(wires: readonly Pick<WireRun, 'sequence'>[], total: number | undefined): number | undefined {
  const numbers = wires.flatMap(({ sequence }) => sequence ?? []);
  if (numbers.length === 0) return undefined;
  if (numbers.includes(0)) return 0;
  if (numbers.includes(1)) return 1;
  return total !== undefined && Math.max(...numbers) === total - 1 ? 0 : 1;
}

/**
 * Seconds of a duration, whose unit is undocumented. `span` is how long the turns took, in seconds: the unit that comes
 * closer to it wins. Without turns to go by, milliseconds (INFERRED), unless the conversation would be over within one
 * second.
 */
export function seconds(value: number | undefined, span: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value) || value < 0) return span;
  if (value === 0) return span ?? 0;
  if (span === undefined || span <= 0) return value < 1000 ? value : value / 1000;
  const away = (guess: number) => Math.abs(Math.log(guess / span));
  return away(value) < away(value / 1000) ? value : value / 1000;
}
