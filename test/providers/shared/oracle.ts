/**
 * What a world's answers jointly reveal, worked out without the walk: what in them contradicts the rows, whether more
 * could have been asked for, and whether a careful client can read the world exactly.
 */
import { type Row, type Server, serverOf } from './servers.ts';
import type { World } from './worlds.ts';

export type Contradiction =
  | 'a row cannot be used'
  | 'counts more than rows'
  | 'counts fewer than rows'
  | 'more expected'
  | 'fewer expected'
  | 'rows come again'
  | 'a page in the middle is short'
  | 'an error beside rows'
  | 'more follows'
  | 'no end'
  | 'end in doubt';

/** Everything in the answers (and the expectation) that the rows alone do not bear out. */
export function contradictions(
  { list, log }: Pick<Server, 'list' | 'log'>,
  { expected, exact }: Pick<World, 'expected' | 'exact'>,
): Set<Contradiction> {
  const found = new Set<Contradiction>();
  const passes: Server['log'][] = [];
  for (const answer of log) {
    if (answer.place.offset === 0 && answer.place.token === undefined) passes.push([]);
    passes.at(-1)?.push(answer);
  }
  const ids = (rows: readonly (Row | undefined)[]) => rows.map((row) => row?.id || undefined);
  const all = new Set<string>();
  let most: number | undefined;
  for (const { page } of log) {
    if (page?.total !== undefined) most = Math.max(most ?? 0, page.total);
    for (const row of page?.rows ?? []) {
      if (!row?.id) found.add('a row cannot be used');
      else all.add(row.id);
    }
  }
  const last = passes.at(-1) ?? [];
  if (last.some(({ page }) => page?.failed)) found.add('an error beside rows');
  if (most !== undefined && most > all.size) found.add('counts more than rows');
  const latest = last.flatMap(({ page }) => (page?.total === undefined ? [] : [page.total]));
  if (latest.length > 0 && Math.max(...latest) < all.size) found.add('counts fewer than rows');
  if ((expected ?? 0) > all.size) found.add('more expected');
  if (exact && expected !== undefined && expected < all.size) found.add('fewer expected');

  const counted = (most ?? expected) === all.size;
  const clean = (pass: Server['log']) => {
    const pages = new Set<string>();
    const seen = new Set<string>();
    for (const [at, { page, place }] of pass.entries()) {
      const named = ids(page?.rows ?? []);
      const whole = named.toSorted().join(' ');
      // A whole page that came again and was left for a cursor, or is all that there is, stands in place of nothing.
      const left = place.token === undefined && pass[at + 1]?.place.token !== undefined;
      if (pages.has(whole) || (left && named.every((id) => id === undefined || seen.has(id)))) continue;
      pages.add(whole);
      for (const id of named) {
        if (id !== undefined && seen.has(id)) return false;
        if (id !== undefined) seen.add(id);
      }
    }
    return passes.length === 1 || seen.size === all.size;
  };
  if (!counted && passes.some((pass) => !clean(pass)) && !clean(last)) found.add('rows come again');

  // Numbers count places: what a page lacks before another one is nowhere.
  const short = (pass: Server['log']) => {
    const numbered = pass.flatMap(({ page, place }) => (page && place.token === undefined ? [{ page, place }] : []));
    const end = numbered.findLastIndex(({ page }) => page.rows.length > 0);
    const kept = list.by === 'page' ? Math.max(...numbered.map(({ page }) => page.rows.length)) : 1;
    const isShort = ({ page, place }: (typeof numbered)[number]) => page.rows.length < Math.min(kept, place.size);
    return list.by !== 'token' && numbered.some((one, at) => at < end && isShort(one));
  };
  if (!counted && short(last)) found.add('a page in the middle is short');

  const pages = last.flatMap(({ page }) => (page ? [page] : []));
  const end = pages.at(-1);
  // Where sizes were made smaller on the way, in pages of the last size.
  const sizes = new Set(last.map(({ place }) => place.size));
  const size = last.at(-1)?.place.size ?? 1;
  const rows = pages.reduce((sum, page) => sum + page.rows.length, 0);
  const number = list.by === 'token' && sizes.size > 1 ? Math.ceil(rows / size) : pages.length;
  const refused = last.at(-1)?.page === undefined;
  const says = (page = end) => page?.more === true || (page?.next !== undefined && (list.by === 'token' || refused));
  const empty = end?.rows.length === 0;
  if (says() && !((empty || refused) && counted)) found.add('more follows');
  if (refused && !counted && (end?.total_pages ?? 0) > number) found.add('more follows');
  const full = (end?.rows.length ?? 0) >= Math.max(...pages.map(({ rows }) => rows.length));
  if (refused && list.pastEndIsFault && !counted && full) found.add('end in doubt');
  if (list.by === 'token' && !refused && !counted && (end?.total_pages ?? 0) > number) found.add('more follows');
  return found;
}

