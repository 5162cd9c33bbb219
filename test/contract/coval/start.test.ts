import { describe, expect, it } from 'vitest';
import { checkArguments } from '../../../src/starting/plan.ts';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import { connect, idOf, launch, openWorld, readRuns, recorder, startable } from './harness.ts';

describe('starting', () => {
  it('plans cases × iterations × variants, and runs exactly that', async () => {
    const world = await openWorld();
    const { request } = await startable(world);
    const tests = await world.provider.tests.get('suite', request.test.ids, world.call);
    const cases = tests.members?.slice(0, 2).map((member) => member.ref) ?? [];
    const wanted = {
      ...request,
      cases,
      repeat: 3,
      provider_options: { mutation_ids: ['GPT-4 Fast VAD', 'Shorter answers'] },
    };
    const plan = await world.provider.start.plan(wanted, world.call);
    expect(plan.runs).toBe(18);
    expect(plan.agent).toBe('Bright Harbor Dental receptionist');
    expect(await world.provider.start.plan(wanted, world.call)).toEqual(plan);
    expect(world.sent()['POST /runs']).toBeUndefined();
    const session = await launch(world, wanted);
    expect(await readRuns(world, session)).toHaveLength(18);
  });

  it('sends every option', async () => {
    const world = await openWorld();
    const { request } = await startable(world);
    const plan = await world.provider.start.plan(
      {
        ...request,
        metrics: ['Response latency', 'Verifies identity'],
        concurrency: 4,
        name: 'Nightly',
        provider_options: {
          sub_sample_size: 3,
          sub_sample_seed: 9,
          tags: [' a ', 'a', 'b'],
          created_by: 'ci',
          customer: { build: 7 },
          config_overrides: { simulation_timeout_seconds: 30 },
        },
      },
      world.call,
    );
    expect(plan.runs).toBe(3);
    expect(plan.steps[0]?.body).toMatchObject({
      metric_ids: [expect.any(String), expect.any(String)],
      options: { iteration_count: 1, concurrency: 4, sub_sample_size: 3, sub_sample_seed: 9 },
      metadata: { display_name: 'Nightly', tags: ['a', 'b'], created_by: 'ci', customer: { build: 7 } },
      config_overrides: { simulation_timeout_seconds: 30 },
    });
    const step = plan.steps[0];
    if (!step) throw new Error('no step');
    const receipt = await world.provider.start.send(step, world.call, []);
    expect(await readRuns(world, receipt.session?.[0] ?? '')).toHaveLength(3);
  });

  it('starts a single case in its test set', async () => {
    const world = await openWorld();
    const { items } = await world.provider.tests.list({ kind: 'case', limit: 1 }, world.call);
    const session = await launch(world, { test: { kind: 'case', ids: [idOf(items[0]?.ref)] }, repeat: 2 });
    const runs = await readRuns(world, session);
    expect(runs.map((run) => [run.test, run.iteration])).toEqual([
      [items[0]?.ref, 0],
      [items[0]?.ref, 1],
    ]);
  });

  it('asks for a persona by name when there are several', async () => {
    const world = await openWorld();
    const { request } = await startable(world);
    const problem = await problemOf(world.provider.start.plan({ ...request, persona: undefined }, world.call));
    expect(problem.kind).toBe('ambiguous');
    expect(problem.details.candidates?.length).toBeGreaterThan(3);
    expect(problem.details.next).toContain('persona');
  });

  it.each([
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ cases: ['x'], provider_options: { sub_sample_size: 2 } }, 'sub_sample_size'],
    [{ provider_options: { sub_sample_seed: 2 } }, 'sub_sample_seed'],
    [{ provider_options: { mutation_id: 'a', mutation_ids: ['b'] } }, 'mutation_id'],
    [{ provider_options: { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) } }, 'tags'],
    [{ provider_options: { wrong: 1 } }, 'provider_options.wrong'],
    [{ agent: 'nobody at all' }, 'agent'],
    [{ metrics: ['No such metric'] }, 'metric'],
    [{ cases: ['No such case'] }, 'no case'],
    [{ provider_options: { mutation_ids: ['No such variant'] } }, 'mutation'],
  ])('refuses %j before anything is sent', async (wrong, word) => {
    const world = await openWorld();
    const { request } = await startable(world);
    const problem = await problemOf(world.provider.start.plan({ ...request, ...wrong }, world.call));
    expect(['invalid_input', 'not_found']).toContain(problem.kind);
    expect(problem.message).toContain(word);
    expect(problem.details.next).toBeTruthy();
    expect(world.sent()['POST /runs']).toBeUndefined();
  });

  it.each([
    [{ variables: { a: 1 } }, 'variables'],
    [{ max_turns: 5 }, 'max_turns'],
  ])('has no use for %j, which is refused by name before a plan is made', async (wrong, name) => {
    const { provider } = await openWorld();
    const request = { test: { kind: 'suite' as const, ids: ['x'] }, repeat: 1 };
    checkArguments(provider, provider.start, request);
    expect(() => checkArguments(provider, provider.start, { ...request, ...wrong })).toThrow(
      `Coval does not take "${name}"`,
    );
  });

  it('refuses thousands of options in a few words', async () => {
    const { provider } = await openWorld();
    const options = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`option ${index}`, 1]));
    const request = { test: { kind: 'suite' as const, ids: ['x'] }, repeat: 1, provider_options: options };
    const refused = () => checkArguments(provider, provider.start, request);
    expect(refused).toThrow(/^Coval does not take .{1,400} and 9995 more when it starts a simulation\.$/);
  });

  it('finds the run of a lost answer by its correlation_id, and says so when it cannot be sure', async () => {
    const world = await openWorld();
    const { request } = await startable(world);
    const plan = await world.provider.start.plan(request, world.call);
    const step = { ...plan.steps[0], label: 'x', runs: 1, body: plan.steps[0]?.body, correlation_id: 'm4rk' };
    const window = { since: new Date(world.clock.now - 1000), until: new Date(world.clock.now + 60_000) };
    expect(await world.provider.start.find(step, window, world.call)).toEqual([]);
    world.sandbox.faults.add({ kind: 'reset', method: 'POST', path: '/runs', after_handling: true });
    const problem = await problemOf(world.provider.start.send(step, world.call, []));
    expect(problem.details.sent).toBe('unknown');
    expect(world.sent()['POST /runs']).toBe(1);
    const other = await launch(world, request);
    const found = await world.provider.start.find(step, window, world.call);
    expect(found).toHaveLength(1);
    expect(found[0]?.certain).toBe(true);
    expect(found[0]?.receipt.session).not.toEqual([other]);
    const unmarked = await world.provider.start.find({ ...step, correlation_id: 'another' }, window, world.call);
    expect(unmarked).toEqual([{ receipt: { session: [other] }, certain: false }]);
    const past = { since: new Date(world.clock.now - 90_000), until: new Date(world.clock.now - 60_000) };
    expect(await world.provider.start.find(step, past, world.call)).toEqual([]);
  });
});

