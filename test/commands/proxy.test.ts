/** The built program behind a real proxy: a tunnel to a platform that only the proxy can find, TLS inside of it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../http/self-signed.ts';
import { connect } from '../support/clients.ts';
import { onLoopback } from '../support/loopback.ts';

const KEY = 'coval-key-behind-a-proxy-01';
const PASSWORD = 'p@ss/word-of-the-proxy';
const HOST = 'api.acme.invalid';
const closers: (() => Promise<void>)[] = [];
/** What the proxy was asked for, and all bytes that it saw after that. */
let tunnels: string[] = [];
let carried = '';
let asked: (string | undefined)[] = [];
let env: Record<string, string>;
let proxyPort: number;
let platformPort: number;

beforeAll(async () => {
  const certificate = selfSigned({ names: [HOST] });
  const ca = join(mkdtempSync(join(tmpdir(), 'agent-sim-ca-')), 'ca.pem');
  writeFileSync(ca, certificate.cert);
  const platform = createHttps(certificate, (request, response) => {
    asked.push(request.headers['x-api-key']?.toString());
    const runs = { runs: [], next_page_token: null, total_count: 0 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(runs));
  });
  const { port, close } = await onLoopback(platform);
  platformPort = port;
  closers.push(close);
  const wanted = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
  const proxy = createServer();
  proxy.on('connect', ({ url, headers }, socket) => {
    tunnels.push(String(url));
    if (headers['proxy-authorization'] !== wanted) return void socket.end('HTTP/1.1 407 Who are you\r\n\r\n');
    const onward = connectTcp(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    socket.on('data', (chunk) => {
      carried += chunk.toString('latin1');
      onward.write(chunk);
    });
    onward.pipe(socket);
    for (const end of [socket, onward])
      end
        .on('error', () => {})
        .on('close', () => {
          socket.destroy();
          onward.destroy();
        });
  });
  const opened = await onLoopback(proxy);
  proxyPort = opened.port;
  closers.push(opened.close);
  env = { COVAL_API_KEY: KEY, COVAL_BASE_URL: `https://${HOST}:${port}`, NODE_EXTRA_CA_CERTS: ca };
});
afterAll(async () => {
  for (const close of closers) await close();
});
beforeEach(() => {
  tunnels = [];
  carried = '';
  asked = [];
});

const proxyUrl = (password = PASSWORD) => `http://me:${encodeURIComponent(password)}@127.0.0.1:${proxyPort}`;

async function check(more: Record<string, string>) {
  const server = await connect({ args: ['serve'], env: { ...env, ...more } });
  try {
    return { ...(await server.call('list_providers', { check: true })), stderr: server.stderr() };
  } finally {
    await server.close();
  }
}

describe('behind a proxy', () => {
  it('a platform answers through a tunnel, in which the proxy sees no key', async () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY']) {
      const { data } = await check({ [name]: proxyUrl(), AGENT_SIM_LOG: 'debug' });
      expect(data, name).toMatchObject({
        providers: expect.arrayContaining([expect.objectContaining({ id: 'coval', key_accepted: true })]),
      });
    }
    expect(tunnels).toEqual(Array(3).fill(`${HOST}:${platformPort}`));
    expect(asked).toEqual([KEY, KEY, KEY]);
    expect(carried.length).toBeGreaterThan(500);
    expect(carried).not.toContain(KEY);
  });

  it('a wrong password is said by the name of the variable, and is shown nowhere', async () => {
    const { text, stderr } = await check({ HTTPS_PROXY: proxyUrl('wrong-p@ssword'), AGENT_SIM_LOG: 'debug' });
    expect(text).toMatch(/The proxy that HTTPS_PROXY names refused to connect to .* with status 407/);
    for (const spelling of ['wrong-p@ssword', 'wrong-p%40ssword', Buffer.from('me:wrong-p@ssword').toString('base64')])
      expect(text + stderr).not.toContain(spelling);
    expect(asked).toEqual([]);
  });

  it('NO_PROXY goes around it', async () => {
    const { text } = await check({ HTTPS_PROXY: proxyUrl(), NO_PROXY: '.invalid' });
    expect(text).toMatch(/The name .* could not be (found|looked up)/);
    expect(tunnels).toEqual([]);
  });
});
