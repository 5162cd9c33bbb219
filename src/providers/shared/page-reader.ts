/** Fetches one page after the other: keeps to the size that came, shrinks it where that helps, reads ahead where it is safe. */
import { type List, type Place, pageOf, type RawPage } from './list.ts';
import { pagesAhead } from './prefetch.ts';

export type ReadPage<T> =
  /** `number` = of this page, from 1, without those that came again; `place` = where it was asked for; `skipped` = its rows before the place. */
  | { kind: 'page'; page: RawPage<T>; first: boolean; number: number; place: Place; skipped: number }
  /** The platform refused a page behind the first; `full` = the one before was as long as any. */
  | { kind: 'past end'; full: boolean };

export interface PageReader<T> {
  next(): Promise<ReadPage<T>>;
  /** Goes on behind the page that was read; `stuck` = it brought nothing new, `moves` = rows of it had come before. */
  advance(stuck: boolean, moves?: boolean): void;
  /** Where the next page is asked for. */
  place(): Place;
  /** How many pages come before it. */
  number(): number;
}

/**
 * `ahead`: after how many full pages in a row pages are asked for before they are wanted; absent = never. `before`:
 * how many pages and rows come before `from`, the cursor that the last of them offered, and whether more came than was asked for.
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
  /** Rows of the fullest page yet: what the platform keeps to. */
  let fullest = 0;
  let pagesRead = 0;
  /** Pages in a row; one that came again because numbers are not heeded is none. */
  let inRow = before.number;
  let rowsInRow = before.covered ?? 0;
  let steady = 0;
  /** More came than was asked for: with another size, page numbers would lead elsewhere. */
  let heedless = before.oversized === true;
  let lastIndex: number | undefined;
  /** A cursor that was offered, for platforms that do not heed numbers. */
  let alternative = before.next;
  let coming: { token: string; page: Promise<RawPage<T>> } | undefined;
  const numbered = list.by === 'page' || list.by === 'skip';
  const pages = pagesAhead<RawPage<T>>((index, arrived) =>
    list.fetch({ offset: index * place.size, size: place.size }, arrived),
  );

  const ask = (): Promise<RawPage<T>> => {
    if (coming && coming.token === place.token) return coming.page;
    const index = place.offset / place.size;
    if (!numbered || place.token !== undefined || ahead === undefined) return list.fetch(place);
    if (!Number.isInteger(index)) return list.fetch(place);
    return pages.take(index, steady >= ahead && lastIndex !== undefined ? Math.max(index, lastIndex) : index);
  };

  const note = (page: RawPage<T>) => {
    latest = page;
    pagesRead += 1;
    inRow += 1;
    rowsInRow += page.rows.length;
    heedless ||= list.by === 'page' && page.rows.length > place.size;
    const full = page.rows.length >= place.size && page.rows.every((row) => row !== undefined);
    steady = full ? steady + 1 : 0;
    const counted = page.total === undefined ? undefined : Math.ceil(page.total / place.size) - 1;
    const said = page.total_pages === undefined ? undefined : page.total_pages - 1;
    lastIndex = counted === undefined ? said : Math.min(counted, said ?? counted);
    coming = undefined;
    const { next } = page;
    if (list.by !== 'token' || ahead === undefined || next === undefined || next === place.token) return;
    // Asked for before this page is dealt with; a failure is told when its turn comes.
    coming = { token: next, page: list.fetch({ offset: 0, size: place.size, token: next }) };
    coming.page.catch(() => undefined);
  };

  return {
    place: () => place,
    number: () => inRow,
    async next() {
      for (;;) {
        try {
          const page = await ask();
          const within = list.by === 'token' || place.token !== undefined;
          const skipped = within ? place.offset : list.by === 'page' ? place.offset % place.size : 0;
          note(page);
          const number = list.by === 'page' && place.token === undefined ? pageOf(place) : inRow;
          const rows = skipped === 0 ? page.rows : page.rows.slice(skipped);
          return { kind: 'page', page: { ...page, rows }, first: pagesRead === 1, number, place, skipped };
        } catch (error) {
          pages.forget();
          coming = undefined;
          const size = heedless ? undefined : list.smaller?.(error, place);
          if (size !== undefined && size >= 1 && size < place.size) {
            // Pages that were read count as many smaller ones.
            inRow = Math.floor(rowsInRow / size);
            place = { ...place, size };
            steady = 0;
            continue;
          }
          const behindFirst = pagesRead > 0 || from.offset > 0 || from.token !== undefined;
          if (behindFirst && list.isPastEnd?.(error)) return { kind: 'past end', full: latest.rows.length >= fullest };
          throw error;
        }
      }
    },
    advance(stuck, moves = false) {
      if (moves) steady = 0;
      const arrived = latest.rows.length;
      fullest = Math.max(fullest, arrived);
      if (list.by === 'token') {
        place = { offset: 0, size: place.size, token: latest.next };
        return;
      }
      const cursor = place.token === undefined ? alternative : latest.next;
      if (cursor !== undefined && (place.token !== undefined || stuck)) {
        // The platform does not heed numbers: its cursor leads on.
        if (place.token === undefined) {
          inRow -= 1;
          rowsInRow -= arrived;
        }
        place = { offset: 0, size: place.size, token: cursor };
        return;
      }
      alternative = latest.next;
      // The first page shows what the platform keeps to.
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
 * Whether a list is over after a page, by everything that the platform said. `covered`: rows of the list dealt with by now;
 * `token`: what the page was asked for by.
 */
export function isOver<T>(
  list: Pick<List<T>, 'by'>,
  page: RawPage<T>,
  { number, covered, total, expected, token }: Expected,
): boolean {
  if (list.by === 'single') return true;
  if (list.by === 'token' || token !== undefined) return page.next === undefined;
  if (Math.max(total ?? 0, expected ?? 0) > covered) return false;
  // An empty page, and a count that is reached.
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

/** Does the platform say that more follows page `number`? */
export function saysMore<T>({ more, next, total_pages = 0 }: RawPage<T>, number: number): boolean {
  return more === true || next !== undefined || total_pages > number;
}
