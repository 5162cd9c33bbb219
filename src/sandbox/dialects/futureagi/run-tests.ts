/** The app family's run tests and scenarios, and the executions of a run test: bare JSON. */

import { Hono } from 'hono';
import { bodyOf } from './bodies.ts';
import { Refusal } from './errors.ts';
import { appPage } from './paging.ts';
import type { RunTest } from './records.ts';
import { executionListRow, iso, runTestRow, scenarioRow, sdkStatus } from './render.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

const EXECUTE_FIELDS = {
  snake: { scenarios: 'scenario_ids', known: ['scenario_ids', 'simulator_id', 'select_all'] },
  camel: { scenarios: 'scenarioIds', known: ['scenarioIds', 'simulatorId', 'selectAll'] },
} as const;

export function runTestRoutes(store: Store, switches: Switches): Hono {
  const app = new Hono();
  const { executionsOf } = store;
  const row = (runTest: RunTest) => runTestRow(runTest, store.lastRun(runTest));

  app.get('/run-tests/', (c) => {
    const { simulation_type: type, prompt_template_id: template } = c.req.query();
    const found = searched(store.runTests(), c.req.url)
      .filter(({ prompt }) => !type || type === (prompt ? 'prompt' : 'agent_definition'))
      .filter(({ prompt }) => !template || template === prompt?.template.id);
    return c.json(appPage(switches, 'tests', found, c.req.url, row));
  });
  app.get('/run-tests/get-id-by-name/:name/', (c) => {
    const found = store.runTests().find((runTest) => runTest.name === c.req.param('name'));
    if (!found) throw new Refusal(400, 'Run test not found');
    return c.json({ status: true, result: { run_test_id: found.id, run_test_name: found.name } });
  });
  app.get('/run-tests/:id/', (c) => c.json(row(store.runTestOf(c.req.param('id')))));
  app.get('/run-tests/:id/scenarios/', (c) => {
    const { scenarios } = store.runTestOf(c.req.param('id'));
    const counted = scenarios.map(({ id, name, rows: row_count }) => ({ id, name, row_count }));
    return c.json(appPage(switches, 'others', counted, c.req.url, (one) => one));
  });
  app.get('/run-tests/:id/executions/', (c) => {
    // The filter wants the stored lower-case word.
    const status = c.req.query('status');
    const found = executionsOf(store.runTestOf(c.req.param('id'))).filter((one) => !status || one.status === status);
    return c.json(appPage(switches, 'sessions', found, c.req.url, (one) => executionListRow(one, switches)));
  });
  app.get('/run-tests/:id/status/', (c) => {
    const runTest = store.runTestOf(c.req.param('id'));
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
  app.post('/run-tests/:id/execute/', async (c) =>
    c.json(await executed(store.runTestOf(c.req.param('id')), c.req.raw, store, switches)),
  );

  app.get('/scenarios/', (c) => {
    const all = new Map(store.runTests().flatMap((one) => one.scenarios.map((scenario) => [scenario.id, scenario])));
    const found = searched([...all.values()], c.req.url);
    const { total_pages, current_page, ...answer } = appPage(switches, 'tests', found, c.req.url, scenarioRow);
    return c.json(answer);
  });
  app.get('/scenarios/:id/', (c) => {
    const all = store.runTests().flatMap((one) => one.scenarios);
    const found = all.find((scenario) => scenario.id === c.req.param('id'));
    if (!found) throw new Refusal(404, 'Scenario not found.');
    return c.json(scenarioRow(found));
  });
  return app;
}

/** Starts a run test, and answers at once. */
export async function executed(runTest: RunTest, request: Request, store: Store, switches: Switches) {
  const chosen = chosenIn(runTest, await bodyOf(request), switches);
  const started = store.world.start(runTest, chosen);
  if (!started) throw new Refusal(500, 'Failed to execute test: this run test is a fixture and cannot run.');
  return {
    message: 'Test execution started successfully',
    execution_id: started.id,
    run_test_id: runTest.id,
    status: switches.execute_status,
    total_scenarios: chosen.length,
    total_calls: 0,
    scenario_ids: chosen.map((scenario) => scenario.id),
  };
}

function searched<T extends { name: string }>(all: readonly T[], url: string): T[] {
  const search = new URL(url).searchParams.get('search')?.trim().toLowerCase() ?? '';
  return all.filter(({ name }) => name.toLowerCase().includes(search));
}

/** The scenarios that a start is to run. Throws for what the vendor refuses. */
function chosenIn(runTest: RunTest, body: Record<string, unknown>, switches: Switches): RunTest['scenarios'] {
  const fields = EXECUTE_FIELDS[switches.execute_body];
  const unknown = Object.keys(body).find((name) => !fields.known.some((known) => known === name));
  if (unknown) throw new Refusal(400, `${unknown}: Unknown field.`, { details: { [unknown]: ['Unknown field.'] } });
  // `select_all` is accepted and ignored; a simulator that does not exist is replaced without a word.
  const asked = body[fields.scenarios];
  const ids = Array.isArray(asked) ? asked.filter((id) => typeof id === 'string') : [];
  const chosen = runTest.scenarios.filter((scenario) => ids.length === 0 || ids.includes(scenario.id));
  if (chosen.length === 0) throw new Refusal(400, 'At least one scenario is required to execute the test.');
  const open = chosen.filter((scenario) => scenario.status !== 'Completed');
  if (open.length === 0) return chosen;
  const detail = `${open.length} scenario(s) are not completed. Wait until they are.`;
  const scenarios = open.map(({ id, name, status }) => ({ id, name, status }));
  throw new Refusal(400, detail, { result: { error: 'Scenarios incomplete', detail, scenarios } });
}
