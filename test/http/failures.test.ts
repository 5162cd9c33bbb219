import { createServer as createTls } from 'node:https';
import { createServer as createTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { transportFailure } from '../../src/http/failures.ts';
import { problemOf } from '../support/problem-of.ts';
import { selfSigned } from './self-signed.ts';
import { client, deadPort, get, kindAndSent, listen, rawServer, start } from './servers.ts';

const place = { provider: 'acme', host: 'api.example.com' };

describe('codes', () => {
  it.each([
    ['ENOTFOUND', 'network', 'never', 'no'],
    ['EAI_AGAIN', 'network', 'transient', 'no'],
    ['ECONNREFUSED', 'network', 'transient', 'no'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'transient', 'no'],
    ['EHOSTUNREACH', 'network', 'transient', 'unknown'],
    ['CERT_HAS_EXPIRED', 'network', 'never', 'no'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network', 'never', 'no'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'network', 'never', 'no'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network', 'never', 'no'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network', 'never', 'no'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'network', 'never', 'unknown'],
    ['EPROTO', 'network', 'never', 'unknown'],
    ['ECONNRESET', 'network', 'transient', 'unknown'],
    ['EPIPE', 'network', 'transient', 'unknown'],
    ['ETIMEDOUT', 'timeout', 'transient', 'unknown'],
    ['UND_ERR_SOCKET', 'network', 'transient', 'unknown'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout', 'transient', 'unknown'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout', 'transient', 'unknown'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'network', 'transient', 'unknown'],
    ['UND_ERR_HEADERS_OVERFLOW', 'unreadable', 'never', 'unknown'],
    ['HPE_INVALID_CONSTANT', 'unreadable', 'never', 'unknown'],
    ['HPE_INVALID_EOF_STATE', 'network', 'transient', 'unknown'],
    ['Z_DATA_ERROR', 'unreadable', 'never', 'unknown'],
    ['UND_ERR_CLOSED', 'cancelled', 'never', 'no'],
    ['UND_ERR_SOMETHING_NEW', 'internal', 'never', 'unknown'],
  ])('%s is %s, repeat %s, sent %s', (code, kind, again, sent) => {
    const failure = transportFailure(Object.assign(new Error('secret words of a library'), { code }), place, undefined);
    expect([failure.problem.kind, failure.again, failure.problem.details.sent]).toEqual([kind, again, sent]);
    expect(failure.problem.message).not.toContain('secret words');
    expect(failure.problem.details.next).toBeTruthy();
    if (kind !== 'internal') expect(failure.problem.message).toContain(code);
    if (kind !== 'cancelled') expect(failure.problem.message).toContain('api.example.com');
  });

  it('finds the code inside a cause and inside the first of several errors', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    for (const error of [new Error('outer', { cause: refused }), new AggregateError([new Error('y'), refused])]) {
      expect(transportFailure(error, place, undefined).problem.kind).toBe('network');
    }
    for (const odd of ['text', undefined, null, new Error('bare')]) {
      expect(transportFailure(odd, place, undefined).problem.kind).toBe('internal');
    }
  });

  it('believes what is known of the connection more than the code', () => {
    const reset = Object.assign(new Error('x'), { code: 'ECONNRESET' });
    expect(transportFailure(reset, place, 'no').problem.details.sent).toBe('no');
  });

  it('says for network failures what to check and where a proxy is named', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const { next } = transportFailure(refused, place, undefined).problem.details;
    expect(next).toMatch(/firewall, VPN/);
    expect(next).toMatch(/name it in HTTPS_PROXY/);
  });
});

