/** Actions: what agents may do beyond talking. They are read here, attached and detached; nothing in a simulation carries one out. */
import { Hono } from 'hono';
import { ACTIONS } from './agent-seeds.ts';
import { attachBody, readBody } from './bodies.ts';
import { notFound, refuse } from './errors.ts';
import { offsetPage } from './paging.ts';
import { ok } from './replies.ts';
import type { Platform } from './store.ts';

export function actionRoutes(platform: Platform): Hono {
  const { agents } = platform;
  const app = new Hono();
  const attachedTo = (id: unknown) =>
    agents
      .all()
      .filter(({ content }) => actionsOf(content).includes(id))
      .map((agent) => agent.id);

  app.get('/', (c) =>
    offsetPage(c, platform, {
      list: 'others',
      named: 'actions',
      all: ACTIONS,
      render: ({ input_variables: _, ...action }) => action,
    }),
  );

  app.get('/:id', (c) => {
    const action = ACTIONS.find(({ action_id }) => action_id === c.req.param('id'));
    if (!action) return notFound(c, platform, 'Action');
    const assistants = c.req.query('include_assistants') === 'true' ? attachedTo(action.action_id) : undefined;
    return ok(c, platform, { actions: [{ ...action, assistants }] });
  });

  for (const way of ['attach', 'detach'] as const)
    app.post(`/${way}`, async (c) => {
      const body = await readBody(c, platform, attachBody, 400);
      if (body instanceof Response) return body;
      const content = agents.get(body.model_id);
      if (!content) return refuse(c, platform, 400, 'Assistant not found', 'body.model_id');
      const others = actionsOf(content).filter((id) => typeof id !== 'string' || !body.actions.includes(id));
      agents.setActions(body.model_id, way === 'attach' ? [...others, ...body.actions] : others);
      return ok(c, platform, { answer: `Actions ${way}ed` });
    });
  return app;
}

function actionsOf({ actions }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Array.isArray(actions) ? actions : [];
}
