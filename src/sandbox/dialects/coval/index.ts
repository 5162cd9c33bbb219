/** Coval's v1 API over the sandbox's engine. */
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod/v4';
import type { Dialect, Engine } from '../../engine/types.ts';
import type { Listed } from '../lies.ts';
import { invalid, missingKey, notFound, refusal } from './errors.ts';
import { matches, parseFilter } from './filters.ts';
import { launch } from './launch.ts';
import { type PageRules, pageBody, pageOf } from './paging.ts';
import type { RunRecord } from './record-types.ts';
import { createRecords } from './records.ts';
import { metricPath, simulationRoutes } from './simulations.ts';
import { type CovalSwitches, defaultSwitches } from './switches.ts';
import { createWorld } from './world.ts';

const KEY = 'coval_sk_sandbox_0001';
const RUN_FIELDS = [
  'status',
  'agent_id',
  'persona_id',
  'test_set_id',
  'create_time',
  'update_time',
  'created_by',
  'tag',
  'metric.',
];
const RUN_ORDERS = ['create_time', 'update_time', 'status', 'agent_id', 'persona_id', 'test_set_id'];
/** What lists of fixed objects are, for those who lie about them. */
const KINDS: Readonly<Record<string, Listed>> = { test_sets: 'tests', test_cases: 'tests', metrics: 'metrics' };
const tagsSchema = z.object({ tags: z.array(z.string().max(200)).max(20) });
const batchSchema = z.object({ metric_output_ids: z.array(z.string().length(26)).min(1).max(100) });

