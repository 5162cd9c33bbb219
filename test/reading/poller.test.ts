import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coverageOf } from '../../src/model/coverage.ts';
import type { Session } from '../../src/model/schemas.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { createPoller } from '../../src/reading/poller.ts';

const PACE = { first: 500, longest: 5_000 };
const never = new AbortController().signal;
setMaxListeners(100, never);

interface Vendor {
  provider: Provider;
  /** Times of looks, in fake milliseconds. */
  looks: number[];
  signals: AbortSignal[];
  answer: () => Promise<Session>;
}

function sessionOf(status: Session['status'] = 'running', passed = 0): Session {
  return {
    ref: 'acme/session/s',
    provider: 'acme',
    status,
    counts: { runs: 4, passed, failed: 0, error: 0, inconclusive: 0, pending: 4 - passed },
  };
}

function vendor(id = 'acme'): Vendor {
  const made: Vendor = {
    looks: [],
    signals: [],
    answer: async () => sessionOf(),
    provider: {
      id,
      label: 'Acme',
      host: 'api.acme.test',
      sandbox: false,
      check: async () => ({ ok: true }),
      sessions: {
        list: async () => ({ items: [], coverage: coverageOf({ read: 0 }) }),
        open: async () => Promise.reject(new Error('not opened')),
        get: (_ids, { signal }) => {
          made.looks.push(performance.now());
          made.signals.push(signal);
          return made.answer();
        },
      },
    },
  };
  return made;
}

const later = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('one loop per session', () => {
  it('asks the platform as often for fifty as for one', async () => {
    const alone = vendor();
    const crowd = vendor();
    for (const [who, count] of [
      [alone, 1],
      [crowd, 50],
    ] as const) {
      who.answer = () => later(30, sessionOf());
      const poller = createPoller();
      const pollers = Array.from({ length: count }, () => poller.poll(who.provider, ['s'], PACE));
      const first = Promise.all(pollers.map((one) => one.look(never)));
      await vi.advanceTimersByTimeAsync(30_000);
      expect(await first).toHaveLength(count);
      for (const one of pollers) one.stop();
    }
    expect(crowd.looks.length).toBe(alone.looks.length);
    // 0.5 s growing by half to 5 s: ten or so looks in half a minute.
    expect(alone.looks.length).toBeGreaterThan(7);
    expect(alone.looks.length).toBeLessThan(13);
  });

  it('gives each look to everybody who waits for the next', async () => {
    const { provider, looks } = vendor();
    const poller = createPoller();
    const pollers = [1, 2, 3].map(() => poller.poll(provider, ['s'], PACE));
    const seen = Promise.all(pollers.map((one) => one.next(10_000, never)));
    await vi.advanceTimersByTimeAsync(600);
    expect(await seen).toHaveLength(3);
    expect(looks).toHaveLength(1);
  });

  it('keeps sessions and platforms apart', async () => {
    const one = vendor();
    const other = vendor('other');
    const poller = createPoller();
    await Promise.all([
      poller.poll(one.provider, ['s'], PACE).look(never),
      poller.poll(one.provider, ['t'], PACE).look(never),
      poller.poll(other.provider, ['s'], PACE).look(never),
    ]);
    expect([one.looks.length, other.looks.length]).toEqual([2, 1]);
  });

  it('shares a look under way with somebody who joins, and one that was made before with nobody', async () => {
    const { provider, looks } = vendor();
    const poller = createPoller();
    const slow = { first: 60_000, longest: 60_000 };
    const [one, two] = [1, 2].map(() => poller.poll(provider, ['s'], slow).look(never));
    expect(await one).toBe(await two);
    expect(looks).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await poller.poll(provider, ['s'], slow).look(never);
    expect(looks).toHaveLength(2);
  });

  it('looks at the pace of the most eager', async () => {
    const { provider, looks } = vendor();
    const poller = createPoller();
    poller.poll(provider, ['s'], { first: 4_000, longest: 4_000 });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(looks).toHaveLength(1);
    const eager = poller.poll(provider, ['s'], { first: 1_000, longest: 1_000 });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(looks).toHaveLength(5);
    eager.stop();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(looks.length).toBeLessThanOrEqual(8);
  });

  it('never lets two looks be under way at once', async () => {
    const made = vendor();
    let open = 0;
    let most = 0;
    made.answer = async () => {
      most = Math.max(most, ++open);
      await later(3_000, undefined);
      open -= 1;
      return sessionOf();
    };
    const poller = createPoller();
    const pollers = Array.from({ length: 5 }, () => poller.poll(made.provider, ['s'], PACE));
    for (const one of pollers) void one.next(100, never);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(most).toBe(1);
    expect(made.looks.length).toBeGreaterThan(2);
  });
});

