/**
 * What became of a run. The vendor has no field for it: state and verdict are derived from `metrics` in a fixed order
 * (INFERRED), so that neither an error nor a stop ever counts as a pass, nor silently as a failure.
 */
import type { RunError, RunVerdict, Status } from '../../model/schemas.ts';
import type { WireRun } from './wire.ts';

export interface RunState {
  status: Status;
  /** Absent where the run ended and only its evaluations can tell. */
  verdict?: RunVerdict;
  error?: RunError;
  ended_reason?: string;
}

/**
 * Whether the batch of a run still writes to it. `ended` and `stopped` = it did so long enough ago that nothing more will
 * come: a run without a result is then not running any more, but lost (queued messages expire), cut off or never judged.
 */
export type BatchPhase = 'going' | 'ended' | 'stopped';

export function runState(wire: WireRun, batch: BatchPhase): RunState {
  const { metrics, totalTurns, maxTurns } = wire;
  const message = metrics?.errorInfo?.message;
  if (message !== undefined) {
    return { status: 'failed', verdict: 'error', error: { message, type: metrics?.errorInfo?.technicalDetails } };
  }
  if (metrics?.isBatchStopped === true) {
    return { status: 'cancelled', verdict: 'inconclusive', ended_reason: 'batch stopped' };
  }
  const judged = metrics?.success !== undefined || (metrics?.results?.length ?? 0) > 0;
  if (!judged) {
    if (batch === 'going') return { status: 'running', verdict: 'pending' };
    if (batch === 'stopped') return { status: 'cancelled', verdict: 'inconclusive', ended_reason: 'batch stopped' };
    return (wire.turns?.length ?? 0) > 0
      ? { status: 'completed', verdict: 'inconclusive', ended_reason: 'never judged' }
      : { status: 'failed', verdict: 'error', error: { message: 'The batch ended without a result of this run.' } };
  }
  const reason = metrics?.isConversationEnded === true ? 'conversation ended' : undefined;
  if (metrics?.success === true) return { status: 'completed', verdict: 'passed', ended_reason: reason };
  if (metrics?.success === false) {
    const turns = totalTurns ?? wire.turns?.length;
    const limit =
      metrics.isConversationEnded === false && maxTurns !== undefined && turns !== undefined && turns >= maxTurns;
    return { status: 'completed', verdict: 'failed', ended_reason: limit ? 'turn limit' : reason };
  }
  return { status: 'completed', ended_reason: reason };
}
