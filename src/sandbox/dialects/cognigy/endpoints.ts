/** Endpoints below `/new/v2.0/endpoints`: by which callers come in, on the project itself or on a snapshot of it. */
import { Hono } from 'hono';
import * as z from 'zod/v4';
import { bodyOf } from './bodies.ts';
import { CODES } from './errors.ts';
import type { MainApi } from './main-list.ts';
import type { EndpointRecord } from './resources.ts';

const patchBody = z.strictObject({ entrypoint: z.string().optional(), active: z.boolean().optional() });

export function endpointRoutes({ store, switches, refuse, list }: MainApi): Hono {
  const { resources } = store;
  const app = new Hono();

  function shown(endpoint: EndpointRecord): EndpointRecord {
    const flowId =
      switches.endpoint_flow === 'reference'
        ? (resources.flows.get(endpoint.flowId)?.referenceId ?? endpoint.flowId)
        : endpoint.flowId;
    const pinned = resources.snapshots.all()[0]?._id ?? endpoint.entrypoint;
    switch (switches.endpoints) {
      case 'on_snapshots':
        return { ...endpoint, flowId, entrypoint: pinned };
      case 'inactive':
        return { ...endpoint, flowId, active: false };
      default:
        return { ...endpoint, flowId };
    }
  }

  app.get('/', (c) => {
    if (switches.endpoints === 'forbidden') throw refuse(403, 'You are not allowed to list this');
    return list(c, () => resources.endpoints.all().map(shown));
  });
  app.patch('/:e', async (c) => {
    const endpoint = resources.endpoints.get(c.req.param('e'));
    if (!endpoint) throw refuse(404, 'The endpoint does not exist', CODES.not_found);
    const changed = { ...endpoint, ...(await bodyOf(c, patchBody, refuse)) };
    resources.endpoints.put(changed);
    return switches.patch_answer === 'empty' ? c.body(null, 204) : c.json(shown(changed));
  });
  return app;
}
