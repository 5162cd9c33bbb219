/** `node test/run.mjs soak/hour.ts [starts] [seed]`: small starts by four processes within an hour of moved clocks. */
import { campaignHour } from '../starting/hour.ts';

const [starts = '1000', seed = String(Date.now() % 1_000_000_000)] = process.argv.slice(2);
const above = 20;
const began = performance.now();
const result = await campaignHour({ starts: Number(starts), above, seed: Number(seed) });
const seconds = Math.round((performance.now() - began) / 1000);
process.stdout.write(`${JSON.stringify({ seed: Number(seed), seconds, above, ...result }, null, 1)}\n`);
process.exit(result.most <= above && result.twice.length === 0 ? 0 : 1);
