/** Simulations as runs, in our words. Pure; what a list does not tell is left out. */
import { formatRef } from '../../model/refs.ts';
import type { Evaluation, Run, Status } from '../../model/schemas.ts';
import { failedEvaluations, runVerdict } from '../../model/verdicts.ts';
import { iso } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';
import type { WireSimulation } from './wire.ts';

export interface RunContext {
  run_id: string;
  evaluations: Evaluation[];
  /** Its run ended so long ago that nothing more will come of it. */
  settled?: boolean;
  /** Name of the test case. */
  label?: string | undefined;
  iteration?: number | undefined;
}

/**
 * One simulation with its evaluations. A simulation that did not complete has none: its metrics say nothing. What one that
 * completed says of an error stands beside them, and it is no pass: Coval documents errors of failed ones alone.
 */
export function toRun(simulation: WireSimulation, context: RunContext): Run {
  const status = statusOf(simulation.status);
  const judged = status === 'completed' ? context.evaluations : [];
  const evaluations =
    status === 'completed' && simulation.error_message ? [...judged, besideError(simulation.error_message)] : judged;
  const variant = simulation.mutation_name ?? simulation.mutation_id;
  const broke = status === 'failed' || (status === 'cancelled' && simulation.error_message !== undefined);
  const message = simulation.error_message ?? 'Coval gives no reason.';
  const verdict = runVerdict(status, evaluations);
  // No spreads: 10,000 runs are mapped by cold code, in which each costs as much as the rest of the run (measured).
  return {
    ref: formatRef(PLATFORM.id, 'run', simulation.simulation_id),
    session: formatRef(PLATFORM.id, 'session', simulation.run_id ?? context.run_id),
    // Executed but still being judged is a status of ours; Coval says COMPLETED and lets the metrics follow.
    status: status === 'completed' && evaluations.some((e) => e.verdict === 'pending') ? 'scoring' : status,
    // What is under way in a run that ended long ago is not waited for: its end is not known.
    verdict: verdict === 'pending' && context.settled ? 'inconclusive' : verdict,
    test: simulation.test_case_id ? formatRef(PLATFORM.id, 'case', simulation.test_case_id) : undefined,
    name: context.label,
    iteration: context.iteration,
    variant,
    agent: simulation.agent_id,
    agent_ref: simulation.agent_id ? formatRef(PLATFORM.id, 'agent', simulation.agent_id) : undefined,
    started_at: iso(simulation.create_time),
    vendor_status: simulation.status,
    has_recording: simulation.has_audio,
    ended_reason: simulation.end_reason,
    failed_evaluations: failedEvaluations(evaluations),
    evaluations,
    error: broke ? { message, code: simulation.error_status } : undefined,
  };
}

function besideError(reason: string): Evaluation {
  return { name: 'simulation', verdict: 'unscored', unread: 'a completed simulation beside an error', reason };
}

/** One spelling for all: `in queue`, `IN_QUEUE` and `IN QUEUE` become `IN_QUEUE`; `SUCCEEDED` stays what it is. */
export function normalStatus(text: string | undefined): string {
  // Nearly every one of the thousands in a session.
  if (text === 'COMPLETED') return text;
  const word = (text ?? '')
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_');
  return word === 'CANCELED' ? 'CANCELLED' : word;
}

/**
 * A run's or simulation's status in our words. A word we do not know is `running`: neither an end nor a verdict is read
 * into it, and `vendor_status` shows it.
 */
export function statusOf(text: string | undefined): Status {
  switch (normalStatus(text)) {
    case 'PENDING':
    case 'IN_QUEUE':
    case 'QUEUED':
      return 'queued';
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
      return 'failed';
    case 'CANCELLED':
    case 'DELETED':
      return 'cancelled';
    default:
      return 'running';
  }
}
