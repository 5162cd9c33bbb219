/** Scenarios, run now, batches and runs below `/testing/simulations`. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { CODES, type Refuse } from './errors.ts';
import { filtered, inOrder, page } from './paging.ts';
import { type Rendering, renderBatch, renderRun, renderScenario, runId } from './render.ts';
import type { BatchStatus } from './state.ts';
import type { BatchRecord, RunConfig, ScenarioRecord } from './store.ts';
import { named, PROJECT, referenceId } from './world.ts';

const STATUSES: readonly BatchStatus[] = ['STOPPED', 'IN_PROGRESS', 'COMPLETED', 'FAILED'];
/** Executions of one batch; the vendor's own limit is unknown. */
const MOST_RUNS = 1000;

const criterionSchema = z.looseObject({ type: z.string(), params: z.record(z.string(), z.unknown()) });
const scenarioBody = z.looseObject({
  name: z.string().min(1),
  persona: z.string(),
  personaName: z.string(),
  mission: z.string(),
  successCriteria: z.array(criterionSchema),
  maxTurns: z.int().min(1).max(100).optional(),
  timeout: z.number().optional(),
  flowReferenceId: z.string().optional(),
  flowId: z.string().nullish(),
  aiAgentReferenceId: z.string().optional(),
  jobNodeId: z.string().optional(),
});
export const runConfigSchema = z.looseObject({
  flowReferenceId: z.string(),
  entrypoint: z.string(),
  largeLanguageModelReferenceId: z.string(),
  localeReferenceId: z.string().optional(),
  userId: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  enableMocking: z.boolean().optional(),
});
const runBody = z.looseObject({
  name: z.string().min(1),
  runConfig: runConfigSchema,
  numberOfExecutions: z.int().min(1).max(MOST_RUNS),
});

/** JSON of a request that fits `schema`; a refusal naming the member otherwise. */
export async function bodyOf<T extends z.ZodType>(c: Context, schema: T, refuse: Refuse): Promise<z.output<T>> {
  const json: unknown = await c.req.json().catch(() => undefined);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? 'body';
  throw refuse(400, `"${field}" is not valid: ${issue?.message ?? ''}`, CODES.invalid, { field });
}

