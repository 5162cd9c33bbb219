/** How fast the built server is there, against a loop without any SDK, in turns. `npm run bench -- start` tells more. */
import { expect, it } from 'vitest';
import { FLOOR, OURS, type Start, startOnce } from '../bench/start.ts';

const MOST_ROUNDS = 60;

it('answers initialize within 2.2 times the floor and tools/list within 3 times', async () => {
  const ours: Start[] = [];
  const floor: Start[] = [];
  // Whatever else the machine does only adds to a start: the quickest of each tells, after as many rounds as it takes.
  const ratio = (of: 'initialize' | 'list') =>
    Math.min(...ours.map((start) => start[of])) / Math.min(...floor.map((start) => start[of]));
  const holds = () => ratio('initialize') < 2.2 && ratio('list') < 3;
  while (floor.length < MOST_ROUNDS && !(floor.length >= 5 && holds())) {
    floor.push(await startOnce(FLOOR));
    ours.push(await startOnce(OURS));
  }
  expect(ratio('initialize')).toBeLessThan(2.2);
  expect(ratio('list')).toBeLessThan(3);
  expect(ours[0]?.bytes).toBeLessThanOrEqual(24_000);
});
