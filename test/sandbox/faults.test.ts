import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import type { Dialect } from '../../src/sandbox/engine/types.ts';
import { createFaultQueue, type FaultInput } from '../../src/sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';
import { turns, until } from '../support/waiting.ts';

const ITEMS = JSON.stringify({ items: Array.from({ length: 50 }, (_, i) => ({ id: i, name: `thing ${i}` })) });
let sandbox: Sandbox;
let handled: string[];

function echo(id: string): Dialect {
  return {
    id,
    prefix: `/${id}`,
    credentials: {},
    async fetch(request) {
      const url = new URL(request.url);
      handled.push(`${id} ${request.method} ${url.pathname}${url.search} ${await request.text()}`.trim());
      return new Response(ITEMS, { headers: { 'content-type': 'application/json', 'x-vendor': id } });
    },
  };
}

beforeEach(async () => {
  handled = [];
  sandbox = await startSandbox({
    engine: createEngine({ playbook: SHIPPED_PLAYBOOK, seed: 1, speed: 30 }),
    dialects: [() => echo('one'), () => echo('two')],
  });
});
afterEach(() => sandbox.close());

interface Got {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
  chunks: number;
  /** What ended it, where it did not end well. */
  error?: string;
}

/** A plain request without a connection pool; a broken answer is an answer. `quietOnce` gives up once so much is there, and no more comes. */
function send(
  path: string,
  options: { method?: string; body?: string; quietOnce?: (got: Got, bytes: number) => boolean } = {},
): Promise<Got> {
  return new Promise((resolve) => {
    const got: Got = { status: 0, headers: {}, body: Buffer.alloc(0), chunks: 0 };
    const parts: Buffer[] = [];
    let over = false;
    const done = (error?: string) => {
      over = true;
      resolve({ ...got, body: Buffer.concat(parts), ...(error ? { error } : {}) });
    };
    const request = httpRequest(
      `${sandbox.url}${path}`,
      { method: options.method ?? 'GET', agent: false },
      (response) => {
        got.status = response.statusCode ?? 0;
        got.headers = response.headers;
        response.on('data', (chunk: Buffer) => {
          parts.push(chunk);
          got.chunks += 1;
        });
        response.on('end', () => done(response.complete ? undefined : 'incomplete'));
        response.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    const { quietOnce } = options;
    if (quietOnce) {
      const bytes = () => parts.reduce((sum, part) => sum + part.length, 0);
      void until('silence', async () => {
        if (over) return true;
        if (sandbox.faults.list().length > 0 || !quietOnce(got, bytes())) return false;
        const before = bytes();
        await turns(50);
        return bytes() === before;
      }).then(() => {
        done('quiet');
        request.destroy();
      });
    }
    request.end(options.body);
  });
}

const fault = (input: FaultInput) => sandbox.faults.add(input);

describe('each kind', () => {
  it('status: with headers and body of its own', async () => {
    fault({ kind: 'status', status: 429, headers: { 'Retry-After': '3' }, body: { detail: 'slow down' } });
    const got = await send('/one/things');
    expect([got.status, got.headers['retry-after'], JSON.parse(got.body.toString())]).toEqual([
      429,
      '3',
      { detail: 'slow down' },
    ]);
    expect(handled).toEqual([]);
    expect((await send('/one/things')).body.toString()).toBe(ITEMS);
  });

  it('status: 503 with JSON by default', async () => {
    fault({ kind: 'status' });
    const got = await send('/one/things');
    expect(got.status).toBe(503);
    expect(JSON.parse(got.body.toString())).toEqual({ error: { message: expect.any(String) } });
  });

  it('reset', async () => {
    fault({ kind: 'reset' });
    expect(await send('/one/things')).toMatchObject({ status: 0, error: 'ECONNRESET' });
  });

  it('reset_in_body: head and half the body arrive', async () => {
    fault({ kind: 'reset_in_body' });
    const got = await send('/one/things');
    expect(got).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(got.headers['content-length']).toBe(String(ITEMS.length));
    expect(got.body.toString()).toBe(ITEMS.slice(0, ITEMS.length / 2));
  });

  it('stall: nothing comes', async () => {
    fault({ kind: 'stall' });
    expect(await send('/one/things', { quietOnce: () => true })).toMatchObject({ status: 0, error: 'quiet' });
    expect(handled).toEqual([]);
  });

  it('stall_in_body: half comes, then nothing', async () => {
    fault({ kind: 'stall_in_body' });
    const half = Math.floor(ITEMS.length / 2);
    const got = await send('/one/things', { quietOnce: (_, bytes) => bytes === half });
    expect(got).toMatchObject({ status: 200, error: 'quiet' });
    expect(got.body.length).toBe(half);
  });

  it('truncate: complete HTTP, cut JSON', async () => {
    fault({ kind: 'truncate' });
    const got = await send('/one/things');
    expect(got.error).toBeUndefined();
    expect(got.headers['content-length']).toBe(String(got.body.length));
    expect(() => JSON.parse(got.body.toString())).toThrow();
    expect(ITEMS.startsWith(got.body.toString())).toBe(true);
  });

  it('html', async () => {
    fault({ kind: 'html', status: 502 });
    const got = await send('/one/things');
    expect([got.status, got.headers['content-type']]).toEqual([502, 'text/html']);
    expect(got.body.toString()).toMatch(/^<!doctype html>/);
  });

  it('empty', async () => {
    fault({ kind: 'empty' });
    const got = await send('/one/things');
    expect([got.status, got.body.length, got.headers['content-length']]).toEqual([200, 0, '0']);
  });

  it('drip: everything, in many pieces', async () => {
    fault({ kind: 'drip', delay_ms: 1 });
    const got = await send('/one/things');
    expect(got.body.toString()).toBe(ITEMS);
    expect(got.chunks).toBeGreaterThan(20);
  });

  it('huge: as many bytes as ordered, and it stops when the client goes', async () => {
    fault({ kind: 'huge', bytes: 3_000_000 });
    const got = await send('/one/things');
    expect(got.body.length).toBeGreaterThanOrEqual(3_000_000);
    expect(JSON.parse(got.body.toString())).toMatch(/^a+$/);
    fault({ kind: 'huge', bytes: 500_000_000 });
    await new Promise<void>((resolve) => {
      const request = httpRequest(`${sandbox.url}/one/things`, { agent: false }, (response) => {
        response.once('data', () => request.destroy());
        response.on('error', () => undefined);
        response.on('close', () => resolve());
      });
      request.on('error', () => undefined);
      request.end();
    });
    expect((await send('/one/things')).status).toBe(200);
  });

  it('gzip_bomb: small on the wire, big inside', async () => {
    fault({ kind: 'gzip_bomb', bytes: 5_000_000 });
    const got = await send('/one/things');
    expect(got.headers['content-encoding']).toBe('gzip');
    expect(got.body.length).toBeLessThan(100_000);
    expect(gunzipSync(got.body).length).toBe(5_000_002);
  });

  it('redirect', async () => {
    fault({ kind: 'redirect', status: 307, headers: { Location: 'http://127.0.0.1:9/steal' } });
    const got = await send('/one/things');
    expect([got.status, got.headers.location]).toEqual([307, 'http://127.0.0.1:9/steal']);
    fault({ kind: 'redirect' });
    expect((await send('/one/things')).headers.location).toMatch(/^https:\/\/.*\.invalid\//);
  });

  it('deep_json', async () => {
    fault({ kind: 'deep_json', bytes: 20_000 });
    expect((await send('/one/things')).body.toString()).toBe('['.repeat(20_000) + ']'.repeat(20_000));
  });

  it('slow: the real answer, later', async () => {
    fault({ kind: 'slow', delay_ms: 80 });
    const begin = performance.now();
    const got = await send('/one/things', { method: 'POST', body: 'x' });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(75);
    expect(got.body.toString()).toBe(ITEMS);
    expect(got.headers['x-vendor']).toBe('one');
    expect(handled).toEqual(['one POST /things x']);
  });
});

describe('what the vendor did', () => {
  it.each(['status', 'reset', 'reset_in_body', 'truncate', 'empty', 'html'] as const)(
    '%s after handling: done, the answer lost',
    async (kind) => {
      fault({ kind, after_handling: true });
      const got = await send('/one/things', { method: 'POST', body: 'go' });
      expect(handled).toEqual(['one POST /things go']);
      expect(got.body.toString()).not.toBe(ITEMS);
    },
  );

  it.each(['status', 'reset', 'reset_in_body', 'stall_in_body', 'truncate', 'drip'] as const)(
    '%s before handling: nothing was done',
    async (kind) => {
      fault({ kind, delay_ms: 1 });
      await send('/one/things', { method: 'POST', body: 'go', quietOnce: ({ status }) => status > 0 });
      expect(handled).toEqual([]);
    },
  );
});

describe('which requests', () => {
  it('matches dialect, method, path part and pattern, as often as told, first come first', async () => {
    const queue = createFaultQueue();
    queue.add({ kind: 'reset', dialect: 'one', method: 'post', path: '/things', times: 2 });
    queue.add({ kind: 'stall', path: '^/runs/[0-9]+$' });
    queue.add({ kind: 'empty', path: '?page=2' });
    const take = (dialect: string, method: string, path: string) => queue.take({ dialect, method, path })?.kind;
    expect(take('two', 'POST', '/things')).toBeUndefined();
    expect(take('one', 'GET', '/things')).toBeUndefined();
    expect(take('one', 'POST', '/v1/things')).toBe('reset');
    expect(queue.list()[0]).toMatchObject({ kind: 'reset', times: 1 });
    expect(take('one', 'POST', '/things?x=1')).toBe('reset');
    expect(take('one', 'POST', '/things')).toBeUndefined();
    expect(take('two', 'GET', '/runs/x')).toBeUndefined();
    expect(take('two', 'GET', '/runs/12')).toBe('stall');
    expect(take('two', 'GET', '/list?page=2')).toBe('empty');
    expect(queue.list()).toEqual([]);
  });

  it('refuses nonsense, and a broken pattern matches only itself', () => {
    const queue = createFaultQueue();
    expect(() => queue.add({ kind: 'reset', times: 0 })).toThrow();
    expect(() => queue.add({ kind: 'huge', bytes: 1e12 })).toThrow();
    queue.add({ kind: 'reset', path: '(' });
    expect(queue.take({ dialect: 'a', method: 'GET', path: '/b' })).toBeUndefined();
    expect(queue.take({ dialect: 'a', method: 'GET', path: '/(b' })?.kind).toBe('reset');
    queue.add({ kind: 'reset' });
    queue.clear();
    expect(queue.take({ dialect: 'a', method: 'GET', path: '/' })).toBeUndefined();
  });
});

describe('closing', () => {
  it('is quick with stalled, half-sent, idle and mute connections', async () => {
    fault({ kind: 'stall' });
    fault({ kind: 'stall_in_body' });
    fault({ kind: 'drip', delay_ms: 5000 });
    fault({ kind: 'huge', bytes: 500_000_000 });
    const open = [1, 2, 3].map(() => send('/one/things'));
    // A client that does not read: its socket would not even notice the end.
    const paused = httpRequest(`${sandbox.url}/one/things`, { agent: false }, (response) => {
      response.on('error', () => undefined).pause();
    });
    paused.on('error', () => undefined).end();
    const mute = connect(sandbox.port, '127.0.0.1').resume();
    const muteEnded = new Promise<void>((resolve) => mute.on('close', () => resolve()).on('error', () => undefined));
    await until('all faults are at work', () => sandbox.faults.list().length === 0);
    // Each of them would hold it for as long as its fault lasts.
    await sandbox.close();
    await sandbox.close();
    await muteEnded;
    for (const got of await Promise.all(open)) expect(got.error).toBeDefined();
    paused.destroy();
    expect((await send('/one/things')).error).toBe('ECONNREFUSED');
  });
});
