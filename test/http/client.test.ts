import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createVendorHttp } from '../../src/http/client.ts';
import { createLog } from '../../src/http/log.ts';
import { createRedactor } from '../../src/http/secrets/redact.ts';
import { problemOf } from '../support/problem-of.ts';
import { turns } from '../support/waiting.ts';
import { client, get, httpServer, json, start } from './servers.ts';

const readFault = () => ({});

describe('the vendor client', () => {
  it('sends method, path under the base, query, headers and body, and answers parsed JSON', async () => {
    const { origin, seen } = await httpServer((_, response) =>
      json(response, 201, { ok: true }, { 'x-request-id': 'r1' }),
    );
    const http = client(`${origin}/v2/`);
    const answer = await http.request({
      method: 'POST',
      path: '/agents/{agent}/runs/',
      params: { agent: 'a b/c' },
      query: { limit: 5, tag: ['x', 'y z'], deep: true, none: undefined },
      body: { name: 'Zoë' },
      headers: { 'X-Workspace': 'w1' },
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ status: 201, body: { ok: true }, headers: { 'x-request-id': 'r1' } });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v2/agents/a%20b%2Fc/runs/?limit=5&tag=x&tag=y%20z&deep=true',
      body: '{"name":"Zoë"}',
      headers: {
        authorization: 'Bearer acme-key-123',
        'x-workspace': 'w1',
        'content-type': 'application/json',
        accept: 'application/json',
        'accept-encoding': 'identity',
      },
    });
  });

  it('leaves secrets in an answer that is sent back, and in no refusal', async () => {
    const { origin } = await httpServer((request, response) =>
      json(response, request.url === '/kept' ? 200 : 400, { header: 'Bearer s3cr3t-canary' }),
    );
    const redactor = createRedactor();
    redactor.register('s3cr3t-canary');
    const { redact } = redactor;
    const readFault = (_: number, body: unknown) => ({ message: JSON.stringify(body) });
    const http = createVendorHttp({ provider: 'acme', baseUrl: origin, headers: {}, readFault, redact });
    expect((await http.request(get({ path: '/kept' }))).body).toEqual({ header: 'Bearer [redacted]' });
    expect((await http.request(get({ path: '/kept', verbatim: true }))).body).toEqual({
      header: 'Bearer s3cr3t-canary',
    });
    const { details } = await problemOf(http.request(get({ path: '/refused', verbatim: true })));
    expect(details.vendor?.message).toContain('[redacted]');
  });

  it('says where it talks to and counts what it sent by template', async () => {
    const { origin, port } = await httpServer((_, response) => json(response, 200, []));
    const http = client(`${origin}/v2`);
    expect([http.origin, http.host]).toEqual([origin, `127.0.0.1:${port}`]);
    await http.request(get({ path: '/things/{id}', params: { id: '1' } }));
    await http.request(get({ path: '/things/{id}', params: { id: '2' } }));
    await http.request(start());
    expect([...http.sent]).toEqual([
      ['GET /things/{id}', 2],
      ['POST /runs', 1],
    ]);
  });

  it('keeps connections alive for reads and opens one of its own for everything else', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 200, {}));
    const http = client(origin);
    for (let i = 0; i < 3; i += 1) await http.request(get());
    await http.request(start());
    await http.request({ ...start(), intent: undefined, method: 'DELETE', body: undefined });
    expect(seen.map(({ headers }) => headers.connection)).toEqual([
      'keep-alive',
      'keep-alive',
      'keep-alive',
      'close',
      'close',
    ]);
  });

  it('refuses an id that would climb before anything is sent', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 200, {}));
    const http = client(origin);
    const problem = await problemOf(http.request(get({ path: '/things/{id}', params: { id: '..' } })));
    expect([problem.kind, problem.details.sent]).toEqual(['invalid_input', 'no']);
    expect([seen.length, http.sent.size]).toEqual([0, 0]);
  });

  it('names the header, not its value, when a key cannot be sent', async () => {
    for (const key of ['two\nlines', 'smart “quotes”', 'null\u0000']) {
      const http = client('http://127.0.0.1:9', { headers: { 'X-API-Key': key } });
      const problem = await problemOf(http.request(get()));
      expect(problem.kind).toBe('unconfigured');
      expect(problem.message).toContain('x-api-key');
      expect(JSON.stringify(problem)).not.toContain(key.slice(0, 4));
    }
  });

  it('calls a body that is no JSON our own mistake', async () => {
    const problem = await problemOf(client('http://127.0.0.1:9').request(start({ body: { n: 1n } })));
    expect([problem.kind, problem.details.sent]).toEqual(['internal', 'no']);
  });

  it('refuses a base URL that no key may be sent to', () => {
    const make = (baseUrl: string) => createVendorHttp({ provider: 'acme', baseUrl, headers: {}, readFault });
    expect(() => make('http://api.example.com')).toThrow('not https');
    expect(() => make('https://me:secret@api.example.com')).toThrow('credentials');
  });

  it('is closed once and for all', async () => {
    const { origin } = await httpServer((_, response) => json(response, 200, {}));
    const http = client(origin);
    await http.request(get());
    await http.close();
    const problem = await problemOf(http.request(get()));
    expect([problem.kind, problem.details.sent]).toEqual(['cancelled', 'no']);
    await http.close();
  });

  it('logs templates, statuses and kinds, and no key', async () => {
    const lines: string[] = [];
    const redactor = createRedactor();
    redactor.register('acme-key-123');
    const log = createLog('debug', redactor, (line) => lines.push(line));
    const { origin } = await httpServer((_, response, index) => json(response, index === 0 ? 503 : 200, {}));
    await client(origin, { log }).request(get({ path: '/things/{id}', params: { id: 'private' } }));
    const events = lines.map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(['http', 'http_failed', 'http_retry', 'http']);
    expect(events[0]).toMatchObject({ provider: 'acme', request: 'GET /things/{id}', status: 503 });
    expect(lines.join('')).not.toMatch(/acme-key-123|private/);
  });
});

describe('concurrency and rate', () => {
  it('has no more requests under way than allowed, and sends them all', async () => {
    let most = 0;
    const open: ServerResponse[] = [];
    const { origin, seen } = await httpServer(async (_, response) => {
      most = Math.max(most, open.push(response));
      if (open.length < 3) return;
      // A fourth would come in these turns.
      await turns(50);
      for (const one of open.splice(0)) json(one, 200, {});
    });
    const http = client(origin, { limits: { concurrency: 3 } });
    await Promise.all(Array.from({ length: 12 }, () => http.request(get())));
    expect([most, seen.length]).toEqual([3, 12]);
  });

  it('sends no more than the rate, and says of the rest that it was not sent', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 200, {}));
    const http = client(origin, { limits: { rate: { requests: 2, interval_ms: 60_000 } } });
    await Promise.all([http.request(get()), http.request(get())]);
    const problem = await problemOf(http.request(get({ deadline_ms: 50 })));
    expect([problem.kind, problem.details.sent, seen.length]).toEqual(['timeout', 'no', 2]);
  });
});
