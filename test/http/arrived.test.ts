/** Word that an answer is here, before it is read: what is requested by that goes out while it is. */
import { describe, expect, it } from 'vitest';
import { problemOf } from '../support/problem-of.ts';
import { client, get, httpServer, json } from './servers.ts';

const counted = () => {
  const word = {
    times: 0,
    arrived() {
      word.times += 1;
    },
  };
  return word;
};

describe('arrived', () => {
  it('is said once, before the answer is parsed', async () => {
    const { origin } = await httpServer((_, response) => json(response, 200, { ok: true }));
    const word = counted();
    expect(await client(origin).request(get({ arrived: word.arrived }))).toMatchObject({ body: { ok: true } });
    expect(word.times).toBe(1);
  });

  it('is said of an answer that proves unreadable', async () => {
    const { origin } = await httpServer((_, response) => response.writeHead(200).end('{cut: '));
    const word = counted();
    expect((await problemOf(client(origin).request(get({ arrived: word.arrived })))).kind).toBe('unreadable');
    expect(word.times).toBe(1);
  });

  it('is not said of a refusal, and once when a retry succeeds', async () => {
    const { origin, seen } = await httpServer((request, response, index) =>
      json(response, request.url.includes('gone') ? 404 : index === 0 ? 503 : 200, {}),
    );
    const word = counted();
    const http = client(origin);
    await http.request(get({ arrived: word.arrived }));
    expect([seen.length, word.times]).toEqual([2, 1]);
    await problemOf(http.request(get({ path: '/gone', arrived: word.arrived })));
    expect(word.times).toBe(1);
  });

  it('is where the next request may be made', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 200, {}));
    const http = client(origin);
    let next: Promise<unknown> | undefined;
    const arrived = () => {
      next = http.request(get({ path: '/next' }));
    };
    await http.request(get({ path: '/first', arrived }));
    await next;
    expect(seen.map(({ url }) => url)).toEqual(['/first', '/next']);
  });
});
