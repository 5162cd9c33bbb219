/** Lists of the main API in its own envelope, times in seconds; and what all its routes stand on. */
import type { Context } from 'hono';
import { CODES, type Refuse } from './errors.ts';
import type { Rendering } from './render.ts';
import { PROJECT } from './world.ts';

export interface MainApi extends Pick<Rendering, 'engine' | 'store' | 'switches'> {
  refuse: Refuse;
  page(c: Context, things: readonly { _id: string }[]): Response;
  /** One page of what stands in the project that is asked for. */
  list(c: Context, things: () => readonly { _id: string }[]): Response;
}

export function createMainApi({ engine, store, switches }: Rendering, refuse: Refuse): MainApi {
  const page: MainApi['page'] = (c, things) => {
    if (switches.main_api === 'forbidden') throw refuse(403, 'You are not allowed to list this');
    const limit = Number(c.req.query('limit') ?? 25);
    const skip = Number(c.req.query('skip') ?? 0);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw refuse(400, 'limit must be between 1 and 100', CODES.invalid);
    const at = Math.floor(engine.now() / 1000);
    const items = things.slice(skip, skip + limit).map((one) => ({ createdAt: at, lastChanged: at, ...one }));
    const more = skip + items.length < things.length;
    return c.json({ items, total: things.length, nextCursor: more ? items.at(-1)?._id : null, previousCursor: null });
  };
  return {
    engine,
    store,
    switches,
    refuse,
    page,
    list(c, things) {
      if (c.req.query('projectId') === undefined) throw refuse(400, 'projectId is missing', CODES.missing);
      return page(c, c.req.query('projectId') === PROJECT ? things() : []);
    },
  };
}
