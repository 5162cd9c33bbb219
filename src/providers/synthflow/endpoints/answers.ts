/** Turning answers into objects: what all endpoint files share. */
import { isProblem, Problem } from '../../../model/problem.ts';
import { isRecord, type Reader } from '../../shared/fields.ts';
import { readFault } from '../faults.ts';
import { readPage, unwrapObject, type WirePage } from '../wire.ts';

/**
 * The object in an answer. Throws `unreadable` when there is none, which a lenient schema alone would not notice: to it,
 * an error that came with 200 is an object whose fields all happen to be missing. Only the answer to a `start` may be
 * an envelope with nothing in it.
 */
export function readObject<T>(
  body: unknown,
  reader: Reader<T | undefined>,
  key: string,
  what: string,
  start = false,
): T {
  const inner = unwrapObject(body, key);
  const read = reader(inner);
  if (read !== undefined && (saysSomething(read) || (start && inner !== body))) return read;
  throw new Problem('unreadable', `Synthflow answered without ${what}.`, {
    provider: 'synthflow',
    sent: start ? 'unknown' : 'yes',
    ...(isRecord(body) && 'error' in body ? { vendor: readFault(200, body, {}) } : {}),
  });
}

function saysSomething(value: unknown): boolean {
  return isRecord(value) && Object.values(value).some((member) => member !== undefined);
}

export interface PageQuery {
  page_number: number;
  page_size: number;
}

/**
 * One page of a list. A page past the end is empty by inference only, so 400, 404 and 422 beyond the first page are
 * read as the end too.
 */
export async function readListPage<T>(
  send: () => Promise<{ body: unknown }>,
  item: Reader<T | undefined>,
  page: PageQuery,
  named?: string,
): Promise<WirePage<T>> {
  let body: unknown;
  try {
    ({ body } = await send());
  } catch (error) {
    if (page.page_number > 1 && isRefusal(error)) return { items: [], arrived: 0 };
    throw error;
  }
  const read = readPage(body, item, named);
  if (!read)
    throw new Problem('unreadable', 'Synthflow answered without a list.', { provider: 'synthflow', sent: 'yes' });
  if (read.arrived > 0 && read.items.length === 0)
    throw new Problem('unreadable', 'Synthflow answered with a list in which nothing can be read.', {
      provider: 'synthflow',
      sent: 'yes',
    });
  return read;
}

/** The vendor read the request and refused it as such: unknown id, malformed id, value out of range. */
export function isRefusal(error: unknown): boolean {
  return isProblem(error) && [400, 404, 422].includes(error.details.vendor?.status ?? 0);
}
