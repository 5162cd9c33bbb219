/** Simulations in both path families from one store; only the names of the envelopes differ. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { invalid, notFound, refusal } from './errors.ts';
import { demanded, type Filter, matches, parseFilter } from './filters.ts';
import { type PageRules, pageBody, pageOf } from './paging.ts';
import type { Simulation } from './record-types.ts';
import type { Records } from './records.ts';
import type { CovalSwitches } from './switches.ts';

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
  'metric.',
];
const COMPANIONS = ['create_time', 'agent_id', 'status', 'test_set_id', 'persona_id'];
const OUTPUT_FIELDS = ['status', 'metric_id', 'metric_name', 'value', 'create_time', 'start_time', 'end_time'];

const rerunSchema = z.object({
  simulation_ids: z.array(z.string().length(22)).min(1).max(100),
  metric_ids: z.array(z.string().length(22)).min(1).max(500),
});
const patchSchema = z.object({ is_public: z.boolean().nullish(), notes: z.string().max(500).nullish() });

export interface SimulationDeps {
  records: Records;
  switches: CovalSwitches;
  scope(needed: string): void;
}

/** Terms that a metric predicate or `include` forbids. */
export function metricPath(
  filter: Filter,
  include: string | undefined,
  order: string | undefined,
  text: string,
): boolean {
  const terms = filter.flat();
  const asked = terms.some((term) => term.field.startsWith('metric.')) || include !== undefined;
  if (!asked) return false;
  if (/\sOR\s/.test(text)) throw invalid('filter', 'Only AND is supported together with metric values');
  const other = terms.find((term) => !term.field.startsWith('metric.') && !COMPANIONS.includes(term.field));
  if (other) throw invalid('filter', `${other.field} is not supported together with metric values`);
  if (order !== undefined && order !== '-create_time')
    throw invalid('order_by', 'Only -create_time is supported together with metric values');
  return true;
}

