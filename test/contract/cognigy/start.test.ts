/** Starting: names become ids, the batch is found in whatever the answer is, and a lost answer is looked up, not sent again. */
import { describe, expect, it } from 'vitest';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { PROJECT } from '../../../src/sandbox/dialects/cognigy/world.ts';
import { problemOf } from '../../support/problem-of.ts';
import { BOOKING, connectTo, idsOf, launch, openWorld, scenarioNamed, type World } from './harness.ts';

const RUN_NOW = 'POST /testing/simulations/{simulationReference}/schedule';

async function planFor(world: World, request: Partial<Parameters<World['provider']['start']['plan']>[0]> = {}) {
  const test = { kind: 'case' as const, ids: [BOOKING] };
  return world.provider.start.plan({ test, repeat: 2, ...request }, world.call);
}

async function stepFor(world: World, correlation_id: string, request: Parameters<typeof planFor>[1] = {}) {
  const [step] = (await planFor(world, request)).steps;
  if (!step) throw new Error('No step was planned.');
  return { ...step, correlation_id };
}

const window = (world: World) => ({
  since: new Date(world.clock.now - 60_000),
  until: new Date(world.clock.now + 60_000),
});

describe('a plan', () => {
  it('is the same for the same request, and sends nothing', async () => {
    const world = await openWorld();
    const first = await planFor(world);
    expect(await planFor(world)).toEqual(first);
    expect(first).toMatchObject({ runs: 2, test_name: BOOKING, steps: [{ runs: 2 }] });
    expect(first.notes.join(' ')).toMatch(/meters.*expires_at/);
    expect(Object.keys(world.sent()).some((label) => label.startsWith('POST'))).toBe(false);
  });

  it('takes the flow of the scenario, the default model, the primary locale and the project itself', async () => {
    const world = await openWorld();
    const { flows, models, locales } = await things(world);
    const [step] = (await planFor(world)).steps;
    expect(step?.body).toMatchObject({
      runConfig: {
        flowReferenceId: flows[0],
        largeLanguageModelReferenceId: models[0],
        localeReferenceId: locales[0],
        entrypoint: PROJECT,
      },
      numberOfExecutions: 2,
    });
  });

  it('takes names and ids instead', async () => {
    const world = await openWorld();
    const { flows, models, locales, snapshot } = await things(world);
    const provider_options = {
      llm: 'small model',
      locale: 'Deutsch',
      snapshot: 'Release 1',
      user_id: 'u1',
      data: { customer_name: 'Maria Lopez' },
      enable_mocking: true,
    };
    const plan = await planFor(world, { agent: flows[1], provider_options });
    expect(plan.steps[0]?.body).toMatchObject({
      runConfig: {
        flowReferenceId: flows[1],
        largeLanguageModelReferenceId: models[1],
        localeReferenceId: locales[1],
        entrypoint: snapshot,
        userId: 'u1',
        data: { customer_name: 'Maria Lopez' },
        enableMocking: true,
      },
    });
    expect(plan.steps[0]?.label).toMatch(/model "Small model", locale "Deutsch", snapshot "Release 1"/);
    expect(plan.notes.join(' ')).toContain('mock code');
  });

  it.each([
    ['flow', { agent: 'No such flow' }, /`agent`/],
    ['model', { provider_options: { llm: 'x' } }, /llm/],
    ['locale', { provider_options: { locale: 'x' } }, /locale/],
    ['snapshot', { provider_options: { snapshot: 'x' } }, /snapshot/],
  ])('offers the %s names there are', async (_, request, next) => {
    const world = await openWorld();
    const problem = await problemOf(planFor(world, request));
    expect(problem).toMatchObject({ kind: 'not_found', details: { sent: 'no', next: expect.stringMatching(next) } });
    expect(problem.details.candidates?.length).toBeGreaterThan(0);
  });

  it('asks for the flow when neither caller nor scenario names one of several', async () => {
    const world = await openWorld();
    const made = await world.author.createScenario({
      name: 'Free',
      persona: 'p',
      personaName: 'P',
      mission: 'Book a cleaning',
      successCriteria: [],
      flowId: null,
    });
    const problem = await problemOf(planFor(world, { test: { kind: 'case', ids: [made.id ?? ''] } }));
    expect(problem).toMatchObject({ kind: 'ambiguous', details: { next: expect.stringContaining('`agent`') } });
    expect(problem.details.candidates?.[0]).toContain(world.engine.agents[0]?.name);
  });

  it('asks for the model when none is the default', async () => {
    const world = await openWorld({ default_model: 'none' });
    expect((await problemOf(planFor(world))).details.next).toContain('provider_options.llm');
    expect((await planFor(world, { provider_options: { llm: 'Small model' } })).runs).toBe(2);
  });

  it('sends ids as they are to a host whose main API the key may not list', async () => {
    const open = await openWorld();
    const { flows, models } = await things(open);
    const world = await openWorld({ main_api: 'forbidden' });
    const request = { agent: flows[0], provider_options: { llm: models[0] } };
    expect((await launch(world, request)).session).toHaveLength(2);
    expect((await problemOf(planFor(world, { agent: 'By name' }))).kind).toBe('forbidden');
  });

  it.each([
    ['a suite', { test: { kind: 'suite' as const, ids: ['x'] } }],
    ['a wrong option', { provider_options: { data: 'x' } }],
    ['more than the platform takes', { provider_options: { data: { text: 'x'.repeat(61_000) } } }],
  ])('refuses %s before anything is sent', async (_, request) => {
    const world = await openWorld();
    expect(await problemOf(planFor(world, request))).toMatchObject({ kind: 'invalid_input', details: { sent: 'no' } });
  });

  it('says which scenarios share a name', async () => {
    const world = await openWorld();
    const id = await scenarioNamed(world, BOOKING);
    await world.author.cloneScenario(id, { name: BOOKING });
    const problem = await problemOf(planFor(world));
    expect(problem.kind).toBe('ambiguous');
    expect(problem.details.candidates).toContain(`cognigy/case/${id} "${BOOKING}"`);
  });
});

