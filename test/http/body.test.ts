import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../support/problem-of.ts';
import { client, get, httpServer, kindAndSent, rawServer, start } from './servers.ts';

async function answering(
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) {
  const { origin, seen } = await httpServer((_, response) => {
    response.writeHead(200, headers);
    response.end(body);
  });
  return { http: client(origin), seen };
}

describe('bodies that are JSON', () => {
  it.each([
    ['with a charset', '{"a":"é"}', 'application/json; charset=utf-8', { a: 'é' }],
    ['of a vendor type', '[1]', 'application/vnd.acme+json', [1]],
    ['called plain text', '{"a":1}', 'text/plain', { a: 1 }],
    ['with a byte order mark', '\uFEFF{"a":1}', 'application/json', { a: 1 }],
    ['that is a bare string', '"done"', 'application/json', 'done'],
    ['that is null', ' null\n', 'application/json', null],
  ])('%s', async (_, body, type, expected) => {
    const { http } = await answering(body, { 'content-type': type });
    expect((await http.request(get())).body).toEqual(expected);
  });

  it('without any content type', async () => {
    const { http } = await answering('{"a":1}', {});
    expect((await http.request(get())).body).toEqual({ a: 1 });
  });

  it('with broken UTF-8 come with replacement characters', async () => {
    const { http } = await answering(Buffer.from([0x22, 0xff, 0x22]));
    expect((await http.request(get())).body).toBe('\uFFFD');
  });

  it('cut inside a character by the network come whole', async () => {
    const bytes = Buffer.from('{"a":"😀"}');
    const { origin } = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${bytes.length}\r\n\r\n`);
      socket.write(bytes.subarray(0, 8));
      setTimeout(() => socket.write(bytes.subarray(8)), 15);
    });
    expect((await client(origin).request(get())).body).toEqual({ a: '😀' });
  });
});

describe('a body that is cut off', () => {
  it('is asked for again, and the whole one is read', async () => {
    const { origin, seen } = await httpServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(seen.length === 1 ? '{"a": [1, 2' : '{"a": [1, 2]}');
    });
    expect((await client(origin).request(get())).body).toEqual({ a: [1, 2] });
    expect(seen).toHaveLength(2);
  });
});

describe('bodies that are not', () => {
  it.each([
    ['a web page', '<!doctype html><title>Log in</title>', 'text/html', /web page|content type/, /base URL/],
    ['a web page called JSON', '<html>', 'application/json', /web page/, /base URL/],
    ['JSON called a web page', '{"a":1}', 'text/html; charset=utf-8', /content type/, /base URL/],
    ['sound', 'RIFF....', 'audio/wav', /content type/, /base URL/],
    ['cut off', '{"a": [1, 2', 'application/json', /cut off/, /vendor is at fault/],
    ['cut off in a string', '{"a": "b', 'application/json', /cut off/, /vendor/],
    ['cut off after a value', '{"a": "b"', 'application/json', /cut off/, /vendor/],
    ['no JSON', '{a: NaN}', 'application/json', /not JSON/, /vendor/],
    ['empty', '', 'application/json', /nothing/, /vendor/],
    ['blank', ' \n', 'application/json', /nothing/, /vendor/],
  ])('%s: unreadable', async (name, body, type, message, next) => {
    const { http, seen } = await answering(body, { 'content-type': type });
    const problem = await problemOf(http.request(get()));
    // What was cut off on its way is asked for once more; everything else would come again as it is.
    const asked = name.startsWith('cut off') ? 2 : 1;
    expect([problem.kind, problem.details.sent, seen.length]).toEqual(['unreadable', 'yes', asked]);
    expect(problem.message).toMatch(message);
    expect(problem.details.next).toMatch(next);
    expect(problem.details.vendor).toEqual({ status: 200, ...(body.trim() ? { message: body } : {}) });
    if (body.trim()) expect(problem.message).not.toContain(body);
  });

  it.each([204, 205])('nothing at all is fine for %i', async (status) => {
    const { origin } = await httpServer((_, response) => response.writeHead(status).end());
    expect(await client(origin).request(get())).toMatchObject({ status, body: undefined });
  });

  it('nested 10,000 deep: unreadable, no crash', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const { http } = await answering(`${open.repeat(10_000)}1${close.repeat(10_000)}`);
      expect((await problemOf(http.request(get()))).message).toContain('nested too deeply');
    }
  });

  it('a prototype in JSON reaches nobody', async () => {
    const { http } = await answering('{"__proto__":{"admin":true},"list":[{"\\u005f_proto__":{"admin":true},"b":1}]}');
    const { body } = await http.request(get());
    expect(JSON.stringify(body)).toBe('{"list":[{"b":1}]}');
    expect(Object.assign({}, body)).not.toHaveProperty('admin');
    expect({}).not.toHaveProperty('admin');
  });
});

describe('the cap', () => {
  const big = JSON.stringify('x'.repeat(2_000_000));

  it('refuses what is announced too large without reading it', async () => {
    let written = 0;
    const { origin } = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 90000000\r\n\r\n');
      written += 1;
    });
    expect(await kindAndSent(client(origin).request(get({ max_bytes: 1_000 })))).toEqual(['too_large', 'yes']);
    expect(written).toBe(1);
  });

  it.each(['identity', 'gzip', 'deflate', 'br'])('stops a body that grows too large (%s)', async (encoding) => {
    const compress = { identity: Buffer.from, gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }[encoding];
    const { origin } = await rawServer((socket) => {
      const body = compress?.(big) ?? Buffer.alloc(0);
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
      );
      socket.write(body);
      socket.write('\r\n0\r\n\r\n');
    });
    const problem = await problemOf(client(origin).request(start({ max_bytes: 100_000 })));
    expect([problem.kind, problem.details.sent]).toEqual(['too_large', 'unknown']);
    expect(problem.message).toContain('98 KiB');
  });

  it('a gzip bomb costs its cap, not its size', async () => {
    const bomb = gzipSync(Buffer.alloc(300_000_000, ' '), { level: 1 });
    const { http } = await answering(bomb, { 'content-encoding': 'gzip' });
    const before = process.memoryUsage().arrayBuffers;
    expect((await problemOf(http.request(get({ max_bytes: 1_000_000 })))).kind).toBe('too_large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it('is inclusive', async () => {
    const { http } = await answering('"12345678"');
    expect((await http.request(get({ max_bytes: 10 }))).body).toBe('12345678');
    expect((await problemOf(http.request(get({ max_bytes: 9 })))).kind).toBe('too_large');
  });
});

describe('compression nobody asked for', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['Identity', Buffer.from],
  ])('%s is understood', async (encoding, compress) => {
    const { http } = await answering(compress('{"a":1}'), { 'content-encoding': encoding });
    expect((await http.request(get())).body).toEqual({ a: 1 });
  });

  it.each(['zstd', 'gzip, br', 'made-up'])('%s is refused in words', async (encoding) => {
    const { http } = await answering('{"a":1}', { 'content-encoding': encoding });
    const problem = await problemOf(http.request(get()));
    expect(problem.kind).toBe('unreadable');
    expect(problem.message).toContain('compressed its answer in a way that is not understood');
  });

  it.each([
    ['not compressed at all', Buffer.from('{"a":1}')],
    ['cut off', gzipSync('{"a":1}').subarray(0, 15)],
  ])('gzip that is %s is unreadable', async (_, body) => {
    const { http } = await answering(body, { 'content-encoding': 'gzip' });
    const problem = await problemOf(http.request(get()));
    expect(problem.kind).toBe('unreadable');
    expect(problem.message).toContain('damaged');
  });

  it('that breaks with its connection is a broken connection', async () => {
    const { origin } = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 900\r\n\r\n');
      socket.end(gzipSync('{"a":1}'));
    });
    expect(await kindAndSent(client(origin).request(start()))).toEqual(['network', 'unknown']);
  });
});
