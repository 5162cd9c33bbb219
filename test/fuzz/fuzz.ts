/**
 * `node test/run.mjs fuzz/fuzz.ts [messages] [seed]`: generated messages to the built server, all connections judged.
 * Each connection has its own seed (the campaign's plus its number), printed with what it found: the same number of
 * messages with the same seed plays the same bytes again.
 */
import { campaign, sums } from './campaign.ts';

const EACH = 500;
const [first = '100000', second] = process.argv.slice(2);
const seed = Number(second ?? Date.now() % 1_000_000_000);
const began = performance.now();
const played = await campaign({
  messages: Number(first),
  seed,
  each: Math.min(EACH, Number(first)),
  lanes: 2,
  onPlayed(one) {
    if (process.env.AGENT_SIM_TEST_FIGURES)
      process.stdout.write(`${JSON.stringify({ ...one, failures: one.failures.length })}\n`);
    for (const failure of one.failures) process.stdout.write(`seed ${one.seed} (${one.connection}): ${failure}\n`);
  },
});
const result = sums(played);
const seconds = Math.round((performance.now() - began) / 1000);
process.stdout.write(`${JSON.stringify({ seed, seconds, ...result })}\n`);
process.exit(result.failures === 0 ? 0 : 1);
