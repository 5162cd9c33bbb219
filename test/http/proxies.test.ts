/** Which proxy leads where, and what a proxy that refuses, lies or is not there comes to. */
import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { proxyFor, proxySecrets } from '../../src/http/proxies.ts';
import { onLoopback } from '../support/loopback.ts';
import { problemOf } from '../support/problem-of.ts';
import { atEnd, client, deadPort, get } from './servers.ts';

const PROXY = 'http://proxy.corp:3128';
const ways = (target: string, env: Record<string, string>) => {
  const { variable, url } = proxyFor(new URL(target), env) ?? {};
  return [variable, url?.href];
};

describe('the proxy', () => {
  it.each([
    [{ HTTPS_PROXY: PROXY }, ['HTTPS_PROXY', `${PROXY}/`]],
    [{ https_proxy: PROXY, HTTPS_PROXY: 'http://other' }, ['https_proxy', `${PROXY}/`]],
    [{ HTTP_PROXY: PROXY }, ['HTTP_PROXY', `${PROXY}/`]],
    [{ HTTPS_PROXY: ' ', http_proxy: PROXY }, ['http_proxy', `${PROXY}/`]],
    [{ HTTPS_PROXY: 'https://proxy.corp:3129' }, ['HTTPS_PROXY', 'https://proxy.corp:3129/']],
    [{ HTTPS_PROXY: 'proxy.corp:3128' }, ['HTTPS_PROXY', `${PROXY}/`]],
    [{ HTTPS_PROXY: 'http://me:p%40ss@proxy.corp:3128/x' }, ['HTTPS_PROXY', `${PROXY}/`]],
    [{ ALL_PROXY: PROXY }, [undefined, undefined]],
    [{}, [undefined, undefined]],
  ])('by %j is %j', (env, expected) => {
    expect(ways('https://api.acme.com/v1', env)).toEqual(expected);
  });

  it.each(['http://127.0.0.1:80', 'https://127.9.9.9', 'http://localhost:1', 'https://[::1]', 'https://x.localhost'])(
    'is never used for %s',
    (target) => {
      expect(ways(target, { HTTPS_PROXY: PROXY, NO_PROXY: '' })).toEqual([undefined, undefined]);
    },
  );

  it.each([
    ['*', 'https://api.acme.com', true],
    ['corp.lan, *', 'https://api.acme.com', true],
    ['acme.com', 'https://api.acme.com', true],
    ['.acme.com', 'https://api.acme.com', true],
    ['*.acme.com', 'https://api.acme.com', true],
    ['acme.com', 'https://acme.com', true],
    ['ACME.com.', 'https://API.acme.com.', true],
    ['api.acme.com:443', 'https://api.acme.com', true],
    ['api.acme.com:8443', 'https://api.acme.com', false],
    ['api.acme.com:8443', 'https://api.acme.com:8443', true],
    ['corp.lan api.acme.com', 'https://api.acme.com', true],
    ['cme.com', 'https://api.acme.com', false],
    ['api.acme.com.evil.org', 'https://api.acme.com', false],
    ['api', 'https://api.acme.com', false],
    [',,', 'https://api.acme.com', false],
    ['.', 'https://api.acme.com', false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.1.2.3:443', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['2.3', 'https://10.1.2.3', false],
    ['fd00::/8', 'https://[fd00::7]', true],
    ['fd00::7', 'https://[fd00::7]', true],
    ['[FD00:0::7]:443', 'https://[fd00::7]', true],
    ['fd00::8', 'https://[fd00::7]', false],
  ])('is left out by NO_PROXY=%s for %s: %s', (NO_PROXY, target, leftOut) => {
    expect(ways(target, { HTTPS_PROXY: PROXY, NO_PROXY })[0]).toBe(leftOut ? undefined : 'HTTPS_PROXY');
    expect(ways(target, { HTTPS_PROXY: PROXY, no_proxy: NO_PROXY, NO_PROXY: 'other' })[0]).toBe(
      leftOut ? undefined : 'HTTPS_PROXY',
    );
  });

  it.each(['socks5://proxy.corp:1080', 'ftp://proxy.corp', 'not a proxy', 'http://[::1'])(
    'that is %s stops what would be sent, by name',
    async (value) => {
      const http = client('https://api.acme.com', { env: { HTTPS_PROXY: value } });
      const problem = await problemOf(http.request(get()));
      expect(problem).toMatchObject({ kind: 'unconfigured', details: { sent: 'no' } });
      expect(problem.message).toMatch(/^HTTPS_PROXY is set and is not the address of an HTTP proxy; nothing was sent/);
      expect(JSON.stringify([problem.message, problem.details.next])).not.toContain(value);
    },
  );
});

describe('what is secret in a proxy variable', () => {
  it.each([
    ['http://me:p%40ss-word@proxy.corp', ['p@ss-word', 'p%40ss-word', 'me:p@ss-word']],
    ['http://token-123@proxy.corp', ['token-123', 'token-123']],
    ['me:pass-word@proxy.corp:3128', ['pass-word', 'pass-word', 'me:pass-word']],
    ['socks5://me:pass-word@proxy.corp', ['pass-word', 'pass-word', 'me:pass-word']],
    [PROXY, []],
    ['?', []],
  ])('of %s is %j', (value, expected) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])
      expect(proxySecrets({ [name]: value }), name).toEqual(expected);
  });
});

