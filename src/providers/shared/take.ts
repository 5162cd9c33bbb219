/**
 * A page of our own out of lists of a platform: so many rows that somebody wants, and a cursor that goes on behind the
 * last one looked at. The same rules as the walk: a list ends on a positive sign, and what was lost is said.
 */
import { type Coverage, foldCoverages, type Gap } from '../../model/coverage.ts';
import { Problem } from '../../model/problem.ts';
import type { List, Place } from './list.ts';
import { isOver, pageReader } from './page-reader.ts';

export interface Taken<T> {
  items: T[];
  /** Where the list goes on; absent at its end. */
  next?: string | undefined;
  /** Rows of the list by the platform, wanted or not. */
  total?: number | undefined;
  /** Of the items: complete where nothing between the first and the last of them was lost. */
  coverage: Coverage;
}

export interface TakeOptions {
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

/** A place in a list, and what the list wants to remember of what was shown. */
export interface Position {
  place: Place;
  memo?: string | undefined;
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
      const pages = pageReader(list, start, undefined);
      const items: T[] = [];
      const gaps: Gap[] = [];
      const seen = new Set<string>();
      let memo = from?.memo;
      let total: number | undefined;
      let unusable = 0;
      let nameless = 0;
      let stale = 0;
      const behind = list.by === 'token' ? 0 : start.offset;
      const covered = () => behind + seen.size + unusable;
      const done = (next: Place | undefined, read: number, ended = true): TakenFrom<T> => {
        const short =
          next === undefined && ended && (behind > 0 || list.by !== 'token' || !from) ? (total ?? 0) - covered() : 0;
        const { what } = list;
        const say = (kind: Gap['kind'], count: number, text: string) => {
          if (count > 0) gaps.push({ kind, count, note: `${count} of the ${what} ${text}` });
        };
        say('missing', Math.max(0, short), `that the platform counts ${short === 1 ? 'was' : 'were'} on no page.`);
        say('without_id', nameless, 'came without an id and cannot be listed.');
        say('unreadable', unusable - nameless, 'came in a form that cannot be read.');
        return {
          items,
          next: next && { place: next, memo },
          total,
          pages: read,
          coverage: {
            complete: gaps.length === 0,
            expected: total,
            read: items.length,
            missing: short > 0 ? short : undefined,
            unreadable: unusable > 0 ? unusable : undefined,
            gaps: gaps.length > 0 ? gaps : undefined,
          },
        };
      };
      for (let read = 1; ; read += 1) {
        const answer = await pages.next();
        if (answer.kind === 'past end') {
          if (list.pastEndIsFault && answer.full && total === undefined)
            gaps.push({
              kind: 'end_unknown',
              note: `The list of ${list.what} ended in an error, which may not be its end.`,
            });
          return done(undefined, read);
        }
        const { page, place } = answer;
        total = page.total ?? total;
        if (page.failed)
          gaps.push({ kind: 'error_in_answer', note: `The platform sent ${list.what} together with an error.` });
        let fresh = 0;
        for (const [index, row] of page.rows.entries()) {
          const id = row === undefined ? undefined : list.idOf(row);
          if (row === undefined || id === undefined || id === '') {
            unusable += 1;
            if (row !== undefined) nameless += 1;
            continue;
          }
          if (seen.has(id)) continue;
          seen.add(id);
          fresh += 1;
          if (until?.(row)) return done(undefined, read, false);
          const item = accept(row, memo);
          if (item === undefined) continue;
          if (items.length === limit) return done({ ...place, offset: place.offset + index }, read);
          items.push(item);
          memo = note ? note(row, memo) : memo;
        }
        const over = isOver(list, page, { number: answer.number, covered: covered(), total });
        if (over) return done(undefined, read);
        stale = fresh > 0 ? 0 : stale + 1;
        if (stale >= 2) {
          if (total === undefined || total > covered())
            gaps.push({
              kind: 'repeated',
              note: `Pages of ${list.what} brought nothing new, although more should follow.`,
            });
          return done(undefined, read);
        }
        pages.advance(fresh === 0);
        if (items.length === limit || read >= most_pages) return done(pages.place(), read);
      }
    },
  };
}

/** Takes from lists in turn: what the first leaves of the limit comes from the next. Throws `invalid_input` for a foreign cursor. */
export async function take<T>(
  platform: { id: string },
  sources: readonly Source<T>[],
  { cursor, limit, most_pages = 10 }: TakeOptions,
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
      return { items, next: writeCursor(from.key, position), coverage: foldCoverages(parts) };
    const taken = await from.take(position, limit - items.length, pages);
    items.push(...taken.items);
    parts.push(taken.coverage);
    pages -= taken.pages;
    total = taken.total;
    if (taken.next) {
      const next = writeCursor(from.key, taken.next);
      return { items, next, total: sources.length === 1 ? total : undefined, coverage: foldCoverages(parts) };
    }
  }
  return { items, total: sources.length === 1 ? total : undefined, coverage: foldCoverages(parts) };
}

function writeCursor(key: string, position: Position | undefined): string {
  const { place, memo } = position ?? {};
  const state = [key, place?.offset ?? 0, place?.size ?? 0, place?.token ?? null, memo ?? null];
  return Buffer.from(JSON.stringify(state)).toString('base64url');
}

function readCursor(
  provider: string,
  cursor: string,
  sources: readonly { key: string }[],
): { at: number; position: Position | undefined } {
  const [key, offset, size, token, memo] = parsed(cursor);
  const at = sources.findIndex((one) => one.key === key);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const whole = (value: unknown) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined);
  const [from, rows] = [whole(offset), whole(size)];
  if (at < 0 || from === undefined || rows === undefined) {
    throw new Problem('invalid_input', 'That cursor belongs to another list.', {
      provider,
      next: 'Repeat the call without a cursor.',
      sent: 'no',
    });
  }
  if (rows === 0) return { at, position: undefined };
  return { at, position: { place: { offset: from, size: rows, token: text(token) }, memo: text(memo) } };
}

function parsed(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
