/** Every point where the vendor's documentation and its server disagree: both sides give the same facts. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defaultSwitches } from '../../../src/sandbox/dialects/futureagi/switches.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type Bench, bench, has, raw } from './harness.ts';

let one: Bench;
beforeAll(async () => {
  one = await bench();
});
afterEach(() => {
  Object.assign(one.dialect.switches, defaultSwitches());
});
const turn = (switches: Partial<Bench['dialect']['switches']>) => Object.assign(one.dialect.switches, switches);
const clustersOf = (id: string) => has(one.provider.clusters).get([id], one.call);
const verdictsOf = async (id: string) => (await one.runs(id)).map((run) => run.verdict);

describe('what documentation and server disagree on', () => {
  it('1 cluster fields: both forms give the same clusters, praise in neither', async () => {
    const { execution_id } = one.dialect.seed('fma-found');
    const code = await clustersOf(execution_id);
    turn({ clusters: 'docs' });
    const docs = await clustersOf(execution_id);
    expect(code.clusters).toMatchObject([
      { title: 'Pricing contradictions', advice: 'State the price once and keep to it.' },
    ]);
    expect(docs.clusters).toMatchObject([{ title: 'Pricing contradictions', evaluations: ['Price'] }]);
    expect(docs.clusters[0]?.runs).toEqual(code.clusters[0]?.runs);
    expect(code.clusters[0]?.runs).toHaveLength(6);
  });

  it('2 Pass/Fail values: words in any case and booleans', async () => {
    const { execution_id } = one.dialect.seed('moving');
    const words = await verdictsOf(execution_id);
    expect(words.filter((verdict) => verdict === 'failed')).toHaveLength(8);
    turn({ pass_fail: 'booleans' });
    expect(await verdictsOf(execution_id)).toEqual(words);
    turn({ pass_fail: 'lower' });
    expect(await verdictsOf(execution_id)).toEqual(words);
  });

  it('3 whose name an evaluation carries: clusters are named as the runs are', async () => {
    const { execution_id } = one.dialect.seed('fma-found');
    for (const eval_names of ['config', 'template'] as const) {
      for (const clusters of ['code', 'docs'] as const) {
        turn({ eval_names, clusters });
        const [run] = await one.runs(execution_id);
        const set = await clustersOf(execution_id);
        expect(set.clusters[0]?.evaluations).toEqual([run?.evaluations[0]?.name]);
        expect(run?.evaluations[0]?.name).toBe(eval_names === 'config' ? 'Price' : 'template_price');
      }
    }
  });

  it('4 keys of eval_outputs are opaque', async () => {
    const { execution_id } = one.dialect.seed('good');
    const uuid = await one.runs(execution_id);
    turn({ eval_keys: 'docs' });
    expect(await one.runs(execution_id)).toEqual(uuid);
  });

  it('5 reasons in lists are optional', async () => {
    const { execution_id } = one.dialect.seed('verdicts');
    const failedReasons = async () =>
      (await one.runs(execution_id)).filter((run) => run.verdict === 'failed').map((run) => run.evaluations[0]?.reason);
    expect(await failedReasons()).toEqual(['Did not do as asked.']);
    turn({ reasons_in_lists: false });
    expect(await failedReasons()).toEqual([undefined]);
  });

  it('6 a page count that is too high is not followed', async () => {
    const { execution_id } = one.dialect.seed('large', { calls: 1_150 });
    turn({ inflated_total_pages: true });
    one.since();
    const { runs, coverage } = await one.read(execution_id);
    expect(runs).toHaveLength(1_150);
    expect(coverage).toMatchObject({ complete: true, read: 1_150 });
    expect(one.since().filter((request) => request.includes('/runs/?execution_id'))).toHaveLength(3);
    const page = await raw(one, `/sdk/api/v1/simulation/runs/?execution_id=${execution_id}&limit=10`);
    expect(page.body).toMatchObject({ result: { call_results: { total_pages: 1_150, count: 1_150 } } });
  });

  it('7 execute: {} is right on either side, a refused spelling is said and not replaced', async () => {
    const start = has(one.provider.start);
    const [suite] = (await has(one.provider.tests).list({ kind: 'suite', search: 'Billing', limit: 1 }, one.call))
      .items;
    const ids = [suite?.ref.split('/')[2] ?? ''];
    const members = (await has(one.provider.tests).get('suite', ids, one.call)).members ?? [];
    const whole = await start.plan({ test: { kind: 'suite', ids }, repeat: 1 }, one.call);
    const part = await start.plan(
      { test: { kind: 'suite', ids }, repeat: 1, cases: [members[0]?.name ?? ''] },
      one.call,
    );
    for (const execute_body of ['snake', 'camel'] as const) {
      turn({ execute_body });
      const [step] = whole.steps;
      if (!step) throw new Error('No step.');
      expect((await start.send(step, one.call, [])).session).toHaveLength(1);
    }
    const before = one.engine.sessions().length;
    const [step] = part.steps;
    if (!step) throw new Error('No step.');
    one.since();
    const problem = await problemOf(start.send(step, one.call, []));
    expect(one.since()).toHaveLength(1);
    expect(one.engine.sessions()).toHaveLength(before);
    expect(problem).toMatchObject({
      kind: 'invalid_input',
      details: { sent: 'yes', vendor: { field: 'scenario_ids' } },
    });
    expect(problem.details.next).toContain('without `cases`');
    turn({ execute_body: 'snake' });
    const receipt = await start.send(step, one.call, []);
    expect(one.engine.session(receipt.session?.[0] ?? '')?.runs).toHaveLength(1);
  });

  it('8 the status word of a started execution is not used', async () => {
    const start = has(one.provider.start);
    const [suite] = (await has(one.provider.tests).list({ kind: 'suite', search: 'Urgent', limit: 1 }, one.call)).items;
    const plan = await start.plan(
      { test: { kind: 'suite', ids: [suite?.ref.split('/')[2] ?? ''] }, repeat: 1 },
      one.call,
    );
    turn({ execute_status: 'PENDING' });
    const [step] = plan.steps;
    if (!step) throw new Error('No step.');
    const { session = [] } = await start.send(step, one.call, []);
    expect(await has(one.provider.sessions).get(session, one.call)).toMatchObject({ status: 'queued' });
  });

  it('9 select_all, which one side ignores and the other inverts, is never sent', async () => {
    const seen: unknown[] = [];
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = async (request) => {
      if (request.method === 'POST') seen.push(await request.clone().json());
      return fetchOf(request);
    };
    const start = has(one.provider.start);
    const [suite] = (await has(one.provider.tests).list({ kind: 'suite', search: 'Urgent', limit: 1 }, one.call)).items;
    const plan = await start.plan(
      { test: { kind: 'suite', ids: [suite?.ref.split('/')[2] ?? ''] }, repeat: 2 },
      one.call,
    );
    for (const step of plan.steps) await start.send(step, one.call, []);
    one.dialect.fetch = fetchOf;
    expect(seen).toEqual([{}, {}]);
  });

  it('10 status words come in three cases', async () => {
    const { execution_id, run_test_id } = one.dialect.seed('fma-never');
    for (const status_case of ['code', 'upper'] as const) {
      turn({ status_case });
      expect(await has(one.provider.sessions).get([execution_id], one.call)).toMatchObject({ status: 'failed' });
      const listed = await has(one.provider.sessions).list(
        { test: { kind: 'suite', ids: [run_test_id] }, limit: 5 },
        one.call,
      );
      expect(listed.items).toMatchObject([{ status: 'failed' }]);
      expect(await verdictsOf(execution_id)).toEqual(Array.from({ length: 12 }, () => 'error'));
    }
  });

  it('11 of metrics, whose fields differ, only the counts are read', async () => {
    const { execution_id } = one.dialect.seed('numeric-only');
    expect(await has(one.provider.sessions).get([execution_id], one.call)).toMatchObject({ counts: { runs: 12 } });
  });

  it('12 error bodies: the message is found in both envelopes', async () => {
    const id = '11111111-1111-4111-8111-111111111111';
    for (const errors of ['flat', 'nested'] as const) {
      turn({ errors });
      const problem = await problemOf(has(one.provider.cancel).session([id], one.call));
      expect(problem).toMatchObject({
        kind: 'not_found',
        details: { vendor: { status: 404, message: 'Test execution not found.', code: 'not_found' } },
      });
    }
  });

  it.each([500, 404] as const)(
    '13 an unknown execution is not_found, whatever the app family says (%s)',
    async (status) => {
      turn({ unknown_execution: status });
      const id = '11111111-1111-4111-8111-111111111111';
      expect((await raw(one, `/simulate/test-executions/${id}/`)).status).toBe(status);
      one.since();
      expect(await problemOf(has(one.provider.sessions).get([id], one.call))).toMatchObject({ kind: 'not_found' });
      expect(await problemOf(one.runs(id))).toMatchObject({ kind: 'not_found' });
      expect(one.since().filter((request) => request.includes('/simulate/test-executions/'))).toEqual([]);
    },
  );

  it.each([500, 404] as const)('14 a page past the end is never asked for (%s)', async (status) => {
    turn({ page_beyond_end: status });
    const { execution_id } = one.dialect.seed('large', { calls: 401 });
    const beyond = await raw(one, `/sdk/api/v1/simulation/runs/?execution_id=${execution_id}&page=99`);
    expect(beyond.status).toBe(status);
    const broken: string[] = [];
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = async (request) => {
      const response = await fetchOf(request);
      if (!response.ok) broken.push(request.url);
      return response;
    };
    await has(one.provider.sessions).get([execution_id], one.call);
    await one.runs(execution_id);
    await clustersOf(execution_id);
    one.dialect.fetch = fetchOf;
    expect(broken).toEqual([]);
  });

  it.each(['docs', 'code', 'helper'] as const)(
    '15 rate limits are understood with and without their headers (%s)',
    async (form) => {
      const { execution_id } = one.dialect.seed('good');
      turn({ rate_limit: { after: 0, form, retry_after: 7, refusals: 1 } });
      one.waits.length = 0;
      expect(await one.runs(execution_id)).toHaveLength(4);
      expect(one.waits[0]).toBeGreaterThanOrEqual(7_000);
      turn({ rate_limit: { after: 0, form, retry_after: 7, refusals: 99 } });
      const problem = await problemOf(one.runs(execution_id));
      expect(problem).toMatchObject({ kind: 'rate_limited', details: { retry_after_seconds: 7 } });
      expect(problem.details.vendor?.code?.toLowerCase()).toBe('rate_limited');
    },
  );

  it('17 a boolean counts, as it does in eval_results', async () => {
    const { execution_id } = one.dialect.seed('good');
    const path = `/sdk/api/v1/simulation/analytics/?execution_id=${execution_id}&eval_name=Coherence`;
    expect((await raw(one, path)).body).toMatchObject({ result: { eval_results: [{ total_pass_rate: 50 }] } });
    const verdicts = (await one.runs(execution_id)).map(
      (run) => run.evaluations.find((e) => e.name === 'Coherence')?.verdict,
    );
    expect(verdicts.filter((verdict) => verdict === 'failed')).toHaveLength(2);
  });

  it('18 no data is not total failure', async () => {
    const { execution_id } = one.dialect.seed('only-errors');
    const { body } = await raw(one, `/sdk/api/v1/simulation/analytics/?execution_id=${execution_id}`);
    expect(body).toMatchObject({
      result: {
        eval_results: [{ name: 'template_price' }, { total_pass_rate: 0, result: [{ total_cells: 0, output: {} }] }],
      },
    });
    const runs = await one.runs(execution_id);
    expect(runs.map((run) => run.verdict)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    expect(runs.every((run) => run.failed_evaluations.length === 0)).toBe(true);
  });

  it('19, 20 technical completion and satisfaction figures are not reported as quality', async () => {
    const { execution_id, run_test_id, call_ids } = one.dialect.seed('only-errors');
    const listed = await raw(one, `/simulate/run-tests/${run_test_id}/executions/`);
    expect(listed.body).toMatchObject({ results: [{ success_rate: 100 }] });
    const session = await has(one.provider.sessions).get([execution_id], one.call);
    expect(session.pass_rate).toBeUndefined();
    expect(session.counts).toMatchObject({ passed: 0, uncounted: 3 });
    const run = await has(one.provider.runs).get([call_ids[0] ?? ''], one.call);
    expect(JSON.stringify(run)).not.toContain('7.5');
  });

  it('21 two key headers, and any Authorization header would spoil them', async () => {
    const headers = { 'X-Api-Key': 'sandbox-futureagi-key', 'X-Secret-Key': 'sandbox-futureagi-secret' };
    const spoilt = await raw(one, '/simulate/run-tests/', { headers: { ...headers, Authorization: 'Bearer x' } });
    expect(spoilt).toMatchObject({ status: 401, body: { message: expect.stringContaining('Invalid Token parsed') } });
    const seen: Headers[] = [];
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = (request) => {
      seen.push(request.headers);
      return fetchOf(request);
    };
    await one.provider.check(one.call);
    one.dialect.fetch = fetchOf;
    expect(seen.map((sent) => [sent.get('x-api-key'), sent.has('authorization')])).toEqual([
      ['sandbox-futureagi-key', false],
    ]);
  });

  it('22 run tests of one name are told apart, and their merging is said', async () => {
    const seeded = one.dialect.seed('same-name');
    const merged = await raw(one, '/sdk/api/v1/simulation/runs/?run_test_name=Twins');
    expect(merged.body).toMatchObject({ result: { count: 2 } });
    const sessions = has(one.provider.sessions);
    const list = (id: string) => sessions.list({ test: { kind: 'suite', ids: [id] }, limit: 10 }, one.call);
    expect((await list(seeded.run_test_id)).items.map(({ ref }) => ref)).toEqual([
      `futureagi/session/${seeded.execution_id}`,
    ]);
    const named = await problemOf(list('Twins'));
    expect(named).toMatchObject({
      kind: 'ambiguous',
      details: { candidates: expect.arrayContaining([`futureagi/suite/${seeded.run_test_id} "Twins"`]) },
    });
    expect(
      (await has(one.provider.tests).list({ kind: 'suite', search: 'Twins', limit: 5 }, one.call)).notes,
    ).toHaveLength(1);
    turn({ missing_views: ['executions'] });
    const fallback = await list(seeded.run_test_id);
    expect(fallback.items).toHaveLength(2);
    expect(fallback.notes?.[0]).toContain('2 run tests share this name');
    // Which of the two a merged execution belongs to is not known, so it is not claimed.
    expect(fallback.items.every((session) => session.test === undefined)).toBe(true);
  });

  it.each(['flips', 'refuses'] as const)('23 a finished execution is not cancelled (%s)', async (cancel_finished) => {
    turn({ cancel_finished });
    const { execution_id } = one.dialect.seed('fma-none');
    one.since();
    expect(await has(one.provider.cancel).session([execution_id], one.call)).toBe('already_ended');
    expect(one.since().filter((request) => request.startsWith('POST'))).toEqual([]);
    expect(await has(one.provider.sessions).get([execution_id], one.call)).toMatchObject({ status: 'completed' });
    const direct = await raw(one, `/simulate/test-executions/${execution_id}/cancel/`, {
      method: 'POST',
      headers: {
        'X-Api-Key': 'sandbox-futureagi-key',
        'X-Secret-Key': 'sandbox-futureagi-secret',
      },
    });
    expect(direct.status).toBe(cancel_finished === 'flips' ? 200 : 400);
    const after = await has(one.provider.sessions).get([execution_id], one.call);
    expect(after.vendor_status).toBe(cancel_finished === 'flips' ? 'cancelling' : 'completed');
  });
});
