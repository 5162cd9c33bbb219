/** The sandbox over several processes of one home: what one started, the next reads, follows, stops and does not start again. */
import { mkdtempSync, rmSync } from 'node:fs';
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
  const connected = await connect({ args: ['serve', '--sandbox', '--speed', String(speed)], home });
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