/** Reference ids of what the project holds, in the vendor's order. */
async function things({ url, call }: World) {
  const get = async (path: string): Promise<{ items: { referenceId: string; _id: string }[] }> => {
    const answer = await fetch(`${url}/new/v2.0/${path}?projectId=${PROJECT}`, {
      headers: { 'x-api-key': 'sandbox-cognigy-key' },
      signal: call.signal,
    });
    return JSON.parse(await answer.text());
  };
  const ids = async (path: string) => (await get(path)).items.map((one) => one.referenceId);
  return {
    flows: await ids('flows'),
    models: await ids('largelanguagemodels'),
    locales: await ids('locales'),
    snapshot: (await get('snapshots')).items[0]?._id,
  };
}

describe('the batch that a start made', () => {
  it.each<CognigySwitches['run_now']>(['batch', 'batch_id', 'reference', 'nested', 'reference_id', 'runs'])(
    'is read from an answer of the form %s',
    async (run_now) => {
      const world = await openWorld({ run_now });
      const { session = [] } = await launch(world);
      expect(session).toHaveLength(2);
      const found = await world.provider.sessions.get(session, world.call);
      expect(found.counts.runs).toBe(3);
      expect(world.sent()[RUN_NOW]).toBe(1);
    },
  );

  it.each<CognigySwitches['run_now']>(['scenario', 'empty'])(
    'is not guessed from %s, but found by its name',
    async (run_now) => {
      const world = await openWorld({ run_now });
      await launch(world, { repeat: 2 }, 'other');
      const step = await stepFor(world, 'k3y');
      expect(await world.provider.start.send(step, world.call, [])).toEqual({});
      const found = await world.provider.start.find(step, window(world), world.call);
      expect(found).toHaveLength(1);
      expect(found[0]?.certain).toBe(true);
      const session = await world.provider.sessions.get(found[0]?.receipt.session ?? [], world.call);
      expect(session.name).toContain('(k3y)');
    },
  );
});

