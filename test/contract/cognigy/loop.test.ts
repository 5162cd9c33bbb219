/** The whole loop over real HTTP: list, start by name, wait, read, stop. */
import { describe, expect, it } from 'vitest';
import {
  BOOKING,
  finished,
  idsOf,
  launch,
  openWorld,
  readConversations,
  readRuns,
  readWhole,
  scenarioNamed,
} from './harness.ts';

describe('the loop', () => {
  it('lists scenarios as cases and has no suites', async () => {
    const { provider, call, engine } = await openWorld();
    const page = await provider.tests.list({ limit: 100 }, call);
    expect(page.items.map((one) => one.name).sort()).toEqual(engine.cases.map((one) => one.name).sort());
    expect(page.total).toBe(engine.cases.length);
    expect(page.items.every((one) => one.kind === 'case' && one.agent !== undefined)).toBe(true);
    expect(await provider.tests.list({ kind: 'suite', limit: 10 }, call)).toEqual({
      items: [],
      total: 0,
      coverage: { complete: true, read: 0 },
    });
    expect(await provider.check(call)).toEqual({ ok: true, detail: `${engine.cases.length} scenarios` });
  });

  it('starts a scenario on a flow by name, follows it to its end and reads every run', async () => {
    const world = await openWorld({ batch_run_config: 'present' });
    const { provider, call, clock, engine } = world;
    const flow = engine.agents[1]?.name ?? '';
    const plan = await provider.start.plan(
      { test: { kind: 'case', ids: [BOOKING] }, agent: flow.toUpperCase(), repeat: 4, name: 'nightly' },
      call,
    );
    expect(plan).toMatchObject({ runs: 4, test_name: BOOKING, agent: flow });
    const [step] = plan.steps;
    if (!step) throw new Error('No step was planned.');
    const { session = [] } = await provider.start.send({ ...step, correlation_id: 'k3y' }, call, []);
    expect(session[0]).toBe(await scenarioNamed(world, BOOKING));

    const running = await provider.sessions.get(session, call);
    expect(running).toMatchObject({ status: 'running', name: 'nightly (k3y)', agent: flow });
    expect(running.counts).toMatchObject({ runs: 4, pending: 4 });
    expect((await readRuns(world, session)).map((run) => run.verdict)).toEqual(Array(4).fill('pending'));

    clock.now += 3_600_000;
    const done = await provider.sessions.get(session, call);
    expect(done.status).toBe('completed');
    const runs = await readConversations(world, session);
    expect(runs.map((run) => run.iteration)).toEqual([0, 1, 2, 3]);
    expect(done.counts.passed).toBe(runs.filter((run) => run.verdict === 'passed').length);
    expect(done.counts.failed).toBe(runs.filter((run) => run.verdict === 'failed').length);
    const failed = runs.find((run) => run.verdict === 'failed');
    expect(failed?.failed_evaluations.length).toBeGreaterThan(0);
    expect(failed?.evaluations.find((one) => one.verdict === 'failed')?.reason).toBeTruthy();
    expect(failed?.transcript?.slice(0, 2).map((turn) => turn.speaker)).toEqual(['caller', 'agent']);
    expect(failed).toMatchObject({ speaker_inferred: true, test: done.test, session: done.ref });
    expect(failed?.expires_at).toMatch(/^2026-12/);

    const one = await provider.runs.get(idsOf(failed?.ref), call);
    expect(one).toMatchObject({ verdict: 'failed', evaluations: failed?.evaluations, transcript: failed?.transcript });
    expect(await provider.runs.transcript(idsOf(failed?.ref), call)).toEqual({
      turns: failed?.transcript,
      speaker_inferred: true,
    });
    const listed = await provider.sessions.list({ limit: 5 }, call);
    expect(listed.items[0]?.ref).toBe(done.ref);
    expect(await provider.cancel.session(session, call)).toBe('already_ended');
  });

  it('stops a batch with a signal and counts what it cut off neither as pass nor as failure', async () => {
    const world = await openWorld();
    const { provider, call, clock } = world;
    const { session = [] } = await launch(world, { repeat: 20 });
    clock.now += 60_000;
    expect(await provider.cancel.session(session, call)).toBe('stopping');
    expect((await provider.sessions.get(session, call)).status).toBe('running');
    clock.now += 5_000;
    expect((await provider.sessions.get(session, call)).status).toBe('cancelled');
    const runs = await readRuns(world, session);
    expect(runs.filter((run) => run.status === 'cancelled').every((run) => run.verdict === 'inconclusive')).toBe(true);
    expect(runs.some((run) => run.status === 'cancelled')).toBe(true);
    expect(runs).toHaveLength(20);
  });

  it('reads a session with two requests when its runs fit one page', async () => {
    const world = await openWorld();
    const session = await finished(world, { repeat: 40 });
    const before = world.total();
    const { opened, runs, coverage } = await readWhole(world, session);
    expect(runs).toHaveLength(40);
    expect(coverage).toEqual({ complete: true, read: 40, expected: 40 });
    expect(opened.session).toEqual(await world.provider.sessions.get(session, world.call));
    expect(world.total() - before).toBe(3);
  });
});
