/**
 * Walking the vendor's pages. Nothing documents the order, the biggest page or what lies past the end, so: the size asked
 * for shrinks when it is refused or too heavy, the size that was used is believed over the one that was asked for,
 * items are told apart by id, and a walk ends by count, by an empty page or when nothing new comes.
 */
import { isProblem, Problem } from '../../model/problem.ts';
import { pagesAhead } from '../shared/prefetch.ts';
import { isRefusal, type PageQuery } from './endpoints/answers.ts';
import type { WirePage } from './wire.ts';

/** One page; `arrived` is called when it is here and not read yet. */
export type FetchPage<T> = (query: PageQuery, arrived?: () => void) => Promise<WirePage<T>>;

/** Biggest page (documented for suites and sessions, INFERRED for the rest) and the vendor's default, taken everywhere. */
export const BIGGEST_PAGE = 100;
const DEFAULT_PAGE = 10;

/** Where a reading goes on: `skip` items of page `page` were shown before. */
export interface Place {
  page: number;
  size: number;
  skip: number;
}

export function firstPlace(limit: number): Place {
  return { page: 1, size: Math.max(1, Math.min(limit, BIGGEST_PAGE)), skip: 0 };
}

export interface Gathered<T> {
  items: T[];
  /** Absent at the end of the list. */
  next?: Place;
  total?: number;
}

/**
 * Up to `limit` items that `accept` keeps, from `place` on, in at most `maxPages` requests: when few are kept, the page
 * may be short although `next` is there.
 */
export async function gather<W, T>(
  fetch: FetchPage<W>,
  place: Place,
  limit: number,
  accept: (item: W) => T | undefined,
  maxPages = 10,
): Promise<Gathered<T>> {
  const items: T[] = [];
  let at = place;
  let total: number | undefined;
  for (let requests = 0; requests < maxPages; requests++) {
    let page: WirePage<W>;
    try {
      page = await fetch({ page_number: at.page, page_size: at.size });
    } catch (error) {
      const smaller = shrink(error, at);
      if (!smaller) throw error;
      at = smaller;
      continue;
    }
    total = page.total ?? total;
    const last = isLast(page, at);
    for (const [index, item] of page.items.entries()) {
      if (index < at.skip) continue;
      const kept = accept(item);
      if (kept === undefined) continue;
      items.push(kept);
      if (items.length < limit) continue;
      const more = index + 1 < page.items.length;
      if (more) return { items, total, next: { ...at, skip: index + 1 } };
      return last ? { items, total } : { items, total, next: { ...at, page: at.page + 1, skip: 0 } };
    }
    if (last) return { items, total };
    at = { ...at, page: at.page + 1, skip: 0 };
  }
  return { items, total, next: at };
}

/** A place with smaller pages that starts at the same item, where the failure is of a kind that this may cure. */
function shrink(error: unknown, at: Place): Place | undefined {
  const before = (at.page - 1) * at.size + at.skip;
  const resized = (size: number) => ({ page: Math.floor(before / size) + 1, size, skip: before % size });
  if (isProblem(error) && error.kind === 'too_large' && at.size > 1) return resized(1);
  return at.page === 1 && at.size > DEFAULT_PAGE && isRefusal(error) ? resized(DEFAULT_PAGE) : undefined;
}

function isLast(page: WirePage<unknown>, at: { page: number; size: number }): boolean {
  if (page.arrived === 0) return true;
  // A server that cuts the size down reports the one it used.
  const size = page.size !== undefined && page.arrived <= page.size ? page.size : Math.max(at.size, page.arrived);
  if (page.total === undefined) return page.arrived < size;
  return (at.page - 1) * size + page.arrived >= page.total;
}

/**
 * Every item once, page by page. Because pages shift while runs are being created, a walk that found fewer items than
 * the vendor counts is made once more. Two pages in a row without anything new end a walk: some servers answer every
 * page number with the same page. Throws `unreadable` when a good part of what the vendor counts was on no page: a rate
 * over the rest would pass for one over all. `ahead`: whoever reads reads to the end, so pages may be fetched while others
 * are read.
 */
export async function* everyPage<T>(
  fetch: FetchPage<T>,
  idOf: (item: T) => string | undefined,
  { ahead = false } = {},
): AsyncGenerator<{ items: T[]; total?: number; complete: boolean }> {
  const seen = new Set<string>();
  let unreadable = 0;
  let size: number = BIGGEST_PAGE;
  const pages = pagesAhead((number, arrived) => fetch({ page_number: number, page_size: size }, arrived));
  for (let sweep = 1; sweep <= 2; sweep++) {
    let total: number | undefined;
    let stale = 0;
    // Full pages in a row without anything seen before: the list keeps still, and its count can be believed.
    let steady = 0;
    pages.forget();
    for (let number = 1; ; number++) {
      let page: WirePage<T>;
      try {
        page = await pages.take(number, ahead && steady >= 2 && total !== undefined ? Math.ceil(total / size) : number);
      } catch (error) {
        pages.forget();
        const smaller = shrink(error, { page: number, size, skip: 0 });
        if (!smaller) throw error;
        const before = (number - 1) * size;
        size = smaller.size === 1 ? Math.floor(size / 10) || 1 : smaller.size;
        number = Math.floor(before / size);
        continue;
      }
      total = page.total ?? total;
      if (sweep === 1) unreadable += page.arrived - page.items.length;
      const fresh = page.items.filter((item) => {
        const id = idOf(item);
        if (id === undefined || seen.has(id)) return false;
        seen.add(id);
        return true;
      });
      steady = page.arrived === size && fresh.length === page.items.length ? steady + 1 : 0;
      const last = isLast(page, { page: number, size });
      const complete = last && (total === undefined || seen.size + unreadable >= total || sweep === 2);
      if (fresh.length > 0 || complete) yield { items: fresh, total, complete };
      stale = fresh.length > 0 || sweep === 2 ? 0 : stale + 1;
      if (complete || stale === 2) return checkWhole(seen.size + unreadable, total);
      if (last) break;
    }
  }
}

/** Some are lost while items come and go; more than a tenth is not that. */
function checkWhole(found: number, total = 0): void {
  if (found >= total * 0.9) return;
  throw new Problem('unreadable', `Synthflow counts ${total} items, but its pages held only ${found} of them.`, {
    provider: 'synthflow',
    next: 'Try again; if it stays, the platform does not page this list as documented. Single runs can be read with get_run.',
    sent: 'yes',
  });
}

/** A place as text for a cursor, and back; undefined for anything else. */
export function writePlace(place: Place): string {
  return `${place.page}.${place.size}.${place.skip}`;
}

export function readPlace(text: string): Place | undefined {
  const match = /^([1-9]\d{0,8})\.([1-9]\d{0,2})\.(\d{1,4})$/.exec(text);
  if (!match) return undefined;
  return { page: Number(match[1]), size: Math.min(Number(match[2]), BIGGEST_PAGE), skip: Number(match[3]) };
}
