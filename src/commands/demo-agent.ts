/** How the demo handles the agent under test: finds it, reads all of it, changes it through its platform, takes that back. */
import * as z from 'zod/v4';
import { withoutUndefined } from '../model/without-undefined.ts';
import type { DemoClient } from './demo-client.ts';
import { editFor, holdsRules, type KnownMode } from './demo-modes.ts';
import type { Walk } from './demo-walk.ts';

const agentsShape = z.object({
  agents: z.array(
    z.object({ ref: z.string(), name: z.string(), ownership: z.string(), copy_of_change: z.string().optional() }),
  ),
  next_cursor: z.string().optional(),
});
export type DemoAgent = z.infer<typeof agentsShape>['agents'][number];

const agentShape = z.object({
  agent: z.object({
    parts: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        text: z.string(),
        fixed: z.string().optional(),
        omitted: z.number().optional(),
      }),
    ),
    parts_omitted: z.number().default(0),
    targets: z.array(z.object({ target: z.string() })).default([]),
  }),
});
const proposalShape = z.object({ change: z.string() });
const answerShape = z.object({
  outcome: z.string(),
  verified: z.boolean(),
  agent: z.string().optional(),
});

/** A change that the demo applied, and to which target. */
export interface Applied {
  change: string;
  target: string;
}

/** Agents of a platform, and its first one whose text the script knows, which the platform itself runs. */
export async function listAgents(client: DemoClient, provider: string): Promise<DemoAgent[]> {
  const found: DemoAgent[] = [];
  for (let cursor: string | undefined; ; ) {
    const { data } = await client.call('list_agents', withoutUndefined({ provider, cursor }));
    const page = agentsShape.parse(data);
    found.push(...page.agents);
    cursor = page.next_cursor;
    if (cursor === undefined) return found;
  }
}

/** The whole text of each part of an agent, by its id. */
export async function readParts(client: DemoClient, agent: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const read = async (args: Record<string, unknown>) =>
    agentShape.parse((await client.call('get_agent', { agent, ...args })).data).agent;
  for (let from = 0; ; ) {
    const page = await read({ from });
    for (const { id, text, omitted } of page.parts) {
      let whole = text;
      for (let left = omitted ?? 0; left > 0; ) {
        const [more] = (await read({ part: id, from: whole.length })).parts;
        if (!more || more.text === '') throw new Error(`get_agent left out the rest of ${id}.`);
        whole += more.text;
        left = more.omitted ?? 0;
      }
      texts.set(id, whole);
    }
    from += page.parts.length;
    if (page.parts_omitted === 0 || page.parts.length === 0) return texts;
  }
}

/** Targets of an agent, the most careful first. */
export async function targetsOf(client: DemoClient, agent: string): Promise<string[]> {
  const { data } = await client.call('get_agent', { agent });
  return agentShape.parse(data).agent.targets.map(({ target }) => target);
}

/** Proposes the edit that mends a mode, and gives the change. Throws where no part has anything to edit. */
export async function proposeFix(
  client: DemoClient,
  agent: string,
  mode: KnownMode,
  evidence: readonly string[],
  say: Walk['say'],
): Promise<string> {
  for (const [part, text] of await readParts(client, agent)) {
    const edit = holdsRules(text) ? editFor(text, mode) : undefined;
    if (!edit) continue;
    const args = { agent, edits: [{ part, ...edit }], reason: mode.title, evidence };
    return proposalShape.parse(await say('propose_agent_change', args, 9)).change;
  }
  throw new Error(`No part of ${agent} has anything to edit for: ${mode.title}.`);
}

/** Applies a change to a target; gives the agent to start tests against. Throws where it is not saved and verified. */
export async function applyTo({ change, target }: Applied, say: Walk['say'], lines: number): Promise<string> {
  const answer = answerShape.parse(await say('apply_agent_change', { change, target }, lines));
  if (answer.outcome !== 'saved' || !answer.verified || answer.agent === undefined)
    throw new Error(`The change ${change} was not saved in ${target}: ${answer.outcome}.`);
  return answer.agent;
}

/** Takes changes back, the latest first. Throws where one is not. */
export async function revertAll(applied: readonly Applied[], say: Walk['say']): Promise<void> {
  for (const { change, target } of applied.toReversed()) {
    const { outcome } = answerShape.parse(await say('revert_agent_change', { change, target }, 1));
    if (outcome !== 'saved') throw new Error(`The change ${change} was not taken back from ${target}: ${outcome}.`);
  }
}
