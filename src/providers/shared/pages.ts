/**
 * The one walk over the lists of all platforms. A list is over only on a positive sign: a mark of the last page, an
 * empty page, or a count that is reached while nothing else says that more follows. Whatever contradicts the rows (a
 * count, a token, a page that comes again, a row that cannot be used) becomes a gap of the coverage, without a tolerance.
 */
import { setImmediate } from 'node:timers/promises';
import type { Coverage, Gap } from '../../model/coverage.ts';
import type { List, Place } from './list.ts';
import { capped, failedInAnswer, listEnd, MOST_ROWS } from './list-end.ts';
import { PIECE } from './long-page.ts';
import { pageReader } from './page-reader.ts';
import { type Expectation, type Pass, type RowsSeen, rowsSeen } from './rows-seen.ts';

export interface WalkOptions extends Expectation {
  /**
   * After how many full pages in a row further pages are asked for before they are wanted; absent = one page after the
   * other. Only for lists whose order does not change.
   */
  ahead?: number | undefined;
  /** Most passes over the list, where a pass leaves rows out or shows some twice. Default 2. */
  passes?: number | undefined;
  /** Up to this many rows, a further pass asks for all of them on one page: a snapshot, because rows move between pages. */
  snapshot?: number | undefined;
  /** Most rows held back, so that a newer state of a row can replace the older one. Default 1,000. */
  held?: number | undefined;
  /** Most rows read. Default 200,000. */
  most?: number | undefined;
}

const HELD_ROWS = 1_000;

/**
 * Yields every row once, in the platform's order, and returns the coverage. Throws what `fetch` throws, and `unreadable`
 * where rows came and none of them is usable.
 */
export async function* walk<T>(list: List<T>, options: WalkOptions = {}): AsyncGenerator<T[], Coverage> {
  const book = rowsSeen(list);
  let size = list.size;
  let pass = newPass(undefined);
  for (let number = 1; number <= (options.passes ?? 2); number += 1) {
    book.begin();
    const steps = sweep(list, { offset: 0, size }, { book, pass: newPass(pass.total), options });
    let step = await steps.next();
    while (!step.done) {
      yield* inPieces(book.release(options.held ?? HELD_ROWS));
      step = await steps.next();
    }
    pass = step.value;
    if (!book.end(pass, options) || list.by === 'single') break;
    const wanted = Math.max(pass.total ?? 0, options.expected ?? 0);
    if (wanted <= (options.snapshot ?? -1)) size = Math.max(list.size, wanted + 50);
  }
  yield* inPieces(book.release(0));
  return book.coverage(pass, options);
}

/** Rows as many at once as other calls may wait for. */
async function* inPieces<T>(rows: T[]): AsyncGenerator<T[], void> {
  if (rows.length > 0 && rows.length <= PIECE) yield rows;
  else
    for (let at = 0; at < rows.length; at += PIECE) {
      if (at > 0) await setImmediate();
      yield rows.slice(at, at + PIECE);
    }
}

const newPass = (total: number | undefined): Pass => ({
  total,
  latest: undefined,
  gaps: [],
  repeats: 0,
  holes: 0,
  capped: false,
});

interface Sweep<T> {
  book: RowsSeen<T>;
  pass: Pass;
  options: WalkOptions;
}

/** One pass over the list, one page per step, until a positive sign of its end. */
async function* sweep<T>(
  list: List<T>,
  from: Place,
  { book, pass, options }: Sweep<T>,
): AsyncGenerator<undefined, Pass> {
  const { expected, ahead, most = MOST_ROWS } = options;
  const pages = pageReader(list, from, ahead);
  const ending = listEnd(list, from);
  const due = () => ({ covered: book.covered(), total: pass.total, expected });
  const end = (gaps: Gap[]): Pass => {
    pass.gaps.push(...gaps);
    return { ...pass, repeats: ending.repeats(), holes: ending.holes() };
  };
  for (;;) {
    const read = await pages.next();
    if (read.kind === 'past end') return end(ending.refused(read.full, due()));
    const { page } = read;
    const before = book.covered();
    const { fresh, repeats } = book.add(page);
    if (page.total !== undefined) {
      pass.latest = Math.max(pass.latest ?? 0, page.total);
      pass.total = Math.max(pass.total ?? 0, page.total);
    }
    if (page.failed) pass.gaps.push(failedInAnswer(list));
    const covered = book.covered();
    // Rows without ids cannot be told apart: they justify reading on only while the platform counts more rows.
    const leads = covered > before && Math.max(pass.total ?? 0, expected ?? 0) > covered;
    ending.add(read, { fresh, repeats, leads });
    yield undefined;
    const ended = ending.end(due());
    if (ended) return end(ended);
    if (covered >= most || ending.isFull(Math.max(most, MOST_ROWS))) {
      pass.capped = true;
      return end([capped(list, most)]);
    }
    pages.advance(fresh === 0, repeats > 0);
    ending.advanced(pages.place());
  }
}

/** Hands the rows of a walk to `visit` as they come; resolves to the coverage. */
export async function each<T>(
  rows: AsyncGenerator<T[], Coverage>,
  visit: (rows: T[]) => void | Promise<void>,
): Promise<Coverage> {
  let step = await rows.next();
  while (!step.done) {
    await visit(step.value);
    step = await rows.next();
  }
  return step.value;
}

/** The rows of a walk all at once, and its coverage. */
export async function collect<T>(rows: AsyncGenerator<T[], Coverage>): Promise<{ rows: T[]; coverage: Coverage }> {
  const all: T[] = [];
  const coverage = await each(rows, (some) => {
    for (const row of some) all.push(row);
  });
  return { rows: all, coverage };
}

/** The rows of the first page of a list. */
export async function firstPage<T>(list: List<T>): Promise<T[]> {
  return (await collect(walk(list, { most: list.size, passes: 1 }))).rows;
}
