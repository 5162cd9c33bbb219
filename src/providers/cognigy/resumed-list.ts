/**
 * Lists that are read in pieces by several calls. A peculiarity of this host: what `skip` does is documented, whether it
 * is heeded is not, and a host that heeds its cursors only cannot be entered in the middle.
 */
import type { List, Place, RawPage } from '../shared/list.ts';

const MOST_HEADS = 1000;

/**
 * Makes lists go by `skip` on every host: one that does not heed it shows the head of the list again (it is remembered by
 * `key`), and one that knows no pages sends everything at once.
 */
export function createResumedLists(): <T>(key: string, list: List<T>) => List<T> {
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
