/** Starts over real servers: two at once, one killed between claim and answer, confirmations by token and by person. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSynthflowDialect } from '../../src/sandbox/dialects/synthflow/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { type Connected, type ConnectOptions, connect, ERAS } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { ROOT } from '../support/root.ts';
import { until } from '../support/waiting.ts';

let sandbox: Sandbox;
let home: string;
let open: Connected[];

beforeEach(async () => {
  sandbox = await startSandbox({
    engineOptions: { playbook: join(ROOT, 'src/sandbox/playbook.md'), speed: 200 },
    dialects: [createSynthflowDialect],
  });
  home = mkdtempSync(join(tmpdir(), 'agent-sim-starts-'));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((server) => server.close().catch(() => {})));
  await sandbox.close();
  rmSync(home, { recursive: true, force: true });
});

/** A server without its own sandbox, pointed at ours: what the vendor counts is seen from outside. */
async function server(options: ConnectOptions = {}): Promise<Connected> {
  const dialect = sandbox.dialects.get('synthflow');
  const [key = ''] = Object.values(dialect?.credentials ?? {});
  const connected = await connect({
    args: ['serve'],
    home,
    ...options,
    env: { SYNTHFLOW_API_KEY: key, SYNTHFLOW_BASE_URL: `${dialect?.url}/v2`, ...options.env },
  });
  open.push(connected);
  return connected;
}

async function suiteOf(connected: Connected): Promise<string> {
  const tests = list((await connected.call('list_tests', { kind: 'suite' })).data.tests);
  return text(at(tests[0], 'ref'));
}

const history = () => sandbox.engine.sessions().length;

describe('the same start at the same moment', () => {
  it('by two servers with one home reaches the vendor once', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    const suite = await suiteOf(one);
    const before = history();
    const answers = await Promise.all([
      one.call('start_simulation', { test: suite }),
      two.call('start_simulation', { test: suite }),
    ]);
    expect(history() - before).toBe(1);
    expect(answers.map((answer) => answer.data.outcome).sort()).toEqual(['already_started', 'started']);
    expect(new Set(answers.map((answer) => answer.data.session)).size).toBe(1);
  });

  it('really starts another with another key', async () => {
    const one = await server();
    const suite = await suiteOf(one);
    const before = history();
    const first = await one.call('start_simulation', { test: suite, key: 'a' });
    const again = await one.call('start_simulation', { test: suite, key: 'a' });
    const second = await one.call('start_simulation', { test: suite, key: 'b' });
    expect(history() - before).toBe(2);
    expect(again.data).toMatchObject({ outcome: 'already_started', session: first.data.session });
    expect(second.data.outcome).toBe('started');
  });
});

describe('a server killed between claim and answer', () => {
  it('leaves a claim that the next server resolves without sending again', async () => {
    const doomed = await server();
    const suite = await suiteOf(doomed);
    const before = history();
    // The vendor does the thing; its answer never comes.
    sandbox.faults.add({ method: 'POST', path: '/execute', kind: 'stall', after_handling: true });
    const lost = doomed.call('start_simulation', { test: suite }).catch(() => undefined);
    await until('the vendor has done it', () => history() > before);
    expect(history() - before).toBe(1);
    if (doomed.pid !== null) process.kill(doomed.pid, 'SIGKILL');
    await lost;
    expect(readdirSync(join(home, 'starts')).length).toBeGreaterThan(0);

    const next = await server();
    const answer = await next.call('start_simulation', { test: suite });
    expect(history() - before).toBe(1);
    expect(['already_started', 'unknown']).toContain(answer.data.outcome);
    if (answer.data.outcome === 'already_started') {
      const newest = sandbox.engine.sessions()[0];
      expect(text(answer.data.session)).toContain(newest?.id ?? 'none');
    }
  });
});