/** Creates the dialect. `switches` may be changed at any time; they hold from the next request on. */
export function createCovalDialect(
  engine: Engine,
  initial: Partial<CovalSwitches> = {},
): Dialect & { switches: CovalSwitches } {
  const switches: CovalSwitches = { ...defaultSwitches(), ...initial };
  const world = createWorld(engine, switches);
  const records = createRecords(engine, world, switches);

  function scope(needed: string): void {
    const [area] = needed.split(':');
    if (switches.scopes.length === 0 || ['*', needed, `${area}:*`].some((one) => switches.scopes.includes(one))) return;
    const description = `API key does not have required permission: ${needed}`;
    throw refusal(403, 'Insufficient permissions', [{ field: 'permissions', description }]);
  }

  const v1 = new Hono();
  v1.use(async (c, next) => {
    const key = c.req.header('x-api-key');
    if (!key) throw missingKey(switches.errors);
    if (key !== KEY)
      throw refusal(401, 'Invalid or missing API key', [{ field: 'X-API-Key', description: 'Invalid API key' }]);
    await next();
    c.header('x-request-id', `sandbox-${engine.now()}`);
  });

  /** A list of fixed objects with a few filterable fields. */
  function list<T extends object>(
    path: string,
    key: string,
    area: string,
    last: PageRules['last'],
    items: (c: Context) => T[],
    fields: string[] = [],
  ) {
    v1.get(path, (c) => {
      scope(`${area}:read`);
      const rules: PageRules = { max: 100, last };
      const page = pageOf(c.req.query(), rules);
      const filter = parseFilter(c.req.query('filter'), fields, switches.filter_values);
      const found = items(c).filter((item) =>
        matches(filter, (field) => Object.entries(item).find(([name]) => name === field)?.[1]),
      );
      return c.json(pageBody(key, KINDS[key] ?? 'others', found, (item) => item, page, rules, switches));
    });
  }
  /** One of them. */
  function get<T extends { id: string }>(
    path: string,
    key: string,
    area: string,
    what: string,
    items: () => readonly T[],
  ) {
    v1.get(`${path}/:id`, (c) => {
      scope(`${area}:read`);
      const item = items().find((one) => one.id === c.req.param('id'));
      if (!item) throw notFound(what, 'id');
      return c.json({ [key]: item });
    });
  }

  const times = ['create_time', 'update_time'];
  list('/agents', 'agents', 'agents', 'null', () => world.agents, ['model_type', 'display_name', ...times]);
  get('/agents', 'agent', 'agents', 'Agent', () => world.agents);
  list(
    '/agents/:id/mutations',
    'mutations',
    'agents',
    'null',
    (c) => world.mutations.get(c.req.param('id') ?? '') ?? [],
  );
  list('/personas', 'personas', 'personas', 'null', () => world.personas, ['name', ...times]);
  get('/personas', 'persona', 'personas', 'Persona', () => world.personas);
  list(
    '/test-sets',
    'test_sets',
    'test-sets',
    'empty',
    () => world.testSets.map(({ test_case_count, ...set }) => set),
    ['test_set_type'],
  );
  get('/test-sets', 'test_set', 'test-sets', 'Test set', () => world.testSets);
  v1.get('/test-sets/:id/agents', (c) => {
    scope('test-sets:read');
    return c.json({ agents: world.setAgents(c.req.param('id')).map(({ id, display_name }) => ({ id, display_name })) });
  });
  const cases = () => [...world.cases].map(([id, one]) => world.testCase(id, one));
  list('/test-cases', 'test_cases', 'test-cases', 'empty', cases, ['test_set_id', 'input_type', 'create_time']);
  get('/test-cases', 'test_case', 'test-cases', 'Test case', cases);
  list(
    '/metrics',
    'metrics',
    'metrics',
    'null',
    (c) =>
      world.metrics
        .filter((metric) => !metric.builtin || c.req.query('include_builtin') === 'true')
        .map(world.metricBody),
    ['metric_type', 'metric_name', 'create_time'],
  );
  get('/metrics', 'metric', 'metrics', 'Metric', () => world.metrics.map(world.metricBody));
  v1.get('/metrics/:id/threshold', (c) => {
    scope('metrics:read');
    const metric = world.metric(c.req.param('id'));
    if (!metric) throw notFound('Metric', 'metric_id');
    if (switches.thresholds === 'forbidden') throw refusal(403, 'Insufficient permissions');
    return c.json({ threshold: world.threshold(metric) });
  });
  v1.post('/metrics/outputs:batchGet', async (c) => {
    scope('metrics:read');
    const parsed = batchSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) throw invalid('metric_output_ids', '1 to 100 ids of 26 characters');
    const wanted = new Set(parsed.data.metric_output_ids);
    const all = records
      .all()
      .flatMap((record) => record.simulations().flatMap((one) => records.outputs.versions(one).flat()));
    return c.json({
      metric_outputs: all.map(({ body }) => body).filter((body) => wanted.has(String(body.metric_output_id))),
    });
  });
  list('/run-templates', 'run_templates', 'run-templates', 'null', () => [world.runTemplate]);
  list('/scheduled-runs', 'scheduled_runs', 'scheduled-runs', 'null', () => []);
  v1.get('/workspaces', (c) => c.json({ workspaces: [{ id: 'default', name: 'Default' }], next_page_token: null }));

  const findRun = (c: Context): RunRecord => {
    const record = records.run(c.req.param('run_id') ?? '');
    if (!record) throw notFound('Run', 'run_id');
    return record;
  };
  v1.get('/runs', (c) => {
    scope('runs:read');
    const { filter: text = '', include, order_by = '-create_time', ...query } = c.req.query();
    const filter = parseFilter(text, RUN_FIELDS, switches.filter_values);
    const projected = metricPath(filter, include, c.req.query('order_by'), text);
    if (!RUN_ORDERS.includes(order_by.replace(/^-/, ''))) throw invalid('order_by', 'Unknown order');
    const rules: PageRules = { max: 1000, last: 'absent', ...(projected ? { cap: 100 } : {}) };
    const page = pageOf(query, rules);
    const wantsDeleted = filter.flat().some((term) => term.field === 'status' && term.value === 'DELETED');
    const found = records.all().filter((record) => {
      const state = records.runState(record);
      if (state === 'DELETED' && !wantsDeleted) return false;
      if (filter.length === 0) return true;
      const body = records.runBody(record, false);
      return matches(filter, (field) => {
        if (field === 'tag') return record.launch.tags;
        if (field === 'status') return state;
        return field.startsWith('metric.') ? averages(record)[field.slice('metric.'.length)] : body[field];
      });
    });
    const key = (record: RunRecord) => String(records.runBody(record, false)[order_by.replace(/^-/, '')] ?? '');
    const sign = order_by.startsWith('-') ? -1 : 1;
    const sorted = found
      .map((record) => ({ record, key: key(record) }))
      .sort((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    const render = ({ record }: { record: RunRecord }) => ({
      ...records.runBody(record, false),
      ...(projected ? { metric_averages: averages(record) } : {}),
    });
    return c.json(pageBody('runs', 'sessions', sorted, render, page, rules, switches));
  });
  function averages(record: RunRecord): Record<string, number> {
    const values = new Map<string, number[]>();
    for (const one of record.simulations())
      for (const { metric, body } of records.outputs.current(one))
        if (typeof body.value === 'number') values.set(metric.id, [...(values.get(metric.id) ?? []), body.value]);
    return Object.fromEntries([...values].map(([id, list]) => [id, list.reduce((a, b) => a + b, 0) / list.length]));
  }
  v1.post('/runs', async (c) => {
    scope('runs:write');
    const record = launch(await c.req.json().catch(() => undefined), { engine, world, records, switches });
    const { name, run_id, create_time } = records.runBody(record, false);
    return c.json({ run: { name, run_id, status: 'PENDING', create_time } }, 200);
  });
  v1.get('/runs/tags', (c) => {
    scope('runs:read');
    const tags = new Set(records.all().flatMap((record) => record.launch.tags));
    return c.json({ tags: [...tags].map((tag) => ({ tag, color: null })) });
  });
  v1.get('/runs/:run_id', (c) => {
    scope('runs:read');
    return c.json({ run: records.runBody(findRun(c), true) });
  });
  v1.patch('/runs/:run_id', async (c) => {
    scope('runs:write');
    const record = findRun(c);
    const parsed = tagsSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) throw invalid('tags', 'At most 20 tags of 200 characters');
    record.launch.tags = [...new Set(parsed.data.tags.map((tag) => tag.trim()))];
    return c.json({ run: records.runBody(record, true) });
  });
  v1.delete('/runs/:run_id', (c) => {
    scope('runs:write');
    records.removeRun(findRun(c));
    return c.json({});
  });

  v1.route('/', simulationRoutes('legacy', { records, switches, scope }));
  v1.route('/', simulationRoutes('canonical', { records, switches, scope }));

  const app = new Hono();
  app.route('/v1', v1);
  app.notFound((c) => c.json({ message: 'Not Found' }, 404));
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return {
    id: 'coval',
    prefix: '/coval',
    credentials: { COVAL_API_KEY: KEY },
    switches,
    fetch: (request) => app.fetch(request),
  };
}
