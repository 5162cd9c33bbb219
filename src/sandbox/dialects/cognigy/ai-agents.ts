/** AI agents below `/new/v2.0/aiagents`: who speaks, for all job nodes that name it; and the jobs of one, over all flows. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { bodyOf } from './bodies.ts';
import { CODES } from './errors.ts';
import type { MainApi } from './main-list.ts';
import { meddleAfter, meddleBefore, withoutIgnored } from './meddling.ts';
import { configOf, JOB } from './project-texts.ts';
import type { AiAgentRecord, NodeRecord } from './resources.ts';
import { objectId, PROJECT, referenceId, USER } from './world.ts';

/** Longest description and instructions (vendor plugin 1.5.0). */
const MOST_CHARACTERS = 1000;
const createBody = z.looseObject({ name: z.string().min(1), projectId: z.string() });
const patchBody = z.record(z.string(), z.unknown());
const nameBody = z.looseObject({ name: z.string().min(1) });
/** Made by the platform. */
const OWN = ['_id', 'referenceId', 'projectReference', 'createdAt', 'createdBy', 'lastChanged', 'lastChangedBy'];

export function aiAgentRoutes({ engine, store, switches, refuse, list }: MainApi): Hono {
  const { resources } = store;
  const app = new Hono();

  const agentAt = (c: Context): AiAgentRecord => {
    const agent = resources.agents.get(c.req.param('a') ?? '');
    if (!agent) throw refuse(404, 'The AI Agent does not exist', CODES.not_found);
    return agent;
  };
  const check = (body: Record<string, unknown>) => {
    const own = OWN.find((name) => Object.hasOwn(body, name));
    if (own !== undefined) throw refuse(400, `"${own}" is not allowed`, CODES.invalid, { field: own });
    if (switches.limits !== 'checked') return;
    for (const field of ['description', 'instructions'])
      if (String(body[field] ?? '').length > MOST_CHARACTERS)
        throw refuse(400, `"${field}" must not have more than ${MOST_CHARACTERS} characters`, CODES.invalid, { field });
  };
  const isTaken = (name: string) => resources.agents.all().some((one) => one.name === name);
  const touched = () => ({ lastChanged: Math.floor(engine.now() / 1000), lastChangedBy: USER });

  app.get('/', (c) => list(c, () => resources.agents.all()));
  app.post('/validatename', async (c) => {
    const { name } = await bodyOf(c, nameBody, refuse);
    if (isTaken(name)) throw refuse(409, 'The name is taken', CODES.conflict, { field: 'name' });
    return c.json({ isValid: true });
  });
  app.post('/', async (c) => {
    const { projectId, ...body } = await bodyOf(c, createBody, refuse);
    if (projectId !== PROJECT) throw refuse(404, 'The project does not exist', CODES.not_found);
    check(body);
    if (isTaken(String(body.name))) throw refuse(409, 'The name is taken', CODES.conflict, { field: 'name' });
    const number = resources.number();
    const at = touched();
    const agent: AiAgentRecord = {
      ...body,
      name: String(body.name),
      _id: objectId('made ai agent', number),
      referenceId: referenceId('made ai agent', number),
      projectReference: PROJECT,
      createdAt: at.lastChanged,
      createdBy: USER,
      ...at,
    };
    resources.agents.put(agent);
    return c.json(agent, 201);
  });
  app.get('/:a', (c) => {
    const agent = agentAt(c);
    const answer = c.json(agent);
    meddleAfter(switches, () => {
      resources.agents.put({ ...agent, instructions: `${agent.instructions} Be brief.`, ...touched() });
    });
    return answer;
  });
  app.patch('/:a', async (c) => {
    const found = agentAt(c);
    const body = await bodyOf(c, patchBody, refuse);
    check(body);
    meddleBefore(switches, () =>
      resources.agents.put({ ...found, description: `${found.description} (edited)`, ...touched() }),
    );
    const before = resources.agents.get(found._id) ?? found;
    const agent: AiAgentRecord = { ...before, ...withoutIgnored(switches, body), ...touched() };
    resources.agents.put(agent);
    return switches.patch_answer === 'empty' ? c.body(null, 204) : c.json(agent);
  });
  app.delete('/:a', (c) => {
    resources.agents.remove(agentAt(c)._id);
    return c.body(null, 204);
  });

  app.get('/:a/jobs', (c) => {
    const agent = agentAt(c);
    if (switches.jobs_shape === 'missing') throw refuse(404, 'Cannot GET this path', 404);
    const nodes = resources.nodes.all();
    const jobs = nodes
      .filter((node) => node.type === JOB && node.config.aiAgent === agent.referenceId)
      .map((node) => ({
        _id: node._id,
        referenceId: node.referenceId,
        type: node.type,
        label: node.label,
        config: configOf(engine, node),
        tools: nodes
          .filter(({ parent }) => parent === node._id)
          .map(({ type, label, config }) => ({ type, label, config })),
        ...flowKey(node),
      }));
    return switches.jobs_shape === 'array' ? c.json(jobs) : list(c, () => jobs);
  });

  function flowKey({ flow }: NodeRecord): Record<string, unknown> {
    switch (switches.jobs_flow_key) {
      case 'flowId':
        return { flowId: flow };
      case 'flow':
        return { flow: { _id: flow } };
      case 'parentId':
        return { parentId: flow };
      case 'absent':
        return {};
    }
  }
  return app;
}
