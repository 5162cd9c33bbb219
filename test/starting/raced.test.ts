/** A start that the vendor refused, or that failed before it was sent, is refused to all who raced for it. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isProblem, Problem } from '../../src/model/problem.ts';
import type { StartReceipt } from '../../src/providers/provider.ts';
import type { StartAnswer } from '../../src/starting/start-answer.ts';
import type { StartArguments } from '../../src/starting/start-arguments.ts';
import { until } from '../support/waiting.ts';
import {
  answer,
  call,
  type FakeVendor,
  fakeVendor,
  frozenClock,
  request,
  starterFor,
  steps,
  temporaryHome,
} from './support.ts';

/** Many callers of one start, of which the vendor answers the first only when all others wait; each as what it heard. */
async function race(
  plan: Parameters<typeof fakeVendor>[0],
  args: StartArguments,
  end: (queue: FakeVendor['answers']) => Promise<StartReceipt>,
) {
  const home = await temporaryHome();
  // The clock moves by waiting alone: whoever waits has done so when it has moved.
  const clock = frozenClock();
  const vendor = fakeVendor(plan);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let waiting = 0;
  const sleep = async (ms: number) => {
    if (ms === 0) return;
    waiting += 1;
    await held;
    await pause(2);
  };
  const start = () => {
    const starter = starterFor(home, clock, { sleep, busyWaits: Array.from({ length: 200 }, () => 5) });
    return answer(starter.start(vendor.provider, args, call)).catch((error: unknown) => error);
  };
  vendor.answers.push(async () => {
    await held;
    return end(vendor.answers);
  });
  const first = start();
  await until('the first is sent', () => vendor.sent.length === 1);
  const others = Array.from({ length: 6 }, start);
  await until('the others wait', () => waiting >= 6);
  release();
  return { vendor, home, clock, heard: await Promise.all([first, ...others]) };
}

const problems = (heard: readonly (StartAnswer | unknown)[]): Problem[] => heard.filter(isProblem);

describe('an equal start at the same moment', () => {
  it.each([
    ['refused by the vendor, without a key', undefined, 402],
    ['refused by the vendor, with a key', 'nightly', 402],
    ['failed before it was sent, without a key', undefined, undefined],
    ['failed before it was sent, with a key', 'nightly', undefined],
  ])('that was %s is sent once, and all get that refusal', async (_, key, status) => {
    const { vendor, heard } = await race({}, request({ key }), async () => {
      throw status === undefined
        ? new Problem('network', 'No route.', { sent: 'no' })
        : new Problem('payment_required', 'Pay first.', { sent: 'yes', vendor: { status } });
    });
    expect(vendor.sent).toHaveLength(1);
    const refused = problems(heard);
    expect(refused).toHaveLength(7);
    const [first, ...others] = refused;
    expect(first?.kind).toBe(status === undefined ? 'network' : 'payment_required');
    for (const { kind, message, details } of others) {
      expect(kind).toBe(first?.kind);
      expect(details).toMatchObject({ reason: 'raced', sent: 'no', vendor: status && { status } });
      expect(message).toMatch(/equal start that another call made at the same moment.*It was not sent again\./);
      expect(details.next ?? '').not.toMatch(/call again$/i);
    }
  });

  it('that stopped half-way is not continued by who raced; a later call starts the rest', async () => {
    const stop = new Problem('payment_required', 'Pay first.', { sent: 'yes', vendor: { status: 402 } });
    const { vendor, home, clock, heard } = await race(steps(2), request({ key: 'k' }), async (queue) => {
      queue.push(stop);
      return { session: ['a'] };
    });
    expect(vendor.sent).toHaveLength(2);
    expect(problems(heard)).toEqual([]);
    const [first, ...others] = heard;
    expect(first).toMatchObject({ outcome: 'partly_started', problem: { message: 'Pay first.' } });
    for (const other of others)
      expect(other).toMatchObject({
        outcome: 'already_started',
        session: 'acme/session/a',
        problem: { kind: 'payment_required' },
      });
    const later = await answer(starterFor(home, clock).start(vendor.provider, request({ key: 'k' }), call));
    expect(later.outcome).toBe('started');
    expect(vendor.sent).toHaveLength(3);
  });

  it('that was only given up by its own caller is made by one of the others', async () => {
    const home = await temporaryHome();
    const clock = frozenClock();
    const vendor = fakeVendor();
    const cancelling = new AbortController();
    vendor.answers.push(async () => {
      await pause(20);
      cancelling.abort();
      throw new Problem('cancelled', 'The call was cancelled.', { sent: 'no' });
    });
    const patient = (by: typeof call) =>
      answer(
        starterFor(home, clock, {
          sleep: (ms) => pause(ms && 2),
          busyWaits: Array.from({ length: 200 }, () => 2),
        }).start(vendor.provider, request(), by),
      ).catch((error: unknown) => error);
    const first = patient({ signal: cancelling.signal });
    await until('the first is sent', () => vendor.sent.length === 1);
    expect(await patient(call)).toMatchObject({ outcome: 'started' });
    expect(await first).toMatchObject({ kind: 'cancelled' });
    expect(vendor.sent).toHaveLength(2);
  });

  it('made after the refusal is another try', async () => {
    const home = await temporaryHome();
    const clock = frozenClock();
    const vendor = fakeVendor();
    const starter = starterFor(home, clock);
    vendor.answers.push(new Problem('payment_required', 'Pay first.', { sent: 'yes', vendor: { status: 402 } }));
    await starter.start(vendor.provider, request(), call).catch(() => undefined);
    expect(await answer(starter.start(vendor.provider, request(), call))).toMatchObject({ outcome: 'started' });
  });
});
