/** What Cognigy's sources disagree on, one by one: whichever side is right, the provider works. */
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../../src/providers/cognigy/endpoints.ts';
import { scenarioReader } from '../../../src/providers/cognigy/wire.ts';
import { firstPage } from '../../../src/providers/shared/pages.ts';
import { mustRead } from '../../support/data.ts';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import {
  BOOKING,
  connectTo,
  finished,
  idsOf,
  launch,
  openWorld,
  placeOf,
  readConversations,
  readRuns,
  recorder,
  scenarioNamed,
} from './harness.ts';

const PROJECT = '683ef2a378a878cc6550f78b';
const SCENARIO = '683ef2a378a878cc6550f790';
const EMPTY = { data: [], pagination: { limit: 20, skip: 0, total: 0, hasNext: false, hasPrevious: false } };

describe('1: key or bearer', () => {
  it.each(['both', 'key'] as const)('the key passes where %s passes', async (auth) => {
    const { provider, call } = await openWorld({ auth });
    expect((await provider.check(call)).ok).toBe(true);
  });

  it('a token passes where only tokens do, and a key does not', async () => {
    const { connect, provider, call } = await openWorld({ auth: 'bearer' });
    expect(await provider.check(call)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('COGNIGY_BASE_URL'),
    });
    const { provider: other } = connect({ auth: { bearer: 'sandbox.cognigy.token' } });
    expect((await other.check(call)).ok).toBe(true);
  });

  it.each([
    [{ key: 'k' }, 'x-api-key', 'authorization'],
    [{ bearer: 't' }, 'authorization', 'x-api-key'],
  ])('%j is sent alone, and never in an address', async (auth, sent, absent) => {
    const { requests, url } = await recorder(() => ({ body: EMPTY }));
    const { provider } = connectTo({ base_url: url, auth, project: PROJECT });
    await provider.tests.list({ limit: 5 }, { signal: noDeadline() });
    const [request] = requests;
    expect(request?.headers[sent]).toBeTruthy();
    expect(request?.headers[absent]).toBeUndefined();
    expect(request?.url).not.toMatch(/[?&]api_key/);
  });
});

describe('2: id or _id', () => {
  it.each(['id', '_id', 'both'] as const)('%s: the whole loop', async (ids) => {
    const world = await openWorld({ ids });
    const session = await finished(world);
    const done = await world.provider.sessions.get(session, world.call);
    expect(idsOf(done.ref)).toEqual(session);
    const [run] = await readRuns(world, session);
    expect((await world.provider.runs.get(idsOf(run?.ref), world.call)).ref).toBe(run?.ref);
    expect((await world.provider.tests.get('case', session, world.call)).name).toBe(BOOKING);
    expect((await world.provider.sessions.list({ limit: 1 }, world.call)).items[0]?.ref).toBe(done.ref);
  });

  it('a reference id names a scenario as well', async () => {
    const { provider, call, api } = await openWorld();
    const [wire] = await firstPage(api.list(ENDPOINTS.listScenarios, { signal: call.signal }, 1));
    const detail = await provider.tests.get('case', [wire?.referenceId ?? ''], call);
    expect(idsOf(detail.ref)).toEqual([wire?.id]);
  });
});

describe('3: the shape of a batch', () => {
  it.each([
    ['documented', 'present', true],
    ['documented', 'absent', true],
    ['observed', 'present', false],
    ['observed', 'absent', false],
    ['both', 'present', false],
  ] as const)('%s, status %s', async (batch, batch_status, uncounted) => {
    const world = await openWorld({ batch, batch_status });
    const { session = [] } = await launch(world, { repeat: 4 });
    const { provider, call, clock } = world;
    expect(await provider.sessions.get(session, call)).toMatchObject({
      status: 'running',
      counts: { runs: 4, pending: 4 },
    });
    clock.now += 3_600_000;
    const done = await provider.sessions.get(session, call);
    expect(done.status).toBe('completed');
    expect(done.ended_at).toBeDefined();
    expect(done.counts.uncounted !== undefined).toBe(uncounted);
    const runs = await readRuns(world, session);
    if (!uncounted) expect(done.counts.passed).toBe(runs.filter((run) => run.verdict === 'passed').length);
    expect(done.name).toContain(BOOKING);
  });

  it('a stop is seen through the filter where a batch states no status', async () => {
    const world = await openWorld({ batch: 'documented', batch_status: 'absent' });
    const { provider, call, clock } = world;
    const { session = [] } = await launch(world, { repeat: 10 });
    clock.now += 60_000;
    await provider.cancel.session(session, call);
    clock.now += 60_000;
    const stopped = await provider.sessions.list({ limit: 5, status: 'cancelled' }, call);
    expect(stopped.items.map((one) => [idsOf(one.ref), one.status])).toEqual([[session, 'cancelled']]);
  });
});

