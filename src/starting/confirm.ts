/**
 * Confirmation of a start: through the client, which may ask a person, or by the token of a preview, which proves that the
 * caller saw the plan and not that a person did. Anything but a clear yes refuses.
 */

import type { Answered, Binding, Channel, Confirmations } from '../home/confirmations.ts';
import type { ConfirmMode } from '../model/confirm-modes.ts';
import { noOneAsks, refusal } from './refusals.ts';

/** How a person can be asked in the call at hand. The MCP layer's tool context fits. */
export interface PersonChannel {
  /** The client can put a question to a person. */
  canAsk: boolean;
  /** What came of the `StartQuestion` whose token is `state`. */
  answer?: PersonAnswer | undefined;
}

export interface PersonAnswer {
  outcome: Answered;
  state: string;
  /** Runs that may start in the hour from now on without a further yes, as the person allowed; 0 by default. */
  further_runs?: number | undefined;
}

export interface Pending {
  channel: Channel;
  token: string;
  expires_at: string;
}

/**
 * A yes, with the further runs that were allowed together with it, or a token that now waits for a yes. A client that can
 * ask is asked even when a preview token came along: a token in the arguments may be the model's own doing. Throws
 * `refused` with the reason, and `local_io`.
 */
export async function confirm(
  confirmations: Confirmations,
  mode: ConfirmMode,
  binding: Binding,
  { canAsk, answer }: PersonChannel,
  token: string | undefined,
): Promise<{ further_runs: number } | Pending> {
  if (answer?.outcome === 'accepted') {
    await redeem(confirmations, answer.state, binding, 'person');
    return { further_runs: answer.further_runs ?? 0 };
  }
  // A client that failed to ask is one that cannot.
  if (canAsk && answer === undefined) return { channel: 'person', ...(await confirmations.issue(binding, 'person')) };
  if (mode === 'person') throw noOneAsks();
  if (token !== undefined) {
    await redeem(confirmations, token, binding, 'preview');
    return { further_runs: 0 };
  }
  return { channel: 'preview', ...(await confirmations.issue(binding, 'preview')) };
}

async function redeem(confirmations: Confirmations, token: string, binding: Binding, channel: Channel): Promise<void> {
  const result = await confirmations.redeem(token, binding, channel);
  if (result !== 'ok') throw refusal(result);
}

/**
 * Records on the token of a question that no yes came of it, then throws `refused` with the reason; returns where the
 * client could not ask and a token may take its place. Also throws `local_io`.
 */
export async function recordRefusal(
  confirmations: Confirmations,
  mode: ConfirmMode,
  answer: PersonChannel['answer'],
): Promise<void> {
  if (!answer) return;
  const outcome = answer.outcome === 'accepted' && !isCount(answer.further_runs) ? 'malformed' : answer.outcome;
  if (outcome === 'accepted') return;
  await confirmations.close(answer.state, outcome);
  if (outcome !== 'failed' || mode === 'person') throw refusal(outcome);
}

function isCount(runs: number | undefined): boolean {
  return runs === undefined || (Number.isSafeInteger(runs) && runs >= 0);
}
