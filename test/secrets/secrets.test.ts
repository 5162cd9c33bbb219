/** Canaries in every secret setting, vendors that repeat them in all they say: no byte of one may leave. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { SHORT_WAITS } from '../support/clients.ts';
import { installServer } from '../support/installed.ts';
import { initialize, openRaw, type RawOptions, type RawServer } from '../support/raw-server.ts';
import { until } from '../support/waiting.ts';
import { canaries, canary, leaks, spellings } from './canaries.ts';
import { type Echo, type Manner, openEcho } from './echo.ts';
import { calls, type Known, learn, walk } from './walk.ts';

const SECRETS = canaries();
let echo: Echo;
const known: Known[] = [];
const folders: string[] = [];

beforeAll(async () => {
  echo = await openEcho();
  const { server } = await open(SECRETS);
  for (const { id } of PROVIDERS) known.push(await learn(server, id));
  await server.end();
});
afterAll(async () => {
  await echo.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Options extends RawOptions {
  /** No server that waits to be introduced. */
  silent?: boolean;
}

interface Started {
  server: RawServer;
  /** Every byte of stdout, stderr and the files of its home: the journal, the audit, whatever else there is. */
  written(): string;
}

/** A fresh server each time: Future AGI is asked at most 100 times a minute by one. */
async function open(secrets: Record<string, string>, { silent, ...options }: Options = {}): Promise<Started> {
  const home = mkdtempSync(join(tmpdir(), 'agent-sim-secrets-'));
  folders.push(home);
  const server = openRaw({
    ...options,
    env: { ...echo.places, ...secrets, HOME: home, AGENT_SIM_HOME: home, AGENT_SIM_LOG: 'debug' },
  });
  let bytes = '';
  for (const stream of [server.child.stdout, server.child.stderr])
    stream.on('data', (chunk) => {
      bytes += String(chunk);
    });
  if (!silent) await initialize(server);
  const files = () =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`);
  return { server, written: () => [bytes, ...files()].join('\n') };
}

/** Asks for everything there is; no byte of a key may be in what came of it, and each key must have been in use. */
async function sweep({ server, written }: Started, used: Record<string, string>) {
  echo.heard.clear();
  await Promise.all(known.map((one) => walk(server, one)));
  await server.end();
  expect(leaks(written(), SECRETS)).toEqual([]);
  expect(echo.elsewhere).toEqual([]);
  for (const [name, secret] of Object.entries(used)) expect(echo.heard.get(secret), name).toBeGreaterThan(3);
  expect(echo.heard.get(MODEL_KEY)).toBeUndefined();
  expect(written()).toContain('[redacted]');
}

it('the sweep reaches every tool', () => {
  const none = { provider: '', suite: '', session: '', run: '' };
  expect(Object.keys(calls(none)).sort()).toEqual(TOOLS.map((tool) => tool.name).sort());
});

it.each([0, 1])('the sweep finds every spelling of a key like number %i', (index) => {
  const secret = canary(index);
  for (const [name, text] of Object.entries(spellings(secret)))
    expect(leaks(`- ${text} -`, { secret }), name).not.toEqual([]);
  expect(leaks(secret.slice(-9), { secret })).not.toEqual([]);
  expect(leaks(JSON.stringify(canaries()), { secret })).toEqual([]);
});

const MANNERS: Manner[] = [
  { kind: 'data' },
  ...[400, 401, 404, 422].map((status) => ({ kind: 'refusal' as const, status })),
  { kind: 'page' },
  { kind: 'words' },
  { kind: 'cut off' },
  ...[302, 307].map((status) => ({ kind: 'redirect' as const, status })),
];

/** What platforms are sent; the key of a model goes to none of them. */
const { AGENT_SIM_MODEL_KEY: MODEL_KEY = '', ...OF_PLATFORMS } = SECRETS;
const { COGNIGY_BEARER_TOKEN: _, ...WITH_KEYS } = OF_PLATFORMS;
const { COGNIGY_API_KEY: __, ...WITH_TOKEN } = OF_PLATFORMS;

describe('keys leave by no way', () => {
  it.each(MANNERS)('when vendors answer with $kind $status', async (manner) => {
    echo.manner = manner;
    // What is cut off is asked for once more, half a second later.
    await sweep(await open(SECRETS, { node: SHORT_WAITS }), WITH_KEYS);
  });

  it('when they are kept in the keychain', async () => {
    const installed = installServer();
    try {
      installed.store(WITH_TOKEN);
      echo.manner = { kind: 'data' };
      await sweep(await open({}, { bin: installed.bin }), WITH_TOKEN);
    } finally {
      installed.remove();
    }
  });

  it.each(MANNERS)('when doctor is answered with $kind $status', async (manner) => {
    echo.manner = manner;
    echo.heard.clear();
    for (const args of [[], ['--json']]) {
      const { server, written } = await open(SECRETS, { args: ['doctor', ...args], silent: true });
      await server.exit;
      expect(leaks(written(), SECRETS)).toEqual([]);
      expect(written()).toContain('FI_API_KEY');
    }
    expect(echo.elsewhere).toEqual([]);
    for (const [name, secret] of Object.entries(WITH_KEYS)) expect(echo.heard.get(secret), name).toBeGreaterThan(1);
  });

  it.each(['serve', 'doctor', 'keys'])('when %s breaks', async (command) => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-sim-secrets-'));
    folders.push(folder);
    writeFileSync(join(folder, 'break.cjs'), BREAK);
    const { server, written } = await open(SECRETS, {
      args: command === 'keys' ? ['keys', 'set', 'FI_API_KEY'] : [command],
      node: ['--require', join(folder, 'break.cjs')],
      silent: true,
    });
    await until('it says that it is broken', () => server.stderr().includes('broken on purpose'));
    await server.end();
    expect(leaks(written(), SECRETS)).toEqual([]);
  });
});

/** What is thrown quotes every setting, in its message, its stack and its cause. */
const BREAK = `
const all = JSON.stringify(process.env);
const timer = setInterval(() => {
  // Until the program hears of it, nothing of it runs.
  if (process.listenerCount('uncaughtException') === 0) return;
  clearInterval(timer);
  setTimeout(() => {
    throw new TypeError('broken on purpose ' + all);
  }, 5);
  Promise.reject(Object.assign(new Error('broken on purpose ' + all, { cause: new Error(all) }), { headers: process.env }));
}, 5);
`;
