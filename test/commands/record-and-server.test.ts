/** A client cannot tell whether the record answered: the same lines, the same answers, also to what is malformed. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandshake, holdHandshake, type Recorded } from '../../src/commands/handshake/handshake.ts';
import { servicesOf } from '../../src/commands/handshake/record.ts';
import { readConfig } from '../../src/config/config.ts';
import { createServer } from '../../src/mcp/server.ts';
import { createLineReader } from '../../src/mcp/transport/line-reader.ts';
import { createStdioTransport, type SeenLine } from '../../src/mcp/transport/stdio-transport.ts';
import { BIN } from '../support/clients.ts';
import { openRaw } from '../support/raw-server.ts';

const recorded: Recorded = JSON.parse(readFileSync(join(dirname(BIN), 'handshake.json'), 'utf8'));
const services = servicesOf(String(Object(recorded.classic.results.initialize?.serverInfo).version));

const CLIENT = { name: 'host', title: 'A host', version: '2.1' };
const CAPABILITIES = {
  roots: { listChanged: true },
  sampling: { tools: {} },
  elicitation: { form: {}, url: {} },
  experimental: { x: { a: 1 } },
  extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html'] } },
};
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, clientInfo: CLIENT },
};
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': CLIENT,
  'io.modelcontextprotocol/clientCapabilities': CAPABILITIES,
};
const DISCOVER = { jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: ENVELOPE } };
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };
const METHODS = ['ping', 'tools/list', 'prompts/list', 'resources/templates/list', 'server/discover', 'no/such'];

/** Everything that is said to these lines, in an order that does not depend on who said it. */
async function answers(lines: readonly string[], byRecord: boolean): Promise<{ said: string[]; loaded: boolean }> {
  const stdin = new PassThrough();
  const reader = createLineReader(stdin);
  stdin.end(lines.map((line) => `${line}\n`).join(''));
  const said: string[] = [];
  let seen: SeenLine[] = [];
  if (byRecord) {
    const step = createHandshake(recorded, readConfig(['serve'], {}));
    const held = await holdHandshake(step, { lines: reader, write: (text) => void said.push(text) });
    if (held.left) return { said: inOrder(said), loaded: false };
    seen = held.seen;
  }
  const ended = new Promise<void>((resolve) => {
    const transport = createStdioTransport({
      lines: reader,
      seen,
      write: async (text) => void said.push(text),
      onUnread: () => {},
      onEnd: () => void transport.idle().then(resolve),
    });
    serveStdio(() => createServer(services), { transport });
  });
  await ended;
  return { said: inOrder(said), loaded: true };
}

function inOrder(said: readonly string[]): string[] {
  return said
    .map((line) => {
      const { id, result, error } = JSON.parse(line);
      return JSON.stringify([id ?? 'none', error ?? digest(result)]);
    })
    .sort();
}

/** The same for the same members, in whatever order. */
function digest(result: unknown): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== 'object' || value === null) return value;
    return Object.entries(value)
      .map(([name, member]) => [name, sorted(member)])
      .sort(([one], [other]) => String(one).localeCompare(String(other)));
  };
  return createHash('sha256')
    .update(JSON.stringify(sorted(result)))
    .digest('hex')
    .slice(0, 12);
}

/** Values that are not what stood there, as they are written. */
const odd = fc.constantFrom('null', 'true', '5', '-0', '1e400', '"x"', '[]', '{}', '[1]', '{"a":{"b":[null]}}');

/** `message` as text, with one value of it replaced, or one member added. */
function spoilt(message: object): fc.Arbitrary<string> {
  const places: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]) => {
    places.push(path);
    if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) walk(member, [...path, name]);
  };
  walk(message, []);
  return fc
    .tuple(fc.constantFrom(...places), odd, fc.constantFrom('', '', 'x', 'result', 'error', '_meta', 'form'))
    .map(([path, value, added]) => {
      const copy = structuredClone(message);
      const target = path.reduce<unknown>((one, name, index) => {
        if (index < path.length - 1 || added !== '') return Object(one)[name];
        Object(one)[name] = '<odd>';
        return one;
      }, copy);
      if (added !== '' && typeof target === 'object' && target !== null) Object.assign(target, { [added]: '<odd>' });
      return JSON.stringify(path.length === 0 && added === '' ? '<odd>' : copy).replaceAll('"<odd>"', value);
    });
}

