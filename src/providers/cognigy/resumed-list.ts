/**
 * Lists that are read in pieces by several calls. A peculiarity of this host: the vendor documents `skip`, but not
 * whether every list heeds it, and a list that heeds only cursors cannot be entered in the middle.
 */
import type { List, Place, RawPage } from '../shared/list.ts';

/** Lists whose first id is remembered. */
const MOST_LISTS = 1000;

/**
 * Makes lists go by `skip` on every host. A host that ignores `skip` answers with the first page again: the id of the
 * first row is remembered by `key`, so that the repetition is seen. A host without paging sends all rows at once.
 */
export function createResumedLists(): <T>(key: string, list: List<T>) => List<T> {
  /** Id of the first row of each list, by `key`. */
  const firstIdByList = new Map<string, string>();
  return (key, list) => ({
    ...list,
    async fetch(place, arrived) {
      const page = await list.fetch(place, arrived);
      if (place.token !== undefined) return page;
      const { offset, size } = place;
      const [first] = page.rows;
      const firstId = first === undefined ? undefined : list.idOf(first);
      if (offset === 0 && firstId !== undefined) {
        if (firstIdByList.size > MOST_LISTS) firstIdByList.clear();
        firstIdByList.set(key, firstId);
      }
      const repeatsFirstPage = offset > 0 && firstId !== undefined && firstIdByList.get(key) === firstId;
      const tellsNoPaging = page.total === undefined && page.more === undefined && page.next === undefined;
      if (tellsNoPaging && (repeatsFirstPage || page.rows.length > size))
        return { rows: page.rows.slice(offset, offset + size), total: page.rows.length };
      return repeatsFirstPage && page.next !== undefined ? byCursor(list, page, place) : page;
    },
  });
}

/** The page at `offset` of a host that heeds only cursors: follows them from the first page on. */
async function byCursor<T>(list: List<T>, first: RawPage<T>, { offset, size }: Place): Promise<RawPage<T>> {
  let page = first;
  let pageStart = 0;
  while (page.rows.length > 0 && pageStart + page.rows.length <= offset && page.next !== undefined) {
    pageStart += page.rows.length;
    page = await list.fetch({ offset: pageStart, size, token: page.next });
  }
  return { ...page, rows: page.rows.slice(Math.max(0, offset - pageStart)) };
}
