/** Turning answers into objects: what all endpoint files share. */
import { isProblem, Problem } from '../../../model/problem.ts';
import { faultProblem, isFault } from '../../shared/error-body.ts';
import { isRecord, type Reader } from '../../shared/fields.ts';
import type { RawPage } from '../../shared/list.ts';
import { readFault } from '../faults.ts';
import { PLATFORM } from '../platform.ts';
import { readPage, unwrap, unwrapObject } from '../wire.ts';

/**
 * The object in an answer. Throws `vendor_error` where the envelope says that something failed, and `unreadable` where
 * there is no object, which a lenient reader alone would not notice: to it, an error that came with 200 is an object
 * whose fields all happen to be missing. Only the answer to a `start` may be an envelope with nothing in it.
 */
export function readObject<T>(
  body: unknown,
  reader: Reader<T | undefined>,
  key: string,
  what: string,
  start = false,
): T {
  const inner = unwrapObject(body, key);
  const enveloped = isRecord(body) && 'response' in body;
  if (!start && enveloped && saysFault(body)) throw faultProblem(PLATFORM, what, body, readFault);
  const read = reader(inner);
  if (read !== undefined && (saysSomething(read) || (start && inner !== body))) return read;
  throw new Problem('unreadable', `Synthflow answered without ${what}.`, {
    provider: PLATFORM.id,
    sent: start ? 'unknown' : 'yes',
    ...(saysFault(body) ? { vendor: readFault(200, body, {}) } : {}),
  });
}

/** The words for errors here are `detail`, besides those that all platforms know. */
function saysFault(envelope: unknown): boolean {
  return isFault(envelope) || (isRecord(envelope) && Boolean(envelope.detail));
}

/** A status alone may just as well be the one of an error. */
function saysSomething(value: unknown): boolean {
  return isRecord(value) && Object.entries(value).some(([key, member]) => key !== 'status' && member !== undefined);
}

export interface PageQuery {
  page_number: number;
  page_size: number;
}

/**
 * One page of a list. Throws `vendor_error` for an error that came with 200 in place of a list, and `unreadable` for what
 * is no list, or is the beginning of one in which nothing can be read.
 */
export function readListPage<T>(
  body: unknown,
  item: Reader<T | undefined>,
  { what, first = true, named }: { what: string; first?: boolean; named?: string },
): RawPage<T> {
  const read = readPage(body, item, named);
  const failed = saysFault(body) || saysFault(unwrap(body));
  if (failed && !read?.rows.length) throw faultProblem(PLATFORM, what, body, readFault);
  if (!read)
    throw new Problem('unreadable', `Synthflow answered without ${what}.`, { provider: PLATFORM.id, sent: 'yes' });
  if (first && read.rows.length > 1 && read.rows.every((row) => row === undefined))
    throw new Problem('unreadable', `Synthflow answered with ${what} in which nothing can be read.`, {
      provider: PLATFORM.id,
      sent: 'yes',
    });
  return failed ? { ...read, failed } : read;
}

/** The vendor read the request and refused it as such: unknown id, malformed id, value out of range. */
export function isRefusal(error: unknown): boolean {
  return isProblem(error) && [400, 404, 422].includes(error.details.vendor?.status ?? 0);
}
