/**
 * A page of our own out of lists of a platform: so many rows that somebody wants, and a cursor that goes on behind the
 * last one looked at. The same rules as the walk: a list ends on a positive sign, and what was lost is said.
 */
import { createHash } from 'node:crypto';
import { type Coverage, foldCoverages, type Gap } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import type { List, Place, RawPage } from './list.ts';
import { capped, comesAgain, failedInAnswer, type ListEndState, leftOut, listEnd, MOST_ROWS } from './list-end.ts';
import { pageReader } from './page-reader.ts';

export interface Taken<T> {
  items: T[];
  /** Where the list goes on; absent at its end. */
  next?: string | undefined;
  /** Rows of the list by the platform, wanted or not. */
  total?: number | undefined;
  /** Of the items: complete where nothing between the first and the last of them was lost. */
  coverage: Coverage;
}

export interface CursorPageOptions {
  /** What an earlier page handed out as `next`. */
  cursor?: string | undefined;
  /** Items at most. */
  limit: number;
  /** Pages of the platform read at most for one answer, where few rows are wanted. Default 10. */
  most_pages?: number;
}

/** One list to take from. */
export interface Source<T> {
  /** Tells the lists of one answer apart in a cursor. */
  key: string;
  take(from: Position | undefined, limit: number, most_pages: number): Promise<TakenFrom<T>>;
}

/** A place in a list, and what is to be remembered of what was read before it. */
export interface Position {
  place: Place;
  memo?: string | undefined;
  /** Absent at the begin of a list. */
  trail?: Trail | undefined;
}

/** What a later call must know of the rows before, to end where the list ends and to notice what was lost. */
export interface Trail {
  /** Rows of the page at the place that were dealt with, rows of the list that were, and its rows by the platform. */
  within: number;
  covered: number;
  total?: number | undefined;
  /** Pages before the place, prints of the first and of the last of them, and the cursor that the last one offered. */
  number: number;
  prints: readonly [first: string, last: string];
  next?: string | undefined;
  course?: ListEndState | undefined;
}

interface TakenFrom<T> extends Omit<Taken<T>, 'next'> {
  next?: Position | undefined;
  /** Pages read. */
  pages: number;
}

export interface SourceOptions<W, T> {
  key?: string;
  list: List<W>;
  /** What is made of a row; undefined = nobody wants it. `memo`: see `note`. */
  accept(row: W, memo: string | undefined): T | undefined;
  /** Nothing that follows this row is wanted: the list is over for us. */
  until?(row: W): boolean;
  /** What to remember of an item that is shown, in the cursor. */
  note?(row: W, memo: string | undefined): string | undefined;
}

/** A list as something to take from. */
export function source<W, T>({ key = '', list, accept, until, note }: SourceOptions<W, T>): Source<T> {
  return {
    key,
    async take(from, limit, most_pages) {
      const start = from?.place ?? { offset: 0, size: list.size };
      const pages = pageReader(list, start, undefined, from?.trail && { ...from.trail, ...from.trail.course });
      const way = listEnd(list, start, from?.trail?.course);
      const rows = rowBook(list, from?.trail);
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
          all.push(...leftOut(list, way.repeats(), way.holes()));
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
          gaps.push(...way.refused(answer.full, due()));
          return done(undefined, read);
        }
        const { page, place } = answer;
        if (page.total !== undefined) total = Math.max(total ?? 0, page.total);
        if (page.failed) gaps.push(failedInAnswer(list));
        const print = printOf(list, page);
        // A page that an earlier call dealt with, come again: it holds nothing new.
        const known =
          !(read === 1 && before.within > 0) && print !== '' && from?.trail?.prints.includes(print) === true;
        const covered = rows.covered();
        let fresh = 0;
        let repeats = 0;
        for (const [index, row] of page.rows.entries()) {
          const dealtWith = rows.covered();
          const kind = rows.add(row, known);
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
        way.add(answer, { fresh, repeats, leads });
        // Tokens that lead back to the first page go round for ever.
        const round = known && print === before.prints[0] && (list.by === 'token' || place.token !== undefined);
        const ended = round ? [comesAgain(list)] : way.end(due());
        if (ended) {
          gaps.push(...ended);
          return done(undefined, read);
        }
        if (rows.covered() >= MOST_ROWS) {
          gaps.push(capped(list, MOST_ROWS));
          return done(undefined, read, false);
        }
        pages.advance(fresh === 0);
        way.advanced(pages.place());
        before = {
          within: 0,
          covered: rows.covered(),
          total,
          number: pages.number(),
          prints: fresh > 0 ? [before.prints[0] || print, print] : before.prints,
          next: page.next,
          course: way.state(),
        };
        if (items.length === limit || read >= most_pages)
          return done({ place: pages.place(), memo, trail: before }, read);
      }
    },
  };
}

