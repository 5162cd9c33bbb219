/** The process: what is on stdout, and when it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN } from '../support/clients.ts';
import { onLoopback } from '../support/loopback.ts';
import { until } from '../support/waiting.ts';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-life-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Raw {
  child: ChildProcess;
  lines: string[];
  stderr(): string;
  send(message: unknown): void;
  /** Waits until an answer with this id is on stdout. */
  answer(id: number): Promise<Record<string, unknown>>;
  exit: Promise<number | null>;
}

function start(args: string[] = ['serve', '--sandbox'], env: Record<string, string> = {}): Raw {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: home, AGENT_SIM_HOME: home, AGENT_SIM_LOG: 'debug', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  let rest = '';
  child.stdout?.on('data', (chunk) => {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  child.stdin?.on('error', () => {});
  const parsed = () => lines.map((line): Record<string, unknown> => JSON.parse(line));
  return {
    child,
    lines,
    stderr: () => stderr,
    send: (message) => void child.stdin?.write(`${JSON.stringify(message)}\n`),
    async answer(id) {
      const found = () => parsed().find((message) => message.id === id);
      await until(`an answer to ${id}`, found);
      return found() ?? {};
    },
    // At 'exit' what it wrote last may not have been read.
    exit: once(child, 'close').then(([code]) => code),
  };
}

async function initialised(args?: string[], env?: Record<string, string>): Promise<Raw> {
  const raw = start(args, env);
  raw.send(INITIALIZE);
  await raw.answer(1);
  raw.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return raw;
}

const call = (id: number, name: string, args: Record<string, unknown> = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

describe('stdout', () => {
  it('carries JSON-RPC only, also at log level debug and after failing calls', async () => {
    const raw = await initialised();
    raw.send(call(2, 'list_providers', { check: true }));
    raw.send(call(3, 'get_session', { session: 'synthflow/session/nope' }));
    raw.send(call(4, 'no_such_tool'));
    raw.send({ jsonrpc: '2.0', id: 5, method: 'no/such/method' });
    await Promise.all([2, 3, 4, 5].map((id) => raw.answer(id)));
    raw.child.stdin?.end();
    await raw.exit;
    for (const line of raw.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  });
});

describe('when stdin ends, what was asked is answered first', () => {
  it('also when the last line has no line break', async () => {
    const raw = await initialised();
    for (let id = 2; id < 6; id += 1) raw.send(call(id, 'list_sessions'));
    raw.child.stdin?.end(JSON.stringify(call(6, 'list_tests')));
    expect(await raw.exit).toBe(0);
    const answered = raw.lines.map((line): unknown => JSON.parse(line).id);
    expect(answered.sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('from the record', async () => {
    const raw = start();
    raw.child.stdin?.end(JSON.stringify(INITIALIZE));
    expect(await raw.exit).toBe(0);
    expect(raw.lines).toHaveLength(1);
  });

  it('and a wait says that its session is still running', async () => {
    const raw = await initialised(['serve', '--sandbox', '--speed', '0.1']);
    raw.send(call(2, 'list_tests', { kind: 'suite', provider: 'synthflow' }));
    const [suite] = structured(await raw.answer(2)).tests;
    raw.send(call(3, 'start_simulation', { test: suite.ref }));
    const { session } = structured(await raw.answer(3));
    raw.send(call(4, 'wait_for_session', { session, timeout_seconds: 50 }));
    raw.send(call(5, 'list_providers'));
    await raw.answer(5);
    raw.child.stdin?.end();
    expect(structured(await raw.answer(4))).toMatchObject({ done: false });
    expect(await raw.exit).toBe(0);
  });
});

describe('the process ends', () => {
  it('with stdin from /dev/null', async () => {
    const child = spawn(process.execPath, [BIN, 'serve', '--sandbox'], {
      env: { PATH: process.env.PATH ?? '', HOME: home, AGENT_SIM_HOME: home },
      stdio: [openSync('/dev/null', 'r'), 'pipe', 'pipe'],
    });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  });

  it('when stdin ends while a call is under way', async () => {
    const raw = await initialised();
    raw.send(call(2, 'list_sessions'));
    await raw.answer(2);
    raw.send(call(3, 'wait_for_session', { session: 'synthflow/session/x', timeout_seconds: 50 }));
    raw.child.stdin?.end();
    expect(await raw.exit).toBe(0);
  });

  it('five seconds after stdin at the latest, whatever a platform does', async () => {
    const { origin, close } = await onLoopback(createServer(() => {}));
    const raw = await initialised(['serve'], { COVAL_API_KEY: 'a-key-that-is-none', COVAL_BASE_URL: origin });
    raw.send(call(2, 'list_sessions'));
    raw.send(call(3, 'list_providers'));
    await raw.answer(3);
    const ended = performance.now();
    raw.child.stdin?.end();
    expect(await raw.exit).toBe(0);
    expect(performance.now() - ended).toBeGreaterThan(4_000);
    await close();
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('on %s', async (signal) => {
    const raw = await initialised();
    raw.send(call(2, 'list_providers'));
    await raw.answer(2);
    raw.child.kill(signal);
    const code = await raw.exit;
    expect(code).toBeGreaterThan(128);
  });

  it('when its reader is gone (EPIPE)', async () => {
    const raw = await initialised();
    raw.child.stdout?.destroy();
    for (let id = 2; id < 8; id += 1) raw.send({ jsonrpc: '2.0', id, method: 'tools/list' });
    expect(await raw.exit).toBe(0);
    expect(raw.stderr()).not.toMatch(/"level":"error"|"uncaught"/);
  });

  it('when its reader is gone while calls are under way', async () => {
    const raw = await initialised();
    for (let id = 2; id < 8; id += 1) raw.send(call(id, 'list_sessions'));
    raw.child.stdout?.destroy();
    expect(await raw.exit).toBe(0);
    expect(raw.stderr()).not.toMatch(/"level":"error"|uncaught/);
  });

  it('when nobody reads its log either', async () => {
    const raw = await initialised();
    raw.child.stderr?.destroy();
    raw.child.stdin?.write('this is no json\n');
    raw.send(call(2, 'list_providers'));
    await raw.answer(2);
    raw.child.stdin?.end();
    expect(await raw.exit).toBe(0);
  });

  it('when its parent is killed', async () => {
    const script = `const c=require('node:child_process').spawn(process.execPath,${JSON.stringify([BIN, 'serve', '--sandbox'])},{stdio:['pipe','pipe','inherit']});console.log(c.pid);setInterval(()=>{},1000)`;
    const parent = spawn(process.execPath, ['-e', script], {
      env: { PATH: process.env.PATH ?? '', HOME: home, AGENT_SIM_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = parent.stdout ? await once(parent.stdout, 'data') : [];
    const pid = Number(String(chunk).trim());
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until('the server has ended', () => !alive(pid));
  });
});

describe('odd input', () => {
  it('half a JSON line, then the rest', async () => {
    const raw = start();
    const line = JSON.stringify(INITIALIZE);
    raw.child.stdin?.write(line.slice(0, 30));
    await new Promise((resolve) => setTimeout(resolve, 50));
    raw.child.stdin?.write(`${line.slice(30)}\n`);
    expect(await raw.answer(1)).toMatchObject({ result: { serverInfo: { name: 'agent-simulation-mcp' } } });
    raw.child.stdin?.end();
    await raw.exit;
  });

  it('a line that is no JSON does not end it', async () => {
    const raw = await initialised();
    raw.child.stdin?.write('this is no json\n{"also":"not a message"}\n');
    raw.send({ jsonrpc: '2.0', id: 9, method: 'ping' });
    await raw.answer(9);
    raw.child.stdin?.end();
    expect(await raw.exit).toBe(0);
  });

  it('a line beyond the limit is refused, and the next one is answered', async () => {
    const raw = await initialised();
    raw.child.stdin?.write(`${'x'.repeat(17 * 1024 * 1024)}\n`);
    raw.send({ jsonrpc: '2.0', id: 9, method: 'ping' });
    await raw.answer(9);
    expect(raw.lines.map((line) => JSON.parse(line)).filter(({ error }) => error)).toMatchObject([
      { error: { code: -32700 } },
    ]);
    raw.child.stdin?.end();
    expect(await raw.exit).toBe(0);
  });

  it('a line of ten megabytes is answered', async () => {
    const raw = await initialised();
    raw.send({ jsonrpc: '2.0', id: 9, method: 'ping', params: { x: 'ü"\\'.repeat(2_500_000) } });
    expect(await raw.answer(9)).toMatchObject({ result: {} });
    raw.child.stdin?.end();
    expect(await raw.exit).toBe(0);
  });
});

/** Structured content of an answer to a call. */
function structured(answer: Record<string, unknown>) {
  return Object(answer.result).structuredContent;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
