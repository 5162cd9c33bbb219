/** Pages by number, a few of them asked for before they are wanted. */

/** How many pages are on their way at once while one is read: the platform works while we do. */
const AT_ONCE = 3;
/** How far ahead of the one that is read: enough that three are on their way while three wait, and no more to hold. */
const AHEAD = 5;

export interface PagesAhead<P> {
  /** Page `number`; those after it, up to `last`, may be asked for before they are wanted. */
  take(number: number, last?: number): Promise<P>;
  /** Drops what was asked for ahead: other pages are wanted now. */
  forget(): void;
}

/** A row of pages that belong together, until they are forgotten. */
interface Row<P> {
  /** Asked for and not taken yet. */
  pages: Map<number, Promise<P>>;
  onTheWay: number;
  /** The next one to ask for, and the last that may be asked for by now. */
  next: number;
  last: number;
}

/**
 * Pages by number, each fetched once, a few ahead of the one that is read. Only for pages that are known to exist: what
 * is asked for ahead counts against the platform's limits whether it is wanted in the end or not. After a failure nothing
 * more is asked for ahead until the next page is taken. `fetch` may say that a page has arrived before it is read.
 */
export function pagesAhead<P>(fetch: (number: number, arrived: () => void) => Promise<P>): PagesAhead<P> {
  const empty = (): Row<P> => ({ pages: new Map(), onTheWay: 0, next: 0, last: -1 });
  let row = empty();

  const ask = (from: Row<P>, number: number) => {
    from.onTheWay += 1;
    let onTheWay = true;
    const arrived = () => {
      if (onTheWay) from.onTheWay -= 1;
      onTheWay = false;
    };
    const page = fetch(number, () => {
      arrived();
      askAhead(from);
    });
    from.pages.set(number, page);
    page.then(
      () => {
        arrived();
        askAhead(from);
      },
      // The failure is told to the one that takes the page.
      () => {
        arrived();
        from.last = -1;
      },
    );
    return page;
  };
  const askAhead = (from: Row<P>) => {
    while (from === row && from.onTheWay < AT_ONCE && from.next <= from.last) {
      const number = from.next++;
      if (!from.pages.has(number)) ask(from, number);
    }
  };
  return {
    take(number, last = number) {
      const page = row.pages.get(number) ?? ask(row, number);
      row.next = Math.max(row.next, number + 1);
      row.last = Math.min(last, number + AHEAD);
      askAhead(row);
      row.pages.delete(number);
      return page;
    },
    forget() {
      row = empty();
    },
  };
}
