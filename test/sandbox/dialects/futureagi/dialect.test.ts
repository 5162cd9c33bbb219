import { beforeAll, describe, expect, it } from 'vitest';
import { KEYS, RUNS, type Served, serve } from './serving.ts';

let served: Served;
let suite = '';
beforeAll(async () => {
  served = serve({ speed: 60 });
  suite = String(
    (await served.get('/simulate/run-tests/get-id-by-name/Billing%20and%20insurance/')).at('result.run_test_id'),
  );
});
const start = async (body: unknown = {}) => {
  const answer = await served.post(`/simulate/run-tests/${suite}/execute/`, body);
  return { answer, id: String(answer.at('execution_id')) };
};
const execution = (id: string, query = '') => served.get(`${RUNS}?execution_id=${id}${query}`);

describe('run tests', () => {
  it('are the suites of the engine, one over everything, and prompt simulations of the suites of the first agent', async () => {
    const list = await served.get('/simulate/run-tests/');
    expect(list.at('count')).toBe(served.engine.suites.length + 1 + 2);
    const prompts = await served.get('/simulate/run-tests/?simulation_type=prompt');
    expect(prompts.at('count')).toBe(2);
    expect(prompts.at('results.0.source_type')).toBe('prompt');
    expect((await served.get('/simulate/run-tests/?simulation_type=agent_definition')).at('count')).toBe(4);
    const detail = await served.get(`/simulate/run-tests/${suite}/`);
    expect(detail.body).toMatchObject({
      name: 'Billing and insurance',
      agent_definition_detail: { agent_type: 'voice' },
      source_type: 'agent_definition',
    });
    const cases = served.engine.cases.filter((one) => one.suite === 'billing').length;
    expect(detail.at('scenarios')).toHaveLength(cases);
    expect((await served.get(`/simulate/run-tests/${suite}/scenarios/?limit=100`)).body).toMatchObject({
      count: cases,
    });
  });

  it('without an execution say so with 200', async () => {
    const { run_test_id } = served.dialect.seed('moving');
    expect((await served.get(`/simulate/run-tests/${run_test_id}/status/`)).status).toBe(200);
    const all = await served.get('/simulate/run-tests/?search=everything');
    const status = await served.get(`/simulate/run-tests/${String(all.at('results.0.id'))}/status/`);
    expect(status.body).toMatchObject({ status: 'not_found' });
  });
});

describe('execute', () => {
  it('answers at once, with nothing set up yet', async () => {
    const { answer } = await start();
    expect(answer.body).toMatchObject({
      message: 'Test execution started successfully',
      status: 'started',
      total_calls: 0,
      run_test_id: suite,
    });
  });

  it('includes the named scenarios only, ignores select_all and an unknown simulator', async () => {
    const detail = await served.get(`/simulate/run-tests/${suite}/`);
    const first = detail.at('scenarios.0');
    const { id } = await start({ scenario_ids: [first], select_all: true, simulator_id: 'nobody' });
    expect((await execution(id)).at('result.total_calls')).toBe(1);
    const none = await start({ scenario_ids: ['11111111-1111-4111-8111-111111111111'] });
    expect(none.answer).toMatchObject({ status: 400 });
    expect(none.answer.at('message')).toBe('At least one scenario is required to execute the test.');
  });

  it('refuses the spelling of the documentation, until the switch is turned', async () => {
    const { answer } = await start({ scenarioIds: [] });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.at('details')).toEqual({ scenarioIds: ['Unknown field.'] });
    served.dialect.switches.execute_body = 'camel';
    expect((await start({ scenarioIds: [] })).answer.status).toBe(200);
    expect((await start({ scenario_ids: [] })).answer.status).toBe(400);
    served.dialect.switches.execute_body = 'snake';
  });

  it('refuses while scenarios are generated, and names them', async () => {
    const { run_test_id } = served.dialect.seed('incomplete');
    const answer = await served.post(`/simulate/run-tests/${run_test_id}/execute/`);
    expect(answer.status).toBe(400);
    expect(answer.at('result')).toMatchObject({
      error: 'Scenarios incomplete',
      scenarios: [{ name: 'Scenario 1', status: 'Processing' }],
    });
  });
});

