/** The recorded handshake: what it answers is what the server answers, and what it does not know it leaves alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHandshake, holdHandshake, type Recorded, type Step } from '../../src/commands/handshake/handshake.ts';
import { converse, recordHandshake, servicesOf } from '../../src/commands/handshake/record.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLineReader, type Line } from '../../src/mcp/transport/line-reader.ts';
import { BIN } from '../support/clients.ts';
import { ROOT } from '../support/root.ts';
import { turns } from '../support/waiting.ts';

const MODERN = '2026-07-28';
const WHO = { name: 'host', title: 'A host', version: '2.1' };
const LISTS = ['tools/list', 'prompts/list', 'resources/templates/list'];
const envelope = (version = MODERN) => ({
  _meta: {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': WHO,
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
  },
});
const initialize = (protocolVersion = '2025-11-25') => ({
  protocolVersion,
  capabilities: { roots: { listChanged: true }, sampling: {} },
  clientInfo: WHO,
});

let recorded: Recorded;
beforeAll(() => {
  recorded = JSON.parse(readFileSync(join(BIN, '../handshake.json'), 'utf8'));
});

const open = (...args: string[]) => createHandshake(recorded, readConfig(['serve', ...args], {}));
const json = (message: Record<string, unknown>) => JSON.stringify({ jsonrpc: '2.0', ...message });
const line = (message: Record<string, unknown>): Line => ({ text: json(message) });
const said = (step: Step): unknown => (typeof step === 'object' ? JSON.parse(step.say) : step);

describe('the record', () => {
  it('is what the server of this source answers (npm run build)', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(recorded).toEqual(await recordHandshake(version));
  });
});

describe('an handshake is answered as the server answers it', () => {
  const selections = [
    [],
    ['--read-only'],
    ['--toolsets', 'run'],
    ['--tools', 'get_run,list_runs'],
    ['--exclude-tools', 'get_run'],
  ];

  it.each(['2025-11-25', '2025-06-18', '2024-11-05', '1999-01-01'])('of version %s', async (version) => {
    const requests = [
      { method: 'initialize', params: initialize(version) },
      { method: 'ping' },
      ...LISTS.map((method) => ({ method, params: {} })),
    ];
    const real = await converse(servicesOf(versionOfRecord()), requests);
    const step = open();
    for (const [id, request] of requests.entries())
      expect(said(step(line({ id, ...request })))).toEqual({ jsonrpc: '2.0', id, result: real[request.method] });
  });

  it.each(selections.map((args) => [args.join(' ') || 'everything', args] as const))('with %s', async (_name, args) => {
    const requests = ['server/discover', ...LISTS].map((method) => ({ method, params: envelope() }));
    const real = await converse(servicesOf(versionOfRecord(), args), requests);
    const step = open(...args);
    for (const [id, request] of requests.entries())
      expect(said(step(line({ id: `a-${id}`, ...request })))).toEqual({
        jsonrpc: '2.0',
        id: `a-${id}`,
        result: real[request.method],
      });
  });

  it('and says nothing to the notification behind it', () => {
    const step = open();
    step(line({ id: 1, method: 'initialize', params: initialize() }));
    expect(step(line({ method: 'notifications/initialized' }))).toBe('nothing');
  });
});

describe('the server is loaded for', () => {
  const opened = [line({ id: 1, method: 'initialize', params: initialize() })];
  const discovered = [line({ id: 1, method: 'server/discover', params: envelope() })];
  const cases: [what: string, before: Line[], message: Line][] = [
    ['a tool call', opened, line({ id: 2, method: 'tools/call', params: { name: 'list_providers' } })],
    ['an unknown method', opened, line({ id: 2, method: 'toString' })],
    ['a list with a cursor', opened, line({ id: 2, method: 'tools/list', params: { cursor: 'x' } })],
    ['a list before initialize', [], line({ id: 2, method: 'tools/list' })],
    ['a second initialize', opened, line({ id: 2, method: 'initialize', params: initialize() })],
    ['an initialize after discovery', discovered, line({ id: 2, method: 'initialize', params: initialize() })],
    ['a request of the other era', opened, line({ id: 2, method: 'tools/list', params: envelope() })],
    ['a request without its envelope', discovered, line({ id: 2, method: 'tools/list' })],
    ['an unknown stateless version', [], line({ id: 2, method: 'server/discover', params: envelope('2031-01-01') })],
    [
      'an initialize without a client',
      [],
      line({ id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {} } }),
    ],
    [
      'odd capabilities',
      [],
      line({ id: 1, method: 'initialize', params: { ...initialize(), capabilities: { roots: 5 } } }),
    ],
    [
      'an initialize that carries more',
      [],
      line({ id: 1, method: 'initialize', params: { ...initialize(), _meta: {} } }),
    ],
    ['a notification it does not know', opened, line({ method: 'notifications/cancelled', params: { requestId: 1 } })],
    ['an id that is none', [], line({ id: null, method: 'initialize', params: initialize() })],
    ['a batch', [], { text: `[${json({ id: 1, method: 'initialize', params: initialize() })}]` }],
    ['a line that is no JSON', opened, { text: 'no json' }],
    ['bytes that are no text', opened, { text: json({ id: 2, method: 'ping' }), fault: 'encoding' }],
    [
      'a message without the version of JSON-RPC',
      [],
      { text: JSON.stringify({ id: 1, method: 'initialize', params: initialize() }) },
    ],
    ['a request that carries a result', opened, line({ id: 2, method: 'ping', result: {} })],
    [
      'a flag of a capability that is none',
      [],
      line({ id: 1, method: 'initialize', params: { ...initialize(), capabilities: { roots: { listChanged: 1 } } } }),
    ],
    [
      'a name of a client that is no text',
      [],
      line({ id: 1, method: 'initialize', params: { ...initialize(), clientInfo: { ...WHO, title: 7 } } }),
    ],
  ];

  it.each(cases)('%s', (_what, before, message) => {
    const step = open();
    for (const earlier of before) expect(typeof step(earlier)).toBe('object');
    expect(step(message)).toBe('load');
  });
});

describe('the hand-over', () => {
  const hold = (step: (one: Line) => Step) => {
    const stdin = new PassThrough();
    const lines = createLineReader(stdin);
    const written: string[] = [];
    const write = (text: string) => void written.push(text);
    return { stdin, lines, written, held: holdHandshake(step, { lines, write }) };
  };

  it('gives the server every line from the first, and knows which the client has answers to', async () => {
    const { stdin, lines, written, held } = hold(({ text }) =>
      text === 'load' ? 'load' : text === 'quiet' ? 'nothing' : { say: `re: ${text}`, listed: false },
    );
    for (const byte of Buffer.from('grüße 👋\nquiet\nload\nrest of a li')) stdin.write(Buffer.of(byte));
    const { seen, left } = await held;
    expect(written).toEqual(['re: grüße 👋\n']);
    expect(left).toBe(false);
    expect(seen).toEqual([
      { line: { text: 'grüße 👋' }, answered: true },
      { line: { text: 'quiet' }, answered: false },
      { line: { text: 'load' }, answered: false },
    ]);
    stdin.end('ne');
    const further = await new Promise((resolve) => {
      const all: string[] = [];
      lines.listen({ onLine: ({ text }) => void all.push(text), onEnd: () => resolve(all) });
    });
    expect(further).toEqual(['rest of a line']);
  });

  it('tells that the client has left', async () => {
    const { stdin, held } = hold(() => 'nothing');
    stdin.end('a\n');
    expect(await held).toMatchObject({ left: true });
  });

  it('lets a first call be prepared once the tools were listed, and pauses that for each message', async () => {
    const heard: string[] = [];
    const warmUp = { start: () => void heard.push('start'), pause: () => void heard.push('pause') };
    const stdin = new PassThrough();
    void holdHandshake(open(), { lines: createLineReader(stdin), write: () => {}, warmUp });
    const send = async (message: Record<string, unknown>) => {
      stdin.write(`${json(message)}\n`);
      await turns();
      return heard.splice(0);
    };
    expect(await send({ id: 1, method: 'initialize', params: initialize() })).toEqual(['pause']);
    expect(await send({ id: 2, method: 'prompts/list' })).toEqual(['pause']);
    expect(await send({ id: 3, method: 'tools/list' })).toEqual(['pause', 'start']);
    expect(await send({ id: 4, method: 'ping' })).toEqual(['pause', 'start']);
    expect(await send({ id: 5, method: 'tools/call', params: { name: 'list_tests' } })).toEqual(['pause']);
  });

  it('does not keep a conversation without end', async () => {
    const { stdin, held } = hold(() => 'nothing');
    stdin.write(`${'x'.repeat(1023)}\n`.repeat(300));
    await expect(held).resolves.toMatchObject({ left: false });
  });
});

function versionOfRecord(): string {
  const info = recorded.classic.results.initialize?.serverInfo;
  return typeof info === 'object' && info !== null && 'version' in info ? String(info.version) : '';
}
