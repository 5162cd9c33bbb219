/** `node test/run.mjs soak/changes.ts [changes] [seed] [processes] [platforms]`: faulted changes of agents over racing, killed processes. */
import { campaignChanges } from './campaign-changes.ts';
import { VENDORS_WITH_AGENTS } from './change-platform.ts';

const [changes = '500', seed = String(Date.now() % 1_000_000_000), crew = '4', only] = process.argv.slice(2);
const began = performance.now();
const result = await campaignChanges({
  platforms: VENDORS_WITH_AGENTS.filter((id) => only === undefined || only.split(',').includes(id)),
  changes: Number(changes),
  seed: Number(seed),
  crew: Number(crew),
});
const { twice, lost, overwritten, unrestored, unreadable, canaries, ...figures } = result;
const wrong = { twice, lost, overwritten, unrestored, unreadable, canaries };
process.stdout.write(
  `${JSON.stringify({ seed: Number(seed), seconds: Math.round((performance.now() - began) / 1000), ...figures }, null, 1)}\n`,
);
for (const [what, all] of Object.entries(wrong)) {
  process.stdout.write(`${what}: ${all.length}\n`);
  for (const one of all.slice(0, 10)) process.stdout.write(`  ${one}\n`);
}
// Node 20 may hang in its own cleanup after many killed children; there is nothing left to clean.
process.exit(Object.values(wrong).every((all) => all.length === 0) ? 0 : 1);
