/** Scenarios below `/testing/simulations`: listed, read, written. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { closestCase } from '../likeness.ts';
import { bodyOf, scenarioBody } from './bodies.ts';
import { CODES, type Refuse } from './errors.ts';
import { filtered, inOrder, page } from './paging.ts';
import type { ScenarioRecord } from './records.ts';
import { type Rendering, renderScenario } from './render.ts';
import type { Store } from './store.ts';
import { referenceId } from './world.ts';

/** The scenario that the path names; a refusal where there is none. */
export function scenarioAt(c: Context, store: Store, refuse: Refuse): ScenarioRecord {
  const found = store.scenario(c.req.param('s') ?? '');
  if (!found) throw refuse(404, 'The simulation does not exist', CODES.not_found);
  return found;
}

export function scenarioRoutes(rendering: Rendering, refuse: Refuse): Hono {
  const { engine, store, switches } = rendering;
  const app = new Hono();

  app.get('/', (c) => {
    const all = filtered(c, switches, refuse, [...store.scenarios.values()], (one) => one.name);
    const keys = {
      name: (one: ScenarioRecord) => one.name,
      createdAt: (one: ScenarioRecord) => one.created_at,
      lastChanged: (one: ScenarioRecord) => one.changed_at,
    };
    const ordered = inOrder(c, switches, refuse, all, keys, (one) => one.created_at);
    return page(c, switches, refuse, 'tests', ordered, (one) => renderScenario(rendering, one));
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
      flowReferenceId,
      flowId,
      created_at: at,
      changed_at: at,
      played: [closestCase(engine.cases, [name, persona, mission].join(' '))],
    };
    store.scenarios.set(id, record);
    return c.json(renderScenario(rendering, record), 201);
  });

  app.get('/:s', (c) => {
    if (switches.get_scenario === 'missing') throw refuse(404, 'Cannot GET this path', 404);
    return c.json(renderScenario(rendering, scenarioAt(c, store, refuse)));
  });

  app.patch('/:s', async (c) => {
    const record = scenarioAt(c, store, refuse);
    const { flowId, ...changes } = await bodyOf(c, scenarioBody.partial(), refuse);
    const known = Object.fromEntries(
      Object.entries(changes).filter(([key, value]) => Object.hasOwn(scenarioBody.shape, key) && value !== undefined),
    );
    Object.assign(record, known, flowId === undefined ? {} : { flowId }, { changed_at: engine.now() });
    if (changes.name !== undefined || changes.mission !== undefined || changes.persona !== undefined)
      record.played = [closestCase(engine.cases, [record.name, record.persona, record.mission].join(' '))];
    return switches.update_reply === 'nothing' ? c.body(null, 204) : c.json(renderScenario(rendering, record));
  });

  app.delete('/:s', (c) => {
    store.removeScenario(scenarioAt(c, store, refuse).id, switches.deletion === 'deletes_batches');
    return c.body(null, 204);
  });

  app.post('/:s/clone', async (c) => {
    const source = scenarioAt(c, store, refuse);
    const { name } = await bodyOf(c, z.looseObject({ name: z.string().min(1).optional() }), refuse);
    const id = store.nextId('scenario');
    const at = engine.now();
    const copy = { ...source, id, referenceId: referenceId(id), name: name ?? `${source.name} (copy)` };
    const record = { ...copy, created_at: at, changed_at: at };
    store.scenarios.set(id, record);
    return c.json(renderScenario(rendering, record), 201);
  });

  return app;
}
