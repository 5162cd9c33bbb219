/** Whether times carry a fraction is documented nowhere: both are the same moments. */
import { expect, it } from 'vitest';
import { launch, openWorld, readRuns, sessionNamed } from './harness.ts';

it('reads times with and without a fraction, to the second', async () => {
  const seen: { sessions: number[]; runs: number[]; texts: string[] }[] = [];
  for (const times of ['seconds', 'milliseconds'] as const) {
    const world = await openWorld({ times });
    const { items } = await world.provider.sessions.list({ limit: 50 }, world.call);
    const runs = await readRuns(world, await sessionNamed(world, 'last night'));
    const texts = [...items.map((one) => one.created_at ?? ''), ...runs.map((one) => one.started_at ?? '')];
    const seconds = (text: string | undefined) => Math.floor(Date.parse(text ?? '') / 1000);
    seen.push({
      sessions: items.map((one) => seconds(one.created_at)),
      runs: runs.map((one) => seconds(one.started_at)),
      texts,
    });
    for (const text of texts) expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  const [plain, fine] = seen;
  expect(plain?.sessions).toEqual(fine?.sessions);
  expect(plain?.runs).toEqual(fine?.runs);
  expect(plain?.texts.every((text) => text.endsWith('.000Z'))).toBe(true);
  expect(fine?.texts.some((text) => !text.endsWith('.000Z'))).toBe(true);
});

it.each(['seconds', 'milliseconds'] as const)('filters by times of either kind (%s)', async (times) => {
  const world = await openWorld({ times });
  const session = await launch(world);
  const { created_at: since = '' } = await world.provider.sessions.get([session], world.call);
  const found = async (query: { since?: string; until?: string }) =>
    (await world.provider.sessions.list({ limit: 50, ...query }, world.call)).items.map((one) => one.ref);
  expect(await found({ since })).toEqual([`coval/session/${session}`]);
  const earlier = await found({ until: new Date(Date.parse(since) - 1000).toISOString() });
  expect(earlier.length).toBeGreaterThan(2);
  expect(earlier).not.toContain(`coval/session/${session}`);
});

it('numbers the repetitions of a case in the order of creation, also within one second', async () => {
  for (const times of ['seconds', 'milliseconds'] as const) {
    const world = await openWorld({ times });
    const session = await launch(world, { repeat: 2 });
    world.clock.now += 3_600_000;
    const runs = await readRuns(world, session);
    const cases = new Set(runs.map((run) => run.test));
    expect(runs).toHaveLength(cases.size * 2);
    for (const test of cases)
      expect(runs.filter((run) => run.test === test).map((run) => run.iteration)).toEqual([0, 1]);
  }
});
