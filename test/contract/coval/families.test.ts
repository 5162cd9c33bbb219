import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/problem-of.ts';
import { idOf, launch, openWorld, readRuns, sessionNamed } from './harness.ts';

const CANONICAL = 'GET /conversations/simulated';

describe('the two path families of simulations', () => {
  it('starts with /simulations and stays there while it is served', async () => {
    const world = await openWorld();
    await readRuns(world, await sessionNamed(world, 'last night'));
    expect(world.sent()[CANONICAL]).toBeUndefined();
  });

  it.each([404, 403] as const)('falls over when the list is gone (%s), and remembers', async (missing_family) => {
    const world = await openWorld({ families: 'canonical', missing_family });
    const session = await sessionNamed(world, 'last night');
    const runs = await readRuns(world, session);
    expect(runs.length).toBeGreaterThan(5);
    expect(world.sent()['GET /simulations']).toBe(1);
    await readRuns(world, session);
    expect(world.sent()['GET /simulations']).toBe(1);
  });

  it('falls over when the first thing asked for is one simulation', async () => {
    const both = await openWorld();
    const id = idOf((await readRuns(both, await sessionNamed(both, 'last night')))[0]?.ref);
    const world = await openWorld({ families: 'canonical' });
    const run = await world.provider.runs.get([id], world.call);
    expect(run.transcript?.length).toBeGreaterThan(3);
    expect((await world.provider.runs.recording?.([id], world.call))?.url).toMatch(/^http:.*\.wav\?X-Amz-Signature=/);
  });

  it('does not take an unknown id for a family that is gone', async () => {
    const world = await openWorld();
    const problem = await problemOf(world.provider.runs.get(['2222222222222222222222'], world.call));
    expect(problem.kind).toBe('not_found');
    expect(world.sent()['GET /simulations']).toBe(1);
    expect(Object.keys(world.sent()).some((name) => name.includes('/conversations'))).toBe(false);
    // Known to be alive now: the next unknown id costs one request.
    await problemOf(world.provider.runs.get(['3333333333333333333333'], world.call));
    expect(world.sent()['GET /simulations']).toBe(1);
  });

  it('does not take a missing permission for a family that is gone', async () => {
    const world = await openWorld({ scopes: ['runs:*', 'metrics:*', 'agents:*'] });
    const session = await sessionNamed(world, 'last night');
    const problem = await problemOf(readRuns(world, session));
    expect(problem.kind).toBe('forbidden');
    expect(problem.details.vendor?.field).toBe('permissions');
    expect(problem.details.next).toContain('scope');
    expect(Object.keys(world.sent()).some((name) => name.includes('/conversations'))).toBe(false);
  });

  it('goes back when the other one is taken away', async () => {
    const world = await openWorld({ families: 'canonical' });
    const session = await sessionNamed(world, 'last night');
    await readRuns(world, session);
    world.switches.families = 'legacy';
    expect((await readRuns(world, session)).length).toBeGreaterThan(5);
  });

  it('notices the retirement of a family in a long session', async () => {
    const world = await openWorld();
    const session = await launch(world);
    world.clock.now += 3_600_000;
    const [run] = await readRuns(world, session);
    world.switches.families = 'canonical';
    world.clock.now += 3_600_000;
    expect((await world.provider.runs.get([idOf(run?.ref)], world.call)).ref).toBe(run?.ref);
  });
});
