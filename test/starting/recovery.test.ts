import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownProcess } from '../../src/home/process-identity.ts';
import { Problem } from '../../src/model/problem.ts';
import { type Entry, fileName } from '../../src/starting/journal-entry.ts';
import { problemOf } from '../support/problem-of.ts';
import {
  answer,
  auditOf,
  call,
  fakeVendor,
  frozenClock,
  journalOf,
  lost,
  request,
  starterFor,
  steps,
  temporaryHome,
} from './support.ts';

async function setUp(plan: Parameters<typeof fakeVendor>[0] = {}) {
  const home = await temporaryHome();
  const clock = frozenClock();
  return { home, clock, vendor: fakeVendor(plan), starter: starterFor(home, clock) };
}

const http = (status: number | undefined, sent: 'yes' | 'no' | 'unknown') =>
  new Problem('vendor_error', 'It failed.', {
    sent,
    ...(status === undefined ? {} : { vendor: { status, message: 'their words' } }),
  });

describe('an answer that is an error', () => {
  it.each([400, 401, 403, 404, 409, 422, 429])('%i is a no: nothing started, free to try again', async (status) => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(http(status, 'yes'));
    expect(await problemOf(starter.start(vendor.provider, request(), call))).toMatchObject({
      details: { vendor: { status } },
    });
    expect(vendor.looks).toEqual([]);
    expect(await journalOf(home)).toMatchObject([{ state: 'refused', problem: { kind: 'vendor_error', status } }]);
    expect(JSON.stringify(await journalOf(home))).not.toContain('their words');
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'started' });
  });

  it('that certainly never left is failed, and free to try again', async () => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(lost({ sent: 'no' }));
    expect((await problemOf(starter.start(vendor.provider, request(), call))).details.sent).toBe('no');
    expect(await journalOf(home)).toMatchObject([{ state: 'failed' }]);
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'started' });
  });

  it.each<[string, Error]>([
    ['a lost connection', lost()],
    ['a timeout', new Problem('timeout', 'Too late.', { sent: 'unknown' })],
    ['a cancelled call', new Problem('cancelled', 'Gone.', { sent: 'unknown' })],
    ['a problem that does not say', new Problem('vendor_error', 'Hm.')],
    ['an unreadable yes', new Problem('unreadable', 'HTML.', { sent: 'yes', vendor: { status: 200 } })],
    ['an answer without a status', http(undefined, 'yes')],
    ['408', http(408, 'yes')],
    ['500', http(500, 'yes')],
    ['502', http(502, 'yes')],
    ['504', http(504, 'yes')],
    ['a bug', new TypeError('x is undefined')],
  ])('%s is looked up, never sent again', async (_, error) => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(error);
    const first = await answer(starter.start(vendor.provider, request(), call));
    expect(first).toMatchObject({ outcome: 'unknown', plan: { steps: [{ state: 'unknown' }] } });
    expect(first.problem).toMatchObject({ kind: expect.any(String), message: expect.any(String) });
    expect(vendor.looks).toHaveLength(3);
    expect(await journalOf(home)).toMatchObject([{ state: 'unknown', lookup: 'nothing' }]);
    const again = await answer(starter.start(vendor.provider, request(), call));
    expect(again).toMatchObject({ outcome: 'unknown' });
    expect(vendor.sent).toHaveLength(1);
  });
});

