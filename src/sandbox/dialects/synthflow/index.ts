/**
 * Synthflow's API over the sandbox's engine, under `/v2`: cases, suites, simulations with their sessions, agents and their
 * actions. Everything the vendor leaves open is a switch (see switches.ts).
 */
import { Hono } from 'hono';
import type { Dialect, Engine } from '../../engine/types.ts';
import { actionRoutes } from './actions.ts';
import { type Agents, createAgents } from './agents.ts';
import { assistantRoutes } from './assistants.ts';
import { caseRoutes } from './cases.ts';
import { refuse } from './errors.ts';
import { simulationRoutes } from './simulations.ts';
import { createStore, DIALECT, type Platform } from './store.ts';
import { suiteRoutes } from './suites.ts';
import { defaultSwitches, type SynthflowSwitches } from './switches.ts';

/** Protects nothing: the sandbox listens on loopback and prints it. */
const KEY = 'sandbox-synthflow-key';

export function createSynthflowDialect(engine: Engine): Dialect & { switches: SynthflowSwitches; agents: Agents } {
  const switches = defaultSwitches();
  const agents = createAgents(engine, switches);
  const platform: Platform = { engine, store: createStore(engine), agents, switches, refusals: 0 };
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

  for (const path of ['/v2/assistants', '/v2/assistants/']) app.route(path, assistantRoutes(platform));
  app.route('/v2/actions', actionRoutes(platform));

  app.notFound((c) => c.json({ detail: 'Not Found' }, 404));
  app.onError((error, c) => c.json({ detail: `The sandbox failed: ${error.message}` }, 500));
  return {
    id: DIALECT,
    prefix: '/synthflow',
    credentials: { SYNTHFLOW_API_KEY: KEY },
    switches,
    agents,
    fetch: (request) => app.fetch(request),
  };
}
