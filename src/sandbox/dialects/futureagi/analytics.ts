/** The SDK family, the documented analytics: three GETs, one envelope, strict parameters. */
import { Hono } from 'hono';
import { shownMap } from './clusters.ts';
import { errorBody, Refusal } from './errors.ts';
import { enveloped, sdkPage } from './paging.ts';
import { readQuery, withoutPaging } from './query.ts';
import type { Call, Execution } from './records.ts';
import { callDetail, callRow, executionHead } from './render.ts';
import { evalResults } from './statistics.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

export function analyticsRoutes(store: Store, switches: Switches): Hono {
  const app = new Hono();
  const statistics = statisticsOf(switches);

  app.get('/runs/', (c) => {
    const params = new URL(c.req.url).searchParams;
    const allowed = ['run_test_name', 'execution_id', 'call_execution_id', 'eval_name', 'summary'];
    const query = readQuery(withoutPaging(params), allowed, false, switches);
    const { names } = query;
    if (query.call_execution_id) {
      const { execution, call } = store.callOf(query.call_execution_id);
      return c.json(enveloped(callDetail(execution, call, switches, names)));
    }
    if (query.execution_id) {
      const execution = store.executionOf(query.execution_id);
      const eval_results = statistics(execution, names);
      const row = (call: Call) => callRow(execution, call, switches, names);
      const { list, failed } = sdkPage(store.callsByUpdate(execution), params, switches, 'runs', row);
      const summary = {
        eval_explanation_summary: shownMap(execution.fma.map, switches),
        eval_explanation_summary_status: execution.fma.status,
      };
      const head = { ...executionHead(execution, switches), eval_results, call_results: list };
      return c.json(enveloped(query.summary ? { ...head, ...summary } : head, failed));
    }
    const row = (execution: Execution) => ({
      ...executionHead(execution, switches),
      eval_results: statistics(execution, names),
    });
    const named = store.executionsByName(query.run_test_name ?? '');
    const { list, failed } = sdkPage(named, params, switches, 'sessions', row);
    return c.json(enveloped(list, failed));
  });

  app.get('/metrics/', (c) => {
    const params = withoutPaging(new URL(c.req.url).searchParams);
    const query = readQuery(params, ['run_test_name', 'execution_id', 'call_execution_id'], false, switches);
    const execution = store.executionOf(query.execution_id ?? '');
    const count = (...words: string[]) => execution.calls.filter(({ status }) => words.includes(status)).length;
    const calls = {
      total: execution.calls.length,
      completed: count('completed'),
      failed: count('failed'),
      // Queued calls are missing here: the query counts a status that is never stored.
      pending: count('pending', 'ongoing'),
    };
    return c.json(enveloped({ ...executionHead(execution, switches), metrics: { calls } }));
  });

  app.get('/analytics/', (c) => {
    // Paging parameters are not taken out here and therefore unknown.
    const params = new URL(c.req.url).searchParams;
    const query = readQuery(params, ['run_test_name', 'execution_id', 'eval_name', 'summary'], true, switches);
    const execution = store.executionOf(query.execution_id ?? '');
    const { execution_id, status } = executionHead(execution, switches);
    const eval_results = statistics(execution, query.names);
    return c.json(enveloped({ execution_id, run_test_name: execution.run_test.name, status, eval_results }));
  });

  app.onError((error, c) => {
    if (!(error instanceof Refusal)) throw error;
    const view = c.req.path.split('/').filter(Boolean).at(-1);
    const text = error.status === 500 ? `Unable to fetch simulation ${view}.` : error.message;
    return Response.json(errorBody(new Refusal(error.status, text, error.more), switches), { status: error.status });
  });
  return app;
}

/** Statistics of one execution as it is: those under way are new objects at every look, finished ones stay. */
function statisticsOf(switches: Switches) {
  const computed = new WeakMap<Execution, Map<string, unknown[]>>();
  return (execution: Execution, names?: readonly string[]): unknown[] => {
    if (switches.statistics === 'failing') throw new Refusal(500, 'Unable to fetch simulation runs.');
    const known = computed.get(execution) ?? new Map<string, unknown[]>();
    const key = names?.join(',') ?? '*';
    const results = known.get(key) ?? evalResults(execution.run_test.configs, execution.calls, names);
    computed.set(execution, known.set(key, results));
    return results;
  };
}
