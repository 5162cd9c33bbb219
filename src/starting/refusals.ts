/** What is said where a yes is missing: what happened, without claiming that a person spoke, and what the operator can set. */
import type { Refusal } from '../home/confirmations.ts';
import { Problem } from '../model/problem.ts';

/** What a token proves, in one sentence. */
export const TOKEN_PROVES = 'A token proves that the caller saw this plan, not that a person did.';

const OPERATOR =
  'The operator of this server can raise AGENT_SIM_CONFIRM_ABOVE (runs an hour without a yes) or set AGENT_SIM_CONFIRM=off (no question, only the caps), as unattended loops need.';
const ANEW = 'Make the call without `confirm` for a new one.';

const REFUSED: Record<Refusal, [message: string, next: string]> = {
  declined: ['The client answered no to the question.', `Do not ask again unless somebody wants it. ${OPERATOR}`],
  dismissed: [
    'The client closed the question without an answer.',
    `Make the call again when somebody is there to answer. ${OPERATOR}`,
  ],
  failed: ['The client failed to put the question to anybody.', `Use a client that can ask. ${OPERATOR}`],
  malformed: [
    'The client answered in another form than was asked for.',
    `Make the call again; a yes is \`accept\` with \`proceed: true\` in the content, and \`further_runs\` there is a whole number or left out. ${OPERATOR}`,
  ],
  never_asked: ['The question did not reach the client.', `Make the call again. ${OPERATOR}`],
  not_known: [
    'This home has asked no such question, so nothing confirms this start.',
    'Make the call without `confirm` to be asked or shown a preview.',
  ],
  expired: ['The confirmation came too late; it was good for ten minutes.', ANEW],
  other_arguments: ['The confirmation was given for other arguments than those of this call.', ANEW],
  other_place: ['The confirmation was given for another host than this call goes to.', ANEW],
  other_plan: [
    'The plan has changed since it was confirmed: the arguments are the same, but what they would start is not.',
    'Make the call without `confirm` to see and confirm the plan as it is now.',
  ],
  used: ['This confirmation was used already; each is good for one start.', ANEW],
};

/** The problem of a missing or bad confirmation, with a message of its own for each reason. */
export function refusal(reason: Refusal): Problem {
  const [message, next] = REFUSED[reason];
  return new Problem('refused', `${message} Nothing was sent.`, { reason, next, sent: 'no' });
}

/** Only a client that asks may say yes, and this one cannot ask. */
export function noOneAsks(): Problem {
  return new Problem(
    'refused',
    'This start needs a yes through a client that can ask (AGENT_SIM_CONFIRM=person), and this client cannot. No token takes its place. Nothing was sent.',
    {
      reason: 'no_one_asks',
      sent: 'no',
      next: 'Start fewer runs, or use a client that can ask. The operator of this server can set AGENT_SIM_CONFIRM=ask (a preview with a token) or off (no question, only the caps), or raise AGENT_SIM_CONFIRM_ABOVE.',
    },
  );
}
