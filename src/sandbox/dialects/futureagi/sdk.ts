/** The SDK family: three GETs, one envelope, strict parameters. */
import { Hono } from 'hono';
import { type Listed, servePage } from '../lies.ts';
import { errorBody, invalid, Refusal } from './errors.ts';
import { shownMap } from './fma.ts';
import type { Call, Execution } from './records.ts';
import { callDetail, evalOutputs, executionHead, sdkStatus } from './render.ts';
import { evalAverages, evalResults } from './statistics.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const TRUE = new Set(['true', 't', 'yes', 'y', 'on', '1']);
const FALSE = new Set(['false', 'f', 'no', 'n', 'off', '0']);

interface Query {
  run_test_name?: string;
  execution_id?: string;
  call_execution_id?: string;
  names?: string[];
  summary: boolean;
}

function readQuery(
  params: URLSearchParams,
  allowed: readonly string[],
  summaryDefault: boolean,
  switches: Switches,
): Query {
  const details: Record<string, string[]> = {};
  const given = new Map([...params].filter(([, value]) => value !== ''));
  for (const name of given.keys()) {
    if (!allowed.includes(name) && switches.refuse_unknown_params) details[name] = ['Unknown field.'];
  }
  const uuid = (name: string) => {
    const value = allowed.includes(name) ? given.get(name) : undefined;
    if (value !== undefined && !UUID.test(value)) details[name] = ['Must be a valid UUID.'];
    return value?.toLowerCase();
  };
  const execution_id = uuid('execution_id');
  const call_execution_id = uuid('call_execution_id');
  const run_test_name = given.get('run_test_name');
  if (run_test_name !== undefined && run_test_name.trim() === '')
    details.run_test_name = ['This field may not be blank.'];
  const summaryText = given.get('summary')?.toLowerCase();
  if (summaryText !== undefined && allowed.includes('summary') && !TRUE.has(summaryText) && !FALSE.has(summaryText))
    details.summary = ['Must be a valid boolean.'];
  if (Object.keys(details).length > 0) throw invalid(details);
  if (!run_test_name && !execution_id && !call_execution_id) {
    const three = allowed.includes('call_execution_id');
    throw invalid({
      non_field_errors: [
        three
          ? "At least one of 'run_test_name', 'execution_id', or 'call_execution_id' is required."
          : "At least one of 'run_test_name' or 'execution_id' is required.",
      ],
    });
  }
  const names = given
    .get('eval_name')
    ?.split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return {
    run_test_name: run_test_name?.trim(),
    execution_id,
    call_execution_id,
    ...(names && names.length > 0 ? { names } : {}),
    summary: summaryText === undefined ? summaryDefault : TRUE.has(summaryText),
  };
}

/** A page by the vendor's rules: a bad limit is 10, a page beyond the end or a bad one ends in the view's catch-all. */
function pageOf<T>(
  items: readonly T[],
  params: URLSearchParams,
  switches: Switches,
  list: Listed,
  render: (item: T) => unknown,
) {
  const asked = Number(params.get('limit'));
  const limit = Number.isInteger(asked) && asked > 0 ? asked : 10;
  const word = params.get('page') || '1';
  const page = word === 'last' ? Math.max(1, Math.ceil(items.length / limit)) : Number(word);
  const refused = () =>
    new Refusal(
      switches.page_beyond_end,
      switches.page_beyond_end === 404 ? 'Invalid page.' : 'Unable to fetch simulation runs.',
    );
  if (!Number.isInteger(page) || page < 1) throw refused();
  const served = servePage(
    switches,
    list,
    items,
    { offset: (page - 1) * limit, size: limit, paged: true },
    {
      render,
      ids: ['call_execution_id', 'execution_id'],
      earlier: (row) => ({ ...row, status: sdkStatus('ongoing', switches), eval_outputs: {} }),
    },
  );
  if (page > 1 && served.offset >= served.length) throw refused();
  const head =
    served.marks === 'all'
      ? {
          total_pages: switches.inflated_total_pages ? Math.max(1, items.length) : served.pages,
          current_page: page,
          count: served.count,
        }
      : {};
  return { list: { ...head, results: served.rows }, failed: served.failed };
}