describe('the life of an execution', () => {
  it('goes through its states, calls through theirs', async () => {
    const { id } = await start();
    const states = new Set<unknown>();
    const calls = new Set<unknown>();
    for (let step = 0; step < 200; step += 1) {
      const answer = await execution(id, '&limit=50');
      states.add(answer.at('result.status'));
      const rows = answer.at('result.call_results.results');
      for (const row of Array.isArray(rows) ? rows : []) {
        calls.add(row.status);
        if (row.status !== 'completed') expect(row.eval_outputs).toEqual({});
      }
      if (answer.at('result.status') === 'completed') break;
      expect(answer.at('result.completed_at')).toBeNull();
      served.now += 50;
    }
    expect([...states]).toEqual(['pending', 'running', 'evaluating', 'completed']);
    expect([...calls].sort()).toEqual(['analyzing', 'completed', 'ongoing', 'queued']);
    const done = await execution(id);
    expect(done.at('result.completed_at')).not.toBeNull();
    expect(done.at('result.completed_calls')).toBe(done.at('result.total_calls'));
  });

  it('shows broken calls as failed, and an execution of nothing else as failed', async () => {
    const broken = serve({ broken_rate: 1, speed: 1000 });
    const id = String((await broken.get('/simulate/run-tests/?search=urgent')).at('results.0.id'));
    const started = await broken.post(`/simulate/run-tests/${id}/execute/`);
    broken.now += 600_000;
    const answer = await broken.get(`${RUNS}?execution_id=${String(started.at('execution_id'))}&summary=true`);
    expect(answer.at('result')).toMatchObject({
      status: 'failed',
      completed_calls: 0,
      eval_explanation_summary: null,
      eval_explanation_summary_status: 'pending',
    });
    const call = answer.at('result.call_results.results.0.call_execution_id');
    expect((await broken.get(`/simulate/call-executions/${String(call)}/`)).at('error_message')).toEqual(
      expect.any(String),
    );
  });

  it('is cancelled in two steps; a finished one is flipped', async () => {
    const { id } = await start();
    expect((await served.post(`/simulate/test-executions/${id}/cancel/`)).body).toMatchObject({ success: true });
    expect((await execution(id)).at('result.status')).toBe('cancelling');
    served.now += 1_000;
    expect((await execution(id)).at('result.status')).toBe('cancelled');
    await served.post(`/simulate/test-executions/${id}/cancel/`);
    expect((await execution(id)).at('result.status')).toBe('cancelling');
  });

  it('of a case where one criterion is enough skips the others', async () => {
    const run = served.engine
      .sessions()
      .flatMap((session) => session.runs)
      .find(({ case: { rule }, outcome, scored_at }) => {
        if (rule !== 'any' || outcome.kind !== 'conversation' || scored_at > served.now) return false;
        return outcome.conversation.passed && outcome.conversation.evaluations.some((one) => !one.passed);
      });
    expect(run).toBeDefined();
    const answer = await served.get(`${RUNS}?call_execution_id=${run?.id}`);
    const outputs = Object.values(answer.at('result.eval_outputs') ?? {});
    expect(outputs.filter((one) => one.output === 'Failed')).toEqual([]);
    expect(outputs.filter((one) => one.skipped === true).length).toBeGreaterThan(0);
  });
});

describe('names of evaluations', () => {
  it('filter statistics by case, outputs without, and clusters not at all', async () => {
    const { execution_id } = served.dialect.seed('fma-found');
    const exact = await execution(execution_id, '&eval_name=Price&summary=true');
    expect(exact.at('result.eval_results')).toHaveLength(1);
    const lower = await execution(execution_id, '&eval_name=price,&summary=true');
    expect(lower.at('result.eval_results')).toEqual([]);
    expect(Object.keys(lower.at('result.call_results.results.0.eval_outputs') ?? {})).toHaveLength(1);
    const other = await execution(execution_id, '&eval_name=other&summary=true');
    expect(other.at('result.call_results.results.0.eval_outputs')).toEqual({});
    expect(other.at('result.eval_explanation_summary.Price')).toHaveLength(2);
  });

  it('that are null make the filter fall over', async () => {
    const { execution_id } = served.dialect.seed('nameless');
    expect((await execution(execution_id, '&eval_name=Price')).status).toBe(500);
  });

  it('of deleted configurations stay in the outputs and leave the statistics', async () => {
    const { execution_id } = served.dialect.seed('deleted-config');
    const answer = await execution(execution_id);
    expect(answer.at('result.eval_results')).toHaveLength(1);
    expect(Object.keys(answer.at('result.call_results.results.0.eval_outputs') ?? {})).toHaveLength(2);
  });

  it('of a numeric evaluation break the execution, not the call', async () => {
    const { execution_id, call_ids, run_test_id } = served.dialect.seed('numeric');
    expect((await execution(execution_id)).body).toMatchObject({ message: 'Unable to fetch simulation runs.' });
    expect((await served.get(`/sdk/api/v1/simulation/analytics/?execution_id=${execution_id}`)).body).toMatchObject({
      message: 'Unable to fetch simulation analytics.',
    });
    expect((await served.get(`${RUNS}?run_test_name=Fixture%20numeric`)).status).toBe(500);
    expect((await served.get(`${RUNS}?call_execution_id=${call_ids[0]}`)).status).toBe(200);
    expect((await served.get(`/sdk/api/v1/simulation/metrics/?execution_id=${execution_id}`)).status).toBe(200);
    expect((await served.get(`/simulate/run-tests/${run_test_id}/executions/`)).status).toBe(200);
  });
});

