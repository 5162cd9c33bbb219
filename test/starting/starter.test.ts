import { link, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/model/problem.ts';
import type { Session } from '../../src/model/schemas.ts';
import { emptyCounts } from '../../src/model/verdicts.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { problemOf } from '../support/problem-of.ts';
import { until } from '../support/waiting.ts';
import {
  answer,
  auditOf,
  call,
  fakeVendor,
  frozenClock,
  journalOf,
  request,
  starterFor,
  steps,
  temporaryHome,
} from './support.ts';

async function setUp(options: Parameters<typeof starterFor>[2] = {}, plan: Parameters<typeof fakeVendor>[0] = {}) {
  const home = await temporaryHome();
  const clock = frozenClock();
  return { home, clock, vendor: fakeVendor(plan), starter: starterFor(home, clock, options) };
}

describe('start', () => {
  it('keeps no value of what is passed through to the conversation, and still tells equal starts', async () => {
    const variables = { pin: '4711-secret', nested: { name: 'Ada Secret' } };
    const provider_options = { region: { token: 'option-secret' } };
    const body = { case: 'c1', variables, region: { token: 'option-secret' } };
    const plan = { steps: [{ label: 'case "One"', runs: 2, body }] };
    const { home, vendor, starter } = await setUp({}, plan);
    const args = request({ variables, provider_options });
    await answer(starter.start(vendor.provider, args, call));
    expect(vendor.sent[0]?.step.body).toEqual(body);
    const [entry] = await journalOf(home);
    expect(entry?.body).toMatchObject({ case: 'c1', variables: { pin: expect.stringMatching(/^hidden:/) } });
    expect(JSON.stringify(entry)).not.toMatch(/secret/i);
    expect(await answer(starter.start(vendor.provider, args, call))).toMatchObject({ outcome: 'already_started' });
    expect(vendor.sent).toHaveLength(1);
  });

  it('claims, sends, settles and tells', async () => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(async () => {
      const [entry] = await journalOf(home);
      expect(entry).toMatchObject({ state: 'open', body: { suite: 's1' }, runs: 2 });
      return { session: ['one', 'two'], run: ['r1'] };
    });
    const result = await answer(starter.start(vendor.provider, request(), call));
    expect(result).toEqual({
      outcome: 'started',
      session: 'acme/session/one~two',
      run: 'acme/run/r1',
      plan: {
        runs: 2,
        test: 'acme/suite/s1',
        test_name: 'Bookings',
        agent: 'Receptionist',
        steps: [
          { label: 'suite "Bookings"', runs: 2, state: 'started', session: 'acme/session/one~two', run: 'acme/run/r1' },
        ],
        steps_omitted: 0,
        notes: ['Each run is billed.'],
      },
      sessions_omitted: 0,
      message: 'Started.',
      next: ['wait_for_session session=acme/session/one~two follows it'],
    });
    const [entry] = await journalOf(home);
    expect(entry).toMatchObject({
      state: 'started',
      receipt: { session: ['one', 'two'] },
      provider: 'acme',
      host: 'api.acme.test',
    });
    expect(vendor.sent).toEqual([{ step: { ...vendor.plan.steps[0], correlation_id: entry?.id }, earlier: [] }]);
  });

  it('leaves a line without content in the audit file', async () => {
    const { home, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request({ key: 'secret-name', variables: { name: 'Ann' } }), call);
    const text = await readFile(join(home, 'audit.jsonl'), 'utf8');
    expect(await auditOf(home)).toMatchObject([
      {
        what: 'start',
        provider: 'acme',
        runs: 2,
        outcome: 'started',
        subject: 'acme/suite/s1',
        session: 'acme/session/session-1',
      },
    ]);
    for (const content of ['secret-name', 'Ann', 'Bookings']) expect(text).not.toContain(content);
  });

  it('hands each step the receipts of those before it', async () => {
    const { vendor, starter } = await setUp({}, steps(3));
    vendor.answers.push({ session: ['s'], run: ['a'] }, { session: ['s'], run: ['b'] }, { session: ['s'], run: ['c'] });
    const result = await answer(starter.start(vendor.provider, request(), call));
    expect(vendor.sent.map(({ earlier }) => earlier.map(({ run }) => run?.[0]))).toEqual([[], ['a'], ['a', 'b']]);
    expect(result).toMatchObject({ outcome: 'started', session: 'acme/session/s' });
    expect(result.sessions).toBeUndefined();
    expect(result.run).toBeUndefined();
  });

  it('names every session of several', async () => {
    const { vendor, starter } = await setUp({}, steps(2));
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({
      session: 'acme/session/session-1,acme/session/session-2',
      sessions: ['acme/session/session-1', 'acme/session/session-2'],
    });
  });
});

