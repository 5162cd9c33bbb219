/** Confirmation of a start: by a person through their client, or by the token of a preview. Anything but a clear yes refuses. */

import type { Answered, Channel, Confirmations } from '../home/confirmations.ts';
import { cleanLine } from '../model/clean.ts';
import type { Provider } from '../providers/provider.ts';
import { refusal } from './answers.ts';
import type { MeasuredPlan } from './plan.ts';

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
 * `confirmed`, or a token that now waits for a yes. A person's client is asked even when a preview token came along: a
 * token in the arguments may be the model's own doing. Throws `refused` with the reason, and `local_io`.
 */
export async function confirm(
  confirmations: Confirmations,
  binding: string,
  personChannel: PersonChannel,
  token: string | undefined,
): Promise<'confirmed' | Pending> {
  if (personChannel.answer) return redeemed(confirmations, personChannel.answer.state, binding, 'person');
  if (personChannel.canAsk) return { channel: 'person', ...(await confirmations.issue(binding, 'person')) };
  if (token !== undefined) return redeemed(confirmations, token, binding, 'preview');
  return { channel: 'preview', ...(await confirmations.issue(binding, 'preview')) };
}

async function redeemed(confirmations: Confirmations, token: string, binding: string, channel: Channel) {
  const result = await confirmations.redeem(token, binding, channel);
  if (result !== 'ok') throw refusal(result);
  return 'confirmed' as const;
}

/** Records on the token of a question that no yes came of it, then throws `refused` with the reason. Also throws `local_io`. */
export async function recordRefusal(confirmations: Confirmations, answer: PersonChannel['answer']): Promise<void> {
  if (!answer || answer.outcome === 'accepted') return;
  await confirmations.close(answer.state, answer.outcome);
  throw refusal(answer.outcome);
}

/** The question for a person: what will be done, where, and what is known of the cost. Names are quoted, on one line. */
export function questionText(provider: Provider, plan: MeasuredPlan, more: number): string {
  const count = plan.runs === undefined ? 'An unknown number of runs' : more === 1 ? '1 run' : `${more} runs`;
  const rest = more < plan.known_runs ? ` (the rest of ${plan.known_runs})` : '';
  const agent = plan.agent === undefined ? '' : ` against agent ${quoted(plan.agent)}`;
  const where = provider.sandbox ? `${provider.label} in the sandbox` : `${provider.label} (${provider.host})`;
  return [
    `${count}${rest} of ${quoted(plan.test_name)}${agent} will be started on ${where}.`,
    ...plan.notes,
    'Start?',
  ].join(' ');
}

function quoted(text: string): string {
  const line = cleanLine(text).trim();
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 79)}…` : line);
}
