/** Simulations in both path families from one store; only the names of the envelopes differ. */
import { type Context, Hono } from 'hono';
import { invalid, notFound, refusal } from './errors.ts';
import { demanded, matches, parseFilter } from './filters.ts';
import { currentOutputs, outputVersions } from './outputs.ts';
import { type PageRules, pageBody, pageOf } from './paging.ts';
import { renderSimulation } from './render.ts';
import { simulationState } from './state.ts';
import type { Platform, Simulation } from './store.ts';

const FIELDS = [
  'status',
  'agent_id',
  'persona_id',
  'test_set_id',
  'test_case_id',
  'run_id',
  'external_conversation_id',
  'mutation_id',
  'mutation_name',
  'create_time',
];
const FAMILIES = {
  legacy: { base: '/simulations', many: 'simulations', one: 'simulation', last: 'absent' },
  canonical: {
    base: '/conversations/simulated',
    many: 'simulated_conversations',
    one: 'simulated_conversation',
    last: 'null',
  },
} as const;

export function simulationRoutes(family: keyof typeof FAMILIES, platform: Platform): Hono {
  const { store, switches, scope } = platform;
  const app = new Hono();
  const { base, many, one, last } = FAMILIES[family];

  async function gate(c: Context, next: () => Promise<void>) {
    if (switches.families !== 'both' && switches.families !== family) {
      return c.json({ message: switches.missing_family === 404 ? 'Not Found' : 'Forbidden' }, switches.missing_family);
    }
    scope('simulations:read');
    await next();
    return undefined;
  }
  app.use(base, gate);
  app.use(`${base}/*`, gate);

  const find = (c: Context): Simulation => {
    const id = c.req.param('id') ?? '';
    const simulation = id.length >= 22 && id.length <= 27 ? store.simulation(id) : undefined;
    if (!simulation) throw notFound('Simulation', 'simulation_id');
    return simulation;
  };
  /** One field without rendering the whole: lists of 10,000 are filtered by it. */
  const fieldOf = (simulation: Simulation, field: string): unknown => {
    if (field === 'run_id') return simulation.record.id;
    if (field === 'status') return simulationState(platform, simulation);
    return renderSimulation(platform, simulation)[field];
  };

  app.get(base, (c) => {
    const { filter: text, order_by = '-create_time', ...query } = c.req.query();
    const filter = parseFilter(text, FIELDS, switches.filter_values);
    if (!/^-?(create_time|status)$/.test(order_by)) throw invalid('order_by', 'Unknown order');
    const rules: PageRules = { max: 1000, last };
    const page = pageOf(query, rules);
    const run = demanded(filter, 'run_id');
    const held = run === undefined ? store.runs() : [store.run(run)].flatMap((record) => record ?? []);
    // A run of 10,000 is paged through by its id alone: then nothing is left to compare.
    const settled = filter.length === (run === undefined ? 0 : 1);
    const found = held.flatMap((record) => {
      const list = store.isDeleted(record) ? [] : record.simulations();
      const fitting = list.filter((simulation) => settled || matches(filter, (field) => fieldOf(simulation, field)));
      // Newest first: the runs are, their simulations are in order of creation.
      return fitting.reverse();
    });
    if (order_by === 'create_time') found.reverse();
    else if (order_by.endsWith('status')) {
      const sign = order_by.startsWith('-') ? -1 : 1;
      const key = (simulation: Simulation) => simulationState(platform, simulation);
      found.sort((a, b) => sign * key(a).localeCompare(key(b)));
    }
    const render = (simulation: Simulation) => renderSimulation(platform, simulation);
    return c.json(pageBody(many, 'runs', found, render, page, rules, switches));
  });
  app.get(`${base}/:id`, (c) => {
    const simulation = find(c);
    if (switches.transcript_form === 'failing') throw refusal(500, 'Internal error');
    if (switches.transcript_form === 'forbidden') throw refusal(403, 'Insufficient permissions');
    return c.json({ [one]: renderSimulation(platform, simulation, true) });
  });
  app.get(`${base}/:id/audio`, (c) => {
    const simulation = find(c);
    if (simulationState(platform, simulation) !== 'COMPLETED') throw notFound('Audio', 'simulation_id');
    const audio_url = `${platform.engine.recordingUrl(simulation.run.id)}?X-Amz-Signature=sandbox`;
    return c.json({ audio_url, peaks_url: null, simulation_id: simulation.id, url_expires_in_seconds: 3600 });
  });
  app.get(`${base}/:id/metrics`, (c) => {
    const simulation = find(c);
    const { view = 'FULL', ...query } = c.req.query();
    if (!['FULL', 'BASIC'].includes(view)) throw invalid('view', 'view must be FULL or BASIC');
    const rules: PageRules = { max: 1000, last: 'null' };
    const page = pageOf(query, rules);
    const all = switches.superseded === 'listed';
    const found = all ? outputVersions(platform, simulation).flat() : currentOutputs(platform, simulation);
    const render = ({ body }: (typeof found)[number]) => {
      if (view === 'FULL') return body;
      const { result, runtime_metadata, ...rest } = body;
      return rest;
    };
    return c.json(pageBody('metrics', 'metrics', found, render, page, rules, switches));
  });
  return app;
}
