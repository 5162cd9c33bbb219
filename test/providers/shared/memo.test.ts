import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { createMemo } from '../../../src/providers/shared/memo.ts';

const { signal } = new AbortController();

describe('an answer', () => {
  it('is kept by key, for so long', async () => {
    let now = 0;
    const asked: string[] = [];
    const answer = createMemo(async (key: string) => asked.push(key), { ms: 10, now: () => now });
    expect(await Promise.all([answer('a', signal), answer('a', signal), answer('b', signal)])).toEqual([1, 1, 2]);
    now = 9;
    expect(await answer('a', signal)).toBe(1);
    now = 10;
    expect(await answer('a', signal)).toBe(3);
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('that failed is not kept, and is told to all who waited for it', async () => {
    let asked = 0;
    const answer = createMemo(async () => {
      asked += 1;
      if (asked === 1) throw new Problem('vendor_error', 'no');
      return asked;
    });
    const both = await Promise.allSettled([answer('a', signal), answer('a', signal)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await answer('a', signal)).toBe(2);
  });

  it('is asked for again by who waited for a call that was cancelled, but not by who was cancelled', async () => {
    let asked = 0;
    const answer = createMemo(async () => {
      asked += 1;
      if (asked === 1) throw new Problem('cancelled', 'no');
      return asked;
    });
    const ended = AbortSignal.abort();
    const [first, second, third] = await Promise.allSettled([
      answer('a', ended),
      answer('a', signal),
      answer('a', ended),
    ]);
    expect([first.status, third.status]).toEqual(['rejected', 'rejected']);
    expect(second).toEqual({ status: 'fulfilled', value: 2 });
    expect(asked).toBe(2);
  });
});