describe('an error that came with 200', () => {
  it.each([
    ['an error', { error: 'no' }],
    ['a problem document', { title: 'Internal Server Error', detail: 'no', traceId: 't', status: 500 }],
  ])('is no yes (%s): what became of the start has to be looked up', async (_, body) => {
    const world = await openWorld();
    const step = await stepFor(world, 'k3y');
    world.faults.add({ method: 'POST', path: '/schedule', kind: 'status', status: 200, body });
    await expect(world.provider.start.send(step, world.call, [])).rejects.toMatchObject({
      kind: 'unreadable',
      details: { sent: 'unknown', vendor: { status: 200, message: 'no' } },
    });
  });
});

describe('a lost answer', () => {
  it('is looked up by name and certain; nothing is sent twice', async () => {
    const world = await openWorld();
    const step = await stepFor(world, 'k3y', { name: 'nightly' });
    world.faults.add({ kind: 'reset', method: 'POST', path: '/schedule', after_handling: true });
    const problem = await problemOf(world.provider.start.send(step, world.call, []));
    expect(problem.details.sent).toBe('unknown');
    expect(world.sent()[RUN_NOW]).toBe(1);
    const found = await world.provider.start.find(step, window(world), world.call);
    expect(found.map((one) => one.certain)).toEqual([true]);
    const session = await world.provider.sessions.get(found[0]?.receipt.session ?? [], world.call);
    expect(session).toMatchObject({ name: 'nightly (k3y)', counts: { runs: 2 } });
  });

  it('of a start that never happened finds nothing, although equal ones are there', async () => {
    const world = await openWorld();
    await launch(world, { repeat: 2 }, 'other');
    const step = await stepFor(world, 'k3y');
    expect(await world.provider.start.find(step, window(world), world.call)).toEqual([]);
  });

  it('finds candidates, never certain, where names do not come back', async () => {
    const world = await openWorld({ batch: 'documented' });
    const earlier = await launch(world, { repeat: 2 }, 'first');
    const step = await stepFor(world, 'k3y');
    const { session } = await world.provider.start.send(step, world.call, []);
    await launch(world, { repeat: 5 }, 'bigger');
    const found = await world.provider.start.find(step, window(world), world.call, [earlier]);
    expect(found).toEqual([{ receipt: { session }, certain: false }]);
  });

  it('looks only inside the window', async () => {
    const world = await openWorld({ batch: 'documented' });
    await launch(world, { repeat: 2 });
    world.clock.now += 600_000;
    const step = await stepFor(world, 'k3y');
    expect(await world.provider.start.find(step, window(world), world.call)).toEqual([]);
  });

  it.each(['ms', 's'] as const)('counts a start of the same second (%s)', async (timestamps) => {
    const world = await openWorld({ timestamps });
    world.clock.now += 700;
    const step = await stepFor(world, 'k3y');
    await world.provider.start.send(step, world.call, []);
    const since = new Date(world.clock.now);
    const found = await world.provider.start.find(step, { since, until: since }, world.call);
    expect(found).toHaveLength(1);
  });

  it('is found although the list comes oldest first or without a status', async () => {
    const world = await openWorld({ order: 'oldest', sort: 'refused', batch_status: 'absent' });
    const step = await stepFor(world, 'k3y');
    await world.provider.start.send(step, world.call, []);
    expect((await world.provider.start.find(step, window(world), world.call))[0]?.certain).toBe(true);
  });
});