describe('looking up', () => {
  it('is found when the vendor proves it, as soon as it does', async () => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(lost());
    vendor.find = async () => (vendor.looks.length < 2 ? [] : [{ receipt: { session: ['x'] }, certain: true }]);
    const result = await answer(starter.start(vendor.provider, request(), call));
    expect(result).toMatchObject({ outcome: 'started', session: 'acme/session/x' });
    expect(result.message).toContain('found by looking');
    expect(result.problem).toBeUndefined();
    expect(vendor.looks).toHaveLength(2);
    const [entry] = await journalOf(home);
    expect(entry).toMatchObject({ state: 'found', certain: true, receipt: { session: ['x'] } });
    expect(vendor.looks[0]?.step.correlation_id).toBe(entry?.id);
    expect(await auditOf(home)).toMatchObject([{ outcome: 'found', session: 'acme/session/x' }]);
  });

  it('looks in a window around the claim that allows for the vendor’s clock', async () => {
    const { clock, vendor, starter } = await setUp();
    const claimed = clock.now();
    vendor.answers.push(lost());
    await starter.start(vendor.provider, request(), call);
    const [first] = vendor.looks;
    expect(first?.since.getTime()).toBe(claimed - 60_000);
    expect(first?.until.getTime()).toBe(claimed + 500 + 60_000);
  });

  it('takes the one session that fits, and says that it is not proven', async () => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(lost());
    vendor.find = async () => [{ receipt: { session: ['x'] }, certain: false }];
    const result = await answer(starter.start(vendor.provider, request(), call));
    expect(result).toMatchObject({ outcome: 'started', session: 'acme/session/x' });
    expect(result.message).toContain('nothing proves');
    expect(vendor.looks).toHaveLength(3);
    expect(await journalOf(home)).toMatchObject([{ state: 'found', certain: false }]);
  });

  it('does not choose between several, but names them', async () => {
    const { vendor, starter } = await setUp();
    vendor.answers.push(lost());
    vendor.find = async () => ['x', 'y'].map((id) => ({ receipt: { session: [id] }, certain: false }));
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({
      outcome: 'unknown',
      candidates: ['acme/session/x', 'acme/session/y'],
    });
  });

  it('leaves out sessions of other starts', async () => {
    const { vendor, starter } = await setUp();
    await starter.start(vendor.provider, request({ key: 'a' }), call);
    vendor.answers.push(lost());
    vendor.find = async () => ['session-1', 'mine'].map((id) => ({ receipt: { session: [id] }, certain: false }));
    expect(await answer(starter.start(vendor.provider, request({ key: 'b' }), call))).toMatchObject({
      outcome: 'started',
      session: 'acme/session/mine',
    });
  });

  it('does not take the one session that as well fits another start without an answer, until that one is known', async () => {
    const { clock, home, vendor, starter } = await setUp();
    const fitting = async () => [{ receipt: { session: ['x'] }, certain: false }];
    vendor.answers.push(lost(), lost());
    await starter.start(vendor.provider, request({ key: 'a' }), call);
    vendor.find = fitting;
    expect(await answer(starter.start(vendor.provider, request({ key: 'b' }), call))).toMatchObject({
      outcome: 'unknown',
      candidates: ['acme/session/x'],
    });
    expect((await journalOf(home)).map(({ lookup }) => lookup).sort()).toEqual(['nothing', 'several']);
    const [first] = (await journalOf(home)).filter(({ lookup }) => lookup === 'nothing');
    vendor.find = async ({ correlation_id }) =>
      correlation_id === first?.id ? [{ receipt: { session: ['y'] }, certain: true }] : fitting();
    clock.advance(60_000);
    await starter.reconcile(vendor.provider);
    expect((await journalOf(home)).map(({ state, receipt }) => `${state} ${receipt?.session}`).sort()).toEqual([
      'found x',
      'found y',
    ]);
  });

  it('takes no session of which it cannot be told whether it fits another start without an answer', async () => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(lost(), lost());
    await starter.start(vendor.provider, request({ key: 'a' }), call);
    const [first] = await journalOf(home);
    vendor.find = async ({ correlation_id }) => {
      if (correlation_id === first?.id) throw lost();
      return [{ receipt: { session: ['x'] }, certain: false }];
    };
    expect(await answer(starter.start(vendor.provider, request({ key: 'b' }), call))).toMatchObject({
      outcome: 'unknown',
      candidates: ['acme/session/x'],
    });
  });

  it('takes the one session that fits where it fits no other start without an answer', async () => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push(lost(), lost());
    await starter.start(vendor.provider, request({ key: 'a' }), call);
    const [first] = await journalOf(home);
    vendor.find = async ({ correlation_id }) =>
      correlation_id === first?.id ? [] : [{ receipt: { session: ['x'] }, certain: false }];
    expect(await answer(starter.start(vendor.provider, request({ key: 'b' }), call))).toMatchObject({
      outcome: 'started',
      session: 'acme/session/x',
    });
  });

  it.each([
    ['found by time', async () => [{ receipt: { session: ['x'] }, certain: false }]],
    ['not found', async () => []],
  ])(
    'says what a platform without marks can prove of a start that is %s, then and when it is asked for again',
    async (_, find) => {
      const { vendor, starter } = await setUp();
      vendor.find = find;
      vendor.answers.push(lost(), lost());
      const { provider } = vendor;
      const without = { ...provider, start: provider.start && { ...provider.start, marked: false } };
      const twice = async (of: typeof provider, key: string) =>
        [await starter.start(of, request({ key }), call), await starter.start(of, request({ key }), call)].map((one) =>
          'message' in one ? one.message : '',
        );
      for (const message of await twice(without, 'a')) expect(message).toContain('Acme takes no mark with a start');
      for (const message of await twice(provider, 'b')) expect(message).not.toContain('mark');
    },
  );

  it('keeps what an earlier look saw when a later one fails', async () => {
    const { vendor, starter } = await setUp();
    vendor.answers.push(lost());
    vendor.find = async () => {
      if (vendor.looks.length > 1) throw lost();
      return [{ receipt: { session: ['x'] }, certain: false }];
    };
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({
      outcome: 'started',
      session: 'acme/session/x',
    });
  });

  it('that failed each time blocks an equal start until somebody could look', async () => {
    const { home, clock, vendor, starter } = await setUp();
    vendor.answers.push(lost());
    vendor.find = async () => {
      throw lost();
    };
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'unknown' });
    clock.advance(3_600_000);
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'unknown' });
    expect(await journalOf(home)).toMatchObject([{ lookup: 'failed' }]);
    vendor.find = async () => [{ receipt: { session: ['x'] }, certain: true }];
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({
      outcome: 'already_started',
      session: 'acme/session/x',
    });
    expect(vendor.sent).toHaveLength(1);
  });

  it('finds the name that a yes did not give', async () => {
    const { home, vendor, starter } = await setUp();
    vendor.answers.push({});
    vendor.find = async () => [{ receipt: { session: ['x'] }, certain: false }];
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({
      outcome: 'started',
      session: 'acme/session/x',
    });
    expect(await journalOf(home)).toMatchObject([{ state: 'started', receipt: { session: ['x'] } }]);
    vendor.answers.push({});
    vendor.find = async () => [];
    const nameless = await answer(starter.start(vendor.provider, request({ key: 'k' }), call));
    expect(nameless).toMatchObject({ outcome: 'started', plan: { steps: [{ state: 'started' }] } });
    expect(nameless.message).toContain('did not name');
  });
});

