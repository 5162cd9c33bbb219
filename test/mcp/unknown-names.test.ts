/** What a client made up is refused as such, wherever it can name something. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createSubscriptions } from '../../src/mcp/resources/subscriptions.ts';
import { createServer } from '../../src/mcp/server.ts';
import { createContinuedReads } from '../../src/reading/continued-reads.ts';
import { bookInMemory } from '../support/book.ts';
import { type InProcess, openInProcess } from '../support/in-process.ts';
import { noChanges } from '../support/no-changes.ts';
import { gist, initialize, openWire, type Wire } from './transport/wire.ts';

let process: InProcess;
let wire: Wire;
beforeAll(async () => {
  process = await openInProcess();
  const { registry, reading } = process.context;
  const subscriptions = createSubscriptions({ registry, onUpdate: () => {} });
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  wire = openWire(() =>
    createServer({
      version: '0',
      config: readConfig(['serve'], {}),
      registry,
      reading,
      continued: createContinuedReads(),
      changer: noChanges(),
      modes: bookInMemory(),
      starter: () => Promise.reject(new Error('not here')),
      log,
      redact: (text) => text,
      subscriptions,
    }),
  );
  await wire.send(initialize());
});
afterAll(async () => {
  await wire.close();
  await process.close();
});

const ask = async (method: string, params: object) => gist(await wire.next({ jsonrpc: '2.0', id: 1, method, params }));

describe('completion/complete', () => {
  const session = 'simulation://{provider}/session/{id}';
  const argument = (name: string) => ({ name, value: '' });

  it.each<[string, object, string]>([
    ['an unknown prompt', { type: 'ref/prompt', name: 'nope' }, 'session'],
    ['an argument of another prompt', { type: 'ref/prompt', name: 'fix_agent' }, 'since'],
    ['an unknown template', { type: 'ref/resource', uri: 'simulation://{provider}/nope/{id}' }, 'id'],
    ['a resource without variables', { type: 'ref/resource', uri: 'simulation://guide' }, 'id'],
    ['an unknown variable', { type: 'ref/resource', uri: session }, 'session'],
    ['a name that every object has', { type: 'ref/prompt', name: 'toString' }, 'constructor'],
  ])('%s', async (_name, ref, name) => {
    expect(await ask('completion/complete', { ref, argument: argument(name) })).toEqual([1, -32602]);
  });

  it.each<[object, string]>([
    [{ type: 'ref/prompt', name: 'fix_agent' }, 'session'],
    [{ type: 'ref/prompt', name: 'fix_agent' }, 'mode'],
    [{ type: 'ref/resource', uri: session }, 'provider'],
    [{ type: 'ref/resource', uri: session }, 'id'],
  ])('%o %s is completed', async (ref, name) => {
    expect(await ask('completion/complete', { ref, argument: argument(name) })).toEqual([1, 'result']);
  });
});

describe('resources/subscribe', () => {
  it.each([
    'simulation://nope/x',
    'simulation://nope/session/x',
    'http://x',
    '',
    'simulation://guide/x',
    'simulation://\ud800',
  ])('%s is no resource', async (uri) => {
    expect(await ask('resources/subscribe', { uri })).toEqual([1, -32602]);
  });

  it.each(['simulation://guide', 'simulation://coval/session/x', 'simulation://coval/run/x/transcript'])(
    '%s is one',
    async (uri) => {
      expect(await ask('resources/subscribe', { uri })).toEqual([1, 'result']);
      expect(await ask('resources/unsubscribe', { uri })).toEqual([1, 'result']);
    },
  );
});

it('a refused URI is given back in part', async () => {
  const uri = `simulation://coval/${'x'.repeat(100_000)}`;
  for (const method of ['resources/read', 'resources/subscribe'])
    expect((await wire.next({ jsonrpc: '2.0', id: 1, method, params: { uri } }))?.length).toBeLessThan(1_000);
});

describe.each(['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'])('%s', (method) => {
  it('has one page, so that no cursor is one of its own; null is none', async () => {
    expect(await ask(method, { cursor: 'x' })).toEqual([1, -32602]);
    expect(await ask(method, { cursor: null })).toEqual([1, 'result']);
  });
});
