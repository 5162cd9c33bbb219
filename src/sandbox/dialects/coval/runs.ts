/** Runs: listing, launching, reading, cancelling. */
import { type Context, Hono } from 'hono';
import { invalid, notFound } from './errors.ts';
import { matches, parseFilter } from './filters.ts';
import { launch } from './launch.ts';
import { type PageRules, pageBody, pageOf } from './paging.ts';
import { renderRun } from './render.ts';
import { runState } from './state.ts';
import type { Platform, RunRecord } from './store.ts';

const FIELDS = ['status', 'agent_id', 'persona_id', 'test_set_id', 'create_time', 'update_time', 'created_by', 'tag'];
const ORDERS = ['create_time', 'update_time', 'status', 'agent_id', 'persona_id', 'test_set_id'];

export function runRoutes(platform: Platform): Hono {
  const { engine, store, switches, scope } = platform;
  const app = new Hono();
  const find = (c: Context): RunRecord => {
    const record = store.run(c.req.param('run_id') ?? '');
    if (!record) throw notFound('Run', 'run_id');
    return record;
  };

  app.get('/runs', (c) => {
    scope('runs:read');
    const { filter: text, order_by = '-create_time', ...query } = c.req.query();
    const filter = parseFilter(text, FIELDS, switches.filter_values);
    const order = order_by.replace(/^-/, '');
    if (!ORDERS.includes(order)) throw invalid('order_by', 'Unknown order');
    const rules: PageRules = { max: 1000, last: 'absent' };
    const page = pageOf(query, rules);
    const wantsDeleted = filter.flat().some((term) => term.field === 'status' && term.value === 'DELETED');
    const found = store.runs().filter((record) => {
      const state = runState(platform, record);
      if (state === 'DELETED' && !wantsDeleted) return false;
      if (filter.length === 0) return true;
      const body = renderRun(platform, record);
      return matches(filter, (field) =>
        field === 'tag' ? record.launch.tags : field === 'status' ? state : body[field],
      );
    });
    const key = (record: RunRecord) => String(renderRun(platform, record)[order] ?? '');
    const sign = order_by.startsWith('-') ? -1 : 1;
    const sorted = found
      .map((record) => ({ record, key: key(record) }))
      .sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const render = ({ record }: { record: RunRecord }) => renderRun(platform, record);
    return c.json(pageBody('runs', 'sessions', sorted, render, page, rules, switches));
  });
  app.post('/runs', async (c) => {
    scope('runs:write');
    const record = launch(await c.req.json().catch(() => undefined), platform);
    const { name, run_id, create_time } = renderRun(platform, record);
    return c.json({ run: { name, run_id, status: 'PENDING', create_time } }, 200);
  });
  app.get('/runs/:run_id', (c) => {
    scope('runs:read');
    return c.json({ run: renderRun(platform, find(c), true) });
  });
  app.delete('/runs/:run_id', (c) => {
    scope('runs:write');
    const record = find(c);
    // An active run is cancelled, a finished one is deleted.
    const finished = ['COMPLETED', 'FAILED', 'CANCELLED', 'DELETED'].includes(runState(platform, record));
    if (finished) store.markDeleted(record);
    else engine.cancel(record.session.id);
    return c.json({});
  });
  return app;
}
