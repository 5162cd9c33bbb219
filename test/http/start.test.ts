import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { client, get, httpServer, json, kindAndSent, listen, problemOf, start } from './servers.ts';

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

  it('does not use a kept-alive connection that the server closes at that moment', async () => {
    // The server drops every connection right after its first answer without saying so. A request written to such a
    // connection is lost unseen; each start must nevertheless arrive, once.
    let starts = 0;
    const server = createServer((request, response) => {
      if (request.method === 'POST') starts += 1;
      json(response, 200, {});
      response.on('finish', () => setImmediate(() => request.socket.destroy()));
    });
    server.keepAliveTimeout = 60_000;
    const http = client(`http://127.0.0.1:${await listen(server)}`);
    for (let i = 0; i < 40; i += 1) {
      await http.request(get());
      await http.request(start());
    }
    expect([starts, http.sent.get('POST /runs')]).toEqual([40, 40]);
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
