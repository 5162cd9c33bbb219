/** The agent that is changed under faults, what stands at the platform after each, and whether what was told of it is so. */
import { type Agent, CHANGE_TARGETS, type ChangeTarget } from '../../src/model/agents.ts';
import { parseRef } from '../../src/model/refs.ts';
import type { OpenAgent } from '../../src/providers/provider.ts';
import { at, text } from '../support/data.ts';
import { noDeadline } from '../support/waiting.ts';
import { stepsInMemory } from '../support/write-steps.ts';
import type { Rig } from './rigs.ts';

/** One agent of a rig that the platform runs, with the line of its prompt that is changed. */
export interface ChangedAgent {
  ref: string;
  part: string;
  /** The whole prompt, before anything is changed. */
  seed: string;
  old: string;
  new: string;
  /** Changes of the agent itself. */
  target: ChangeTarget;
}

const call = () => ({ signal: noDeadline() });

export async function changedAgent(rig: Rig): Promise<ChangedAgent> {
  const { agents } = rig.provider;
  if (!agents) throw new Error(`${rig.vendor} has no agents.`);
  const { items } = await agents.list({ limit: 100 }, call());
  for (const { ref, ownership } of items) {
    if (ownership !== 'platform') continue;
    const { agent } = await agents.open(parseRef(ref)?.ids ?? [], call());
    const prompt = agent.parts.find(({ kind, text: one }) => kind === 'prompt' && one.includes('\n'));
    const old = prompt?.text.split('\n').find((line) => line !== '' && prompt.text.split(line).length === 2);
    const target = CHANGE_TARGETS.find((one) => one === 'live' && agent.targets.some((has) => has.target === one));
    if (prompt && old && target)
      return { ref, part: prompt.id, seed: prompt.text, old, new: `${old} And be brief.`, target };
  }
  throw new Error(`${rig.vendor} runs no agent that can be changed.`);
}

export function editOf({ part, old, new: fresh }: ChangedAgent) {
  return { part, old, new: fresh };
}

/** A change as it is before it is applied, or taken back, under a fault. */
export async function readied(rig: Rig, agent: ChangedAgent, operation: 'apply' | 'revert'): Promise<string> {
  const changer = await rig.context(noDeadline()).changer();
  const ids = parseRef(agent.ref)?.ids ?? [];
  const { change } = await changer.propose(rig.provider, ids, { edits: [editOf(agent)] }, call());
  if (operation === 'revert') await again(rig, agent, change, 'apply');
  return change;
}

async function again(rig: Rig, { target }: ChangedAgent, change: string, does: 'apply' | 'revert'): Promise<string> {
  const changer = await rig.context(noDeadline()).changer();
  try {
    const answer = await changer[does](async () => rig.provider, { change, target }, call(), { canAsk: false });
    return 'needs' in answer ? 'asked' : answer.outcome;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * '' when what was told goes together with what stands at the platform, a further call knows it, and the old text comes back.
 * `told`: the outcome, or the kind of the problem.
 */
export async function changeFault(
  rig: Rig,
  agent: ChangedAgent,
  change: string,
  operation: 'apply' | 'revert',
  told: string,
): Promise<string> {
  const isThere = (await prompt(rig, agent)) !== agent.seed;
  const done = operation === 'apply' ? isThere : !isThere;
  const faults: string[] = [];
  if (told === 'saved' && !done) faults.push('told as saved, and the platform does not have it');
  // Whatever was told, the next call knows.
  const next = await again(rig, agent, change, operation);
  if (done && next !== 'saved') faults.push(`the platform has it, and the next call says ${next}`);
  if (done && !['saved', 'unknown'].includes(told)) faults.push(`the platform has it, and it was told as ${told}`);
  const back = await again(rig, agent, change, 'revert');
  const left = await prompt(rig, agent);
  if (left !== agent.seed) {
    // Only what was lost on its way, and is never sent again, is left to a person.
    if (next !== 'unknown' && back !== 'unknown') faults.push(`the old text did not come back: ${back}`);
    await restore(rig, agent);
  }
  return faults.join('; ');
}

async function opened(rig: Rig, { ref }: ChangedAgent): Promise<OpenAgent> {
  const { agents } = rig.provider;
  if (!agents) throw new Error('It has agents.');
  return agents.open(parseRef(ref)?.ids ?? [], call());
}

function promptIn({ parts }: Agent, id: string): string {
  return text(
    at(
      parts.find((one) => one.id === id),
      'text',
    ),
  );
}

async function prompt(rig: Rig, agent: ChangedAgent): Promise<string> {
  return promptIn((await opened(rig, agent)).agent, agent.part);
}

async function restore(rig: Rig, agent: ChangedAgent): Promise<void> {
  const one = await opened(rig, agent);
  const object = one.agent.parts.find(({ id }) => id === agent.part)?.object ?? '';
  const order = { target: agent.target, object, mark: 'agent-sim-restored', message: 'restored' };
  await one.write({ ...order, parts: new Map([[agent.part, agent.seed]]) }, stepsInMemory(), call());
}