describe('4: words of the status', () => {
  it.each(['documented', 'observed'] as const)('%s', async (status_words) => {
    const world = await openWorld({ status_words });
    const { session = [] } = await launch(world);
    expect((await world.provider.sessions.get(session, world.call)).status).toBe('running');
    world.clock.now += 3_600_000;
    expect((await world.provider.sessions.get(session, world.call)).status).toBe('completed');
  });

  it('a word nobody knows is still going, until there is an end', async () => {
    const world = await openWorld({ status_words: 'unheard_of' });
    const { session = [] } = await launch(world);
    const running = await world.provider.sessions.get(session, world.call);
    expect(running).toMatchObject({ status: 'running', vendor_status: 'PHASE_11' });
    world.clock.now += 3_600_000;
    expect((await world.provider.sessions.get(session, world.call)).status).toBe('completed');
  });
});

describe('5: success rates', () => {
  it.each(['number', 'object'] as const)('of a batch as %s change no count', async (batch_success_rate) => {
    const world = await openWorld({ batch_success_rate });
    const session = await finished(world, { repeat: 5 });
    const done = await world.provider.sessions.get(session, world.call);
    const runs = await readRuns(world, session);
    expect(done.counts.passed + done.counts.failed).toBe(5);
    expect(done.pass_rate).toBe(runs.filter((run) => run.verdict === 'passed').length / 5);
  });
});

describe('6: shapes of success criteria', () => {
  it.each(['params', 'name_text', 'name_description'] as const)('%s', async (criteria) => {
    const world = await openWorld({ criteria });
    const session = await finished(world, { repeat: 1 });
    const detail = await world.provider.tests.get('case', session, world.call);
    expect(detail.success_criteria?.every((line) => /^.+: .+/.test(line))).toBe(true);
    const [run] = await readRuns(world, session);
    const expected = world.engine.cases.find((one) => one.name === BOOKING)?.criteria.map((one) => one.name);
    expect(run?.evaluations.map((one) => one.name)).toEqual(expected);
    expect(run?.evaluations.every((one) => one.verdict === 'passed' || one.verdict === 'failed')).toBe(true);
  });
});

describe('7: the agent has two spellings', () => {
  it('neither is read: a run is started on the flow', async () => {
    const world = await openWorld();
    const wire = { id: 's', flowReferenceId: 'f', aiAgentReferenceId: 'a', aiagentReferenceId: 'b' };
    expect(mustRead(scenarioReader, wire)).toEqual({ id: 's', flowReferenceId: 'f' });
    await launch(world);
    expect(Object.keys(world.sent())).not.toContain('GET /new/v2.0/aiagents');
  });
});

describe('8: two times of change', () => {
  it.each(['lastChanged', 'updatedAt', 'both'] as const)('whichever moves (%s) is the one shown', async (changed) => {
    const world = await openWorld({ changed });
    const id = await scenarioNamed(world, BOOKING);
    world.clock.now += 60_000;
    await world.author.updateScenario(id, { maxTurns: 9 });
    const detail = await world.provider.tests.get('case', [id], world.call);
    expect(detail.updated_at).toBe(new Date(world.clock.now).toISOString());
  });
});

