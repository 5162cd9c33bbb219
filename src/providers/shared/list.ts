/** What the walk must know of a list of a platform, and what a page of it is, in our words. */
import { isProblem } from '../../model/problem.ts';

/** A page as a platform sent it. */
export interface RawPage<T> {
  /** Rows in the platform's order, one for each that arrived; undefined = it cannot be read. */
  rows: readonly (T | undefined)[];
  /** How many rows the whole list has, by the platform. */
  total?: number | undefined;
  /** How many pages it has, by the platform. */
  total_pages?: number | undefined;
  /** The platform's word on whether more follows: a mark of the last page where it is false. */
  more?: boolean | undefined;
  /** Token of the next page; for a list that goes by numbers, a cursor that may serve instead. */
  next?: string | undefined;
  /** The answer says that something failed, beside the rows that it holds. */
  failed?: boolean | undefined;
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
  /** What tells rows apart; undefined or empty for a row without an id. */
  idOf(row: T): string | undefined;
  /** What of a row may change while it is listed, as text: rows that come twice are compared by it. */
  stateOf?(row: T): string;
  /** Two readings of one row: does the first count all the same, as one that is further on? Default: the later one. */
  keeps?(first: T, later: T): boolean;
  /** Is this what a page behind the last one is answered with? Asked after the first page only. */
  isPastEnd?(error: unknown): boolean;
  /** What answers behind the last page may just as well be a fault (Future AGI: 500). */
  pastEndIsFault?: boolean | undefined;
  /** A smaller size to ask for after this error; undefined = the error stands. */
  smaller?(error: unknown, place: Place): number | undefined;
}

/** Number of the page that a place lies on, from 1, for lists that go by page numbers. */
export function pageOf({ offset, size }: Place): number {
  return Math.floor(offset / size) + 1;
}

/** Smaller pages where one is too big to be taken: a fifth of it. */
export function fifthOf(error: unknown, { size }: Place): number | undefined {
  if (!isProblem(error) || error.kind !== 'too_large' || size <= 1) return undefined;
  return Math.max(1, Math.floor(size / 5));
}
