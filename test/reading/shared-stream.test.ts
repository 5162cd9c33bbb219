import { describe, expect, it } from 'vitest';
import { shareStream } from '../../src/reading/shared-stream.ts';
import { until } from '../support/waiting.ts';

const never = new AbortController().signal;

function source(count: number, failAt = Number.POSITIVE_INFINITY) {
  const state = { opened: 0, pulled: 0, ended: 0, signal: never };
  const stream = shareStream<number>((signal) => {
    state.opened += 1;
    state.signal = signal;
    return (async function* () {
      try {
        for (let page = 0; page < count; page += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          if (page === failAt) throw new Error('broken');
          state.pulled += 1;
          yield page;
        }
      } finally {
        state.ended += 1;
      }
    })();
  });
  return { stream, state };
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const page of pages) out.push(page);
  return out;
}

describe('a shared stream', () => {
  it('is read once for everybody, also for who comes in the middle', async () => {
    const { stream, state } = source(5);
    const first = stream.read(never);
    await first.next();
    await first.next();
    const [rest, ...others] = await Promise.all([all(first), all(stream.read(never)), all(stream.read(never))]);
    expect(rest).toEqual([2, 3, 4]);
    for (const other of others) expect(other).toEqual([0, 1, 2, 3, 4]);
    expect(state).toMatchObject({ opened: 1, pulled: 5, ended: 1 });
  });

  it('is pulled no further than its fastest reader wants', async () => {
    const { stream, state } = source(100);
    const [fast, slow] = [stream.read(never), stream.read(never)];
    for (let page = 0; page < 3; page += 1) await fast.next();
    await slow.next();
    expect(state.pulled).toBe(3);
  });

  it('gives its problem to everybody', async () => {
    const { stream } = source(5, 3);
    const [one, two] = await Promise.allSettled([all(stream.read(never)), all(stream.read(never))]);
    expect([one?.status, two?.status]).toEqual(['rejected', 'rejected']);
  });

  it('goes on when one reader is cancelled, and ends with the last', async () => {
    const { stream, state } = source(50);
    const cancelled = new AbortController();
    const doomed = all(stream.read(cancelled.signal)).catch((error: unknown) => error);
    const other = stream.read(never);
    await other.next();
    cancelled.abort(new Error('enough'));
    expect(await doomed).toEqual(new Error('enough'));
    await other.next();
    expect(state.signal.aborted).toBe(false);
    expect(stream.isOpen()).toBe(true);
    await other.return(undefined);
    expect(state.signal.aborted).toBe(true);
    expect(stream.isOpen()).toBe(false);
    await until('the source has ended', () => state.ended === 1);
  });

  it('rejects at once for a signal that is aborted already', async () => {
    const { stream } = source(5);
    await expect(all(stream.read(AbortSignal.abort(new Error('before'))))).rejects.toThrow('before');
  });

  it('sealed, still gives every page to who reads it', async () => {
    const { stream } = source(6);
    const [fast, slow] = [stream.read(never), stream.read(never)];
    await fast.next();
    await slow.next();
    stream.seal();
    expect(await all(fast)).toEqual([1, 2, 3, 4, 5]);
    expect(await all(slow)).toEqual([1, 2, 3, 4, 5]);
  });
});