/** The envelope; an answer that failed says so in it, and is a 200 all the same. */
const enveloped = (result: unknown, failed = false) =>
  failed ? { status: false, error: 'The results could not be read.', result } : { status: true, result };

const withoutPaging = (params: URLSearchParams) =>
  new URLSearchParams([...params].filter(([name]) => name !== 'page' && name !== 'limit'));

export function createSdkRoutes(store: Store, switches: Switches): Hono {
  const app = new Hono();
  const byName = (name: string): Execution[] => {
    const ids = new Set(
      store
        .runTests()
        .filter((runTest) => runTest.name === name)
        .map((runTest) => runTest.id),
    );
    if (ids.size === 0) throw new Refusal(404, 'Run test not found.');
    // One name, several run tests: their executions are merged.
    return store.executions().filter((execution) => ids.has(execution.run_test.id));
  };
  const executionOf = (id: string): Execution => {
    const found = store.execution(id);
    if (!found) throw new Refusal(404, 'Test execution not found.');
    return found;
  };
  const callOf = (id: string) => {
    const found = store.call(id);
    if (!found) throw new Refusal(404, 'Call execution not found.');
    return found;
  };
  /** Statistics of one execution as it is: those under way are new objects at every look, finished ones stay. */
  const computed = new WeakMap<Execution, Map<string, unknown[]>>();
  const statistics = (execution: Execution, names?: readonly string[]): unknown[] => {
    const known = computed.get(execution) ?? new Map<string, unknown[]>();
    const key = names?.join(',') ?? '*';
    const results = known.get(key) ?? evalResults(execution.run_test.configs, execution.calls, names);
    computed.set(execution, known.set(key, results));
    return results;
  };
  const summaryOf = (execution: Execution) => ({
    eval_explanation_summary: shownMap(execution.fma.map, switches),
    eval_explanation_summary_status: execution.fma.status,
  });

  app.get('/runs/', (c) => {
    const params = new URL(c.req.url).searchParams;
    const query = readQuery(
      withoutPaging(params),
      ['run_test_name', 'execution_id', 'call_execution_id', 'eval_name', 'summary'],
      false,
      switches,
    );
    if (query.call_execution_id) {
      const { execution, call } = callOf(query.call_execution_id);
      const detail = callDetail(execution, call, switches);
      const outputs = evalOutputs(call, execution.run_test.configs, switches, { names: query.names, reasons: true });
      return c.json({ status: true, result: { ...detail, eval_outputs: outputs } });
    }
    if (query.execution_id) {
      const execution = executionOf(query.execution_id);
      const results = statistics(execution, query.names);
      const row = (call: Call) => ({
        call_execution_id: call.id,
        scenario_id: call.scenario.id,
        scenario_name: call.scenario.name,
        status: sdkStatus(call.status, switches),
        duration_seconds: call.duration_seconds,
        eval_outputs: evalOutputs(call, execution.run_test.configs, switches, {
          names: query.names,
          reasons: switches.reasons_in_lists,
        }),
      });
      const { list, failed } = pageOf(store.callsByUpdate(execution), params, switches, 'runs', row);
      const result = {
        ...executionHead(execution, switches),
        eval_results: results,
        call_results: list,
        ...(query.summary ? summaryOf(execution) : {}),
      };
      return c.json(enveloped(result, failed));
    }
    const executionRow = (execution: Execution) => ({
      ...executionHead(execution, switches),
      eval_results: statistics(execution, query.names),
    });
    const { list, failed } = pageOf(byName(query.run_test_name ?? ''), params, switches, 'sessions', executionRow);
    return c.json(enveloped(list, failed));
  });

  app.get('/metrics/', (c) => {
    const params = new URL(c.req.url).searchParams;
    const query = readQuery(
      withoutPaging(params),
      ['run_test_name', 'execution_id', 'call_execution_id'],
      false,
      switches,
    );
    const docs = switches.metrics === 'docs';
    const executionMetrics = (execution: Execution) => ({
      ...executionHead(execution, switches),
      metrics: {
        latency: { avg_agent_latency_ms: 0, avg_response_time_ms: 0, percentiles: {} },
        cost: { total_duration_seconds: execution.calls.reduce((sum, call) => sum + (call.duration_seconds ?? 0), 0) },
        calls: {
          total: execution.calls.length,
          completed: execution.calls.filter((call) => call.status === 'completed').length,
          failed: execution.calls.filter((call) => call.status === 'failed').length,
          // Queued calls are missing here: the query counts a status that is never stored.
          pending: execution.calls.filter((call) => ['pending', 'ongoing'].includes(call.status)).length,
        },
      },
    });
    if (query.call_execution_id) {
      const { execution, call } = callOf(query.call_execution_id);
      const { latency, cost, call_execution_id, execution_id, status, duration_seconds } = callDetail(
        execution,
        call,
        switches,
      );
      return c.json({
        status: true,
        result: {
          call_execution_id,
          execution_id,
          status,
          duration_seconds,
          latency: { ...latency, ...(docs ? { customer_latency_metrics: {} } : { system_metrics: {} }) },
          cost: { ...cost, ...(docs ? { customer_cost_breakdown: {} } : { breakdown: {} }) },
          conversation: {},
          chat_metrics: null,
        },
      });
    }
    if (query.execution_id) return c.json({ status: true, result: executionMetrics(executionOf(query.execution_id)) });
    const { list } = pageOf(byName(query.run_test_name ?? ''), params, switches, 'sessions', executionMetrics);
    return c.json(enveloped(list));
  });

  app.get('/analytics/', (c) => {
    // Paging parameters are not taken out here and therefore unknown.
    const query = readQuery(
      new URL(c.req.url).searchParams,
      ['run_test_name', 'execution_id', 'eval_name', 'summary'],
      true,
      switches,
    );
    const pick = () => {
      const done = byName(query.run_test_name ?? '').filter((execution) => execution.status === 'completed');
      // Descending with nulls first: a finished chat without an end beats everything.
      return done.sort(
        (a, b) => (b.completed_at ?? Number.POSITIVE_INFINITY) - (a.completed_at ?? Number.POSITIVE_INFINITY),
      )[0];
    };
    const execution = query.execution_id ? executionOf(query.execution_id) : pick();
    if (!execution) {
      return c.json({
        status: true,
        result: {
          run_test_name: query.run_test_name,
          message: 'No completed executions found.',
          eval_results: [],
          eval_averages: {},
          system_summary: {},
        },
      });
    }
    const configs = execution.run_test.configs.filter(
      (config) => !switches.averages_filtered || !query.names || query.names.includes(config.name),
    );
    return c.json({
      status: true,
      result: {
        execution_id: execution.id,
        run_test_name: execution.run_test.name,
        status: sdkStatus(execution.status, switches),
        eval_results: statistics(execution, query.names),
        eval_averages: evalAverages(configs, execution.calls),
        system_summary: {
          total_calls: execution.calls.length,
          completed_calls: execution.calls.filter((call) => call.status === 'completed').length,
          failed_calls: execution.calls.filter((call) => call.status === 'failed').length,
          avg_score: 7.5,
          avg_response_time_ms: 800,
          total_duration_seconds: 0,
        },
        ...(query.summary ? summaryOf(execution) : {}),
      },
    });
  });

  app.onError((error, c) => {
    if (!(error instanceof Refusal)) throw error;
    const view = c.req.path.split('/').filter(Boolean).at(-1);
    const text = error.status === 500 ? `Unable to fetch simulation ${view}.` : error.message;
    return Response.json(errorBody(new Refusal(error.status, text, error.more), switches), { status: error.status });
  });
  return app;
}
