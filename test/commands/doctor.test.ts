/** `doctor` over the built program: each thing that keeps a key from working is told apart, with what to do about it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../http/self-signed.ts';
import { bookOf } from '../modes/books.ts';
import { BIN, NO_KEYCHAIN } from '../support/clients.ts';
import { onLoopback } from '../support/loopback.ts';

const KEY = 'a-key-of-the-right-length-0001';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function doctor(provider: string, env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [BIN, 'doctor', '--provider', provider, ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...NO_KEYCHAIN, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk);
    });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { said, code };
}

/** A platform on loopback that answers as told. */
async function platform(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  return (await onLoopback(server)).origin;
}
const answering = (status: number, body: string, headers: Record<string, string> = {}) =>
  platform((_request, response) => response.writeHead(status, headers).end(body));

/** Coval has a plain list; what is asked of it is the same for all. */
const coval = async (answer: Promise<string>, env: Record<string, string> = {}, ...args: string[]) =>
  doctor('coval', { COVAL_API_KEY: KEY, COVAL_BASE_URL: await answer, ...env }, ...args);

describe('doctor explains', () => {
  it('that there is no key', async () => {
    for (const [provider, name] of [
      ['synthflow', 'SYNTHFLOW_API_KEY'],
      ['cognigy', 'COGNIGY_API_KEY'],
      ['coval', 'COVAL_API_KEY'],
      ['futureagi', 'FI_API_KEY'],
    ] as const) {
      const { said, code } = await doctor(provider, {});
      expect(said).toMatch(new RegExp(`· .*: not configured\\n.*Set ${name}`));
      expect(said).toContain('--sandbox');
      expect(code).toBe(0);
    }
  });

  it('that half of a pair of keys is missing', async () => {
    const { said, code } = await doctor('futureagi', { FI_API_KEY: KEY });
    expect(said).toMatch(/✗ Future AGI: misconfigured\n.*FI_API_KEY\n.*FI_SECRET_KEY/);
    expect(code).toBe(1);
  });

  it.each(['${COVAL_API_KEY}', '<your-key>', 'YOUR_API_KEY', 'xxxxx'])('that %s is a placeholder', async (value) => {
    const { said, code } = await doctor('coval', { COVAL_API_KEY: value });
    expect(said).toMatch(/✗ Coval: misconfigured\n/);
    expect(said).toMatch(/COVAL_API_KEY .*placeholder/);
    expect(code).toBe(1);
  });

  it('that a variable is called almost right', async () => {
    const { said, code } = await doctor('coval', { COVAL_KEY: KEY });
    expect(said).toMatch(/COVAL_KEY is set; the variable is called COVAL_API_KEY/);
    expect(said).toMatch(/✗ Coval: misconfigured/);
    expect(code).toBe(1);
  });

  it('that there is no region of that name', async () => {
    const { said, code } = await doctor('synthflow', { SYNTHFLOW_API_KEY: KEY, SYNTHFLOW_REGION: 'mars' });
    expect(said).toMatch(/✗ Synthflow: misconfigured\n(.*\n)*.*SYNTHFLOW_REGION.*eu/);
    expect(code).toBe(1);
  });

  it('that the key may be of another region', async () => {
    const base = await answering(401, '{"detail":"Unauthorized"}');
    const { said, code } = await doctor('synthflow', { SYNTHFLOW_API_KEY: KEY, SYNTHFLOW_BASE_URL: base });
    expect(said).toMatch(/✗ Synthflow: failing/);
    expect(said).toMatch(/answered 401: the key was not accepted/);
    expect(said).toMatch(/region/i);
    expect(code).toBe(1);
  });

  it('that a host has no such name', async () => {
    const { said, code } = await doctor('coval', { COVAL_API_KEY: KEY, COVAL_BASE_URL: 'https://api.coval.invalid' });
    expect(said).toMatch(/The name api\.coval\.invalid could not be (found|looked up)/);
    expect(said).toMatch(/firewall|typo/);
    expect(code).toBe(1);
  });

  it('that a host is not the API', async () => {
    const page = '<!doctype html><title>Sign in</title>';
    const { said } = await coval(answering(200, page, { 'content-type': 'text/html' }));
    expect(said).toMatch(/✗ Coval: failing/);
    expect(said).toMatch(/base URL/);
    const { said: moved } = await coval(answering(302, '', { location: 'https://app.coval.dev/login' }));
    expect(moved).toMatch(/redirect, which is not followed.*the API host, not the one of the web interface/s);
  });

  const refusal = '{"error":{"code":"PERMISSION_DENIED","message":"Forbidden"},"detail":"Forbidden"}';
  it.each([
    ['synthflow', { SYNTHFLOW_API_KEY: KEY }, 'SYNTHFLOW_BASE_URL'],
    ['cognigy', { COGNIGY_API_KEY: KEY }, 'COGNIGY_BASE_URL'],
    ['coval', { COVAL_API_KEY: KEY }, 'COVAL_BASE_URL'],
    ['futureagi', { FI_API_KEY: KEY, FI_SECRET_KEY: KEY }, 'FI_BASE_URL'],
  ] as const)('that a key of %s may not do it', async (provider, keys, base) => {
    const { said, code } = await doctor(provider, { ...keys, [base]: await answering(403, refusal) });
    expect(said).toMatch(/answered 403: the key may not do this/);
    expect(said).toMatch(/workspace|role|permission|project/i);
    expect(code).toBe(1);
  });

  it('that nothing answers, or nobody listens', async () => {
    const server = createServer();
    const url = (await onLoopback(server)).origin;
    await new Promise((resolve) => server.close(resolve));
    const { said, code } = await coval(Promise.resolve(url));
    expect(said).toMatch(/refused the connection \(ECONNREFUSED\)\. Check that this machine reaches .*firewall, VPN/);
    expect(said).not.toContain('_PROXY is set');
    expect(code).toBe(1);
  });

  it('that a proxy cannot be reached, or is set where it is not looked for', async () => {
    const proxy = 'http://user:proxy-password@127.0.0.1:1';
    const target = Promise.resolve('https://api.coval.invalid');
    const { said } = await coval(target, { HTTPS_PROXY: proxy });
    expect(said).toMatch(/The proxy that HTTPS_PROXY names cannot be reached \(ECONNREFUSED\)\. Nothing was sent/);
    expect(said).toContain('through the proxy that HTTPS_PROXY names');
    expect(said).not.toContain('proxy-password');
    const { said: elsewhere } = await coval(target, { ALL_PROXY: proxy });
    expect(elsewhere).toContain('ALL_PROXY is set, but a proxy is taken from HTTPS_PROXY or HTTP_PROXY only');
    const { said: wall } = await coval(answering(407, ''));
    expect(wall).toMatch(/a proxy in between wants a login/);
  });

  it('that a proxy replaces certificates', async () => {
    const server = createHttps(selfSigned(), (_request, response) => response.end('{}'));
    servers.push(server);
    const { said } = await coval(onLoopback(server).then(({ port }) => `https://127.0.0.1:${port}`));
    expect(said).toMatch(/The TLS certificate of .* is not trusted/);
    expect(said).toMatch(/NODE_EXTRA_CA_CERTS/);
  });

  it.each([
    [-3 * 3_600_000, '3 hours ahead of'],
    [7 * 60_000, '7 minutes behind'],
    [-90 * 86_400_000, '90 days ahead of'],
  ])('that the clock is off by %i ms', async (off, words) => {
    const runs = '{"runs":[],"next_page_token":null,"total_count":0}';
    const base = platform((_request, response) => {
      const date = new Date(Date.now() + off).toUTCString();
      response.writeHead(200, { 'content-type': 'application/json', date }).end(runs);
    });
    const { said, code } = await coval(base);
    expect(said).toMatch(/✓ Coval: ok/);
    expect(said).toContain(`This machine's clock is ${words} that of 127.0.0.1`);
    expect(code).toBe(0);
    const json: unknown = JSON.parse((await coval(base, {}, '--json')).said);
    expect(json).toMatchObject({ findings: [{ clock_ahead_seconds: expect.closeTo(off / 1000, -1) }] });
  });

  it('where the failure modes are, and how many', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'doctor-book-'));
    try {
      const path = join(folder, 'modes.json');
      const env = { AGENT_SIM_FAILURE_MODES: path };
      expect((await doctor('coval', env)).said).toContain(`failure modes: ${path} (none saved yet)`);
      await writeFile(path, JSON.stringify(bookOf()));
      const { said, code } = await doctor('coval', env);
      expect(said).toContain(`failure modes: ${path} (1 mode of 1 agent or test)`);
      expect(code).toBe(0);
      const json: unknown = JSON.parse((await doctor('coval', env, '--json')).said);
      expect(json).toMatchObject({ failure_modes: { path, agents: 1, modes: 1 } });
      await writeFile(path, '{\n "version": 1,\n "agents": {},\n}\n');
      const mistaken = await doctor('coval', env);
      expect(mistaken.said).toMatch(/✗ failure modes: .*\n.*a mistake in line 3: .*comma is too much/);
      expect(mistaken.code).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('nothing of the clock where an answer is out of a cache or the clocks agree', async () => {
    const runs = '{"runs":[],"next_page_token":null,"total_count":0}';
    const json = { 'content-type': 'application/json' };
    const old = { ...json, age: '90000', date: new Date(Date.now() - 90_000_000).toUTCString() };
    for (const headers of [json, old]) expect((await coval(answering(200, runs, headers))).said).not.toContain('clock');
  });
});
