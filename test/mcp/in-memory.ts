/** A server in this process and a client on it, over a clock that a test may turn. */
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport } from '@modelcontextprotocol/server';
import { vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createSubscriptions } from '../../src/mcp/resources/subscriptions.ts';
import { createServer } from '../../src/mcp/server.ts';
import type { ServerServices } from '../../src/mcp/services.ts';
import type { Registry } from '../../src/providers/registry.ts';
import { createContinuedReads } from '../../src/reading/continued-reads.ts';
import { createReading } from '../../src/reading/reading.ts';
import { bookInMemory } from '../support/book.ts';
import { noChanges } from '../support/no-changes.ts';

/** Of the client, which is not what is tested. */
const PATIENT_MS = 3_600_000;

/** From now on time passes only where a test says so; network, files and `node:timers/promises` go on by themselves. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
}

export interface InMemory {
  call(
    name: string,
    args: Record<string, unknown>,
    options?: { signal?: AbortSignal },
  ): Promise<{ said: string; data: unknown; isError: boolean | undefined }>;
  /** Text of a resource, without its audio. */
  read(uri: string): Promise<string>;
  /** Text of a prompt. */
  prompt(name: string, args: Record<string, string>): Promise<string>;
  /** Messages of the log that are no debug lines. */
  logged: string[];
  close(): Promise<void>;
}

export interface InMemoryOptions {
  changer?: ServerServices['changer'];
  /** What the client answers to a question; absent: it cannot ask. */
  answers?: ((question: unknown) => Record<string, unknown>) | undefined;
}

export async function connectInMemory(
  registry: Registry,
  modes = bookInMemory(),
  { changer = noChanges(), answers }: InMemoryOptions = {},
): Promise<InMemory> {
  const logged: string[] = [];
  const say = (message: string) => void logged.push(message);
  const server = createServer({
    version: '0',
    // Nothing is written there.
    config: readConfig(['serve', '--home', join(import.meta.dirname, 'nowhere')], {}),
    registry,
    reading: createReading(),
    continued: createContinuedReads(),
    changer,
    modes,
    starter: () => Promise.reject(new Error('no starter')),
    log: { debug: () => undefined, info: say, warn: say, error: say },
    redact: (one) => one,
    subscriptions: createSubscriptions({ registry, onUpdate: () => undefined }),
  });
  const capabilities = answers ? { elicitation: { form: {} } } : {};
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  if (answers) client.setRequestHandler('elicitation/create', ({ params }) => answers(params) as never);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  return {
    logged,
    async call(name, args, options = {}) {
      const { content, structuredContent, isError } = await client.callTool(
        { name, arguments: args },
        { timeout: PATIENT_MS, ...options },
      );
      const [block] = content;
      return { said: block?.type === 'text' ? block.text : '', data: structuredContent, isError };
    },
    async read(uri) {
      const [first] = (await client.readResource({ uri })).contents;
      return first && 'text' in first ? first.text : `${first?.mimeType}, ${first?.blob.length} characters of base64`;
    },
    async prompt(name, args) {
      const [message] = (await client.getPrompt({ name, arguments: args })).messages;
      return message?.content.type === 'text' ? message.content.text : '';
    },
    close: () => client.close(),
  };
}
