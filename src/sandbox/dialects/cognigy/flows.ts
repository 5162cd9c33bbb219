/** Flows below `/new/v2.0/flows`: listed, cloned, renamed, deleted; their charts, and nodes that are read and written. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { bodyOf } from './bodies.ts';
import { CODES } from './errors.ts';
import type { MainApi } from './main-list.ts';
import { meddleAfter, meddleBefore, withoutIgnored } from './meddling.ts';
import { configOf, inChartOrder, JOB, putConfig } from './project-texts.ts';
import type { FlowRecord, NodeRecord } from './resources.ts';
import { objectId, referenceId } from './world.ts';

const cloneBody = z.looseObject({ name: z.string().min(1).optional() }).optional();
const flowBody = z.strictObject({ name: z.string().min(1).max(200) });
/** What the client's types list; `preview` is computed and never taken. */
const nodeBody = z.strictObject({
  label: z.string().optional(),
  comment: z.string().optional(),
  isDisabled: z.boolean().optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  localeId: z.string().optional(),
  mock: z.record(z.string(), z.unknown()).optional(),
  analyticsLabel: z.string().optional(),
});

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
  const nodesOf = (flow: FlowRecord) => resources.nodes.all().filter((node) => node.flow === flow._id);
  const nodeAt = (c: Context): NodeRecord => {
    const flow = flowAt(c);
    const node = resources.nodes.get(c.req.param('n') ?? '');
    if (node?.flow !== flow._id) throw refuse(404, 'The node does not exist', CODES.not_found);
    return node;
  };
  const shown = ({ agent: _, ...flow }: FlowRecord) => flow;
  const excerpt = (node: NodeRecord) => ({
    _id: node._id,
    type: node.type,
    label: node.label,
    preview: '',
    // True of every job node, not of the first alone.
    isEntryPoint: node.type === 'start' || node.type === JOB,
    parentId: node.parent ?? null,
    ...(switches.nodes_list_has_config === 'on' ? { config: configOf(engine, node) } : {}),
  });
  const whole = (node: NodeRecord) => {
    const { flow: _flow, parent: _parent, next: _next, follows: _follows, ...rest } = node;
    const config = configOf(engine, node);
    return { ...excerpt(node), ...rest, preview: String(config.name ?? ''), config, localeReference: null };
  };

  app.get('/', (c) => list(c, () => resources.flows.all().map(shown)));
  app.get('/:f', (c) => c.json(shown(flowAt(c))));
  app.patch('/:f', async (c) => {
    if (switches.flow_rename === 'missing') throw refuse(404, 'Cannot PATCH this path', 404);
    const flow = { ...flowAt(c), ...(await bodyOf(c, flowBody, refuse)) };
    resources.flows.put(flow);
    return switches.patch_answer === 'empty' ? c.body(null, 204) : c.json(shown(flow));
  });
  app.delete('/:f', (c) => {
    const flow = flowAt(c);
    for (const node of nodesOf(flow)) resources.nodes.remove(node._id);
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
      createdAt: Math.floor(engine.now() / 1000),
    };
    resources.flows.put(clone);
    for (const node of nodesOf(flow)) {
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

  app.get('/:f/chart', (c) => {
    const nodes = nodesOf(flowAt(c));
    const relations = nodes.map(({ _id, next }) => ({
      node: _id,
      next: next ?? null,
      children: nodes.filter(({ parent }) => parent === _id).map((child) => child._id),
    }));
    return c.json({ nodes: unordered(nodes).map(excerpt), relations: relations.reverse() });
  });
  app.get('/:f/chart/nodes', (c) => {
    const flow = flowAt(c);
    if (switches.nodes_list === 'missing') throw refuse(403, 'You are not allowed to list this');
    return list(c, () => unordered(nodesOf(flow)).map(excerpt));
  });
  app.get('/:f/chart/nodes/:n', (c) => {
    const node = nodeAt(c);
    const answer = c.json(whole(node));
    if (node.type === JOB)
      meddleAfter(switches, () => {
        const config = configOf(engine, node);
        putConfig(engine, resources, node, { ...config, instructions: `${config.instructions}\n- Say goodbye.` });
      });
    return answer;
  });
  app.patch('/:f/chart/nodes/:n', async (c) => {
    const found = nodeAt(c);
    const { config: sent, localeId: _, ...rest } = await bodyOf(c, nodeBody, refuse);
    meddleBefore(switches, () => {
      const config = configOf(engine, found);
      putConfig(engine, resources, found, { ...config, description: `${config.description} (edited)` });
    });
    const node = { ...(resources.nodes.get(found._id) ?? found), ...withoutIgnored(switches, rest) };
    const before = configOf(engine, node);
    const merged = sent && switches.node_patch === 'merge' ? { ...before, ...sent } : (sent ?? before);
    putConfig(engine, resources, node, withoutIgnored(switches, merged, before));
    const written = resources.nodes.get(node._id) ?? node;
    return switches.patch_answer === 'empty' ? c.body(null, 204) : c.json(whole(written));
  });
  return app;
}

/** Lists of nodes are in no order that means anything. */
function unordered(nodes: readonly NodeRecord[]): NodeRecord[] {
  const first = inChartOrder(nodes).at(-1);
  return [...nodes].sort((a, b) => (a === first ? -1 : b === first ? 1 : a._id < b._id ? -1 : 1));
}
