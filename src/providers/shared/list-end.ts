/**
 * The rules by which a list is over, and the gaps that its pages leave. The walk over a whole list (`pages.ts`) and a
 * page of our own (`cursor-page.ts`) share them.
 */
import type { Gap } from '../../model/coverage.ts';
import type { List, Place, RawPage } from './list.ts';
import { isOver, type ReadPage, saysMore } from './page-reader.ts';

/** Rows that were read, and the counts that they are compared with. */
export interface Expected {
  /** Rows read so far, usable or not. */
  covered: number;
  /** Number of rows as the list counts them, and as the platform counts them elsewhere. */
  total?: number | undefined;
  expected?: number | undefined;
}

export interface ListEnd<T> {
  /** Adds a page: how many of its rows are new and how many came before; `leads` = rows without ids on it justify reading on. */
  add(read: ReadPage<T> & { kind: 'page' }, rows: { fresh: number; repeats: number; leads: boolean }): void;
  /** Hears from where the next page is asked for. */
  advanced(place: Place): void;
  /** The gaps at the end, where the list ends with the page that was added; undefined = it goes on. */
  end(expected: Expected): Gap[] | undefined;
  /** The gaps at the end, where the platform refused the next page. */
  refused(full: boolean, expected: Expected): Gap[];
  /** Whether as much was read of the list as ever is: `most` rows of whatever kind, or too many pages. */
  isFull(most: number): boolean;
  /** Number of rows that came again: each may stand in place of a row that was not shown. */
  repeats(): number;
  /** Number of rows by which pages in the middle were shorter than the fullest page. */
  holes(): number;
  /** State for a later call that reads the same list on. */
  state(): ListEndState;
}

export interface ListEndState {
  /** Number of latest pages in a row without a new row. */
  stale: number;
  /** Number of pages with a new row. */
  withNews: number;
  oversized: boolean;
  /** Rows of the latest pages that came again; they count as repeats once a page with a new row follows. */
  pendingRepeats: number;
  /** Rows of the fullest page. */
  fullest: number;
  /** Rows by which the latest pages are shorter than it; they count as holes once a page with a new row follows. */
  pendingHoles: number;
  /** The last page said that more follows. */
  more: boolean;
  /** Number of latest pages in a row without a row that can be used. */
  unusable: number;
}

const AT_START: ListEndState = {
  stale: 0,
  withNews: 0,
  oversized: false,
  pendingRepeats: 0,
  fullest: 0,
  pendingHoles: 0,
  more: false,
  unusable: 0,
};

/** Most rows read of one list, also of those that came again or cannot be used. */
export const MOST_ROWS = 200_000;
/** Most pages read of one list: these many rows in pages of ten. */
export const MOST_PAGES = MOST_ROWS / 10;
/** Most characters of one list: 100,000 rows of five thousand each. */
export const MOST_CHARACTERS = 500_000_000;
/** A list is not read on after this many pages in a row without a new row. */
const MOST_STALE = 2;
/** Nor after this many in a row on which nothing can be used, however many rows the platform counts. */
const MOST_UNUSABLE = 20;

