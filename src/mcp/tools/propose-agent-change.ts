import * as z from 'zod/v4';
import type { AgentTarget, ChangeTarget } from '../../model/agents.ts';
import { nextCall } from '../../model/next-call.ts';
import { Problem } from '../../model/problem.ts';
import { parseRef } from '../../model/refs.ts';
import { proposalSchema } from '../agent-schema.ts';
import { budgetFor } from '../budget.ts';
import { clip } from '../clean.ts';
import { shownTargets } from '../shown-agent.ts';
import { shownDiff } from '../shown-diff.ts';
import { type DataOf, defineTool } from '../tool.ts';
import { agentArgument, resolveAgent } from './shared.ts';

const editSchema = z.strictObject({
  part: z.string(),
  old: z.string().max(20_000).describe('Stands once in it; empty where the part is'),
  new: z.string().max(20_000),
});

export const proposeAgentChange = defineTool({
  name: 'propose_agent_change',
  title: 'Propose a change of an agent',
  description:
    'Checks exact edits of one object of an agent and keeps them as a change: answers the diff, to be shown to a person, limits broken, and whom it would reach. Writes nothing at the platform.',
  toolset: 'fix',
  operation: 'propose',
  idempotent: false,
  input: z.strictObject({
    agent: agentArgument,
    edits: z.array(editSchema).min(1).max(20).describe('`old` as get_agent shows it, character by character'),
    reason: z.string().max(2_000).optional().describe('Why, for the record'),
    evidence: z.array(z.string().max(700)).max(20).optional().describe('References that it rests on'),
  }),
  output: proposalSchema,
  async run({ agent: text, edits, reason, evidence }, context) {
    const { provider, ref } = await resolveAgent(text, context);
    const odd = evidence?.find((one) => parseRef(one) === undefined);
    if (odd !== undefined)
      throw new Problem('invalid_input', '`evidence` holds references only.', {
        next: 'Pass references as tools print them (<provider>/run/<id>, <provider>/suite/<id>); words go into `reason`.',
        sent: 'no',
      });
    const { propose } = await context.changer();
    const proposal = await propose(provider, ref.ids, { edits, reason, evidence }, { signal: context.signal });
    const { change, agent, object, revision, problems } = proposal;
    const changed = {
      ref: agent.ref,
      name: clip(agent.name, 200),
      ownership: agent.ownership,
      lives_at: agent.lives_at,
    };
    const targets = shownTargets(proposal.targets);
    const { isExposed } = await import('../../changing/yes.ts');
    const { canAsk, config } = context;
    const mayBeConfirmed = (target: AgentTarget) =>
      canAsk || (config.confirm !== 'person' && (config.liveChanges || !isExposed(target)));
    const offered = proposal.targets.filter(mayBeConfirmed);
    const next = problems.length > 0 ? [ANEW] : nextSteps(change, offered);
    const frame = { change, agent: changed, object, revision, problems, targets, next };
    return { ...frame, ...shownDiff(proposal.diff, budgetFor('digest', frame, problems, next), context.redact) };
  },
});

export type ProposeAgentChange = DataOf<typeof proposeAgentChange>;

const WHAT: Readonly<Record<ChangeTarget, string>> = {
  copy: 'tries it on a copy, after a yes',
  draft: 'saves it as a draft, after a yes',
  live: 'saves it in the agent itself, after a yes',
  record: 'changes the record only, after a yes: no conversation follows it',
};

const ANEW = 'propose_agent_change again, with a text that the platform takes';

/** A call for each place that it could go to, the most careful first. */
function nextSteps(change: string, targets: readonly AgentTarget[]): string[] {
  return targets.map(({ target }) => nextCall('apply_agent_change', { change, target }, WHAT[target]));
}
