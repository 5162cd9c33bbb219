/** A list of a platform, and a page of it, as the walk needs them. */
import { isProblem } from '../../model/problem.ts';

/** A page as a platform sent it. */
export interface RawPage<T> {
  /** Rows in the platform's order, one for each that arrived; undefined = that row cannot be read. */
  rows: readonly (T | undefined)[];
  /** Number of rows in the whole list, by the platform's count. */
  total?: number | undefined;
  /** Number of pages of the list, by the platform's count. */
  total_pages?: number | undefined;
  /** The platform's word on whether more follows: a mark of the last page where it is false. */
  more?: boolean | undefined;
  /** Token of the next page; for a list that goes by numbers, a cursor that may serve instead. */
  next?: string | undefined;
  /** The answer says that something failed, beside the rows that it holds. */
  failed?: boolean | undefined;
  /** Length of the answer that it came in. */
  characters?: number | undefined;
}

/** Pages that are parts of one: what the first says of the list, and the rows of all. */
export function joinedPage<T>(parts: readonly RawPage<T>[]): RawPage<T> {
  return { ...parts[0], rows: parts.flatMap(({ rows }) => rows) };
}

/** Where a list is read: `size` rows from `offset` on (from 0). By tokens, `offset` counts within the page of `token`. */
export interface Place {
  offset: number;
  size: number;
  token?: string | undefined;
}

export interface List<T> {
  /** The platform, for messages. */
  platform: { id: string; label: string };
  /** What is listed, in the plural, for messages: `runs`. */
  what: string;
  /**
   * How a page is asked for: `page` by its number (`pageOf`); `skip` by the rows before it (`offset`); `token` by what the
   * page before handed out; `single` = it comes whole in one answer, by contract.
   */
  by: 'page' | 'skip' | 'token' | 'single';
  /** Rows asked for at once. */
  size: number;
  /** One page. `arrived` may be called when it is here and not read yet. Throws `Problem`. */
  fetch(place: Place, arrived?: () => void): Promise<RawPage<T>>;
  /** Id that tells rows apart; undefined or empty for a row without one. */
  idOf(row: T): string | undefined;
  /** The parts of a row that may change while it is listed, as text: two readings of a row are compared by it. */
  stateOf?(row: T): string;
  /** Of two readings of one row, whether the first counts because it is further on. Default: the later one counts. */
  keeps?(first: T, later: T): boolean;
  /** Whether an error is the platform's answer to a page after the last one. Called after the first page only. */
  isPastEnd?(error: unknown): boolean;
  /** True where the platform answers a page after the last one in the same way as it fails (Future AGI: 500). */
  pastEndIsFault?: boolean | undefined;
  /** A smaller size to ask for after this error; undefined = the error is thrown. */
  smaller?(error: unknown, place: Place): number | undefined;
}

/** Number of the page that a place lies on, from 1, for lists that go by page numbers. */
export function pageOf({ offset, size }: Place): number {
  return Math.floor(offset / size) + 1;
}

/** A fifth of the page size, after an error that says that a page is too big. */
export function fifthOf(error: unknown, { size }: Place): number | undefined {
  if (!isProblem(error) || error.kind !== 'too_large' || size <= 1) return undefined;
  return Math.max(1, Math.floor(size / 5));
}
