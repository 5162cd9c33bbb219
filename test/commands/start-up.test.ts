/** How fast the built server is there, against a loop without any SDK, in turns. `npm run bench -- start` tells more. */
import { expect, it } from 'vitest';
import { pairedRatio } from '../bench/numbers.ts';
import { FLOOR, OURS, type Start, startOnce } from '../bench/start.ts';

const ROUNDS = 9;

it('answers initialize within 2.2 times the floor and tools/list within 3 times', async () => {
  const ours: Start[] = [];
  const floor: Start[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    floor.push(await startOnce(FLOOR));
    ours.push(await startOnce(OURS));
  }
  const ratio = (of: 'initialize' | 'list') =>
    pairedRatio(
      ours.map((start) => start[of]),
      floor.map((start) => start[of]),
    ).median;
  expect(ratio('initialize')).toBeLessThan(2.2);
  expect(ratio('list')).toBeLessThan(3);
  expect(ours[0]?.bytes).toBeLessThanOrEqual(15_000);
}, 60_000);
