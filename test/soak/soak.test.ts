/** The short form of `npm run test:soak`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { atOnce, type Bench, inSequence, MOST_TIMES, manyWaits, openBench, slowReader } from './load.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ speed: 4 });
});
afterAll(() => bench.close());

it('asks the platform no more for twenty waits than for one', async () => {
  const { requests_a_second, requests_a_second_of_one, complaints } = await manyWaits(bench, 20, 2);
  expect(complaints).toEqual([]);
  expect(requests_a_second_of_one).toBeGreaterThan(0);
  expect(requests_a_second).toBeLessThan(MOST_TIMES * requests_a_second_of_one);
});

it('answers two hundred calls at once', async () => {
  const { answered, errors, complaints } = await atOnce(bench, 200);
  expect(complaints).toEqual([]);
  expect(answered).toBe(200);
  expect(errors).toMatchObject({ 'get_session not_found': 14, 'get_run invalid_input': 14 });
});

it('keeps every answer for a reader that comes late, within bounds', async () => {
  const { answered, calls, bytes, most_mb, complaints } = await slowReader(bench, 150);
  expect(complaints).toEqual([]);
  expect(answered).toBe(calls);
  // More than any pipe holds: it really had to wait.
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(most_mb).toBeLessThan(400);
});

it.each(['classic', 'modern'] as const)('answers a thousand calls in a row and does not grow (%s)', async (era) => {
  const { most_mb, complaints } = await inSequence(bench, 1_000, { era });
  expect(complaints).toEqual([]);
  expect(most_mb).toBeLessThan(300);
});
