/** The short form of `npm run test:changes`. */
import { expect, it } from 'vitest';
import { campaignChanges } from './campaign-changes.ts';
import { VENDORS_WITH_AGENTS } from './change-platform.ts';

it('loses, doubles and overwrites no change of an agent on any platform while answers are lost, processes are killed and others edit', async () => {
  const seed = Number(process.env.AGENT_SIM_CHANGES_SEED ?? Date.now() % 1_000_000_000);
  const result = await campaignChanges({ platforms: VENDORS_WITH_AGENTS, changes: 12, seed, crew: 3, kill_every: 6 });
  const { twice, lost, overwritten, unrestored, unreadable, canaries } = result;
  expect({ seed, twice, lost, overwritten, unrestored, unreadable, canaries }).toEqual({
    seed,
    twice: [],
    lost: [],
    overwritten: [],
    unrestored: [],
    unreadable: [],
    canaries: [],
  });
  // It would be no test if a platform took nothing, no process were killed, or no answer lost.
  expect(Object.keys(result.written).sort()).toEqual([...VENDORS_WITH_AGENTS].sort());
  expect(Math.min(...Object.values(result.written))).toBeGreaterThan(1);
  expect(result.kills).toBeGreaterThan(0);
  expect(result.spoilt.answered).toBeLessThan(Object.values(result.spoilt).reduce((sum, count) => sum + count, 0));
  expect(result.outcomes['revert: saved'] ?? 0).toBeGreaterThan(2);
});
