/** How many pages are on their way while one is read: the platform works while we do. */
const AHEAD = 2;

export interface PagesAhead<P> {
  /** Page `number`; those after it, up to `last`, may be asked for before they are wanted. */
  take(number: number, last?: number): Promise<P>;
  /** What was asked for ahead is not what is wanted any more. */
  forget(): void;
}

/**
 * Pages by number, each fetched once, a few ahead of the one that is read. Only for pages that are known to exist: what
 * is asked for ahead counts against the platform's limits whether it is wanted in the end or not.
 */
export function pagesAhead<P>(fetch: (number: number) => Promise<P>): PagesAhead<P> {
  const underWay = new Map<number, Promise<P>>();
  return {
    take(number, last = number) {
      for (let one = number; one <= Math.min(last, number + AHEAD); one += 1) {
        if (underWay.has(one)) continue;
        const page = fetch(one);
        // Whoever takes it hears of a failure; when nobody does, it is nobody's.
        page.catch(() => undefined);
        underWay.set(one, page);
      }
      const page = underWay.get(number) ?? fetch(number);
      underWay.delete(number);
      return page;
    },
    forget: () => underWay.clear(),
  };
}