describe('the end', () => {
  it('ends the loop with the last poller, and the look under way with it', async () => {
    const made = vendor();
    made.answer = () => new Promise(() => {});
    const poller = createPoller();
    const [one, two] = [1, 2].map(() => poller.poll(made.provider, ['s'], PACE));
    void one?.look(never);
    one?.stop();
    one?.stop();
    expect(made.signals[0]?.aborted).toBe(false);
    two?.stop();
    expect(made.signals[0]?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made.looks).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('begins anew for who comes later', async () => {
    const made = vendor();
    const poller = createPoller();
    const one = poller.poll(made.provider, ['s'], PACE);
    await one.look(never);
    one.stop();
    await poller.poll(made.provider, ['s'], PACE).look(never);
    expect(made.looks).toHaveLength(2);
    expect(made.signals[1]?.aborted).toBe(false);
  });

  it('ends one wait with its signal and leaves the others alone', async () => {
    const made = vendor();
    made.answer = () => later(1_000, sessionOf());
    const poller = createPoller();
    const [one, two] = [1, 2].map(() => poller.poll(made.provider, ['s'], PACE));
    const cancelled = new AbortController();
    const first = one?.look(cancelled.signal).catch((error: unknown) => error);
    const second = two?.look(never);
    cancelled.abort(new Error('enough'));
    expect(await first).toEqual(new Error('enough'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await second).toMatchObject({ session: { status: 'running' } });
    await expect(one?.look(cancelled.signal)).rejects.toThrow('enough');
  });

  it('leaves no listener on a signal that outlives many waits', async () => {
    const { provider } = vendor();
    const poller = createPoller();
    const one = poller.poll(provider, ['s'], PACE);
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    for (let turn = 0; turn < 20; turn += 1) {
      const next = one.next(100, signal);
      await vi.advanceTimersByTimeAsync(100);
      await next;
    }
    expect(added).toHaveBeenCalledTimes(20);
    expect(removed).toHaveBeenCalledTimes(20);
  });
});

describe('a look that fails', () => {
  it('reaches everybody who waits, and the loop goes on', async () => {
    const made = vendor();
    made.answer = () => Promise.reject(new Error('down'));
    const heard: (Session | undefined)[] = [];
    const poller = createPoller();
    const one = poller.poll(made.provider, ['s'], PACE, (session) => heard.push(session));
    await expect(one.look(never)).rejects.toThrow('down');
    const next = one.next(10_000, never).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await next).toEqual(new Error('down'));
    made.answer = async () => sessionOf('completed', 4);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(heard.slice(0, 2)).toEqual([undefined, undefined]);
    expect(heard.at(-1)).toMatchObject({ status: 'completed' });
  });
});

describe('the pace', () => {
  it('makes the next look at the latest when the caller wants it', async () => {
    const { provider, looks } = vendor();
    const one = createPoller().poll(provider, ['s'], { first: 60_000, longest: 60_000 });
    const next = one.next(1_234, never);
    await vi.advanceTimersByTimeAsync(1_233);
    expect(looks).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    await next;
    expect(looks).toHaveLength(1);
  });

  it('is the first one again after `hurry`', async () => {
    const { provider, looks } = vendor();
    const poller = createPoller();
    const one = poller.poll(provider, ['s'], PACE, () => one.hurry());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(looks).toHaveLength(10);
  });
});
