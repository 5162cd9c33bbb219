/** The app family: everything but the statistics, mostly bare JSON. */
import { Hono } from 'hono';
import { type Listed, servePage } from '../lies.ts';
import { Refusal } from './errors.ts';
import { shownMap } from './fma.ts';
import type { Call, Execution, RunTest } from './records.ts';
import { appCall, executionListRow, iso, runTestRow, scenarioRow, sdkStatus, transcriptOf } from './render.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

const EXECUTE_FIELDS = {
  snake: { scenarios: 'scenario_ids', known: ['scenario_ids', 'simulator_id', 'select_all'] },
  camel: { scenarios: 'scenarioIds', known: ['scenarioIds', 'simulatorId', 'selectAll'] },
} as const;
const TERMINAL = new Set(['completed', 'failed', 'cancelled']);

/** What a page says besides its rows. */
interface AppPage {
  results: unknown[];
  count?: unknown;
  next?: unknown;
  previous?: string | null;
  total_pages?: unknown;
  current_page?: number;
  status?: false;
  error?: string;
}

/** A bare page; here a page beyond the end is an honest 404. `cap` is what the view gives at most. */
function page<T>(
  switches: Switches,
  list: Listed,
  items: readonly T[],
  url: string,
  render: (item: T) => unknown,
  cap = Number.POSITIVE_INFINITY,
): AppPage {
  const { searchParams, origin, pathname } = new URL(url);
  const asked = Number(searchParams.get('limit'));
  const limit = Math.min(Number.isInteger(asked) && asked > 0 ? asked : 10, cap);
  const number = Number(searchParams.get('page') || '1');
  if (!Number.isInteger(number) || number < 1) throw new Refusal(404, 'Invalid page.');
  const form = { render, ids: ['id'], earlier: (row: object) => ({ ...row, status: 'ongoing', eval_metrics: {} }) };
  const served = servePage(switches, list, items, { offset: (number - 1) * limit, size: limit, paged: true }, form);
  if (number > 1 && served.offset >= served.length) throw new Refusal(404, 'Invalid page.');
  const link = (to: number) => `${origin}${pathname}?page=${to}&limit=${limit}`;
  const onward = { text: link(number + 1), number: number + 1, repeated: link(number), lost: null }[served.token];
  const next = served.more ? onward : null;
  const error = served.failed ? { status: false as const, error: 'The results could not be read.' } : {};
  if (served.marks === 'none') return { results: served.rows, ...error };
  if (served.marks === 'next_only') return { next, results: served.rows, ...error };
  return {
    count: served.count,
    next,
    previous: number > 1 ? link(number - 1) : null,
    results: served.rows,
    total_pages: served.pages,
    current_page: number,
    ...error,
  };
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await request.json();
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {};
  } catch {
    return {};
  }
}

