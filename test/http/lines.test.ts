import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { isProblem, type Problem } from '../../src/model/problem.ts';
import { growth } from '../support/growth.ts';
import { turns, until } from '../support/waiting.ts';
import { client, get, httpServer, json, rawServer, start } from './servers.ts';

afterEach(() => {
  vi.useRealTimers();
});

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n';

/** What came, and the Problem at the end, if there was one. */
async function collect(lines: AsyncIterable<unknown>, onValue?: (count: number) => unknown) {
  const values: unknown[] = [];
  try {
    for await (const value of lines) {
      values.push(value);
      await onValue?.(values.length);
    }
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { values, problem: error satisfies Problem };
  }
  return { values };
}

async function answering(body: string | Buffer, headers: Record<string, string> = {}) {
  const { origin } = await httpServer((_, response) => {
    response.writeHead(200, headers);
    response.end(body);
  });
  return client(origin);
}

describe('newline-delimited JSON', () => {
  it.each([
    ['lines', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['a last line without its end', '1\n{"a":2}', [1, { a: 2 }]],
    ['Windows line ends and blank lines', '\r\n1\r\n\r\n2\r\n \r\n', [1, 2]],
    ['lines that are no JSON', 'starting\n{"a":1}\ndata: {"b":2}\n', ['starting', { a: 1 }, 'data: {"b":2}']],
    ['a byte order mark', '\uFEFF{"a":1}', [{ a: 1 }]],
    ['nothing', '', []],
  ])('%s', async (_, body, expected) => {
    expect(await collect((await answering(body)).lines(get()))).toEqual({ values: expected });
  });

  it('whatever the pieces it arrives in', async () => {
    const bytes = Buffer.from('{"a":"é😀"}\n{"b":2}\n');
    const { origin } = await rawServer(async (socket) => {
      socket.write(`${HEAD}content-length: ${bytes.length}\r\n\r\n`);
      for (const byte of bytes) {
        socket.write(Buffer.from([byte]));
        await turns(1);
      }
    });
    expect(await collect(client(origin).lines(get()))).toEqual({ values: [{ a: 'é😀' }, { b: 2 }] });
  });

  it('comes as it comes, not at the end', async () => {
    let more = () => {};
    const { origin } = await httpServer((_, response) => {
      response.write('1\n');
      more = () => response.end('2\n');
    });
    const seen: unknown[] = [];
    for await (const value of client(origin).lines(get())) {
      seen.push(value);
      if (value === 1) more();
    }
    expect(seen).toEqual([1, 2]);
  });

  it('compressed', async () => {
    const http = await answering(gzipSync('1\n2\n'), { 'content-encoding': 'gzip' });
    expect(await collect(http.lines(get()))).toEqual({ values: [1, 2] });
  });

  it('one long line in small pieces takes time in proportion to its length', async () => {
    const read = async (length: number) => {
      const http = await answering(`"${'x'.repeat(length)}"\n`);
      const { values } = await collect(http.lines(get()));
      expect(String(values[0])).toHaveLength(length);
    };
    expect(await growth(read, 1_000_000)).toBeLessThan(1.5);
  });
});

describe('streams that break', () => {
  it.each([
    ['quickly', 0],
    ['slowly', 50],
  ])('give every whole line that came and then a Problem (read %s)', async (_, pause) => {
    let reset = () => {};
    const { origin, heads } = await rawServer((socket) => {
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
      socket.write('a\r\n1\n2\n3\n1234\r\n');
      reset = () => socket.resetAndDestroy();
    });
    const { values, problem } = await collect(client(origin).lines(start()), (count) => {
      if (count === 1) reset();
      return turns(pause);
    });
    // `1234` has no line break: it may be the beginning of 12345.
    expect(values).toEqual([1, 2, 3]);
    expect([problem?.kind, problem?.details.sent]).toEqual(['network', 'unknown']);
    expect(heads).toHaveLength(1);
  });

  it('end at the body deadline when they stall', async () => {
    const { origin } = await rawServer((socket) =>
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n1\n\r\n`),
    );
    const { values, problem } = await collect(client(origin, { limits: { body_ms: 50 } }).lines(get()));
    expect([values, problem?.kind]).toEqual([[1], 'timeout']);
  });

  it('end at the total deadline when they go on for ever', async () => {
    const { origin } = await rawServer((socket) => {
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write('2\r\n1\n\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { values, problem } = await collect(client(origin).lines(get({ deadline_ms: 150 })), (count) => {
      if (count === 4) vi.advanceTimersByTime(150);
    });
    expect(values.length).toBeGreaterThan(3);
    expect(problem?.kind).toBe('timeout');
  });

  it('end at the cap', async () => {
    const http = await answering('1\n'.repeat(1_000));
    const { origin } = await httpServer((_, response) => {
      response.write('1\n'.repeat(100));
      response.end('2\n'.repeat(1_000));
    });
    expect((await collect(http.lines(get({ max_bytes: 100 })))).problem?.kind).toBe('too_large');
    const { values, problem } = await collect(client(origin).lines(get({ max_bytes: 300 })));
    expect([values.length, problem?.kind]).toEqual([150, 'too_large']);
  });

  it('end when the caller says so', async () => {
    const { origin } = await rawServer((socket) =>
      socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n1\n\r\n`),
    );
    const controller = new AbortController();
    const lines = client(origin).lines(get({ signal: controller.signal }));
    const { values, problem } = await collect(lines, () => controller.abort());
    expect([values, problem?.kind]).toEqual([[1], 'cancelled']);
  });
});

describe('streams that do not begin', () => {
  it('are refused like any answer, and repeated like any read', async () => {
    const { origin, seen } = await httpServer((_, response, index) => {
      if (index === 0) json(response, 503, {});
      else if (index === 1) response.end('1\n');
      else json(response, 401, {});
    });
    const http = client(origin);
    expect(await collect(http.lines(get()))).toEqual({ values: [1] });
    expect((await collect(http.lines(start()))).problem?.kind).toBe('unauthorized');
    expect(seen).toHaveLength(3);
  });
});

describe('a reader that stops early', () => {
  it('drops the connection, holds no place and harms nobody', async () => {
    let closed = 0;
    const { origin } = await rawServer((socket, head) => {
      if (head.startsWith('GET /things')) {
        socket.on('close', () => {
          closed += 1;
        });
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n4\r\n1\n2\n\r\n`);
      } else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
    });
    const http = client(origin, { limits: { concurrency: 1 } });
    for await (const value of http.lines(get())) {
      expect(value).toBe(1);
      // Other requests can be made while lines are read, even with one place only.
      expect((await http.request(get({ path: '/else' }))).body).toEqual({});
      break;
    }
    await until('the connection is dropped', () => closed === 1);
  });

  it('that never reads sends nothing', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 200, {}));
    const http = client(origin);
    http.lines(get());
    await turns();
    expect([seen.length, http.sent.size]).toEqual([0, 0]);
  });
});
