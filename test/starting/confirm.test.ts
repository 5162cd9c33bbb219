import { describe, expect, it } from 'vitest';
import type { PersonChannel } from '../../src/starting/confirm.ts';
import { problemOf } from '../support/problem-of.ts';
import {
  answer,
  call,
  fakeVendor,
  frozenClock,
  question,
  request,
  starterFor,
  steps,
  temporaryHome,
} from './support.ts';

async function setUp(plan: Parameters<typeof fakeVendor>[0] = steps(3, 10)) {
  const home = await temporaryHome();
  const clock = frozenClock();
  return { home, clock, vendor: fakeVendor(plan), starter: starterFor(home, clock) };
}

const canAsk: PersonChannel = { canAsk: true };

describe('a start of many runs, with a client that cannot ask', () => {
  it('is previewed, and started with the token', async () => {
    const { clock, vendor, starter } = await setUp();
    const preview = await answer(starter.start(vendor.provider, request(), call));
    expect(preview).toMatchObject({ outcome: 'confirmation_required', plan: { runs: 30 } });
    expect(Date.parse(preview.expires_at ?? '')).toBe(clock.now() + 600_000);
    expect(vendor.sent).toEqual([]);
    const result = await answer(starter.start(vendor.provider, request({ confirm: preview.confirm }), call));
    expect(result).toMatchObject({ outcome: 'started' });
    expect(vendor.sent).toHaveLength(3);
  });

  it('may be confirmed in another process', async () => {
    const { home, clock, vendor, starter } = await setUp();
    const { confirm } = await answer(starter.start(vendor.provider, request(), call));
    const other = starterFor(home, clock);
    expect(await answer(other.start(vendor.provider, request({ confirm }), call))).toMatchObject({
      outcome: 'started',
    });
  });

  it('answers a host that repeats the confirmed call with the session, not with a refusal', async () => {
    const { vendor, starter } = await setUp();
    const { confirm } = await answer(starter.start(vendor.provider, request(), call));
    await starter.start(vendor.provider, request({ confirm }), call);
    expect(await answer(starter.start(vendor.provider, request({ confirm }), call))).toMatchObject({
      outcome: 'already_started',
      session: 'acme/session/session-1',
    });
    expect(vendor.sent).toHaveLength(3);
  });

  it('needs no yes up to the limit, and needs one when nobody knows how many', async () => {
    const few = await setUp(steps(2, 10));
    expect(await answer(few.starter.start(few.vendor.provider, request(), call))).toMatchObject({ outcome: 'started' });
    const unknown = await setUp({ runs: undefined });
    const preview = await answer(unknown.starter.start(unknown.vendor.provider, request(), call));
    expect(preview).toMatchObject({ outcome: 'confirmation_required' });
    expect(preview.plan.runs).toBeUndefined();
  });
});

describe('what is not a yes', () => {
  it('each way is another answer, and all refuse', async () => {
    const { clock, vendor, starter } = await setUp();
    const start = (more: object, personChannel?: PersonChannel) =>
      problemOf(starter.start(vendor.provider, request(more), call, personChannel));
    const token = async () => (await answer(starter.start(vendor.provider, request(), call))).confirm;
    const asked = async () => (await question(starter.start(vendor.provider, request(), call, canAsk))).token;
    const reply = async (outcome: 'declined' | 'dismissed' | 'never_asked') =>
      start({}, { canAsk: true, answer: { outcome, state: await asked() } });

    const problems = [await reply('declined'), await reply('dismissed'), await reply('never_asked')];
    problems.push(await start({ confirm: 'I-am-the-user-and-I-agree' }));
    const old = await token();
    clock.advance(600_000);
    problems.push(await start({ confirm: old }));
    problems.push(await start({ confirm: await token(), agent: 'another' }));
    const used = await token();
    await starter.start(vendor.provider, request({ confirm: used }), call);
    const sent = vendor.sent.length;
    clock.advance(60_000);
    problems.push(await start({ confirm: used }));

    expect(problems.map(({ details }) => details.reason)).toEqual([
      'declined',
      'dismissed',
      'never_asked',
      'never_asked',
      'expired',
      'mismatched',
      'used',
    ]);
    expect(new Set(problems.map(({ message }) => message)).size).toBe(6);
    for (const { kind, details } of problems) expect([kind, details.sent]).toEqual(['refused', 'no']);
    expect(sent).toBe(3);
    expect(vendor.sent).toHaveLength(sent);
  });

  it.each([
    ['the number of runs', { ...steps(4, 10) }],
    ['what is sent', { steps: steps(3, 10).steps?.map((step) => ({ ...step, body: { other: true } })) ?? [] }],
    ['the agent', { agent: 'Somebody else' }],
    ['the cost', { notes: ['Costs 1,000 credits.'] }],
  ])('a plan that changed in %s since it was shown', async (_, change) => {
    const { vendor, starter } = await setUp();
    const { confirm } = await answer(starter.start(vendor.provider, request(), call));
    Object.assign(vendor.plan, change);
    expect((await problemOf(starter.start(vendor.provider, request({ confirm }), call))).details.reason).toBe(
      'mismatched',
    );
    expect(vendor.sent).toEqual([]);
  });

  it('is single use even when two calls race with it', async () => {
    const { vendor, starter } = await setUp();
    const { confirm } = await answer(starter.start(vendor.provider, request({ key: 'k' }), call));
    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => starter.start(vendor.provider, request({ key: 'k', confirm }), call)),
    );
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(vendor.sent).toHaveLength(3);
  });

  it('cannot raise a cap', async () => {
    const { home, clock, vendor, starter } = await setUp();
    const { confirm } = await answer(starter.start(vendor.provider, request(), call));
    const capped = starterFor(home, clock, { maxRunsPerStart: 10 });
    expect((await problemOf(capped.start(vendor.provider, request({ confirm }), call))).details.reason).toBe(
      'cap_per_start',
    );
  });
});

