/** Reading whole executions: how many requests, each call once, and what to do where the vendor breaks. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { countRun, emptyCounts } from '../../../src/model/verdicts.ts';
import { PAGE_SIZE } from '../../../src/providers/futureagi/api.ts';
import { defaultSwitches } from '../../../src/sandbox/dialects/futureagi/switches.ts';
import { problemOf } from '../../support/problem-of.ts';
import { readOpened } from '../../support/whole-session.ts';
import { type Bench, bench, has, START } from './harness.ts';

let one: Bench;
beforeAll(async () => {
  one = await bench();
});
afterEach(() => {
  Object.assign(one.dialect.switches, defaultSwitches());
  one.now = START;
});
const ofExecution = (id: string, requests = one.since()) =>
  requests.filter((request) => request.includes(`/runs/?execution_id=${id}`));
/** While the dialect answers what `fetch` makes of a request. */
async function answering<T>(
  fetch: (request: Request, usual: typeof one.dialect.fetch) => Promise<Response> | Response,
  act: () => Promise<T>,
  { dialect }: Pick<Bench, 'dialect'> = one,
) {
  const usual = dialect.fetch;
  dialect.fetch = (request) => fetch(request, usual);
  try {
    return await act();
  } finally {
    dialect.fetch = usual;
  }
}
const fault = () => Response.json({ status: false, message: 'Unable to fetch simulation runs.' }, { status: 500 });
const get = (id: string) => has(one.provider.sessions).get([id], one.call);

