/** Agents V2 (preview) at `/v1/agents`, outside of the main API: a host has them or answers 404. */
import { Hono } from 'hono';
import type { Refuse } from './errors.ts';
import type { CognigySwitches } from './switches.ts';
import { objectId, PROJECT, referenceId } from './world.ts';

export function agentsV2Routes(switches: CognigySwitches, refuse: Refuse): Hono {
  const app = new Hono();
  app.get('/agents', (c) => {
    if (switches.agents_v2 === 'off') throw refuse(404, 'Not Found');
    const agent = {
      _id: objectId('agent v2', 'Chat desk'),
      referenceId: referenceId('agent v2', 'Chat desk'),
      name: 'Chat desk',
      description: 'A preview.',
      instructions: 'Help with questions.',
      agentType: 'text',
      toolReferenceIds: [],
    };
    const items = c.req.query('projectId') === PROJECT ? [agent] : [];
    return c.json({ items, total: items.length });
  });
  return app;
}