const further = fc
  .tuple(
    fc.constantFrom(...METHODS),
    fc.constantFrom<object[]>({}, { params: {} }, { params: { _meta: ENVELOPE } }),
    fc.nat(3),
  )
  .map(([method, params, id]) => ({ jsonrpc: '2.0', id: 10 + id, method, ...params }));

describe('generated lines', () => {
  it('are answered alike', async () => {
    const first = fc.constantFrom<object[]>(INITIALIZE, DISCOVER);
    const whole = (message: fc.Arbitrary<object>) => message.map((one) => JSON.stringify(one));
    const conversation = fc.tuple(
      fc.oneof(whole(first), first.chain(spoilt)),
      fc.constantFrom(
        JSON.stringify(INITIALIZED),
        '',
        '{"jsonrpc":"2.0","method":"notifications/initialized","params":7}',
      ),
      fc.array(fc.oneof(whole(further), further.chain(spoilt)), { maxLength: 3 }),
    );
    const counts = { loaded: 0, recorded: 0 };
    await fc.assert(
      fc.asyncProperty(conversation, async ([one, two, more]) => {
        const lines = [one, two, ...more];
        const [byRecord, byServer] = [await answers(lines, true), await answers(lines, false)];
        counts[byRecord.loaded ? 'loaded' : 'recorded'] += 1;
        expect(byRecord.said).toEqual(byServer.said);
      }),
      { numRuns: 250, seed: 21, endOnFailure: true },
    );
    // Both ways were taken.
    expect(counts.loaded).toBeGreaterThan(50);
    expect(counts.recorded).toBeGreaterThan(20);
  });
});

describe('the built program', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'without-record-'));
    cpSync(dirname(BIN), folder, { recursive: true, filter: (path) => !path.endsWith('handshake.json') });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const spoil = (params: object) => ({ ...INITIALIZE, params: { ...INITIALIZE.params, ...params } });
  it.each<[string, object | string]>([
    ['nothing unusual', INITIALIZE],
    ['a flag that is none', spoil({ capabilities: { roots: { listChanged: 'yes' } } })],
    ['a capability that is no object', spoil({ capabilities: { sampling: { tools: 1 } } })],
    ['an extension that is no object', spoil({ capabilities: { extensions: { a: 1 } } })],
    ['a form that is none', spoil({ capabilities: { elicitation: { form: true } } })],
    ['a title that is no text', spoil({ clientInfo: { ...CLIENT, title: 5 } })],
    ['icons that are none', spoil({ clientInfo: { ...CLIENT, icons: [{}] } })],
    ['a further member at the root', { ...INITIALIZE, extra: 1 }],
    ['a result', { ...INITIALIZE, result: {} }],
    ['no client', spoil({ clientInfo: undefined })],
    ['a mark before it', `\ufeff${JSON.stringify(INITIALIZE)}`],
    ['an id of many digits', JSON.stringify(INITIALIZE).replace('"id":1', '"id":1785312000000000000')],
    ['two ids', JSON.stringify(INITIALIZE).replace('"id":1', '"id":1,"id":2')],
  ])('answers initialize with %s alike with and without its record', async (_name, message) => {
    const line = typeof message === 'string' ? message : JSON.stringify(message);
    const said = await Promise.all(
      [BIN, join(folder, 'main.cjs')].map(async (bin) => {
        const server = openRaw({ bin, env: { HOME: folder, AGENT_SIM_HOME: folder } });
        await server.write(`${line}\n{"jsonrpc":"2.0","id":"p","method":"ping"}`);
        expect(await server.end()).toEqual({ code: 0, signal: null });
        return [[...server.answers.values()].flat(), server.others, server.noise];
      }),
    );
    expect(said[0]).toEqual(said[1]);
    expect(said[0]?.[0]).toHaveLength(2);
  });
});
