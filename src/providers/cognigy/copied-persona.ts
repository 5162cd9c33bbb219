/** An AI agent for a clone alone: what the clone of a flow speaks as is shared with the flow that it was made of. */
import { Problem } from '../../model/problem.ts';
import type { AgentWrite, CallContext, StepResult, WriteSteps } from '../provider.ts';
import { type MemberEdit, withEdits } from '../shared/agent-parts.ts';
import { copyName } from '../shared/marked-name.ts';
import { text } from '../shared/scalars.ts';
import { whyNotSentBack } from '../shared/wholes.ts';
import { aiAgentOf, hiddenIn, type ObjectRead } from './agent-objects.ts';
import { type Opened, patch, refuse } from './agent-write.ts';
import { ENDPOINTS } from './endpoints.ts';
import { namedNow } from './find-copy.ts';
import { toNamed } from './named.ts';
import { LONGEST_NAME, PLATFORM } from './settings.ts';
import { namedReader, unwrap } from './wire.ts';

/** Members that the platform makes itself. */
const MADE: readonly string[] = [
  '_id',
  'id',
  'referenceId',
  'projectReference',
  'organisationReference',
  'createdAt',
  'createdBy',
  'lastChanged',
  'lastChangedBy',
];

interface Writing {
  write: Pick<AgentWrite, 'mark'>;
  steps: WriteSteps;
  call: CallContext;
}

/** Makes one as `persona` is but for the edits, and lets the job nodes of the clone speak as that. */
export async function writePersonaCopy(
  copy: Opened,
  persona: ObjectRead,
  edits: readonly MemberEdit[],
  { write, steps, call }: Writing,
): Promise<StepResult> {
  const { api, read } = copy;
  const name = copyName(text(persona.record.name) ?? 'AI agent', write.mark, LONGEST_NAME);
  const find = async (): Promise<StepResult | undefined> => {
    const found = (await namedNow(api, ENDPOINTS.listAgents, call)).find((one) => one.name === name);
    return found && { persona: found.id, persona_reference: found.reference };
  };
  const why = whyNotSentBack(persona.record, hiddenIn(persona));
  if (why !== undefined) throw refuse('refused', `The AI agent cannot be copied as it is: Cognigy ${why}.`);
  const made = await steps.once('persona', () => create(copy, persona, edits, { name, find, call }), find);
  const value = String(made.persona_reference);
  const speaking = read.objects.filter((one) => one.kind === 'job' && aiAgentOf(one) === persona.record.referenceId);
  for (const job of speaking)
    await patch(copy, job, [{ path: ['config', 'aiAgent'], value }], { steps, step: `speaks-${job.object}`, call });
  return made;
}

async function create(
  { api, lookup }: Opened,
  { record }: ObjectRead,
  edits: readonly MemberEdit[],
  { name, find, call }: { name: string; find(): Promise<StepResult | undefined>; call: CallContext },
): Promise<StepResult> {
  const { signal } = call;
  const kept = Object.entries(record).filter(([member]) => !MADE.includes(member));
  const edited = withEdits(Object.fromEntries(kept), edits);
  const body = { ...edited, name, projectId: await lookup.project(signal) };
  const answer = await api.body(ENDPOINTS.createAgent, { body, signal });
  const agent = toNamed(namedReader(unwrap(answer, ENDPOINTS.createAgent.unwrap)) ?? {});
  const made = agent ? { persona: agent.id, persona_reference: agent.reference } : await find();
  if (made) return made;
  throw new Problem('unreadable', 'Cognigy answered, but not which AI agent it made.', {
    provider: PLATFORM.id,
    sent: 'unknown',
  });
}
