/** What the documentation fixes, and the dialect therefore never varies. */
import { describe, expect, it } from 'vitest';
import { KEY, open, PROJECT, runBody } from './support.ts';

const SCENARIOS = '/testing/simulations';

async function booking(world: ReturnType<typeof open>): Promise<string> {
  return (await world.get(`${SCENARIOS}?filter=book a cleaning`)).body.data[0].id;
}

describe('access', () => {
  it.each([
    ['the key', { 'x-api-key': KEY }, 200],
    ['the token', { authorization: 'Bearer sandbox.cognigy.token' }, 200],
    ['neither', {}, 401],
    ['a wrong key', { 'x-api-key': 'x' }, 401],
    ['the key as a token', { authorization: `Bearer ${KEY}` }, 401],
  ])('with %s', async (_, headers, status) => {
    const { ask } = open();
    const answer = await ask('GET', `${SCENARIOS}?projectId=${PROJECT}`, undefined, headers);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer).toMatchObject({ type: 'application/problem+json', body: { status: 401 } });
  });

  it('lives below /testing and nowhere else', async () => {
    const { get } = open();
    expect((await get('/simulations')).status).toBe(404);
    expect((await get(SCENARIOS)).status).toBe(200);
  });
});

describe('the project', () => {
  it('is required on reads and on the stop', async () => {
    const world = open();
    const id = await booking(world);
    const { body } = await world.get(`${SCENARIOS}/${id}/batches`);
    const batch = `${SCENARIOS}/${id}/batches/${body.data[0].id}`;
    for (const path of [SCENARIOS, `${SCENARIOS}/${id}`, `${SCENARIOS}/${id}/batches`, batch, `${batch}/runs`])
      expect([path, (await world.ask('GET', path)).body.code]).toEqual([path, '1000']);
    expect((await world.ask('POST', batch, { projectReference: PROJECT })).status).toBe(400);
    expect((await world.ask('GET', `${SCENARIOS}?projectId=other`)).status).toBe(404);
  });

  it('may stand in the body of what creates and runs', async () => {
    const world = open();
    const id = await booking(world);
    const scenario = {
      name: 'n',
      persona: 'p',
      personaName: 'P',
      mission: 'm',
      successCriteria: [],
      projectReference: PROJECT,
    };
    expect((await world.ask('POST', SCENARIOS, scenario)).status).toBe(201);
    expect((await world.ask('POST', `${SCENARIOS}/${id}/schedule`, await runBody(world))).status).toBe(201);
    const { projectReference: _, ...without } = await runBody(world);
    expect((await world.ask('POST', `${SCENARIOS}/${id}/schedule`, without)).status).toBe(400);
  });
});

describe('lists', () => {
  it.each([
    ['', 200],
    ['limit=1', 200],
    ['limit=100', 200],
    ['limit=0', 400],
    ['limit=101', 400],
    ['limit=x', 400],
    ['skip=0', 200],
    ['skip=-1', 400],
  ])('%s: %s', async (query, status) => {
    expect((await open().get(`${SCENARIOS}?${query}`)).status).toBe(status);
  });

  it('have 20 items unless asked otherwise, and say what follows', async () => {
    const { get, engine } = open();
    const { body } = await get(SCENARIOS);
    expect(body.data).toHaveLength(Math.min(20, engine.cases.length));
    expect(body.pagination).toMatchObject({ limit: 20, skip: 0, total: engine.cases.length, hasPrevious: false });
    const { body: second } = await get(`${SCENARIOS}?limit=5&skip=5`);
    expect(second.pagination).toMatchObject({
      limit: 5,
      skip: 5,
      hasNext: true,
      hasPrevious: true,
      next: 'c10',
      previous: 'c0',
    });
    const { body: byCursor } = await get(`${SCENARIOS}?limit=5&next=c5`);
    expect(byCursor.data).toEqual(second.data);
  });

  it('sort by one member', async () => {
    const { get } = open();
    const names = async (sort: string) =>
      (await get(`${SCENARIOS}?limit=100&sort=${sort}`)).body.data.map((one) => one.name);
    const up = await names('name:asc');
    expect(up).toEqual([...up].sort());
    expect(await names('name:desc')).toEqual([...up].reverse());
  });

  it('of the main API have an envelope and times of their own', async () => {
    const { get, clock } = open();
    const { body } = await get('/new/v2.0/flows?limit=1');
    expect(body).toMatchObject({
      items: [{ createdAt: clock.now / 1000 - 30 * 86_400 }],
      total: 2,
      previousCursor: null,
    });
    expect(body.items[0]).not.toHaveProperty('agent');
    expect(body.nextCursor).toBe(body.items[0]._id);
  });
});

