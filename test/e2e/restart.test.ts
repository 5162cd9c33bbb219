/** The sandbox over several processes of one home: what one started, the next reads, follows, stops and does not start again. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { NEEDED_TO_START, VENDORS, type Vendor } from '../support/platforms.ts';

let home: string;
let open: Connected[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'agent-sim-restart-'));
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((server) => server.close().catch(() => {})));
  rmSync(home, { recursive: true, force: true });
});

async function server(speed: number): Promise<Connected> {
  const connected = await connect({
    args: ['serve', '--sandbox', '--speed', String(speed)],
    home,
    env: { AGENT_SIM_CONFIRM: 'off' },
  });
  open.push(connected);
  return connected;
}

async function firstTest(one: Connected, provider: Vendor): Promise<Record<string, unknown>> {
  const tests = list((await one.call('list_tests', { provider, limit: 1 })).data.tests);
  return { test: text(at(tests[0], 'ref')), ...NEEDED_TO_START[provider] };
}

const sessionsOf = async (one: Connected, provider: string) =>
  list((await one.call('list_sessions', { provider, limit: 50 })).data.sessions).map((session) =>
    text(at(session, 'ref')),
  );

describe.each(VENDORS)('%s', (provider) => {
  it('has the same sessions, tests and agents in the next process, those that were started too', async () => {
    const one = await server(2_000);
    const args = await firstTest(one, provider);
    const started = await one.call('start_simulation', { ...args, key: 'nightly' });
    expect(started.data.outcome, started.text).toBe('started');
    const session = text(started.data.session);
    const waited = await one.call('wait_for_session', { session });
    expect(waited.data.done, waited.text).toBe(true);
    const before = await one.call('get_session', { session });
    const listed = await sessionsOf(one, provider);
    await one.close();

    const two = await server(2_000);
    expect(await firstTest(two, provider)).toEqual(args);
    expect(await sessionsOf(two, provider)).toEqual(listed);
    const after = await two.call('get_session', { session });
    for (const part of ['evaluations', 'failed_runs', 'coverage'])
      expect(after.data[part], part).toEqual(before.data[part]);
    expect(at(at(after.data.session, 'counts'), 'runs')).toBe(at(at(before.data.session, 'counts'), 'runs'));
    const again = await two.call('start_simulation', { ...args, key: 'nightly' });
    expect([again.data.outcome, again.data.session], again.text).toEqual(['already_started', session]);
    expect(await sessionsOf(two, provider)).toEqual(listed);
  });

  it('goes on where a process ended, and is stopped from the next', async () => {
    const one = await server(1);
    const started = await one.call('start_simulation', await firstTest(one, provider));
    const session = text(started.data.session);
    await one.close();

    const two = await server(2_000);
    const three = await server(30);
    const running = await two.call('get_session', { session });
    expect(at(running.data.session, 'status'), running.text).toMatch(/queued|running/);
    const cancelled = await two.call('cancel_session', { session });
    if (provider === 'synthflow') return expect(cancelled.text).toContain('does not support');
    expect(cancelled.isError, cancelled.text).toBe(false);
    const waited = await three.call('wait_for_session', { session, timeout_seconds: 20 });
    expect(waited.data.done, waited.text).toBe(true);
    const stopped = await three.call('get_session', { session });
    return expect(at(stopped.data.session, 'status'), stopped.text).toBe('cancelled');
  });
});

it('what a token confirms in one process starts in the next', async () => {
  const env = { AGENT_SIM_CONFIRM_ABOVE: '2' };
  const one = await connect({ home, env });
  open.push(one);
  const tests = list((await one.call('list_tests', { provider: 'synthflow', kind: 'suite', limit: 1 })).data.tests);
  const args = { test: text(at(tests[0], 'ref')) };
  const asked = await one.call('start_simulation', args);
  expect(asked.data.outcome, asked.text).toBe('confirmation_required');
  await one.close();
  const two = await connect({ home, env });
  open.push(two);
  const started = await two.call('start_simulation', { ...args, confirm: text(asked.data.confirm) });
  expect(started.data.outcome, started.text).toBe('started');
});

it('two processes that start at once each keep theirs, and see the others', async () => {
  const both = await Promise.all([server(2_000), server(2_000)]);
  const [one, two] = both;
  if (!one || !two) throw new Error('no servers');
  const args = await firstTest(one, 'synthflow');
  const starts = await Promise.all(
    both.flatMap((each, which) =>
      [1, 2, 3, 4].map((number) => each.call('start_simulation', { ...args, key: `${which}-${number}` })),
    ),
  );
  const sessions = starts.map(({ data }) => text(data.session)).sort();
  expect(new Set(sessions).size).toBe(8);
  for (const each of both) expect(await sessionsOf(each, 'synthflow')).toEqual(expect.arrayContaining(sessions));
});

describe('a home that cannot be written', () => {
  it.each(['a file', 'nothing'])(
    '(below %s) is read as if it were empty; a start says why it cannot be',
    async (what) => {
      const path = join(home, 'no folder');
      if (what === 'a file') writeFileSync(path, '');
      const unwritable = what === 'a file' ? join(path, 'x') : '/proc/self/nothing';
      const one = await connect({ home: unwritable });
      open.push(one);
      for (const provider of VENDORS) {
        const [session] = await sessionsOf(one, provider);
        const read = await one.call('get_session', { session });
        expect(read.isError, read.text).toBe(false);
        expect((await one.call('get_failure_clusters', { session })).isError).toBe(false);
      }
      const providers = await one.call('list_providers');
      expect(providers.text).toMatch(/playbook file is absent and cannot be made \(E\w+\): .* shipped playbook/);
      const start = await one.call('start_simulation', await firstTest(one, 'synthflow'));
      expect(start.isError).toBe(true);
      expect(start.text).toMatch(/kind local_io/);
      expect(start.text).toContain('AGENT_SIM_HOME');
      expect((await one.call('list_tests')).isError).toBe(false);
    },
  );
});

describe('the playbook', () => {
  it('stands in list_providers and where failures are shown; absent, it is made; edited, the next start follows it', async () => {
    const playbook = join(home, 'of mine', 'playbook.md');
    const one = await connect({
      args: ['serve', '--sandbox', '--speed', '2000'],
      home,
      env: { AGENT_SIM_SANDBOX_PLAYBOOK: playbook },
    });
    open.push(one);
    const providers = await one.call('list_providers');
    expect(providers.data.agent_file).toBe(playbook);
    expect(providers.text).toContain(`the file ${JSON.stringify(playbook)}`);
    expect(existsSync(playbook)).toBe(true);
    rmSync(playbook);

    const { test } = await firstTest(one, 'synthflow');
    const go = async (key: string) => {
      const started = await one.call('start_simulation', { test, key });
      expect(started.isError, started.text).toBe(false);
      const session = text(started.data.session);
      await one.call('wait_for_session', { session });
      return one.call('get_session', { session });
    };
    const before = await go('before');
    expect(existsSync(playbook)).toBe(true);
    expect(before.data.agent_file).toBe(playbook);
    expect(before.text).toMatch(
      /Next: get_run .*agents follow the file ".*of mine.*", which a change of the prompt of one writes/,
    );
    const clusters = await one.call('get_failure_clusters', { session: text(at(before.data.session, 'ref')) });
    expect(clusters.text).toMatch(/Next: get_run .*the sandbox's agents follow the file/);
    writeFileSync(playbook, '# Nothing\n');
    const after = await go('after');
    expect(after.data.evaluations).not.toEqual(before.data.evaluations);
  });
});
