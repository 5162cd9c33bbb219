/** What of the rows of a list one call took: new ones, those that came again, those that cannot be used. */
import { createHash } from 'node:crypto';
import type { Gap } from '../../model/coverage.ts';
import type { List, RawPage } from './list.ts';
import type { Trail } from './page-cursor.ts';

/** `trail`: what earlier calls dealt with. */
export function rowsTaken<W>(list: List<W>, trail: Trail | undefined) {
  const seen = new Set<string>();
  /** Rows that an earlier call dealt with. */
  const before = new Set<string>();
  let dropped = trail?.within ?? 0;
  let unreadable = 0;
  let nameless = 0;
  return {
    unusable: () => unreadable + nameless,
    covered: () => (trail?.covered ?? 0) + seen.size + unreadable + nameless,
    add(row: W | undefined, again: boolean): 'fresh' | 'again' | 'none' {
      const id = row === undefined ? undefined : list.idOf(row);
      const named = id !== undefined && id !== '';
      if (dropped > 0 || again) {
        dropped = Math.max(0, dropped - 1);
        if (named) before.add(id);
        return again && named ? 'again' : 'none';
      }
      if (row === undefined) unreadable += 1;
      else if (!named) nameless += 1;
      if (!named) return 'none';
      if (seen.has(id) || before.has(id)) return 'again';
      seen.add(id);
      return 'fresh';
    },
    gaps({ short, surplus, total }: { short: number; surplus: number; total: number | undefined }): Gap[] {
      const { what } = list;
      const were = short === 1 ? 'was' : 'were';
      const found: [Gap['kind'], number, string][] = [
        ['missing', short, `of the ${total} ${what} that the platform counts ${were} on no page.`],
        ['surplus', surplus, `more ${what} were shown than the ${total} that the platform counts.`],
        ['without_id', nameless, `of the ${what} came without an id and cannot be listed.`],
        ['unreadable', unreadable, `of the ${what} came in a form that cannot be read.`],
      ];
      return found.flatMap(([kind, count, text]) => (count > 0 ? [{ kind, count, note: `${count} ${text}` }] : []));
    },
  };
}

/** Tells pages of a list apart by the ids on them; empty for one without any. */
export function pagePrint<W>(list: List<W>, { rows }: RawPage<W>): string {
  const ids = rows.map((row) => (row === undefined ? '' : (list.idOf(row) ?? '')));
  if (ids.every((id) => id === '')) return '';
  return createHash('sha256').update(JSON.stringify(ids)).digest('base64url').slice(0, 12);
}
