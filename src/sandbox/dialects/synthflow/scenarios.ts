/** The five operations on scenarios. */
import { Hono } from 'hono';
import { newScenarioBody, readBody, scenarioChangeBody } from './bodies.ts';
import { renderScenario } from './render.ts';
import { dateFilter, deleted, notFound, ok, type Platform, page, searchFilter } from './replies.ts';
import type { ScenarioRecord } from './store.ts';

export function scenarioRoutes(platform: Platform): Hono {
  const { engine, store } = platform;
  const app = new Hono();

  app.post('/', async (c) => {
    const body = await readBody(c, platform, newScenarioBody, 400);
    if (body instanceof Response) return body;
    const at = engine.now();
    const record: ScenarioRecord = { id: store.nextId('scenario'), ...body, created_at: at, updated_at: at };
    store.scenarios.set(record.id, record);
    return ok(c, platform, renderScenario(record));
  });

  app.get('/', (c) => {
    const fits = searchFilter(c);
    const dated = dateFilter(c);
    const found = [...store.scenarios.values()].filter((one) => fits(one.name) && dated(one.created_at));
    return page(c, platform, 'number', 'others', found, renderScenario);
  });

  app.get('/:id', (c) => {
    const record = store.scenarios.get(c.req.param('id'));
    return record ? ok(c, platform, renderScenario(record)) : notFound(c, platform, 'Simulation scenario');
  });

  app.put('/:id', async (c) => {
    const record = store.scenarios.get(c.req.param('id'));
    if (!record) return notFound(c, platform, 'Simulation scenario');
    const body = await readBody(c, platform, scenarioChangeBody, 400);
    if (body instanceof Response) return body;
    record.name = body.name ?? record.name;
    record.description = body.description ?? record.description;
    record.updated_at = engine.now();
    return ok(c, platform, renderScenario(record));
  });

  app.delete('/:id', (c) =>
    store.scenarios.delete(c.req.param('id')) ? deleted(c, platform) : notFound(c, platform, 'Simulation scenario'),
  );
  return app;
}