/** What of the rows of a list was seen in one call. */
function rowBook<W>(list: List<W>, trail: Trail | undefined) {
  const seen = new Set<string>();
  /** Rows that an earlier call dealt with. */
  const before = new Set<string>();
  let dropped = trail?.within ?? 0;
  let unreadable = 0;
  let nameless = 0;
  return {
    unusable: () => unreadable + nameless,
    covered: () => (trail?.covered ?? 0) + seen.size + unreadable + nameless,
    add(row: W | undefined, again: boolean): 'fresh' | 'again' | 'none' {
      const id = row === undefined ? undefined : list.idOf(row);
      const named = id !== undefined && id !== '';
      if (dropped > 0 || again) {
        dropped = Math.max(0, dropped - 1);
        if (named) before.add(id);
        return again && named ? 'again' : 'none';
      }
      if (row === undefined) unreadable += 1;
      else if (!named) nameless += 1;
      if (!named) return 'none';
      if (seen.has(id) || before.has(id)) return 'again';
      seen.add(id);
      return 'fresh';
    },
    gaps({ short, surplus, total }: { short: number; surplus: number; total: number | undefined }): Gap[] {
      const { what } = list;
      const were = short === 1 ? 'was' : 'were';
      const found: [Gap['kind'], number, string][] = [
        ['missing', short, `of the ${total} ${what} that the platform counts ${were} on no page.`],
        ['surplus', surplus, `more ${what} were shown than the ${total} that the platform counts.`],
        ['without_id', nameless, `of the ${what} came without an id and cannot be listed.`],
        ['unreadable', unreadable, `of the ${what} came in a form that cannot be read.`],
      ];
      return found.flatMap(([kind, count, text]) => (count > 0 ? [{ kind, count, note: `${count} ${text}` }] : []));
    },
  };
}

/** Tells pages of a list apart by the ids on them; empty for one without any. */
function printOf<W>(list: List<W>, { rows }: RawPage<W>): string {
  const ids = rows.map((row) => (row === undefined ? '' : (list.idOf(row) ?? '')));
  if (ids.every((id) => id === '')) return '';
  return createHash('sha256').update(JSON.stringify(ids)).digest('base64url').slice(0, 12);
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

function writeCursor(provider: string, key: string, position: Position | undefined): string {
  const { place, memo, trail } = position ?? {};
  const { within, covered, total, number, prints = [], next, course: way } = trail ?? {};
  const ways = way && [
    way.stale,
    way.bearing,
    way.oversized ? 1 : 0,
    way.again,
    way.fullest,
    way.shorter,
    way.more ? 1 : 0,
  ];
  const trailed = trail && [within, covered, total ?? null, number, ...prints, next ?? null, ...(ways ?? [])];
  const state = [
    provider,
    key,
    place?.offset ?? 0,
    place?.size ?? 0,
    place?.token ?? null,
    memo ?? null,
    trailed ?? null,
  ];
  return Buffer.from(JSON.stringify(state)).toString('base64url');
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const whole = (value: unknown) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined);

function readCursor(
  provider: string,
  cursor: string,
  sources: readonly { key: string }[],
): { at: number; position: Position | undefined } {
  const [owner, key, offset, size, token, memo, trail] = parsed(cursor);
  const at = owner === provider ? sources.findIndex((one) => one.key === key) : -1;
  const [from, rows] = [whole(offset), whole(size)];
  if (at < 0 || from === undefined || rows === undefined) {
    throw new Problem('invalid_input', 'That cursor belongs to another list.', {
      provider,
      next: 'Repeat the call without a cursor.',
      sent: 'no',
    });
  }
  if (rows === 0) return { at, position: undefined };
  const place = { offset: from, size: rows, token: text(token) };
  return { at, position: { place, memo: text(memo), trail: readTrail(trail) } };
}

function readTrail(value: unknown): Trail | undefined {
  if (!Array.isArray(value)) return undefined;
  const [within, covered, total, number, first, last, next, ...course] = value;
  const [stale = 0, bearing = 0, oversized = 0, again = 0, fullest = 0, shorter = 0, more = 0] = course.map(whole);
  return {
    within: whole(within) ?? 0,
    covered: whole(covered) ?? 0,
    total: whole(total),
    number: whole(number) ?? 0,
    prints: [text(first) ?? '', text(last) ?? ''],
    next: text(next),
    course:
      course.length > 0
        ? { stale, bearing, oversized: oversized > 0, again, fullest, shorter, more: more > 0 }
        : undefined,
  };
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
