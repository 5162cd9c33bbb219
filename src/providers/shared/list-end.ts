/**
 * The rules by which a list is over, and what its pages leave in doubt. The walk to the end and a page of ours read by
 * the same.
 */
import type { Gap } from '../../model/coverage.ts';
import type { List, Place, RawPage } from './list.ts';
import { isOver, type ReadPage, saysMore } from './page-reader.ts';

/** What the rows are held against. */
export interface Expected {
  /** Rows dealt with. */
  covered: number;
  /** How many there are by the list, and by the platform elsewhere. */
  total?: number | undefined;
  expected?: number | undefined;
}

export interface ListEnd<T> {
  /** A page: how many of its rows are new, how many came before; `leads` = others on it are worth reading on for. */
  add(read: ReadPage<T> & { kind: 'page' }, rows: { fresh: number; repeats: number; leads: boolean }): void;
  /** The next page is asked for there. */
  advanced(place: Place): void;
  /** Whether the list ends with the page that was added, and what is open then; undefined = it goes on. */
  end(expected: Expected): Gap[] | undefined;
  /** What is open where the platform refused the next page. */
  refused(full: boolean, expected: Expected): Gap[];
  /** Rows that came again, and may stand in place of others. */
  repeats(): number;
  /** Rows that pages in the middle were shorter by than others. */
  holes(): number;
  /** What another course of the same list goes on with. */
  state(): ListEndState;
}

export interface ListEndState {
  /** Pages in a row, up to the last one, that brought nothing new. */
  stale: number;
  /** Pages that brought something new. */
  bearing: number;
  oversized: boolean;
  /** Rows of the latest pages that came again: others may be lost where more follows, unless a cursor leads on. */
  again: number;
  /** Rows of the fullest page, and what the latest ones are shorter by: left out, where others follow. */
  fullest: number;
  shorter: number;
  /** The last page said that more follows. */
  more: boolean;
}

const AFRESH: ListEndState = { stale: 0, bearing: 0, oversized: false, again: 0, fullest: 0, shorter: 0, more: false };

/** Rows of one list that are read at most. */
export const MOST_ROWS = 200_000;
/** Pages in a row that bring nothing new, after which a list is not read on. */
const MOST_STALE = 2;

/** Follows the pages of one list from `from` on; `before`: what an earlier course of the same list ended with. */
export function listEnd<T>(list: List<T>, from: Place, before: ListEndState = AFRESH): ListEnd<T> {
  let latest: { page: RawPage<T>; number: number; token: string | undefined } | undefined;
  let { stale, bearing, oversized, again, fullest, shorter, more } = before;
  let repeats = 0;
  let holes = 0;
  const isDue = ({ covered, total, expected }: Expected) => Math.max(total ?? 0, expected ?? 0) > covered;
  const isCounted = ({ covered, total, expected }: Expected) => (total ?? expected) === covered;

  return {
    repeats: () => repeats,
    holes: () => holes,
    state: () => ({ stale, bearing, oversized, again, fullest, shorter, more }),
    add({ page, first, number, place, skipped }, rows) {
      latest = { page, number, token: place.token };
      more = saysMore(page, number);
      oversized ||= first && page.rows.length > from.size;
      stale = rows.fresh > 0 || rows.leads ? 0 : stale + 1;
      again += rows.repeats;
      if (rows.fresh > 0) {
        bearing += 1;
        repeats += again;
        holes += shorter;
        again = 0;
        shorter = 0;
      }
      const arrived = page.rows.length + skipped;
      const numbered = list.by === 'page' && place.token === undefined;
      fullest = Math.min(fullest, place.size);
      // A page longer than those before it shows that they were not whole.
      if (numbered && bearing > 1 && rows.fresh > 0) holes += Math.max(0, arrived - fullest);
      fullest = Math.max(fullest, arrived);
      // By rows, the next page begins where a short one ended; a cursor knows where it is.
      const leaves = numbered || (list.by === 'skip' && place.token === undefined && arrived === 0);
      if (leaves) shorter += Math.max(fullest, 1) - arrived;
    },
    advanced(place) {
      if (latest?.token !== undefined || place.token === undefined || list.by === 'token') return;
      // Numbers were not heeded: the page that came again stood in place of nothing.
      again = 0;
      shorter = 0;
    },
    end(expected) {
      if (!latest) return undefined;
      const { page, number, token } = latest;
      if (isOver(list, page, { ...expected, number, token })) {
        repeats += again;
        // A token in a form that cannot be sent back, or none although pages are left.
        const byToken = list.by === 'token' || token !== undefined;
        const lost = byToken && more && (page.more === true || !isCounted(expected)) && !isDue(expected);
        return lost ? [noWayOn(list)] : [];
      }
      if (stale < MOST_STALE) return undefined;
      if (isDue(expected)) return [];
      if (page.rows.length === 0) return isCounted(expected) ? [] : [endedEarly(list)];
      // A platform that knows no pages sends more than was asked for, and the same again.
      const unpaged = oversized && bearing <= 1;
      const whole = unpaged ? page.more !== true && page.next === undefined : isCounted(expected) && !more;
      return whole ? [] : [comesAgain(list)];
    },
    refused(full, expected) {
      repeats += again;
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
  note: `No more than ${most} ${what} are read.`,
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
