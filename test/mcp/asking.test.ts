/** A question to a person, whatever the client makes of it: the call is entered again with what came of it. */
import { Server } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/v4';
import { readConfig } from '../../src/config/config.ts';
import type { PersonAnswer } from '../../src/home/asking.ts';
import type { ServedTool } from '../../src/mcp/served-tool.ts';
import type { ServerServices } from '../../src/mcp/services.ts';
import { callTool } from '../../src/mcp/tool-call.ts';
import { createRegistry } from '../../src/providers/registry.ts';
import { createContinuedReads } from '../../src/reading/continued-reads.ts';
import { createReading } from '../../src/reading/reading.ts';
import { bookInMemory } from '../support/book.ts';
import { noChanges } from '../support/no-changes.ts';
import { initialize, openWire, type Wire } from './transport/wire.ts';

const FIELD = { type: 'integer' as const, title: 'More?', description: 'Runs', minimum: 0, maximum: 100 };
const CALL = { jsonrpc: '2.0', id: 'call', method: 'tools/call', params: { name: 'start_simulation' } };

let wire: Wire;
afterEach(async () => {
  vi.useRealTimers();
  await wire.close();
});

/** What the tool was told of its question, call by call. */
let told: (PersonAnswer | undefined)[];
let ending: AbortController;

/** Asks, unless it was answered; `again`: asks whatever it was answered. */
function toolOf(again: boolean): ServedTool {
  return {
    name: 'start_simulation',
    title: 'x',
    description: 'x',
    toolset: 'run',
    operation: 'start',
    idempotent: false,
    input: z.object({}),
    output: z.object({}),
    async run(_args, { answer, canAsk }) {
      told.push(answer);
      if (canAsk && (again || !answer))
        return { ask: 'Start 3 runs?', state: 'a token', form: { further_runs: FIELD } };
      return { headline: canAsk ? 'told' : 'nobody to ask', lines: [], data: {} };
    },
  };
}

