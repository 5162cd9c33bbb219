/**
 * The lists of this host as the walk wants them. The vendor documents neither what stands at the ends nor whether `skip`
 * and its cursors go together: all lists are asked for by `skip`, and one that does not heed it is read by its cursor.
 */
import { fifthOf, type List, type Place, type RawPage } from '../shared/list.ts';
import { isRefusal } from './faults.ts';
import { PLATFORM } from './platform.ts';
import { idOf } from './wire.ts';

/** Biggest page of the Simulator (documented), taken for the main API too. */
export const BIGGEST_PAGE = 100;
const MOST_HEADS = 1000;

export interface PageQuery {
  limit: number;
  skip?: number;
  next?: string;
}

type Identified = Parameters<typeof idOf>[0];

export interface ListOptions<T> extends Partial<Pick<List<T>, 'size' | 'stateOf' | 'keeps'>> {
  /** `runs`, `tests`: what is listed, in our words. */
  what: string;
  /** One page; `arrived` is called when it is here and not read yet. */
  fetch(query: PageQuery, arrived?: () => void): Promise<RawPage<T>>;
}

export function listOf<T extends Identified>({ fetch, size = BIGGEST_PAGE, ...rest }: ListOptions<T>): List<T> {
  return {
    platform: PLATFORM,
    by: 'skip',
    size,
    fetch({ offset, size: limit, token }, arrived) {
      return fetch(token === undefined ? { limit, skip: offset } : { limit, next: token }, arrived);
    },
    idOf,
    isPastEnd: isRefusal,
    smaller: fifthOf,
    ...rest,
  };
}

/**
 * Makes lists that are read in pieces by several calls go by `skip` on every host: one that does not heed it shows the
 * head of the list again (it is remembered by `key`), and one that knows no pages sends everything at once.
 */
export function createPieces(): <T>(key: string, list: List<T>) => List<T> {
  const heads = new Map<string, string>();
  return (key, list) => ({
    ...list,
    async fetch(place, arrived) {
      const page = await list.fetch(place, arrived);
      if (place.token !== undefined) return page;
      const { offset, size } = place;
      const [first] = page.rows;
      const head = first === undefined ? undefined : list.idOf(first);
      if (offset === 0 && head !== undefined) {
        if (heads.size > MOST_HEADS) heads.clear();
        heads.set(key, head);
      }
      const again = offset > 0 && head !== undefined && heads.get(key) === head;
      const silent = page.total === undefined && page.more === undefined && page.next === undefined;
      if (silent && (again || page.rows.length > size))
        return { rows: page.rows.slice(offset, offset + size), total: page.rows.length };
      return again && page.next !== undefined ? byCursor(list, page, place) : page;
    },
  });
}

/** The page at `offset` of a host that heeds its cursors only, from its first page on. */
async function byCursor<T>(list: List<T>, first: RawPage<T>, { offset, size }: Place): Promise<RawPage<T>> {
  let page = first;
  let from = 0;
  while (page.rows.length > 0 && from + page.rows.length <= offset && page.next !== undefined) {
    from += page.rows.length;
    page = await list.fetch({ offset: from, size, token: page.next });
  }
  return { ...page, rows: page.rows.slice(Math.max(0, offset - from)) };
}
