/**
 * NiCE Cognigy's Simulator API (`/testing`) and the part of its main API (`/new/v2.0`) that starts and agents need, over the
 * sandbox's engine. Everything the vendor leaves open is a switch (see switches.ts); what is served where nothing is documented
 * (execution limits, what a created scenario plays) is this sandbox's own invention.
 */
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Dialect, Engine } from '../../engine/types.ts';
import { agentsV2Routes } from './agents-v2.ts';
import { authoringRoutes } from './authoring.ts';
import { batchRoutes } from './batches.ts';
import { CODES, refusals } from './errors.ts';
import { DIALECT } from './kept-batch.ts';
import { launchRoutes } from './launch.ts';
import { mainRoutes } from './main-api.ts';
import type { Rendering } from './render.ts';
import { scenarioRoutes } from './scenarios.ts';
import { createStates } from './state.ts';
import { createStore } from './store.ts';
import { type CognigySwitches, defaultSwitches } from './switches.ts';
import { PROJECT } from './world.ts';

/** Protect nothing: the sandbox listens on loopback and prints them. */
const KEY = 'sandbox-cognigy-key';
const TOKEN = 'sandbox.cognigy.token';
/** The platform's limit of a JSON body. */
const MOST_BYTES = 65_536;

export function createCognigyDialect(
  engine: Engine,
  initial: Partial<CognigySwitches> = {},
): Dialect & { switches: CognigySwitches } {
  const switches: CognigySwitches = { ...defaultSwitches(), ...initial };
  const refuse = refusals(switches);
  const store = createStore(engine);
  const states = createStates(engine, store, switches);
  const rendering: Rendering = { engine, store, states, switches };

  const app = new Hono();
  app.use(async (c, next) => {
    const byKey = c.req.header('x-api-key') === KEY && switches.auth !== 'bearer';
    const byToken = c.req.header('authorization') === `Bearer ${TOKEN}` && switches.auth !== 'key';
    if (!byKey && !byToken) throw refuse(401, 'Invalid credentials');
    const isRecord = c.req.header('content-type')?.includes('json') === true;
    if (isRecord && Number(c.req.header('content-length') ?? 0) > MOST_BYTES)
      throw refuse(413, 'request entity too large');
    await next();
  });
  app.use('/testing/simulations/*', checkProject);
  app.use('/testing/personas/*', checkProject);

  /** Required in the query; creating and running also take it from the body. */
  async function checkProject(c: Context, next: () => Promise<void>): Promise<void> {
    if (switches.simulator === 'off') throw refuse(404, 'Not Found');
    const query = c.req.query('projectId');
    const inBody = c.req.method === 'POST' && !/\/batches\/[^/]+$/.test(c.req.path);
    const body: unknown = query === undefined && inBody ? await c.req.json().catch(() => undefined) : undefined;
    const named =
      query ?? (typeof body === 'object' && body && 'projectReference' in body ? body.projectReference : undefined);
    if (named === undefined) throw refuse(400, 'projectId is missing', CODES.missing, { field: 'projectId' });
    if (named !== PROJECT) throw refuse(404, 'The project does not exist', CODES.not_found);
    await next();
  }

  app.route('/testing/simulations', batchRoutes(rendering, refuse));
  app.route('/testing/simulations', scenarioRoutes(rendering, refuse));
  app.route('/testing/simulations', launchRoutes(rendering, refuse));
  app.route('/testing/personas', authoringRoutes(rendering, refuse));
  app.route('/new/v2.0', mainRoutes(rendering, refuse));
  app.route('/v1', agentsV2Routes(switches, refuse));
  app.notFound(() => refuse(404, 'Not Found').getResponse());
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    throw error;
  });
  return {
    id: DIALECT,
    prefix: '/cognigy',
    credentials: { COGNIGY_API_KEY: KEY, COGNIGY_BEARER_TOKEN: TOKEN, COGNIGY_PROJECT_ID: PROJECT },
    switches,
    fetch: (request) => app.fetch(request),
  };
}
