/** The built server as a host sees it that speaks bytes: every line on stdout is judged, every answer is counted. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { sourceOf } from '../../src/mcp/transport/json-source.ts';
import { BIN, NO_KEYCHAIN } from './clients.ts';

export type Json = Record<string, unknown>;
export type Id = string | number;
export const NO_ID = 'no id';

export interface RawServer {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  stderr(): string;
  /** Lines of stdout that are no JSON-RPC message. */
  noise: string[];
  /** Messages of the server that answer nothing: notifications and its own requests. */
  others: Json[];
  /** Called for each request that the server puts to the client. */
  onRequest?: (request: Json) => void;
  /** Every answer, by its id as it stands in the line; those without are under `NO_ID`. */
  answers: Map<string, Json[]>;
  /** Writes bytes; resolves when the pipe takes more. */
  write(bytes: string | Uint8Array): Promise<void>;
  /** Sends one request and waits for its first answer. Rejects when the server ends first. */
  request(id: Id, method: string, params?: Json): Promise<Json>;
  /** Waits until `condition` holds, looked at after each line and when the server ends; false when `ms` have passed. */
  until(condition: () => boolean, ms: number): Promise<boolean>;
  ended(): boolean;
  exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Ends stdin and waits for the process. */
  end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface RawOptions {
  args?: string[];
  env?: Record<string, string>;
  /** Node flags. */
  node?: string[];
  /** Another build than the one of this checkout. */
  bin?: string;
  cwd?: string;
}

export function openRaw({ args = ['serve'], env = {}, node = [], bin = BIN, cwd }: RawOptions): RawServer {
  const child = spawn(process.execPath, [...node, bin, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', ...NO_KEYCHAIN, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  let rest = '';
  let over = false;
  const answers = new Map<string, Json[]>();
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const subscriptions of [...watchers]) subscriptions();
  };
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk) => {
    if (stderr.length < 1_000_000) stderr += String(chunk);
  });
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
    changed();
  });
  const exit = once(child, 'close').then(([code, signal]) => {
    over = true;
    if (rest !== '') server.noise.push(rest);
    changed();
    return { code, signal };
  });

  const take = (line: string) => {
    const message = parse(line);
    if (!message) {
      server.noise.push(line.slice(0, 500));
    } else if ('method' in message) {
      server.others.push(message);
      if (server.others.length > 10_000) server.others.shift();
      if ('id' in message) server.onRequest?.(message);
    } else {
      const key = sourceOf(line).id ?? NO_ID;
      answers.set(key, [...(answers.get(key) ?? []), message]);
    }
  };

  const server: RawServer = {
    child,
    stderr: () => stderr,
    noise: [],
    others: [],
    answers,
    async write(bytes) {
      if (!child.stdin.writable || child.stdin.write(bytes)) return;
      await Promise.race([once(child.stdin, 'drain').catch(() => undefined), exit]);
    },
    async request(id, method, params) {
      const key = JSON.stringify(id);
      const had = answers.get(key)?.length ?? 0;
      void server.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, ...(params ? { params } : {}) })}\n`);
      if (!(await server.until(() => (answers.get(key)?.length ?? 0) > had, 90_000)))
        throw new Error(`No answer to ${method} (${key}). ${stderr.slice(-500)}`);
      return answers.get(key)?.[had] ?? {};
    },
    until(condition, ms) {
      if (condition()) return Promise.resolve(true);
      if (over) return Promise.resolve(false);
      return new Promise((resolve) => {
        const finish = (held: boolean) => {
          clearTimeout(timer);
          watchers.delete(subscriptions);
          resolve(held);
        };
        const timer = setTimeout(() => finish(condition()), ms);
        const subscriptions = () => {
          if (condition()) finish(true);
          else if (over) finish(false);
        };
        watchers.add(subscriptions);
      });
    },
    ended: () => over,
    exit,
    end() {
      child.stdin.end();
      return exit;
    },
  };
  return server;
}

/** A well-formed JSON-RPC message, or nothing. */
function parse(line: string): Json | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.jsonrpc !== '2.0') return undefined;
  if (typeof value.method === 'string') return 'result' in value || 'error' in value ? undefined : value;
  if ('result' in value) return 'error' in value || !isRecord(value.result) || !isId(value.id) ? undefined : value;
  const error = value.error;
  const wellFormed = isRecord(error) && Number.isInteger(error.code) && typeof error.message === 'string';
  return wellFormed ? value : undefined;
}

function isId(value: unknown): value is Id {
  return typeof value === 'string' || typeof value === 'number';
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const CLIENT = { name: 'raw', version: '1' };

/** What every request of the stateless era carries. */
export const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': CLIENT,
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Opens the classic era. */
export async function initialize(server: RawServer, capabilities: Json = {}): Promise<void> {
  await server.request('init', 'initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo: CLIENT });
  await server.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
}

/** Text, structured content and error flag of a tools/call answer. */
export function toolResult(answer: Json): { text: string; data: Json; isError: boolean } {
  const result = isRecord(answer.result) ? answer.result : {};
  const [first] = Array.isArray(result.content) ? result.content : [];
  return {
    text: isRecord(first) && typeof first.text === 'string' ? first.text : JSON.stringify(answer.error ?? ''),
    data: isRecord(result.structuredContent) ? result.structuredContent : {},
    isError: result.isError === true || 'error' in answer,
  };
}
