/**
 * What became of a run. The vendor has no field for it: state and verdict are derived from `metrics` in a fixed order
 * (INFERRED), so that neither an error nor a stop ever counts as a pass, nor silently as a failure.
 */
import type { Evaluation, RunError, RunVerdict, Status } from '../../model/schemas.ts';
import { formOf, notUnderstood, yesOrNo } from '../shared/judgements.ts';
import { resultsIn } from './evaluations.ts';
import { turnsIn } from './turns.ts';
import type { WireMetrics, WireRun } from './wire.ts';

export interface RunState {
  status: Status;
  /** Absent where the run was judged: its success and its evaluations tell. */
  verdict?: RunVerdict;
  error?: RunError;
  ended_reason?: string;
}

/**
 * Whether the batch of a run still writes to it. `ended` and `stopped` = it did so long enough ago that nothing more will
 * come: a run without a result is then not running any more, but lost (queued messages expire), cut off or never judged.
 */
export type BatchPhase = 'going' | 'ended' | 'stopped';

export function isJudged(metrics: WireMetrics | undefined): boolean {
  return metrics?.success !== undefined || resultsIn(metrics?.results).length > 0;
}

export function runState(wire: WireRun, batch: BatchPhase): RunState {
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

export interface Judgement {
  verdict: RunVerdict;
  /** What the platform said of the run as a whole, where that was not understood or cannot be. */
  overall?: Omit<Evaluation, 'name'>;
}

/**
 * The verdict of a run that was judged. The platform's own word counts: a run succeeds when all its criteria are met
 * (INFERRED), so a success beside a criterion that failed is none. Without its word each criterion has to have passed.
 */
export function judgementOf(metrics: WireMetrics | undefined, evaluations: readonly Evaluation[]): Judgement {
  const said = metrics?.success;
  const success = yesOrNo(said);
  if (success === false) return { verdict: 'failed' };
  const failed = evaluations.find(({ verdict }) => verdict === 'failed');
  const { percentage, numerator = 0, denominator } = metrics?.successRate ?? {};
  // Of nothing counted a percentage says nothing, and 1 without a count may be all of them.
  const partly =
    denominator === undefined
      ? percentage !== undefined && percentage < 100 && percentage !== 1
      : numerator < denominator;
  if (success === true) {
    if (failed) {
      const reason = `The platform calls this run a success, although "${failed.name}" failed.`;
      return contradicted('a success beside a criterion that failed', reason);
    }
    const details = metrics?.errorInfo?.technicalDetails;
    if (details !== undefined) return contradicted('a success beside details of an error', details);
    if (!partly) return { verdict: 'passed' };
    const met = denominator === undefined ? 'not all criteria' : `${numerator} of ${denominator} criteria`;
    const reason = `The platform calls this run a success, although it counts ${met} as met.`;
    return contradicted('a success beside criteria that are not all met', reason);
  }
  if (said !== undefined) {
    const overall = { verdict: 'unscored' as const, unread: formOf(said), reason: notUnderstood(said, undefined) };
    return { verdict: failed ? 'failed' : 'inconclusive', overall };
  }
  if (failed) return { verdict: 'failed' };
  if (partly && evaluations.every(({ verdict }) => verdict === 'passed')) {
    return contradicted('a rate beside criteria that all passed', 'The platform counts some criteria as not met.');
  }
  return { verdict: evaluations.every(({ verdict }) => verdict === 'passed') ? 'passed' : 'inconclusive' };
}

function contradicted(unread: string, reason: string): Judgement {
  return { verdict: 'inconclusive', overall: { verdict: 'unscored', unread, reason } };
}
