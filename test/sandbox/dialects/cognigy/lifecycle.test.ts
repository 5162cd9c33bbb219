/** A batch from its start to its end, as a client that polls sees it. */
import { describe, expect, it } from 'vitest';
import type { CognigySwitches } from '../../../../src/sandbox/dialects/cognigy/switches.ts';
import { open, PROJECT, runBody } from './support.ts';

const SCENARIOS = '/testing/simulations';

async function started(switches: Partial<CognigySwitches> = {}, runs = 10, options: Parameters<typeof open>[1] = {}) {
  const world = open(switches, options);
  const [scenario] = (await world.get(`${SCENARIOS}?filter=book a cleaning`)).body.data;
  const path = `${SCENARIOS}/${scenario.id}`;
  const { body } = await world.post(`${path}/schedule`, await runBody(world, runs));
  const batch = `${path}/batches/${body.id}`;
  return {
    ...world,
    path,
    batch,
    again: (count: number) => runBody(world, count),
    read: async () => (await world.get(batch)).body,
    runs: async () => (await world.get(`${batch}/runs?limit=100`)).body.data,
  };
}

describe('a batch', () => {
  it('moves from nothing done to all done, and never back', async () => {
    const { read, clock } = await started();
    const first = await read();
    expect(first).toMatchObject({ status: 'IN_PROGRESS', runs: 10, completedRuns: 0, failedRuns: 0 });
    expect(first.completedAt).toBeUndefined();
    let before = 0;
    let end: unknown;
    for (let step = 0; step < 200 && end === undefined; step++) {
      clock.now += 2_000;
      const { completedRuns, completedAt, status } = await read();
      expect(Number(completedRuns)).toBeGreaterThanOrEqual(before);
      before = Number(completedRuns);
      expect(status === 'COMPLETED').toBe(completedAt !== undefined);
      end = completedAt;
    }
    expect(before).toBe(10);
    clock.now += 100_000;
    expect((await read()).completedAt).toBe(end);
  });

  it('has the numbers of its runs', async () => {
    const { read, runs, clock } = await started({}, 20, { broken_rate: 0.3 });
    clock.now += 3_600_000;
    const all = await runs();
    const failed = all.filter(({ metrics }) => 'errorInfo' in metrics).length;
    const succeeded = all.filter(({ metrics }) => 'success' in metrics && metrics.success).length;
    expect(await read()).toMatchObject({
      status: 'COMPLETED',
      runs: 20,
      completedRuns: 20,
      failedRuns: failed,
      batchMetrics: { runResults: { succeeded, failed: 20 - failed - succeeded } },
    });
    expect(failed).toBeGreaterThan(0);
  });

  it('of which every run broke has failed', async () => {
    const { read, clock } = await started({}, 3, { outcomes: { 'book-cleaning': 'broken' } });
    clock.now += 3_600_000;
    expect(await read()).toMatchObject({ status: 'FAILED', failedRuns: 3 });
  });

  it('with a run that never ends goes on until it is stopped', async () => {
    const { read, clock, post, batch } = await started({}, 2, { outcomes: { 'book-cleaning': 'stuck' } });
    clock.now += 86_400_000;
    expect((await read()).status).toBe('IN_PROGRESS');
    await post(batch);
    clock.now += 60_000;
    expect((await read()).status).toBe('STOPPED');
  });

  it('keeps the scenario as it was when it began', async () => {
    const { ask, path, read } = await started();
    await ask('PATCH', `${path}?projectId=${PROJECT}`, { mission: 'Something else' });
    expect((await read()).simulationFrozen).toMatchObject({ mission: expect.stringContaining('cleaning') });
    expect((await ask('GET', `${path}?projectId=${PROJECT}`)).body.mission).toBe('Something else');
  });

  it('is cut at the turns that the scenario allows', async () => {
    const { ask, path, get, post, clock, again } = await started();
    await ask('PATCH', `${path}?projectId=${PROJECT}`, { maxTurns: 3 });
    const { body } = await post(`${path}/schedule`, await again(1));
    clock.now += 3_600_000;
    const [run] = (await get(`${path}/batches/${body.id}/runs`)).body.data;
    expect(run).toMatchObject({ maxTurns: 3, metrics: { success: false, isConversationEnded: false } });
    expect(Number(run.totalTurns)).toBeGreaterThanOrEqual(3);
  });
});

