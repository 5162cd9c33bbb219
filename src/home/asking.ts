/**
 * A yes: through the client, which may ask a person, or by the token of a preview, which proves that the caller saw what
 * is to be done and not that a person did. Anything but a clear yes refuses.
 */
import type { Problem } from '../model/problem.ts';
import type { Answered, Binding, Channel, Confirmations } from './confirmations.ts';
import type { NoYes } from './no-yes.ts';

/** How a person can be asked in the call at hand. The MCP layer's tool context fits. */
export interface PersonChannel {
  /** The client can put a question to a person. */
  canAsk: boolean;
  /** What came of the question whose token is `state`. */
  answer?: PersonAnswer | undefined;
}

export interface PersonAnswer {
  outcome: Answered;
  state: string;
  /** Runs that may start in the hour from now on without a further yes, as the person allowed; 0 by default. */
  further_runs?: number | undefined;
}

/** A token that waits for a yes: `person` = put the question to the client's person; `preview` = show it to the caller. */
export interface Pending {
  channel: Channel;
  token: string;
  expires_at: string;
}

/** What is asked for: whether a yes is needed at all is decided before. */
export interface Asking {
  confirmations: Confirmations;
  /** The token of a preview may stand in for a client that cannot ask, or failed to. */
  tokenCounts: boolean;
  /** The problem of a yes that is missing, in the words of who asks. */
  refusal(reason: NoYes): Problem;
}

/**
 * A yes, with the further runs that were allowed together with it, or a token that now waits for a yes. A client that can
 * ask is asked even when a preview token came along: a token in the arguments may be the model's own doing. Throws the
 * refusal with its reason, and `local_io`.
 */
export async function yesFor(
  asking: Asking,
  binding: Binding,
  { canAsk, answer }: PersonChannel,
  token?: string | undefined,
): Promise<{ further_runs: number } | Pending> {
  const { confirmations, tokenCounts, refusal } = asking;
  await endUnanswered(asking, answer);
  const redeem = async (redeemed: string, channel: Channel): Promise<void> => {
    const result = await confirmations.redeem(redeemed, binding, channel);
    if (result !== 'ok') throw refusal(result);
  };
  const issue = async (channel: Channel) => ({ channel, ...(await confirmations.issue(binding, channel)) });

  if (answer?.outcome === 'accepted') {
    await redeem(answer.state, 'person');
    return { further_runs: answer.further_runs ?? 0 };
  }
  // A client that failed to ask is one that cannot.
  if (canAsk && answer === undefined) return issue('person');
  if (!tokenCounts) throw refusal('no_one_asks');
  if (token === undefined) return issue('preview');
  await redeem(token, 'preview');
  return { further_runs: 0 };
}

/**
 * Records on the token of a question that no yes came of it, then throws the refusal; returns where there is a yes or no
 * answer, and where the client could not ask and a token may take its place. `yesFor` does it too: called before, it lets
 * nothing be read or planned for a call that is refused. Also throws `local_io`.
 */
export async function endUnanswered(
  { confirmations, tokenCounts, refusal }: Asking,
  answer: PersonAnswer | undefined,
): Promise<void> {
  if (!answer) return;
  const outcome = answer.outcome === 'accepted' && !isCount(answer.further_runs) ? 'malformed' : answer.outcome;
  if (outcome === 'accepted') return;
  await confirmations.close(answer.state, outcome);
  if (outcome !== 'failed' || !tokenCounts) throw refusal(outcome);
}

function isCount(runs: number | undefined): boolean {
  return runs === undefined || (Number.isSafeInteger(runs) && runs >= 0);
}
