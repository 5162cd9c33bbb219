/** Schedulers below `/testing/simulations/{scenario}/schedules`: stored, shown as the next run, never fired. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { CODES, type Refuse } from './errors.ts';
import { page } from './paging.ts';
import { type Rendering, renderScheduler } from './render.ts';
import { bodyOf, runConfigSchema } from './simulations.ts';
import type { SchedulerRecord } from './store.ts';

const optional = {
  enableSchedule: z.boolean().optional(),
  numberOfRuns: z.int().min(1).optional(),
  nextScheduledRun: z.iso.datetime().optional(),
  emailNotifications: z.array(z.string()).optional(),
  scenarioName: z.string().optional(),
  endDate: z.iso.datetime().optional(),
};
const createBody = z.object({
  runConfig: runConfigSchema,
  time: z.iso.datetime(),
  runName: z.string().min(1),
  ...optional,
});

export function schedulerRoutes(rendering: Rendering, refuse: Refuse): Hono {
  const { engine, store, switches } = rendering;
  const app = new Hono();
  const scenarioId = (c: Context): string => {
    const found = store.scenario(c.req.param('s') ?? '');
    if (!found) throw refuse(404, 'The simulation does not exist', CODES.not_found);
    return found.id;
  };
  const schedulerAt = (c: Context): SchedulerRecord => {
    const found = store.schedulers.get(c.req.param('ref') ?? '');
    if (!found || found.scenario !== scenarioId(c)) throw refuse(404, 'The scheduler does not exist', CODES.not_found);
    return found;
  };

  app.post('/:s/schedules', async (c) => {
    const scenario = scenarioId(c);
    const body = await bodyOf(c, createBody, refuse);
    const at = engine.now();
    const record = { id: store.nextId('scheduler'), scenario, body, created_at: at, changed_at: at };
    store.schedulers.set(record.id, record);
    return c.json({ scheduler: renderScheduler(rendering, record) }, 201);
  });
  app.get('/:s/schedules', (c) => {
    const scenario = scenarioId(c);
    const own = [...store.schedulers.values()].filter((one) => one.scenario === scenario);
    return page(c, switches, refuse, 'others', own, (one) => renderScheduler(rendering, one));
  });
  app.get('/:s/schedules/:ref', (c) => c.json({ scheduler: renderScheduler(rendering, schedulerAt(c)) }));
  app.patch('/:s/schedules/:ref', async (c) => {
    const record = schedulerAt(c);
    Object.assign(record.body, await bodyOf(c, createBody.partial(), refuse));
    record.changed_at = engine.now();
    return c.json({ scheduler: renderScheduler(rendering, record) });
  });
  app.delete('/:s/schedules/:ref', (c) => {
    store.schedulers.delete(schedulerAt(c).id);
    return c.body(null, 204);
  });
  return app;
}
