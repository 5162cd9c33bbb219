import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/problem-of.ts';
import { idOf, launch, openWorld, readRuns, readSession, sessionNamed, startable } from './harness.ts';

describe('sessions', () => {
  it.each(['mixed', 'absent', 'null', 'empty'] as const)(
    'pages to the end when the last token is %s',
    async (last_token) => {
      const world = await openWorld({ last_token });
      const names: (string | undefined)[] = [];
      let cursor: string | undefined;
      do {
        const page = await world.provider.sessions.list({ limit: 2, ...(cursor ? { cursor } : {}) }, world.call);
        names.push(...page.items.map((session) => session.name));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(names).toHaveLength(3);
      expect(new Set(names).size).toBe(3);
    },
  );

  it('shows each run once while new ones push the pages down', async () => {
    const world = await openWorld();
    const first = await world.provider.sessions.list({ limit: 2 }, world.call);
    await launch(world);
    world.clock.now += 1000;
    const second = await world.provider.sessions.list({ limit: 5, cursor: first.next ?? '' }, world.call);
    const refs = [...first.items, ...second.items].map((session) => session.ref);
    expect(new Set(refs).size).toBe(3);
    expect(refs).toHaveLength(3);
  });

  it('refuses a cursor that is none, and says where a token leads back', async () => {
    const world = await openWorld({ repeat_token: true });
    const bad = await problemOf(world.provider.sessions.list({ limit: 2, cursor: 'nonsense' }, world.call));
    expect(bad.kind).toBe('invalid_input');
    const page = await world.provider.sessions.list({ limit: 90 }, world.call);
    expect(page.next).toBeUndefined();
    expect(page.coverage).toMatchObject({ complete: false, gaps: [{ kind: 'repeated' }] });
    // Every output that the run names is read; that the token says more stays a contradiction.
    const { runs, coverage } = await readSession(world, idOf(page.items[0]?.ref));
    expect(coverage).toMatchObject({ complete: false, read: runs.length, expected: runs.length });
    expect(coverage.gaps?.map(({ kind }) => kind)).toEqual(['repeated']);
  });

  it('counts malformed items of a list', async () => {
    const world = await openWorld({ malformed_items: true });
    const session = await sessionNamed(world, 'last night');
    const odd = await readSession(world, session);
    world.switches.malformed_items = false;
    const even = await readSession(world, session);
    expect(odd.runs.map((run) => run.ref)).toEqual(even.runs.map((run) => run.ref));
    expect(even.coverage).toEqual({ complete: true, read: even.runs.length, expected: even.runs.length });
    expect(odd.coverage).toMatchObject({ complete: false, read: odd.runs.length, unreadable: 3 });
    expect(odd.coverage.gaps?.map(({ kind, count }) => [kind, count])).toEqual([['unreadable', 3]]);
  });

  it('filters by agent name, suite, status and time', async () => {
    const world = await openWorld();
    const list = async (query: object) =>
      (await world.provider.sessions.list({ limit: 20, ...query }, world.call)).items;
    const all = await list({});
    expect(all.map((session) => session.created_at)).toEqual(
      all
        .map((session) => session.created_at)
        .sort()
        .reverse(),
    );
    const urgent = await list({ agent: 'urgent line' });
    expect(urgent).toHaveLength(1);
    expect(urgent[0]?.agent).toBe('Bright Harbor Dental urgent line');
    expect(await list({ test: { kind: 'suite', ids: [idOf(urgent[0]?.test)] } })).toEqual(urgent);
    expect(await list({ status: 'queued' })).toEqual([]);
    expect(await list({ since: '2026-11-20T07:59:00Z' })).toEqual([]);
    const started = await launch(world);
    expect((await list({ status: 'queued' })).map((session) => idOf(session.ref))).toEqual([started]);
    expect((await list({ since: '2026-11-20T07:59:00Z' })).map((session) => idOf(session.ref))).toEqual([started]);
    expect((await problemOf(list({ agent: 'Bright Harbor' }))).kind).toBe('ambiguous');
    expect((await problemOf(list({ agent: 'nobody "x"' }))).kind).toBe('not_found');
    expect((await problemOf(list({ since: 'yesterday' }))).kind).toBe('invalid_input');
  });

  it('finds the sessions of one test case', async () => {
    const world = await openWorld();
    const session = await sessionNamed(world, 'Bookings');
    const [run] = await readRuns(world, session);
    const caseId = idOf(run?.test);
    const started = await launch(world, { test: { kind: 'case', ids: [caseId] }, repeat: 3 });
    const page = await world.provider.sessions.list({ test: { kind: 'case', ids: [caseId] }, limit: 1 }, world.call);
    expect(page.items.map((one) => idOf(one.ref))).toEqual([started]);
    const rest = await world.provider.sessions.list(
      { test: { kind: 'case', ids: [caseId] }, limit: 5, cursor: page.next ?? '' },
      world.call,
    );
    expect(rest.items.map((one) => idOf(one.ref))).toEqual([session]);
    expect(rest.next).toBeUndefined();
  });

  it('says "scoring" while the metrics of a completed run are pending, but not for ever', async () => {
    const world = await openWorld({ run_completes: 'after_simulations' });
    const session = await launch(world, { test: { kind: 'case', ids: [await firstCase(world)] } });
    const engineRun = world.engine.sessions()[0]?.runs[0];
    world.clock.now = (engineRun?.ends_at ?? 0) + 100;
    expect((await world.provider.sessions.get([session], world.call)).status).toBe('scoring');
    expect((await readRuns(world, session))[0]).toMatchObject({ status: 'scoring', verdict: 'pending' });
    const listed = await world.provider.sessions.list({ status: 'scoring', limit: 5 }, world.call);
    expect(listed.items.map((one) => idOf(one.ref))).toEqual([session]);
    world.clock.now += 60_000;
    expect((await world.provider.sessions.get([session], world.call)).status).toBe('completed');
    // A judge that never answers: after a while the run is over all the same, without a result.
    if (engineRun) engineRun.scored_at = world.clock.now + 1e9;
    expect((await world.provider.sessions.get([session], world.call)).status).toBe('scoring');
    world.clock.now += 3_600_000;
    expect((await world.provider.sessions.get([session], world.call)).status).toBe('completed');
    const [given] = await readRuns(world, session);
    expect(given).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
    expect(given?.evaluations.map(({ verdict, unread }) => [verdict, unread])).toContainEqual([
      'unscored',
      'no result',
    ]);
    const one = await world.provider.runs.get([idOf(given?.ref)], world.call);
    expect(one).toMatchObject({ status: 'completed', verdict: 'inconclusive' });
  });

  it('asks nothing more about an old run', async () => {
    const world = await openWorld();
    const session = await sessionNamed(world, 'last night');
    const before = world.total();
    await world.provider.sessions.get([session], world.call);
    expect(world.total() - before).toBe(1);
  });

  it('shows a run whose setup crashed with the reason and no runs', async () => {
    const world = await openWorld({ setup_crash: true });
    const session = await world.provider.sessions.get([await launch(world)], world.call);
    expect(session.status).toBe('failed');
    expect(session.counts.runs).toBe(0);
    expect(session.vendor_status).toContain('SETUP_FAILED');
  });

  it.each(['COMPLETED', 'FAILED'] as const)('keeps broken simulations apart (run: %s)', async (all_broken) => {
    const world = await openWorld({ all_broken }, { broken_rate: 1 });
    const session = await launch(world);
    world.clock.now += 3_600_000;
    const runs = await readRuns(world, session, 'reasons');
    expect(runs.every((run) => run.verdict === 'error' && run.status === 'failed' && run.error?.message)).toBe(true);
    expect(runs.every((run) => run.evaluations.length === 0)).toBe(true);
    const got = await world.provider.sessions.get([session], world.call);
    expect(got.counts).toMatchObject({ runs: runs.length, error: runs.length, passed: 0, failed: 0 });
  });

  it.each(['simulations', 'cases'] as const)(
    'never invents counts when progress counts %s',
    async (progress_counts) => {
      const world = await openWorld({ progress_counts });
      const session = await launch(world, { repeat: 2 });
      world.clock.now += 3_600_000;
      const { counts } = await world.provider.sessions.get([session], world.call);
      expect(counts.runs).toBe(16);
      expect(counts.uncounted).toBe(16);
    },
  );

  it('names the closest runs for an unknown id', async () => {
    const world = await openWorld();
    const known = await sessionNamed(world, 'last night');
    const problem = await problemOf(world.provider.sessions.get([`${known.slice(0, -1)}2`], world.call));
    expect(problem.kind).toBe('not_found');
    expect(problem.details.candidates?.[0]).toContain(known);
  });

  it('tells variants and iterations apart', async () => {
    const world = await openWorld();
    const { request } = await startable(world);
    const session = await launch(world, {
      test: request.test,
      repeat: 2,
      provider_options: { mutation_ids: ['GPT-4 Fast VAD'] },
    });
    world.clock.now += 3_600_000;
    const runs = await readRuns(world, session);
    expect(runs).toHaveLength(32);
    const one = runs.filter((run) => run.test === runs[0]?.test);
    expect(one.map((run) => [run.variant ?? 'base', run.iteration])).toEqual([
      ['base', 0],
      ['base', 1],
      ['GPT-4 Fast VAD', 0],
      ['GPT-4 Fast VAD', 1],
    ]);
  });
});

async function firstCase(world: Awaited<ReturnType<typeof openWorld>>): Promise<string> {
  const { items } = await world.provider.tests.list({ kind: 'case', limit: 1 }, world.call);
  return idOf(items[0]?.ref);
}
