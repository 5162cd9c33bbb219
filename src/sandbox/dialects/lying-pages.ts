/** Pages and counts of a list, with the lies that are switched on. */
import type { Lies, Listed } from './lies.ts';

type Row = Record<string, unknown>;

/** A list as it is stored. */
interface Stored<T> {
  readonly length: number;
  slice(from: number, to: number): T[];
}

/** The place of a list that a request asks for; `paged` = by the number of a page. */
interface Place {
  offset: number;
  size: number;
  paged?: boolean;
}

/** How a row is served. */
export interface RowForm<T> {
  render(item: T): unknown;
  /** Members that hold its id. */
  ids: readonly string[];
  /** A row as it was before it ended. */
  earlier?(row: Row): Row;
}

export interface ServedPage {
  rows: unknown[];
  offset: number;
  size: number;
  /** Does more of the list follow? */
  more: boolean;
  /** Where it does. */
  reached: number;
  /** Rows that all pages hold together. */
  length: number;
  /** The count as it is told; undefined = it is left out. */
  count: unknown;
  /** The number of pages, likewise. */
  pages: unknown;
  /** The list comes with an error. */
  failed: boolean;
  /** The way to the next page is told at all, and so are the other marks of an end. */
  marks: Lies['end_marks'];
  /** What the way to the next page is now. */
  token: Lies['token_form'];
}

/** One page of a list: what of it is served, and what is said of the rest. Honest lists only slice and render. */
export function servePage<T>(lies: Lies, list: Listed, all: Stored<T>, asked: Place, form: RowForm<T>): ServedPage {
  if (!lies.lying_lists.includes(list)) return honestPage(all, asked, form);
  const failed = lies.error_with_200 !== 'no';
  if (lies.emptied || lies.error_with_200 === 'without_rows') {
    const nothing = { slice: () => [], length: 0 };
    return { ...honestPage(nothing, { ...asked, offset: 0 }, form), failed, marks: lies.end_marks };
  }
  const { offset, size } = placeOf(lies, asked);
  const made = orderOf(lies, all.length);
  const length = made?.length ?? all.length;
  const rows = made
    ? made.slice(offset, offset + size).map((entry) => rowOf(all, entry, form))
    : all.slice(offset, offset + size).map((item) => form.render(item));
  const reached = offset + rows.length;
  return {
    rows,
    offset,
    size,
    more: reached < length && rows.length > 0,
    reached,
    length,
    count: countOf(lies, all.length, rows.length),
    pages: pagesOf(lies, length, size),
    failed,
    marks: lies.end_marks,
    token: lies.token_form !== 'number' && reached < lies.token_pages * size ? 'text' : lies.token_form,
  };
}

function honestPage<T>(all: Stored<T>, { offset, size }: Place, { render }: RowForm<T>): ServedPage {
  const rows = all.slice(offset, offset + size).map((item) => render(item));
  const reached = offset + rows.length;
  const { length } = all;
  const more = reached < length && rows.length > 0;
  const pages = Math.max(1, Math.ceil(length / size));
  return {
    rows,
    offset,
    size,
    more,
    reached,
    length,
    count: length,
    pages,
    failed: false,
    marks: 'all',
    token: 'text',
  };
}

/** The place that is served instead of the one asked for. */
function placeOf(lies: Lies, { offset, size, paged = false }: Place): { offset: number; size: number } {
  const served = lies.clamp > 0 ? Math.min(lies.clamp, size) : size;
  const from = paged && lies.clamp_by === 'served' ? Math.floor(offset / size) * served : offset;
  return { offset: lies.place === 'ignored' ? 0 : from, size: served };
}

/** A row of the list that is served: which stored one, and how. */
interface Entry {
  index: number;
  as: 'is' | 'without id' | 'no object' | 'earlier';
}

/** The order of rows that lies make of a list; undefined = none touches its rows. */
function orderOf(lies: Lies, length: number): Entry[] | undefined {
  const { swapped, dropped, without_id, no_objects, twice } = lies;
  if ([swapped, dropped, without_id, no_objects, twice].every(({ length: lying }) => lying === 0)) return undefined;
  const at = (place: number) => (place < 0 ? length + place : place);
  const places = (list: readonly number[]) => new Set(list.map(at));
  const [gone, nameless, broken, again] = [dropped, without_id, no_objects, twice].map(places);
  const instead = new Map(swapped.map((one) => [at(one.at), at(one.shows)]));
  const entries = Array.from({ length }, (_, index): Entry => {
    const as = nameless?.has(index)
      ? 'without id'
      : broken?.has(index)
        ? 'no object'
        : again?.has(index)
          ? 'earlier'
          : 'is';
    return { index: instead.get(index) ?? index, as };
  });
  const kept = entries.filter((_, index) => !gone?.has(index));
  const once = entries.filter(({ as }) => as === 'earlier').map(({ index }): Entry => ({ index, as: 'is' }));
  return [...kept, ...once];
}

function rowOf<T>(all: Stored<T>, { index, as }: Entry, { render, ids, earlier }: RowForm<T>): unknown {
  const [item] = all.slice(index, index + 1);
  if (item === undefined || as === 'no object') return index % 2 === 0 ? null : `row ${index}`;
  const row = render(item);
  if (as === 'is' || typeof row !== 'object' || row === null) return row;
  if (as === 'earlier') return earlier?.({ ...row }) ?? row;
  return { ...row, ...Object.fromEntries(ids.filter((id) => Object.hasOwn(row, id)).map((id) => [id, null])) };
}

function countOf({ count_form, end_marks }: Lies, count: number, onPage: number): unknown {
  if (end_marks !== 'all') return undefined;
  const forms: Record<Lies['count_form'], unknown> = {
    number: count,
    text: String(count),
    null: null,
    absent: undefined,
    low: Math.max(0, count - 2),
    high: count + 2,
    of_the_page: onPage,
  };
  return forms[count_form];
}

function pagesOf({ pages_form, end_marks }: Lies, length: number, size: number): unknown {
  const pages = Math.max(1, Math.ceil(length / size));
  if (pages_form === 'absent' || end_marks !== 'all') return undefined;
  return pages_form === 'text' ? String(pages) : pages;
}

/** What a parent counts of its runs. */
export interface ParentCounts {
  total: number;
  completed: number;
  broken: number;
}

/** The counts of a session, with the lies that are switched on. */
export function parentCounts({ parent_more, parent_broken }: Lies, counts: ParentCounts): ParentCounts {
  return {
    total: Math.max(0, counts.total + parent_more),
    completed: Math.max(0, counts.completed + parent_more - parent_broken),
    broken: counts.broken + parent_broken,
  };
}
