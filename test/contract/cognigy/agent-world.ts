/** A project whose agents are read and written over real HTTP, with a playbook file of its own. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Agent, AgentPart, ChangeTarget } from '../../../src/model/agents.ts';
import type { AgentWrite, OpenAgent } from '../../../src/providers/provider.ts';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { PROJECT } from '../../../src/sandbox/dialects/cognigy/world.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { idsOf, openWorld, type World } from './harness.ts';

export const RECEPTION = 'Bright Harbor Dental receptionist';
export const URGENT = 'Bright Harbor Dental urgent line';
export const MARK = 'agent-sim-0123456789ab-copy';

export interface Row {
  [member: string]: unknown;
  _id: string;
  referenceId: string;
  name: string;
  type: string;
  comment: string;
  config: Record<string, unknown>;
}

export interface AgentWorld extends World {
  /** Reads and writes as somebody else does at the vendor. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: Row & { items: Row[] } }>;
  items(path: string): Promise<Row[]>;
  /** The text that the first agent follows. */
  playbook(): string;
  refOf(name: string): Promise<readonly string[]>;
  open(name: string): Promise<OpenAgent>;
  /** The node of a flow with this label, whole. */
  node(flow: string, label: string): Promise<Row & { path: string }>;
}

export async function openAgents(switches: Partial<CognigySwitches> = {}): Promise<AgentWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'cognigy-agents-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  const world = await openWorld(switches, { playbook });
  const { provider, call, url } = world;
  const ask: AgentWorld['ask'] = async (method, path, body) => {
    const asked = `${url}/new/v2.0${path}${path.includes('?') ? '&' : '?'}projectId=${PROJECT}&limit=100`;
    const headers = { 'x-api-key': 'sandbox-cognigy-key', 'content-type': 'application/json' };
    const answer = await fetch(asked, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
  };
  const items = async (path: string) => (await ask('GET', path)).body.items;
  const refOf = async (name: string) => {
    const { items: found } = await provider.agents.list({ limit: 100 }, call);
    return idsOf(found.find((one) => one.name === name)?.ref);
  };
  return {
    ...world,
    ask,
    items,
    playbook: () => readFileSync(playbook, 'utf8'),
    refOf,
    open: async (name) => provider.agents.open(await refOf(name), call),
    async node(flow, label) {
      const found = (await items('/flows')).find(({ name }) => name === flow);
      const nodes = await items(`/flows/${found?._id}/chart/nodes`);
      const path = `/flows/${found?._id}/chart/nodes/${nodes.find((one) => one.label === label)?._id}`;
      return { ...(await ask('GET', path)).body, path };
    },
  };
}

export function part(agent: Agent, id: string): AgentPart {
  const found = agent.parts.find((one) => one.id === id);
  if (!found) throw new Error(`There is no part ${id}: ${agent.parts.map((one) => one.id).join(', ')}`);
  return found;
}

/** A write of one part. */
export function edit(agent: Agent, id: string, text: string, target: ChangeTarget = 'live'): AgentWrite {
  const { object } = part(agent, id);
  return { target, object, parts: new Map([[id, text]]), mark: MARK, message: 'a test' };
}

export function liveOf(agent: Agent) {
  const found = agent.targets.find(({ target }) => target === 'live');
  if (!found) throw new Error('The agent has no target live.');
  return found;
}
