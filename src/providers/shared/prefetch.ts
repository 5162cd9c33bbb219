/** Fetches pages by number, a few of them before they are wanted. */

/** Most pages under way at once while one is read: the platform works while we do. */
const AT_ONCE = 3;
/** How many pages ahead of the one that is read: three under way while others wait, and few enough to hold in memory. */
const AHEAD = 5;

export interface PagesAhead<P> {
  /** Page `number`; the pages after it, up to `last`, may be asked for before they are wanted. */
  take(number: number, last?: number): Promise<P>;
  /** Drops the pages asked for ahead, because other pages are wanted now. */
  forget(): void;
}

/** Pages asked for since the last `forget`. */
interface Sequence<P> {
  /** Pages that were asked for and not taken yet. */
  pages: Map<number, Promise<P>>;
  underWay: number;
  /** Number of the next page to ask for, and of the last one that may be asked for now. */
  next: number;
  last: number;
}

/**
 * Fetches pages by number, each once, a few ahead of the one that is read. It is only for pages that are known to exist:
 * a page asked for ahead counts against the platform's limits even if it is not wanted in the end. After a failure no
 * page is asked for ahead until the next one is taken. `fetch` may say that a page has arrived before it is read.
 */
export function pagesAhead<P>(fetch: (number: number, arrived: () => void) => Promise<P>): PagesAhead<P> {
  const empty = (): Sequence<P> => ({ pages: new Map(), underWay: 0, next: 0, last: -1 });
  let current = empty();

  const ask = (sequence: Sequence<P>, number: number) => {
    sequence.underWay += 1;
    let underWay = true;
    const arrived = () => {
      if (underWay) sequence.underWay -= 1;
      underWay = false;
    };
    const page = fetch(number, () => {
      arrived();
      askAhead(sequence);
    });
    sequence.pages.set(number, page);
    page.then(
      () => {
        arrived();
        askAhead(sequence);
      },
      // The failure is thrown to the caller that takes the page.
      () => {
        arrived();
        sequence.last = -1;
      },
    );
    return page;
  };
  const askAhead = (sequence: Sequence<P>) => {
    while (sequence === current && sequence.underWay < AT_ONCE && sequence.next <= sequence.last) {
      const number = sequence.next++;
      if (!sequence.pages.has(number)) ask(sequence, number);
    }
  };
  return {
    take(number, last = number) {
      const page = current.pages.get(number) ?? ask(current, number);
      current.next = Math.max(current.next, number + 1);
      current.last = Math.min(last, number + AHEAD);
      askAhead(current);
      current.pages.delete(number);
      return page;
    },
    forget() {
      current = empty();
    },
  };
}
