/**
 * Walking lists by `skip`. The vendor documents neither what stands at the ends nor whether `skip` and its cursors go
 * together, so: a walk goes on while anything says that more follows, and ends on an empty page, a refusal past the
 * first page, or a page that brings nothing new. A server that ignores `skip` is walked by its cursor.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { pagesAhead } from '../shared/prefetch.ts';
import { isRefusal } from './faults.ts';
import { PROVIDER } from './name.ts';
import type { WirePage } from './wire.ts';

/** Biggest page of the Simulator (documented), taken for the main API too. */
export const BIGGEST_PAGE = 100;
/** A list longer than this many pages has no end that anybody could wait for. */
const MOST_PAGES = 20_000;

export interface PageQuery {
  limit: number;
  skip?: number;
  next?: string;
}

/** One page; `arrived` is called when it is here and not read yet. */
export type FetchPage<T> = (query: PageQuery, arrived?: () => void) => Promise<WirePage<T>>;

/** Does more follow after a page that began at `skip`? Any of its words is enough; without words, a full page is. */
export function moreFollows(page: WirePage<unknown>, skip: number, limit: number): boolean {
  if (page.arrived === 0) return false;
  if (page.total === undefined && page.has_next === undefined && page.next_cursor === undefined) {
    return page.arrived === limit;
  }
  return page.has_next === true || page.next_cursor !== undefined || counted(page, skip);
}

/** Does the vendor's own count say that items are missing after this page? Then a refusal is no end of the list. */
function counted(page: WirePage<unknown>, skip: number): boolean {
  return page.total !== undefined && skip + page.arrived < page.total;
}

/**
 * Every item once, page by page; `keyOf` tells items apart, those without a key are passed on as they are. With `whole`,
 * throws `unreadable` at its end when a good part of what the vendor counts was on no page: a rate over the rest would
 * pass for one over all. `expected`: how many there are by what the vendor says elsewhere, which serves where the list itself
 * does not say. `ahead`: whoever reads reads to the end, so pages may be fetched while others are read.
 */
export async function* everyPage<T>(
  fetch: FetchPage<T>,
  keyOf: (item: T) => string | undefined,
  limit = BIGGEST_PAGE,
  { whole = true, ahead = false, expected = 0 } = {},
): AsyncGenerator<{ items: T[]; total?: number }> {
  const seen = new Set<string>();
  let found = 0;
  let total = 0;
  let size = limit;
  let skip = 0;
  let cursor: string | undefined;
  let offered: string | undefined;
  let due = false;
  // Full pages in a row without anything seen before: the list keeps still, and its count can be believed.
  let steady = 0;
  const pages = pagesAhead((number, arrived) => fetch({ limit: size, skip: number * size }, arrived));
  let silent = false;
  const end = () => (whole ? checkWhole(found, silent ? Math.max(total, expected) : total) : undefined);
  for (let request = 0; request < MOST_PAGES; request++) {
    let page: WirePage<T>;
    try {
      if (cursor !== undefined) page = await fetch({ limit: size, next: cursor });
      else if (skip % size > 0) page = await fetch({ limit: size, skip });
      else page = await pages.take(skip / size, ahead && steady >= 2 ? Math.ceil(total / size) - 1 : skip / size);
    } catch (error) {
      pages.forget();
      if (isProblem(error) && error.kind === 'too_large' && size > 1) {
        size = Math.max(1, Math.floor(size / 5));
        continue;
      }
      if (skip > 0 && !due && isRefusal(error)) return end();
      throw error;
    }
    due = counted(page, skip);
    silent ||= !page.paged;
    total = Math.max(total, page.total ?? 0);
    const fresh = page.items.filter((item) => {
      const key = keyOf(item);
      if (key === undefined) return true;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    steady = page.arrived === size && fresh.length === page.items.length ? steady + 1 : 0;
    // What cannot be read was there all the same; on a page that comes again it has been counted.
    if (fresh.length > 0 || seen.size === 0) found += fresh.length + page.arrived - page.items.length;
    if (fresh.length > 0) yield { items: fresh, ...(page.total === undefined ? {} : { total: page.total }) };
    if (!moreFollows(page, skip, size)) return end();
    if (fresh.length === 0) {
      // The same page again: the cursor of the first time is the other way on, once.
      if (cursor !== undefined || offered === undefined) return end();
      cursor = offered;
      continue;
    }
    skip += page.arrived;
    offered = page.next_cursor;
    if (cursor !== undefined) {
      if (offered === undefined || offered === cursor) return end();
      cursor = offered;
    }
  }
  throw new Problem('unreadable', 'A list of Cognigy has no end.', {
    provider: PROVIDER,
    next: 'Try again; if it stays, the vendor is at fault.',
  });
}

/** Some are lost while items come and go; more than a tenth is not that. */
function checkWhole(found: number, total: number): void {
  if (found >= total * 0.9) return;
  throw new Problem('unreadable', `Cognigy counts ${total} items, but its pages held only ${found} of them.`, {
    provider: PROVIDER,
    next: 'Try again; if it stays, this installation does not page the list as documented. Single runs can be read with get_run.',
    sent: 'yes',
  });
}

export interface Gathered<T> {
  items: T[];
  /** Where to go on; absent at the end of the list. */
  next?: number;
  total?: number;
}

/**
 * Up to `limit` items that `accept` keeps, from `skip` on, in at most `maxPages` requests of `size` items (default: the
 * limit): when few are kept, the page may be short although `next` is there.
 */
export async function gather<W, T>(
  fetch: FetchPage<W>,
  place: { skip: number; limit: number; size?: number },
  accept: (item: W) => T | undefined,
  maxPages = 10,
): Promise<Gathered<T>> {
  const items: T[] = [];
  let { skip } = place;
  let total: number | undefined;
  let due = false;
  const size = Math.min(BIGGEST_PAGE, Math.max(1, place.size ?? place.limit));
  for (let request = 0; request < maxPages; request++) {
    let page: WirePage<W>;
    try {
      page = await fetch({ limit: size, skip });
    } catch (error) {
      if (skip > 0 && !due && isRefusal(error)) return { items, ...(total === undefined ? {} : { total }) };
      throw error;
    }
    total = page.total ?? total;
    due = counted(page, skip);
    const told = total === undefined ? {} : { total };
    const more = moreFollows(page, skip, size);
    // Items that cannot be read still take their place in the vendor's order, at the end of what could be.
    for (const [index, item] of page.items.entries()) {
      const kept = accept(item);
      if (kept === undefined) continue;
      items.push(kept);
      if (items.length < place.limit) continue;
      const left = index + 1 < page.items.length;
      if (left) return { items, next: skip + index + 1, ...told };
      return more ? { items, next: skip + page.arrived, ...told } : { items, ...told };
    }
    skip += page.arrived;
    if (!more) return { items, ...told };
  }
  return { items, next: skip, ...(total === undefined ? {} : { total }) };
}

/** A place in a list as a cursor, and back; undefined for anything else. */
export function readSkip(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return 0;
  return /^\d{1,9}$/.test(cursor) ? Number(cursor) : undefined;
}
