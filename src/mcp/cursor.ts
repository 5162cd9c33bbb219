/** Opaque cursors, bound to the query they belong to: a cursor used with other arguments is refused, not misread. */
import { createHash } from 'node:crypto';
import * as z from 'zod/v4';
import { parsedJson } from '../model/json.ts';
import { Problem } from '../model/problem.ts';
import type { ListPlaces } from '../reading/lists.ts';

const placeSchema = z.object({ cursor: z.string().optional(), skip: z.int().min(0), done: z.boolean().optional() });
const stateSchema = z.object({
  q: z.string(),
  p: z.record(z.string(), placeSchema).optional(),
  s: z.int().min(0),
  c: z.string().optional(),
  t: z.int().min(0).optional(),
});

/** Where to go on: items to pass over, or the places in the lists of the platforms. */
export interface Position {
  skip: number;
  places?: ListPlaces | undefined;
  /** Name of what was shown before. */
  shown?: string | undefined;
  /** Number of items in all, as the first page knew it. */
  total?: number | undefined;
}

function fingerprint(tool: string, query: Record<string, unknown>): string {
  const relevant = Object.entries(query)
    .filter(([key, value]) => key !== 'cursor' && key !== 'limit' && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([tool, relevant]))
    .digest('base64url')
    .slice(0, 12);
}

export function writeCursor(tool: string, query: Record<string, unknown>, position: Position): string {
  return Buffer.from(
    JSON.stringify({
      q: fingerprint(tool, query),
      p: position.places,
      s: position.skip,
      c: position.shown,
      t: position.total,
    }),
  ).toString('base64url');
}

/** Position of a cursor, the start when there is none. Throws `invalid_input` for a foreign or broken one. */
export function readCursor(tool: string, query: Record<string, unknown>, cursor: string | undefined): Position {
  if (cursor === undefined) return { skip: 0 };
  const state = stateSchema.safeParse(parsedJson(Buffer.from(cursor, 'base64url').toString('utf8'))).data;
  if (state?.q === fingerprint(tool, query)) return { places: state.p, skip: state.s, shown: state.c, total: state.t };
  throw new Problem(
    'invalid_input',
    state ? 'That cursor belongs to a call with other arguments.' : 'That is not a cursor of this server.',
    {
      next: `Repeat ${tool} with the same arguments as the call that gave the cursor, or without a cursor to start at the first page.`,
    },
  );
}
