/** References and cursors that an attacker's text talked a model into: none of them climbs a path or leaves the platform. */
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCursor } from '../../src/mcp/cursor.ts';
import { type Connected, connect } from '../support/clients.ts';
import { onLoopback } from '../support/loopback.ts';
import { VENDORS } from '../support/platforms.ts';
import { type HostileVendors, openHostileVendors } from './hostile-vendors.ts';
import { faultsOf, type Shown } from './judge.ts';

let vendors: HostileVendors;
/** Two servers, because each keeps to the 100 requests a minute that Future AGI allows. */
let first: Connected;
let second: Connected;
/** The machine of the attacker: nothing may ever arrive there. */
let evil: Server;
let origin: string;
const stolen: string[] = [];

beforeAll(async () => {
  evil = createServer((request, response) => {
    stolen.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end('{}');
  });
  origin = (await onLoopback(evil)).origin;
  vendors = await openHostileVendors();
  const options = { args: ['serve'], env: vendors.env };
  [first, second] = await Promise.all([connect(options), connect(options)]);
});
afterAll(async () => {
  await Promise.all([first?.close(), second?.close()]);
  await vendors?.close();
  evil?.close();
});

/** Ids that would be more than one segment of a path, to somebody on the way. (All there are: test/http/paths.test.ts.) */
function hostileIds(): string[] {
  const host = origin.slice('http://'.length);
  return [
    '..',
    '%252e%252e',
    '..%2f..%2fadmin',
    'x%2f..%2f..%2fadmin',
    `${encodeURIComponent(`//${host}/x`)}`,
    `${encodeURIComponent(`${origin}/x`)}`,
    `x%3f${encodeURIComponent(`next=${origin}`)}`,
    `x%40${host}`,
    'x%00y',
    'x%0d%0aHost:%20evil.invalid',
    '..;%2fx',
    '..~..~..',
  ];
}

/** Everything that arrived since, and whether each is one plain path below the place of its API. */
function strayed(from: number): string[] {
  return vendors.requests.slice(from).flatMap(({ vendor, method, url }) => {
    const [path = ''] = url.split('?');
    const plain = path.startsWith(`/${vendor}`) && new URL(path, 'http://x').pathname === path;
    const climbs = path.split('/').some((part) => /^\.{1,2}$/.test(deepDecoded(part)));
    return plain && !climbs ? [] : [`${vendor} ${method} ${url}`];
  });
}

function deepDecoded(text: string): string {
  let out = text;
  for (let round = 0; round < 4; round += 1) {
    try {
      out = decodeURIComponent(out);
    } catch {
      break;
    }
  }
  return out;
}

const KINDS = ['session', 'run', 'case', 'suite'] as const;
const TOOLS_OF: Readonly<Record<(typeof KINDS)[number], readonly [tool: string, argument: string][]>> = {
  session: [
    ['get_session', 'session'],
    ['list_runs', 'session'],
    ['search_transcripts', 'session'],
    ['list_failures', 'session'],
    ['save_failure_modes', 'session'],
    ['get_failure_clusters', 'session'],
    ['wait_for_session', 'session'],
    ['cancel_session', 'session'],
  ],
  run: [
    ['get_run', 'run'],
    ['get_transcript', 'run'],
  ],
  case: [
    ['get_test', 'test'],
    ['list_sessions', 'test'],
    ['start_simulation', 'test'],
  ],
  suite: [
    ['get_test', 'test'],
    ['list_sessions', 'test'],
    ['start_simulation', 'test'],
  ],
};