describe('9: where the project goes', () => {
  it('stands in every query, and in the body that runs', async () => {
    const { requests, url } = await recorder(({ url: path }) => {
      if (/(flows|largelanguagemodels|locales)\?/.test(path)) return { body: { items: [{ _id: 'x' }], total: 1 } };
      if (/(batches|runs)\?/.test(path)) return { body: EMPTY };
      return { body: { id: 'x', name: 'n', simulationReference: SCENARIO } };
    });
    const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
    const call = { signal: noDeadline() };
    const test = { kind: 'case' as const, ids: [SCENARIO] };
    await provider.tests.get('case', test.ids, call);
    await provider.sessions.list({ limit: 1 }, call);
    await provider.sessions.list({ limit: 1, test }, call);
    await readRuns({ provider, call }, [SCENARIO, 'b']);
    await provider.runs.get([SCENARIO, 'b', 'r'], call);
    await provider.cancel.session([SCENARIO, 'b'], call);
    const [step] = (await provider.start.plan({ test, repeat: 1 }, call)).steps;
    expect(requests.every(({ body }) => !JSON.stringify(body ?? {}).includes(PROJECT))).toBe(true);
    if (!step) throw new Error('No step was planned.');
    await provider.start.send(step, call, []);
    expect(requests.at(-1)?.body).toMatchObject({ projectReference: PROJECT });
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(requests.every(({ url: path }) => new URL(path, url).searchParams.get('projectId') === PROJECT)).toBe(true);
  });
});

describe('10: three names for one number', () => {
  it('a start sends numberOfExecutions', async () => {
    const world = await openWorld();
    const { session = [] } = await launch(world, { repeat: 7 });
    const { signal } = world.call;
    const wire = await world.api.one(ENDPOINTS.getBatch, { params: placeOf(session), signal });
    expect([wire.runs, wire.numberOfExecutions]).toEqual([7, 7]);
  });

  it.each(['documented', 'observed'] as const)('a batch answers with its own (%s)', async (batch) => {
    const world = await openWorld({ batch });
    const { session = [] } = await launch(world, { repeat: 7 });
    expect((await world.provider.sessions.get(session, world.call)).counts.runs).toBe(7);
  });
});

describe('11: what the reference members take', () => {
  it.each(['both', 'reference'] as const)('references, where they take %s', async (reference_ids) => {
    const world = await openWorld({ reference_ids });
    expect((await launch(world)).session).toHaveLength(2);
  });

  it('object ids, once the caller asks for them; the refusal says how', async () => {
    const world = await openWorld({ reference_ids: 'object' });
    const problem = await problemOf(launch(world));
    expect(problem).toMatchObject({ kind: 'invalid_input', details: { sent: 'yes' } });
    expect(problem.details.next).toMatch(/flow \(`agent`\).*"id_form": "object"/);
    expect((await launch(world, { provider_options: { id_form: 'object' } })).session).toHaveLength(2);
  });
});

describe('12: integers and texts for times', () => {
  it.each(['ms', 's'] as const)('%s', async (timestamps) => {
    const world = await openWorld({ timestamps });
    const { session = [] } = await launch(world, { repeat: 1 });
    const started = world.clock.now;
    world.clock.now += 3_600_000;
    const done = await world.provider.sessions.get(session, world.call);
    expect(done.created_at).toBe(new Date(started).toISOString());
    const [run] = await readConversations(world, session);
    const began = Date.parse(run?.started_at ?? '');
    expect(began - started).toBeGreaterThanOrEqual(0);
    expect(began - started).toBeLessThan(60_000);
    expect(run?.transcript?.at(-1)?.at_seconds).toBeGreaterThan(10);
    expect(run?.expires_at).toBe(new Date(started + 30 * 86_400_000).toISOString());
  });

  it.each(['ms', 's', 'absent'] as const)('durations in %s', async (duration) => {
    const world = await openWorld({ duration });
    const session = await finished(world, { repeat: 1 });
    const [run] = await readConversations(world, session);
    const last = run?.transcript?.at(-1)?.at_seconds ?? 0;
    expect(run?.duration_seconds).toBeGreaterThanOrEqual(last);
    expect(run?.duration_seconds).toBeLessThan(last + 60);
  });
});