export function simulationRoutes(rendering: Rendering, refuse: Refuse): Hono {
  const { engine, store, states, switches } = rendering;
  const app = new Hono();
  const { world } = store;

  const scenarioAt = (c: Context): ScenarioRecord => {
    const found = store.scenario(c.req.param('s') ?? '');
    if (!found) throw refuse(404, 'The simulation does not exist', CODES.not_found);
    return found;
  };
  // Batches outlive their scenario.
  const ownerAt = (c: Context): string => {
    const id = c.req.param('s') ?? '';
    return store.batches(id).length > 0 ? id : scenarioAt(c).id;
  };
  const batchAt = (c: Context): BatchRecord => {
    const found = store.batch(ownerAt(c), c.req.param('b') ?? '');
    if (!found) throw refuse(404, 'The simulation run batch does not exist', CODES.not_found);
    return found;
  };

  function checkConfig(config: RunConfig): void {
    const forms = switches.reference_ids;
    const known = (member: string, things: Parameters<typeof named>[0], id: unknown) => {
      if (typeof id === 'string' && named(things, id, forms)) return;
      throw refuse(400, `runConfig.${member} does not exist`, CODES.invalid, { field: `runConfig.${member}` });
    };
    known('flowReferenceId', world.flows, config.flowReferenceId);
    known('largeLanguageModelReferenceId', world.models, config.largeLanguageModelReferenceId);
    if (config.localeReferenceId !== undefined) known('localeReferenceId', world.locales, config.localeReferenceId);
    const entry = config.entrypoint;
    if (entry !== PROJECT && !world.snapshots.some((one) => one._id === entry))
      throw refuse(404, 'runConfig.entrypoint does not exist', CODES.not_found, { field: 'runConfig.entrypoint' });
  }

  app.get('/', (c) => {
    const upcoming = c.req.query('includeUpcomingSchedule') === 'true';
    const all = filtered(c, switches, refuse, [...store.scenarios.values()], (one) => one.name);
    const keys = {
      name: (one: ScenarioRecord) => one.name,
      createdAt: (one: ScenarioRecord) => one.created_at,
      lastChanged: (one: ScenarioRecord) => one.changed_at,
    };
    const ordered = inOrder(c, switches, refuse, all, keys, (one) => one.created_at);
    return page(c, switches, refuse, 'tests', ordered, (one) => renderScenario(rendering, one, upcoming));
  });

  app.post('/', async (c) => {
    const body = await bodyOf(c, scenarioBody, refuse);
    const id = store.nextId('scenario');
    const at = engine.now();
    const { name, persona, personaName, mission, successCriteria, maxTurns = 20, flowReferenceId, flowId } = body;
    const record: ScenarioRecord = {
      id,
      referenceId: referenceId(id),
      name,
      persona,
      personaName,
      mission,
      successCriteria,
      maxTurns,
      ...(flowReferenceId === undefined ? {} : { flowReferenceId }),
      ...(flowId === undefined ? {} : { flowId }),
      created_at: at,
      changed_at: at,
      played: [store.closest([name, persona, mission].join(' '))],
    };
    store.scenarios.set(id, record);
    return c.json(renderScenario(rendering, record), 201);
  });

  // Before the scenarios: its path looks like the id of one.
  app.get('/batches', async (c, next) => {
    if (switches.project_batches === 'missing') return next();
    const ordered = orderedBatches(c, store.batches());
    if (switches.project_batches === 'unpaged')
      return c.json({ data: ordered.map((one) => renderBatch(rendering, one)) });
    return page(c, switches, refuse, 'sessions', ordered, (one) => renderBatch(rendering, one));
  });

  function orderedBatches(c: Context, all: readonly BatchRecord[]): BatchRecord[] {
    const status = c.req.query('status');
    const wanted = STATUSES.find((one) => one === status);
    if (status !== undefined && !wanted)
      throw refuse(400, `status must be one of ${STATUSES.join(', ')}`, CODES.invalid, { field: 'status' });
    const span = /^(\d+)([dmy])$/.exec(c.req.query('timespan') ?? '');
    const days = { d: 1, m: 30, y: 365 }[span?.[2] ?? ''];
    const since = span && days ? engine.now() - Number(span[1]) * days * 86_400_000 : 0;
    const found = filtered(c, switches, refuse, all, (one) => one.name).filter(
      (one) => one.created_at >= since && (!wanted || states.of(one).status === wanted),
    );
    const created = (one: BatchRecord) => one.created_at;
    return inOrder(c, switches, refuse, found, { createdAt: created, name: (one) => one.name }, created);
  }

  app.get('/:s', (c) => {
    if (switches.get_scenario === 'missing') throw refuse(404, 'Cannot GET this path', 404);
    return c.json(renderScenario(rendering, scenarioAt(c)));
  });

  app.patch('/:s', async (c) => {
    const record = scenarioAt(c);
    const { flowId, ...changes } = await bodyOf(c, scenarioBody.partial(), refuse);
    const known = Object.fromEntries(
      Object.entries(changes).filter(([key, value]) => Object.hasOwn(scenarioBody.shape, key) && value !== undefined),
    );
    Object.assign(record, known, flowId === undefined ? {} : { flowId }, { changed_at: engine.now() });
    if (changes.name !== undefined || changes.mission !== undefined || changes.persona !== undefined)
      record.played = [store.closest([record.name, record.persona, record.mission].join(' '))];
    return switches.update_reply === 'nothing' ? c.body(null, 204) : c.json(renderScenario(rendering, record));
  });

  app.delete('/:s', (c) => {
    store.removeScenario(scenarioAt(c).id, switches.deletion === 'deletes_batches');
    return c.body(null, 204);
  });

  app.post('/:s/clone', async (c) => {
    const source = scenarioAt(c);
    const { name } = await bodyOf(c, z.looseObject({ name: z.string().min(1).optional() }), refuse);
    const id = store.nextId('scenario');
    const at = engine.now();
    const copy = { ...source, id, referenceId: referenceId(id), name: name ?? `${source.name} (copy)` };
    const record = { ...copy, created_at: at, changed_at: at };
    store.scenarios.set(id, record);
    return c.json(renderScenario(rendering, record), 201);
  });

  app.post('/:s/schedule', async (c) => {
    const scenario = scenarioAt(c);
    const { name, runConfig, numberOfExecutions } = await bodyOf(c, runBody, refuse);
    checkConfig(runConfig);
    const flow = named(world.flows, runConfig.flowReferenceId, 'both');
    const agent = engine.agents.find((one) => one.id === flow?.agent) ?? engine.agents[0];
    if (!agent) throw refuse(500, 'The sandbox has no agents');
    const session = engine.start({
      cases: [...scenario.played.slice(0, 1)],
      agent,
      repeat: numberOfExecutions,
      name,
      max_turns: scenario.maxTurns,
      ...(runConfig.data === undefined ? {} : { variables: runConfig.data }),
      extra: { platform: 'cognigy' },
    });
    const id = store.nextId('batch');
    const batch: BatchRecord = {
      id,
      referenceId: referenceId(id),
      scenario: scenario.id,
      frozen: { ...scenario },
      name,
      session,
      runConfig,
      created_at: session.created_at,
      lost: Math.min(switches.lost_runs, numberOfExecutions),
    };
    store.addBatch(batch);
    return started(c, batch, scenario);
  });

  function started(c: Context, batch: BatchRecord, scenario: ScenarioRecord): Response {
    switch (switches.run_now) {
      case 'batch':
        return c.json(renderBatch(rendering, batch), 201);
      case 'batch_id':
        return c.json({ message: 'Simulation scheduled.', simulationRunBatchId: batch.id }, 201);
      case 'reference':
        return c.json({ simulationReference: scenario.id, simulationRunBatchReference: batch.id }, 201);
      case 'nested':
        return c.json({ batch: { _id: batch.id } }, 201);
      case 'reference_id':
        return c.json({ referenceId: batch.referenceId }, 201);
      case 'runs':
        return c.json(
          store.runsOf(batch).map((run) => renderRun(rendering, batch, run)),
          201,
        );
      case 'scenario':
        return c.json(renderScenario(rendering, scenario), 200);
      case 'empty':
        return c.body(null, 204);
    }
  }

  app.get('/:s/batches', (c) =>
    page(c, switches, refuse, 'sessions', orderedBatches(c, store.batches(ownerAt(c))), (one) =>
      renderBatch(rendering, one),
    ),
  );

  app.get('/:s/batches/:b', (c) => {
    if (switches.get_batch === 'missing') throw refuse(404, 'Cannot GET this path', 404);
    return c.json(renderBatch(rendering, batchAt(c)));
  });

  app.post('/:s/batches/:b', (c) => {
    const batch = batchAt(c);
    const ended = states.of(batch).status !== 'IN_PROGRESS';
    if (ended && switches.stop_finished !== 200)
      throw refuse(switches.stop_finished, 'The simulation has ended', CODES.conflict);
    if (!ended && batch.stopped_at === undefined) {
      batch.stopped_at = engine.now();
      engine.cancel(batch.session.id);
    }
    return c.json({ message: 'Simulation stop signal sent successfully.', simulationRunBatchId: batch.id });
  });

  app.get('/:s/batches/:b/runs', (c) => {
    const batch = batchAt(c);
    return page(c, switches, refuse, 'runs', states.visible(batch), (run) => renderRun(rendering, batch, run));
  });

  app.get('/:s/batches/:b/runs/:r', (c) => {
    const batch = batchAt(c);
    const run = states.visible(batch).find((one) => runId(one) === c.req.param('r'));
    if (!run) throw refuse(404, 'The simulation run does not exist', CODES.not_found);
    if (switches.transcript_form === 'failing') throw refuse(500, 'The simulation run could not be read');
    if (switches.transcript_form === 'forbidden') throw refuse(403, 'Turns may not be read with this key');
    return c.json(renderRun(rendering, batch, run));
  });

  return app;
}