export function createAppRoutes(store: Store, switches: Switches): Hono {
  const app = new Hono();
  const runTestOf = (id: string): RunTest => {
    const found = store.runTest(id);
    if (!found) throw new Refusal(404, 'Run test not found');
    return found;
  };
  const executionsOf = (runTest: RunTest) =>
    store.executions().filter((execution) => execution.run_test.id === runTest.id);
  const executionOf = (id: string): Execution => {
    const found = store.execution(id);
    if (!found) throw new Refusal(404, 'Test execution not found.');
    return found;
  };
  const callOf = (id: string): { execution: Execution; call: Call } => {
    const found = store.call(id);
    if (!found) throw new Refusal(404, 'Call execution not found.');
    return found;
  };
  const row = (runTest: RunTest) => runTestRow(runTest, executionsOf(runTest)[0]?.started_at ?? null);
  const search = (url: string) => new URL(url).searchParams.get('search')?.trim().toLowerCase() ?? '';

  app.get('/run-tests/', (c) => {
    const found = store.runTests().filter((runTest) => runTest.name.toLowerCase().includes(search(c.req.url)));
    return c.json(page(switches, 'tests', found, c.req.url, row));
  });
  app.get('/run-tests/get-id-by-name/:name/', (c) => {
    const found = store.runTests().find((runTest) => runTest.name === c.req.param('name'));
    if (!found) throw new Refusal(400, 'Run test not found');
    return c.json({ status: true, result: { run_test_id: found.id, run_test_name: found.name } });
  });
  app.get('/run-tests/:id/', (c) => c.json(row(runTestOf(c.req.param('id')))));
  app.get('/run-tests/:id/scenarios/', (c) => {
    const rows = runTestOf(c.req.param('id')).scenarios.map(({ id, name, rows: row_count }) => ({
      id,
      name,
      row_count,
    }));
    return c.json(page(switches, 'others', rows, c.req.url, (one) => one));
  });
  app.get('/run-tests/:id/executions/', (c) => {
    // The filter wants the stored lower-case word.
    const status = new URL(c.req.url).searchParams.get('status');
    const found = executionsOf(runTestOf(c.req.param('id'))).filter((one) => !status || one.status === status);
    return c.json(page(switches, 'sessions', found, c.req.url, (one) => executionListRow(one, switches)));
  });
  app.get('/run-tests/:id/status/', (c) => {
    const runTest = runTestOf(c.req.param('id'));
    const [latest] = executionsOf(runTest);
    if (!latest) return c.json({ run_test_id: runTest.id, status: 'not_found', error: 'No execution found' });
    return c.json({
      run_test_id: runTest.id,
      execution_id: latest.id,
      status: sdkStatus(latest.status, switches),
      total_scenarios: runTest.scenarios.length,
      total_calls: latest.total_calls,
      completed_calls: latest.completed_calls,
      failed_calls: latest.failed_calls,
      success_rate: 100,
      start_time: iso(latest.started_at),
      end_time: iso(latest.completed_at),
      message: 'ok',
    });
  });

  app.post('/run-tests/:id/execute/', async (c) => {
    const runTest = runTestOf(c.req.param('id'));
    const body = await bodyOf(c.req.raw);
    const fields = EXECUTE_FIELDS[switches.execute_body];
    const unknown = Object.keys(body).find((name) => !fields.known.some((known) => known === name));
    if (unknown) throw new Refusal(400, `${unknown}: Unknown field.`, { details: { [unknown]: ['Unknown field.'] } });
    // `select_all` is accepted and ignored; a simulator that does not exist is replaced without a word.
    const asked = body[fields.scenarios];
    const ids = Array.isArray(asked) ? asked.filter((id) => typeof id === 'string') : [];
    const chosen = runTest.scenarios.filter((scenario) => ids.length === 0 || ids.includes(scenario.id));
    if (chosen.length === 0) throw new Refusal(400, 'At least one scenario is required to execute the test.');
    const open = chosen.filter((scenario) => scenario.status !== 'Completed');
    if (open.length > 0) {
      const detail = `${open.length} scenario(s) are not completed. Wait until they are.`;
      throw new Refusal(400, detail, {
        result: {
          error: 'Scenarios incomplete',
          detail,
          scenarios: open.map(({ id, name, status }) => ({ id, name, status })),
        },
      });
    }
    const started = store.world.start(runTest, chosen);
    if (!started) throw new Refusal(500, 'Failed to execute test: this run test is a fixture and cannot run.');
    return c.json({
      message: 'Test execution started successfully',
      execution_id: started.id,
      run_test_id: runTest.id,
      status: switches.execute_status,
      total_scenarios: chosen.length,
      total_calls: 0,
      scenario_ids: chosen.map((scenario) => scenario.id),
    });
  });

  app.get('/scenarios/', (c) => {
    const all = new Map(
      store.runTests().flatMap((one) => one.scenarios.map((scenario) => [scenario.id, scenario] as const)),
    );
    const found = [...all.values()].filter((one) => one.name.toLowerCase().includes(search(c.req.url)));
    const { total_pages, current_page, ...answer } = page(switches, 'tests', found, c.req.url, scenarioRow);
    return c.json(answer);
  });
  app.get('/scenarios/:id/', (c) => {
    const all = store.runTests().flatMap((one) => one.scenarios);
    const found = all.find((scenario) => scenario.id === c.req.param('id'));
    if (!found) throw new Refusal(404, 'Scenario not found.');
    return c.json(scenarioRow(found));
  });

  app.get('/test-executions/:id/', (c) => {
    const found = store.execution(c.req.param('id'));
    if (!found) {
      throw switches.unknown_execution === 404
        ? new Refusal(404, 'Test execution not found.')
        : new Refusal(500, 'Failed to fetch test execution.');
    }
    // Whatever limit is asked for, ungrouped pages come as 10, without transcripts and recordings.
    const row = (call: Call) => appCall(found, call, false, switches);
    return c.json({
      ...page(switches, 'runs', found.calls, c.req.url, row, 10),
      column_order: [],
      error_messages: [],
      status: found.status,
    });
  });
  app.post('/test-executions/:id/cancel/', (c) => {
    const id = c.req.param('id');
    const execution = store.execution(id);
    if (!execution) throw new Refusal(404, 'Test execution not found');
    if (TERMINAL.has(execution.status)) {
      if (switches.cancel_finished === 'refuses') throw new Refusal(400, 'The execution has already ended.');
      execution.status = 'cancelling';
      store.world.flip(id);
    } else {
      store.world.cancel(id);
    }
    return c.json({ success: true, message: 'Cancellation requested', test_execution_id: id });
  });
  app.get('/test-executions/:id/transcripts/', (c) => {
    const found = store.execution(c.req.param('id'));
    const calls = (found?.calls ?? []).map((call) => ({
      call_execution_id: call.id,
      scenario_name: call.scenario.name,
      phone_number: null,
      status: call.status,
      transcripts: call.chat ? [] : transcriptOf(call, switches),
    }));
    return c.json({ test_execution_id: c.req.param('id'), calls, total_calls: calls.length });
  });
  app.get('/test-executions/:id/eval-explanation-summary/', (c) => {
    const { fma } = executionOf(c.req.param('id'));
    if (fma.map === null) {
      store.sideEffects.push(c.req.path);
      fma.status = 'pending';
    }
    const response = shownMap(fma.map, switches);
    return c.json({ status: true, result: { response, last_updated: iso(fma.last_updated), status: fma.status } });
  });
  app.post('/test-executions/:id/eval-explanation-summary/refresh/', (c) => {
    executionOf(c.req.param('id')).fma.status = 'pending';
    return c.json({ status: true, result: { message: 'Summary refresh initiated successfully' } });
  });
  app.get('/test-executions/:id/optimiser-analysis/', (c) => {
    executionOf(c.req.param('id'));
    store.sideEffects.push(c.req.path);
    return c.json({ status: true, result: { response: null, status: 'pending' } });
  });

  app.get('/call-executions/:id/', (c) => {
    const { execution, call } = callOf(c.req.param('id'));
    if (switches.transcript_form === 'failing') throw new Refusal(500, 'Failed to fetch the call execution.');
    if (switches.transcript_form === 'forbidden') throw new Refusal(403, 'Permission denied.');
    return c.json(appCall(execution, call, true, switches));
  });
  app.get('/call-executions/:id/transcripts/', (c) => {
    const { call } = callOf(c.req.param('id'));
    // Chats are kept elsewhere: this view has nothing of them.
    const transcripts = call.chat ? [] : transcriptOf(call, switches);
    return c.json({
      call_execution_id: call.id,
      phone_number: call.chat ? null : '+15550100',
      status: call.status,
      transcripts,
      total_transcripts: call.chat ? 0 : call.lines.length,
    });
  });
  app.get('/call-executions/:id/error-localizer-tasks/', (c) => {
    const { call } = callOf(c.req.param('id'));
    const tasks = Object.entries(call.localized ?? {}).map(([eval_config_id, error_analysis]) => ({
      task_id: `${call.id}-${eval_config_id}`,
      eval_config_id,
      status: 'completed',
      error_analysis,
    }));
    return c.json({ call_execution_id: call.id, error_localizer_tasks: tasks, total_tasks: tasks.length });
  });
  app.get('/call-executions/:id/branch-analysis/', (c) => {
    const { call } = callOf(c.req.param('id'));
    store.sideEffects.push(c.req.path);
    return c.json({ call_execution_id: call.id, analysis: {}, analyzed_at: iso(store.now()) });
  });
  return app;
}
