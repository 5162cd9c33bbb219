/**
 * What a platform may say that is not so: switches that every dialect has beside its own, all honest by default, and what
 * each does to a page. Positions count from 0 in the order that is served, from the end where they are negative. The same
 * switches tell the same lies again.
 */

/** Lists that may lie; `others` = agents, personas and the like. */
export type Listed = 'runs' | 'sessions' | 'tests' | 'metrics' | 'others';

export interface Lies {
  /** Which lists lie about their pages and rows. */
  lying_lists: Listed[];

  /** Rows of a page at most, whatever is asked for and without a word; 0 = as many as are asked for. */
  clamp: number;
  /** Size by which a clamped page is found from its number; by the one `asked` for, the rows between pages are on none. */
  clamp_by: 'served' | 'asked';
  /** The count of a list; `low` and `high` are two off, `of_the_page` counts the rows of the page. */
  count_form: 'number' | 'text' | 'null' | 'absent' | 'low' | 'high' | 'of_the_page';
  /** The number of pages, where the vendor tells one. */
  pages_form: 'number' | 'text' | 'absent';
  /** What tells the end of a list: everything the vendor has, the way to the next page alone, or nothing. */
  end_marks: 'all' | 'next_only' | 'none';
  /** Is the place that is asked for heeded, or does the first page come again and again? */
  place: 'honoured' | 'ignored';
  /** The way to the next page: as it is, as a number, the one that led here, or not handed out though more follows. */
  token_form: 'text' | 'number' | 'repeated' | 'lost';
  /** Pages after which a token is `repeated` or `lost`. */
  token_pages: number;

  /** A row shown in place of another, which is on no page. */
  swapped: { at: number; shows: number }[];
  /** Rows that are counted and on no page. */
  dropped: number[];
  /** Rows of which the id is null. */
  without_id: number[];
  /** Rows that came as something else than an object. */
  no_objects: number[];
  /** Rows that come as they were before they ended, and once more, as they are, behind the last. */
  twice: number[];
  /** Lists are empty, whatever the parent counts. */
  emptied: boolean;

  /** Runs that the parent counts beyond those there are; fewer where negative. */
  parent_more: number;
  /** Of those, the ones that broke. */
  parent_broken: number;
  /** A list that comes with 200 and an error in its body: without its rows, or with them. */
  error_with_200: 'no' | 'without_rows' | 'with_rows';

  /** How verdicts are written, instead of the vendor's way. */
  verdict_form:
    | 'documented'
    | 'punctuated'
    | 'with_a_reason'
    | 'other_word'
    | 'number'
    | 'text_number'
    | 'list'
    | 'object'
    | 'choice'
    | 'unknown_object'
    | 'empty';
  /** Only verdicts that did not pass are written in that form. */
  verdict_form_of: 'all' | 'failed';
  /** Names of evaluations: all of one name, or every other has none. */
  evaluation_names: 'unique' | 'duplicate' | 'missing';
  /** The result of the first evaluation never comes. */
  result_never_comes: boolean;

  /** What was said: not to be had, counted but not sent, or in another form. */
  transcript_form:
    | 'documented'
    | 'failing'
    | 'forbidden'
    | 'counted_only'
    | 'items'
    | 'json_text'
    | 'object_content'
    | 'unknown_speakers'
    | 'audio';
}

/** No lies. */
export function honest(): Lies {
  return {
    lying_lists: ['runs'],
    clamp: 0,
    clamp_by: 'served',
    count_form: 'number',
    pages_form: 'number',
    end_marks: 'all',
    place: 'honoured',
    token_form: 'text',
    token_pages: 1,
    swapped: [],
    dropped: [],
    without_id: [],
    no_objects: [],
    twice: [],
    emptied: false,
    parent_more: 0,
    parent_broken: 0,
    error_with_200: 'no',
    verdict_form: 'documented',
    verdict_form_of: 'all',
    evaluation_names: 'unique',
    result_never_comes: false,
    transcript_form: 'documented',
  };
}

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

export function parentCounts({ parent_more, parent_broken }: Lies, counts: ParentCounts): ParentCounts {
  return {
    total: Math.max(0, counts.total + parent_more),
    completed: Math.max(0, counts.completed + parent_more - parent_broken),
    broken: counts.broken + parent_broken,
  };
}

const WORDS = {
  documented: [undefined, undefined],
  punctuated: ['Passed.', 'Failed.'],
  with_a_reason: ['Pass - as it should', 'Fail - rude'],
  other_word: ['Yes', 'Not Passed'],
  number: [1, 0],
  text_number: ['1', '0'],
  list: [['Passed'], ['Failed']],
  object: [{ passed: true }, { passed: false }],
  choice: [{ choice: 'Passed' }, { choice: 'Failed' }],
  unknown_object: [{ verdict: { value: 'good' } }, { verdict: { value: 'bad' } }],
  empty: ['', ''],
} as const;

/** A verdict as it is written; `own` is the vendor's way. */
export function verdictIn({ verdict_form, verdict_form_of }: Lies, passed: boolean, own: unknown): unknown {
  if (verdict_form === 'documented' || (passed && verdict_form_of === 'failed')) return own;
  return WORDS[verdict_form][passed ? 0 : 1];
}

/** Name of the `index`-th evaluation of a run as it is told. */
export function nameIn({ evaluation_names }: Lies, name: string, index: number): string | null {
  if (evaluation_names === 'missing' && index % 2 === 0) return null;
  return evaluation_names === 'duplicate' ? 'Quality' : name;
}

/** Sound as a text: what a platform sends in place of words. */
const AUDIO = `UklGRiQAAABXQVZFZm10IBAAAAABAAEA${'gD4AAAB9AAACABAAZGF0YQAA'.repeat(200)}`;

/** A transcript as it is sent; `content` and `speaker` are the members of a row. */
export function transcriptIn(
  { transcript_form }: Lies,
  rows: readonly Row[],
  { content, speaker }: { content: string; speaker: string },
): unknown {
  switch (transcript_form) {
    case 'counted_only':
      return [];
    case 'items':
      return { items: rows };
    case 'json_text':
      return JSON.stringify(rows);
    case 'object_content': {
      const forms = [{ found: true }, 42, { text: { value: 'Hello.' } }];
      return rows.map((row, index) => (index % 3 === 2 ? row : { ...row, [content]: forms[index % forms.length] }));
    }
    case 'unknown_speakers':
      return rows.map((row, index) => ({ ...row, [speaker]: index % 2 === 0 ? 'transfer_target' : 'human_agent' }));
    case 'audio':
      return rows.map((row, index) => (index === 1 ? { ...row, [content]: AUDIO } : row));
    default:
      return rows;
  }
}
