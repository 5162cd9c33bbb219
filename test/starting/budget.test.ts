/** Within any hour no more runs than the budget start without a yes, over all starts of a home. */
import { link } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { PersonChannel } from '../../src/home/asking.ts';
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
  steps,
  temporaryHome,
} from './support.ts';

const HOUR = 3_600_000;
const canAsk: PersonChannel = { canAsk: true };

async function setUp(runs: number, options: Parameters<typeof starterFor>[2] = {}) {
  const home = await temporaryHome();
  const clock = frozenClock();
  return { home, clock, vendor: fakeVendor(steps(1, runs)), starter: starterFor(home, clock, options) };
}

describe('the budget of the hour', () => {
  it('is of all starts of the home together, and free again when an hour has passed', async () => {
    const { home, clock, vendor, starter } = await setUp(8);
    const start = (key: string, from = starter) => answer(from.start(vendor.provider, request({ key }), call));
    expect((await start('a')).outcome).toBe('started');
    expect((await start('b', starterFor(home, clock))).outcome).toBe('started');
    const third = await start('c');
    expect(third.outcome).toBe('confirmation_required');
    expect(third.message).toBe(
      'Nothing was sent. 8 runs need a yes: 20 may start within an hour without one, and 16 have started. Show the plan to the person you work for, if there is one. A token proves that the caller saw this plan, not that a person did.',
    );
    expect(third.next.at(-1)).toBe(`start_simulation test=acme/suite/s1 key=c confirm=${third.confirm} starts it`);
    clock.advance(HOUR - 1);
    expect((await start('c')).outcome).toBe('confirmation_required');
    clock.advance(1);
    expect((await start('c')).outcome).toBe('started');
    expect(vendor.sent).toHaveLength(3);
  });

  it('is not used by what somebody said yes to, nor by what was refused, nor by the sandbox for the real platforms', async () => {
    const { home, vendor, starter } = await setUp(20);
    expect((await answer(starter.start(vendor.provider, request({ key: 'a' }), call))).outcome).toBe('started');
    const { confirm } = await answer(starter.start(vendor.provider, request({ key: 'b' }), call));
    expect(confirm).toMatch(/^[\w-]{22}$/);
    expect((await answer(starter.start(vendor.provider, request({ key: 'b', confirm }), call))).outcome).toBe(
      'started',
    );
    expect((await journalOf(home)).map(({ confirmed }) => confirmed).sort()).toEqual([true, undefined]);
    const sandbox = { ...vendor.provider, sandbox: true };
    expect((await answer(starter.start(sandbox, request({ key: 'c' }), call))).outcome).toBe('started');
  });

  it.each([
    ['the wall clock set ahead', 2 * HOUR],
    ['the wall clock set back', -26 * HOUR],
  ])('is not emptied by %s', async (_, ms) => {
    const { clock, vendor, starter } = await setUp(20);
    await starter.start(vendor.provider, request({ key: 'a' }), call);
    clock.set(ms);
    expect((await answer(starter.start(vendor.provider, request({ key: 'b' }), call))).outcome).toBe(
      'confirmation_required',
    );
    expect(vendor.sent).toHaveLength(1);
  });

  it('is not passed by starts that race for what is left of it; who is held back gets a preview', async () => {
    const { home, clock, vendor } = await setUp(6);
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        answer(starterFor(home, clock).start(vendor.provider, request({ key: `k${n}` }), call)),
      ),
    );
    const started = results.filter(({ outcome }) => outcome === 'started').length;
    expect(started).toBe(vendor.sent.length);
    expect(started * 6).toBeLessThanOrEqual(20);
    const held = results.filter(({ outcome }) => outcome === 'confirmation_required');
    expect(held).toHaveLength(12 - started);
    const [one] = held;
    expect(one?.confirm).toMatch(/^[\w-]{22}$/);
  });

  it.each([false, true])(
    'asks who was overtaken between decision and claim; with a yes at hand (%s) it starts',
    async (given) => {
      const { home, clock, vendor, starter } = await setUp(8);
      const [large, quick] = [fakeVendor(steps(1, 9), 'large'), fakeVendor(steps(1, 4), 'quick')];
      await starter.start(vendor.provider, request({ key: 'a' }), call);
      clock.advance(HOUR - 60_000);
      await starter.start(large.provider, request(), call);
      // 17 of the 20 are used: it waits for a yes.
      const { confirm } = await answer(starter.start(vendor.provider, request({ key: 'b' }), call));
      // The first 8 are free again, so it needs none; then 4 others come before its claim.
      clock.advance(60_000);
      const overtaken = starterFor(home, clock, {
        link: async (existing, created) => {
          if (created.includes('starts') && quick.sent.length === 0)
            await starter.start(quick.provider, request(), call);
          await link(existing, created);
        },
      });
      const args = request({ key: 'b', confirm: given ? confirm : undefined });
      expect(await answer(overtaken.start(vendor.provider, args, call))).toMatchObject({
        outcome: given ? 'started' : 'confirmation_required',
      });
      expect([vendor.sent.length, quick.sent.length]).toEqual([given ? 2 : 1, 1]);
      const claims = (await journalOf(home)).filter(({ key }) => key === 'b');
      expect(claims.map(({ state, confirmed }) => [state, confirmed])).toEqual(
        given
          ? [
              ['failed', undefined],
              ['started', true],
            ]
          : [['failed', undefined]],
      );
    },
  );

  it('does not let a number that is not known start, however small it looks', async () => {
    const { vendor, starter } = await setUp(1);
    Object.assign(vendor.plan, { runs: undefined });
    const preview = await answer(starter.start(vendor.provider, request(), call));
    expect(preview).toMatchObject({ outcome: 'confirmation_required' });
    expect(preview.message).toContain('How many runs this will be is not known');
    const asked = await question(starter.start(vendor.provider, request(), call, canAsk));
    expect(asked.question).toMatch(/^An unknown number of runs \(at least 1\) of "Bookings"/);
  });

  it('does not exist with AGENT_SIM_CONFIRM=off: only the caps hold', async () => {
    const { vendor, starter } = await setUp(60, { confirm: 'off', maxRunsPerDay: 130 });
    for (const key of ['a', 'b'])
      expect((await answer(starter.start(vendor.provider, request({ key }), call, canAsk))).outcome).toBe('started');
    expect((await problemOf(starter.start(vendor.provider, request({ key: 'c' }), call))).details.reason).toBe(
      'cap_per_day',
    );
    Object.assign(vendor.plan, { runs: undefined, steps: [{ label: 'x', runs: 1, body: {} }] });
    expect((await answer(starter.start(vendor.provider, request({ key: 'd' }), call))).outcome).toBe('started');
  });
});

