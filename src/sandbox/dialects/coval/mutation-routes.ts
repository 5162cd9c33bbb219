/** Mutations of an agent: listed, read, made, changed, deleted. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import { bodyOf } from './agent-routes.ts';
import { invalid, notFound, refusal } from './errors.ts';
import type { Mutation } from './mutation-book.ts';
import { type PageRules, pageBody, pageOf } from './paging.ts';
import type { Platform } from './store.ts';

const MOST_OVERRIDES = 10_240;
const fieldsSchema = z.object({
  display_name: z.string().min(1).max(200).optional(),
  description: z.string().max(2000).nullable().optional(),
  config_overrides: z.record(z.string(), z.unknown()).optional(),
  parameter_values: z.record(z.string(), z.string()).optional(),
});
type Fields = z.infer<typeof fieldsSchema>;

export function mutationRoutes({ agents, mutations, switches, scope }: Platform): Hono {
  const app = new Hono();
  const agentOf = (c: Context) => {
    const agent = agents.get(c.req.param('id') ?? '');
    if (!agent) throw notFound('Agent', 'agent_id');
    return agent;
  };
  const find = (c: Context): Mutation => {
    const mutation = mutations.get(agentOf(c).id, c.req.param('mutation_id') ?? '');
    if (!mutation) throw notFound('Mutation', 'mutation_id');
    return mutation;
  };
  /** The fields of a request, as Coval takes them for this agent. `but` keeps its own name. */
  async function fieldsOf(c: Context, but?: Mutation): Promise<Fields> {
    const fields = await bodyOf(c, fieldsSchema);
    const agent = agentOf(c);
    const { config_overrides = {}, display_name } = fields;
    if (JSON.stringify(config_overrides).length > MOST_OVERRIDES)
      throw invalid('config_overrides', 'Larger than 10 KB');
    const allowed = { metadata: agent.metadata, any: { ...agent, ...agent.metadata } }[switches.mutation_keys];
    const unknown = Object.keys(config_overrides).find((name) => !Object.hasOwn(allowed, name));
    if (unknown !== undefined)
      throw invalid('config_overrides', `Override key does not exist on the agent: ${unknown}`);
    if (mutations.of(agent.id).some((one) => one.id !== but?.id && one.display_name === display_name))
      throw refusal(409, 'A mutation with this name exists', [
        { field: 'display_name', description: 'Must be unique' },
      ]);
    return fields;
  }

  app.get('/agents/:id/mutations', (c) => {
    scope('agents:read');
    const rules: PageRules = { max: 100, last: 'null' };
    const found = mutations.of(c.req.param('id'));
    return c.json(pageBody('mutations', 'others', found, (one) => one, pageOf(c.req.query(), rules), rules, switches));
  });
  app.post('/agents/:id/mutations', async (c) => {
    scope('agents:write');
    const { display_name, ...fields } = await fieldsOf(c);
    if (display_name === undefined) throw invalid('display_name', 'Field required');
    return c.json({ mutation: mutations.add(agentOf(c).id, { display_name, ...fields }) }, 201);
  });
  app.get('/agents/:id/mutations/:mutation_id', (c) => {
    scope('agents:read');
    return c.json({ mutation: find(c) });
  });
  app.patch('/agents/:id/mutations/:mutation_id', async (c) => {
    scope('agents:write');
    const before = find(c);
    return c.json({ mutation: mutations.change(agentOf(c).id, before, await fieldsOf(c, before)) });
  });
  app.delete('/agents/:id/mutations/:mutation_id', (c) => {
    scope('agents:write');
    mutations.remove(agentOf(c).id, find(c));
    return c.body(null, 204);
  });
  return app;
}
