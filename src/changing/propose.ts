/** A change as it is proposed: read, matched, checked, kept. Nothing at the platform is changed. */
import { uptimeOf } from '../home/moment.ts';
import type { Agent } from '../model/agents.ts';
import type { CallContext, Provider } from '../providers/provider.ts';
import { type Change, newChangeId } from './change.ts';
import type { Changer, Proposal } from './changer.ts';
import type { ChangeContext } from './context.ts';
import { openAgent } from './copies.ts';
import { diffOf } from './diff.ts';
import { type Edited, editedParts } from './edits.ts';
import { problemsIn } from './part-problems.ts';
import { othersOf, restIn } from './reading-back.ts';

/** Characters of a reason that are kept, and references of evidence. */
const LONGEST_REASON = 500;
const MOST_EVIDENCE = 20;

export async function propose(
  context: ChangeContext,
  provider: Provider,
  ids: readonly string[],
  proposed: Parameters<Changer['propose']>[2],
  call: CallContext,
): Promise<Proposal> {
  const opened = await openAgent(context, provider, ids, call);
  const { agent } = opened;
  const edited = editedParts(agent, proposed.edits, context.redact);
  const change = changeOf(context, provider, agent, edited, proposed);
  await context.tidyHourly();
  await context.files.keep(change);
  await context.audit.record({
    what: 'propose',
    provider: provider.id,
    sandbox: provider.sandbox,
    outcome: 'kept',
    subject: agent.ref,
    change: change.id,
  });
  const { ref, name, ownership, lives_at } = agent;
  return {
    change: change.id,
    agent: { ref, name, provider: provider.id, ownership, lives_at },
    object: edited.object,
    revision: change.revision,
    diff: edited.parts.flatMap(({ part, change: own }) => diffOf(part, own.splices, context.redact)),
    problems: problemsIn(opened, edited.object, new Map(edited.parts.map(({ part, after }) => [part.id, after]))),
    targets: agent.targets,
  };
}

function changeOf(
  { clock }: ChangeContext,
  provider: Provider,
  agent: Agent,
  { object, parts }: Edited,
  { reason, evidence }: Parameters<Changer['propose']>[2],
): Change {
  return {
    version: 1,
    id: newChangeId(),
    at: new Date(clock.now()).toISOString(),
    uptime: uptimeOf(clock),
    provider: provider.id,
    host: provider.host,
    sandbox: provider.sandbox,
    agent: agent.ref,
    agent_name: agent.name,
    object,
    revision: revisionOf(agent, object),
    parts: parts.map(({ change }) => change),
    others: othersOf(
      agent,
      object,
      parts.map(({ part }) => part.id),
    ),
    rest: restIn(agent, object),
    reason: reason?.slice(0, LONGEST_REASON),
    evidence: evidence?.slice(0, MOST_EVIDENCE),
  };
}

export function revisionOf(agent: Agent, object: string): string {
  return agent.objects.find(({ id }) => id === object)?.revision ?? '';
}