export function simulationRoutes(family: 'legacy' | 'canonical', { records, switches, scope }: SimulationDeps): Hono {
  const app = new Hono();
  const legacy = family === 'legacy';
  const base = legacy ? '/simulations' : '/conversations/simulated';
  const [many, one] = legacy ? ['simulations', 'simulation'] : ['simulated_conversations', 'simulated_conversation'];
  const last: PageRules['last'] = legacy ? 'absent' : 'null';

  app.use(`${base}:rerunMetrics`, gate);
  app.use(base, gate);
  app.use(`${base}/*`, gate);
  async function gate(c: Context, next: () => Promise<void>) {
    if (switches.families !== 'both' && switches.families !== family) {
      return c.json({ message: switches.missing_family === 404 ? 'Not Found' : 'Forbidden' }, switches.missing_family);
    }
    scope(c.req.method === 'GET' ? 'simulations:read' : 'simulations:write');
    await next();
    return undefined;
  }

  const find = (c: Context): Simulation => {
    const id = c.req.param('id') ?? '';
    const simulation = id.length >= 22 && id.length <= 27 ? records.simulation(id) : undefined;
    if (!simulation) throw notFound('Simulation', 'simulation_id');
    return simulation;
  };
  const numbers = (simulation: Simulation) =>
    Object.fromEntries(
      records.outputs
        .current(simulation)
        .flatMap(({ metric, body }) => (typeof body.value === 'number' ? [[metric.id, body.value]] : [])),
    );

  app.get(base, (c) => {
    const { filter: text = '', include, order_by = '-create_time', ...query } = c.req.query();
    const filter = parseFilter(text, FIELDS, switches.filter_values);
    const projected = metricPath(filter, include, c.req.query('order_by'), text);
    if (!/^-?(create_time|status)$/.test(order_by)) throw invalid('order_by', 'Unknown order');
    const rules: PageRules = { max: 1000, last, ...(projected ? { cap: 100 } : {}) };
    const page = pageOf(query, rules);
    const wantsDeleted = demanded(filter, 'status') === 'DELETED';
    const run = demanded(filter, 'run_id');
    const held = run === undefined ? records.all() : [records.run(run)].flatMap((record) => record ?? []);
    // A run of 10,000 is paged through by its id alone: then nothing is left to compare.
    const settled = filter.length === (run === undefined ? 0 : 1);
    const found = held.flatMap((record) => {
      const list = records.isDeleted(record) ? [] : record.simulations();
      const fitting = list.filter((simulation) => {
        if (!wantsDeleted && records.isDeleted(simulation)) return false;
        return settled || matches(filter, (field) => fieldOf(records, simulation, field));
      });
      // Newest first: the runs are, their simulations are in order of creation.
      return fitting.reverse();
    });
    if (order_by === 'create_time') found.reverse();
    else if (order_by.endsWith('status')) {
      const sign = order_by.startsWith('-') ? -1 : 1;
      const key = (simulation: Simulation) => records.simulationState(simulation);
      found.sort((a, b) => sign * key(a).localeCompare(key(b)));
    }
    const render = (simulation: Simulation) => {
      const body = records.simulationBody(simulation, false);
      if (!projected) return body;
      // The projection of the metric-aware path does not know these.
      const unknown = { test_case_id: null, mutation_id: null, mutation_name: null, source: null, destination: null };
      return { ...body, ...unknown, has_audio: false, is_public: false, metric_values: numbers(simulation) };
    };
    return c.json(pageBody(many ?? '', 'runs', found, render, page, rules, switches));
  });

  app.post(`${base}:rerunMetrics`, async (c) => {
    const parsed = rerunSchema.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) throw invalid(String(parsed.error.issues[0]?.path[0] ?? 'body'), 'Invalid ids');
    const { simulation_ids, metric_ids } = parsed.data;
    if (simulation_ids.length * metric_ids.length > 500)
      throw invalid('simulation_ids', 'At most 500 metric outputs per request');
    const results = simulation_ids.map((simulation_id) => {
      const simulation = records.simulation(simulation_id);
      if (!simulation) return { simulation_id, status: 'NOT_FOUND', error: 'Simulation not found' };
      if (records.simulationState(simulation) !== 'COMPLETED')
        return { simulation_id, status: 'ENQUEUE_FAILED', error: 'Simulation has not completed' };
      for (const metric of metric_ids) records.outputs.rescore(simulation, metric);
      return { simulation_id, status: 'QUEUED', error: null };
    });
    const failed_count = results.filter((result) => result.status !== 'QUEUED').length;
    return c.json({ results, queued_count: results.length - failed_count, failed_count }, failed_count > 0 ? 207 : 202);
  });

  app.get(`${base}/:id`, (c) => {
    const simulation = find(c);
    if (switches.transcript_form === 'failing') throw refusal(500, 'Internal error');
    if (switches.transcript_form === 'forbidden') throw refusal(403, 'Insufficient permissions');
    return c.json({ [one ?? '']: records.simulationBody(simulation, true) });
  });
  app.patch(`${base}/:id`, async (c) => {
    const simulation = find(c);
    const parsed = patchSchema.safeParse((await c.req.json().catch(() => undefined)) ?? {});
    if (!parsed.success) throw invalid(String(parsed.error.issues[0]?.path[0] ?? 'body'), 'Invalid value');
    const before = records.notes.get(simulation.id) ?? { notes: null, is_public: false };
    const { notes, is_public } = parsed.data;
    records.notes.set(simulation.id, {
      notes: notes === undefined ? before.notes : notes,
      is_public: is_public ?? before.is_public,
    });
    return c.json({ [one ?? '']: records.simulationBody(simulation, true) });
  });
  app.delete(`${base}/:id`, (c) => {
    records.removeSimulation(find(c));
    return c.json({});
  });
  app.post(`${base}/:id/resimulate`, (c) => {
    const simulation = find(c);
    const state = records.simulationState(simulation);
    if (['PENDING', 'IN QUEUE', 'IN PROGRESS'].includes(state))
      throw refusal(412, `Simulation ${simulation.id} is currently active with status '${state}' and cannot be rerun`);
    records.resimulate(simulation);
    return c.json({
      simulation_id: simulation.id,
      run_id: simulation.record.id,
      queued: true,
      message: 'Simulation queued',
    });
  });
  app.get(`${base}/:id/audio`, (c) => {
    const simulation = find(c);
    if (records.simulationState(simulation) !== 'COMPLETED') throw notFound('Audio', 'simulation_id');
    const audio_url = `https://sandbox-audio.invalid/${simulation.id}.wav?X-Amz-Signature=sandbox`;
    return c.json({ audio_url, peaks_url: null, simulation_id: simulation.id, url_expires_in_seconds: 3600 });
  });
  app.get(`${base}/:id/metrics`, (c) => {
    const simulation = find(c);
    const { filter: text, view = 'FULL', include_superseded, ...query } = c.req.query();
    if (!['FULL', 'BASIC'].includes(view)) throw invalid('view', 'view must be FULL or BASIC');
    const filter = parseFilter(text, OUTPUT_FIELDS, switches.filter_values);
    const rules: PageRules = { max: 1000, last: 'null' };
    const page = pageOf(query, rules);
    const everything = switches.superseded === 'listed' || include_superseded === 'true';
    const listed = everything ? records.outputs.versions(simulation).flat() : records.outputs.current(simulation);
    const found = listed.filter(({ metric, body }) =>
      matches(filter, (field) => (field === 'metric_name' ? metric.name : body[field])),
    );
    const render = ({ body }: (typeof found)[number]) => {
      if (view === 'FULL') return body;
      const { result, runtime_metadata, ...rest } = body;
      return rest;
    };
    return c.json(pageBody('metrics', 'metrics', found, render, page, rules, switches));
  });
  app.get(`${base}/:id/metrics/:output`, (c) => {
    const simulation = find(c);
    const wanted = c.req.param('output');
    const outputs = records.outputs
      .versions(simulation)
      .flat()
      .map(({ body }) => body);
    if (wanted.length === 22) {
      const metric_outputs = outputs.filter((body) => body.metric_id === wanted);
      if (metric_outputs.length === 0) throw notFound('Metric output', 'metric_id');
      return c.json({ metric_outputs });
    }
    const metric = outputs.find((body) => body.metric_output_id === wanted);
    if (!metric) throw notFound('Metric output', 'metric_output_id');
    return c.json({ metric });
  });
  return app;
}

/** One field without rendering the whole: lists of 10,000 are filtered by it. */
function fieldOf(records: Records, simulation: Simulation, field: string): unknown {
  switch (field) {
    case 'run_id':
      return simulation.record.id;
    case 'status':
      return records.simulationState(simulation);
    default: {
      if (!field.startsWith('metric.')) return records.simulationBody(simulation, false)[field];
      const id = field.slice('metric.'.length);
      return records.outputs.current(simulation).find(({ metric }) => metric.id === id)?.body.value;
    }
  }
}
