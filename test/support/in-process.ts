/** The tools in this process on a sandbox in this process: for measurements that must look inside. */
import { join } from 'node:path';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { readConfig } from '../../src/config/config.ts';
import { DEFAULTS } from '../../src/config/settings.ts';
import { createVendorHttp } from '../../src/http/client.ts';
import type { VendorHttpOptions } from '../../src/http/types.ts';
import { toolNamed } from '../../src/mcp/catalogue.ts';
import { presentAnswer } from '../../src/mcp/present/answer.ts';
import { isQuestion, type ToolContext } from '../../src/mcp/tool.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { createReading } from '../../src/reading/reading.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { bookInMemory } from './book.ts';
import { loadersOver } from './loaders.ts';
import { noChanges } from './no-changes.ts';

export interface InProcess {
  sandbox: Sandbox;
  context: ToolContext;
  providers: Provider[];
  /** Bytes of vendor JSON read and requests sent since the last reset, by provider. */
  traffic(provider: string): { bytes: number; requests: number };
  reset(): void;
  /** Text and structured content of a tool's answer. */
  answer(tool: string, args: Record<string, unknown>): Promise<{ text: string; data: Record<string, unknown> }>;
  close(): Promise<void>;
}

export async function openInProcess(options: { scale?: number; speed?: number } = {}): Promise<InProcess> {
  const sandbox = await openSandbox({
    playbook: join(import.meta.dirname, '../../src/sandbox/playbook.md'),
    home: '',
    port: 0,
    scale: options.scale,
    speed: options.speed ?? 30,
  });
  const read = new Map<string, { bytes: number; requests: number }>();
  const counting = (http: VendorHttpOptions) => {
    const client = createVendorHttp(http);
    const count = (body: unknown) => {
      const sum = read.get(http.provider) ?? { bytes: 0, requests: 0 };
      sum.bytes += JSON.stringify(body ?? null).length;
      sum.requests += 1;
      read.set(http.provider, sum);
    };
    return {
      ...client,
      async request(request: Parameters<typeof client.request>[0]) {
        const response = await client.request(request);
        count(response.body);
        return response;
      },
    };
  };
  const registry = createRegistry({
    settings: async () => ({ env: {} }),
    defaults: DEFAULTS,
    registerSecret: () => {},
    sandbox: async () => sandbox.dialects,
    providers: loadersOver(counting),
  });
  const providers = await registry.configured();
  const context: ToolContext = {
    config: readConfig([], {}),
    registry,
    reading: createReading(),
    changer: noChanges(),
    redact: (one: string) => one,
    modes: bookInMemory(),
    starter: () => Promise.reject(new Error('not here')),
    signal: new AbortController().signal,
    progress: () => {},
    runsRead: () => {},
    runsHeld: () => {},
    atWork: () => {},
    canAsk: false,
  };
  return {
    sandbox,
    context,
    providers,
    traffic: (provider) => read.get(provider) ?? { bytes: 0, requests: 0 },
    reset: () => read.clear(),
    async answer(name, args) {
      const tool = toolNamed(name);
      const answer = await tool.run(args, context);
      if (isQuestion(answer)) throw new Error('a question');
      const result = presentAnswer(tool, answer, { sandbox: true, redact: (text) => text });
      return { text: result.content[0]?.text ?? '', data: result.structuredContent ?? {} };
    },
    async close() {
      await registry.close();
      await sandbox.close();
    },
  };
}

/** The session of `runs` runs that `scale` makes, as this provider names it. */
export async function scaledSession(provider: Provider, runs: number): Promise<string> {
  let cursor: string | undefined;
  for (let page = 0; page < 20; page += 1) {
    const found = await provider.sessions?.list({ limit: 50, cursor }, { signal: new AbortController().signal });
    const session = found?.items.find((one) => one.counts.runs === runs);
    if (session) return session.ref;
    if (found?.next === undefined) break;
    cursor = found.next;
  }
  throw new Error(`${provider.id} lists no session of ${runs} runs.`);
}
