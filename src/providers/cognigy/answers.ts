/** Turning answers into objects and pages: what all endpoint files share. */
import { Problem } from '../../model/problem.ts';
import { faultProblem, isFault } from '../shared/error-body.ts';
import { flag, isRecord, object, type Reader, record } from '../shared/fields.ts';
import type { RawPage } from '../shared/list.ts';
import { count, nextToken } from '../shared/scalars.ts';
import { readFault } from './faults.ts';
import { PLATFORM } from './platform.ts';
import { unwrap } from './wire.ts';

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

/** A word on whether more follows that is none of these is no sign of anything: such a list is read until a page is empty. */
const pagingReader = object({ total: count, hasNext: flag });

/**
 * One page in either envelope of the host: `{data, pagination}` (Simulator) and `{items, total, nextCursor}` (main API); a
 * bare array is a page too. Throws `vendor_error` for an error that came instead, `unreadable` for what is no list.
 */
export function readList<T>(body: unknown, item: Reader<T | undefined>, what: string): RawPage<T> {
  const envelope = record(body) ?? {};
  const inner = record(envelope.data) ?? {};
  const found = [body, envelope.data, envelope.items, inner.data, inner.items].find((one) => Array.isArray(one));
  const values: unknown[] = Array.isArray(found) ? found : [];
  const paging =
    record(envelope.pagination) ??
    record(inner.pagination) ??
    (found !== undefined && found === inner.items ? inner : envelope);
  const said = pagingReader(paging) ?? {};
  const token = nextToken(paging.next ?? paging.nextCursor);
  // What leads nowhere is no sign of an end: hosts page by `skip` without any cursor.
  const page = { total: said.total, more: token.more ?? said.hasNext, next: token.next };
  const failed = isFault(envelope) || isFault(inner) || (found === undefined && isProblemDocument(body));
  if (values.length === 0 && failed) throw faultProblem(PLATFORM, `a list of ${what}`, body, readFault);
  if (found === undefined) {
    // A list without items may come as null, where nothing is counted.
    const none = (envelope.data === null || envelope.items === null) && page.total === 0 && page.more !== true;
    if (!none) throw unreadable(`a readable list of ${what}`, body);
  }
  return { rows: values.map(item), failed: failed ? true : undefined, ...page };
}

/** `body` is what it answered instead: errors that come with 200 say something, too. */
export function unreadable(what: string, body?: unknown, sent: 'yes' | 'unknown' = 'yes'): Problem {
  return new Problem('unreadable', `Cognigy answered without ${what}.`, {
    provider: PLATFORM.id,
    sent,
    ...(isProblemDocument(body) ? { vendor: readFault(200, body, {}) } : {}),
    next: 'Try again; if it stays, the answer has a shape that this version does not know.',
  });
}
