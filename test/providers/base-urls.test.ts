/** A base URL of one's own reaches another host, on every platform, with the key and over https; plain http on loopback only. */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../src/config/settings.ts';
import { createVendorHttp } from '../../src/http/client.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { onLoopback } from '../support/loopback.ts';
import { addressOf, rowEach, VENDORS } from '../support/platforms.ts';
import { noDeadline } from '../support/waiting.ts';

interface Place {
  keys: Record<string, string>;
  /** Header in which the key must arrive. */
  header: string;
  /** Host without a base URL; Cognigy has none. */
  standard?: string;
  /** First path asked for below `/gateway`. */
  path: RegExp;
  /** An empty answer that the check takes. */
  body: unknown;
}

const PLACES = rowEach<Place>('PLACES of test/providers/base-urls.test.ts', {
  synthflow: {
    keys: { SYNTHFLOW_API_KEY: 'k-12345678' },
    header: 'authorization',
    standard: 'api.synthflow.ai',
    path: /^\/gateway\/v2\/assistants\//,
    body: { status: 'ok', response: { assistants: [] } },
  },
  cognigy: {
    keys: { COGNIGY_API_KEY: 'k-12345678', COGNIGY_PROJECT_ID: '683ef2a378a878cc6550f78b' },
    header: 'x-api-key',
    path: /^\/gateway\/testing\/simulations\?/,
    body: { data: [], pagination: { limit: 1, skip: 0, total: 0, hasNext: false, hasPrevious: false } },
  },
  coval: {
    keys: { COVAL_API_KEY: 'k-12345678' },
    header: 'x-api-key',
    standard: 'api.coval.dev',
    path: /^\/gateway\/v1\/runs\?/,
    body: { runs: [] },
  },
  futureagi: {
    keys: { FI_API_KEY: 'k-12345678', FI_SECRET_KEY: 's-12345678' },
    header: 'x-api-key',
    standard: 'api.futureagi.com',
    path: /^\/gateway\/simulate\/run-tests\/\?/,
    body: { count: 0, next: null, previous: null, results: [], total_pages: 1, current_page: 1 },
  },
});

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** The state of one platform under these settings, through the registry as the server makes it. */
async function stateOf(id: string, env: Record<string, string>) {
  const registry = createRegistry({
    settings: async () => ({ env }),
    defaults: DEFAULTS,
    registerSecret: () => undefined,
  });
  open.push(() => registry.close());
  const state = (await registry.states()).find((one) => one.id === id);
  if (!state) throw new Error(`${id} is not registered.`);
  return state;
}

async function listener(body: unknown) {
  const requests: { url: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const { port, close } = await onLoopback(server);
  open.push(close);
  return { requests, host: `127.0.0.1:${port}` };
}

describe.each(VENDORS)('the base URL of %s', (id) => {
  const { keys, header, standard, path, body } = PLACES[id];
  const variable = addressOf(id);

  it('reaches another host, with the key, below a path of its own', async () => {
    const { requests, host } = await listener(body);
    const { provider } = await stateOf(id, { ...keys, [variable]: `http://${host}/gateway/` });
    expect(provider?.host).toBe(host);
    expect(provider?.sandbox).toBe(false);
    expect(await provider?.check({ signal: noDeadline() })).toMatchObject({ ok: true });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.url).toMatch(path);
    expect(requests[0]?.headers[header]).toContain('k-12345678');
  });

  it.each(['127.0.0.1:9', 'localhost:9', '[::1]:9'])('takes plain http on loopback: %s', async (host) => {
    const { provider } = await stateOf(id, { ...keys, [variable]: `http://${host}` });
    expect(provider?.host).toBe(host);
  });

  it('takes https on any host', async () => {
    const { provider } = await stateOf(id, { ...keys, [variable]: 'https://simulations.example.com:8443/x' });
    expect(provider?.host).toBe('simulations.example.com:8443');
  });

  it.each([
    'http://simulations.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'ftp://simulations.example.com',
    'file:///etc/hosts',
    'https://user:hunter22@simulations.example.com',
    'https://',
  ])('refuses %s, by name', async (url) => {
    const state = await stateOf(id, { ...keys, [variable]: url });
    expect(state.provider).toBeUndefined();
    expect(state.touched).toBe(true);
    expect(state.problem).toContain(variable);
    expect(state.problem).not.toContain('hunter22');
  });

  it(standard ? `without it the host is ${standard}` : 'has to be set', async () => {
    const state = await stateOf(id, keys);
    if (standard) expect(state.provider?.host).toBe(standard);
    else expect(state.problem).toContain(variable);
  });
});

it('a client of its own for every platform: one base URL does not move another', async () => {
  const { host } = await listener({});
  const env = Object.assign({}, ...VENDORS.map((id) => PLACES[id].keys), {
    COGNIGY_BASE_URL: 'https://api-trial.cognigy.ai',
    COVAL_BASE_URL: `http://${host}`,
  });
  const registry = createRegistry({
    settings: async () => ({ env }),
    defaults: DEFAULTS,
    registerSecret: () => undefined,
  });
  open.push(() => registry.close());
  const moved: Readonly<Record<string, string>> = { cognigy: 'api-trial.cognigy.ai', coval: host };
  expect((await registry.configured()).map((one) => one.host)).toEqual(
    VENDORS.map((id) => moved[id] ?? PLACES[id].standard),
  );
});

it('the shared client itself refuses what a provider would let through', () => {
  const client = (baseUrl: string) => () =>
    createVendorHttp({ provider: 'acme', baseUrl, headers: {}, readFault: () => ({}) });
  expect(client('http://simulations.example.com')).toThrow('is not https');
  expect(client('https://simulations.example.com')).not.toThrow();
});