describe('what a start sends', () => {
  it('gives each batch a name of its own that is never too long', async () => {
    const world = await openWorld();
    const { session = [] } = await launch(world, { name: 'n'.repeat(300) }, 'k3y');
    const { name = '' } = await world.provider.sessions.get(session, world.call);
    expect(name.endsWith('… (k3y)') || name.endsWith(' (k3y)')).toBe(true);
    expect(name.length).toBeLessThanOrEqual(120);
  });

  it.each([
    [429, { 'retry-after': '1' }],
    [429, {}],
    [500, {}],
    [502, {}],
    [503, {}],
  ])('is never repeated after a %s %j', async (status, headers) => {
    const world = await openWorld();
    const step = await stepFor(world, 'k3y');
    world.faults.add({ kind: 'status', status, headers, method: 'POST', path: '/schedule' });
    await problemOf(world.provider.start.send(step, world.call, []));
    expect(world.sent()[RUN_NOW]).toBe(1);
  });

  it('refuses a step that this server did not write', async () => {
    const world = await openWorld();
    const step = { label: 'x', runs: 1, body: { scenario: 's' } };
    expect(await problemOf(world.provider.start.send(step, world.call, []))).toMatchObject({
      kind: 'internal',
      details: { sent: 'no' },
    });
  });
});

describe('the project', () => {
  const settings = (world: World, project?: string) => ({
    base_url: world.url,
    auth: { key: 'sandbox-cognigy-key' },
    ...(project === undefined ? {} : { project }),
  });

  it('is the only one there is, asked for once', async () => {
    const world = await openWorld();
    const { provider, http } = connectTo(settings(world));
    await provider.tests.list({ limit: 5 }, world.call);
    await provider.sessions.list({ limit: 5 }, world.call);
    expect(http.sent.get('GET /new/v2.0/projects')).toBe(1);
  });

  it('is named in the settings where there are several: the answer says which', async () => {
    const world = await openWorld({ projects: 2 });
    const { provider } = connectTo(settings(world));
    const problem = await problemOf(provider.tests.list({ limit: 5 }, world.call));
    expect(problem).toMatchObject({ kind: 'ambiguous', details: { next: expect.stringContaining(PROJECT) } });
    expect(problem.details.candidates).toContain(`Bright Harbor Dental (${PROJECT})`);
    expect(await provider.check(world.call)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('COGNIGY_PROJECT_ID'),
    });
  });

  it.each(['bright harbor dental', PROJECT])('can be set as %s', async (project) => {
    const world = await openWorld({ projects: 2 });
    const { provider } = connectTo(settings(world, project));
    expect((await provider.tests.list({ limit: 5 }, world.call)).items).toHaveLength(5);
  });

  it('is missing where the key sees none', async () => {
    const world = await openWorld({ projects: 0 });
    const problem = await problemOf(connectTo(settings(world)).provider.tests.list({ limit: 5 }, world.call));
    expect(problem).toMatchObject({
      kind: 'forbidden',
      details: { next: expect.stringContaining('COGNIGY_PROJECT_ID') },
    });
  });

  it('that does not exist is told apart from a wrong key', async () => {
    const world = await openWorld();
    const { provider } = connectTo(settings(world, 'a'.repeat(24)));
    expect(await problemOf(provider.tests.list({ limit: 5 }, world.call))).toMatchObject({
      kind: 'not_found',
      details: { next: expect.stringContaining('COGNIGY_PROJECT_ID') },
    });
  });
});

describe('two starts', () => {
  it('are two sessions of one scenario, listed under it', async () => {
    const world = await openWorld();
    const first = await launch(world, {}, 'a');
    const second = await launch(world, {}, 'b');
    const test = { kind: 'case' as const, ids: [await scenarioNamed(world, BOOKING)] };
    const { items } = await world.provider.sessions.list({ test, limit: 10 }, world.call);
    const ids = items.map((one) => idsOf(one.ref));
    expect(ids).toContainEqual(first.session);
    expect(ids).toContainEqual(second.session);
    expect(items.every((one) => one.test === `cognigy/case/${test.ids[0]}`)).toBe(true);
  });
});