describe('what is refused before anything is planned or sent', () => {
  it.each([
    [
      'an argument the vendor has not',
      request({ persona: 'p', max_turns: 3 }),
      'invalid_input',
      '"persona", "max_turns"',
    ],
    ['an option it has not', request({ provider_options: { colour: 1 } }), 'invalid_input', 'provider_options.colour'],
    [
      'an option whose name hides something',
      request({ provider_options: { 'a\u202eb': 1 } }),
      'invalid_input',
      'provider_options.a\\u202eb',
    ],
    ['a repeat of zero', request({ repeat: 0 }), 'invalid_input', 'repeat'],
    ['half a repeat', request({ repeat: 1.5 }), 'invalid_input', 'repeat'],
    ['an empty key', request({ key: ' ' }), 'invalid_input', 'key'],
    ['an endless key', request({ key: 'k'.repeat(201) }), 'invalid_input', 'key'],
  ])('%s', async (_, args, kind, words) => {
    const { vendor, starter } = await setUp();
    const refused = await problemOf(starter.start(vendor.provider, args, call));
    expect(refused).toMatchObject({ kind, details: { sent: 'no' } });
    expect(refused.message).toContain(words);
    expect(vendor.sent).toEqual([]);
  });

  it('names what the vendor takes instead', async () => {
    const { vendor, starter } = await setUp();
    const refused = await problemOf(starter.start(vendor.provider, request({ persona: 'p' }), call));
    expect(refused.details.next).toContain('agent, metrics, variables, repeat');
  });

  it('a vendor that cannot start, and an empty plan', async () => {
    const { vendor, starter } = await setUp({}, { steps: [], runs: 0 });
    expect(await problemOf(starter.start(vendor.provider, request(), call))).toMatchObject({
      kind: 'refused',
      details: { reason: 'empty_plan' },
    });
    const { start: _, ...without } = vendor.provider;
    expect((await problemOf(starter.start(without, request(), call))).kind).toBe('unsupported');
  });

  it.each([Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY])('a plan that counts %s runs', async (runs) => {
    const { vendor, starter } = await setUp({}, { runs });
    expect((await problemOf(starter.start(vendor.provider, request(), call))).kind).toBe('internal');
  });

  it('a call that was cancelled while it was planned', async () => {
    const { home, vendor, starter } = await setUp();
    const cancelled = { signal: AbortSignal.abort() };
    expect(await problemOf(starter.start(vendor.provider, request(), cancelled))).toMatchObject({
      kind: 'cancelled',
      details: { sent: 'no' },
    });
    expect(vendor.sent).toEqual([]);
    expect(await auditOf(home)).toEqual([]);
  });
});

