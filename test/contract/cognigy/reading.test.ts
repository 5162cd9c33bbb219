/** Reading through every reading of what the vendor leaves open: the same facts come out. */
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/schemas.ts';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import {
  BOOKING,
  connectTo,
  finished,
  idsOf,
  launch,
  openWorld,
  readConversations,
  readRuns,
  readWhole,
  recorder,
  scenarioNamed,
} from './harness.ts';

const FULL_PLAN = { repeat: 6 };

/** What every reading has to agree on. */
function facts(runs: readonly Run[]) {
  return runs.map((run) => ({
    iteration: run.iteration,
    status: run.status,
    verdict: run.verdict,
    failed: run.failed_evaluations,
    reasons: run.evaluations.map(({ name, verdict, reason }) => [name, verdict, verdict === 'failed' ? reason : '']),
    turns: run.transcript?.map((turn) => turn.text),
    speakers: run.transcript?.map((turn) => turn.speaker),
  }));
}

async function factsUnder(switches: Partial<CognigySwitches>) {
  const world = await openWorld(switches);
  return facts(await readConversations(world, await finished(world, FULL_PLAN)));
}

let plain: ReturnType<typeof factsUnder> | undefined;
/** The facts under the default reading. */
function knownFacts() {
  plain ??= factsUnder({});
  return plain;
}

describe('the same runs under each reading', () => {
  it.each<Partial<CognigySwitches>>([
    { results: 'passed_params' },
    { results: 'nested' },
    { results: 'words' },
    { results: 'positional' },
    { results: 'reversed' },
    { metrics: 'results_only' },
    { sequence_base: 0 },
    { run_list: 'finished' },
    { page_ends: 'absent' },
    { page_ends: 'empty' },
    { pagination: 'without_total' },
    { pagination: 'without_has_next' },
    { pagination: 'contradictory' },
    { pagination: 'none' },
    { skip: 'ignored' },
    { sort: 'ignored' },
    { sort: 'refused' },
    { order: 'oldest', sort: 'refused' },
    { filter: 'refused' },
    { speaker: 'role' },
    { speaker: 'source' },
    { speaker: 'data_source' },
    { turn_order: 'reversed' },
    { get_scenario: 'missing' },
    { get_batch: 'missing' },
    { code: 'number' },
  ])('%j', async (switches) => {
    expect(await factsUnder(switches)).toEqual(await knownFacts());
  });
});

describe('results of a run', () => {
  it('that cannot be read leave its own success as the verdict', async () => {
    const read = await factsUnder({ results: 'unreadable' });
    const known = await knownFacts();
    expect(read.map((run) => run.verdict)).toEqual(known.map((run) => run.verdict));
    expect(read.every((run) => run.failed.length === 0)).toBe(true);
    expect(read[0]?.reasons[0]?.[1]).toBe('unscored');
  });

  it('that are missing do, too', async () => {
    const read = await factsUnder({ results: 'absent' });
    expect(read.map((run) => run.verdict)).toEqual((await knownFacts()).map((run) => run.verdict));
  });

  it('that are fewer than the criteria are paired by name', async () => {
    const read = await factsUnder({ results: 'fewer' });
    const known = await knownFacts();
    for (const [index, run] of read.entries()) {
      expect(run.reasons[0]?.[1]).toBe('unscored');
      expect(run.reasons.slice(1)).toEqual(known[index]?.reasons.slice(1));
    }
  });
});

describe('speakers', () => {
  it.each([
    ['none', true],
    ['role', undefined],
    ['source', undefined],
    ['data_source', undefined],
  ] as const)('%s: inferred is %s', async (speaker, inferred) => {
    const world = await openWorld({ speaker });
    const [run] = await readConversations(world, await finished(world, { repeat: 1 }));
    expect(run?.speaker_inferred).toBe(inferred);
    const read = await world.provider.runs.transcript(idsOf(run?.ref), world.call);
    expect(read.speaker_inferred).toBe(inferred);
  });

  it.each(['agent', 'agent_twice'] as const)(
    'are right even when the agent opens (%s), where a turn names them',
    async (opening) => {
      const world = await openWorld({ opening, speaker: 'role' });
      const [run] = await readConversations(world, await finished(world, { repeat: 1 }));
      expect(run?.transcript?.[0]?.speaker).toBe('agent');
      const said = run?.transcript ?? [];
      const twice = said.some((turn, index) => turn.speaker === said[index + 1]?.speaker);
      expect(twice).toBe(opening === 'agent_twice');
    },
  );

  it.each(['agent', 'agent_twice'] as const)('are only a guess otherwise, and say so (%s)', async (opening) => {
    const world = await openWorld({ opening });
    const [run] = await readConversations(world, await finished(world, { repeat: 1 }));
    expect(run?.speaker_inferred).toBe(true);
  });
});

