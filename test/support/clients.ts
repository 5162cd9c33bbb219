/** Real MCP clients of both protocol eras on the built server over stdio. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client as ClassicClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as ClassicTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { at } from './data.ts';
import { offersOf } from './next-calls.ts';
import { ROOT } from './root.ts';

/** Long programs may be run on a copy of the build, which nobody rebuilds under them. */
export const BIN = process.env.AGENT_SIM_TEST_BIN ?? join(ROOT, 'dist/main.cjs');

/** Node flags with which a server waits a few milliseconds where it would half a second between two attempts. */
export const SHORT_WAITS = ['--require', join(import.meta.dirname, 'short-waits.cjs')];

/** Keeps a server out of the keychain of whoever runs the tests: the package for it is installed in this checkout. */
export const NO_KEYCHAIN = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/dev/null' };

/** The clients every promise is checked with. */
export const ERAS = ['v1', 'v2-auto', 'v2-pinned'] as const;
export type Era = (typeof ERAS)[number];

export interface Answer {
  text: string;
  data: Record<string, unknown>;
  isError: boolean;
}

export interface Connected {
  era: Era;
  client: ModernClient | ClassicClient;
  pid: number | null;
  home: string;
  stderr(): string;
  /** The next steps of every answer to a call, each once, as the client reads them. */
  readonly offered: ReadonlySet<string>;
  call(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  signal?: AbortSignal;
  onprogress?: (progress: { progress: number; total?: number; message?: string }) => void;
  timeout?: number;
}

export interface ConnectOptions {
  era?: Era;
  args?: string[];
  env?: Record<string, string>;
  /** Answers elicitations; absent = the client offers none. */
  elicit?: (message: string) => 'accept' | 'decline' | 'cancel' | 'refuse-in-form';
  home?: string;
}

/** Starts the built server as a child process and connects. */
export async function connect(options: ConnectOptions = {}): Promise<Connected> {
  const era = options.era ?? 'v2-auto';
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'agent-sim-test-'));
  const parameters = {
    command: process.execPath,
    args: [BIN, ...(options.args ?? ['serve', '--sandbox'])],
    env: { PATH: process.env.PATH ?? '', HOME: home, AGENT_SIM_HOME: home, ...NO_KEYCHAIN, ...options.env },
    stderr: 'pipe' as const,
  };
  const capabilities = options.elicit ? { elicitation: { form: {} } } : {};
  const identity = { name: 'test', version: '1.0.0' };
  const onElicit = (message: string) => {
    const answer = options.elicit?.(message) ?? 'cancel';
    if (answer === 'accept') return { action: 'accept' as const, content: { proceed: true } };
    if (answer === 'refuse-in-form') return { action: 'accept' as const, content: { proceed: false } };
    return { action: answer };
  };

  let stderr = '';
  let client: ModernClient | ClassicClient;
  let transport: ModernTransport | ClassicTransport;
  if (era === 'v1') {
    const { ElicitRequestSchema } = await import('@modelcontextprotocol/sdk/types.js');
    const classic = new ClassicClient(identity, { capabilities });
    if (options.elicit) classic.setRequestHandler(ElicitRequestSchema, (request) => onElicit(request.params.message));
    const pipe = new ClassicTransport(parameters);
    pipe.stderr?.on('data', (chunk) => {
      stderr += String(chunk);
    });
    await classic.connect(pipe);
    client = classic;
    transport = pipe;
  } else {
    const modern = new ModernClient(identity, {
      capabilities,
      versionNegotiation: { mode: era === 'v2-pinned' ? { pin: '2026-07-28' } : 'auto' },
    });
    if (options.elicit) modern.setRequestHandler('elicitation/create', (request) => onElicit(request.params.message));
    const pipe = new ModernTransport(parameters);
    pipe.stderr?.on('data', (chunk) => {
      stderr += String(chunk);
    });
    await modern.connect(pipe);
    client = modern;
    transport = pipe;
  }

  const offered = new Set<string>();
  return {
    era,
    client,
    offered,
    pid: transport.pid,
    home,
    stderr: () => stderr,
    async call(tool, args = {}, callOptions = {}) {
      const request = { name: tool, arguments: args };
      const result =
        client instanceof ClassicClient
          ? await client.callTool(request, undefined, callOptions)
          : await client.callTool(request, callOptions);
      const answer = readAnswer(result);
      for (const line of offersOf(answer)) offered.add(line);
      return answer;
    },
    async close() {
      await client.close();
      if (options.home === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}

function readAnswer(result: Record<string, unknown>): Answer {
  const content: unknown[] = Array.isArray(result.content) ? result.content : [];
  const text = content.map((block) => String(at(block, 'text') ?? '')).join('\n');
  const data = result.structuredContent;
  return { text, data: typeof data === 'object' && data !== null ? { ...data } : {}, isError: result.isError === true };
}
