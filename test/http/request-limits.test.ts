import { describe, expect, it, vi } from 'vitest';
import { createRequestLimits, type LimitOptions } from '../../src/http/request-limits.ts';
import { noDeadline } from '../support/waiting.ts';

/** A limits whose pauses end when the test says so. */
function limits(options: Partial<Pick<LimitOptions, 'concurrency' | 'rate'>> = {}) {
  const wakes: (() => void)[] = [];
  let time = 1_000;
  return {
    wake: (index: number) => wakes[index]?.(),
    advance: (ms: number) => {
      time += ms;
    },
    ...createRequestLimits({
      concurrency: 2,
      ...options,
      now: () => time,
      sleep: () => new Promise((resolve) => wakes.push(resolve)),
    }),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the limits', () => {
  it('passes on what a task answers and what it throws', async () => {
    const { run } = limits();
    expect(await run(async () => 7, noDeadline())).toBe(7);
    await expect(
      run(async () => {
        throw new Error('no');
      }, noDeadline()),
    ).rejects.toThrow('no');
  });

  it('opens again only when the longest of several pauses is over', async () => {
    const { run, pauseFor, pausedFor, wake, advance } = limits();
    pauseFor(500);
    pauseFor(2_000);
    pauseFor(100);
    expect(pausedFor()).toBe(2_000);
    advance(600);
    expect(pausedFor()).toBe(1_400);
    let ran = false;
    const task = run(async () => {
      ran = true;
    }, noDeadline());
    for (const index of [2, 0]) {
      wake(index);
      await settled();
      expect(ran).toBe(false);
    }
    wake(1);
    await task;
    expect([ran, pausedFor()]).toEqual([true, 0]);
  });

  it('lets a task leave the queue, and takes the next', async () => {
    const { run } = limits({ concurrency: 1 });
    let finish = () => {};
    const first = run(() => new Promise<void>((resolve) => (finish = resolve)), noDeadline());
    const controller = new AbortController();
    let ran = 0;
    const task = async () => {
      ran += 1;
    };
    const second = run(task, controller.signal);
    const third = run(task, noDeadline());
    controller.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    finish();
    await Promise.all([first, third]);
    expect(ran).toBe(1);
  });

  it('starts no more than the rate in any window of its length', async () => {
    vi.useFakeTimers();
    try {
      const { run } = limits({ concurrency: 9, rate: { requests: 2, interval_ms: 100 } });
      const began = Date.now();
      const times: number[] = [];
      const task = async () => {
        times.push(Date.now() - began);
      };
      const all = Promise.all(Array.from({ length: 6 }, () => run(task, noDeadline())));
      await vi.advanceTimersByTimeAsync(1_000);
      await all;
      expect(times).toEqual([0, 0, 100, 100, 200, 200]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('tells what a rate or a pause holds back from what waits for others to end', async () => {
    const busy = limits({ concurrency: 1 });
    let finish = () => {};
    const first = busy.run(() => new Promise<void>((resolve) => (finish = resolve)), noDeadline());
    const second = busy.run(settled, noDeadline());
    expect(busy.holds()).toBe(false);
    busy.pauseFor(1_000);
    expect(busy.holds()).toBe(true);
    busy.wake(0);
    finish();
    await Promise.all([first, second]);
    expect(busy.holds()).toBe(false);

    const limited = limits({ rate: { requests: 1, interval_ms: 60_000 } });
    await limited.run(settled, noDeadline());
    expect(limited.holds()).toBe(false);
    const controller = new AbortController();
    const late = limited.run(settled, controller.signal);
    await settled();
    expect(limited.holds()).toBe(true);
    controller.abort(new Error('left'));
    await expect(late).rejects.toThrow('left');
    expect(limited.holds()).toBe(false);
  });

  it.each([0, -1, 0.5, 1.9])('takes a concurrency of %s for 1', async (concurrency) => {
    const { run } = limits({ concurrency });
    let open = 0;
    let most = 0;
    const task = async () => {
      open += 1;
      most = Math.max(most, open);
      await settled();
      open -= 1;
    };
    await Promise.all([run(task, noDeadline()), run(task, noDeadline()), run(task, noDeadline())]);
    expect(most).toBe(1);
  });
});
