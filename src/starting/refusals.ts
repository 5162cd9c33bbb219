/** What is said where the yes to a start is missing, and what the operator can set. */
import {
  type NextWords,
  NO_TOKEN,
  type NoYes,
  type NoYesWords,
  nextAfter,
  sentenceOf,
  tokenProves,
} from '../home/no-yes.ts';
import { Problem } from '../model/problem.ts';

export const TOKEN_PROVES = tokenProves('plan');

const WORDS: NoYesWords = {
  yes: 'The confirmation',
  no_one_asks:
    'This start needs a yes through a client that can ask (AGENT_SIM_CONFIRM=person), and this client cannot',
  not_known: 'This home has asked no such question, so nothing confirms this start',
  other_place: 'another host than this call goes to',
  other_plan:
    'The plan has changed since it was confirmed: the arguments are the same, but what they would start is not',
  used: 'This confirmation was used already; each is good for one start',
};

const NEXT: NextWords = {
  operator:
    'The operator of this server can raise AGENT_SIM_CONFIRM_ABOVE (runs an hour without a yes) or set AGENT_SIM_CONFIRM=off (no question, only the caps), as unattended loops need.',
  no_one_asks:
    'Start fewer runs, or use a client that can ask. The operator of this server can set AGENT_SIM_CONFIRM=ask (a preview with a token) or off (no question, only the caps), or raise AGENT_SIM_CONFIRM_ABOVE.',
  plan: 'the plan',
  form: ', and `further_runs` there is a whole number or left out',
};

/** The problem of a missing or bad confirmation, with a message of its own for each reason. */
export function refusal(reason: NoYes): Problem {
  const token = reason === 'no_one_asks' ? ` ${NO_TOKEN}` : '';
  return new Problem('refused', `${sentenceOf(reason, WORDS)}${token} Nothing was sent.`, {
    reason,
    next: nextAfter(reason, NEXT),
    sent: 'no',
  });
}
