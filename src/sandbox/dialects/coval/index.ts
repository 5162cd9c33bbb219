/**
 * Coval's v1 API over the sandbox's engine: agents, personas, test sets, metrics, runs, and simulations in both path
 * families. Everything the vendor leaves open is a switch (see switches.ts).
 */
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Dialect, Engine } from '../../engine/types.ts';
import { createAgentBook } from './agent-book.ts';
import { agentRoutes } from './agent-routes.ts';
import { definitionRoutes } from './definitions.ts';
import { missingKey, refusal } from './errors.ts';
import { createMutationBook } from './mutation-book.ts';
import { mutationRoutes } from './mutation-routes.ts';
import { runRoutes } from './runs.ts';
import { simulationRoutes } from './simulations.ts';
import { createStore, DIALECT, type Platform } from './store.ts';
import { type CovalSwitches, defaultSwitches } from './switches.ts';
import { createWorld } from './world.ts';

/** Protects nothing: the sandbox listens on loopback and prints it. */
const KEY = 'coval_sk_sandbox_0001';

/** Creates the dialect. `switches` may be changed at any time; they hold from the next request on. */
export function createCovalDialect(
  engine: Engine,
  initial: Partial<CovalSwitches> = {},
): Dialect & { switches: CovalSwitches } {
  const switches: CovalSwitches = { ...defaultSwitches(), ...initial };
  const world = createWorld(engine);
  const store = createStore(engine, world, switches);

  function scope(needed: string): void {
    const [area] = needed.split(':');
    if (switches.scopes.length === 0 || ['*', needed, `${area}:*`].some((one) => switches.scopes.includes(one))) return;
    const description = `API key does not have required permission: ${needed}`;
    throw refusal(403, 'Insufficient permissions', [{ field: 'permissions', description }]);
  }

  const agents = createAgentBook(engine, world, switches);
  const mutations = createMutationBook(engine, world);
  const platform: Platform = { engine, world, agents, mutations, store, switches, scope };
  const v1 = new Hono();
  v1.use(async (c, next) => {
    const key = c.req.header('x-api-key');
    if (!key) throw missingKey(switches.errors);
    if (key !== KEY)
      throw refusal(401, 'Invalid or missing API key', [{ field: 'X-API-Key', description: 'Invalid API key' }]);
    await next();
    c.header('x-request-id', `sandbox-${engine.now()}`);
  });
  v1.route('/', definitionRoutes(platform));
  v1.route('/', agentRoutes(platform));
  v1.route('/', mutationRoutes(platform));
  v1.route('/', runRoutes(platform));
  v1.route('/', simulationRoutes('legacy', platform));
  v1.route('/', simulationRoutes('canonical', platform));

  const app = new Hono();
  app.route('/v1', v1);
  app.notFound((c) => c.json({ message: 'Not Found' }, 404));
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return {
    id: DIALECT,
    prefix: '/coval',
    credentials: { COVAL_API_KEY: KEY },
    switches,
    fetch: (request) => app.fetch(request),
  };
}