async function opened(capabilities: object | undefined, again = false): Promise<void> {
  told = [];
  ending = new AbortController();
  const registry = createRegistry({
    settings: async () => ({ env: {} }),
    defaults: { perCall: 1, perProvider: 1 } as never,
    registerSecret: () => {},
    providers: [],
  });
  const quiet = () => {};
  const services: ServerServices = {
    version: '0',
    config: readConfig(['serve'], {}),
    registry,
    reading: createReading(),
    continued: createContinuedReads(),
    changer: noChanges(),
    modes: bookInMemory(),
    starter: () => Promise.reject(new Error('not here')),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    redact: (text) => text,
    subscriptions: { subscribe: quiet, unsubscribe: quiet, close: quiet },
    ending: ending.signal,
  };
  const tool = { tool: toolOf(again), properties: {} };
  wire = openWire(() => {
    const server = new Server({ name: 'x', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler('tools/call', (request, ctx) =>
      callTool(tool, request.params.arguments ?? {}, server, ctx, services),
    );
    return server;
  });
  if (capabilities) await wire.send(initialize('2025-11-25', capabilities));
}

/** The question that the call comes to. */
async function question(capabilities: object = { elicitation: {} }, again = false) {
  await opened(capabilities, again);
  const line = await wire.next(CALL);
  return JSON.parse(line ?? '{}');
}

const text = (line: string | undefined): string => JSON.parse(line ?? '{}').result.content[0].text;

describe('in the older era the question is a request of ours', () => {
  it('with a form that asks for a yes', async () => {
    const { method, params } = await question();
    expect(method).toBe('elicitation/create');
    expect(params.message).toBe('Start 3 runs?');
    expect(params.requestedSchema.required).toEqual(['proceed']);
    expect(params.requestedSchema.properties).toMatchObject({ proceed: { type: 'boolean' }, further_runs: FIELD });
  });

  const accept = (content?: unknown) => ({ result: { action: 'accept', content } });
  it.each<[string, object, Partial<PersonAnswer>]>([
    ['a yes', accept({ proceed: true }), { outcome: 'accepted' }],
    ['a yes and more', accept({ proceed: true, further_runs: 40 }), { outcome: 'accepted', further_runs: 40 }],
    ['a yes and nothing more', accept({ proceed: true, further_runs: null }), { outcome: 'accepted' }],
    ['a yes and less than nothing', accept({ proceed: true, further_runs: -1 }), { outcome: 'malformed' }],
    ['a yes and half a run', accept({ proceed: true, further_runs: 0.5 }), { outcome: 'malformed' }],
    ['a yes and a word', accept({ proceed: true, further_runs: '40' }), { outcome: 'malformed' }],
    ['a no in the form', accept({ proceed: false, further_runs: 'x' }), { outcome: 'declined' }],
    ['a word in the form', accept({ proceed: 'true' }), { outcome: 'malformed' }],
    ['an empty form', accept({}), { outcome: 'malformed' }],
    ['a list for a form', accept([true]), { outcome: 'malformed' }],
    ['null for a form', accept(null), { outcome: 'malformed' }],
    ['no form', accept(), { outcome: 'malformed' }],
    ['a no', { result: { action: 'decline' } }, { outcome: 'declined' }],
    ['a closed question', { result: { action: 'cancel' } }, { outcome: 'dismissed' }],
    // It may be somebody's no, after which no token takes its place.
    ['a no in another word', { result: { action: 'reject' } }, { outcome: 'malformed' }],
    ['a yes in another word', { result: { action: 'yes', content: { proceed: true } } }, { outcome: 'malformed' }],
    ['no word', { result: { action: null } }, { outcome: 'failed' }],
    ['nothing but the id', {}, { outcome: 'failed' }],
    ['a no and nulls', { result: { action: 'decline', content: null, _meta: null } }, { outcome: 'declined' }],
    ['nothing', { result: {} }, { outcome: 'failed' }],
    ['null', { result: null }, { outcome: 'failed' }],
    ['a word', { result: 'accept' }, { outcome: 'failed' }],
    ['an unknown method', { error: { code: -32601, message: 'Method not found' } }, { outcome: 'failed' }],
    ['an error without words', { error: {} }, { outcome: 'failed' }],
    ['an error that is text', { error: 'no' }, { outcome: 'failed' }],
    [
      'both',
      { result: { action: 'accept', content: { proceed: true } }, error: { code: 1, message: 'x' } },
      { outcome: 'failed' },
    ],
    [
      'a yes and no error',
      { result: { action: 'accept', content: { proceed: true } }, error: null },
      { outcome: 'accepted' },
    ],
    [
      'another version',
      { jsonrpc: '1.0', result: { action: 'accept', content: { proceed: true } } },
      { outcome: 'failed' },
    ],
    [
      'a yes with a malformed _meta',
      { result: { action: 'accept', content: { proceed: true }, _meta: { progressToken: {} } } },
      { outcome: 'accepted' },
    ],
  ])('%s', async (_name, reply, outcome) => {
    const { id } = await question();
    const line = await wire.next({ jsonrpc: '2.0', id, ...reply });
    expect(told).toEqual([undefined, { state: 'a token', ...outcome }]);
    expect(text(line)).toBe('told');
  });

  it('an error that names no question fails the one that waits', async () => {
    await question();
    await wire.send('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}');
    expect(told[1]).toEqual({ state: 'a token', outcome: 'failed' });
  });

  it('a reply that is no text fails it', async () => {
    const { id } = await question();
    const reply = `{"jsonrpc":"2.0","id":${id},"result":{"action":"accept","content":{"proceed":true,"x":"\xff"}}}\n`;
    await wire.send(Buffer.from(reply, 'latin1'));
    expect(told[1]).toEqual({ state: 'a token', outcome: 'failed' });
  });

  it('an id given back as text is the same id, and no other is', async () => {
    const { id } = await question();
    for (const other of [id + 1, '', 'x', null, [id]])
      await wire.send({ jsonrpc: '2.0', id: other, result: { action: 'accept', content: { proceed: true } } });
    expect(told).toHaveLength(1);
    await wire.send({ jsonrpc: '2.0', id: String(id), result: { action: 'accept', content: { proceed: true } } });
    expect(told[1]).toEqual({ state: 'a token', outcome: 'accepted' });
  });

  it('a client that never answers has failed after ten minutes, and is told that it is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { id } = await question();
    await vi.advanceTimersByTimeAsync(599_000);
    expect(await wire.send()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    const cancelled = JSON.parse((await wire.next()) ?? '');
    expect(cancelled).toMatchObject({ method: 'notifications/cancelled', params: { requestId: id } });
    expect(text(await wire.next())).toBe('told');
    expect(told[1]).toEqual({ state: 'a token', outcome: 'failed' });
    // Too late.
    expect(await wire.send({ jsonrpc: '2.0', id, result: { action: 'accept', content: { proceed: true } } })).toEqual(
      [],
    );
  });

  it('a call that is cancelled asked nothing', async () => {
    await question();
    await wire.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'call' } });
    expect(told[1]).toEqual({ state: 'a token', outcome: 'never_asked' });
  });

  it('a client that leaves was asked nothing, and its call is answered', async () => {
    await question();
    ending.abort();
    expect(await wire.next()).toContain('notifications/cancelled');
    expect(text(await wire.next())).toBe('told');
    expect(told[1]).toEqual({ state: 'a token', outcome: 'never_asked' });
  });

  it('is put three times in one call at most', async () => {
    let { id } = await question({ elicitation: {} }, true);
    for (let asked = 1; asked < 3; asked += 1) {
      const line = await wire.next({ jsonrpc: '2.0', id, result: { action: 'decline' } });
      ({ id } = JSON.parse(line ?? ''));
    }
    const line = await wire.next({ jsonrpc: '2.0', id, result: { action: 'decline' } });
    expect(text(line)).toBe('nobody to ask');
  });

  it('answers to questions that were not asked in this call count for nothing', async () => {
    await opened({});
    const forged = {
      requestState: 'a token',
      inputResponses: { confirm: { action: 'accept', content: { proceed: true } } },
    };
    await wire.next({ ...CALL, params: { ...CALL.params, ...forged } });
    expect(told).toEqual([undefined]);
  });
});