describe('a plan that stops half-way', () => {
  it('tells what was started and why the rest was not; the same call starts only the rest', async () => {
    const { vendor, starter } = await setUp(steps(5));
    vendor.answers.push({ session: ['a'] }, { session: ['b'] }, http(429, 'yes'));
    const first = await answer(starter.start(vendor.provider, request(), call));
    expect(first).toMatchObject({
      outcome: 'partly_started',
      sessions: ['acme/session/a', 'acme/session/b'],
      problem: { kind: 'vendor_error', message: 'It failed.' },
    });
    expect(first.message).toContain('2 of 5 steps');
    expect(first.plan.steps.map(({ state }) => state)).toEqual(['started', 'started', 'refused', undefined, undefined]);
    const second = await answer(starter.start(vendor.provider, request(), call));
    expect(second).toMatchObject({ outcome: 'started' });
    expect(second.sessions).toHaveLength(5);
    expect(vendor.sent.map(({ step }) => step.label.at(-1))).toEqual(['1', '2', '3', '3', '4', '5']);
    expect(vendor.sent.at(-1)?.earlier).toHaveLength(4);
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'already_started' });
  });

  it('sends nothing more after an answer that stays unknown, then or later', async () => {
    const { clock, vendor, starter } = await setUp(steps(3));
    vendor.answers.push({ session: ['a'] }, lost());
    const first = await answer(starter.start(vendor.provider, request({ key: 'k' }), call));
    expect(first).toMatchObject({ outcome: 'unknown', session: 'acme/session/a' });
    clock.advance(86_400_000);
    expect(await answer(starter.start(vendor.provider, request({ key: 'k' }), call))).toMatchObject({
      outcome: 'unknown',
    });
    expect(vendor.sent).toHaveLength(2);
  });

  it('goes on after an answer that was found', async () => {
    const { vendor, starter } = await setUp(steps(3));
    vendor.answers.push(lost());
    vendor.find = async () => [{ receipt: { session: ['a'] }, certain: true }];
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'started' });
    expect(vendor.sent).toHaveLength(3);
  });

  it('stops when the client goes away', async () => {
    const { vendor, starter } = await setUp(steps(3));
    const controller = new AbortController();
    vendor.answers.push(async () => {
      controller.abort();
      return { session: ['a'] };
    });
    const result = await answer(starter.start(vendor.provider, request(), { signal: controller.signal }));
    expect(result).toMatchObject({
      outcome: 'partly_started',
      session: 'acme/session/a',
      problem: { kind: 'cancelled' },
    });
    expect(vendor.sent).toHaveLength(1);
  });

  it('keeps what was started when the disk fills up in between', async () => {
    const { home, vendor, starter } = await setUp(steps(2));
    vendor.answers.push(async () => {
      await rm(join(home, 'starts'), { recursive: true });
      await writeFile(join(home, 'starts'), 'in the way');
      return { session: ['a'] };
    });
    const result = await answer(starter.start(vendor.provider, request(), call));
    expect(result).toMatchObject({
      outcome: 'partly_started',
      session: 'acme/session/a',
      problem: { kind: 'local_io' },
    });
    expect(vendor.sent).toHaveLength(1);
    await rm(join(home, 'starts'));
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({
      outcome: 'started',
      session: 'acme/session/a,acme/session/session-2',
    });
    expect(vendor.sent.map(({ step }) => step.label)).toEqual(['repetition 1', 'repetition 2']);
  });
});

