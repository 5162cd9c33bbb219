/** Requests as Coval takes them, and the objects and pages in its answers. */
import type { VendorHttp, VendorRequest, VendorResponse } from '../../http/types.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import { faultProblem, isFault } from '../shared/error-body.ts';
import { isRecord, type Reader } from '../shared/fields.ts';
import type { List, RawPage } from '../shared/list.ts';
import { collect, walk } from '../shared/pages.ts';
import { count, nextToken, truth } from '../shared/scalars.ts';
import { readFault } from './errors.ts';
import { PLATFORM } from './platform.ts';

/** Schemas allow 1000 on some lists, other sources and the newest tools 100 everywhere: 100 is right for all. */
export const PAGE_SIZE = 100;

export type Send = (request: Omit<VendorRequest, 'signal'>, signal: AbortSignal) => Promise<VendorResponse>;

/** Coval calls a 500 on a read transient and its own SDK repeats it. */
export function sender(http: VendorHttp): Send {
  return (request, signal) =>
    http.request({ ...request, signal, ...(request.method === 'GET' ? { retry_500: true } : {}) });
}

/** What a list holds, under whichever of its names it comes. */
export interface Listed<T> {
  /** In our words, for messages. */
  what: string;
  keys: readonly string[];
  reader: Reader<T | undefined>;
}

/**
 * One page; `behind` = one behind another. Throws `vendor_error` for an error that came instead, `unreadable` for what is
 * no list.
 */
export function readPage<T>(body: unknown, { what, keys, reader }: Listed<T>, behind = false): RawPage<T> {
  if (Array.isArray(body)) return { rows: body.map(reader) };
  const envelope = isRecord(body) ? body : {};
  const key = keys.find((name) => Object.hasOwn(envelope, name));
  const given = key === undefined ? undefined : envelope[key];
  const values = given ?? (key === undefined ? undefined : []);
  const token = tokenIn(envelope);
  // Null is an empty list where nothing says that there are rows.
  const failed = isFault(envelope) || (given === null && (behind || token.next !== undefined || token.more === true));
  const empty = !Array.isArray(values) || values.length === 0;
  if (isFault(envelope) && empty) throw faultProblem(PLATFORM, `a list of ${what}`, body, readFault);
  if (!Array.isArray(values)) {
    throw new Problem('unreadable', `Coval answered without the list of ${what} that was asked for.`, {
      provider: PLATFORM.id,
      sent: 'yes',
      next: 'Check that COVAL_BASE_URL is the API base that ends in /v1.',
    });
  }
  const total = count(envelope.total_count ?? envelope.total_size);
  return { rows: values.map(reader), total, failed, ...token };
}

/** The documented name first; a word that more follows counts where no token leads there. */
function tokenIn(envelope: Record<string, unknown>): Pick<RawPage<unknown>, 'next' | 'more'> {
  const names = ['next_page_token', 'nextPageToken', 'next_cursor', 'nextCursor'];
  const tokens = names.map((name) => nextToken(envelope[name]));
  const token = tokens.find(({ next }) => next !== undefined) ?? tokens.find(({ more }) => more === true);
  if (token) return token;
  return truth(envelope.has_more ?? envelope.hasMore) === true ? { more: true } : {};
}

/** The first page of a list, for whoever wants no more than that. */
export async function firstPage<T>(list: List<T>): Promise<T[]> {
  return (await collect(walk(list, { most: list.size, passes: 1 }))).rows;
}

/** One object of an answer, under whichever of its names it comes, or bare. */
export function readOne(body: unknown, keys: readonly string[]): unknown {
  if (!isRecord(body)) return undefined;
  const key = keys.find((name) => isRecord(body[name]));
  return key === undefined ? body : body[key];
}

export function unreadable(what: string): Problem {
  return new Problem('unreadable', `Coval answered, but its ${what} could not be read.`, {
    provider: PLATFORM.id,
    sent: 'yes',
    next: 'Try again; if it stays, the answer has a shape that this version does not know.',
  });
}

/** Did Coval refuse with one of these statuses? */
export function hasStatus(error: unknown, ...statuses: number[]): boolean {
  return isProblem(error) && statuses.includes(error.details.vendor?.status ?? 0);
}

/** What was asked for; undefined where Coval does not know it, does not show it to this key, or not in a known form. */
export async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (hasStatus(error, 400, 403, 404) || (isProblem(error) && error.kind === 'unreadable')) return undefined;
    throw error;
  }
}
