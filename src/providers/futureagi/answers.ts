/**
 * Answers of Future AGI as a whole: bare or in `{status, result}`, one thing or a page of things, and errors that come
 * with status 200 in place of either.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { faultProblem, isFault } from '../shared/error-body.ts';
import { isRecord, type ObjectReader, type Reader } from '../shared/fields.ts';
import type { RawPage } from '../shared/list.ts';
import { count } from '../shared/scalars.ts';
import { readFault } from './faults.ts';
import { PLATFORM } from './platform.ts';

/** HTTP status of a vendor's refusal, when that is what was thrown. */
export function vendorStatus(error: unknown): number | undefined {
  return isProblem(error) ? error.details.vendor?.status : undefined;
}

/** The platform answered, but not with what was asked for. */
export function unreadable(what: string, more: Problem['details'] = {}): Problem {
  return new Problem('unreadable', `${PLATFORM.label} answered with ${what} that cannot be read.`, {
    provider: PLATFORM.id,
    next: 'Try again; if it stays, this deployment answers in a form this server does not know.',
    ...more,
  });
}

/** The content of `{status, result}`; a body without that envelope is the content itself. */
export function unwrap(body: unknown): unknown {
  return isRecord(body) && body.result !== undefined && body.result !== null ? body.result : body;
}

/** Types of the vendor's error envelope, and codes that stand in the same place. */
const ERRORS =
  /^(\w+_error|payment_required|not_found|conflict|rate_limit|rate_limited|service_unavailable|timeout|permission_denied)$/i;

/** Whether an answer says that it is an error. A content that has a state of its own may say `failed` of itself. */
export function saysFault(body: unknown, content: unknown, hasState: boolean): boolean {
  if (body !== content && isFault(body)) return true;
  if (!isRecord(content)) return isFault(content);
  if ([content.type, content.code].some((word) => typeof word === 'string' && ERRORS.test(word))) return true;
  if (!hasState) return isFault(content);
  return isFault({ ...content, status: typeof content.status === 'boolean' ? content.status : undefined });
}

/** One thing. Throws `vendor_error` for an error in its place and `unreadable` for anything else. */
export function parse<T>(reader: ObjectReader<T>, body: unknown, what: string): T {
  const content = unwrap(body);
  if (saysFault(body, content, true)) throw faultProblem(PLATFORM, what, body, readFault);
  const read = reader(content);
  // To a lenient reader, anything at all is an object that says nothing.
  if (read !== undefined && isRecord(content) && reader.keys.some((key) => key in content)) return read;
  throw unreadable(what);
}

/** What `{count, next, total_pages, results}` says of a page. What is no list counts as a row that cannot be read. */
export function pageFrom<T>(item: Reader<T | undefined>, page: unknown): RawPage<T> {
  const { results, count: rows, total_pages, ...rest } = isRecord(page) ? page : { results: page };
  const [total, pages] = [count(rows), count(total_pages)];
  return {
    rows: Array.isArray(results) ? results.map((row) => item(row)) : total === 0 ? [] : [undefined],
    total,
    // As a documented example has it, the number of rows: then that says all there is to know.
    total_pages: pages === total ? undefined : pages,
    more: 'next' in rest ? ![null, undefined, false, ''].some((end) => rest.next === end) : undefined,
  };
}

/** A page of a list; `first`: without a readable row there is no list. Throws as `parse` does. */
export function parsePage<T>(
  item: Reader<T | undefined>,
  body: unknown,
  what: string,
  { first, hasState = false }: { first: boolean; hasState?: boolean },
): RawPage<T> {
  const content = unwrap(body);
  const failed = saysFault(body, content, hasState);
  const page = pageFrom(item, content);
  const none = page.rows.every((row) => row === undefined);
  if (none && failed) throw faultProblem(PLATFORM, what, body, readFault);
  if (none && first && page.rows.length > 0) throw unreadable(what);
  return failed ? { ...page, failed } : page;
}