describe('connections that fail', () => {
  it('refused: repeated, also for a start, because nothing was sent', async () => {
    const origin = `http://127.0.0.1:${await deadPort()}`;
    for (const request of [get(), start()]) {
      const http = client(origin);
      const problem = await problemOf(http.request(request));
      expect([problem.kind, problem.details.sent, problem.details.provider]).toEqual(['network', 'no', 'acme']);
      expect(http.waits).toEqual([500, 1000]);
      expect([...http.sent.values()]).toEqual([3]);
    }
  });

  it('a name that does not exist: network, nothing sent', async () => {
    for (const request of [get(), start()]) {
      const problem = await problemOf(
        client('https://no-such-host.invalid', { limits: { retries: 0 } }).request(request),
      );
      expect(problem.kind).toBe('network');
      expect(problem.details.sent).toBe('no');
      expect(problem.message).toContain('no-such-host.invalid');
    }
  });

  it.each([
    ['self-signed', false, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['expired', true, /CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT/],
  ])('a %s certificate: network, not repeated, the key is not sent', async (_, expired, code) => {
    let requests = 0;
    const server = createTls(selfSigned({ expired }), () => {
      requests += 1;
    });
    const http = client(`https://127.0.0.1:${await listen(server)}`);
    const problem = await problemOf(http.request(start()));
    expect([problem.kind, problem.details.sent]).toEqual(['network', 'no']);
    expect(problem.message).toMatch(code);
    expect(problem.details.next).toContain('NODE_EXTRA_CA_CERTS');
    expect([requests, http.waits.length]).toEqual([0, 0]);
  });

  it('plain HTTP where TLS was expected: network, nothing sent', async () => {
    const { port } = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const server = createTcp((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(port).toBeGreaterThan(0);
    expect(await kindAndSent(client(`https://127.0.0.1:${await listen(server)}`).request(start()))).toEqual([
      'network',
      'no',
    ]);
  });

  it('reset during the TLS handshake: nothing of the request was sent', async () => {
    let connections = 0;
    const server = createTcp((socket) => {
      connections += 1;
      socket.on('data', () => socket.resetAndDestroy());
    });
    const http = client(`https://127.0.0.1:${await listen(server)}`);
    expect(await kindAndSent(http.request(start()))).toEqual(['network', 'no']);
    expect(connections).toBe(3);
  });

  it('a TLS handshake that stalls ends at the connect deadline', async () => {
    const server = createTcp(() => undefined);
    const http = client(`https://127.0.0.1:${await listen(server)}`, { limits: { connect_ms: 50, retries: 0 } });
    const problem = await problemOf(http.request(start()));
    expect([problem.kind, problem.details.sent]).toEqual(['timeout', 'no']);
    expect(problem.message).toContain('did not take the connection in time');
  });
});

describe('answers that break', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

  it.each([
    ['reset before the answer', '', true],
    ['closed before the answer', '', false],
    ['reset inside the headers', 'HTTP/1.1 200 OK\r\ncontent-', true],
    ['closed inside a body of known length', `${head}content-length: 50\r\n\r\n{"a":1`, false],
    ['reset inside a body of known length', `${head}content-length: 50\r\n\r\n{"a":1`, true],
    ['closed inside a chunked body', `${head}transfer-encoding: chunked\r\n\r\n20\r\n{"a":1`, false],
    [
      'closed inside a last chunked body',
      `${head}connection: close\r\ntransfer-encoding: chunked\r\n\r\n20\r\n{"a":1`,
      false,
    ],
    ['closed between chunks', `${head}transfer-encoding: chunked\r\n\r\n6\r\n{"a":1\r\n`, false],
  ])('%s: a read is repeated, a start is not', async (_, bytes, reset) => {
    const { origin, heads } = await rawServer((socket) => {
      socket.write(bytes, () => {
        if (reset) setTimeout(() => socket.resetAndDestroy(), 10);
        else socket.end();
      });
      if (bytes === '') socket.resetAndDestroy();
    });
    expect(await kindAndSent(client(origin).request(get()))).toEqual(['network', 'unknown']);
    expect(heads).toHaveLength(3);
    expect(await kindAndSent(client(origin).request(start()))).toEqual(['network', 'unknown']);
    expect(heads).toHaveLength(4);
  });

  it('a read that breaks once succeeds', async () => {
    const { origin } = await rawServer((socket, _, index) => {
      if (index === 0) socket.resetAndDestroy();
      else socket.write(`${head}content-length: 7\r\n\r\n{"a":1}`);
    });
    const http = client(origin);
    expect((await http.request(get())).body).toEqual({ a: 1 });
    expect(http.waits).toEqual([500]);
  });

  it.each([
    ['headers', '', { headers_ms: 50 }],
    ['body', `${head}content-length: 50\r\n\r\n{"a":1`, { body_ms: 50 }],
  ])('a stall in the %s ends at its deadline', async (_, bytes, limits) => {
    const { origin, heads } = await rawServer((socket) => socket.write(bytes));
    const [read, begun] = await Promise.all([
      problemOf(client(origin, { limits: { ...limits, retries: 0 } }).request(get())),
      problemOf(client(origin, { limits }).request(start())),
    ]);
    expect([read.kind, begun.kind, begun.details.sent]).toEqual(['timeout', 'timeout', 'unknown']);
    expect(begun.message).toContain('stopped answering');
    expect(heads).toHaveLength(2);
  });

  it('a body that drips for ever ends at the total deadline', async () => {
    const { origin } = await rawServer((socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      const timer = setInterval(() => socket.write('1\r\n \r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
    const problem = await problemOf(client(origin).request(get({ deadline_ms: 120 })));
    expect([problem.kind, problem.details.sent]).toEqual(['timeout', 'unknown']);
    expect(problem.message).toContain('did not finish the answer in time');
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`],
  ])('%s is unreadable and not repeated', async (_, bytes) => {
    const { origin, heads } = await rawServer((socket) => socket.write(bytes));
    expect(await kindAndSent(client(origin).request(get()))).toEqual(['unreadable', 'unknown']);
    expect(heads).toHaveLength(1);
  });
});
