/** What may be done with an agent besides reading it: writing, copying, deleting, its versions. */
import { type Context, Hono } from 'hono';
import * as z from 'zod/v4';
import type { AgentRecord } from './agent-book.ts';
import { invalid, notFound, refusal } from './errors.ts';
import type { Platform } from './store.ts';

const object = z.record(z.string(), z.unknown()).nullish();
const ids = z.array(z.string()).nullish();
/** Coval states the limit of a prompt where agents are created, not here. */
const fieldsSchema = z.object({
  display_name: z.string().min(1).max(200).nullish(),
  model_type: z.string().nullish(),
  phone_number: z.string().max(200).nullish(),
  endpoint: z.string().max(200).nullish(),
  prompt: z.string().nullish(),
  language: z.string().nullish(),
  attributes: object,
  metadata: object,
  workflows: object,
  metric_ids: ids,
  test_set_ids: ids,
  tags: ids,
});
const duplicateSchema = z.object({ include_associations: z.boolean().nullish() });

/** What somebody else adds to an agent. */
export const MEDDLED = '\n- Always thank the caller for their patience.';

/** The body of a request; throws the refusal of one that is not as `schema` says. */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(String(issue?.path[0] ?? 'body'), issue?.message ?? 'Invalid body');
}

export function agentRoutes({ agents, switches, scope }: Platform): Hono {
  const app = new Hono();
  const idOf = (c: Context) => c.req.param('id') ?? '';
  const answer = (record: AgentRecord | undefined) => {
    if (!record) throw notFound('Agent', 'id');
    return { agent: agents.shown(record) };
  };
  /** Somebody else edits it, where the switches say that it happens at this moment. */
  const meddle = (id: string, moment: typeof switches.agents_meddles) => {
    if (switches.agents_meddles !== moment) return;
    switches.agents_meddles = 'off';
    agents.patch(id, { prompt: `${agents.get(id)?.prompt ?? ''}${MEDDLED}` }, 'somebody else');
  };

  app.get('/agents/:id', (c) => {
    scope('agents:read');
    const shown = answer(agents.get(idOf(c)));
    meddle(idOf(c), 'after_read');
    return c.json(shown);
  });
  app.patch('/agents/:id', async (c) => {
    scope('agents:write');
    const fields = await bodyOf(c, fieldsSchema);
    meddle(idOf(c), 'before_write');
    return c.json(answer(agents.patch(idOf(c), fields)));
  });
  app.delete('/agents/:id', (c) => {
    scope('agents:write');
    if (!agents.remove(idOf(c))) throw notFound('Agent', 'id');
    return c.json({});
  });
  app.post('/agents/:id/duplicate', async (c) => {
    scope('agents:write');
    const { include_associations } = await bodyOf(c, duplicateSchema);
    meddle(idOf(c), 'before_copy');
    return c.json(answer(agents.duplicate(idOf(c), include_associations ?? false)), 201);
  });

  app.use('/agents/:id/versions/*', async (c, next) => {
    if (switches.versions === 'off') return c.json({ message: 'Not Found' }, 404);
    await next();
    return undefined;
  });
  app.get('/agents/:id/versions', (c) => {
    scope('agents:read');
    const versions = agents.versions(idOf(c));
    if (!versions) throw notFound('Agent', 'id');
    const shown = versions.map(({ snapshot, ...version }) => ({
      name: `agents/${idOf(c)}/versions/${version.ulid}`,
      ...version,
      ...agents.shown(snapshot),
    }));
    return c.json({ versions: shown });
  });
  app.post('/agents/:id/versions/:ulid/revert', (c) => {
    scope('agents:write');
    const reverted = agents.revert(idOf(c), c.req.param('ulid'));
    if (reverted === false)
      throw refusal(400, 'Agent is already at this version', [{ field: 'ulid', description: 'Version is current' }]);
    if (!reverted) throw notFound('Version', 'ulid');
    return c.json(answer(reverted));
  });
  return app;
}