describe('many runs', () => {
  it.each<[string, Partial<CognigySwitches>, number]>([
    ['as documented', {}, 2],
    ['without a total', { pagination: 'without_total' }, 2],
    ['without hasNext', { pagination: 'without_has_next' }, 2],
    ['with a hasNext that is always false', { pagination: 'contradictory' }, 2],
    // A host that says nothing of what follows is asked until nothing does.
    ['without any paging', { pagination: 'none' }, 3],
    ['by cursor, where skip has no effect', { skip: 'ignored' }, 3],
  ])('are read once each, in order (%s)', async (_, switches, requests) => {
    const world = await openWorld({ ...switches, sequence_base: 0 });
    const session = await finished(world, { repeat: 120 });
    const runs = await readRuns(world, session, 'verdicts');
    expect(runs.map((run) => run.iteration)).toEqual(Array.from({ length: 120 }, (_one, index) => index));
    expect(new Set(runs.map((run) => run.ref)).size).toBe(120);
    expect(
      world.sent()['GET /testing/simulations/{simulationReference}/batches/{simulationRunBatchReference}/runs'],
    ).toBe(requests);
  });

  it('of 2,000 come in 20 requests and are counted to the run', async () => {
    const world = await openWorld({}, { scale: 2_000 });
    const { items } = await world.provider.sessions.list({ limit: 100 }, world.call);
    const big = items.find((one) => one.counts.runs === 2_000);
    const before = world.total();
    const counts = { passed: 0, failed: 0, inconclusive: 0 };
    const opened = await world.provider.sessions.open(idsOf(big?.ref), world.call);
    let coverage: unknown;
    for await (const page of opened.runs('verdicts', world.call)) {
      for (const { verdict } of page.runs) if (verdict !== 'error' && verdict !== 'pending') counts[verdict] += 1;
      coverage = page.coverage;
    }
    expect(coverage).toEqual({ complete: true, expected: 2_000, read: 2_000 });
    // Where any criterion is enough for the engine, a run is called a success beside one that failed: no pass to us.
    expect(opened.counters).toMatchObject({ passed: counts.passed + counts.inconclusive });
    expect(counts.passed + counts.inconclusive).toBe(big?.counts.passed);
    expect(counts.failed).toBe(big?.counts.failed);
    expect(counts.passed + counts.inconclusive + counts.failed).toBe(2_000);
    expect(world.total() - before).toBe(21);
  });

  it('carry reasons only as deep as asked, and no transcripts', async () => {
    const world = await openWorld();
    const session = await finished(world, FULL_PLAN);
    const failed = async (depth: 'verdicts' | 'reasons') =>
      (await readRuns(world, session, depth)).find((run) => run.verdict === 'failed');
    const [verdicts, reasons] = [await failed('verdicts'), await failed('reasons')];
    const has = (run: Run | undefined) => [
      run?.evaluations.some((one) => one.reason !== undefined),
      run?.transcript !== undefined,
    ];
    expect([has(verdicts), has(reasons)]).toEqual([
      [false, false],
      [true, false],
    ]);
  });
});