describe('batches', () => {
  it.each(['STOPPED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'])('are filtered by %s', async (status) => {
    const world = open();
    const id = await booking(world);
    await world.post(`${SCENARIOS}/${id}/schedule`, await runBody(world));
    const { body } = await world.get(`${SCENARIOS}/${id}/batches?status=${status}`);
    const expected = { IN_PROGRESS: 1, COMPLETED: 1, STOPPED: 0, FAILED: 0 }[status];
    expect(body.data).toHaveLength(expected ?? -1);
    expect(body.data.every((one) => one.status === status)).toBe(true);
  });

  it('know no other status', async () => {
    const world = open();
    expect((await world.get(`${SCENARIOS}/${await booking(world)}/batches?status=RUNNING`)).body).toMatchObject({
      code: '1005',
    });
  });

  it('are stopped by a POST on their own path', async () => {
    const world = open();
    const path = `${SCENARIOS}/${await booking(world)}`;
    const { body } = await world.post(`${path}/schedule`, await runBody(world, 20));
    world.clock.now += 60_000;
    const stop = await world.post(`${path}/batches/${body.id}`);
    expect(stop.body).toEqual({ message: 'Simulation stop signal sent successfully.', simulationRunBatchId: body.id });
    expect((await world.get(`${path}/batches/${body.id}`)).body.status).toBe('IN_PROGRESS');
    world.clock.now += 10_000;
    expect((await world.get(`${path}/batches/${body.id}`)).body.status).toBe('STOPPED');
  });

  it('are recent enough for a timespan', async () => {
    const world = open();
    const path = `${SCENARIOS}/${await booking(world)}/batches`;
    world.clock.now += 3 * 86_400_000;
    expect((await world.get(`${path}?timespan=7d`)).body.data).toHaveLength(1);
    expect((await world.get(`${path}?timespan=1d`)).body.data).toHaveLength(0);
  });

  it('are made by `schedule`; `schedules`, in the plural, is not served', async () => {
    const world = open();
    const path = `${SCENARIOS}/${await booking(world)}`;
    await world.post(`${path}/schedule`, await runBody(world));
    expect((await world.get(`${path}/batches`)).body.data).toHaveLength(2);
    expect((await world.post(`${path}/schedules`, await runBody(world))).status).toBe(404);
    expect((await world.get(`${path}/batches`)).body.data).toHaveLength(2);
  });
});

