/** Requests of a write under any sequence of outcomes and kills. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Passage } from '../../src/changing/application.ts';
import { recordedSteps } from '../../src/changing/steps.ts';
import { Problem } from '../../src/model/problem.ts';

/** What becomes of one request: `done, …`: the platform did it. A kill ends the process; the next knows the disk alone. */
const OUTCOMES = [
  'done',
  'done, answer lost',
  'done, answer cannot be read',
  'done, killed before the answer',
  'done, disk full',
  'lost',
  'refused',
  'not sent',
  'killed before it left',
  'disk full before it left',
  'disk full, killed',
] as const;
type Outcome = (typeof OUTCOMES)[number];

const KILLED = new Error('killed');
const NAMES = ['copy', 'name', 'edit'];

interface World {
  /** The passage as it is on the disk. */
  disk: string;
  /** How often the platform did each step. */
  did: Map<string, number>;
  /** What may be on its way still: never sent again. */
  doubtful: Set<string>;
  outcomes: Outcome[];
  wrong: string[];
}

const EMPTY: Passage = { state: 'open', at: '', process: { pid: 1, host: '' }, mark: 'agent-sim-x', steps: [] };

/** One process that does the write from what is on the disk. */
async function run(world: World, looksOnly = false): Promise<void> {
  const passage: Passage = JSON.parse(world.disk);
  let full = false;
  const write = async () => {
    if (!full) world.disk = JSON.stringify(passage);
  };
  let next: Outcome = 'done';
  const steps = recordedSteps({
    passage,
    looksOnly,
    lookDelays: [0],
    sleep: async () => {},
    settle: write,
    async record() {
      next = world.outcomes.shift() ?? 'done';
      if (full || next === 'disk full before it left') throw new Problem('local_io', 'Full.', { sent: 'no' });
      if (next === 'disk full, killed') throw KILLED;
      await write();
      if (next === 'killed before it left') throw KILLED;
    },
  });
  for (const name of NAMES)
    await steps.once(
      name,
      async () => {
        // What was done, or may be on its way, never leaves again.
        if (world.did.has(name) || world.doubtful.has(name)) world.wrong.push(`${name} was sent again`);
        const onDisk: Passage = JSON.parse(world.disk);
        if (onDisk.steps.find((step) => step.name === name)?.state !== 'sent')
          world.wrong.push(`${name} is not on the disk`);
        if (next === 'refused') throw new Problem('rate_limited', 'No.', { sent: 'yes', vendor: { status: 429 } });
        if (next === 'not sent') throw new Problem('network', 'No route.', { sent: 'no' });
        if (next === 'lost') {
          world.doubtful.add(name);
          throw new Problem('timeout', 'No answer.', { sent: 'unknown' });
        }
        world.did.set(name, (world.did.get(name) ?? 0) + 1);
        if (next === 'done, answer lost') throw new Problem('timeout', 'No answer.', { sent: 'unknown' });
        if (next === 'done, answer cannot be read') throw new Problem('unreadable', 'Half.', { sent: 'yes' });
        if (next === 'done, killed before the answer') throw KILLED;
        if (next === 'done, disk full') full = true;
        return { [name]: 'made' };
      },
      async () => (world.did.has(name) ? { [name]: 'found' } : undefined),
    );
}

it('what the platform did is done once, known on the disk, and found by whoever looks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...OUTCOMES), { maxLength: 12 }), async (outcomes) => {
      const world: World = {
        disk: JSON.stringify(EMPTY),
        did: new Map(),
        doubtful: new Set(),
        outcomes: [...outcomes],
        wrong: [],
      };
      for (let tries = 0; tries < 16; tries += 1) {
        const before = new Map(world.did);
        await run(world, true).catch(() => undefined);
        // Whoever only looks changes nothing.
        expect(world.did).toEqual(before);
        await run(world).catch((error: unknown) => {
          if (error !== KILLED && !(error instanceof Problem)) throw error;
        });
        expect(world.wrong).toEqual([]);
        const { steps }: Passage = JSON.parse(world.disk);
        for (const [name, count] of world.did) {
          expect(count).toBe(1);
          expect(['sent', 'done']).toContain(steps.find((step) => step.name === name)?.state);
        }
      }
      // A request that is lost for good holds up what follows, and nothing else does.
      const stuck = NAMES.findIndex(
        (name) =>
          world.doubtful.has(name) || (!world.did.has(name) && world.disk.includes(`"name":"${name}","state":"sent"`)),
      );
      const reached = stuck < 0 ? NAMES : NAMES.slice(0, stuck);
      expect([...world.did.keys()]).toEqual(reached);
      const { steps }: Passage = JSON.parse(world.disk);
      expect(steps.filter(({ state }) => state === 'done').map(({ name }) => name)).toEqual(reached);
    }),
    { numRuns: 300 },
  );
});