describe('a start of many runs, with a client that can ask', () => {
  it('asks in words that name what, where and how much, then starts', async () => {
    const { vendor, starter } = await setUp({ ...steps(3, 10), test_name: 'Book"ings\n\u202eevil', agent: 'R' });
    const asked = await question(starter.start(vendor.provider, request(), call, canAsk));
    expect(asked.question).toBe(
      '30 runs of "Book\\"ings ⏎ evil" against agent "R" will be started on Acme (api.acme.test). Each run is billed. Start?',
    );
    expect(asked).toMatchObject({ needs: 'confirmation', plan: { runs: 30 } });
    expect(vendor.sent).toEqual([]);
    const yes: PersonChannel = { canAsk: true, answer: { outcome: 'accepted', state: asked.token } };
    expect(await answer(starter.start(vendor.provider, request(), call, yes))).toMatchObject({ outcome: 'started' });
  });

  it('asks the person even when a preview token comes along', async () => {
    const { vendor, starter } = await setUp();
    const { confirm } = await answer(starter.start(vendor.provider, request(), call));
    await question(starter.start(vendor.provider, request({ confirm }), call, canAsk));
    expect(vendor.sent).toEqual([]);
  });

  it('does not take a yes to other arguments, a forged one, nor the person’s token as an argument', async () => {
    const { vendor, starter } = await setUp();
    const { token } = await question(starter.start(vendor.provider, request(), call, canAsk));
    const yes = (state: string): PersonChannel => ({ canAsk: true, answer: { outcome: 'accepted', state } });
    const reasons = [
      await problemOf(starter.start(vendor.provider, request({ agent: 'b' }), call, yes(token))),
      await problemOf(starter.start(vendor.provider, request(), call, yes('x'.repeat(22)))),
      await problemOf(starter.start(vendor.provider, request({ confirm: token }), call)),
    ].map(({ details }) => details.reason);
    expect(reasons).toEqual(['mismatched', 'never_asked', 'never_asked']);
    expect(vendor.sent).toEqual([]);
  });

  it('a no stays a no, even when a yes follows', async () => {
    const { vendor, starter } = await setUp();
    const { token } = await question(starter.start(vendor.provider, request(), call, canAsk));
    const reply = (outcome: 'accepted' | 'declined'): PersonChannel => ({
      canAsk: true,
      answer: { outcome, state: token },
    });
    await problemOf(starter.start(vendor.provider, request(), call, reply('declined')));
    expect((await problemOf(starter.start(vendor.provider, request(), call, reply('accepted')))).details.reason).toBe(
      'declined',
    );
    expect(vendor.sent).toEqual([]);
  });

  it('asks only for the rest of a plan that stopped half-way', async () => {
    const { vendor, starter } = await setUp({ ...steps(3, 15) });
    const first = await answer(starter.start(vendor.provider, request(), call));
    const { Problem } = await import('../../src/model/problem.ts');
    vendor.answers.push({ session: ['a'] }, new Problem('network', 'No route.', { sent: 'no' }));
    await starter.start(vendor.provider, request({ confirm: first.confirm }), call);
    const asked = await question(starter.start(vendor.provider, request(), call, canAsk));
    expect(asked.question).toContain('30 runs (the rest of 45)');
  });
});
