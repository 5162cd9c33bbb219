/** What a list has shown, remembered in its cursor: rows that move down, or come again, while it is read page by page. */
import { createHash } from 'node:crypto';
import { type Source, source } from '../shared/cursor-page.ts';
import type { List } from '../shared/list.ts';

/** Remembered at most; of a list that moves further between two pages, a row may be shown again. */
const MOST = 50;
const DIGITS = 6;

export interface OnceOptions<W, T> {
  list: List<W>;
  /** What is shown once; rows without it are not shown. */
  idOf(row: W): string | undefined;
  accept(row: W): T | undefined;
}

/** A list to take from, in which nothing is shown twice. */
export function once<W, T>({ list, idOf, accept }: OnceOptions<W, T>): Source<T> {
  return source<W, T>({
    list,
    accept(row, memo = '') {
      const id = idOf(row);
      return id === undefined || marksIn(memo).includes(markOf(id)) ? undefined : accept(row);
    },
    note: (row, memo = '') => [...marksIn(memo), markOf(idOf(row) ?? '')].slice(-MOST).join(''),
  });
}

/** A few characters that stand for an id: cursors are passed around as text. */
function markOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, DIGITS);
}

function marksIn(memo: string): string[] {
  return memo.match(/.{6}/g) ?? [];
}