describe('failure clusters of the engine', () => {
  const history = (one: Served) => one.engine.sessions().find((session) => session.suite?.key === 'bookings')?.id ?? '';

  it('need five reasons and five members, which a small suite does not have', async () => {
    const answer = await execution(history(served), '&summary=true');
    expect(answer.at('result')).toMatchObject({
      eval_explanation_summary: {},
      eval_explanation_summary_status: 'completed',
    });
  });

  it('appear with a smaller minimum, one group a hidden cause, which is never named', async () => {
    const small = serve();
    small.dialect.switches.fma_minimum = 1;
    const answer = await small.get(`${RUNS}?execution_id=${history(small)}&summary=true`);
    const clusters = Object.values(answer.at('result.eval_explanation_summary') ?? {}).flat();
    expect(clusters.some((one) => one.kind === 'failure')).toBe(true);
    expect(clusters.some((one) => one.kind === 'success')).toBe(true);
    const causes = small.engine
      .session(history(small))
      ?.runs.flatMap((run) =>
        run.outcome.kind === 'conversation' ? run.outcome.conversation.evaluations.flatMap((e) => e.cause ?? []) : [],
      );
    expect(causes?.length).toBeGreaterThan(0);
    for (const cause of causes ?? []) expect(JSON.stringify(answer.body)).not.toContain(cause);
  });

  it('of a large session hold exactly the calls that failed of one cause', async () => {
    const large = serve({ scale: 1_000 });
    const session = large.engine.sessions().find((one) => one.runs.length === 1_000);
    const answer = await large.get(`${RUNS}?execution_id=${session?.id}&summary=true&limit=1`);
    const map: Record<string, { kind: string; member_ids: string[] }[]> = Object.fromEntries(
      Object.entries(answer.at('result.eval_explanation_summary') ?? {}),
    );
    expect(Object.keys(map).length).toBeGreaterThan(3);
    for (const [name, clusters] of Object.entries(map)) {
      for (const cluster of clusters.filter((one) => one.kind === 'failure')) {
        const causes = new Set(
          cluster.member_ids.map((id) => {
            const run = large.engine.run(id);
            const evaluations = run?.outcome.kind === 'conversation' ? run.outcome.conversation.evaluations : [];
            return evaluations.find((one) => one.criterion.name === name)?.cause;
          }),
        );
        expect(causes.size).toBe(1);
        expect(cluster.member_ids.length).toBeGreaterThanOrEqual(5);
      }
    }
  });
});

describe('faults', () => {
  it('refuses in the forms of the documentation, the server and its helper', async () => {
    const forms = { docs: 'x-ratelimit-reset', code: 'retry-after', helper: 'retry-after' } as const;
    for (const form of ['docs', 'code', 'helper'] as const) {
      served.dialect.switches.rate_limit = { after: 0, form, retry_after: 30, refusals: 1 };
      const answer = await served.get('/simulate/run-tests/');
      expect(answer.status).toBe(429);
      expect(answer.headers.get(forms[form])).toBe('30');
      expect(answer.headers.has('x-ratelimit-limit')).toBe(form === 'docs');
      expect(answer.at(form === 'code' ? 'result.code' : 'code')).toBe(
        form === 'code' ? 'RATE_LIMITED' : 'rate_limited',
      );
      expect((await served.get('/simulate/run-tests/')).status).toBe(200);
    }
    served.dialect.switches.rate_limit = undefined;
  });

  it('answers in HTML once for every fault on order', async () => {
    served.dialect.switches.faults = [502];
    const answer = await served.get('/simulate/run-tests/');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect((await served.get('/simulate/run-tests/')).status).toBe(200);
  });

  it('remembers the latest requests only', async () => {
    const own = serve();
    for (let index = 0; index < 2_010; index += 1)
      void own.dialect.fetch(new Request('http://x/simulate/none/', { headers: KEYS }));
    expect(own.dialect.requests).toHaveLength(2_000);
  });
});

describe('scale', () => {
  it('serves a session of 10,000 calls, page after page', async () => {
    const large = serve({ scale: 10_000 });
    const session = large.engine.sessions().find((one) => one.runs.length === 10_000);
    await large.get(`${RUNS}?execution_id=${session?.id}&limit=200`);
    const seen = new Set<string>();
    for (let page = 1; page <= 50; page += 1) {
      const answer = await large.get(`${RUNS}?execution_id=${session?.id}&limit=200&page=${page}`);
      const rows = answer.at('result.call_results.results');
      for (const row of Array.isArray(rows) ? rows : []) seen.add(row.call_execution_id);
    }
    expect(seen.size).toBe(10_000);
  });
});
