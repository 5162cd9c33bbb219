/** Turning answers into objects: what all endpoint files share. */
import type * as z from 'zod/v4';
import { Problem } from '../../model/problem.ts';
import { PROVIDER } from './name.ts';
import { readPage, unwrap, type WirePage } from './wire.ts';

/** The object in an answer, bare or under one of `keys`. Throws `unreadable` when there is none. */
export function readObject<T extends z.ZodType>(
  body: unknown,
  schema: T,
  keys: readonly string[],
  what: string,
): z.output<T> {
  const parsed = schema.safeParse(unwrap(body, keys));
  if (parsed.success) return parsed.data;
  throw unreadable(what);
}

/** One page of a list. Throws `unreadable` for an answer that is none. */
export function readList<T extends z.ZodType>(body: unknown, item: T, what: string): WirePage<z.output<T>> {
  const page = readPage(body, item);
  if (!page || (page.arrived > 0 && page.items.length === 0)) throw unreadable(`a readable list of ${what}`);
  return page;
}

export function unreadable(what: string): Problem {
  return new Problem('unreadable', `Cognigy answered without ${what}.`, {
    provider: PROVIDER,
    sent: 'yes',
    next: 'Try again; if it stays, the answer has a shape that this version does not know.',
  });
}
