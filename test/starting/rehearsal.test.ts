/** `dry_run` says what the real call will answer, and its next step is the call that works. */
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { problemOf } from '../support/problem-of.ts';
import { answer, call, fakeVendor, frozenClock, request, starterFor, steps, temporaryHome } from './support.ts';

async function setUp(plan: Parameters<typeof fakeVendor>[0] = {}, options: Parameters<typeof starterFor>[2] = {}) {
  const home = await temporaryHome();
  const clock = frozenClock();
  const vendor = fakeVendor(plan);
  const starter = starterFor(home, clock, options);
  return {
    home,
    clock,
    vendor,
    starter,
    dry: (more = {}, canAsk = false) =>
      answer(starter.start(vendor.provider, request({ ...more, dry_run: true }), call, { canAsk })),
    real: (more = {}) => answer(starter.start(vendor.provider, request(more), call)),
  };
}

describe('dry_run', () => {
  it('of a start within the budget: it starts, and nothing is written', async () => {
    const { home, vendor, dry } = await setUp();
    expect(await dry({ key: 'k', agent: 'Receptionist' })).toMatchObject({
      outcome: 'planned',
      plan: { runs: 2 },
      message: 'Planned only: nothing was sent. The same call without `dry_run` starts it.',
      next: ['start_simulation test=acme/suite/s1 agent=Receptionist key=k starts it'],
    });
    expect(vendor.sent).toEqual([]);
    expect(await readdir(home)).toEqual([]);
  });

  it('of a start beyond it: the token is handed out, and starts it', async () => {
    const { vendor, dry, real } = await setUp(steps(30));
    const planned = await dry({ key: 'k' });
    expect(planned).toMatchObject({ outcome: 'planned', plan: { runs: 60 } });
    expect(planned.message).toBe(
      'Planned only: nothing was sent. 60 runs need a yes: 20 may start within an hour without one. A token proves that the caller saw this plan, not that a person did.',
    );
    expect(planned.next.at(-1)).toBe(`start_simulation test=acme/suite/s1 key=k confirm=${planned.confirm} starts it`);
    expect(vendor.sent).toEqual([]);
    expect(await real({ key: 'k', confirm: planned.confirm })).toMatchObject({ outcome: 'started' });
  });

  it('of a start that a client will be asked about: no token, the call asks', async () => {
    const { dry } = await setUp(steps(30));
    const planned = await dry({}, true);
    expect(planned.confirm).toBeUndefined();
    expect(planned.message).toContain('asks through the client first');
    expect(planned.next).toEqual(['start_simulation test=acme/suite/s1 asks, and starts it with a yes']);
  });

  it('of a start that was made before: already started, with its session and a key that really starts another', async () => {
    const { vendor, dry, real } = await setUp();
    await real();
    const planned = await dry();
    expect(planned).toMatchObject({
      outcome: 'planned',
      session: 'acme/session/session-1',
      message:
        'Planned only: nothing was sent. The same call without `dry_run` starts nothing: it answers already_started.',
    });
    expect(planned.next.at(-1)).toBe('start_simulation test=acme/suite/s1 key=again-1 really starts another');
    expect((await real()).message).toContain('for a minute it is taken for this one, and a new `key` starts another');
    expect(await real({ key: 'again-1' })).toMatchObject({ outcome: 'started' });
    expect((await real({ key: 'again-1' })).message).toContain('A start with this key was made before.');
    expect(vendor.sent).toHaveLength(2);
  });

  it('of a start that will be refused: the same refusal', async () => {
    const person = await setUp(steps(30), { confirm: 'person' });
    const capped = await setUp(steps(30), { maxRunsPerStart: 10 });
    const daily = await setUp(steps(1, 15), { maxRunsPerDay: 20, confirm: 'off' });
    await daily.real();
    for (const [{ starter, vendor }, more] of [
      [person, {}],
      [capped, {}],
      [daily, { key: 'b' }],
    ] as const) {
      const dry = await problemOf(starter.start(vendor.provider, request({ ...more, dry_run: true }), call));
      const real = await problemOf(starter.start(vendor.provider, request(more), call));
      expect([dry.message, dry.details.reason]).toEqual([real.message, real.details.reason]);
    }
    await daily.real();
    const wrong = request({ key: 'nightly', agent: 'other', dry_run: true });
    await daily.starter.start(daily.vendor.provider, request({ key: 'nightly' }), call).catch(() => undefined);
    expect(
      await daily.starter.start(daily.vendor.provider, wrong, call).catch((error: unknown) => error),
    ).toMatchObject({
      kind: 'refused',
    });
  });
});