describe('further runs that were allowed together with a yes', () => {
  async function allowed(further_runs: number | undefined, options: Parameters<typeof starterFor>[2] = {}) {
    const world = await setUp(20, options);
    const { vendor, starter } = world;
    const start = (key: string, channel: PersonChannel = canAsk) =>
      starter.start(vendor.provider, request({ key }), call, channel);
    await start('first');
    const { token, further_runs: field } = await question(start('second'));
    const yes = { canAsk: true, answer: { outcome: 'accepted' as const, state: token, further_runs } };
    return { ...world, field, start, second: () => start('second', yes) };
  }

  it('start without another question, in every process of the home, until they are used up', async () => {
    const { home, clock, vendor, second, field } = await allowed(40);
    expect(field).toMatchObject({ type: 'integer', minimum: 0, maximum: 200 });
    expect(await answer(second())).toMatchObject({ outcome: 'started' });
    const other = starterFor(home, clock);
    for (const key of ['c', 'd'])
      expect(await answer(other.start(vendor.provider, request({ key }), call, canAsk))).toMatchObject({
        outcome: 'started',
      });
    await question(other.start(vendor.provider, request({ key: 'e' }), call, canAsk));
    expect(vendor.sent).toHaveLength(4);
  });

  it('end with the hour, whichever clock shows it, and are not drawn out by one that was set back', async () => {
    for (const pass of ['advance', 'set'] as const) {
      const { clock, second, start } = await allowed(40);
      await second();
      clock[pass](pass === 'set' ? -1_000 : HOUR);
      if (pass === 'set') await question(start('c'));
      else {
        expect(await answer(start('c'))).toMatchObject({ outcome: 'started' });
        await question(start('d'));
      }
    }
  });

  it('are none by default, none of a token, and never more than one start may have', async () => {
    const none = await allowed(undefined);
    await none.second();
    await question(none.start('c'));
    const many = await allowed(1_000_000, { maxRunsPerStart: 20 });
    await many.second();
    expect(await answer(many.start('c'))).toMatchObject({ outcome: 'started' });
    await question(many.start('d'));
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %s are no answer that was asked for', async (runs) => {
    const { vendor, second } = await allowed(runs);
    const { details } = await problemOf(second());
    expect(details.reason).toBe('malformed');
    expect(details.next).toContain('`further_runs` there is a whole number or left out');
    expect(vendor.sent).toHaveLength(1);
  });
});
