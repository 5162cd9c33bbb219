/** Agents of Coval against the dialect, with a playbook file that may be written. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import * as z from 'zod/v4';
import type { ChangeTarget } from '../../../src/model/agents.ts';
import { parseRef } from '../../../src/model/refs.ts';
import type { AgentOperations, AgentWrite, OpenAgent } from '../../../src/providers/provider.ts';
import type { CovalSwitches } from '../../../src/sandbox/dialects/coval/switches.ts';
import { agentId } from '../../../src/sandbox/dialects/coval/world.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { BY_TEST, openWorld, type World } from './harness.ts';

export const MARK = 'agent-sim-0a1b2c3d4e5f-copy';
const KEY = 'coval_sk_sandbox_0001';
const object = z.record(z.string(), z.any());

export interface AgentWorld extends World {
  agents: AgentOperations;
  /** Ids of the agent that Coval runs, and of the one that it calls. */
  receptionist: string;
  urgent: string;
  playbook: string;
  /** What the provider registers as secrets. */
  secrets: Set<string>;
  open(id: string): Promise<OpenAgent>;
  /** Straight from the wire. */
  ask(path: string, method?: string, body?: unknown): Promise<{ status: number; body: z.infer<typeof object> }>;
  /** The record of an agent as Coval keeps it. */
  record(id: string): Promise<z.infer<typeof object>>;
}

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export async function openAgents(switches: Partial<CovalSwitches> = {}): Promise<AgentWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-coval-'));
  folders.push(folder);
  const playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  const secrets = new Set<string>();
  const world = await openWorld(switches, { playbook }, {}, (secret) => secrets.add(secret));
  const { agents } = world.provider;
  const [first, second] = world.engine.agents;
  if (!agents || !first || !second) throw new Error('something is missing');
  const ask: AgentWorld['ask'] = async (path, method = 'GET', body) => {
    const answer = await fetch(`${world.url}/v1${path}`, {
      method,
      headers: { 'x-api-key': KEY, 'content-type': 'application/json', [BY_TEST]: '1' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : object.parse(JSON.parse(text)) };
  };
  return {
    ...world,
    agents,
    receptionist: agentId(first),
    urgent: agentId(second),
    playbook,
    secrets,
    ask,
    open: (id) => agents.open([id], world.call),
    record: async (id) => object.parse((await ask(`/agents/${id}`)).body.agent),
  };
}

/** A write of some parts. */
export function writing(target: ChangeTarget, parts: Readonly<Record<string, string>>, mark = MARK): AgentWrite {
  return { target, object: 'agent', parts: new Map(Object.entries(parts)), mark, message: mark };
}

export function textOf({ agent }: OpenAgent, id: string): string {
  const part = agent.parts.find((one) => one.id === id);
  if (!part) throw new Error(`no part ${id}`);
  return part.text;
}

export const bareIdOf = (ref: string) => parseRef(ref)?.ids[0] ?? '';
