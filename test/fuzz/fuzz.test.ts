/** The short form of `npm run test:fuzz`: a new seed each time, printed when something is found. */
import { expect, it } from 'vitest';
import { campaign, sums } from './campaign.ts';

it('answers two thousand generated messages well, whatever they are', async () => {
  const seed = Number(process.env.AGENT_SIM_FUZZ_SEED ?? Date.now() % 1_000_000_000);
  const played = await campaign({ messages: 2_000, seed, each: 260, lanes: 2 });
  const failures = played.flatMap((one) =>
    one.failures.map((text) => `campaign ${seed}, seed ${one.seed} (${one.connection}): ${text}`),
  );
  expect(failures).toEqual([]);
  const { messages, answers, tool_errors, cancelled, unanswered } = sums(played);
  expect(messages).toBeGreaterThan(1_900);
  expect(unanswered).toBe(0);
  // It would be no test if everything were refused, or nothing.
  expect(answers - tool_errors).toBeGreaterThan(500);
  expect(tool_errors).toBeGreaterThan(100);
  expect(cancelled).toBeGreaterThan(20);
});