describe('caps', () => {
  it('per start: no argument raises it, and a dry run says so too', async () => {
    const { vendor, starter } = await setUp({ maxRunsPerStart: 5, confirmAbove: 100 }, steps(3));
    for (const more of [{}, { dry_run: true }, { confirm: 'x' }, { key: 'k' }])
      expect(await problemOf(starter.start(vendor.provider, request(more), call))).toMatchObject({
        kind: 'refused',
        details: { reason: 'cap_per_start' },
      });
    expect(vendor.sent).toEqual([]);
  });

  it('takes the larger of what a plan says and what its steps add up to', async () => {
    const { vendor, starter } = await setUp({ maxRunsPerStart: 5 }, { ...steps(3), runs: 1 });
    expect((await problemOf(starter.start(vendor.provider, request(), call))).details.reason).toBe('cap_per_start');
  });

  it('per day, over all starts of the home, until 24 hours have passed', async () => {
    const { home, clock, vendor, starter } = await setUp({ maxRunsPerDay: 4 });
    await starter.start(vendor.provider, request({ key: 'a' }), call);
    const other = starterFor(home, clock, { maxRunsPerDay: 4 });
    await other.start(vendor.provider, request({ key: 'b' }), call);
    const refused = await problemOf(starter.start(vendor.provider, request({ key: 'c' }), call));
    expect(refused).toMatchObject({ kind: 'refused', details: { reason: 'cap_per_day', sent: 'no' } });
    expect(refused.message).toContain('4 runs were started');
    clock.advance(86_400_000);
    expect(await answer(starter.start(vendor.provider, request({ key: 'c' }), call))).toMatchObject({
      outcome: 'started',
    });
  });

  it('hold when many start at once', async () => {
    const { vendor, starter } = await setUp({ maxRunsPerDay: 6 });
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => starter.start(vendor.provider, request({ key: `k${n}` }), call)),
    );
    expect(vendor.sent.length).toBeLessThanOrEqual(3);
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(vendor.sent.length);
  });

  it('do not count what was refused, nor the sandbox for the real platforms', async () => {
    const { vendor, starter } = await setUp({ maxRunsPerDay: 2 });
    const sandbox = { ...vendor.provider, sandbox: true };
    await starter.start(sandbox, request(), call);
    vendor.answers.push(new Problem('vendor_error', 'No.', { sent: 'yes', vendor: { status: 400 } }));
    await problemOf(starter.start(vendor.provider, request(), call));
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'started' });
  });
});

describe('equal starts without a key', () => {
  it('within a minute: already started, with the session and the way to start another', async () => {
    const { home, clock, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request({ variables: { a: 1, b: 2 } }), call);
    clock.advance(59_000);
    const again = await answer(
      starterFor(home, clock).start(vendor.provider, request({ variables: { b: 2, a: 1 } }), call),
    );
    expect(again).toMatchObject({ outcome: 'already_started', session: 'acme/session/session-1' });
    expect(again.next).toEqual([
      'wait_for_session session=acme/session/session-1 follows it',
      'start_simulation test=acme/suite/s1 variables={"b":2,"a":1} key=again-1 really starts another',
    ]);
    expect(vendor.sent).toHaveLength(1);
    clock.advance(1_000);
    expect(await answer(starter.start(vendor.provider, request({ variables: { a: 1, b: 2 } }), call))).toMatchObject({
      outcome: 'started',
      session: 'acme/session/session-2',
    });
  });

  it('different arguments, providers and keys are different starts', async () => {
    const { vendor, starter } = await setUp();
    for (const args of [request(), request({ variables: { a: 1 } }), request({ key: 'a' }), request({ key: 'b' })])
      expect(await answer(starter.start(vendor.provider, args, call))).toMatchObject({ outcome: 'started' });
    await starter.start({ ...vendor.provider, host: 'eu.acme.test' }, request(), call);
    expect(vendor.sent).toHaveLength(5);
  });

  it('at the same moment: sent once, and the others get its session', async () => {
    const { vendor, starter } = await setUp();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    vendor.answers.push(async () => {
      await held;
      return { session: ['x'] };
    });
    const all = Array.from({ length: 8 }, () => answer(starter.start(vendor.provider, request(), call)));
    await until('one is sent', () => vendor.sent.length > 0);
    release();
    const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'started')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'already_started')).toHaveLength(7);
    expect(vendor.sent).toHaveLength(1);
  });

  it.each([-26, -1, -61 / 3600, 61 / 3600, 1, 26, 24 * 365])(
    'a clock set by %d hours does not start it again',
    async (hours) => {
      const { home, clock, vendor, starter } = await setUp();
      await starter.start(vendor.provider, request(), call);
      clock.set(hours * 3_600_000);
      // By this process and by another one of the same home.
      for (const one of [starter, starterFor(home, clock)])
        expect(await answer(one.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'already_started' });
      expect(vendor.sent).toHaveLength(1);
    },
  );

  describe('that still run at the platform', () => {
    const running = async (get: NonNullable<Provider['sessions']>['get']) => {
      const { clock, vendor, starter } = await setUp();
      const sessions = { get, list: async () => none, open: () => Promise.reject(new Error('not opened')) };
      const provider: Provider = { ...vendor.provider, sessions };
      await starter.start(provider, request(), call);
      clock.advance(3_600_000);
      return { vendor, start: (more: object = {}) => starter.start(provider, request(more), call) };
    };
    const none = { items: [], coverage: { complete: true, read: 0 } };
    const session = (status: Session['status']): Session => ({
      ref: 'acme/session/session-1',
      provider: 'acme',
      status,
      counts: emptyCounts(),
    });

    it('are already started, an hour later too; with a new key another one starts', async () => {
      const { vendor, start } = await running(async () => session('running'));
      expect(await answer(start())).toMatchObject({ outcome: 'already_started', session: 'acme/session/session-1' });
      expect(vendor.sent).toHaveLength(1);
      expect(await answer(start({ key: 'another' }))).toMatchObject({ outcome: 'started' });
      expect(vendor.sent).toHaveLength(2);
    });

    it('start again once they have ended, or are not there any more', async () => {
      for (const get of [
        async () => session('completed'),
        () => Promise.reject(new Problem('not_found', 'Acme does not know that session.')),
      ]) {
        const { vendor, start } = await running(get);
        expect(await answer(start())).toMatchObject({ outcome: 'started' });
        expect(vendor.sent).toHaveLength(2);
      }
    });

    it('are not started again where it cannot be read whether they run', async () => {
      const { vendor, start } = await running(() => Promise.reject(new Problem('timeout', 'Acme did not answer.')));
      const problem = await problemOf(start());
      expect(problem).toMatchObject({ kind: 'timeout', details: { sent: 'no' } });
      expect(problem.message).toBe('Whether an equal start still runs could not be read: Acme did not answer.');
      expect(vendor.sent).toHaveLength(1);
    });
  });

  it('a damaged claim is not fatal, and not an excuse to send again', async () => {
    const { home, clock, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request(), call);
    const [file = ''] = await readdir(join(home, 'starts'));
    await writeFile(join(home, 'starts', file), '{"half');
    clock.advance(10_000);
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'unknown' });
    clock.advance(120_000);
    // What it started is not known: it counts as a full start within this hour.
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({
      outcome: 'confirmation_required',
    });
    clock.advance(3_600_000);
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'started' });
  });
});

