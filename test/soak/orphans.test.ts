/** No server outlives its client, however the client goes and whatever stands between them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN } from '../support/clients.ts';
import { initialize, openRaw } from '../support/raw-server.ts';
import { ROOT } from '../support/root.ts';
import { until } from '../support/waiting.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-orphan-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = () => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  AGENT_SIM_HOME: home,
  npm_config_update_notifier: 'false',
});

/** The processes of this test: those that have its home in their environment. */
function living(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      try {
        const zombie = / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
        return !zombie && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`AGENT_SIM_HOME=${home}`);
      } catch {
        return false;
      }
    });
}

/** Rejects where something stays. */
const allGone = () => until('all processes are gone', () => living().length === 0);

const LINES = [
  {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  },
  { jsonrpc: '2.0', method: 'notifications/initialized' },
  { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'list_sessions', arguments: {} } },
];

/** Resolves when the server behind `child` has answered its first tool call. */
async function atWork(child: ChildProcess): Promise<void> {
  child.stdin?.on('error', () => undefined);
  let text = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('"id":2')) resolve();
    });
  });
  for (const line of LINES) child.stdin?.write(`${JSON.stringify(line)}\n`);
  await ready;
}

describe.runIf(existsSync('/proc/self/environ'))('nothing is left', () => {
  const wrapped = () =>
    spawn('npm', ['exec', '--no', '--', 'agent-simulation-mcp', 'serve', '--sandbox'], {
      cwd: ROOT,
      env: env(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'of a server behind npm when the host ends npm with %s and closes its pipes',
    async (signal) => {
      const npm = wrapped();
      await atWork(npm);
      expect(living().length).toBeGreaterThan(1);
      npm.kill(signal);
      npm.stdin?.destroy();
      npm.stdout?.destroy();
      await allGone();
    },
  );

  it('of a server behind npm when stdin ends', async () => {
    const npm = wrapped();
    await atWork(npm);
    npm.stdin?.end();
    await allGone();
  });

  it('of a server behind npm when the host is killed', async () => {
    const script = `
      const child = require('node:child_process').spawn('npm', ['exec', '--no', '--', 'agent-simulation-mcp', 'serve', '--sandbox'],
        { cwd: ${JSON.stringify(ROOT)}, stdio: ['pipe', 'pipe', 'ignore'] });
      child.stdout.on('data', (chunk) => process.stdout.write(chunk));
      process.stdin.on('data', (chunk) => child.stdin.write(chunk));`;
    const host = spawn(process.execPath, ['-e', script], { env: env(), stdio: ['pipe', 'pipe', 'ignore'] });
    await atWork(host);
    expect(living().length).toBeGreaterThan(2);
    host.kill('SIGKILL');
    await allGone();
  });

  it('of servers whose clients vanish in the middle of calls', async () => {
    const servers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const server = openRaw({ args: ['serve', '--sandbox'], env: env() });
        await initialize(server);
        return server;
      }),
    );
    for (const [index, server] of servers.entries()) {
      for (let id = 0; id < 40; id += 1) {
        const name = ['list_sessions', 'list_tests', 'list_providers', 'wait_for_session'][id % 4];
        const args = id % 4 === 3 ? { session: 'synthflow/session/x', timeout_seconds: 50 } : {};
        void server.write(
          `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })}\n`,
        );
      }
      await pause(index * 40);
      server.child.stdout.destroy();
      server.child.stderr.destroy();
      if (index % 2 === 0) server.child.stdin.destroy();
    }
    await allGone();
  });

  it('of a server in the background of a shell that has gone', async () => {
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${BIN}" serve --sandbox & wait`], {
      env: env(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await until('the server is there', () => living().length > 1);
    shell.kill('SIGKILL');
    shell.stdin?.destroy();
    shell.stdout?.destroy();
    await allGone();
  });
});
