/** One platform of the campaign of changes: its sandbox, the bad network before it, and whoever else works on its agent. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DIALECTS } from '../../src/commands/open-sandbox.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import type { Agent, AgentPart, ChangeTarget } from '../../src/model/agents.ts';
import { parseRef } from '../../src/model/refs.ts';
import type { AgentOperations } from '../../src/providers/provider.ts';
import { createRegistry, type PlatformId, PROVIDERS } from '../../src/providers/registry.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { createSessionFiles } from '../../src/sandbox/session-files.ts';
import { settingsAt } from '../support/platforms.ts';
import { ROOT } from '../support/root.ts';
import { stepsInMemory } from '../support/write-steps.ts';
import { type Front, openFront, type Spoil } from './front.ts';

export interface ChangePlatform {
  id: PlatformId;
  /** Ids of the agent that is changed, its prompt, and where it may be changed. */
  agent: string[];
  part: string;
  targets: readonly ChangeTarget[];
  front: Front;
  /** Settings that lead through the bad network. */
  env: Record<string, string>;
  /** As it stands at the platform, past the bad network. */
  read(ids?: readonly string[]): Promise<Agent>;
  text(ids?: readonly string[]): Promise<string>;
  /** Somebody else writes the prompt. */
  write(text: string): Promise<void>;
  /** Ids of the copy that was made for a change; undefined where there is none. */
  copyOf(change: string): Promise<readonly string[] | undefined>;
  /** Until nothing that a killed process sent is on its way. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

export interface PlatformOptions {
  id: PlatformId;
  home: string;
  choose(): Spoil;
  /** What is at work; what is counted is counted under it. */
  phase(): string;
  onWrite(): void;
}

/** Platforms whose agents can be changed. */
export const VENDORS_WITH_AGENTS: readonly PlatformId[] = ['synthflow', 'cognigy', 'coval', 'futureagi'];

const call = { signal: new AbortController().signal };

export async function openChangePlatform({
  id,
  home,
  choose,
  phase,
  onWrite,
}: PlatformOptions): Promise<ChangePlatform> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  copyFileSync(join(ROOT, 'src/sandbox/playbook.md'), join(home, 'playbook.md'));
  const sandbox = await startSandbox({
    engineOptions: {
      playbook: join(home, 'playbook.md'),
      documents: createSessionFiles(join(home, 'agents'), () => undefined),
      speed: 1,
    },
    dialects: [DIALECTS[id]],
  });
  const front = await openFront({
    target: sandbox.url,
    choose,
    wantOf: ({ method, path, body }) =>
      method === 'GET' ? undefined : `${phase()} ${method} ${path} ${JSON.stringify(body) ?? ''}`,
    onStart: onWrite,
  });
  const direct = await settingsOf(id, sandbox.dialects.get(id));
  const registry = createRegistry({
    settings: async () => ({ env: direct }),
    defaults: DEFAULTS,
    registerSecret: () => undefined,
  });
  const agents = operations((await registry.provider(id)).agents);
  const first = await firstAgent(agents);
  const own = parseRef(first.agent.ref)?.ids ?? [];
  const read = async (ids: readonly string[] = own) => (await agents.open(ids, call)).agent;
  return {
    id,
    agent: [...own],
    part: first.prompt.id,
    targets: first.agent.targets.map(({ target }) => target),
    front,
    env: Object.fromEntries(
      Object.entries(direct).map(([name, value]) => [name, value.replace(sandbox.url, front.url)]),
    ),
    read,
    text: async (ids) => promptOf(await read(ids), first.prompt.id),
    async write(text) {
      const opened = await agents.open(own, call);
      const order = {
        target: 'live' as const,
        object: first.prompt.object,
        parts: new Map([[first.prompt.id, text]]),
        mark: 'agent-sim-somebody',
        message: 'somebody',
      };
      await opened.write(order, stepsInMemory(), call);
    },
    async copyOf(change) {
      const { items } = await agents.list({ limit: 500 }, call);
      const copy = items.find(({ copy_of_change }) => copy_of_change === change);
      return copy && parseRef(copy.ref)?.ids;
    },
    async quiet() {
      while (front.underWay() > 0) await pause(5);
    },
    async close() {
      await front.close();
      await registry.close();
      await sandbox.close();
    },
  };
}

async function settingsOf(
  id: PlatformId,
  dialect: { url: string; credentials: Readonly<Record<string, string>> } | undefined,
): Promise<Record<string, string>> {
  const definition = await PROVIDERS.find((one) => one.id === id)?.load();
  if (!definition || !dialect) throw new Error(`No sandbox of ${id}.`);
  const limits = Object.entries(settingsAt(id, '')).filter(([name]) => name.endsWith('_REQUESTS_PER_MINUTE'));
  return { ...definition.sandboxEnv(dialect.url, dialect.credentials), ...Object.fromEntries(limits) };
}

function operations(agents: AgentOperations | undefined): AgentOperations {
  if (!agents) throw new Error('Its agents cannot be read.');
  return agents;
}

/** The first agent that the platform runs itself. */
async function firstAgent(agents: AgentOperations): Promise<{ agent: Agent; prompt: AgentPart }> {
  const { items } = await agents.list({ limit: 100 }, call);
  for (const { ref, ownership } of items) {
    if (ownership !== 'platform') continue;
    const { agent } = await agents.open(parseRef(ref)?.ids ?? [], call);
    const prompt = agent.parts.find(
      ({ kind, fixed, text }) => kind === 'prompt' && fixed === undefined && text.includes('\n'),
    );
    if (prompt) return { agent, prompt };
  }
  throw new Error('It runs no agent with a prompt.');
}

function promptOf({ parts }: Agent, id: string): string {
  const part = parts.find((one) => one.id === id);
  if (!part) throw new Error('The prompt is gone.');
  return part.text;
}