describe('runs that are not there (yet)', () => {
  it('unfinished ones are pending where they are listed and absent where they are not', async () => {
    const pending = await openWorld({ run_list: 'all' });
    const { session = [] } = await launch(pending, { repeat: 3 });
    expect((await readRuns(pending, session)).map((run) => run.verdict)).toEqual(['pending', 'pending', 'pending']);
    const hidden = await openWorld({ run_list: 'finished' });
    const other = await launch(hidden, { repeat: 3 });
    expect(await readRuns(hidden, other.session ?? [])).toEqual([]);
    expect((await hidden.provider.sessions.get(other.session ?? [], hidden.call)).counts).toMatchObject({
      runs: 3,
      pending: 3,
    });
  });

  it('are waited for when the batch has just ended', async () => {
    const world = await openWorld({ run_lag_ms: 1_800 });
    const { session = [] } = await launch(world, { repeat: 4 });
    while ((await world.provider.sessions.get(session, world.call)).status !== 'completed') world.clock.now += 500;
    const runs = await readRuns(world, session);
    expect(runs.map((run) => run.verdict)).not.toContain('pending');
    expect(runs).toHaveLength(4);
    expect(world.slept.length).toBeGreaterThan(0);
  });

  it('are not waited for when it ended long ago', async () => {
    const world = await openWorld({ lost_runs: 2 });
    const session = await finished(world, { repeat: 6 });
    const done = await world.provider.sessions.get(session, world.call);
    expect(done).toMatchObject({ status: 'completed', vendor_status: 'COMPLETED, 4 of 6 runs ended' });
    expect(done.counts).toMatchObject({ runs: 6, uncounted: 2 });
    const before = world.total();
    const { runs, coverage } = await readWhole(world, session);
    expect(runs).toHaveLength(4);
    const note = '2 of the 6 runs that were asked for never ran.';
    expect(coverage).toEqual({ complete: true, expected: 4, read: 4, gaps: [{ kind: 'never_ran', count: 2, note }] });
    expect(world.total() - before).toBe(2);
    expect(world.slept).toEqual([]);
  });

  it('of a batch that has just ended short are looked for a little, then taken as they are', async () => {
    const world = await openWorld({ lost_runs: 1 });
    const { session = [] } = await launch(world, { repeat: 3 });
    while ((await world.provider.sessions.get(session, world.call)).status !== 'completed') world.clock.now += 500;
    const { runs, coverage } = await readWhole(world, session);
    expect(runs).toHaveLength(2);
    expect(coverage).toMatchObject({ complete: true, gaps: [{ kind: 'never_ran', count: 1 }] });
    expect(world.slept).toEqual([500, 1500]);
  });

  it('are errors, neither passed nor failed, when they stay in the list without a result', async () => {
    const world = await openWorld({ lost_runs: 1, lost_listed: true });
    const session = await finished(world, { repeat: 3 });
    const runs = await readRuns(world, session);
    expect(runs.map((run) => [run.status, run.verdict]).at(-1)).toEqual(['failed', 'error']);
    const lost = await world.provider.runs.get(idsOf(runs.at(-1)?.ref), world.call);
    expect([lost.status, lost.verdict]).toEqual(['failed', 'error']);
  });
});

describe('runs that broke or were stopped', () => {
  it('broken ones are errors although they say "not successful", and skip their evaluations', async () => {
    const world = await openWorld({}, { outcomes: { 'book-cleaning': 'broken' } });
    const session = await finished(world, { repeat: 2 });
    const runs = await readRuns(world, session);
    expect(runs.map((run) => [run.status, run.verdict])).toEqual([
      ['failed', 'error'],
      ['failed', 'error'],
    ]);
    expect(runs[0]?.error?.message).toBeTruthy();
    expect(runs[0]?.failed_evaluations).toEqual([]);
    const done = await world.provider.sessions.get(session, world.call);
    expect([done.status, done.counts.failed, done.pass_rate]).toEqual(['failed', 0, undefined]);
  });

  it.each(['broken', 'criteria'] as const)(
    'no count calls a broken run failed (failedRuns counts %s)',
    async (failed_runs) => {
      const world = await openWorld({ failed_runs }, { broken_rate: 0.4 });
      const session = await finished(world, { repeat: 20 });
      const done = await world.provider.sessions.get(session, world.call);
      const runs = await readRuns(world, session);
      const failed = runs.filter((run) => run.verdict === 'failed').length;
      expect(runs.some((run) => run.verdict === 'error')).toBe(true);
      expect(done.counts.failed === failed || done.counts.failed === 0).toBe(true);
      expect(done.counts.passed).toBe(runs.filter((run) => run.verdict === 'passed').length);
    },
  );

  it.each(['all', 'without_failed'] as const)(
    'a batch ends however completedRuns counts (%s)',
    async (completed_runs) => {
      const world = await openWorld(
        { completed_runs, batch: 'documented', batch_status: 'absent' },
        { broken_rate: 0.4 },
      );
      const { session = [] } = await launch(world, { repeat: 20 });
      world.clock.now += 3_600_000;
      expect((await world.provider.sessions.get(session, world.call)).status).toMatch(/completed/);
    },
  );

  it.each(['flagged', 'missing'] as const)('stopped ones are inconclusive or gone (%s)', async (stopped_runs) => {
    const world = await openWorld({ stopped_runs });
    const { provider, call, clock } = world;
    const { session = [] } = await launch(world, { repeat: 20 });
    clock.now += 80_000;
    await provider.cancel.session(session, call);
    clock.now += 100_000;
    const runs = await readRuns(world, session);
    const cut = runs.filter((run) => run.status === 'cancelled');
    expect(runs.length - cut.length).toBeGreaterThan(0);
    expect(runs.length - cut.length).toBeLessThan(20);
    expect(cut).toHaveLength(stopped_runs === 'flagged' ? 20 - (runs.length - cut.length) : 0);
    expect(cut.every((run) => run.verdict === 'inconclusive' && run.failed_evaluations.length === 0)).toBe(true);
    const done = await provider.sessions.get(session, call);
    expect(done.status).toBe('cancelled');
    expect(done.counts.failed).toBe(0);
  });
});

