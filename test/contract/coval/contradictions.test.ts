/** One test for every point on which Coval's sources contradict each other; each fails when its behaviour goes. */
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import {
  connect,
  idOf,
  launch,
  launchToEnd,
  metricOf,
  openWorld,
  readRuns,
  readSession,
  recorder,
  sessionNamed,
  startable,
} from './harness.ts';

const call = { signal: noDeadline() };

describe('contradictions', () => {
  it('1: quotes every filter value, which both kinds of server take', async () => {
    for (const filter_values of ['live', 'docs'] as const) {
      const world = await openWorld({ filter_values });
      const { suite } = await startable(world);
      const query = {
        test: { kind: 'suite' as const, ids: [suite] },
        agent: 'Bright Harbor Dental receptionist',
        status: 'completed' as const,
        since: '2026-11-01T00:00:00Z',
        until: '2026-12-01',
        limit: 10,
      };
      expect((await world.provider.sessions.list(query, world.call)).items.length).toBeGreaterThan(0);
    }
  });

  it('2: spells the key header in lower case on the wire, and the workspace as documented', async () => {
    const { requests, url } = await recorder(() => ({ body: '{"runs": []}' }));
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url, COVAL_WORKSPACE_ID: 'ws_1' });
    expect(await provider.check(call)).toMatchObject({ ok: true });
    expect(requests[0]?.rawHeaders).toContain('x-api-key');
    expect(requests[0]?.rawHeaders.some((name) => /^X-Api-Key$|^X-API-Key$/.test(name))).toBe(false);
    expect(requests[0]?.rawHeaders.join('\n')).toMatch(/x-coval-workspace-id\nws_1/i);
  });

  it('3: reads both shapes of results to the same verdicts', async () => {
    const facts = [];
    for (const results of ['values', 'aggregates'] as const) {
      const world = await openWorld({ results });
      const runs = await readRuns(world, await sessionNamed(world, 'last night'));
      facts.push(runs.map(({ name, verdict, failed_evaluations }) => [name, verdict, failed_evaluations]));
    }
    expect(facts[0]).toEqual(facts[1]);
    expect(facts[0]?.length).toBeGreaterThan(5);
  });

  it('4: never asks for more than 100 rows', async () => {
    const { requests, url } = await recorder((path) => ({
      body: path.includes('/runs/r1')
        ? '{"run": {"run_id": "r1", "status": "COMPLETED"}}'
        : '{"simulations": [], "metrics": []}',
    }));
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: `${url}/v1` });
    await readSession({ provider, call }, 'r1');
    const sizes = requests.flatMap(({ url: path }) => new URL(path, url).searchParams.get('page_size') ?? []);
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.every((size) => Number(size) <= 100)).toBe(true);
  });

  it('5: takes 1 to 50 iterations and 1 to 100 at once, and refuses more before sending', async () => {
    const world = await openWorld();
    const { request } = await startable(world);
    expect((await world.provider.start.plan({ ...request, repeat: 50, concurrency: 100 }, world.call)).runs).toBe(400);
    for (const wrong of [{ repeat: 51 }, { repeat: 0 }, { concurrency: 101 }, { concurrency: 0 }]) {
      const problem = await problemOf(world.provider.start.plan({ ...request, ...wrong }, world.call));
      expect(problem.kind).toBe('invalid_input');
      expect(problem.message).toContain(Object.keys(wrong)[0]);
    }
  });

  it('7: after judging again the newest output counts, whether superseded ones are listed or not', async () => {
    for (const superseded of ['hidden', 'listed'] as const) {
      const world = await openWorld({ superseded });
      const [run] = await readRuns(world, await launchToEnd(world));
      const id = idOf(run?.ref);
      const metric = await metricOf(world, id);
      world.switches.judged_again = [{ simulation: id, metric, at: world.clock.now }];
      const again = await world.provider.runs.get([id], world.call);
      expect(again.status).toBe('scoring');
      expect(again.evaluations).toHaveLength(run?.evaluations.length ?? 0);
    }
  });

  it('9: never sends persona_metrics, and sends config_overrides', async () => {
    const world = await openWorld();
    const { request } = await startable(world);
    const config_overrides = { simulation_timeout_seconds: 60 };
    const plan = await world.provider.start.plan({ ...request, provider_options: { config_overrides } }, world.call);
    expect(plan.steps[0]?.body).toMatchObject({ config_overrides });
    expect(JSON.stringify(plan)).not.toContain('persona_metrics');
    const refused = world.provider.start.plan({ ...request, provider_options: { persona_metrics: ['x'] } }, world.call);
    expect((await problemOf(refused)).message).toContain('persona_metrics');
  });

  it('10: reads statuses with spaces and with underscores', async () => {
    for (const status_spelling of ['spaces', 'underscores'] as const) {
      const world = await openWorld({ status_spelling, run_completes: 'after_simulations' });
      const session = await launch(world);
      world.clock.now += 1_500;
      expect((await world.provider.sessions.get([session], world.call)).status).toBe('queued');
      world.clock.now += 20_000;
      const runs = await readRuns(world, session);
      expect(runs.every((run) => ['queued', 'running', 'scoring', 'completed'].includes(run.status))).toBe(true);
      expect((await world.provider.sessions.get([session], world.call)).status).toBe('running');
    }
  });

  it('11: builds no /v1/v1, whether the base has none, one or two', async () => {
    const world = await openWorld();
    for (const base of [world.url, `${world.url}/`, `${world.url}/v1`, `${world.url}/v1/`, `${world.url}/v1/v1`]) {
      const { provider } = connect({ COVAL_API_KEY: 'coval_sk_sandbox_0001', COVAL_BASE_URL: base });
      expect(await provider.check(call), base).toMatchObject({ ok: true });
    }
  });

  it('12: finds the expectations of a case in either field', async () => {
    for (const expectations of ['behaviors', 'output_str'] as const) {
      const world = await openWorld({ expectations });
      const { items } = await world.provider.tests.list({ kind: 'case', limit: 3 }, world.call);
      const test = await world.provider.tests.get('case', [idOf(items[0]?.ref)], world.call);
      expect(test.success_criteria?.length).toBe(expectations === 'behaviors' ? test.criteria : 1);
      expect(test.success_criteria?.[0]).toBeTruthy();
      expect(test.caller).toContain('calling Bright Harbor Dental');
    }
  });

  it('14: takes the 200 of a launch and the id in it', async () => {
    const world = await openWorld();
    const session = await launch(world);
    expect(session).toMatch(/^[A-Za-z0-9]{22}$/);
    expect(world.sent()['POST /runs']).toBe(1);
  });

  it('15: accepts ids of any documented length, and no others', async () => {
    const world = await openWorld();
    expect((await problemOf(world.provider.runs.get(['abc123xyz789'], world.call))).kind).toBe('not_found');
    for (const id of ['', 'a/b', 'x"y', '..', 'a b'])
      expect((await problemOf(world.provider.runs.get([id], world.call))).kind, id).toBe('invalid_input');
  });

  it.each(['gateway', 'envelope', 'string', 'text', 'empty'] as const)(
    '17: survives the refusal shape %s',
    async (errors) => {
      const world = await openWorld({ errors });
      const answer = await fetch(`${world.url}/v1/runs`);
      const body = await answer.text();
      const fake = await recorder(() => ({
        status: 401,
        body,
        headers: { 'content-type': answer.headers.get('content-type') ?? '', 'x-amzn-requestid': 'req-1' },
      }));
      const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: fake.url });
      const problem = await problemOf(provider.sessions.list({ limit: 1 }, call));
      expect(problem.kind).toBe('unauthorized');
      expect(problem.details.vendor?.status).toBe(401);
      expect(problem.details.next).toContain('COVAL_API_KEY');
      if (errors !== 'empty') expect(problem.details.vendor?.message).toContain('Missing API Key');
      if (errors === 'envelope')
        expect(problem.details.vendor).toMatchObject({ code: 'UNAUTHENTICATED', field: 'X-API-Key' });
    },
  );
});