/** Ids that this server shows to somebody who asks for everything there is to ask for. */
export async function everything(world: World): Promise<Set<string>> {
  const { list, log } = serverOf(world);
  const places: { offset: number; size: number; token?: string }[] = [];
  const sizes = [world.asked, world.clamp?.to, typeof world.fixed === 'number' ? world.fixed : undefined, 1_000];
  for (const size of sizes)
    for (
      let page = 0;
      size !== undefined && page <= Math.ceil(world.n / Math.min(size, world.clamp?.to ?? size)) + 2;
      page += 1
    )
      places.push({ offset: page * size, size });
  const tokens = new Set<string>();
  for (let at = 0; at < places.length && at < 3_000; at += 1) {
    const place = places[at];
    if (!place) break;
    const page = await list.fetch(place).catch(() => undefined);
    if (page?.next !== undefined && !tokens.has(page.next)) {
      tokens.add(page.next);
      places.push({ offset: 0, size: place.size, token: page.next });
    }
  }
  return new Set(log.flatMap(({ page }) => page?.rows.flatMap((row) => row?.id || []) ?? []));
}

/** By what sign the last pass ended. */
export function signOf({ list, log }: Pick<Server, 'list' | 'log'>): string {
  const { page, place } = log.at(-1) ?? {};
  if (!page) return 'an error behind the last page';
  if (page.rows.length === 0) return 'an empty page';
  if (list.by === 'token' || place?.token !== undefined) return 'no further token';
  if (page.total !== undefined) return 'a count that is reached';
  if (page.more === false) return 'a mark of the last page';
  if (page.total_pages !== undefined) return 'the number of pages';
  return page.rows.length > list.size || log.some((one) => (one.page?.rows.length ?? 0) > one.place.size)
    ? 'all at once, and again'
    : 'none';
}

/** Rows of a page of this world. */
export function kept({ fixed, clamp, asked, bearable = asked, n }: World): number {
  let size = asked;
  while (size > bearable) size = Math.max(1, Math.floor(size / 5));
  if (fixed === 'all') return Math.max(1, n);
  return fixed ?? Math.min(size, clamp?.to ?? size);
}

/**
 * Whether nothing that this server says is untrue, nothing is hidden, and what it says suffices to know the end: then a
 * careful client reads it exactly, and every doubt is needless.
 */
export function isPlain(world: World): boolean {
  const { n, asked, count, more, total_pages, tokens, behind, expected, exact } = world;
  const size = kept(world);
  const hidden = [world.lost, world.holes, world.replaced, world.nameless, world.unreadable].some(
    (one) => one.length > 0,
  );
  if (hidden || world.failed || world.broken || world.restless) return false;
  if (world.moves === 'each request') return false;
  const honestCount = count === 'true' || (count === 'hiding' && world.lost.length === 0);
  if (!honestCount && count !== 'absent') return false;
  if (more === 'always' || more === 'never') return false;
  if (total_pages === 'low' || total_pages === 'high') return false;
  // A number of pages in the wrong size is found out by a page that is short and not the last.
  if (total_pages === 'by asked' && size !== asked && (count === 'absent' || world.by === 'token')) return false;
  if (expected !== undefined && (expected > n || (exact && expected !== n))) return false;
  // What there is to know the end by.
  const counted = honestCount || expected === n;
  const marked = honestCount || more === 'true' || (total_pages !== 'absent' && total_pages !== 'by asked');
  if (world.twice.length > 0 && (!counted || world.moves !== 'no')) return false;
  if (world.by === 'token') {
    if (world.moves === 'insert' && count !== 'absent') return false;
    return !world.empty && (tokens === 'text' || tokens === 'number' || tokens === 'empty page');
  }
  if (world.empty && n > 0) return false;
  if (world.deaf) return n <= size ? marked : world.cursor;
  if (world.fixed === 'all') return marked || n > asked || n === 0;
  if (behind === 'fault' || behind === 'last') return marked;
  return true;
}