describe.each(KINDS)('hostile references in place of a %s', (kind) => {
  it.each(VENDORS)('of %s stay one segment, or are refused', async (vendor) => {
    const before = vendors.requests.length;
    const server = kind === 'suite' ? second : first;
    const shown: Shown[] = [];
    const extra: Record<string, Record<string, unknown>> = {
      search_transcripts: { query: 'x' },
      wait_for_session: { timeout_seconds: 0 },
    };
    await Promise.all(
      hostileIds().map(async (id) => {
        const ref = `${vendor}/${kind}/${id}`;
        for (const [tool, argument] of TOOLS_OF[kind]) {
          const answer = await server.call(tool, { [argument]: ref, ...extra[tool] });
          shown.push({ where: `${tool} ${ref}`, kind: 'text', value: answer.text });
          expect(answer.text, `${tool} ${ref}`).not.toMatch(/kind internal/);
        }
        for (const part of kind === 'session' ? ['', '/fma'] : kind === 'run' ? ['/transcript', '/recording'] : [])
          await server.client.readResource({ uri: `simulation://${ref}${part}` }).catch(() => undefined);
      }),
    );
    expect(strayed(before)).toEqual([]);
    expect(shown.flatMap((one) => faultsOf(one).map((fault) => `${one.where}: ${fault}`))).toEqual([]);
    expect(stolen).toEqual([]);
  });
});

describe('what an attacker would have the server follow', () => {
  it.each(VENDORS)('cursors of %s with places of his own go into queries only', async (vendor) => {
    const before = vendors.requests.length;
    for (const place of [
      `${origin}/x`,
      '//evil.invalid/x',
      '../../admin',
      'suite:../../x',
      '9999999999',
      `case:${origin}`,
    ]) {
      for (const tool of ['list_tests', 'list_sessions']) {
        const cursor = writeCursor(
          tool,
          { provider: vendor },
          { skip: 0, places: { [vendor]: { cursor: place, skip: 0 } } },
        );
        const answer = await first.call(tool, { provider: vendor, cursor });
        expect(answer.text, `${tool} ${place}`).not.toMatch(/kind internal/);
      }
    }
    expect(strayed(before)).toEqual([]);
    expect(stolen).toEqual([]);
  });

  it.each([
    ['a reference of no platform', 'evil/session/1'],
    ['an address', 'https://evil.invalid/session/1'],
    ['an address of the platform with another host', '//evil.invalid/synthflow/session/1'],
    ['a name', 'zqazq Bookings and changes'],
    ['a sentence', 'the session you cancelled last'],
  ])('%s is no reference', async (_name, ref) => {
    const before = vendors.requests.length;
    for (const [tool, argument] of KINDS.flatMap((kind) => TOOLS_OF[kind])) {
      const more = tool === 'search_transcripts' ? { query: 'x' } : {};
      expect(await first.call(tool, { [argument]: ref, ...more })).toMatchObject({ isError: true });
    }
    expect(vendors.requests.length).toBe(before);
  });

  it('redirects, next pages and recordings elsewhere are not followed', async () => {
    vendors.spoil(async (exchange) => {
      const real = await exchange.handle();
      const body = real.body
        .toString('utf8')
        .replaceAll(/"(next|previous|next_page_token)":\s*(?:null|"[^"]*")/g, `"$1":"${origin}/next"`)
        .replaceAll(/https?:\/\/[^"\s]*/g, `${origin}/recording`);
      const away = exchange.index % 5 === 4;
      exchange.send({
        status: away ? 302 : real.status,
        headers: { ...real.headers, location: `${origin}/away`, link: `<${origin}/link>; rel="next"` },
        body: Buffer.from(body),
      });
    });
    for (const vendor of VENDORS) {
      const tests = await second.call('list_tests', { provider: vendor, limit: 2 });
      if (typeof tests.data.next_cursor === 'string')
        await second.call('list_tests', { provider: vendor, limit: 2, cursor: tests.data.next_cursor });
      const listed = JSON.stringify((await second.call('list_sessions', { provider: vendor, limit: 5 })).data);
      const session = /"ref":"(\w+\/session\/[^"]+)"/.exec(listed)?.[1] ?? '';
      const runs = JSON.stringify((await second.call('list_runs', { session })).data);
      for (const [, run] of [...runs.matchAll(/"ref":"(\w+\/run\/[^"]+)"/g)].slice(0, 3))
        await second.client.readResource({ uri: `simulation://${run}/recording` }).catch(() => undefined);
    }
    vendors.spoil();
    expect(stolen).toEqual([]);
    expect(strayed(0)).toEqual([]);
  });
});
