/** Snapshots below `/new/v2.0/snapshots` and the tasks that make, restore and delete them. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import type { Engine } from '../../engine/types.ts';
import { bodyOf } from './bodies.ts';
import { CODES } from './errors.ts';
import type { MainApi } from './main-list.ts';
import { configOf, setText } from './project-texts.ts';
import type { Resources, SnapshotRecord, TaskRecord } from './resources.ts';
import type { CognigySwitches } from './switches.ts';
import { objectId, PROJECT, referenceId, USER } from './world.ts';

/** Time that a step of a task takes. */
const STEP_MS = 500;
const createBody = z.looseObject({
  projectId: z.string(),
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\\/:*?"<>|¥]*$/),
  description: z.string().max(500).optional(),
});
const restoreBody = z.looseObject({ projectId: z.string() });

export function snapshotRoutes({ engine, store, switches, refuse, list }: MainApi): Hono {
  const { resources } = store;
  const app = new Hono();

  const begin = (c: Context, type: string, work: Record<string, string>) => {
    const task = { _id: objectId('task', resources.number()), type, started_at: engine.now(), work, done: false };
    resources.tasks.put(task);
    settleTasks(engine, resources, switches);
    return c.json(renderTask(resources.tasks.get(task._id) ?? task, engine, switches), 202);
  };
  const snapshotAt = (c: Context): SnapshotRecord => {
    const found = resources.snapshots.get(c.req.param('s') ?? '');
    if (!found) throw refuse(404, 'The snapshot does not exist', CODES.not_found);
    return found;
  };
  const shown = ({ content: _, ...snapshot }: SnapshotRecord) => ({
    ...snapshot,
    hash: snapshot._id.slice(0, 12),
    createdBy: USER,
    isPackaged: false,
    packageExpiresAt: null,
  });

  app.get('/', (c) => list(c, () => resources.snapshots.all().map(shown)));
  app.post('/', async (c) => {
    const { projectId, name, description = '' } = await bodyOf(c, createBody, refuse);
    if (projectId !== PROJECT) throw refuse(404, 'The project does not exist', CODES.not_found);
    return begin(c, 'createSnapshot', { name, description });
  });
  app.post('/:s/restore', async (c) => {
    const { projectId } = await bodyOf(c, restoreBody, refuse);
    if (projectId !== PROJECT) throw refuse(404, 'The project does not exist', CODES.not_found);
    return begin(c, 'restoreSnapshot', { snapshot: snapshotAt(c)._id });
  });
  app.delete('/:s', (c) => {
    const { _id } = snapshotAt(c);
    const isAttached = resources.endpoints.all().some(({ entrypoint }) => entrypoint === _id);
    if (isAttached) throw refuse(409, 'The snapshot is attached to an endpoint', CODES.conflict);
    return begin(c, 'deleteSnapshot', { snapshot: _id });
  });
  return app;
}

export function taskRoutes({ engine, store, switches, refuse }: MainApi): Hono {
  const { resources } = store;
  const app = new Hono();
  app.get('/:t', (c) => {
    const task = resources.tasks.get(c.req.param('t'));
    if (!task) throw refuse(404, 'The task does not exist', CODES.not_found);
    return c.json(renderTask(task, engine, switches));
  });
  return app;
}

function renderTask(task: TaskRecord, engine: Engine, switches: CognigySwitches) {
  const step = Math.min(switches.task_steps, Math.floor((engine.now() - task.started_at) / STEP_MS));
  const status = task.failReason !== undefined ? 'error' : task.done ? 'done' : step > 0 ? 'active' : 'queued';
  const { _id, type, failReason } = task;
  return { _id, type, status, currentStep: step, totalStep: switches.task_steps, failReason: failReason ?? null };
}

/** Does what tasks were begun for whose time has come. */
export function settleTasks(engine: Engine, resources: Resources, switches: CognigySwitches): void {
  for (const task of resources.tasks.all()) {
    if (task.done || task.failReason !== undefined) continue;
    if (engine.now() < task.started_at + switches.task_steps * STEP_MS) continue;
    const failReason = switches.task_error || outcome(task, engine, resources, switches);
    resources.tasks.put({ ...task, done: true, ...(failReason ? { failReason } : {}) });
  }
}

/** Does the work of a task; answers why it could not. */
function outcome(
  task: TaskRecord,
  engine: Engine,
  resources: Resources,
  switches: CognigySwitches,
): string | undefined {
  const { name = '', description = '', snapshot: id = '' } = task.work;
  if (task.type === 'createSnapshot') {
    const all = resources.snapshots.all();
    if (all.some((one) => one.name === name)) return 'A snapshot with this name exists already';
    if (all.length >= switches.snapshot_limit) return 'The number of allowed snapshots is reached';
    const number = resources.number();
    resources.snapshots.put({
      _id: objectId('made snapshot', number),
      referenceId: referenceId('made snapshot', number),
      name,
      description,
      createdAt: Math.floor(engine.now() / 1000),
      content: {
        flows: resources.flows.all(),
        nodes: resources.nodes.all().map((node) => ({ ...node, config: configOf(engine, node) })),
        agents: resources.agents.all(),
      },
    });
    return undefined;
  }
  const snapshot = resources.snapshots.get(id);
  if (!snapshot) return 'The snapshot does not exist';
  if (task.type === 'deleteSnapshot') resources.snapshots.remove(id);
  else restore(snapshot, engine, resources, switches);
  return undefined;
}

/** Deletes what the project holds and makes it again as it was, under ids of its own. */
function restore(
  { content }: SnapshotRecord,
  engine: Engine,
  resources: Resources,
  { restore_ids }: CognigySwitches,
): void {
  const number = resources.number();
  const anew = (id: string) => (restore_ids === 'new' ? objectId('restored', number, id) : id);
  const reference = (id: string) => (restore_ids === 'new' ? referenceId('restored', number, id) : id);
  for (const one of resources.nodes.all()) resources.nodes.remove(one._id);
  for (const one of resources.flows.all()) resources.flows.remove(one._id);
  for (const one of resources.agents.all()) resources.agents.remove(one._id);
  for (const agent of content.agents)
    resources.agents.put({ ...agent, _id: anew(agent._id), referenceId: reference(agent.referenceId) });
  for (const flow of content.flows)
    resources.flows.put({ ...flow, _id: anew(flow._id), referenceId: reference(flow.referenceId) });
  for (const node of content.nodes) {
    const { aiAgent, instructions } = node.config;
    const agent = engine.agents.find(({ id }) => id === node.follows);
    if (agent && typeof instructions === 'string') setText(engine, agent, instructions);
    resources.nodes.put({
      ...node,
      _id: anew(node._id),
      referenceId: reference(node.referenceId),
      flow: anew(node.flow),
      parent: node.parent && anew(node.parent),
      next: node.next && anew(node.next),
      config: typeof aiAgent === 'string' ? { ...node.config, aiAgent: reference(aiAgent) } : node.config,
    });
  }
}
