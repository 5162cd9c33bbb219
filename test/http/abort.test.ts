import { createServer as createTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../support/problem-of.ts';
import { turns, until } from '../support/waiting.ts';
import { client, get, httpServer, json, listen, rawServer, start, type TestClient } from './servers.ts';

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** Aborts the request once it is `there`, and says how it ended: one that did not hear it would end as a timeout. */
async function abortOnce(there: () => unknown, http: TestClient, request: ReturnType<typeof get>) {
  const controller = new AbortController();
  const ended = problemOf(http.request({ ...request, signal: controller.signal }));
  await until('the request is there', there);
  controller.abort();
  const problem = await ended;
  return [problem.kind, problem.details.sent];
}

/** What is not sent yet waits in the queue after a few turns. */
const queued = async () => {
  await turns();
  return true;
};

describe('the caller can end a call', () => {
  it('before it begins: nothing is sent', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 200, {}));
    const problem = await problemOf(client(origin).request(start({ signal: AbortSignal.abort() })));
    expect([problem.kind, problem.details.sent, seen.length]).toEqual(['cancelled', 'no', 0]);
  });

  it('while it is queued: nothing is sent, and those behind it go on', async () => {
    const { origin, heads } = await rawServer((socket, _, index) => {
      if (index > 0) socket.write(`${HEAD}content-length: 2\r\n\r\n{}`);
    });
    const http = client(origin, { limits: { concurrency: 1 } });
    const first = new AbortController();
    const blocking = problemOf(http.request(get({ signal: first.signal })));
    await until('the first is under way', () => heads.length === 1);
    expect(await abortOnce(queued, http, start())).toEqual(['cancelled', 'no']);
    const last = http.request(get());
    first.abort();
    expect((await blocking).kind).toBe('cancelled');
    expect((await last).body).toEqual({});
    expect(heads).toHaveLength(2);
  });

  it('while it connects: nothing is sent, not even later', async () => {
    let bytes = 0;
    let closed = 0;
    const server = createTcp((socket) => {
      socket.on('close', () => {
        closed += 1;
      });
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
    });
    const port = await listen(server);
    expect(await abortOnce(() => bytes > 0, client(`https://127.0.0.1:${port}`), start())).toEqual(['cancelled', 'no']);
    const hello = bytes;
    await until('the connection is closed', () => closed === 1);
    expect(bytes).toBe(hello);
    const more = () => bytes > hello;
    expect((await abortOnce(more, client(`https://127.0.0.1:${port}`), get()))[0]).toBe('cancelled');
  });

  it.each([
    ['the headers', '', 0],
    ['the body', `${HEAD}content-length: 50\r\n\r\n{"a":1`, 1],
    ['an error body', 'HTTP/1.1 500 No\r\ncontent-length: 50\r\n\r\n{"a":1', 1],
  ])('while it waits for %s: the connection is dropped, a start may have happened', async (_, bytes, answered) => {
    let answers = 0;
    const debug = (event: string) => {
      if (event === 'http') answers += 1;
    };
    const log = { debug, info: debug, warn: debug, error: debug };
    let closed = 0;
    const { origin, heads } = await rawServer((socket) => {
      socket.on('close', () => {
        closed += 1;
      });
      socket.write(bytes);
    });
    const there = (requests: number) => () => heads.length === requests && answers === requests * answered;
    expect(await abortOnce(there(1), client(origin, { log }), start())).toEqual(['cancelled', 'unknown']);
    expect((await abortOnce(there(2), client(origin, { log }), get()))[0]).toBe('cancelled');
    await until('both connections are dropped', () => closed === 2);
    expect(heads).toHaveLength(2);
  });

  it('while it waits to try again', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 503, {}));
    let waits = 0;
    const sleep = (_: number, signal?: AbortSignal) => {
      waits += 1;
      return new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
    };
    expect((await abortOnce(() => waits > 0, client(origin, {}, { sleep }), get()))[0]).toBe('cancelled');
    expect(seen).toHaveLength(1);
  });

  it("and the caller's own timeout is a timeout, not a cancellation", async () => {
    const { origin } = await rawServer(() => undefined);
    const problem = await problemOf(client(origin).request(get({ signal: AbortSignal.timeout(30) })));
    expect(problem.kind).toBe('timeout');
  });
});

describe('the signal and the deadline of a call', () => {
  it('includes waiting in the queue, and says that nothing was sent', async () => {
    const { origin, heads } = await rawServer(() => undefined);
    const http = client(origin, { limits: { concurrency: 1 } });
    const blocking = new AbortController();
    const first = problemOf(http.request(get({ signal: blocking.signal })));
    await until('the first is under way', () => heads.length === 1);
    const problem = await problemOf(http.request(start({ deadline_ms: 50 })));
    expect([problem.kind, problem.details.sent, heads.length]).toEqual(['timeout', 'no', 1]);
    expect(problem.message).toContain('could not be sent before its deadline');
    blocking.abort();
    await first;
  });

  it('comes from the settings when the request has none', async () => {
    const { origin } = await rawServer(() => undefined);
    expect((await problemOf(client(origin, { limits: { deadline_ms: 50 } }).request(get()))).kind).toBe('timeout');
  });

  it('may be shared by many calls without a warning of a leak', async () => {
    const { origin } = await httpServer((_, response) => json(response, 200, {}));
    const warnings: string[] = [];
    const listener = (warning: Error) => warnings.push(warning.name);
    process.on('warning', listener);
    const http = client(origin);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 30 }, () => http.request(get({ signal }))));
    await turns();
    process.off('warning', listener);
    expect(warnings).toEqual([]);
  });

  it('leaves no listener on a signal that lives longer than the call', async () => {
    const { origin } = await httpServer((_, response) => json(response, 200, {}));
    const controller = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = AbortSignal.prototype;
    controller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(controller.signal, args);
    };
    controller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(controller.signal, args);
    };
    const http = client(origin);
    for (let i = 0; i < 5; i += 1) await http.request(get({ signal: controller.signal }));
    for await (const _ of http.lines(get({ signal: controller.signal })));
    expect(listeners).toBe(0);
  });
});