describe('13, 14: what only browsers and clusters see', () => {
  it('no origin is sent, so no answer depends on a wildcard', async () => {
    const { requests, url } = await recorder(() => ({ body: EMPTY }));
    const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
    await provider.tests.list({ limit: 1 }, { signal: noDeadline() });
    expect(requests[0]?.headers.origin).toBeUndefined();
  });

  it('a host on which the Simulator is switched off says so', async () => {
    const { provider, call } = await openWorld({ simulator: 'off' });
    const problem = await problemOf(provider.tests.list({ limit: 5 }, call));
    expect(problem).toMatchObject({ kind: 'not_found', message: expect.stringContaining('no Simulator') });
    expect(await provider.check(call)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('COGNIGY_PROJECT_ID'),
    });
  });
});

describe('15: batches of a project', () => {
  it('come in one request where there is a list of them', async () => {
    const { provider, call, sent } = await openWorld({ project_batches: 'served' });
    const { items, total } = await provider.sessions.list({ limit: 10 }, call);
    expect(items).toHaveLength(10);
    expect(total).toBeGreaterThan(10);
    expect(sent()).toEqual({ 'GET /testing/simulations/batches': 1 });
  });

  it('are the same, newest first, where it has to be put together from the scenarios, which is remembered', async () => {
    const served = await openWorld({ project_batches: 'served' });
    const missing = await openWorld({ project_batches: 'missing' });
    await launch(served);
    await launch(missing);
    const refs = async ({ provider, call }: typeof served) => {
      const { items } = await provider.sessions.list({ limit: 100 }, call);
      expect(items.map((one) => one.created_at)).toEqual(
        items
          .map((one) => one.created_at)
          .sort()
          .reverse(),
      );
      return items.map((one) => one.ref).sort();
    };
    expect(await refs(missing)).toEqual(await refs(served));
    await missing.provider.sessions.list({ limit: 5 }, missing.call);
    expect(missing.sent()['GET /testing/simulations/batches']).toBe(1);
  });

  it.each(['served', 'missing', 'unpaged'] as const)(
    'page without loss or repetition (%s)',
    async (project_batches) => {
      const { provider, call } = await openWorld({ project_batches });
      const all = (await provider.sessions.list({ limit: 100 }, call)).items.map((one) => one.ref);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await provider.sessions.list({ limit: 7, ...(cursor === undefined ? {} : { cursor }) }, call);
        seen.push(...page.items.map((one) => one.ref));
        cursor = page.next;
      } while (cursor !== undefined);
      expect([...seen].sort()).toEqual([...all].sort());
    },
  );
});

describe('15: the same list without any paging', () => {
  const readAll = async (switches: Parameters<typeof openWorld>[0], limit: number) => {
    const { provider, call } = await openWorld(switches);
    const seen: string[] = [];
    let cursor: string | undefined;
    let calls = 0;
    do {
      const page = await provider.sessions.list({ limit, ...(cursor === undefined ? {} : { cursor }) }, call);
      seen.push(...page.items.map((one) => one.ref));
      cursor = page.next;
      calls += 1;
    } while (cursor !== undefined && calls < 20);
    return seen;
  };

  it('that is as long as a page is not read again, and one that pages in silence is read on', async () => {
    const all = await readAll({}, 100);
    for (const switches of [{ project_batches: 'unpaged' }, { pagination: 'none' }] as const)
      for (const limit of [all.length, all.length - 1, 5])
        expect([...(await readAll(switches, limit))].sort(), `${JSON.stringify(switches)} ${limit}`).toEqual(
          [...all].sort(),
        );
  });
});

describe('16: versions', () => {
  it('members that are new or gone disturb nothing', async () => {
    const run = { id: 'r', evalProfile: { id: 1 }, metrics: { success: true, evalScore: [] } };
    const { url } = await recorder(({ url: path }) => {
      if (path.includes('/runs')) return { body: { data: [run], pagination: { total: 1 } } };
      if (path.includes('/batches/')) return { body: { id: 'b', status: 'COMPLETED', completedAt: 1_700_000_000_000 } };
      return { body: { id: 's', evalProfiles: [1] } };
    });
    const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
    const call = { signal: noDeadline() };
    expect((await readRuns({ provider, call }, ['s', 'b'])).map((one) => one.verdict)).toEqual(['passed']);
  });
});
