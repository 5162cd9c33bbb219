import { it } from 'vitest';
import { openWorld, readRuns, sessionNamed } from './harness.ts';
it('counts', async () => {
  const world = await openWorld({}, { scale: 10000 });
  const session = await sessionNamed(world, '10000').catch(() => sessionNamed(world, '10,000'));
  for (const depth of ['verdicts', 'reasons', 'evidence'] as const) {
    const b = { ...world.sent() }; const t = world.total();
    await world.provider.sessions.get([session], world.call);
    const start = Date.now();
    const runs = await readRuns(world, session, depth);
    const a = world.sent();
    console.log(depth, runs.length, world.total() - t, Date.now() - start, JSON.stringify(Object.fromEntries(Object.entries(a).map(([k, v]) => [k, v - (b[k] ?? 0)]).filter(([, v]) => v))));
  }
}, 120000);
