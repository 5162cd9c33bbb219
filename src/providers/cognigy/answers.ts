/** Turning answers into objects: what all endpoint files share. */
import { Problem } from '../../model/problem.ts';
import { isRecord, type Reader } from '../shared/fields.ts';
import { readFault } from './faults.ts';
import { PROVIDER } from './name.ts';
import { idOf, readPage, unwrap, type WirePage } from './wire.ts';

/**
 * The object in an answer, bare or under one of `keys`. Throws `unreadable` when there is none, which a lenient schema alone
 * would not notice: to it, an error that came with 200 is an object whose members all happen to be missing.
 */
export function readObject<T extends object>(
  body: unknown,
  reader: Reader<T | undefined>,
  keys: readonly string[],
  what: string,
): T {
  const read = reader(unwrap(body, keys));
  // An object without a single member that was expected says nothing.
  if (read !== undefined && !isProblemDocument(body) && Object.keys(read).length > 0) return read;
  throw unreadable(what, body);
}

/** True for the platform's errors, whatever status they came with. */
export function isProblemDocument(body: unknown): boolean {
  if (!isRecord(body)) return false;
  return 'traceId' in body || ('title' in body && 'detail' in body) || (body.error ?? undefined) !== undefined;
}

type Identified = Parameters<typeof idOf>[0];

/**
 * One page of a list, without items that have no id. Throws `unreadable` for an answer that is none, and for one in which
 * nothing can be read.
 */
export function readList<T extends Identified>(
  body: unknown,
  item: Reader<T | undefined>,
  what: string,
  skip = 0,
): WirePage<T> {
  const page = readPage(body, item);
  if (!page) throw unreadable(`a readable list of ${what}`, body);
  const items = page.items.filter((one) => idOf(one) !== undefined);
  const counted = skip === 0 && (page.total ?? 0) > 0;
  if (items.length === 0 && (page.arrived > 0 || counted || (page.missing && page.total !== 0)))
    throw unreadable(`a readable list of ${what}`, body);
  return { ...page, items };
}

/** `body` is what it answered instead: errors that come with 200 say something, too. */
export function unreadable(what: string, body?: unknown, sent: 'yes' | 'unknown' = 'yes'): Problem {
  return new Problem('unreadable', `Cognigy answered without ${what}.`, {
    provider: PROVIDER,
    sent,
    ...(isProblemDocument(body) ? { vendor: readFault(200, body, {}) } : {}),
    next: 'Try again; if it stays, the answer has a shape that this version does not know.',
  });
}
