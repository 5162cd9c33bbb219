/** Reading Coval's lists: pages of at most 100, until the token is absent, null or empty. */
import type { VendorHttp, VendorRequest, VendorResponse } from '../../http/types.ts';
import { Problem } from '../../model/problem.ts';
import { isRecord } from '../shared/fields.ts';

/** Schemas allow 1000 on some lists, other sources and the newest tools 100 everywhere: 100 is right for all. */
export const PAGE_SIZE = 100;

export interface RawPage {
  items: unknown[];
  /** Absent on the last page. */
  next?: string;
}

export interface ListQuery {
  filter?: string;
  page_size?: number;
  page_token?: string;
  order_by?: string;
  view?: 'FULL' | 'BASIC';
  include_builtin?: boolean;
  template_id?: string;
}

/** The list of an answer, under whichever of its names it comes. */
export function readPage(body: unknown, keys: readonly string[]): RawPage {
  if (Array.isArray(body)) return { items: body };
  const record = isRecord(body) ? body : {};
  const key = keys.find((name) => Object.hasOwn(record, name));
  const items = key === undefined ? undefined : (record[key] ?? []);
  if (!Array.isArray(items)) {
    throw new Problem('unreadable', `Coval answered without the list of ${keys[0]} that was asked for.`, {
      provider: 'coval',
      next: 'Check that COVAL_BASE_URL is the API base that ends in /v1.',
    });
  }
  const token = record.next_page_token;
  return typeof token === 'string' && token !== '' ? { items, next: token } : { items };
}

/**
 * Every page from `fetchPage`, in order; the next one is asked for before this one is read. A token that comes twice
 * would loop for ever: it is an error.
 */
export async function* everyPage(fetchPage: (token: string | undefined) => Promise<RawPage>): AsyncIterable<unknown[]> {
  const seen = new Set<string>();
  let coming: Promise<RawPage> | undefined = fetchPage(undefined);
  while (coming) {
    const { items, next: token }: RawPage = await coming;
    const again: boolean = token !== undefined && seen.has(token);
    coming = token === undefined || again ? undefined : fetchPage(token);
    // A failure is told when the page's turn comes; who stops before it never asks.
    coming?.catch(() => undefined);
    yield items;
    if (again) {
      throw new Problem(
        'unreadable',
        'Coval handed out the same page token twice, so the list cannot be read to its end.',
        {
          provider: 'coval',
          next: 'Try again; if it stays, the list is broken on the side of Coval.',
        },
      );
    }
    if (token !== undefined) seen.add(token);
  }
}

export type Send = (request: Omit<VendorRequest, 'signal'>, signal: AbortSignal) => Promise<VendorResponse>;

/** Coval calls a 500 on a read transient and its own SDK repeats it. */
export function sender(http: VendorHttp): Send {
  return (request, signal) =>
    http.request({ ...request, signal, ...(request.method === 'GET' ? { retry_500: true } : {}) });
}

/** One object of an answer, under whichever of its names it comes, or bare. */
export function readOne(body: unknown, keys: readonly string[]): unknown {
  if (!isRecord(body)) return undefined;
  const key = keys.find((name) => isRecord(body[name]));
  return key === undefined ? body : body[key];
}

export function unreadable(what: string): Problem {
  return new Problem('unreadable', `Coval answered, but its ${what} could not be read.`, {
    provider: 'coval',
    sent: 'yes',
    next: 'Try again; if it stays, the answer has a shape that this version does not know.',
  });
}