describe('what it costs', () => {
  it('reads 1,240 calls with their reasons and clusters in the fewest requests', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 1_240 });
    one.since();
    const session = await get(execution_id);
    const forSession = one.since();
    const { runs, coverage } = await one.read(execution_id);
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
    expect(coverage).toEqual({ complete: true, read: 1_240, expected: 1_240 });
    // One for the execution, two once for the run test it belongs to.
    expect(forSession).toHaveLength(3);
    expect(forRuns).toHaveLength(Math.ceil(1_240 / PAGE_SIZE));
    expect(forClusters).toHaveLength(1);
    one.since();
    await get(execution_id);
    expect(one.since()).toHaveLength(1);
  });

  it('looks at the oldest row, once, while evaluations may still be written', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 1_010 });
    // Its end is 58 minutes before the clock of the tests.
    one.now = START - 50 * 60_000;
    one.since();
    await get(execution_id);
    expect(ofExecution(execution_id)).toHaveLength(2);
    await get(execution_id);
    expect(ofExecution(execution_id)).toHaveLength(1);
  });

  it('reads 10,000 calls in 20 requests', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 10_000 });
    one.since();
    const { runs, coverage } = await one.read(execution_id, 'verdicts');
    expect(runs).toHaveLength(10_000);
    expect(coverage).toEqual({ complete: true, read: 10_000, expected: 10_000 });
    const asked = one.since();
    expect(ofExecution(execution_id, asked)).toHaveLength(20);
    // Two more for the run test it belongs to.
    expect(asked).toHaveLength(22);
  });

  it('numbers the calls of one scenario in an order that does not change', async () => {
    const { execution_id } = one.dialect.seed('moving');
    const [first, again] = [await one.runs(execution_id), await one.runs(execution_id)];
    expect(again).toEqual(first);
    const ofFirst = first.filter((run) => run.test === first[0]?.test);
    expect(ofFirst.map((run) => run.iteration)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('a session that is opened', () => {
  const fresh = (calls: number) => {
    const { execution_id } = one.dialect.seed('large', { calls });
    one.since();
    return { id: execution_id };
  };
  const open = (id: string, call = one.call) => has(one.provider.sessions).open([id], call);
  const pageOf = (request: string) => Number(/[?&]page=(\d+)/.exec(request)?.[1]);

  it.each([
    [480, [1]],
    [1_230, [1, 2, 3]],
    [4_990, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ])('of %i calls takes each page once for state and runs', async (calls, pages) => {
    for (const now of [START, START - 50 * 60_000]) {
      const { id } = fresh(calls);
      one.now = now;
      const { session, runs, coverage } = await one.read(id);
      expect(session).toMatchObject({ status: 'completed', counts: { runs: calls } });
      expect(new Set(runs.map(({ ref }) => ref)).size).toBe(calls);
      expect(coverage).toEqual({ complete: true, read: calls, expected: calls });
      const asked = ofExecution(id);
      expect(asked.every((request) => request.includes(`limit=${PAGE_SIZE}`))).toBe(true);
      expect(asked.map(pageOf).sort((a, b) => a - b)).toEqual(pages);
    }
  });

  it('takes the last page first, which tells whether it is still being scored', async () => {
    const { id } = fresh(1_220);
    one.now = START - 50 * 60_000;
    const { session, runs } = await answering(
      async (request, usual) => {
        const answer = await usual(request);
        return request.url.includes('page=3') ? lastRowPending(answer) : answer;
      },
      () => one.read(id),
    );
    expect(session.status).toBe('scoring');
    expect(runs.filter(({ verdict }) => verdict === 'pending')).toHaveLength(1);
    const asked = ofExecution(id).map(pageOf);
    expect(asked.slice(0, 2)).toEqual([1, 3]);
    expect(asked).toHaveLength(3);
  });

  it('is not scoring for ever: what has no result a quarter of an hour after the end gets none', async () => {
    const { id } = fresh(1_225);
    const { session, runs, coverage } = await answering(
      async (request, usual) => {
        const answer = await usual(request);
        return request.url.includes('page=3') ? lastRowPending(answer) : answer;
      },
      () => one.read(id),
    );
    expect(session.status).toBe('completed');
    expect(coverage?.complete).toBe(true);
    const open = runs.filter(({ evaluations }) => evaluations.some(({ unread }) => unread !== undefined));
    expect(open).toMatchObject([
      { status: 'completed', verdict: 'inconclusive', evaluations: [{ verdict: 'unscored', unread: 'no result' }, {}] },
    ]);
  });

  it('asks for nothing that is on its way already, and reads anew when its runs are read again', async () => {
    const { id } = fresh(470);
    const opened = await open(id);
    for (const times of [1, 2]) {
      expect((await readOpened(opened, 'verdicts', one.call)).runs).toHaveLength(470);
      expect(ofExecution(id)).toHaveLength(1);
      expect(times).toBeLessThan(3);
    }
  });

  it('has all its runs when whoever opened it has gone', async () => {
    const { id } = fresh(3_990);
    const gone = new AbortController();
    const opened = await open(id, { signal: gone.signal });
    gone.abort();
    const { runs, coverage } = await readOpened(opened, 'verdicts', one.call);
    expect(runs).toHaveLength(3_990);
    expect(coverage?.complete).toBe(true);
  });

  it.each([START, START - 50 * 60_000])('has all its runs when a page fell off its end in between', async (now) => {
    const { id } = fresh(1_210);
    one.now = now;
    let failed = 0;
    const { session, runs, coverage } = await answering(
      async (request, usual) => {
        if (!request.url.includes('page=3') || failed > 1) return usual(request);
        failed += 1;
        return fault();
      },
      () => one.read(id),
    );
    expect(failed).toBeGreaterThanOrEqual(1);
    expect(session.status).toBe('completed');
    expect(runs).toHaveLength(1_210);
    expect(coverage?.complete).toBe(true);
  });

  it('says what its last pages did not show', async () => {
    const { id } = fresh(4_200);
    const { runs, coverage } = await answering(
      async (request, usual) => (/page=[2-9]/.test(request.url) ? fault() : usual(request)),
      () => one.read(id),
    );
    expect(runs).toHaveLength(500);
    expect(coverage).toMatchObject({ complete: false, read: 500, expected: 4_200, missing: 3_700 });
  });
});

async function lastRowPending(answer: Response): Promise<Response> {
  const body = (await answer.json()) as {
    result: { call_results: { results: { eval_outputs: Record<string, object> }[] } };
  };
  const row = body.result.call_results.results.at(-1);
  const [config] = Object.keys(row?.eval_outputs ?? {});
  if (!row || !config) throw new Error('No row with evaluations on the last page.');
  row.eval_outputs[config] = { status: 'pending' };
  return Response.json(body);
}

describe('rows that move while they are read', () => {
  it.each([3, 40])('sees each call once although %s rows moved', async (moves) => {
    const { execution_id, call_ids } = one.dialect.seed('large', { calls: 1_640 });
    one.dialect.switches.moving_rows = moves;
    const { runs, coverage } = await one.read(execution_id);
    expect(coverage).toMatchObject({ complete: true, read: 1_640 });
    expect(runs.map((run) => run.ref).sort()).toEqual(call_ids.map((id) => `futureagi/run/${id}`).sort());
    expect(moves - one.dialect.switches.moving_rows).toBeGreaterThanOrEqual(3);
  });

  it('keeps the later reading of a call that changed, while calls are scored', async () => {
    const { execution_id, call_ids } = one.dialect.seed('large', { calls: 1_600 });
    const { runs, coverage } = await answering(
      async (request, usual) => {
        const answer = await usual(request);
        if (!/execution_id=.*page=[14]/.test(request.url)) return answer;
        const { result } = (await answer.json()) as {
          result: Record<string, unknown> & { call_results: { results: Fields[] } };
        };
        const { results } = result.call_results;
        const first = { ...results[0], call_execution_id: call_ids[1_599], eval_outputs: {}, status: 'analyzing' };
        // The first row of the first page comes again as the last of the last one, finished by then.
        if (request.url.includes('page=1')) results[0] = first;
        else results.push({ ...first, eval_outputs: { x: { name: 'Price', output: 'Passed' } }, status: 'completed' });
        return Response.json({ status: true, result: { ...result, status: 'running', completed_at: null } });
      },
      () => one.read(execution_id),
    );
    const moved = runs.filter(({ ref }) => ref === `futureagi/run/${call_ids[1_599]}`);
    expect(moved).toMatchObject([{ status: 'completed', verdict: 'passed' }]);
    expect(coverage?.gaps?.map(({ kind }) => kind) ?? []).not.toContain('changed');
  });
});

type Fields = Record<string, unknown>;

describe('an evaluation whose statistics the vendor cannot compute', () => {
  it('is left out of the question, so that the rest can be read', async () => {
    const { execution_id } = one.dialect.seed('numeric');
    one.since();
    const runs = await one.runs(execution_id);
    expect(runs.map((run) => run.verdict).sort()).toEqual(['failed', 'failed', 'passed', 'passed', 'passed', 'passed']);
    // What was not asked for is there all the same, without a verdict as a number has none.
    expect(runs[0]?.evaluations).toMatchObject([{ name: 'Price' }, { name: 'Talk ratio', verdict: 'unscored' }]);
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
    const { runs, coverage } = await one.read(execution_id);
    expect(runs).toHaveLength(call_ids.length);
    expect(coverage).toMatchObject({ complete: true, read: call_ids.length });
    expect(runs[0]?.evaluations.find((evaluation) => evaluation.name === 'Talk ratio')).toMatchObject({
      verdict: 'unscored',
      score: 0.4,
    });
    expect(one.since().filter((request) => request.includes('call_execution_id')).length).toBeGreaterThanOrEqual(
      call_ids.length,
    );
  });

  it('is read call by call where all statistics fail, and comes to the same runs', async () => {
    const fresh = await bench();
    const { items } = await has(fresh.provider.sessions).list({ status: 'completed', limit: 1 }, fresh.call);
    const id = items[0]?.ref.split('/')[2] ?? '';
    const usual = await fresh.runs(id);
    expect(usual.length).toBeGreaterThan(0);
    Object.assign(fresh.dialect.switches, { statistics: 'failing' });
    const { runs, coverage } = await fresh.read(id);
    expect(coverage).toMatchObject({ complete: true, read: usual.length });
    expect(runs.map(({ ref, verdict }) => [ref, verdict])).toEqual(usual.map(({ ref, verdict }) => [ref, verdict]));
  });

  it('has a missing run for a call that is not there any more, and an unreadable one for a broken answer', async () => {
    const { execution_id, call_ids } = one.dialect.seed('numeric-only');
    const { runs, coverage } = await answering(
      async (request, usual) => {
        if (request.url.includes(`call_execution_id=${call_ids[10]}`)) return Response.json({}, { status: 404 });
        return request.url.includes(`call_execution_id=${call_ids[11]}`) ? Response.json({ x: 1 }) : usual(request);
      },
      () => one.read(execution_id),
    );
    expect(runs).toHaveLength(10);
    expect(coverage).toMatchObject({ complete: false, read: 10, expected: 12, missing: 1, unreadable: 1 });
  });

  it('is an honest error where there are too many calls to read each', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 301 });
    const problem = await answering(
      async (request, usual) => (/runs\/\?execution_id/.test(request.url) ? fault() : usual(request)),
      () => problemOf(one.runs(execution_id)),
    );
    expect(problem).toMatchObject({ kind: 'vendor_error', message: expect.stringContaining('cannot compute') });
  });

  it('leaves no run passed whose evaluation could not be asked for', async () => {
    const fresh = await bench();
    const { execution_id, call_ids } = fresh.dialect.seed('numeric');
    const hidden = { name: 'Tone, mood', output: 'Passed', output_type: 'Pass/Fail' };
    const runs = await answering(
      async (request, usual) => {
        const answer = await usual(request);
        if (!call_ids.some((id) => request.url.includes(`call_execution_id=${id}`))) return answer;
        const { result } = (await answer.json()) as { result: { eval_outputs: Fields } };
        return Response.json({ status: true, result: { ...result, eval_outputs: { ...result.eval_outputs, hidden } } });
      },
      () => fresh.runs(execution_id),
      fresh,
    );
    expect(new Set(runs.map(({ verdict }) => verdict))).toEqual(new Set(['failed', 'inconclusive']));
    expect(runs[0]?.evaluations.at(-1)).toMatchObject({ name: 'Tone, mood', unread: 'not read' });
  });

  it('still lets one call be read', async () => {
    const { call_ids } = one.dialect.seed('numeric');
    expect(await has(one.provider.runs).get([call_ids[0] ?? ''], one.call)).toMatchObject({ verdict: 'failed' });
  });
});
