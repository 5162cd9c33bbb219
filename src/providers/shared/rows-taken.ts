/** Counts the rows of a list that one call took: new rows, repeated rows and unusable rows. */
import { createHash } from 'node:crypto';
import type { Gap } from '../../model/coverage.ts';
import type { List, RawPage } from './list.ts';
import type { Trail } from './page-cursor.ts';

/** Begins the count of one call; `trail` says what earlier calls read of the list. */
export function rowsTaken<W>(list: List<W>, trail: Trail | undefined) {
  const seen = new Set<string>();
  /** Ids of rows that an earlier call read. */
  const readEarlier = new Set<string>();
  /** Rows still to be passed over, because an earlier call read them. */
  let toSkip = trail?.within ?? 0;
  let unreadable = 0;
  let nameless = 0;
  return {
    unusable: () => unreadable + nameless,
    covered: () => (trail?.covered ?? 0) + seen.size + unreadable + nameless,
    add(row: W | undefined, repeatedPage: boolean): 'fresh' | 'again' | 'none' {
      const id = row === undefined ? undefined : list.idOf(row);
      const named = id !== undefined && id !== '';
      if (toSkip > 0 || repeatedPage) {
        toSkip = Math.max(0, toSkip - 1);
        if (named) readEarlier.add(id);
        return repeatedPage && named ? 'again' : 'none';
      }
      if (row === undefined) unreadable += 1;
      else if (!named) nameless += 1;
      if (!named) return 'none';
      if (seen.has(id) || readEarlier.has(id)) return 'again';
      seen.add(id);
      return 'fresh';
    },
    gaps({ short, surplus, total }: { short: number; surplus: number; total: number | undefined }): Gap[] {
      const { what } = list;
      const were = short === 1 ? 'was' : 'were';
      const found: [Gap['kind'], number, string][] = [
        ['missing', short, `of the ${total} ${what} that the platform counts ${were} on no page.`],
        ['surplus', surplus, `more ${what} were shown than the ${total} that the platform counts.`],
        ['without_id', nameless, `of the ${what} came without an id that can be used, and cannot be listed.`],
        ['unreadable', unreadable, `of the ${what} came in a form that cannot be read.`],
      ];
      return found.flatMap(([kind, count, text]) => (count > 0 ? [{ kind, count, note: `${count} ${text}` }] : []));
    },
  };
}

/** A short digest of the ids on a page, which tells pages apart; empty for a page without ids. */
export function pagePrint<W>(list: List<W>, { rows }: RawPage<W>): string {
  const ids = rows.map((row) => (row === undefined ? '' : (list.idOf(row) ?? '')));
  if (ids.every((id) => id === '')) return '';
  return createHash('sha256').update(JSON.stringify(ids)).digest('base64url').slice(0, 12);
}
