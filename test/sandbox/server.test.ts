import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Dialect, Engine } from '../../src/sandbox/engine/types.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';

const GLOBALS = [globalThis.Request, globalThis.Response];

let folder: string;
let playbook: string;
let time: number;
let sandbox: Sandbox;

/** A small vendor: starts a case, shows what it was asked. */
function vendor(id: string, prefix = `/${id}`): (engine: Engine) => Dialect {
  return (engine) => {
    const switches: { bold: boolean } = { bold: false };
    const app = new Hono();
    app.post('/start', async (c) => {
      const { repeat, fail } = await c.req.json();
      const [agent] = engine.agents;
      if (fail || !agent) return c.json({ error: 'no' }, 422);
      const session = engine.start({ cases: engine.cases.slice(0, 1), agent, repeat });
      engine.start({ cases: engine.cases.slice(1, 2), agent, session: session.id });
      return c.json({ session: session.id });
    });
    app.all('/seen/*', async (c) =>
      c.json({
        url: c.req.url,
        method: c.req.method,
        key: c.req.header('x-key'),
        text: await c.req.text(),
        bold: switches.bold,
      }),
    );
    app.get('/sessions', (c) => c.json(engine.sessions().map((session) => session.id)));
    const handle = (request: Request) => {
      if (request.url.endsWith('/boom')) throw new Error('boom');
      return app.fetch(request);
    };
    return { id, prefix, credentials: { KEY: `${id}-key` }, switches, fetch: handle };
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  playbook = join(folder, 'playbook.md');
  copyFileSync(SHIPPED_PLAYBOOK, playbook);
  time = Date.UTC(2026, 2, 3, 12);
  sandbox = await startSandbox({
    engineOptions: { playbook, seed: 3, now: () => time, speed: 60 },
    dialects: [vendor('acme'), vendor('beta', '/beta/api')],
  });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function call(path: string, method = 'GET', body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers: { 'x-key': 'k' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

describe('dialects', () => {
  it('are mounted under their prefix, which they do not see', async () => {
    expect(sandbox.dialects.get('beta')).toMatchObject({
      url: `${sandbox.url}/beta/api`,
      credentials: { KEY: 'beta-key' },
    });
    expect(await call('/beta/api/seen/a%2Fb/?x=1&x=2')).toEqual({
      status: 200,
      body: { url: `${sandbox.url}/seen/a%2Fb/?x=1&x=2`, method: 'GET', key: 'k', text: '', bold: false },
    });
    expect((await call('/acme/seen/x', 'PATCH', 'some text')).body).toMatchObject({
      method: 'PATCH',
      text: 'some text',
    });
    expect((await call('/acme/seen/x', 'DELETE')).body).toMatchObject({ method: 'DELETE', text: '' });
  });

  it('share one world', async () => {
    await call('/acme/start', 'POST', { repeat: 1 });
    expect((await call('/beta/api/sessions')).body).toEqual((await call('/acme/sessions')).body);
    expect(sandbox.engine.sessions()).toHaveLength(4);
  });

  it('may fail without taking the sandbox along', async () => {
    expect((await call('/acme/boom')).status).toBe(500);
    expect((await call('/acme/seen/x')).status).toBe(200);
  });

  it('must not claim the same prefix', async () => {
    await expect(
      startSandbox({ engine: sandbox.engine, dialects: [vendor('a', '/x'), vendor('b', '/x')] }),
    ).rejects.toThrow(/prefix/);
    await expect(startSandbox({ dialects: [] })).rejects.toThrow(/engine/);
  });

  it('are all there is: other paths name them', async () => {
    expect(await call('/gamma')).toEqual({
      status: 404,
      body: { error: expect.any(String), dialects: ['/acme', '/beta/api'] },
    });
    expect((await call('/acmeish/seen/x')).status).toBe(404);
  });
});

describe('loopback', () => {
  it('answers 127.0.0.1 only', async () => {
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const other = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === 'IPv4');
    if (other) await expect(fetch(`http://${other.address}:${sandbox.port}/__test/usage`)).rejects.toThrow();
    expect((await fetch(`http://127.0.0.1:${sandbox.port}/__test/usage`)).status).toBe(200);
  });

  it('refuses other host names', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${sandbox.url}/__test/usage`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('rejects when the port is taken', async () => {
    await expect(startSandbox({ engine: sandbox.engine, dialects: [], port: sandbox.port })).rejects.toThrow(
      /EADDRINUSE/,
    );
  });

  it('leaves the global Request and Response alone', () => {
    expect([globalThis.Request, globalThis.Response]).toEqual(GLOBALS);
  });
});

describe('private routes', () => {
  it('order, list and clear faults', async () => {
    expect(
      (await call('/__test/faults', 'POST', { kind: 'status', status: 418, dialect: 'acme', path: '/seen' })).status,
    ).toBe(200);
    expect((await call('/__test/faults', 'POST', [{ kind: 'reset' }, { kind: 'stall', times: 3 }])).status).toBe(200);
    expect((await call('/__test/faults')).body).toMatchObject({
      faults: [{ kind: 'status' }, { kind: 'reset' }, { kind: 'stall', times: 3 }],
    });
    expect((await call('/acme/seen/x')).status).toBe(418);
    expect((await call('/__test/faults', 'DELETE')).body).toEqual({ faults: [] });
    expect((await call('/acme/seen/x')).status).toBe(200);
  });

  it('refuse what is no fault', async () => {
    expect((await call('/__test/faults', 'POST', { kind: 'meteor' })).status).toBe(400);
    expect((await call('/__test/faults', 'POST', { kind: 'reset', colour: 'red' })).status).toBe(400);
    expect((await call('/__test/faults', 'POST', '{')).status).toBe(400);
    expect(sandbox.faults.list()).toEqual([]);
  });

  it('turn switches, and say which are not known', async () => {
    expect((await call('/__test/switches/acme', 'POST', { bold: true, blod: true })).body).toEqual({
      switches: { bold: true, blod: true },
      unknown: ['blod'],
    });
    expect((await call('/acme/seen/x')).body).toMatchObject({ bold: true });
    expect((await call('/beta/api/seen/x')).body).toMatchObject({ bold: false });
    expect((await call('/__test/switches/acme')).body).toMatchObject({ switches: { bold: true } });
    expect((await call('/__test/switches/nobody', 'POST', {})).status).toBe(404);
    expect((await call('/__test/switches/acme', 'POST', '[1]')).status).toBe(400);
  });

  it('count starts by dialect, and the messages of completed runs', async () => {
    await call('/acme/start', 'POST', { repeat: 2 });
    await call('/acme/start', 'POST', { fail: true });
    await call('/beta/api/start', 'POST', { repeat: 1 });
    expect((await call('/__test/usage')).body).toMatchObject({
      messages: 0,
      completed_runs: 0,
      dialects: {
        acme: { requests: 2, starts: 1, sessions: 1, runs: 3, completed_runs: 0 },
        beta: { requests: 1, starts: 1, sessions: 1, runs: 2 },
      },
    });
    time += 3_600_000;
    const messages = sandbox.engine
      .sessions()
      .slice(0, 2)
      .flatMap((session) => session.runs)
      .flatMap(({ outcome }) => (outcome.kind === 'conversation' ? outcome.conversation.turns : []))
      .filter(({ speaker }) => speaker !== 'tool').length;
    expect(messages).toBeGreaterThan(20);
    expect((await call('/__test/usage')).body).toMatchObject({ messages, completed_runs: 5 });
  });

  it('count a start whose answer was lost', async () => {
    sandbox.faults.add({ kind: 'reset', dialect: 'acme', method: 'POST', after_handling: true });
    await expect(call('/acme/start', 'POST', { repeat: 1 })).rejects.toThrow();
    sandbox.faults.add({ kind: 'reset', dialect: 'acme', method: 'POST' });
    await expect(call('/acme/start', 'POST', { repeat: 1 })).rejects.toThrow();
    expect((await call('/__test/usage')).body).toMatchObject({ dialects: { acme: { starts: 1 } } });
    expect(sandbox.engine.sessions()).toHaveLength(4);
  });

  it('tell which playbook is read and what was not understood', async () => {
    writeFileSync(playbook, '# x\n- Juggle.\n');
    expect((await call('/__test/playbook')).body).toEqual({
      path: playbook,
      not_understood: [{ line: 2, text: 'Juggle.' }],
    });
  });
});