describe('cancelling', () => {
  it('stops an active run', async () => {
    const world = await openWorld();
    const session = await launch(world);
    world.clock.now += 10_000;
    expect(await world.provider.cancel.session([session], world.call)).toBe('cancelled');
    expect((await world.provider.sessions.get([session], world.call)).status).toBe('cancelled');
    const runs = await readRuns(world, session);
    expect(runs.filter((run) => run.status === 'cancelled').every((run) => run.verdict === 'inconclusive')).toBe(true);
  });

  it('never deletes a finished run', async () => {
    const world = await openWorld();
    const session = await launch(world);
    world.clock.now += 3_600_000;
    expect(await world.provider.cancel.session([session], world.call)).toBe('already_ended');
    expect(world.sent()['DELETE /runs/{id}']).toBeUndefined();
    expect(await readRuns(world, session)).toHaveLength(8);
  });

  it('says so when the run ended in between and was deleted', async () => {
    let looks = 0;
    const run = JSON.stringify({ run: { run_id: 'r1', status: 'IN PROGRESS' } });
    const { url, requests } = await recorder((_path, method) => {
      if (method === 'DELETE') return { body: '{}' };
      looks += 1;
      return looks === 1
        ? { body: run }
        : { status: 404, body: '{"error": {"code": "NOT_FOUND", "message": "Run not found"}}' };
    });
    const { provider } = connect({ COVAL_API_KEY: 'k1', COVAL_BASE_URL: url });
    const problem = await problemOf(provider.cancel.session(['r1'], { signal: noDeadline() }));
    expect(problem.kind).toBe('conflict');
    expect(problem.details.next).toContain('gone');
    expect(requests).toHaveLength(3);
  });
});