describe('a start above the limit', () => {
  const env = { AGENT_SIM_CONFIRM_ABOVE: '3' };

  it.each(ERAS)('asks a person where the client can (%s), and a yes starts it', async (era) => {
    const asked: string[] = [];
    const one = await server({
      era,
      env,
      elicit: (message) => {
        asked.push(message);
        return 'accept';
      },
    });
    const before = history();
    const answer = await one.call('start_simulation', { test: await suiteOf(one) });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/8 runs/);
    expect(answer.data.outcome).toBe('started');
    expect(history() - before).toBe(1);
  });

  it.each([
    ['decline', /answered no/],
    ['cancel', /closed the question/],
    ['refuse-in-form', /answered no/],
  ] as const)('does not start when the person answers with %s', async (reply, words) => {
    const one = await server({ env, elicit: () => reply });
    const before = history();
    const answer = await one.call('start_simulation', { test: await suiteOf(one) });
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(words);
    expect(history()).toBe(before);
  });

  it('previews with a token where nobody can be asked; the token is good once and for these arguments only', async () => {
    const one = await server({ env });
    const suite = await suiteOf(one);
    const before = history();
    const preview = await one.call('start_simulation', { test: suite });
    expect(preview.data.outcome).toBe('confirmation_required');
    const token = text(preview.data.confirm);
    const other = await one.call('start_simulation', { test: suite, max_turns: 12, confirm: token });
    expect(other.text).toMatch(/other arguments/);
    const invented = await one.call('start_simulation', { test: suite, confirm: 'made-up' });
    expect(invented.isError).toBe(true);
    expect(history()).toBe(before);
    const started = await one.call('start_simulation', { test: suite, confirm: token });
    expect(started.data.outcome).toBe('started');
    const twice = await one.call('start_simulation', { test: suite, confirm: token, key: 'again' });
    expect(twice.isError || twice.data.outcome !== 'started').toBe(true);
    expect(history() - before).toBe(1);
  });

  it('is counted over the hour: small starts ask as one large one would', async () => {
    const [one, two] = await Promise.all([server(), server()]);
    const suite = await suiteOf(one);
    const before = history();
    const outcomes: unknown[] = [];
    for (const [n, by] of [one, two, one, two].entries())
      outcomes.push((await by.call('start_simulation', { test: suite, key: `k${n}` })).data.outcome);
    expect(outcomes).toEqual(['started', 'started', 'confirmation_required', 'confirmation_required']);
    expect(history() - before).toBe(2);
  });

  it('starts nothing without a client that asks, with AGENT_SIM_CONFIRM=person or a word that is not known', async () => {
    for (const word of ['person', 'maybe']) {
      const one = await server({ env: { ...env, AGENT_SIM_CONFIRM: word } });
      const before = history();
      const answer = await one.call('start_simulation', { test: await suiteOf(one) });
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(/AGENT_SIM_CONFIRM=person.*AGENT_SIM_CONFIRM=ask/s);
      expect(answer.data.confirm).toBeUndefined();
      expect(history()).toBe(before);
    }
  });

  it('in the sandbox is confirmed by another process of the same home', async () => {
    const sandboxed = { args: ['serve', '--sandbox'], home, env };
    const first = await connect(sandboxed);
    open.push(first);
    const tests = list((await first.call('list_tests', { provider: 'coval', kind: 'suite' })).data.tests);
    const args = { test: text(at(tests[0], 'ref')), persona: 'Relaxed regular patient' };
    const planned = await first.call('start_simulation', { ...args, dry_run: true });
    const confirm = text(planned.data.confirm);
    await first.close();
    const second = await connect(sandboxed);
    open.push(second);
    expect((await second.call('start_simulation', { ...args, confirm })).data.outcome).toBe('started');
  });

  it('cannot get around the caps by any argument', async () => {
    const one = await server({ env: { AGENT_SIM_MAX_RUNS_PER_START: '5' } });
    const before = history();
    const answer = await one.call('start_simulation', { test: await suiteOf(one) });
    expect(answer.isError).toBe(true);
    expect(answer.text).toMatch(/AGENT_SIM_MAX_RUNS_PER_START/);
    expect(history()).toBe(before);
  });
});