describe('stopping', () => {
  const auth = { key: 'k' };
  const project = '683ef2a378a878cc6550f78b';
  /** A batch that is under way when it is read first, and `after` when it is read again. */
  const racing = (refusal: number, after: string) => {
    let reads = 0;
    return recorder(({ method }) => {
      if (method === 'POST') return { status: refusal, body: { detail: 'The simulation has ended', code: 1004 } };
      reads += 1;
      return { body: { id: 'b', runs: 2, status: reads === 1 ? 'IN_PROGRESS' : after } };
    });
  };

  it.each([
    [400, 'COMPLETED'],
    [409, 'COMPLETED'],
    [409, 'STOPPED'],
  ])('a batch that ends just before: %s, then %s', async (refusal, after) => {
    const { url } = await racing(refusal, after);
    const { provider } = connectTo({ base_url: url, auth, project });
    const call = { signal: noDeadline() };
    expect(await provider.cancel.session(['s', 'b'], call)).toBe('already_ended');
  });

  it('a refusal of a batch that goes on is passed on', async () => {
    const { url } = await racing(409, 'IN_PROGRESS');
    const { provider } = connectTo({ base_url: url, auth, project });
    const problem = await problemOf(provider.cancel.session(['s', 'b'], { signal: noDeadline() }));
    expect(problem).toMatchObject({ kind: 'conflict', details: { vendor: { code: '1004' } } });
  });

  it('never sends a signal to a batch that has ended', async () => {
    const world = await openWorld();
    const session = await finished(world);
    expect(await world.provider.cancel.session(session, world.call)).toBe('already_ended');
    expect(
      Object.keys(world.sent()).filter((label) => label.startsWith('POST') && label.includes('/batches/')),
    ).toEqual([]);
  });

  it('is a signal: the batch stops later', async () => {
    const world = await openWorld({ stop_lag_ms: 30_000 });
    const { session = [] } = await launch(world, { repeat: 10 });
    world.clock.now += 10_000;
    expect(await world.provider.cancel.session(session, world.call)).toBe('stopping');
    expect((await world.provider.sessions.get(session, world.call)).status).toBe('running');
    world.clock.now += 30_000;
    expect((await world.provider.sessions.get(session, world.call)).status).toBe('cancelled');
  });
});

describe('what a host does not have', () => {
  const ONE = 'GET /testing/simulations/{simulationReference}';
  const BATCH = `${ONE}/batches/{simulationRunBatchReference}`;

  it('is asked for once: reading one batch', async () => {
    const world = await openWorld({ get_batch: 'missing' });
    const { session = [] } = await launch(world);
    for (let count = 0; count < 3; count++) await world.provider.sessions.get(session, world.call);
    expect(world.sent()[BATCH]).toBe(1);
    const problem = await problemOf(world.provider.sessions.get([session[0] ?? '', 'f'.repeat(24)], world.call));
    expect(problem.kind).toBe('not_found');
  });

  it('is asked for once: reading one scenario', async () => {
    const world = await openWorld({ get_scenario: 'missing' });
    const id = await scenarioNamed(world, BOOKING);
    for (let count = 0; count < 3; count++)
      expect((await world.provider.tests.get('case', [id], world.call)).name).toBe(BOOKING);
    expect(world.sent()[ONE]).toBe(1);
  });

  it('is asked for once: an order', async () => {
    const world = await openWorld({ sort: 'refused' });
    for (let count = 0; count < 3; count++) await world.provider.tests.list({ limit: 5 }, world.call);
    expect(world.sent()['GET /testing/simulations']).toBe(4);
  });
});

