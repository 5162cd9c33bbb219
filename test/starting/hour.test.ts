import { expect, it } from 'vitest';
import { campaignHour } from './hour.ts';

it('starts of four processes within an hour of moved clocks never pass the budget without a yes, and none starts twice', async () => {
  const { most, twice, taken, outcomes, calls } = await campaignHour({ starts: 192, above: 20, seed: 20_261_128 });
  if (process.env.AGENT_SIM_TEST_FIGURES) process.stderr.write(`${JSON.stringify({ calls, most, taken, outcomes })}\n`);
  expect(most).toBeLessThanOrEqual(20);
  expect(twice).toEqual([]);
  // The budget was used, and held against what came after it.
  expect(most).toBeGreaterThan(10);
  expect(taken.confirmed).toBeGreaterThan(2);
  expect(outcomes.confirmation_required).toBeGreaterThan(50);
});
