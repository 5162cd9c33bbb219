/** Fetches one page after the other: adopts the page size that the platform sends, shrinks it after an error, reads ahead where that is safe. */
import { type List, type Place, pageOf, type RawPage } from './list.ts';
import { pagesAhead } from './prefetch.ts';

export type ReadPage<T> =
  /** `number` = number of the page, from 1, repeated pages not counted; `place` = where it was asked for; `skipped` = its rows before the place. */
  | { kind: 'page'; page: RawPage<T>; first: boolean; number: number; place: Place; skipped: number }
  /** The platform refused a page after the first; `full` = the page before was as long as the fullest. */
  | { kind: 'past end'; full: boolean };

export interface PageReader<T> {
  next(): Promise<ReadPage<T>>;
  /** Moves on to the next page; `stuck` = the page read held no new row, `moves` = some of its rows had come before. */
  advance(stuck: boolean, moves?: boolean): void;
  /** Where the next page is asked for. */
  place(): Place;
  /** Number of pages before that place. */
  number(): number;
}

/**
 * `ahead`: after how many full pages in a row further pages are asked for before they are wanted; absent = never.
 * `before`: how many pages and rows come before `from`, the cursor that the last of these pages offered, and whether it
 * held more rows than were asked for.
 */
export function pageReader<T>(
  list: List<T>,
  from: Place,
  ahead: number | undefined,
  before: { number: number; covered?: number; next?: string | undefined; oversized?: boolean | undefined } = {
    number: 0,
  },
): PageReader<T> {
  let place: Place = from;
  let latest: RawPage<T> = { rows: [] };
  /** Rows of the fullest page so far: the page size that the platform keeps to. */
  let fullest = 0;
  let pagesRead = 0;
  /** Pages read, by earlier calls too; a page that came again because the platform ignores page numbers is not counted. */
  let pageCount = before.number;
  /** Rows of these pages. */
  let rowCount = before.covered ?? 0;
  /** Full pages in a row. */
  let fullPages = 0;
  /** A page held more rows than were asked for: with another size, page numbers would lead elsewhere. */
  let ignoresSize = before.oversized === true;
  let lastIndex: number | undefined;
  /** A cursor that the platform offered; used where it ignores page numbers. */
  let alternative = before.next;
  /** The next page, asked for ahead by its token. */
  let nextPage: { token: string; page: Promise<RawPage<T>> } | undefined;
  const numbered = list.by === 'page' || list.by === 'skip';
  const pages = pagesAhead<RawPage<T>>((index, arrived) =>
    list.fetch({ offset: index * place.size, size: place.size }, arrived),
  );

  const ask = (): Promise<RawPage<T>> => {
    if (nextPage && nextPage.token === place.token) return nextPage.page;
    const index = place.offset / place.size;
    if (!numbered || place.token !== undefined || ahead === undefined) return list.fetch(place);
    if (!Number.isInteger(index)) return list.fetch(place);
    return pages.take(index, fullPages >= ahead && lastIndex !== undefined ? Math.max(index, lastIndex) : index);
  };

  const note = (page: RawPage<T>) => {
    latest = page;
    pagesRead += 1;
    pageCount += 1;
    rowCount += page.rows.length;
    ignoresSize ||= list.by === 'page' && page.rows.length > place.size;
    const full = page.rows.length >= place.size && page.rows.every((row) => row !== undefined);
    fullPages = full ? fullPages + 1 : 0;
    const counted = page.total === undefined ? undefined : Math.ceil(page.total / place.size) - 1;
    const stated = page.total_pages === undefined ? undefined : page.total_pages - 1;
    lastIndex = counted === undefined ? stated : Math.min(counted, stated ?? counted);
    nextPage = undefined;
    const { next } = page;
    if (list.by !== 'token' || ahead === undefined || next === undefined || next === place.token) return;
    // The next page is asked for before this one is processed; its failure is thrown when that page is wanted.
    nextPage = { token: next, page: list.fetch({ offset: 0, size: place.size, token: next }) };
    nextPage.page.catch(() => undefined);
  };

  return {
    place: () => place,
    number: () => pageCount,
    async next() {
      for (;;) {
        try {
          const page = await ask();
          const within = list.by === 'token' || place.token !== undefined;
          const skipped = within ? place.offset : list.by === 'page' ? place.offset % place.size : 0;
          note(page);
          const number = list.by === 'page' && place.token === undefined ? pageOf(place) : pageCount;
          const rows = skipped === 0 ? page.rows : page.rows.slice(skipped);
          return { kind: 'page', page: { ...page, rows }, first: pagesRead === 1, number, place, skipped };
        } catch (error) {
          pages.forget();
          nextPage = undefined;
          const size = ignoresSize ? undefined : list.smaller?.(error, place);
          if (size !== undefined && size >= 1 && size < place.size) {
            // The pages read so far are counted in pages of the new size.
            pageCount = Math.floor(rowCount / size);
            place = { ...place, size };
            fullPages = 0;
            continue;
          }
          const afterFirst = pagesRead > 0 || from.offset > 0 || from.token !== undefined;
          if (afterFirst && list.isPastEnd?.(error)) return { kind: 'past end', full: latest.rows.length >= fullest };
          throw error;
        }
      }
    },
    advance(stuck, moves = false) {
      if (moves) fullPages = 0;
      const arrived = latest.rows.length;
      fullest = Math.max(fullest, arrived);
      if (list.by === 'token') {
        place = { offset: 0, size: place.size, token: latest.next };
        return;
      }
      const cursor = place.token === undefined ? alternative : latest.next;
      if (cursor !== undefined && (place.token !== undefined || stuck)) {
        // The platform ignores page numbers, so its cursor is used.
        if (place.token === undefined) {
          pageCount -= 1;
          rowCount -= arrived;
        }
        place = { offset: 0, size: place.size, token: cursor };
        return;
      }
      alternative = latest.next;
      // The first page shows the page size that the platform keeps to.
      const isFirst = pagesRead === 1 && pageOf(place) === 1;
      if (isFirst && arrived > 0 && arrived !== place.size) {
        pages.forget();
        const size = list.by === 'page' ? arrived : Math.min(arrived, place.size);
        place = { offset: (list.by === 'page' ? 0 : place.offset) + arrived, size };
        return;
      }
      const base = list.by === 'page' ? place.offset - (place.offset % place.size) : place.offset;
      place = { offset: base + (list.by === 'page' || arrived === 0 ? place.size : arrived), size: place.size };
    },
  };
}

/**
 * Whether a list is over after a page, by everything that the platform said. `covered`: rows of the list read so far;
 * `token`: the token that the page was asked for by.
 */
export function isOver<T>(
  list: Pick<List<T>, 'by'>,
  page: RawPage<T>,
  { number, covered, total, expected, token }: Expected,
): boolean {
  if (list.by === 'single') return true;
  if (list.by === 'token' || token !== undefined) return page.next === undefined;
  if (Math.max(total ?? 0, expected ?? 0) > covered) return false;
  // The page is empty and the count is reached.
  if (page.rows.length === 0 && total !== undefined) return true;
  if (saysMore(page, number)) return false;
  return page.rows.length === 0 || page.more === false || page.total_pages !== undefined || total !== undefined;
}

interface Expected {
  number: number;
  covered: number;
  total?: number | undefined;
  expected?: number | undefined;
  token?: string | undefined;
}

/** Whether the platform says that more follows page `number`. */
export function saysMore<T>({ more, next, total_pages = 0 }: RawPage<T>, number: number): boolean {
  return more === true || next !== undefined || total_pages > number;
}
