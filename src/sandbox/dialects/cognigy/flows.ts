/** Flows below `/new/v2.0/flows`: listed, cloned, renamed, deleted. What a clone takes and answers is documented nowhere. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { bodyOf } from './bodies.ts';
import { CODES } from './errors.ts';
import type { MainApi } from './main-list.ts';
import { configOf, nodesOf } from './project-texts.ts';
import type { FlowRecord } from './resources.ts';
import { objectId, referenceId } from './world.ts';

const cloneBody = z.looseObject({ name: z.string().min(1).optional() }).optional();
const flowBody = z.strictObject({ name: z.string().min(1).max(200) });
export function flowRoutes(main: MainApi): Hono {
  const { engine, store, switches, refuse, list } = main;
  const { resources } = store;
  const app = new Hono();

  /** By `_id` alone: paths take no reference. */
  const flowAt = (c: Context): FlowRecord => {
    const flow = resources.flows.get(c.req.param('f') ?? '');
    if (!flow) throw refuse(404, 'The flow does not exist', CODES.not_found);
    return flow;
  };
  const now = () => Math.floor(engine.now() / 1000);
  const shown = ({ agent: _, ...flow }: FlowRecord) => flow;
  app.get('/', (c) => list(c, () => resources.flows.all().map(shown)));
  app.get('/:f', (c) => c.json(shown(flowAt(c))));
  app.patch('/:f', async (c) => {
    if (switches.flow_rename === 'missing') throw refuse(404, 'Cannot PATCH this path', 404);
    const flow = { ...flowAt(c), ...(await bodyOf(c, flowBody, refuse)), lastChanged: now() };
    resources.flows.put(flow);
    return switches.patch_answer === 'empty' ? c.body(null, 204) : c.json(shown(flow));
  });
  app.delete('/:f', (c) => {
    const flow = flowAt(c);
    for (const node of nodesOf(resources, flow)) resources.nodes.remove(node._id);
    resources.flows.remove(flow._id);
    return c.body(null, 204);
  });

  app.post('/:f/clone', async (c) => {
    if (switches.flow_clone === 'off') throw refuse(404, 'Cannot POST this path', 404);
    const flow = flowAt(c);
    const body = (await c.req.text()) === '' ? undefined : await bodyOf(c, cloneBody, refuse);
    if (body && switches.flow_clone_name === 'refused') throw refuse(400, 'No body is allowed here', CODES.invalid);
    const name = switches.flow_clone_name === 'taken' ? body?.name : undefined;
    const clone = cloned(flow, name ?? `Copy of ${flow.name}`);
    if (switches.flow_clone === 'as_task')
      return c.json({ _id: objectId('task', clone._id), type: 'cloneFlow', status: 'queued' }, 202);
    return switches.patch_answer === 'empty' ? c.body(null, 204) : c.json(shown(clone), 201);
  });

  function cloned(flow: FlowRecord, name: string): FlowRecord {
    const number = resources.number();
    const anew = (id: string) => objectId('clone', number, id);
    const clone: FlowRecord = {
      ...flow,
      _id: anew(flow._id),
      referenceId: referenceId('clone', number, flow._id),
      name,
      createdAt: now(),
      lastChanged: now(),
    };
    resources.flows.put(clone);
    for (const node of nodesOf(resources, flow)) {
      const { follows: _, ...own } = node;
      const config = configOf(engine, node);
      resources.nodes.put({
        ...own,
        _id: anew(node._id),
        referenceId:
          switches.clone_references === 'kept' ? node.referenceId : referenceId('clone', number, node.referenceId),
        flow: clone._id,
        config,
        parent: node.parent && anew(node.parent),
        next: node.next && anew(node.next),
      });
    }
    return clone;
  }

  return app;
}
