/** Several tests under one plan, one yes and one cap; each has its own claims, key and outcome. */
import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/model/problem.ts';
import type { StartRequest } from '../../src/providers/provider.ts';
import { problemOf } from '../support/problem-of.ts';
import {
  answer,
  call,
  fakeVendor,
  frozenClock,
  journalOf,
  question,
  request,
  starterFor,
  temporaryHome,
} from './support.ts';

const tests = (...ids: string[]) => ids.map((id): StartRequest['test'] => ({ kind: 'case', ids: [id] }));

/** A vendor whose plan is of the test that is asked for: so many runs each. */
async function setUp(runs = 2, options: Parameters<typeof starterFor>[2] = {}) {
  const home = await temporaryHome();
  const clock = frozenClock();
  const vendor = fakeVendor();
  const { start } = vendor.provider;
  if (!start) throw new Error('no start');
  const provider = {
    ...vendor.provider,
    start: {
      ...start,
      plan: async ({ test }: StartRequest) => ({
        runs,
        steps: [{ label: `case ${test.ids[0]}`, runs, body: { case: test.ids[0] } }],
        test_name: `Case ${test.ids[0]}`,
        notes: ['Each run is billed.'],
      }),
    },
  };
  return { home, clock, vendor, provider, starter: starterFor(home, clock, options) };
}

describe('several tests in one start', () => {
  it('are sent in order, each under a claim of its own, and answer one list of sessions', async () => {
    const { home, vendor, provider, starter } = await setUp();
    const result = await answer(starter.start(provider, request({ tests: tests('a', 'b', 'c') }), call));
    expect(result).toMatchObject({
      outcome: 'started',
      session: 'acme/session/session-1,acme/session/session-2,acme/session/session-3',
      sessions: ['acme/session/session-1', 'acme/session/session-2', 'acme/session/session-3'],
      tests: [
        { test: 'acme/case/a', name: 'Case a', outcome: 'started', session: 'acme/session/session-1' },
        { test: 'acme/case/b', name: 'Case b', outcome: 'started', session: 'acme/session/session-2' },
        { test: 'acme/case/c', name: 'Case c', outcome: 'started', session: 'acme/session/session-3' },
      ],
      plan: {
        runs: 6,
        steps: [{ label: 'case a' }, { label: 'case b' }, { label: 'case c' }],
        notes: ['Each run is billed.'],
      },
      message: 'Of 3 tests: 3 started.',
      next: [
        'wait_for_session session=acme/session/session-1,acme/session/session-2,acme/session/session-3 follows it',
      ],
    });
    expect(vendor.sent.map(({ step }) => step.label)).toEqual(['case a', 'case b', 'case c']);
    expect(new Set((await journalOf(home)).map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it('named twice are started once', async () => {
    const { vendor, provider, starter } = await setUp();
    const result = await answer(starter.start(provider, request({ tests: tests('a', 'a') }), call));
    expect(result.tests).toBeUndefined();
    expect(vendor.sent).toHaveLength(1);
  });

  it('are counted together: by the cap of a start, by the budget of the hour, in the question', async () => {
    const capped = await setUp(2, { maxRunsPerStart: 5 });
    expect(
      (await problemOf(capped.starter.start(capped.provider, request({ tests: tests('a', 'b', 'c') }), call))).details,
    ).toMatchObject({ reason: 'cap_per_start' });
    const { vendor, provider, starter } = await setUp(10);
    const args = request({ tests: tests('a', 'b', 'c', 'd') });
    const asked = await question(starter.start(provider, args, call, { canAsk: true }));
    expect(asked.question).toMatch(
      /^40 runs of 4 tests: "Case a", "Case b", "Case c" and 1 more will be started on Acme/,
    );
    const yes = { canAsk: true, answer: { outcome: 'accepted' as const, state: asked.token } };
    expect(
      (await problemOf(starter.start(provider, request({ tests: tests('a', 'b', 'c', 'e') }), call, yes))).details
        .reason,
    ).toBe('other_arguments');
    expect(vendor.sent).toEqual([]);
    expect(await answer(starter.start(provider, args, call, yes))).toMatchObject({ outcome: 'started' });
    expect(vendor.sent).toHaveLength(4);
  });

  it('may stand differently: what was started before is named beside what starts now', async () => {
    const { vendor, provider, starter } = await setUp();
    await starter.start(provider, request({ tests: tests('b') }), call);
    const result = await answer(starter.start(provider, request({ tests: tests('a', 'b') }), call));
    expect(result).toMatchObject({
      outcome: 'started',
      session: 'acme/session/session-2,acme/session/session-1',
      tests: [{ outcome: 'started' }, { outcome: 'already_started', session: 'acme/session/session-1' }],
      message: 'Of 2 tests: 1 started, 1 had started before.',
    });
    expect(result.next).toContain('start_simulation test=acme/case/b key=again-1 really starts another');
    expect(vendor.sent).toHaveLength(2);
    expect(await answer(starter.start(provider, request({ tests: tests('a', 'b') }), call))).toMatchObject({
      outcome: 'already_started',
    });
    expect(vendor.sent).toHaveLength(2);
  });

  it('stop at the first that does not start: the rest is not tried, and the call for the rest is named', async () => {
    const { vendor, provider, starter } = await setUp();
    vendor.answers.push(
      { session: ['one'] },
      new Problem('payment_required', 'Pay first.', { sent: 'yes', vendor: { status: 402 }, next: 'Pay.' }),
    );
    const args = request({ tests: tests('a', 'b', 'c'), key: 'n' });
    const result = await answer(starter.start(provider, args, call));
    expect(result).toMatchObject({
      outcome: 'partly_started',
      session: 'acme/session/one',
      tests: [{ outcome: 'started' }, { outcome: 'refused' }, { outcome: 'not_tried' }],
      problem: { kind: 'payment_required', message: 'Pay first.', next: 'Pay.' },
      message: 'Of 3 tests: 1 started, 1 refused, 1 not tried.',
    });
    expect(result.next).toContain('start_simulation test=acme/case/b,acme/case/c key=n starts only the rest');
    expect(await answer(starter.start(provider, request({ tests: tests('b', 'c'), key: 'n' }), call))).toMatchObject({
      outcome: 'started',
    });
    expect(await answer(starter.start(provider, args, call))).toMatchObject({ outcome: 'already_started' });
    expect(vendor.sent).toHaveLength(4);
  });

  it('are an error where none of them starts', async () => {
    const { vendor, provider, starter } = await setUp();
    vendor.answers.push(new Problem('payment_required', 'Pay first.', { sent: 'yes', vendor: { status: 402 } }));
    expect((await problemOf(starter.start(provider, request({ tests: tests('a', 'b') }), call))).kind).toBe(
      'payment_required',
    );
    expect(vendor.sent).toHaveLength(1);
  });
});