describe('keys', () => {
  it('never start twice, ever', async () => {
    const { clock, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request({ key: 'nightly' }), call);
    clock.advance(20 * 86_400_000);
    for (const key of ['nightly', ' nightly '])
      expect(await answer(starter.start(vendor.provider, request({ key }), call))).toMatchObject({
        outcome: 'already_started',
        session: 'acme/session/session-1',
      });
    expect(vendor.sent).toHaveLength(1);
  });

  it('not even when the journal has forgotten what they started', async () => {
    const { home, clock, vendor, starter } = await setUp({}, steps(2));
    await starter.start(vendor.provider, request({ key: 'nightly' }), call);
    clock.advance(31 * 86_400_000);
    await starter.start(vendor.provider, request({ key: 'other' }), call);
    expect((await journalOf(home)).map(({ key }) => key)).toEqual(['other', 'other']);
    expect(await answer(starter.start(vendor.provider, request({ key: 'nightly' }), call))).toMatchObject({
      outcome: 'already_started',
      session: 'acme/session/session-1,acme/session/session-2',
      sessions: ['acme/session/session-1', 'acme/session/session-2'],
    });
    expect(vendor.sent).toHaveLength(4);
  });

  it('refuse other arguments, and are keys of their test: for another one it is another start', async () => {
    const { vendor, starter } = await setUp();
    await starter.start(vendor.provider, request({ key: 'nightly' }), call);
    expect(
      await problemOf(starter.start(vendor.provider, request({ key: 'nightly', agent: 'b' }), call)),
    ).toMatchObject({ kind: 'refused', details: { reason: 'key_mismatch', sent: 'no' } });
    expect(vendor.sent).toHaveLength(1);
    const other = fakeVendor({}, 'other');
    const another = request({ key: 'nightly', tests: [{ kind: 'suite', ids: ['s2'] }] });
    for (const start of [
      starter.start(vendor.provider, another, call),
      starter.start(other.provider, request({ key: 'nightly' }), call),
    ])
      expect(await answer(start)).toMatchObject({ outcome: 'started' });
    expect(await answer(starter.start(vendor.provider, another, call))).toMatchObject({ outcome: 'already_started' });
    expect([vendor.sent.length, other.sent.length]).toEqual([2, 1]);
  });

  it('are bound for good by the first of two racing starts', async () => {
    const { vendor, starter } = await setUp();
    const results = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((agent) => starter.start(vendor.provider, request({ key: 'nightly', agent }), call)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(vendor.sent).toHaveLength(1);
  });

  it('stay usable while nothing was started with them', async () => {
    const { clock, vendor, starter } = await setUp();
    const args = request({ key: 'nightly' });
    vendor.answers.push(
      new Problem('network', 'Refused.', { sent: 'no' }),
      new Problem('payment_required', 'Pay first.', { sent: 'yes', vendor: { status: 402 } }),
    );
    expect((await problemOf(starter.start(vendor.provider, args, call))).kind).toBe('network');
    expect((await problemOf(starter.start(vendor.provider, args, call))).kind).toBe('payment_required');
    clock.advance(86_400_000);
    expect(await answer(starter.start(vendor.provider, args, call))).toMatchObject({ outcome: 'started' });
    expect(await answer(starter.start(vendor.provider, args, call))).toMatchObject({ outcome: 'already_started' });
    expect(vendor.sent).toHaveLength(3);
  });

  it('start once when another call tries the same step between our decision and our claim', async () => {
    const { home, clock, vendor, starter } = await setUp();
    const args = request({ key: 'nightly' });
    vendor.answers.push(new Problem('network', 'Refused.', { sent: 'no' }));
    await problemOf(starter.start(vendor.provider, args, call));
    const slow = starterFor(home, clock, {
      link: async (existing, created) => {
        // Binding the key comes after the decision and before the claim.
        if (created.includes('keys')) await starter.start(vendor.provider, args, call);
        await link(existing, created);
      },
    });
    expect(await answer(slow.start(vendor.provider, args, call))).toMatchObject({
      outcome: 'already_started',
      session: 'acme/session/session-2',
    });
    expect(vendor.sent).toHaveLength(2);
  });

  it('refuse when their record cannot be read', async () => {
    const { home, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request({ key: 'nightly' }), call);
    const [file = ''] = await readdir(join(home, 'keys'));
    await writeFile(join(home, 'keys', file), 'garbage');
    expect(await problemOf(starter.start(vendor.provider, request({ key: 'nightly' }), call))).toMatchObject({
      kind: 'refused',
      details: { reason: 'key_unreadable' },
    });
  });
});

describe('a home that cannot be used', () => {
  it('refuses before anything is sent', async () => {
    const home = await temporaryHome();
    await writeFile(join(home, 'file'), '');
    const vendor = fakeVendor();
    const starter = starterFor(join(home, 'file', 'home'), frozenClock(), { confirmAbove: 1 });
    for (const more of [{}, { key: 'k' }, { dry_run: true }])
      expect(await problemOf(starter.start(vendor.provider, request(more), call))).toMatchObject({
        kind: 'local_io',
        details: { sent: 'no' },
      });
    expect(vendor.sent).toEqual([]);
  });

  it('refuses when only the claim cannot be written', async () => {
    const { vendor, starter } = await setUp({
      link: async () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
    });
    expect(await problemOf(starter.start(vendor.provider, request(), call))).toMatchObject({
      kind: 'local_io',
      details: { sent: 'no' },
    });
    expect(vendor.sent).toEqual([]);
  });

  it('works without hard links', async () => {
    const { vendor, starter } = await setUp({
      link: async () => {
        throw Object.assign(new Error('no links'), { code: 'EPERM' });
      },
    });
    const all = await Promise.all(
      Array.from({ length: 6 }, () => answer(starter.start(vendor.provider, request({ key: 'k' }), call))),
    );
    expect(all.filter(({ outcome }) => outcome === 'started')).toHaveLength(1);
    expect(vendor.sent).toHaveLength(1);
  });
});
