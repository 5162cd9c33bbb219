/** What the built server loads, and when: nothing before its tools were listed, then, in the quiet, what a first call needs. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { onLoopback } from '../support/loopback.ts';
import { initialize, openRaw, type RawServer, toolResult } from '../support/raw-server.ts';
import { ROOT } from '../support/root.ts';
import { until } from '../support/waiting.ts';

/** Source files in each file of the bundle, written by the build. */
const chunks: Record<string, string[]> = JSON.parse(
  readFileSync(join(ROOT, 'node_modules/.cache/chunks.json'), 'utf8'),
);

/** Notes the path of every file that is loaded. */
const HOOK = `const { appendFileSync } = require('node:fs');
const { _extensions: how } = require('node:module');
const load = how['.js'];
how['.cjs'] = (module, file) => { load(module, file); appendFileSync(process.env.LOADED, file + '\\n'); };`;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Watched {
  server: RawServer;
  /** Source files that were loaded by now. */
  loaded(): string[];
  /** Requests that reached the platform. */
  asked(): number;
  home: string;
}

/** A server with one platform, which answers every request with an empty list. */
async function open(args?: string[]): Promise<Watched> {
  const folder = mkdtempSync(join(tmpdir(), 'first-call-'));
  const home = join(folder, 'home');
  const [hook, log] = [join(folder, 'hook.cjs'), join(folder, 'loaded')];
  writeFileSync(hook, HOOK);
  writeFileSync(log, '');
  let asked = 0;
  const platform = createServer((_request, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json');
    response.end('{"runs":[],"test_sets":[]}');
  });
  const { origin, close } = await onLoopback(platform);
  const server = openRaw({
    args,
    node: ['--require', hook],
    env: {
      HOME: home,
      AGENT_SIM_HOME: home,
      AGENT_SIM_LOG: 'debug',
      LOADED: log,
      COVAL_API_KEY: 'a-key-that-is-none',
      COVAL_BASE_URL: origin,
    },
  });
  ends.push(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  ends.push(() => server.end());
  const files = () => readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return { server, loaded: () => files().flatMap((file) => chunks[basename(file)] ?? []), asked: () => asked, home };
}

const WARM = 'src/analysis/digest.ts';
const call = (server: RawServer, name: string) => server.request(`call ${name}`, 'tools/call', { name, arguments: {} });

describe('once the tools were listed', () => {
  it('a first call is prepared: nothing is sent, said, read or written for it', async () => {
    const { server, loaded, asked, home } = await open();
    await initialize(server);
    expect(loaded()).not.toContain('src/mcp/server.ts');
    await server.request('list', 'tools/list');
    await until('the last step', () => loaded().includes(WARM));
    for (const file of ['mcp/server', 'http/client', 'providers/coval/index', 'commands/handshake/rehearsal'])
      expect(loaded()).toContain(`src/${file}.ts`);
    expect(asked()).toBe(0);
    expect(existsSync(home)).toBe(false);
    expect(server.stderr()).toBe('');
    expect([...server.answers.keys()]).toEqual(['"init"', '"list"']);

    const { text, isError } = toolResult(await call(server, 'list_sessions'));
    expect(text).toContain('0 sessions');
    expect(isError).toBe(false);
    expect(asked()).toBeGreaterThan(0);
  });

  it('questions of the handshake are still answered from the record', async () => {
    const { server, loaded } = await open();
    await initialize(server);
    await server.request(1, 'tools/list');
    await until('the last step', () => loaded().includes(WARM));
    const prompts = await server.request(2, 'prompts/list');
    expect(prompts).toHaveProperty('result.prompts');
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect(server.noise).toEqual([]);
  });

  it('a client that leaves ends the server', async () => {
    const { server } = await open();
    await initialize(server);
    await server.request(1, 'tools/list');
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect(server.stderr()).toBe('');
  });
});

describe('a list', () => {
  it.each(['list_providers', 'list_tests', 'list_sessions', 'list_runs'])('%s loads no analysis', async (name) => {
    const { server, loaded } = await open();
    await initialize(server);
    const args = name === 'list_runs' ? { session: 'coval/session/none' } : {};
    await server.request('call', 'tools/call', { name, arguments: args });
    expect(loaded()).toContain(`src/mcp/tools/${name.replace('_', '-')}.ts`);
    expect(loaded().filter((file) => file.startsWith('src/analysis/'))).toEqual([]);
  });

  it('is not the only one: a call that counts runs loads what counts them', async () => {
    const { server, loaded } = await open(['serve', '--sandbox']);
    await initialize(server);
    const { data } = toolResult(await call(server, 'list_sessions'));
    expect(loaded().filter((file) => file.startsWith('src/analysis/'))).toEqual([]);
    const [first] = Array.isArray(data.sessions) ? data.sessions : [];
    await server.request('get', 'tools/call', { name: 'get_session', arguments: { session: first.ref } });
    expect(loaded()).toContain('src/analysis/digest.ts');
  });
});