/** A proxy that answers every CONNECT with `answer`. */
async function proxyThat(answer: string) {
  const seen: { url: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer();
  server.on('connect', ({ url, headers }, socket) => {
    seen.push({ url, authorization: headers['proxy-authorization'] });
    if (answer === '') socket.destroy();
    else socket.end(answer);
  });
  const { port, close } = await onLoopback(server);
  atEnd(close);
  return { at: (user = '') => `http://${user}127.0.0.1:${port}`, seen };
}

const START = { method: 'POST', path: '/runs', body: {}, intent: 'start' } as const;

describe('through a proxy that', () => {
  it.each([
    ['wants a password', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', /status 407: it wants a user name/],
    ['forbids the host', 'HTTP/1.1 403 Forbidden\r\n\r\n', /refused to connect to api\.acme\.com with status 403/],
    ['is broken', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', /status 502/],
    ['hangs up', '', /opened no tunnel to api\.acme\.com/],
    ['speaks something else', 'SSH-2.0-x\r\n\r\n', /opened no tunnel to api\.acme\.com/],
  ])('%s, a start is not sent, and the variable is named', async (_, answer, said) => {
    const proxy = await proxyThat(answer);
    const http = client('https://api.acme.com', { env: { HTTPS_PROXY: proxy.at('me:p%40ss@') } });
    for (const request of [get(START), get()]) {
      const problem = await problemOf(http.request(request));
      expect(problem).toMatchObject({ kind: 'network', details: { sent: 'no' } });
      expect(problem.message).toMatch(/^The proxy that HTTPS_PROXY names .* Nothing was sent\.$/);
      expect(problem.message).toMatch(said);
      expect(problem.details.next).toContain('NO_PROXY');
    }
    const authorization = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(proxy.seen).toEqual([
      { url: 'api.acme.com:443', authorization },
      { url: 'api.acme.com:443', authorization },
    ]);
  });

  it('is not there', async () => {
    const env = { http_proxy: `http://127.0.0.1:${await deadPort()}` };
    const problem = await problemOf(client('https://api.acme.com', { env }).request(get(START)));
    expect(problem).toMatchObject({ kind: 'network', details: { sent: 'no' } });
    expect(problem.message).toBe('The proxy that http_proxy names cannot be reached (ECONNREFUSED). Nothing was sent.');
  });

  it('never answers, the call ends at its deadline and its connection with it', async () => {
    let closed = () => {};
    const ended = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const mute = createTcp(
      (socket) =>
        void socket
          .on('error', () => {})
          .on('close', closed)
          .resume(),
    );
    const { port, close } = await onLoopback(mute);
    atEnd(close);
    const http = client('https://api.acme.com', { env: { HTTPS_PROXY: `http://127.0.0.1:${port}` } });
    const problem = await problemOf(http.request(get({ ...START, deadline_ms: 150 })));
    expect(problem).toMatchObject({ kind: 'timeout', details: { sent: 'no' } });
    await ended;
  });
});
