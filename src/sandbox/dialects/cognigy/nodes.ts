/** The chart of a flow and its nodes, below `/new/v2.0/flows/{flowId}/chart`: read, and written one by one. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { bodyOf } from './bodies.ts';
import { CODES } from './errors.ts';
import type { MainApi } from './main-list.ts';
import { meddleAfter, meddleBefore, withoutIgnored } from './meddling.ts';
import { configOf, inChartOrder, JOB, nodesOf, putConfig } from './project-texts.ts';
import type { NodeRecord } from './resources.ts';

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

export function nodeRoutes(main: MainApi): Hono {
  const { engine, store, switches, refuse, list } = main;
  const { resources } = store;
  const app = new Hono();

  const flowOf = (c: Context) => {
    const flow = resources.flows.get(c.req.param('f') ?? '');
    if (!flow) throw refuse(404, 'The flow does not exist', CODES.not_found);
    return flow;
  };
  const nodeAt = (c: Context): NodeRecord => {
    const flow = flowOf(c);
    const node = resources.nodes.get(c.req.param('n') ?? '');
    if (node?.flow !== flow._id) throw refuse(404, 'The node does not exist', CODES.not_found);
    return node;
  };
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

  app.get('/', (c) => {
    const nodes = nodesOf(resources, flowOf(c));
    const relations = nodes.map(({ _id, next }) => ({
      node: _id,
      next: next ?? null,
      children: nodes.filter(({ parent }) => parent === _id).map((child) => child._id),
    }));
    return c.json({ nodes: unordered(nodes).map(excerpt), relations: relations.reverse() });
  });
  app.get('/nodes', (c) => {
    const flow = flowOf(c);
    if (switches.nodes_list === 'missing') throw refuse(403, 'You are not allowed to list this');
    return list(c, () => unordered(nodesOf(resources, flow)).map(excerpt));
  });
  app.get('/nodes/:n', (c) => {
    const node = nodeAt(c);
    const answer = c.json(whole(node));
    if (node.type === JOB)
      meddleAfter(switches, () => {
        const config = configOf(engine, node);
        putConfig(engine, resources, node, { ...config, instructions: `${config.instructions}\n- Say goodbye.` });
      });
    return answer;
  });
  app.patch('/nodes/:n', async (c) => {
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
