import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../support/problem-of.ts';
import { turns } from '../support/waiting.ts';
import { client, get, httpServer, json, kindAndSent, listen, rawServer, start } from './servers.ts';

describe('a start is sent exactly once', () => {
  it.each([
    [400, 'invalid_input', 'yes'],
    [401, 'unauthorized', 'yes'],
    [408, 'timeout', 'unknown'],
    [409, 'conflict', 'yes'],
    [429, 'rate_limited', 'yes'],
    [500, 'vendor_error', 'yes'],
    [502, 'vendor_error', 'unknown'],
    [503, 'vendor_error', 'yes'],
    [504, 'timeout', 'unknown'],
  ])('after %i', async (status, kind, sent) => {
    const { origin, seen } = await httpServer((_, response) => json(response, status, {}, { 'retry-after': '1' }));
    const http = client(origin);
    expect(await kindAndSent(http.request(start({ retry_500: true })))).toEqual([kind, sent]);
    expect([seen.length, http.waits]).toEqual([1, []]);
  });

  it.each([
    ['an answer that is no JSON', 'text/html', '<html>busy</html>', 'unreadable'],
    ['an answer that is cut off', 'application/json', '{"session": "s', 'unreadable'],
    ['an answer over the cap', 'application/json', JSON.stringify('x'.repeat(3_000)), 'too_large'],
  ])('and %s leaves it unknown whether it started', async (_, type, body, kind) => {
    const { origin, seen } = await httpServer((__, response) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    });
    expect(await kindAndSent(client(origin).request(start({ max_bytes: 1_000 })))).toEqual([kind, 'unknown']);
    expect(seen).toHaveLength(1);
  });

  it('takes an empty answer for what it is', async () => {
    const { origin } = await httpServer((_, response) => response.writeHead(202).end());
    expect(await client(origin).request(start())).toMatchObject({ status: 202, body: undefined });
  });

  it('never uses a kept-alive connection, which the server may be closing at that moment', async () => {
    // Every connection serves one request, says nothing of closing, and is reset when a second one arrives on it.
    const used = new Set<unknown>();
    const { origin, heads } = await rawServer((socket) => {
      if (used.has(socket)) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      used.add(socket);
    });
    const http = client(origin, { limits: { retries: 0 } });
    // A connection is free for the next request a moment after its answer has ended.
    const idle = () => turns(50);
    for (let i = 0; i < 5; i += 1) {
      await http.request(get());
      await idle();
      await http.request(start());
      await http.request(start({ intent: 'change', method: 'PUT' }));
      await idle();
      expect((await problemOf(http.request(get()))).kind).toBe('network');
    }
    expect(heads.filter((head) => head.startsWith('POST'))).toHaveLength(5);
    expect(http.sent.get('POST /runs')).toBe(5);
  });

  it('is repeated when the first certainly never left', async () => {
    const server = createServer((_, response) => json(response, 200, { session: 's1' }));
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const http = client(
      `http://127.0.0.1:${port}`,
      {},
      { sleep: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)) },
    );
    expect((await http.request(start())).body).toEqual({ session: 's1' });
    expect(http.sent.get('POST /runs')).toBe(2);
  });

  it('other changes are not repeated at all', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 503, {}));
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const problem = await problemOf(client(origin).request(start({ method, intent: undefined })));
      expect(problem.kind).toBe('vendor_error');
    }
    expect(seen).toHaveLength(4);
  });

  it('a POST that only reads may be declared safe, and is then repeated', async () => {
    const { origin, seen } = await httpServer((_, response, index) => json(response, index === 0 ? 503 : 200, {}));
    await client(origin).request(start({ intent: 'safe' }));
    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{"test":1}'],
      ['POST', '{"test":1}'],
    ]);
  });
});
