import { expect, it } from 'vitest';
import { mapLimited } from '../../../src/providers/shared/concurrency.ts';
import { turns } from '../../support/waiting.ts';

it('works on so many at once and no more, and answers in the order of the items', async () => {
  let [now, most] = [0, 0];
  const work = async (long: number) => {
    now += 1;
    most = Math.max(most, now);
    await turns(long);
    now -= 1;
    return long * 2;
  };
  expect(await mapLimited([9, 1, 5, 3, 1], 2, work)).toEqual([18, 2, 10, 6, 2]);
  expect(most).toBe(2);
  expect(await mapLimited([], 3, work)).toEqual([]);
});
