/**
 * The one walk over the lists of all platforms. A list is over only on a positive sign: a mark of the last page, an
 * empty page, or a count that is reached while nothing else says that more follows. Whatever contradicts the rows (a
 * count, a token, a page that comes again, a row that cannot be used) becomes a gap of the coverage; nothing is tolerated.
 */
import type { Coverage, Gap } from '../../model/coverage.ts';
import type { List, Place } from './list.ts';
import { type Book, type Expectation, type Pass, pageBook } from './page-book.ts';
import { isOver, pageReader, saysMore } from './page-reader.ts';

export interface WalkOptions extends Expectation {
  /**
   * After how many full pages in a row others are asked for before they are wanted, because whoever reads reads to the
   * end; absent = one after the other. For lists whose order keeps still.
   */
  ahead?: number | undefined;
  /** Passes over the list at most, where one leaves rows out or shows some twice. Default 2. */
  passes?: number;
  /** Up to so many rows, a further pass asks for all of them on a single page: a snapshot, where rows move. */
  snapshot?: number;
  /** Rows read at most. Default 200,000. */
  most?: number;
}

/** Nobody waits for the end of a list that is longer. */
export const MOST_ROWS = 200_000;
/** Rows kept back, so that one which comes again in a newer state replaces the older reading. */
const HELD_ROWS = 1_000;
/** Pages in a row that bring nothing new, after which a list is not read on. */
const MOST_STALE = 2;

/**
 * Every row once, in the platform's order; returns what the walk found of what there is. Throws what `fetch` throws, and
 * `unreadable` where rows came and not one of them can be used.
 */
export async function* walk<T>(list: List<T>, options: WalkOptions = {}): AsyncGenerator<T[], Coverage> {
  const book = pageBook(list);
  let size = list.size;
  let pass = newPass(undefined);
  for (let number = 1; number <= (options.passes ?? 2); number += 1) {
    book.begin();
    const steps = sweep(list, { offset: 0, size }, { book, pass: newPass(pass.total), options });
    let step = await steps.next();
    while (!step.done) {
      const ready = book.release(HELD_ROWS);
      if (ready.length > 0) yield ready;
      step = await steps.next();
    }
    pass = step.value;
    if (!book.end(pass, options) || list.by === 'single') break;
    const wanted = Math.max(pass.total ?? 0, options.expected ?? 0);
    if (wanted <= (options.snapshot ?? -1)) size = Math.max(list.size, wanted + 50);
  }
  const ready = book.release(0);
  if (ready.length > 0) yield ready;
  return book.coverage(pass, options);
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
  book: Book<T>;
  pass: Pass;
  options: WalkOptions;
}

/** One pass over the list, a page a step, until a positive end. */
async function* sweep<T>(
  list: List<T>,
  from: Place,
  { book, pass, options }: Sweep<T>,
): AsyncGenerator<undefined, Pass> {
  const { expected, ahead, most = MOST_ROWS } = options;
  const pages = pageReader(list, from, ahead);
  const isDue = () => Math.max(pass.total ?? 0, expected ?? 0) > book.covered();
  const isCounted = () => (pass.total ?? expected) === book.covered();
  let oversized = false;
  /** Pages that brought something new. */
  let bearing = 0;
  let stale = 0;
  /** Rows of pages that brought nothing new; their own may be lost, unless a cursor leads on. */
  let again = 0;
  /** Rows of the fullest page, and what the latest ones are shorter by: left out, where others follow. */
  let fullest = 0;
  let shorter = 0;
  let more = false;
  const end = (...gaps: Gap[]) => {
    pass.gaps.push(...gaps);
    pass.repeats += again;
    return pass;
  };
  for (;;) {
    const read = await pages.next();
    if (read.kind === 'past end') {
      if (isDue() || isCounted()) return end();
      if (more) return end(refused(list));
      return list.pastEndIsFault === true && read.full && pass.total === undefined ? end(endUnknown(list)) : end();
    }
    const { page, first, number } = read;
    const { token } = read.place;
    const before = book.covered();
    const { fresh, repeats } = book.add(page);
    if (page.total !== undefined) {
      pass.latest = Math.max(pass.latest ?? 0, page.total);
      pass.total = Math.max(pass.total ?? 0, page.total);
    }
    if (page.failed) pass.gaps.push(failedInAnswer(list));
    oversized ||= first && page.rows.length > from.size;
    // Rows without ids look alike: they lead on only where they are new and the platform counts more.
    stale = fresh > 0 || (book.covered() > before && isDue()) ? 0 : stale + 1;
    again += repeats;
    if (fresh > 0) {
      bearing += 1;
      pass.repeats += again;
      pass.holes += shorter;
      again = 0;
      shorter = 0;
    }
    fullest = Math.max(fullest, page.rows.length);
    // By rows, the next page begins where a short one ended; a cursor knows where it is.
    const leaves = list.by === 'page' || (list.by === 'skip' && page.rows.length === 0);
    if (leaves && token === undefined) shorter += Math.max(fullest, 1) - page.rows.length;
    more = saysMore(page, number);
    yield undefined;
    if (isOver(list, page, { number, covered: book.covered(), total: pass.total, expected, token })) {
      // A token in a form that cannot be sent back, or none although pages are left.
      const byToken = list.by === 'token' || token !== undefined;
      const lost = byToken && more && (page.more === true || !isCounted()) && !isDue();
      return lost ? end(noWayOn(list)) : end();
    }
    if (book.covered() >= most) {
      pass.capped = true;
      return end(capped(list, most));
    }
    if (stale >= MOST_STALE) {
      again = 0;
      if (isDue()) return end();
      if (page.rows.length === 0) return isCounted() ? end() : end(endedEarly(list));
      // A platform that knows no pages sends more than was asked for, and the same again.
      const whole = oversized && bearing <= 1 ? page.more !== true && page.next === undefined : isCounted() && !more;
      return whole ? end() : end(comesAgain(list));
    }
    pages.advance(fresh === 0);
    // Its numbers were not heeded: the page that came again stood in place of nothing.
    if (token === undefined && pages.place().token !== undefined) {
      again = 0;
      shorter = 0;
    }
  }
}

const endUnknown = <T>({ what }: List<T>): Gap => ({
  kind: 'end_unknown',
  note: `The list of ${what} ended in an error, which may or may not be its end.`,
});
const failedInAnswer = <T>({ what }: List<T>): Gap => ({
  kind: 'error_in_answer',
  note: `The platform sent ${what} together with an error, so that some may be left out.`,
});
const endedEarly = <T>({ what }: List<T>): Gap => ({
  kind: 'ended_early',
  note: `The platform said that more ${what} follow, but its pages were empty.`,
});
const refused = <T>({ what }: List<T>): Gap => ({
  kind: 'ended_early',
  note: `The platform said that more ${what} follow, but answered with an error where they should be.`,
});
const noWayOn = <T>({ what }: List<T>): Gap => ({
  kind: 'ended_early',
  note: `The platform said that more ${what} follow, but not in a form that leads there.`,
});
const comesAgain = <T>({ what }: List<T>): Gap => ({
  kind: 'repeated',
  note: `The same page of ${what} came again and again, so that more may follow.`,
});
const capped = <T>({ what }: List<T>, most: number): Gap => ({
  kind: 'capped',
  note: `No more than ${most} ${what} are read.`,
});

/** Hands the rows of a walk to `visit` as they come; the coverage in the end. */
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