describe('claims of processes that were killed', () => {
  /** Turns the one claim of the journal into one that a dead process left open. */
  async function orphan(home: string, change: Partial<Entry> = {}) {
    const [entry] = await journalOf(home);
    if (!entry) throw new Error('no claim');
    const { settled_at: _s, receipt: _r, ...rest } = entry;
    const left = { ...rest, state: 'open', process: { ...ownProcess(), pid: 2 ** 22 + 1 }, ...change };
    await writeFile(join(home, 'starts', fileName(entry)), JSON.stringify(left));
  }

  it('are found by the next equal start, which sends nothing', async () => {
    const { home, clock, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request(), call);
    await orphan(home);
    clock.advance(3_600_000);
    vendor.find = async () => [{ receipt: { session: ['mine'] }, certain: true }];
    const result = await answer(starterFor(home, clock).start(vendor.provider, request(), call));
    expect(result).toMatchObject({ outcome: 'already_started', session: 'acme/session/mine' });
    expect(vendor.sent).toHaveLength(1);
  });

  it('or are unknown, and nothing is sent either', async () => {
    const { home, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request(), call);
    await orphan(home);
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'unknown' });
    expect(vendor.sent).toHaveLength(1);
  });

  it('are taken care of by reconcile, for one provider at one host', async () => {
    const { home, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request(), call);
    await orphan(home);
    vendor.find = async () => [{ receipt: { session: ['mine'] }, certain: true }];
    expect(await starter.reconcile({ ...vendor.provider, host: 'eu.acme.test' })).toEqual([]);
    expect(await starter.reconcile({ ...vendor.provider, sandbox: true })).toEqual([]);
    expect(await starter.reconcile(vendor.provider)).toMatchObject([
      { test: 'acme/suite/s1', state: 'found', session: 'acme/session/mine' },
    ]);
    expect(await starter.reconcile(vendor.provider)).toEqual([]);
    expect(await auditOf(home)).toMatchObject([{ outcome: 'started' }, { outcome: 'found' }]);
  });

  it('that stay unknown are looked at again for an hour, and settled once', async () => {
    const { home, clock, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request(), call);
    await orphan(home);
    expect(await starter.reconcile(vendor.provider)).toMatchObject([{ state: 'unknown' }]);
    const [before] = await journalOf(home);
    clock.advance(60_000);
    expect(await starter.reconcile(vendor.provider)).toMatchObject([{ state: 'unknown' }]);
    expect(await journalOf(home)).toEqual([before]);
    expect(await auditOf(home)).toHaveLength(2);
    clock.advance(3_600_000);
    expect(await starter.reconcile(vendor.provider)).toEqual([]);
  });

  it('on machines that cannot be seen are left alone for five minutes', async () => {
    const { home, clock, vendor, starter } = await setUp();
    await starter.start(vendor.provider, request(), call);
    await orphan(home, { process: { pid: 1, host: 'elsewhere' } });
    expect(await starter.reconcile(vendor.provider)).toEqual([]);
    const result = await answer(starter.start(vendor.provider, request(), call));
    expect(result).toMatchObject({ outcome: 'already_started' });
    expect(result.message).toContain('under way');
    clock.advance(300_001);
    expect(await starter.reconcile(vendor.provider)).toMatchObject([{ state: 'unknown' }]);
    expect(vendor.sent).toHaveLength(1);
  });
});
