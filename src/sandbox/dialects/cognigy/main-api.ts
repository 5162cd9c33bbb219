/** The part of the main API that starts and agents need. */
import { Hono } from 'hono';
import { aiAgentRoutes } from './ai-agents.ts';
import { endpointRoutes } from './endpoints.ts';
import { CODES, type Refuse } from './errors.ts';
import { flowRoutes } from './flows.ts';
import { createMainApi } from './main-list.ts';
import { nodeRoutes } from './nodes.ts';
import type { Rendering } from './render.ts';
import { settleTasks, snapshotRoutes, taskRoutes } from './snapshots.ts';

/** The platform's limit of a JSON body (limits page); the gateway's is a little higher. */
const MOST_BYTES = 60_000;

export function mainRoutes(rendering: Rendering, refuse: Refuse): Hono {
  const { engine, store, switches } = rendering;
  const { world, resources } = store;
  const main = createMainApi(rendering, refuse);
  const app = new Hono();

  app.use(async (c, next) => {
    if (c.req.method !== 'GET') {
      if (switches.role === 'read') throw refuse(403, 'Your role does not allow this');
      const bytes = Buffer.byteLength(await c.req.text());
      if (switches.limits === 'checked' && bytes > MOST_BYTES)
        throw refuse(400, 'The body is too large', CODES.invalid);
    }
    settleTasks(engine, resources, switches);
    await next();
  });
  app.get('/projects', (c) => main.page(c, world.projects.slice(0, switches.projects)));
  app.get('/locales', (c) => main.list(c, () => world.locales.slice(0, switches.locales)));
  app.get('/largelanguagemodels', (c) =>
    main.list(c, () =>
      world.models.map((one) => (switches.default_model === 'one' ? one : { ...one, isDefault: false })),
    ),
  );
  app.route('/flows', flowRoutes(main));
  app.route('/flows/:f/chart', nodeRoutes(main));
  app.route('/aiagents', aiAgentRoutes(main));
  app.route('/endpoints', endpointRoutes(main));
  app.route('/snapshots', snapshotRoutes(main));
  app.route('/tasks', taskRoutes(main));
  return app;
}
