/** The little of the main API that a start needs: lists of named things in its own envelope, times in seconds. */
import { type Context, Hono } from 'hono';
import { CODES, type Refuse } from './errors.ts';
import type { CognigySwitches } from './switches.ts';
import { PROJECT, type Thing, type World } from './world.ts';

export function mainRoutes(world: World, switches: CognigySwitches, refuse: Refuse, now: () => number): Hono {
  const app = new Hono();

  const list = (c: Context, things: readonly Thing[]) => {
    if (switches.main_api === 'forbidden') throw refuse(403, 'You are not allowed to list this');
    const limit = Number(c.req.query('limit') ?? 25);
    const skip = Number(c.req.query('skip') ?? 0);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw refuse(400, 'limit must be between 1 and 100', CODES.invalid);
    const at = Math.floor(now() / 1000);
    const items = things.slice(skip, skip + limit).map((one) => ({ ...one, createdAt: at, lastChanged: at }));
    const more = skip + items.length < things.length;
    return c.json({ items, total: things.length, nextCursor: more ? items.at(-1)?._id : null, previousCursor: null });
  };
  const scoped = (things: () => readonly Thing[]) => (c: Context) => {
    if (c.req.query('projectId') === undefined) throw refuse(400, 'projectId is missing', CODES.missing);
    return list(c, c.req.query('projectId') === PROJECT ? things() : []);
  };

  app.get('/projects', (c) => list(c, world.projects.slice(0, switches.projects)));
  // The agent behind a flow is the sandbox's own business.
  app.get(
    '/flows',
    scoped(() => world.flows.map(({ agent: _, ...flow }) => flow)),
  );
  app.get(
    '/locales',
    scoped(() => world.locales),
  );
  app.get(
    '/largelanguagemodels',
    scoped(() => world.models.map((one) => (switches.default_model === 'one' ? one : { ...one, isDefault: false }))),
  );
  app.get(
    '/snapshots',
    scoped(() => world.snapshots),
  );
  app.get(
    '/aiagents',
    scoped(() => world.agents),
  );
  return app;
}