describe('runs', () => {
  async function ended(options: Parameters<typeof open>[1] = {}) {
    const world = open({}, options);
    const path = `${SCENARIOS}/${await booking(world)}`;
    const { body } = await world.post(`${path}/schedule`, await runBody(world));
    world.clock.now += 3_600_000;
    return { world, runs: `${path}/batches/${body.id}/runs` };
  }

  it('have the documented members, no status and no speaker', async () => {
    const { world, runs } = await ended();
    const [run] = (await world.get(runs)).body.data;
    expect(Object.keys(run).sort()).toEqual(
      [
        'id organisationReference projectReference simulationReference simulationRunBatchReference sequence',
        'largeLanguageModelReferenceId turns totalTurns successCriteria metrics createdAt createdBy endPointType',
        'maxTurns duration expiresAt',
      ]
        .join(' ')
        .split(' ')
        .sort(),
    );
    expect(Object.keys(run.turns[0] ?? {}).sort()).toEqual(['createdAt', 'data', 'id', 'sequence', 'text']);
    expect(run).not.toHaveProperty('status');
    expect([typeof run.createdAt, run.expiresAt]).toEqual(['number', expect.stringMatching(/^2026-12-\d\dT.*Z$/)]);
    expect(run.metrics.successRate.denominator).toBe(run.successCriteria.length);
  });

  it('are the same alone as in the list, unwrapped', async () => {
    const { world, runs } = await ended();
    const [run] = (await world.get(runs)).body.data;
    expect((await world.get(`${runs}/${run.id}`)).body).toEqual(run);
    expect((await world.get(`${runs}/${'f'.repeat(24)}`)).body).toMatchObject({
      code: '1002',
      traceId: expect.any(String),
    });
  });

  it('that broke carry what happened beside "not successful"', async () => {
    const { world, runs } = await ended({ outcomes: { 'book-cleaning': 'broken' } });
    const [run] = (await world.get(runs)).body.data;
    expect(run.metrics).toMatchObject({ success: false, errorInfo: { message: expect.any(String) } });
    expect(run.turns).toEqual([]);
  });

  it('name turns in reasons as they are served', async () => {
    const { world, runs } = await ended();
    const all = (await world.get(runs)).body.data;
    const quoted = all.flatMap((run) =>
      run.metrics.results.flatMap(({ reasoning }) => {
        const [, number, words] = /turn (\d+) .*?"([^"]+)"/.exec(reasoning) ?? [];
        return number === undefined || words === undefined
          ? []
          : [run.turns[Number(number)]?.text.includes(words.replace(/ \.\.\.$/, ''))];
      }),
    );
    expect(quoted.every(Boolean)).toBe(true);
  });
});

describe('scenarios', () => {
  it('are not wrapped, and are resolved by id and by reference', async () => {
    const world = open();
    const { body } = await world.get(`${SCENARIOS}/${await booking(world)}`);
    expect(body.name).toBe('Book a cleaning');
    expect((await world.get(`${SCENARIOS}/${body.referenceId}`)).body).toEqual(body);
  });

  it('that are not valid name the member', async () => {
    const { post } = open();
    expect((await post(SCENARIOS, { name: 'n' })).body).toMatchObject({
      status: 400,
      code: '1005',
      details: { field: 'persona' },
    });
  });
});

describe('errors', () => {
  it.each(['string', 'number'] as const)('are RFC 7807 with a trace; code as %s', async (code) => {
    const { get } = open({ code });
    const { body, type } = await get(`${SCENARIOS}/nothing`);
    expect(type).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'Not Found',
      title: 'Not Found Error',
      status: 404,
      detail: 'The simulation does not exist',
      code: code === 'string' ? '1002' : 1002,
      traceId: expect.stringMatching(/^testing--/),
      details: {},
    });
  });

  it('tell a body that is too large for the platform', async () => {
    const { post } = open();
    expect((await post(SCENARIOS, { name: 'x'.repeat(70_000) })).status).toBe(413);
  });
});

describe('measurements', () => {
  it('one batch holds all runs of a scaled session', async () => {
    const world = open({}, { scale: 10_000 });
    const { body } = await world.get(`${SCENARIOS}/batches?limit=100`);
    const big = body.data.find((one) => one.runs === 10_000);
    if (!big) throw new Error('No such batch.');
    const page = await world.get(`${SCENARIOS}/${big.simulationReference}/batches/${big.id}/runs?limit=50&skip=9950`);
    expect(page.body.data).toHaveLength(50);
    expect(page.body.pagination).toMatchObject({ total: 10_000, hasNext: false });
    expect(big.batchMetrics.runResults.succeeded + big.batchMetrics.runResults.failed).toBe(10_000);
  });
});