describe('a run', () => {
  it('has no result until it is judged, and turns before that', async () => {
    const { runs, clock } = await started({}, 1);
    const seen = new Set<string>();
    for (let step = 0; step < 300; step++) {
      clock.now += 1_000;
      const [run] = await runs();
      seen.add(`${run.turns.length > 0 ? 'turns' : 'silent'}, ${'success' in run.metrics ? 'judged' : 'open'}`);
    }
    expect([...seen]).toEqual(['silent, open', 'turns, open', 'turns, judged']);
  });

  it.each(['finished', 'all'] as const)('that is unfinished is listed or not (%s)', async (run_list) => {
    const world = open({ run_list });
    const [scenario] = (await world.get(`${SCENARIOS}?filter=book a cleaning`)).body.data;
    const path = `${SCENARIOS}/${scenario.id}`;
    const { body } = await world.post(`${path}/schedule`, await runBody(world, 2));
    const { pagination } = (await world.get(`${path}/batches/${body.id}/runs`)).body;
    expect(pagination).toMatchObject({ total: run_list === 'all' ? 2 : 0 });
  });

  it('that is lost never comes, although the batch ends', async () => {
    const { read, runs, clock } = await started({ lost_runs: 3 });
    clock.now += 3_600_000;
    expect(await read()).toMatchObject({ status: 'COMPLETED', runs: 10, completedRuns: 7 });
    expect(await runs()).toHaveLength(7);
  });

  it('has a number of its own', async () => {
    for (const sequence_base of [0, 1] as const) {
      const { runs } = await started({ sequence_base }, 4);
      expect((await runs()).map((run) => run.sequence)).toEqual([0, 1, 2, 3].map((number) => number + sequence_base));
    }
  });
});

describe('drafts', () => {
  const flow = async ({ get }: ReturnType<typeof open>) => (await get('/new/v2.0/flows')).body.items[0];

  it('name what is missing', async () => {
    const world = open();
    const { _id: flowId } = await flow(world);
    expect((await world.post('/testing/personas/options', {})).body).toMatchObject({ details: { field: 'flowId' } });
    expect((await world.post('/testing/personas/options', { flowId: 'x' })).status).toBe(404);
    const job = { flowId, jobNodeId: 'j' };
    expect((await world.post('/testing/personas/options', job)).body).toMatchObject({
      details: { field: 'aiagentReferenceId' },
    });
    expect((await world.post('/testing/personas/options', { ...job, aiagentReferenceId: 'a' })).status).toBe(200);
    expect((await world.post('/testing/personas/from-transcript', {})).status).toBe(400);
  });

  it('of a conversation come with what was read out of it', async () => {
    const world = open();
    const transcriptContent = 'Customer: What does a crown cost?\nAgent: About 900 dollars.';
    const { body } = await world.post('/testing/personas/from-transcript', { transcriptContent });
    expect(body).toMatchObject({
      success: true,
      personaPackage: { simulationName: expect.any(String), successCriteria: expect.any(Array) },
      metadata: { turnCount: 2, messages: [{ source: 'user' }, { source: 'bot' }] },
    });
  });

  it('take the project from query or body', async () => {
    const { ask } = open();
    const path = '/testing/personas/from-transcript';
    const body = { transcriptContent: 'Customer: I chipped a tooth' };
    expect((await ask('POST', `${path}?projectId=${PROJECT}`, body)).status).toBe(200);
    expect((await ask('POST', path, { ...body, projectReference: PROJECT })).status).toBe(200);
    expect((await ask('POST', path, body)).status).toBe(400);
  });
});

describe('other platforms', () => {
  it('sessions started elsewhere are none of Cognigy', async () => {
    const { engine, get } = open();
    const before = (await get(`${SCENARIOS}/batches?limit=100`)).body.data.length;
    const [one] = engine.cases;
    const [agent] = engine.agents;
    if (!one || !agent) throw new Error('The world is empty.');
    engine.start({ cases: [one], agent, dialect: 'another' });
    expect((await get(`${SCENARIOS}/batches?limit=100`)).body.data).toHaveLength(before);
  });
});