describe('searching and listing', () => {
  it.each(['honoured', 'ignored', 'refused'] as const)('finds a scenario by its words (filter %s)', async (filter) => {
    const world = await openWorld({ filter });
    for (const limit of [1, 20]) {
      const { items } = await world.provider.tests.list({ search: 'book a CLEANING', limit }, world.call);
      expect(items[0]?.name).toBe(BOOKING);
    }
  });

  it('asks for a refused filter only once', async () => {
    const world = await openWorld({ filter: 'refused' });
    await world.provider.tests.list({ search: 'cleaning', limit: 20 }, world.call);
    const before = world.sent()['GET /testing/simulations'] ?? 0;
    await world.provider.tests.list({ search: 'cleaning', limit: 20 }, world.call);
    expect((world.sent()['GET /testing/simulations'] ?? 0) - before).toBe(1);
  });

  it.each<Partial<CognigySwitches>>([{}, { sort: 'ignored', order: 'oldest' }, { sort: 'refused', order: 'oldest' }])(
    'lists the newest session first (%j)',
    async (switches) => {
      const world = await openWorld(switches);
      for (let count = 0; count < 3; count++) {
        world.clock.now += 60_000;
        await launch(world, { repeat: 1, name: `start ${count}` });
      }
      const test = { kind: 'case' as const, ids: [await scenarioNamed(world, BOOKING)] };
      const names = async (query: object) =>
        (await world.provider.sessions.list({ limit: 3, ...query }, world.call)).items.map((one) => one.name);
      expect(await names({ test })).toEqual(['start 2', 'start 1', 'start 0']);
      expect(await names({})).toEqual(['start 2', 'start 1', 'start 0']);
      expect((await names({ test, limit: 2 })).length).toBe(2);
      const since = new Date(world.clock.now - 90_000).toISOString();
      expect(await names({ since })).toEqual(['start 2', 'start 1']);
      const until = new Date(world.clock.now - 30_000).toISOString();
      expect(await names({ since, until })).toEqual(['start 1']);
    },
  );

  it('gives sessions without a name the one of their scenario, at the price of one list', async () => {
    const world = await openWorld({ batch: 'documented' });
    const { items } = await world.provider.sessions.list({ limit: 20 }, world.call);
    expect(items.length).toBeGreaterThan(10);
    const names = world.engine.cases.map((one) => one.name);
    expect(items.every((one) => names.includes(one.name ?? ''))).toBe(true);
    expect(world.sent()).toEqual({ 'GET /testing/simulations/batches': 1, 'GET /testing/simulations': 1 });
  });

  it('filters by flow where batches tell theirs, and says when they do not', async () => {
    const told = await openWorld({ batch_run_config: 'present' });
    const agent = told.engine.agents[1]?.name ?? '';
    const { items, notes } = await told.provider.sessions.list({ limit: 50, agent }, told.call);
    expect(items.length).toBeGreaterThan(0);
    expect(items.every((one) => one.agent === agent)).toBe(true);
    expect(notes).toBeUndefined();
    const silent = await openWorld();
    const page = await silent.provider.sessions.list({ limit: 50, agent }, silent.call);
    expect(page.items).toEqual([]);
    expect(page.notes?.[0]).toContain('None of the sessions of Cognigy that were looked at tells which flow it ran on');
  });

  it('takes the flow of a scenario for its default, not for what a session ran on', async () => {
    for (const frozen_flow of ['reference', 'id'] as const) {
      const world = await openWorld({ frozen_flow });
      const agent = world.engine.agents[0]?.name ?? '';
      const { items, notes } = await world.provider.sessions.list({ limit: 50, agent }, world.call);
      expect([items, notes?.length]).toEqual([[], 1]);
    }
  });

  it('tells flows of one name apart where one is asked for by an id, and by the name finds both', async () => {
    const named = (n: number) => ({ _id: `${n}`.repeat(24), referenceId: `flow-${n}`, name: 'Reception' });
    const batch = (n: number) => ({
      id: `${n}`.repeat(24),
      simulationReference: 'c'.repeat(24),
      name: `of ${n}`,
      createdAt: 1_790_000_000_000 - n,
      status: 'COMPLETED',
      runConfig: { flowReferenceId: n === 2 ? '2'.repeat(24) : `flow-${n}` },
    });
    const pagination = { limit: 100, skip: 0, total: 2, hasNext: false };
    const { url } = await recorder(({ url: path }) => ({
      body: path.includes('/flows')
        ? { items: [named(1), named(2)], total: 2 }
        : { data: [batch(1), batch(2)], pagination },
    }));
    const world = await openWorld();
    const { provider } = world.connect({ base_url: url });
    const of = async (agent: string) =>
      (await provider.sessions.list({ limit: 20, agent }, world.call)).items.map(({ name }) => name);
    expect(await of('flow-1')).toEqual(['of 1']);
    expect(await of('1'.repeat(24))).toEqual(['of 1']);
    expect(await of('flow-2')).toEqual(['of 2']);
    expect(await of('reception')).toEqual(['of 1', 'of 2']);
    expect(await of('Nobody')).toEqual([]);
  });

  it('offers what there is for ids that lead nowhere', async () => {
    const world = await openWorld();
    const session = await finished(world);
    const [scenario = '', batch = ''] = session;
    const { provider, call } = world;
    const [run] = await readRuns(world, session);
    const wrong = 'f'.repeat(24);
    const noScenario = await problemOf(provider.tests.get('case', [wrong], call));
    expect(noScenario).toMatchObject({ kind: 'not_found', details: { next: expect.stringContaining('list_tests') } });
    expect(noScenario.details.candidates?.[0]).toMatch(/^cognigy\/case\//);
    const noBatch = await problemOf(provider.sessions.get([scenario, wrong], call));
    expect(noBatch.details.candidates?.[0]).toContain('cognigy/session/');
    expect(noBatch.details.candidates?.join()).toContain(`cognigy/session/${scenario}~${batch}`);
    const noRun = await problemOf(provider.runs.get([scenario, batch, wrong], call));
    expect(noRun.details.candidates).toContain(run?.ref);
    expect(noRun.details.next).toContain('expires_at');
    expect((await problemOf(provider.runs.get([batch], call))).kind).toBe('not_found');
  });

  it('finds a batch by its id alone', async () => {
    const world = await openWorld();
    const [scenario, batch = ''] = await finished(world);
    expect(idsOf((await world.provider.sessions.get([batch], world.call)).ref)).toEqual([scenario, batch]);
    expect((await problemOf(world.provider.sessions.get(['e'.repeat(24)], world.call))).kind).toBe('not_found');
  });

  it.each(['keeps_batches', 'deletes_batches'] as const)('a deleted scenario %s', async (deletion) => {
    const world = await openWorld({ deletion, batch: 'documented' });
    const session = await finished(world);
    await world.author.deleteScenario(session[0] ?? '');
    const { provider } = world.connect();
    const { items } = await provider.sessions.list({ limit: 100 }, world.call);
    const found = items.find((one) => idsOf(one.ref)[1] === session[1]);
    if (deletion === 'deletes_batches') {
      expect(found).toBeUndefined();
      expect((await problemOf(provider.sessions.get(session, world.call))).kind).toBe('not_found');
      return;
    }
    expect(found).toMatchObject({ status: 'completed' });
    expect(found?.name).toBeUndefined();
    expect(await readRuns({ provider, call: world.call }, session)).toHaveLength(3);
  });
});

describe('a list that holds none of the runs that the batch counts', () => {
  async function answeredWith(body: unknown) {
    const world = await openWorld();
    const session = await finished(world, FULL_PLAN);
    world.faults.add({ kind: 'status', status: 200, path: '/runs', times: 20, body });
    return readWhole(world, session);
  }

  it.each([
    ['does not say how many it has', []],
    ['says that it has none', { data: [], pagination: { limit: 100, total: 0, hasNext: false } }],
    ['says so as text', { data: [], pagination: { limit: 100, total: '0', hasNext: 'false' } }],
  ])('%s: all six are missing', async (_, body) => {
    const { runs, coverage } = await answeredWith(body);
    expect(runs).toEqual([]);
    expect(coverage).toMatchObject({ complete: false, expected: 6, read: 0, missing: 6 });
    expect(coverage.gaps).toEqual([
      { kind: 'missing', count: 6, note: '6 of the 6 runs that the platform counts were on no page.' },
    ]);
  });

  it('is none, where the list itself is missing', async () => {
    expect((await problemOf(answeredWith({ data: null }))).kind).toBe('unreadable');
  });
});
