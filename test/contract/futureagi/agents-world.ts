/** What tests of agents share: a bench whose playbook may be written, the receptionist's prompt, writes with steps in memory. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { parseRef } from '../../../src/model/refs.ts';
import type { AgentWritten, OpenAgent } from '../../../src/providers/provider.ts';
import { TEMPLATE_ID } from '../../../src/sandbox/dialects/futureagi/prompt-store.ts';
import { SHIPPED_PLAYBOOK } from '../../../src/sandbox/shipped.ts';
import { type StepsInMemory, stepsInMemory } from '../../support/write-steps.ts';
import { type Bench, bench, has, raw } from './harness.ts';

export const MARK = 'agent-sim-c-0123456789ab-live';
export const PROMPT = ['prompt', TEMPLATE_ID] as const;
export const OLD = 'A first name is enough to open a patient’s file'.replace('’', "'");
export const NEW = "Ask for the full name and the date of birth before you open a patient's file";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export interface AgentBench extends Bench {
  playbook: string;
  /** What the file says that the receptionist follows. */
  live(): string;
}

export async function agentBench(): Promise<AgentBench> {
  const folder = mkdtempSync(join(tmpdir(), 'agent-sim-futureagi-'));
  folders.push(folder);
  const playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  const one = await bench({ playbook, speed: 60 });
  return Object.assign(one, { playbook, live: () => readFileSync(playbook, 'utf8') });
}

export const open = (one: Bench, ids: readonly string[] = PROMPT): Promise<OpenAgent> =>
  has(one.provider.agents).open(ids, one.call);

export function textOf({ agent }: OpenAgent, part: string): string {
  const found = agent.parts.find(({ id }) => id === part);
  if (!found) throw new Error(`There is no part ${part}.`);
  return found.text;
}

interface Wanted {
  target: 'draft' | 'live' | 'record';
  edits?: Readonly<Record<string, string>>;
  steps?: StepsInMemory;
  mark?: string;
}

/** Writes edits of an agent that was opened; by default the prompt with its old sentence replaced. */
export function write(one: Bench, opened: OpenAgent, wanted: Wanted): Promise<AgentWritten> {
  const { target, steps = stepsInMemory(), mark = MARK } = wanted;
  const edits = wanted.edits ?? { prompt: textOf(opened, 'prompt').replace(OLD, NEW) };
  const object = opened.agent.objects[0]?.id ?? '';
  return opened.write({ target, object, parts: new Map(Object.entries(edits)), mark, message: mark }, steps, one.call);
}

export const idsOf = (ref: string) => parseRef(ref)?.ids ?? [];

/** Versions of the receptionist's prompt as the vendor lists them, newest first. */
export async function versionsOf(one: Bench): Promise<Record<string, unknown>[]> {
  const { body } = await raw(one, `/model-hub/prompt-templates/${TEMPLATE_ID}/versions/?limit=100`);
  return JSON.parse(JSON.stringify(body)).results;
}

/** Sends a write past the provider, as somebody else does. */
export async function send(one: Bench, path: string, body: unknown, method = 'POST') {
  const headers = { 'X-Api-Key': 'sandbox-futureagi-key', 'X-Secret-Key': 'sandbox-futureagi-secret' };
  return raw(one, path, { method, headers, body: JSON.stringify(body) });
}