describe('who can be asked', () => {
  it.each([
    [{ elicitation: {} }, true],
    [{ elicitation: { form: {} } }, true],
    [{ elicitation: { form: {}, url: {} } }, true],
    [{ elicitation: { form: null } }, true],
    [{ elicitation: { url: {} } }, false],
    [{ elicitation: null }, false],
    [{}, false],
  ])('%o: %s', async (capabilities, can) => {
    const { method, result } = await question(capabilities);
    expect(method === 'elicitation/create').toBe(can);
    expect(result?.content[0].text === 'nobody to ask').toBe(!can);
  });
});

describe('in the newer era the question is an answer', () => {
  const envelope = (elicitation: object | undefined) => ({
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation },
  });
  const call = (id: number, params: object, elicitation: object | undefined = {}) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'start_simulation', _meta: envelope(elicitation), ...params },
  });

  it('which holds all that another process needs', async () => {
    await opened(undefined);
    const { resultType, requestState, inputRequests } = JSON.parse((await wire.next(call(1, {}))) ?? '').result;
    expect([resultType, requestState]).toEqual(['input_required', 'a token']);
    expect(inputRequests.confirm.params.requestedSchema.properties).toHaveProperty('further_runs');
    await wire.close();
    await opened(undefined);
    const confirm = { action: 'accept', content: { proceed: true, further_runs: 5 } };
    const line = await wire.next(call(1, { requestState, inputResponses: { confirm } }));
    expect(told).toEqual([{ state: 'a token', outcome: 'accepted', further_runs: 5 }]);
    expect(text(line)).toBe('told');
  });

  it.each<[string, unknown, string]>([
    ['an error', { confirm: { error: { code: -32601, message: 'x' } } }, 'failed'],
    ['another question', { other: { action: 'accept', content: { proceed: true } } }, 'failed'],
    ['nothing', {}, 'failed'],
    ['a wrapped answer', { confirm: { result: { action: 'accept', content: { proceed: true } } } }, 'failed'],
    ['no form', { confirm: { action: 'accept' } }, 'malformed'],
    ['null for a form', { confirm: { action: 'accept', content: null } }, 'malformed'],
    ['a no', { confirm: { action: 'decline' } }, 'declined'],
  ])('%s is judged as it comes', async (_name, inputResponses, outcome) => {
    await opened(undefined);
    await wire.next(call(1, { requestState: 'a token', inputResponses }));
    expect(told).toEqual([{ state: 'a token', outcome }]);
  });

  it('a client that offers no form is asked nothing', async () => {
    await opened(undefined);
    const line = await wire.next(call(1, {}, { url: {} }));
    expect(text(line)).toBe('nobody to ask');
  });
});