/** Follows the pages of one list from `from` on; `before` is the state that an earlier call on the same list ended with. */
export function listEnd<T>(list: List<T>, from: Place, before: ListEndState = AT_START): ListEnd<T> {
  let latest: { page: RawPage<T>; number: number; token: string | undefined } | undefined;
  let { stale, withNews, oversized, pendingRepeats, fullest, pendingHoles, more, unusable } = before;
  let repeats = 0;
  let holes = 0;
  let pages = 0;
  let arrivals = 0;
  let characters = 0;
  const isDue = ({ covered, total, expected }: Expected) => Math.max(total ?? 0, expected ?? 0) > covered;
  const isCounted = ({ covered, total, expected }: Expected) => (total ?? expected) === covered;

  return {
    isFull: (most) => arrivals >= most || pages >= MOST_PAGES || characters >= MOST_CHARACTERS,
    repeats: () => repeats,
    holes: () => holes,
    state: () => ({ stale, withNews, oversized, pendingRepeats, fullest, pendingHoles, more, unusable }),
    add({ page, first, number, place, skipped }, rows) {
      latest = { page, number, token: place.token };
      more = saysMore(page, number);
      oversized ||= first && page.rows.length > from.size;
      pages += 1;
      arrivals += page.rows.length;
      characters += page.characters ?? 0;
      unusable = rows.fresh > 0 ? 0 : unusable + 1;
      const leads = rows.leads && unusable < MOST_UNUSABLE;
      stale = rows.fresh > 0 || leads ? 0 : Math.max(stale + 1, rows.leads ? MOST_STALE : 0);
      pendingRepeats += rows.repeats;
      if (rows.fresh > 0) {
        withNews += 1;
        repeats += pendingRepeats;
        holes += pendingHoles;
        pendingRepeats = 0;
        pendingHoles = 0;
      }
      const arrived = page.rows.length + skipped;
      const numbered = list.by === 'page' && place.token === undefined;
      fullest = Math.min(fullest, place.size);
      // A page longer than all before it shows that those were shorter than they should be.
      if (numbered && withNews > 1 && rows.fresh > 0) holes += Math.max(0, arrived - fullest);
      fullest = Math.max(fullest, arrived);
      // By `skip`, the next page begins where a short page ended, so that only an empty page leaves rows out. A cursor
      // leaves none out.
      const mayLeaveRowsOut = numbered || (list.by === 'skip' && place.token === undefined && arrived === 0);
      if (mayLeaveRowsOut) pendingHoles += Math.max(fullest, 1) - arrived;
    },
    advanced(place) {
      if (latest?.token !== undefined || place.token === undefined || list.by === 'token') return;
      // The platform ignored page numbers: the page that came again stood in place of no other page.
      pendingRepeats = 0;
      pendingHoles = 0;
    },
    end(expected) {
      if (!latest) return undefined;
      const { page, number, token } = latest;
      if (isOver(list, page, { ...expected, number, token })) {
        repeats += pendingRepeats;
        // The token has a form that cannot be sent back, or is absent although pages are left.
        const byToken = list.by === 'token' || token !== undefined;
        const noToken = byToken && more && (page.more === true || !isCounted(expected)) && !isDue(expected);
        return noToken ? [noWayOn(list)] : [];
      }
      if (stale < MOST_STALE) return undefined;
      if (isDue(expected)) return [];
      if (page.rows.length === 0) return isCounted(expected) ? [] : [endedEarly(list)];
      // A platform without paging sends more rows than were asked for, and the same rows again.
      const unpaged = oversized && withNews <= 1;
      const whole = unpaged ? page.more !== true && page.next === undefined : isCounted(expected) && !more;
      return whole ? [] : [comesAgain(list)];
    },
    refused(full, expected) {
      repeats += pendingRepeats;
      if (isDue(expected) || isCounted(expected)) return [];
      if (more) return [refused(list)];
      return list.pastEndIsFault === true && full && expected.total === undefined ? [endUnknown(list)] : [];
    },
  };
}

const endUnknown = <T>({ what }: List<T>): Gap => ({
  kind: 'end_unknown',
  note: `The list of ${what} ended in an error, which may or may not be its end.`,
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
/** The gap of a list whose pages repeat without end. */
export const comesAgain = <T>({ what }: List<T>): Gap => ({
  kind: 'repeated',
  note: `The same page of ${what} came again and again, so that more may follow.`,
});

/** The gap of a list that is not read to its end. */
export const capped = <T>({ what }: List<T>, most: number): Gap => ({
  kind: 'capped',
  note: `No more than ${most} ${what}, on ${MOST_PAGES} pages or in ${MOST_CHARACTERS / 1_000_000} MB, are read of one list; those that came again count, too.`,
});

/** The gap of a page that came with an error in it. */
export const failedInAnswer = <T>({ what }: List<T>): Gap => ({
  kind: 'error_in_answer',
  note: `The platform sent ${what} together with an error, so that some may be left out.`,
});

/** The gap of rows that came again, else of short pages, where nothing says that nothing was lost. */
export function leftOut<T>({ what }: List<T>, repeats: number, holes: number): Gap[] {
  const note = `so that ${repeats > 0 ? 'others' : 'some'} may have been left out.`;
  if (repeats > 0) return [{ kind: 'repeated', note: `Pages showed some ${what} again, ${note}` }];
  if (holes === 0) return [];
  return [{ kind: 'ended_early', note: `Pages in the middle of the list of ${what} came shorter, ${note}` }];
}
