/**
 * Synthflow's simulation API over the sandbox's engine, under `/v2`: cases, suites, simulations with their sessions, and the
 * list of agents. Everything the vendor leaves open is a switch (see switches.ts).
 */
import { Hono } from 'hono';
import type { Dialect, Engine } from '../../engine/types.ts';
import { caseRoutes } from './cases.ts';
import { refuse } from './errors.ts';
import { simulationRoutes } from './simulations.ts';
import { createStore, DIALECT, type Platform } from './store.ts';
import { suiteRoutes } from './suites.ts';
import { defaultSwitches, type SynthflowSwitches } from './switches.ts';

/** Protects nothing: the sandbox listens on loopback and prints it. */
const KEY = 'sandbox-synthflow-key';

export function createSynthflowDialect(engine: Engine): Dialect & { switches: SynthflowSwitches } {
  const switches = defaultSwitches();
  const platform: Platform = { engine, store: createStore(engine), switches, refusals: 0 };
  const app = new Hono();

  app.use('/v2/*', async (c, next) => {
    if (c.req.header('authorization') !== `Bearer ${KEY}` || switches.region === 'wrong')
      return refuse(c, platform, 401, 'Invalid authentication credentials', 'header.Authorization');
    await next();
    return undefined;
  });
  app.route('/v2/simulation_cases', caseRoutes(platform));
  app.route('/v2/simulation_suites', suiteRoutes(platform));
  app.route('/v2/simulations', simulationRoutes(platform));

  app.get('/v2/assistants/', (c) => {
    const limit = Number(c.req.query('limit') ?? 20);
    const offset = Number(c.req.query('offset') ?? 0);
    const assistants = engine.agents.slice(offset, offset + limit).map(({ id, name }) => ({
      model_id: id,
      name,
      type: 'inbound',
      external_webhook_url: null,
    }));
    const pagination = { total_records: engine.agents.length, limit, offset };
    return c.json({ status: 'ok', response: { pagination, assistants } });
  });

  app.notFound((c) => c.json({ detail: 'Not Found' }, 404));
  app.onError((error, c) => c.json({ detail: `The sandbox failed: ${error.message}` }, 500));
  return {
    id: DIALECT,
    prefix: '/synthflow',
    credentials: { SYNTHFLOW_API_KEY: KEY },
    switches,
    fetch: (request) => app.fetch(request),
  };
}
