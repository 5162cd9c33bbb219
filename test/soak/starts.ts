/** `node test/run.mjs soak/starts.ts [starts] [seed] [processes]`: faulted starts over racing, killed server processes. */
import { campaignStarts } from './campaign-starts.ts';

const [wants = '1000', seed = String(Date.now() % 1_000_000_000), crew = '4'] = process.argv.slice(2);
const began = performance.now();
const result = await campaignStarts({ wants: Number(wants), seed: Number(seed), crew: Number(crew) });
const { twice, unaccounted, wrong, ...figures } = result;
process.stdout.write(
  `${JSON.stringify({ seed: Number(seed), seconds: Math.round((performance.now() - began) / 1000), ...figures }, null, 1)}\n`,
);
process.stdout.write(
  `counted twice: ${twice.length}; counted and not in the journal: ${unaccounted.length}; wrong session: ${wrong.length}; left open: ${result.open}\n`,
);
for (const one of [...twice, ...unaccounted, ...wrong].slice(0, 20)) process.stdout.write(`  ${one}\n`);
// Node 20 may hang in its own cleanup after many killed children; there is nothing left to clean.
process.exit(twice.length + unaccounted.length + wrong.length + result.open === 0 ? 0 : 1);
