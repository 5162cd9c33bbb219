/** Hosts that answer a question by themselves, fail at it, or put it to a fresh process: what an unattended caller is told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { ENVELOPE, initialize, type Json, openRaw, type RawServer, toolResult } from '../support/raw-server.ts';

let home: string;
const open: RawServer[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-asking-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.end()));
  rmSync(home, { recursive: true, force: true });
});

function server(): RawServer {
  const env = { HOME: home, AGENT_SIM_HOME: home, AGENT_SIM_CONFIRM_ABOVE: '3' };
  const opened = openRaw({ args: ['serve', '--sandbox'], env });
  open.push(opened);
  return opened;
}

let calls = 0;
const call = (one: RawServer, name: string, args: Json, more: Json = {}) => {
  calls += 1;
  return one.request(calls, 'tools/call', { name, arguments: args, ...more });
};

async function suiteOf(one: RawServer, more: Json = {}): Promise<unknown> {
  const { data } = toolResult(await call(one, 'list_tests', { kind: 'suite', provider: 'synthflow' }, more));
  return at(list(data.tests)[0], 'ref');
}

describe('in the older era', () => {
  /** What a start above the budget comes to where the client replies so. */
  async function started(reply: Json) {
    const one = server();
    one.onRequest = ({ id }) => void one.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...reply })}\n`);
    await initialize(one, { elicitation: {} });
    return toolResult(await call(one, 'start_simulation', { test: await suiteOf(one) }));
  }

  it.each<[string, Json]>([
    ['that it knows no such method', { error: { code: -32601, message: 'Method not found' } }],
    ['an error of no form', { error: {} }],
    ['nothing that is an answer', { result: {} }],
    ['null', { result: null }],
  ])('a client that answers %s has failed: the caller gets the token of a preview', async (_name, reply) => {
    const { data, isError } = await started(reply);
    expect(isError).toBe(false);
    expect(data).toMatchObject({ outcome: 'confirmation_required', confirm: expect.any(String) });
  });

  it.each<[string, Json]>([
    ['without content', { result: { action: 'accept' } }],
    ['with a word for a yes', { result: { action: 'accept', content: { proceed: 'true' } } }],
    ['declined', { result: { action: 'decline' } }],
    ['closed', { result: { action: 'cancel' } }],
  ])('an answer that is %s starts nothing, and claims no person', async (_name, reply) => {
    const { text, isError } = await started(reply);
    expect(isError).toBe(true);
    expect(text).toMatch(/Nothing was sent/);
    expect(text).not.toMatch(/person (asked )?said/i);
    expect(text).toMatch(/AGENT_SIM_CONFIRM/);
  });

  it('a client that leaves while it is asked gets its answer, and nothing is started', async () => {
    const one = server();
    await initialize(one, { elicitation: {} });
    const test = await suiteOf(one);
    const asked = new Promise((resolve) => {
      one.onRequest = resolve;
    });
    const answer = call(one, 'start_simulation', { test });
    await asked;
    one.child.stdin.end();
    const { text, isError } = toolResult(await answer);
    expect(isError).toBe(true);
    expect(text).toMatch(/Nothing was sent/);
    expect(await one.exit).toEqual({ code: 0, signal: null });
  });
});

it('in the newer era a yes may reach another process of the same home', async () => {
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } };
  const _meta = { ...ENVELOPE, ...capabilities };
  const one = server();
  const test = await suiteOf(one, { _meta });
  const { result } = await call(one, 'start_simulation', { test }, { _meta });
  const requestState = at(result, 'requestState');
  expect(requestState).toEqual(expect.any(String));
  await one.end();
  const inputResponses = { confirm: { action: 'accept', content: { proceed: true } } };
  const again = await call(server(), 'start_simulation', { test }, { _meta, requestState, inputResponses });
  expect(toolResult(again).data).toMatchObject({ outcome: 'started' });
});
