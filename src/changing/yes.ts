/** Who says yes to a change: a client that asks, or where callers do not meet it at once, what `AGENT_SIM_CONFIRM` allows. */
import { createHash } from 'node:crypto';
import { type Asking, type PersonChannel, yesFor } from '../home/asking.ts';
import { NO_TOKEN, type NoYes, type NoYesWords, nextAfter, sentenceOf } from '../home/no-yes.ts';
import type { AgentTarget } from '../model/agents.ts';
import { Problem } from '../model/problem.ts';
import type { Provider } from '../providers/provider.ts';
import { type Change, hashOfChange } from './change.ts';
import type { ChangeContext } from './context.ts';

export type Doing = 'apply' | 'revert';

export interface YesAsked {
  does: Doing;
  change: Change;
  target: AgentTarget;
  provider: Provider;
  token?: string | undefined;
  channel: PersonChannel;
}

/** True where the change may meet callers at once, or it is not known whether it does. */
export function isExposed({ target, exposure }: Pick<AgentTarget, 'target' | 'exposure'>): boolean {
  return target === 'record' || exposure === 'live' || exposure === 'unknown';
}

/**
 * Undefined once there is a yes, or where none is needed; else the token of a question or a preview. Throws `refused` where
 * there is no yes and can be none.
 */
export async function yesTo(context: ChangeContext, asked: YesAsked) {
  const { does, change, target, provider, token, channel } = asked;
  // Whoever was asked and did not say yes is heard, also where a yes is not needed any more.
  const asking = askingFor(context, isExposed(target)) ?? (channel.answer && askingFor(context, true));
  if (!asking) return undefined;
  const { exposure, affects } = target;
  const binding = {
    arguments: digest([does, change.id, target.target]),
    place: digest([provider.id, provider.host]),
    plan: digest([hashOfChange(change), exposure, affects.map(({ what, which, count }) => [what, which, count])]),
  };
  const yes = await yesFor(asking, binding, channel, token);
  return 'further_runs' in yes ? undefined : yes;
}

/** Undefined where no yes is needed. */
function askingFor({ confirm, liveChanges, confirmations }: ChangeContext, exposed: boolean): Asking | undefined {
  const onlyClient = exposed && !liveChanges;
  if (!onlyClient && confirm === 'off') return undefined;
  return {
    confirmations,
    tokenCounts: !onlyClient && confirm === 'ask',
    refusal: (reason) => refusalOf(reason, onlyClient),
  };
}

function words(onlyClient: boolean): NoYesWords {
  const why = onlyClient
    ? 'A change that callers may meet at once needs a yes through a client that can ask, and this client cannot'
    : 'This change needs a yes through a client that can ask (AGENT_SIM_CONFIRM=person), and this client cannot';
  return {
    yes: 'The confirmation',
    no_one_asks: `${why}. ${NO_TOKEN.slice(0, -1)}`,
    not_known: 'This home has asked no such question, so nothing confirms this change',
    other_place: 'another host than this call goes to',
    other_plan: 'The change, or whom it reaches, is not what was confirmed',
    used: 'This confirmation was used already; each is good for one change at one target',
  };
}

function refusalOf(reason: NoYes, onlyClient: boolean): Problem {
  const operator = onlyClient
    ? 'The operator of this server can set AGENT_SIM_LIVE_CHANGES=1 (changes that callers meet at once follow AGENT_SIM_CONFIRM).'
    : 'The operator of this server can set AGENT_SIM_CONFIRM=ask (a preview with a token) or off (no question), as unattended loops need.';
  const next = nextAfter(reason, {
    operator,
    no_one_asks: `Apply it to a copy or a draft where the agent has one, or use a client that can ask. ${operator}`,
    plan: 'the change',
  });
  const said = sentenceOf(reason, words(onlyClient));
  return new Problem('refused', `${said} Nothing was sent.`, { reason, sent: 'no', next });
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
