/** Counts by class, with the seeds that showed them, and what was found wrong, with its world. */
import type { World } from './worlds.ts';

export function tally() {
  const classes = new Map<string, number[]>();
  const found: string[] = [];
  return {
    note(name: string, seed: number) {
      classes.set(name, [...(classes.get(name) ?? []).slice(-1e6), seed]);
    },
    wrong(what: string, world: World) {
      found.push(`${what} <- ${JSON.stringify(world)}`);
    },
    of: (name: string) => classes.get(name)?.length ?? 0,
    found: () => found.slice(0, 8),
    print(title: string) {
      const lines = [...classes].map(([name, seeds]) => `  ${name}: ${seeds.length} (${seeds.slice(0, 3).join(', ')})`);
      process.stdout.write(`${title}\n${lines.sort().join('\n')}\n`);
    },
  };
}
