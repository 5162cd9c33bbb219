/** Planning, starting, following and cancelling, on the engine's own run tests. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { StartRequest, StartStep } from '../../../src/providers/provider.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type Bench, bench, has } from './harness.ts';

let one: Bench;
let suite = '';
let scenarios: { ref: string; name: string }[] = [];
beforeAll(async () => {
  one = await bench({ speed: 60 });
  const { items } = await has(one.provider.tests).list({ kind: 'suite', search: 'urgent', limit: 5 }, one.call);
  suite = items[0]?.ref.split('/')[2] ?? '';
  scenarios = (await has(one.provider.tests).get('suite', [suite], one.call)).members ?? [];
});
const idOf = (ref: string | undefined) => ref?.split('/')[2] ?? '';
const plan = (request: Partial<StartRequest> = {}) =>
  has(one.provider.start).plan({ test: { kind: 'suite', ids: [suite] }, repeat: 1, ...request }, one.call);
const send = async (step: StartStep | undefined) => {
  if (!step) throw new Error('No step.');
  return has(one.provider.start).send(step, one.call, []);
};
const statusOf = async (id: string) => (await has(one.provider.sessions).get([id], one.call)).status;

describe('a plan', () => {
  it('counts a run for every scenario row, sends nothing that starts, and is the same again', async () => {
    one.since();
    const first = await plan();
    expect(first).toMatchObject({
      runs: scenarios.length,
      test_name: 'Urgent and sensitive calls',
      steps: [{ runs: scenarios.length }],
    });
    expect(first.notes[0]).toContain('bills');
    expect(await plan()).toEqual(first);
    expect(one.since().every((request) => request.startsWith('GET'))).toBe(true);
  });

  it('adds up rows', async () => {
    const { run_test_id } = one.dialect.seed('moving');
    expect(await plan({ test: { kind: 'suite', ids: [run_test_id] } })).toMatchObject({ runs: 23 });
    expect(await plan({ test: { kind: 'suite', ids: [run_test_id] }, cases: ['scenario 1'], repeat: 2 })).toMatchObject(
      {
        runs: 12,
        steps: [{ runs: 6 }, { runs: 6, label: expect.stringContaining('repetition 2 of 2') }],
      },
    );
  });

  it('counts rows from the run test itself where the scenario list is missing', async () => {
    const { run_test_id } = one.dialect.seed('moving');
    one.dialect.switches.missing_views = ['scenarios'];
    expect(await plan({ test: { kind: 'suite', ids: [run_test_id] } })).toMatchObject({ runs: 23 });
    one.dialect.switches.missing_views = [];
  });

  it('takes scenarios by id and by name, each once, and refuses others', async () => {
    const [first, second] = scenarios;
    const some = await plan({ cases: [idOf(first?.ref), second?.name.toUpperCase() ?? '', idOf(first?.ref)] });
    expect(some.steps[0]?.body).toEqual({ run_test: suite, scenario_ids: [idOf(first?.ref), idOf(second?.ref)] });
    expect(await problemOf(plan({ cases: ['No such scenario'] }))).toMatchObject({
      kind: 'not_found',
      details: { candidates: expect.arrayContaining([expect.stringMatching(/^futureagi\/case\/\S+ ".+"$/)]) },
    });
  });

  it('starts a scenario inside the one run test that holds it, and asks where several do', async () => {
    const { run_test_id } = one.dialect.seed('moving');
    const [member] = (await has(one.provider.tests).get('suite', [run_test_id], one.call)).members ?? [];
    const held = await plan({ test: { kind: 'case', ids: [idOf(member?.ref)] } });
    expect(held).toMatchObject({
      runs: 6,
      steps: [{ body: { run_test: run_test_id, scenario_ids: [idOf(member?.ref)] } }],
    });
    // The engine's scenarios are part of their own run test and of the one over everything.
    const problem = await problemOf(plan({ test: { kind: 'case', ids: [idOf(scenarios[0]?.ref)] } }));
    expect(problem).toMatchObject({
      kind: 'ambiguous',
      details: { candidates: [expect.anything(), expect.anything()] },
    });
    expect(
      await problemOf(plan({ test: { kind: 'case', ids: ['11111111-1111-4111-8111-111111111111'] } })),
    ).toMatchObject({ kind: 'not_found' });
  });

  it('finds a run test by its name', async () => {
    expect(await plan({ test: { kind: 'suite', ids: ['Urgent and sensitive calls'] } })).toEqual(await plan());
    const unknown = await problemOf(plan({ test: { kind: 'suite', ids: ['No such run test'] } }));
    expect(unknown.kind).toBe('not_found');
    const id = await problemOf(plan({ test: { kind: 'suite', ids: ['11111111-1111-4111-8111-111111111111'] } }));
    expect(id).toMatchObject({
      kind: 'not_found',
      details: { candidates: expect.arrayContaining([expect.stringMatching(/^futureagi\/suite\/\S+ ".+"$/)]) },
    });
    expect(id.details.candidates).toHaveLength(5);
  });

  it('refuses a chat, which only the caller can play', async () => {
    const { run_test_id } = one.dialect.seed('chat');
    expect(await problemOf(plan({ test: { kind: 'suite', ids: [run_test_id] } }))).toMatchObject({
      kind: 'unsupported',
      details: { next: expect.stringContaining('your own code plays the agent') },
    });
  });

  it('warns of scenarios that are still being generated, and passes the refusal on', async () => {
    const { run_test_id } = one.dialect.seed('incomplete');
    const warned = await plan({ test: { kind: 'suite', ids: [run_test_id] } });
    expect(warned.notes.join(' ')).toContain('still be generating');
    expect(await problemOf(send(warned.steps[0]))).toMatchObject({
      kind: 'invalid_input',
      details: { sent: 'yes', vendor: { message: expect.stringContaining('Scenario 1 (Processing)') } },
    });
  });

  it('offers what it accepts and nothing else', async () => {
    expect(has(one.provider.start).accepts).toEqual(['cases', 'repeat', 'agent']);
    const optionsOf = async (id: string) =>
      Object.keys((await has(one.provider.tests).get('suite', [id], one.call)).options ?? {});
    expect(await optionsOf(suite)).toEqual(['cases', 'repeat']);
    // Versions are chosen of a prompt only.
    const { items } = await has(one.provider.tests).list({ kind: 'suite', search: '(prompt)', limit: 5 }, one.call);
    expect(await optionsOf(idOf(items[0]?.ref))).toEqual(['cases', 'repeat', 'agent']);
  });
});

describe('a start', () => {
  it('goes from queued to completed as the clock moves, then its clusters are computed', async () => {
    const { steps } = await plan();
    const { session: [id = ''] = [] } = await send(steps[0]);
    const seen = new Set<string>();
    const states = new Set<string>();
    for (let step = 0; step < 400 && !states.has('completed'); step += 1) {
      seen.add(await statusOf(id));
      const set = await has(one.provider.clusters).get([id], one.call);
      if (seen.has('completed')) states.add(set.vendor_status ?? '');
      one.now += 50;
    }
    expect([...seen]).toEqual(['queued', 'running', 'scoring', 'completed']);
    expect([...states]).toEqual(['pending', 'running', 'completed']);
    expect(await has(one.provider.sessions).get([id], one.call)).toMatchObject({
      test: `futureagi/suite/${suite}`,
      name: 'Urgent and sensitive calls',
      counts: { runs: scenarios.length, pending: 0 },
    });
    const truth = one.engine
      .session(id)
      ?.runs.map((run) =>
        run.outcome.kind === 'conversation' && run.outcome.conversation.passed ? 'passed' : 'failed',
      );
    expect((await one.runs(id)).map((run) => run.verdict).sort()).toEqual(truth?.sort());
  });

  it('is asked for once, whatever happens, and found again when its answer was lost', async () => {
    const { steps } = await plan();
    const [step] = steps;
    if (!step) throw new Error('No step.');
    const earlier = await send(step);
    one.now += 60_000;
    const since = new Date(one.now);
    const fetchOf = one.dialect.fetch;
    let posts = 0;
    one.dialect.fetch = async (request) => {
      const response = await fetchOf(request);
      if (request.method !== 'POST') return response;
      posts += 1;
      return new Response('<html>Bad gateway</html>', { status: 502 });
    };
    const problem = await problemOf(send(step));
    one.dialect.fetch = fetchOf;
    expect(posts).toBe(1);
    expect(problem.details.sent).toBe('unknown');
    const window = { since, until: new Date(one.now + 1_000) };
    const found = await has(one.provider.start).find(step, window, one.call);
    expect(found).toEqual([{ receipt: { session: [one.engine.sessions()[0]?.id] }, certain: false }]);
    expect(found[0]?.receipt.session).not.toEqual(earlier.session);
    // What an earlier step of the same plan started is not this one's.
    expect(await has(one.provider.start).find(step, window, one.call, [found[0]?.receipt ?? {}])).toEqual([]);
    one.now += 600_000;
    const later = { since: new Date(one.now), until: new Date(one.now) };
    expect(await has(one.provider.start).find(step, later, one.call)).toEqual([]);
  });

  it('is looked up by status where the list of executions is missing', async () => {
    const { steps } = await plan();
    const receipt = await send(steps[0]);
    one.dialect.switches.missing_views = ['executions'];
    const window = { since: new Date(one.now), until: new Date(one.now) };
    const found = await has(one.provider.start).find(steps[0] ?? { label: '', runs: 0, body: {} }, window, one.call);
    one.dialect.switches.missing_views = [];
    expect(found).toEqual([{ receipt, certain: false }]);
  });

  it('is not said to be nowhere where the list of executions may hold it', async () => {
    const { steps } = await plan();
    const window = { since: new Date(one.now), until: new Date(one.now) };
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = (request) =>
      request.url.includes('/executions/')
        ? Response.json({ count: 2, next: null, results: [{ id: null }, { id: suite, start_time: '2020-01-01' }] })
        : fetchOf(request);
    const lost = has(one.provider.start).find(steps[0] ?? { label: '', runs: 0, body: {} }, window, one.call);
    const problem = await problemOf(lost).finally(() => {
      one.dialect.fetch = fetchOf;
    });
    expect(problem).toMatchObject({ kind: 'unreadable', details: { sent: 'unknown' } });
  });

  it('of a run test whose id is a number goes to it', async () => {
    const fetchOf = one.dialect.fetch;
    const posts: string[] = [];
    one.dialect.fetch = async (request) => {
      const { pathname } = new URL(request.url);
      if (request.method === 'POST') posts.push(pathname);
      if (pathname.endsWith('/run-tests/17/'))
        return Response.json({
          id: 17,
          name: 'Seventeen',
          scenarios_detail: [{ id: 4, name: 'One', dataset_rows: 2 }],
        });
      if (pathname.endsWith('/run-tests/17/execute/')) return Response.json({ execution_id: 99 });
      return fetchOf(request);
    };
    try {
      const found = await plan({ test: { kind: 'suite', ids: ['17'] } });
      expect(found).toMatchObject({ runs: 2, test_name: 'Seventeen', steps: [{ body: { run_test: '17' } }] });
      expect(await send(found.steps[0])).toEqual({ session: ['99'] });
      expect(posts).toEqual([expect.stringMatching(/run-tests\/17\/execute\/$/)]);
    } finally {
      one.dialect.fetch = fetchOf;
    }
  });

  it('says so when the vendor does not name what it started', async () => {
    const { steps } = await plan();
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = async (request) =>
      request.method === 'POST' ? Response.json({ message: 'ok' }) : fetchOf(request);
    const problem = await problemOf(send(steps[0]));
    one.dialect.fetch = fetchOf;
    expect(problem).toMatchObject({ kind: 'unreadable', details: { sent: 'unknown' } });
  });

  it('refuses a step that is not its own, unsent', async () => {
    expect(await problemOf(send({ label: 'x', runs: 1, body: { run_test: '../x' } }))).toMatchObject({
      details: { sent: 'no' },
    });
  });
});

describe('a cancellation', () => {
  it('stops what runs, is stopping for a while, then over', async () => {
    const { steps } = await plan();
    const { session: [id = ''] = [] } = await send(steps[0]);
    expect(await has(one.provider.cancel).session([id], one.call)).toBe('stopping');
    expect(await statusOf(id)).toBe('running');
    one.since();
    expect(await has(one.provider.cancel).session([id], one.call)).toBe('stopping');
    expect(one.since().filter((request) => request.startsWith('POST'))).toEqual([]);
    one.now += 2_000;
    expect(await statusOf(id)).toBe('cancelled');
    expect(await has(one.provider.cancel).session([id], one.call)).toBe('already_ended');
    const verdicts = (await one.runs(id)).map((run) => run.verdict);
    expect(new Set(verdicts)).toEqual(new Set(['inconclusive']));
    expect(await has(one.provider.clusters).get([id], one.call)).toMatchObject({ vendor_status: 'not_computed' });
  });

  it('that crosses the natural end is no error', async () => {
    const { steps } = await plan();
    const { session: [id = ''] = [] } = await send(steps[0]);
    one.dialect.switches.cancel_finished = 'refuses';
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = (request) => {
      if (request.method === 'POST') one.now += 3_600_000;
      return fetchOf(request);
    };
    expect(await has(one.provider.cancel).session([id], one.call)).toBe('already_ended');
    one.dialect.fetch = fetchOf;
    one.dialect.switches.cancel_finished = 'flips';
  });

  it('looks at metrics where the statistics cannot be computed', async () => {
    const { execution_id } = one.dialect.seed('numeric-only');
    expect(await has(one.provider.cancel).session([execution_id], one.call)).toBe('already_ended');
  });
});