describe('what may run more simulations than can be counted', () => {
  const values = Array.from({ length: 50 }, (_, index) => String(index));

  it.each<[string, unknown]>([
    ['an object of lists', { accent: values, noise: values }],
    ['a list', [{ name: 'accent', values }]],
    ['text', JSON.stringify({ accent: values })],
  ])('sweep parameters of a test set as %s: the number is not known, and it is said', async (_, sweep) => {
    const world = await openWorld({ sweep });
    const { request } = await startable(world);
    const suite = await world.provider.start.plan(request, world.call);
    const tests = await world.provider.tests.get('suite', request.test.ids, world.call);
    const [one] = tests.members ?? [];
    const single = await world.provider.start.plan(
      { ...request, test: { kind: 'case', ids: [idOf(one?.ref ?? '')] } },
      world.call,
    );
    for (const plan of [suite, single]) {
      expect(plan.runs).toBeUndefined();
      expect(plan.notes.join()).toContain('sweep parameters');
    }
    expect(suite.steps[0]?.runs).toBe(8);
  });

  it.each<[unknown]>([[{}], [null], [[]], ['']])('no sweep parameters as %j: it is known', async (sweep) => {
    const world = await openWorld({ sweep });
    const { request } = await startable(world);
    expect((await world.provider.start.plan(request, world.call)).runs).toBe(8);
  });

  it.each([
    { iteration_count: 50 },
    { iterationCount: 50 },
    { options: { 'iteration-count': 50 } },
    { ITERATIONS: 3 },
    { repeat: 3 },
    { nested: [{ test_case_ids: ['a'] }] },
    { sub_sample_size: 0 },
    { mutationIds: ['x'] },
    { num_simulations: 9 },
    { sweep: { a: [1, 2] } },
    { parameters: { a: [1, 2] } },
  ])('config_overrides %j is refused: it would get around what is counted', async (config_overrides) => {
    const world = await openWorld();
    const { request } = await startable(world);
    const refused = await problemOf(
      world.provider.start.plan({ ...request, provider_options: { config_overrides } }, world.call),
    );
    expect(refused).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
    expect(refused.message).toContain('config_overrides');
  });

  it.each([
    [{ simulation_timeout_seconds: 30 }, 8],
    [{}, 8],
    [{ simulation_timeout_seconds: { loops: 50 } }, undefined],
    [{ simulation_timeout_seconds: '30, n: 50' }, undefined],
    [{ simulation_timeout_seconds: [1, 2, 3] }, undefined],
    [{ vad_sensitivity: 0.3 }, undefined],
    [{ simulation_timeout_seconds: 30, fan_out: 4 }, undefined],
  ])('config_overrides %j: %s runs are known', async (config_overrides, runs) => {
    const world = await openWorld();
    const { request } = await startable(world);
    const plan = await world.provider.start.plan({ ...request, provider_options: { config_overrides } }, world.call);
    expect(plan.runs).toBe(runs);
  });
});
