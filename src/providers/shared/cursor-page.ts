/**
 * Makes a page of our own out of lists of a platform: as many wanted rows as the limit says, and a cursor that goes on
 * after the last row looked at. The rules of the walk hold: a list ends on a positive sign, and lost rows become gaps.
 */
import { type Coverage, foldCoverages, type Gap } from '../../model/coverage.ts';
import type { List } from './list.ts';
import { capped, comesAgain, failedInAnswer, leftOut, listEnd, MOST_ROWS } from './list-end.ts';
import { type Position, readCursor, type Trail, writeCursor } from './page-cursor.ts';
import { pageReader } from './page-reader.ts';
import { pagePrint, rowsTaken } from './rows-taken.ts';

export interface Taken<T> {
  items: T[];
  /** Where the list goes on; absent at its end. */
  next?: string | undefined;
  /** Rows of the list by the platform's count, wanted or not. */
  total?: number | undefined;
  /** Coverage of the items: complete where no row between the first and the last of them was lost. */
  coverage: Coverage;
}

export interface CursorPageOptions {
  /** The `next` of an earlier page. */
  cursor?: string | undefined;
  /** Most items on this page. */
  limit: number;
  /** Pages of the platform read at most for one answer, where few rows are wanted. Default 10. */
  most_pages?: number | undefined;
}

/** One list to take from. */
export interface Source<T> {
  /** Name of the list in a cursor: tells the lists of one answer apart. */
  key: string;
  take(from: Position | undefined, limit: number, most_pages: number): Promise<TakenFrom<T>>;
}

interface TakenFrom<T> extends Omit<Taken<T>, 'next'> {
  next?: Position | undefined;
  /** Pages read. */
  pages: number;
}

export interface SourceOptions<W, T> {
  key?: string | undefined;
  list: List<W>;
  /** Makes an item of a row; undefined = the row is not wanted. `memo`: see `note`. */
  accept(row: W, memo: string | undefined): T | undefined;
  /** True for the row at which reading stops, because no later row is wanted. */
  until?(row: W): boolean;
  /** Text to keep in the cursor once this row is shown; the next call gets it as `memo`. */
  note?(row: W, memo: string | undefined): string | undefined;
}

/** Makes a source of a list; `take` throws what `fetch` of the list throws. */
export function source<W, T>({ key = '', list, accept, until, note }: SourceOptions<W, T>): Source<T> {
  return {
    key,
    async take(from, limit, most_pages) {
      const start = from?.place ?? { offset: 0, size: list.size };
      const pages = pageReader(list, start, undefined, from?.trail && { ...from.trail, ...from.trail.course });
      const ending = listEnd(list, start, from?.trail?.course);
      const rows = rowsTaken(list, from?.trail);
      const items: T[] = [];
      const gaps: Gap[] = [];
      let memo = from?.memo;
      let total = from?.trail?.total;
      let before: Trail = from?.trail ?? { within: 0, covered: 0, number: 0, prints: ['', ''] };
      const due = () => ({ covered: rows.covered(), total });
      const done = (next: Position | undefined, read: number, ended = true): TakenFrom<T> => {
        const covered = rows.covered();
        const short = next === undefined && ended ? Math.max(0, (total ?? 0) - covered) : 0;
        const surplus = next === undefined && ended ? Math.max(0, covered - (total ?? covered)) : 0;
        const all = [...gaps, ...rows.gaps({ short, surplus, total })];
        if (short === 0 && (total === undefined || total !== covered))
          all.push(...leftOut(list, ending.repeats(), ending.holes()));
        const unusable = rows.unusable();
        return {
          items,
          next,
          total,
          pages: read,
          coverage: {
            complete: all.length === 0,
            expected: total,
            read: items.length,
            missing: short > 0 ? short : undefined,
            unreadable: unusable > 0 ? unusable : undefined,
            gaps: all.length > 0 ? all : undefined,
          },
        };
      };
      for (let read = 1; ; read += 1) {
        const answer = await pages.next();
        if (answer.kind === 'past end') {
          gaps.push(...ending.refused(answer.full, due()));
          return done(undefined, read);
        }
        const { page, place } = answer;
        if (page.total !== undefined) total = Math.max(total ?? 0, page.total);
        if (page.failed) gaps.push(failedInAnswer(list));
        const print = pagePrint(list, page);
        // True for a page that an earlier call read already: none of its rows is new.
        const repeatedPage =
          !(read === 1 && before.within > 0) && print !== '' && from?.trail?.prints.includes(print) === true;
        const covered = rows.covered();
        let fresh = 0;
        let repeats = 0;
        for (const [index, row] of page.rows.entries()) {
          const dealtWith = rows.covered();
          const kind = rows.add(row, repeatedPage);
          if (kind === 'again') repeats += 1;
          if (kind !== 'fresh' || row === undefined) continue;
          fresh += 1;
          if (until?.(row)) return done(undefined, read, false);
          const item = accept(row, memo);
          if (item === undefined) continue;
          if (items.length === limit) {
            const trail = { ...before, within: index, covered: dealtWith, total };
            return done({ place, memo, trail }, read);
          }
          items.push(item);
          memo = note ? note(row, memo) : memo;
        }
        const leads = rows.covered() > covered && (total ?? 0) > rows.covered();
        ending.add(answer, { fresh, repeats, leads });
        // A token that leads back to the first page would make the list endless.
        const backAtStart =
          repeatedPage && print === before.prints[0] && (list.by === 'token' || place.token !== undefined);
        const ended = backAtStart ? [comesAgain(list)] : ending.end(due());
        if (ended) {
          gaps.push(...ended);
          return done(undefined, read);
        }
        if (rows.covered() >= MOST_ROWS || ending.isFull(MOST_ROWS)) {
          gaps.push(capped(list, MOST_ROWS));
          return done(undefined, read, false);
        }
        pages.advance(fresh === 0);
        ending.advanced(pages.place());
        before = {
          within: 0,
          covered: rows.covered(),
          total,
          number: pages.number(),
          prints: fresh > 0 ? [before.prints[0] || print, print] : before.prints,
          next: page.next,
          course: ending.state(),
        };
        if (items.length === limit || read >= most_pages)
          return done({ place: pages.place(), memo, trail: before }, read);
      }
    },
  };
}

/** Takes from lists in turn: what the first leaves of the limit comes from the next. Throws `invalid_input` for a foreign cursor. */
export async function cursorPage<T>(
  platform: { id: string },
  sources: readonly Source<T>[],
  { cursor, limit, most_pages = 10 }: CursorPageOptions,
): Promise<Taken<T>> {
  const start = cursor === undefined ? undefined : readCursor(platform.id, cursor, sources);
  const items: T[] = [];
  const parts: Coverage[] = [];
  let total: number | undefined;
  let pages = most_pages;
  for (let at = start?.at ?? 0; at < sources.length; at += 1) {
    const from = sources[at];
    if (!from) break;
    const position = start?.at === at ? start.position : undefined;
    if (items.length >= limit || pages <= 0)
      return { items, next: writeCursor(platform.id, from.key, position), coverage: foldCoverages(parts) };
    const taken = await from.take(position, limit - items.length, pages);
    items.push(...taken.items);
    parts.push(taken.coverage);
    pages -= taken.pages;
    total = taken.total;
    if (taken.next) {
      const next = writeCursor(platform.id, from.key, taken.next);
      return { items, next, total: sources.length === 1 ? total : undefined, coverage: foldCoverages(parts) };
    }
  }
  return { items, total: sources.length === 1 ? total : undefined, coverage: foldCoverages(parts) };
}
