/** What runs are made of and judged by, as it is listed and read: agents, personas, test sets, test cases, metrics. */
import { type Context, Hono } from 'hono';
import type { Listed } from '../lies.ts';
import { notFound, refusal } from './errors.ts';
import { matches, parseFilter } from './filters.ts';
import { renderMetric, thresholdOf } from './metrics.ts';
import { type PageRules, pageBody, pageOf } from './paging.ts';
import { renderTestCase } from './render.ts';
import type { Platform } from './store.ts';

const TIMES = ['create_time', 'update_time'];

interface Served<T> {
  path: string;
  /** Name of the list in the answer. */
  key: string;
  /** Whose scope it takes to read them. */
  area: string;
  last: PageRules['last'];
  items(c: Context): T[];
  /** Fields that can be filtered by. */
  fields?: string[];
  /** What they are to those who lie about lists. */
  kind?: Listed;
}

export function definitionRoutes(platform: Platform): Hono {
  const { agents, world, switches, scope } = platform;
  const app = new Hono();

  function list<T extends object>({ path, key, area, last, items, fields = [], kind = 'others' }: Served<T>) {
    app.get(path, (c) => {
      scope(`${area}:read`);
      const rules: PageRules = { max: 100, last };
      const page = pageOf(c.req.query(), rules);
      const filter = parseFilter(c.req.query('filter'), fields, switches.filter_values);
      const found = items(c).filter((item) =>
        matches(filter, (field) => Object.entries(item).find(([name]) => name === field)?.[1]),
      );
      return c.json(pageBody(key, kind, found, (item) => item, page, rules, switches));
    });
  }
  function one(path: string, key: string, area: string, what: string, items: () => readonly { id: string }[]) {
    app.get(`${path}/:id`, (c) => {
      scope(`${area}:read`);
      const item = items().find(({ id }) => id === c.req.param('id'));
      if (!item) throw notFound(what, 'id');
      return c.json({ [key]: item });
    });
  }

  list({
    path: '/agents',
    key: 'agents',
    area: 'agents',
    last: 'null',
    items: () => agents.all().map(agents.shown),
    fields: ['model_type', 'display_name', ...TIMES],
  });
  const personas = () => world.personas;
  list({
    path: '/personas',
    key: 'personas',
    area: 'personas',
    last: 'null',
    items: personas,
    fields: ['name', ...TIMES],
  });

  const testSets = () => world.testSets.map((set) => ({ ...set, parameters: switches.sweep }));
  list({
    path: '/test-sets',
    key: 'test_sets',
    area: 'test-sets',
    last: 'empty',
    items: () => testSets().map(({ test_case_count, ...set }) => set),
    fields: ['test_set_type'],
    kind: 'tests',
  });
  one('/test-sets', 'test_set', 'test-sets', 'Test set', testSets);
  app.get('/test-sets/:id/agents', (c) => {
    scope('test-sets:read');
    const own = agents.all().filter((agent) => agent.test_set_ids.includes(c.req.param('id')));
    return c.json({ agents: own.map(({ id, display_name }) => ({ id, display_name })) });
  });
  const cases = () => [...world.cases].map(([id, testCase]) => renderTestCase(platform, id, testCase));
  list({
    path: '/test-cases',
    key: 'test_cases',
    area: 'test-cases',
    last: 'empty',
    items: cases,
    fields: ['test_set_id', 'input_type', 'create_time'],
    kind: 'tests',
  });
  one('/test-cases', 'test_case', 'test-cases', 'Test case', cases);

  const metrics = (builtin: boolean) =>
    world.metrics.filter((metric) => builtin || !metric.builtin).map((metric) => renderMetric(platform, metric));
  list({
    path: '/metrics',
    key: 'metrics',
    area: 'metrics',
    last: 'null',
    items: (c) => metrics(c.req.query('include_builtin') === 'true'),
    fields: ['metric_type', 'metric_name', 'create_time'],
    kind: 'metrics',
  });
  one('/metrics', 'metric', 'metrics', 'Metric', () => metrics(true));
  app.get('/metrics/:id/threshold', (c) => {
    scope('metrics:read');
    const metric = world.metric(c.req.param('id'));
    if (!metric) throw notFound('Metric', 'metric_id');
    if (switches.thresholds === 'forbidden') throw refusal(403, 'Insufficient permissions');
    return c.json({ threshold: thresholdOf(metric, switches) });
  });
  return app;
}
