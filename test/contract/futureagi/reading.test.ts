/** Reading whole executions: how many requests, each call once, and what to do where the vendor breaks. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countRun, emptyCounts } from '../../../src/model/verdicts.ts';
import { PAGE_SIZE } from '../../../src/providers/futureagi/calls.ts';
import { defaultSwitches } from '../../../src/sandbox/dialects/futureagi/switches.ts';
import { type Bench, bench, has, problemOf } from './harness.ts';

let one: Bench;
beforeAll(async () => {
  one = await bench();
});
afterEach(() => {
  Object.assign(one.dialect.switches, defaultSwitches());
});
const get = (id: string) => has(one.provider.sessions).get([id], one.call);

describe('what it costs', () => {
  it('reads 1,240 calls with their reasons and clusters in the fewest requests', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 1_240 });
    one.since();
    const session = await get(execution_id);
    const forSession = one.since();
    const runs = await one.runs(execution_id);
    const forRuns = one.since();
    const set = await has(one.provider.clusters).get([execution_id], one.call);
    const forClusters = one.since();

    const counts = emptyCounts();
    for (const run of runs) countRun(counts, run.verdict);
    // 124 calls named two prices; of the others 25 were curt, and 11 had an evaluator that broke.
    const truth = Array.from({ length: 1_240 }, (_, index) => {
      const curt = index % 97 !== 0 && index % 25 === 0;
      return index % 10 === 0 || curt ? 'failed' : index % 97 === 0 ? 'inconclusive' : 'passed';
    });
    for (const verdict of ['passed', 'failed', 'inconclusive'] as const)
      expect(counts[verdict]).toBe(truth.filter((word) => word === verdict).length);
    expect(counts.runs).toBe(1_240);
    expect(new Set(runs.map((run) => run.ref)).size).toBe(1_240);
    expect(session.counts).toMatchObject({ runs: 1_240, uncounted: 1_240 });
    expect(set.clusters[0]?.runs).toHaveLength(124);
    const failed = new Set(runs.filter((run) => run.failed_evaluations.includes('Price')).map((run) => run.ref));
    expect(new Set(set.clusters[0]?.runs)).toEqual(failed);
    expect(runs.filter((run) => run.verdict === 'failed').every((run) => run.evaluations.some((e) => e.reason))).toBe(
      true,
    );

    process.stdout.write(
      `Future AGI, 1,240 calls: get_session ${forSession.length} + runs ${forRuns.length} + clusters ${forClusters.length} requests\n`,
    );
    // Two for the execution and its oldest row, two once for the run test it belongs to.
    expect(forSession).toHaveLength(4);
    expect(forRuns).toHaveLength(Math.ceil(1_240 / PAGE_SIZE));
    expect(forClusters).toHaveLength(1);
    one.since();
    await get(execution_id);
    expect(one.since()).toHaveLength(1);
  });

  it('reads 10,000 calls in 20 requests, quickly', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 10_000 });
    one.since();
    const from = performance.now();
    expect(await one.runs(execution_id, 'verdicts')).toHaveLength(10_000);
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(one.since()).toHaveLength(20);
  });

  it('numbers the calls of one scenario in an order that does not change', async () => {
    const { execution_id } = one.dialect.seed('moving');
    const [first, again] = [await one.runs(execution_id), await one.runs(execution_id)];
    expect(again).toEqual(first);
    const ofFirst = first.filter((run) => run.test === first[0]?.test);
    expect(ofFirst.map((run) => run.iteration)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('the state and then the runs', () => {
  const next = (call = one.call) => ({ ...call, runs_next: true });
  const stateAndRuns = async (id: string, call = next()) => {
    const session = await has(one.provider.sessions).get([id], call);
    return { session, runs: await one.runs(id) };
  };
  const fresh = async (calls: number) => {
    const { execution_id } = one.dialect.seed('large', { calls });
    one.since();
    return { id: execution_id };
  };
  const ofExecution = (id: string, requests = one.since()) =>
    requests.filter((request) => request.includes(`/runs/?execution_id=${id}`));
  const pageOf = (request: string) => Number(/[?&]page=(\d+)/.exec(request)?.[1]);

  it.each([
    [480, [1]],
    [1_230, [1, 2, 3]],
    [4_990, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ])('of %i calls take each page once', async (calls, pages) => {
    const { id } = await fresh(calls);
    const { session, runs } = await stateAndRuns(id);
    expect(session).toMatchObject({ status: 'completed', counts: { runs: calls } });
    expect(new Set(runs.map(({ ref }) => ref)).size).toBe(calls);
    const asked = ofExecution(id);
    expect(asked.every((request) => request.includes(`limit=${PAGE_SIZE}`))).toBe(true);
    expect(asked.map(pageOf).sort((a, b) => a - b)).toEqual(pages);
  });

  it('take the last page first, which tells whether it is still being scored', async () => {
    const { id } = await fresh(1_220);
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = async (request) => {
      const answer = await fetchOf(request);
      if (!request.url.includes('page=3')) return answer;
      const body = (await answer.json()) as {
        result: { call_results: { results: { eval_outputs: Record<string, object> }[] } };
      };
      const row = body.result.call_results.results.at(-1);
      if (!row) throw new Error('No row on the last page.');
      row.eval_outputs = Object.fromEntries(
        Object.keys(row.eval_outputs).map((config) => [config, { status: 'pending' }]),
      );
      return Response.json(body);
    };
    const { session, runs } = await stateAndRuns(id);
    one.dialect.fetch = fetchOf;
    expect(session.status).toBe('scoring');
    expect(runs.filter(({ verdict }) => verdict === 'pending')).toHaveLength(1);
    const asked = ofExecution(id).map(pageOf);
    expect(asked.slice(0, 2)).toEqual([1, 3]);
    expect(asked).toHaveLength(3);
  });

  it('are read anew a moment later, and by whoever did not ask for the state', async () => {
    const { id } = await fresh(470);
    await stateAndRuns(id);
    expect(await one.runs(id)).toHaveLength(470);
    expect(ofExecution(id)).toHaveLength(2);
    await has(one.provider.sessions).get([id], next());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await one.runs(id)).toHaveLength(470);
    expect(ofExecution(id)).toHaveLength(2);
  });

  it('are all there when whoever asked for the state has gone', async () => {
    const { id } = await fresh(3_990);
    const gone = new AbortController();
    await has(one.provider.sessions).get([id], next({ ...one.call, signal: gone.signal }));
    gone.abort();
    expect(await one.runs(id)).toHaveLength(3_990);
  });

  it('are all there when the execution shrank in between', async () => {
    const { id } = await fresh(1_210);
    const fetchOf = one.dialect.fetch;
    let failed = 0;
    one.dialect.fetch = async (request) => {
      if (!request.url.includes('page=3') || failed > 1) return fetchOf(request);
      failed += 1;
      return Response.json({ status: false, message: 'Unable to fetch simulation runs.' }, { status: 500 });
    };
    const { session, runs } = await stateAndRuns(id);
    one.dialect.fetch = fetchOf;
    expect(failed).toBeGreaterThanOrEqual(1);
    expect(session.status).toBe('completed');
    expect(runs).toHaveLength(1_210);
  });
});

describe('rows that move while they are read', () => {
  it.each([3, 40])('sees each call once although %s rows moved', async (moves) => {
    const { execution_id, call_ids } = one.dialect.seed('large', { calls: 1_640 });
    one.dialect.switches.moving_rows = moves;
    const runs = await one.runs(execution_id);
    expect(runs.map((run) => run.ref).sort()).toEqual(call_ids.map((id) => `futureagi/run/${id}`).sort());
    expect(moves - one.dialect.switches.moving_rows).toBeGreaterThanOrEqual(3);
  });

  it('reads again from the start when the execution shrank and a page fell off its end', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 1_150 });
    const fetchOf = one.dialect.fetch;
    let failed = 0;
    one.dialect.fetch = async (request) => {
      if (request.url.includes('page=3') && failed === 0) {
        failed += 1;
        return Response.json({ status: false, message: 'Unable to fetch simulation runs.' }, { status: 500 });
      }
      return fetchOf(request);
    };
    const runs = await one.runs(execution_id);
    one.dialect.fetch = fetchOf;
    expect(failed).toBe(1);
    expect(runs).toHaveLength(1_150);
  });

  it('fails rather than reporting a part, when pages stay unreadable', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 4_200 });
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = async (request) =>
      /page=[2-9]/.test(request.url)
        ? Response.json({ status: false, message: 'Unable to fetch simulation runs.' }, { status: 500 })
        : fetchOf(request);
    const problem = await problemOf(one.runs(execution_id));
    one.dialect.fetch = fetchOf;
    expect(problem.kind).toBe('vendor_error');
  });
});

describe('an evaluation whose statistics the vendor cannot compute', () => {
  it('is left out of the question, so that the rest can be read', async () => {
    const { execution_id } = one.dialect.seed('numeric');
    one.since();
    const runs = await one.runs(execution_id);
    expect(runs.map((run) => run.verdict).sort()).toEqual(['failed', 'failed', 'passed', 'passed', 'passed', 'passed']);
    const asked = one.since();
    expect(asked.filter((request) => request.includes('eval_name=Price'))).toHaveLength(1);
    // One retry of the 500 at most; what helped is remembered.
    expect(
      asked.filter((request) => request.includes(`limit=${PAGE_SIZE}`) && !request.includes('eval_name')),
    ).toHaveLength(2);
    await has(one.provider.clusters).get([execution_id], one.call);
    expect(one.since()).toEqual([expect.stringContaining('eval_name=Price')]);
  });

  it('does not hide the session: its counters are read from metrics', async () => {
    const { execution_id } = one.dialect.seed('numeric-only');
    expect(await get(execution_id)).toMatchObject({ status: 'completed', counts: { runs: 12 } });
  });

  it.each(['numeric-only', 'nameless'] as const)('is read call by call where no question helps (%s)', async (name) => {
    const { execution_id, call_ids } = one.dialect.seed(name);
    one.since();
    const runs = await one.runs(execution_id);
    expect(runs).toHaveLength(call_ids.length);
    expect(runs[0]?.evaluations.find((evaluation) => evaluation.name === 'Talk ratio')).toMatchObject({
      verdict: 'unscored',
      score: 0.4,
    });
    expect(one.since().filter((request) => request.includes('call_execution_id')).length).toBeGreaterThanOrEqual(
      call_ids.length,
    );
  });

  it('still lets one call be read', async () => {
    const { call_ids } = one.dialect.seed('numeric');
    expect(await has(one.provider.runs).get([call_ids[0] ?? ''], one.call)).toMatchObject({ verdict: 'failed' });
  });
});
