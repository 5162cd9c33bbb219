/**
 * Reads the lists of one or several platforms as one: each from its own place, merged newest first; the places to go on
 * from are one record. A platform that does not answer is named and keeps its place; the others are shown.
 */
import { type Coverage, coverageOf, foldCoverages, type Gap, withGaps } from '../model/coverage.ts';
import { type Problem, toProblem } from '../model/problem.ts';
import type { CallContext, Page, Provider } from '../providers/provider.ts';
import { platformDeadline } from './platform-deadline.ts';
import { unsupported } from './reading.ts';

/** Where the list of a platform goes on: its own cursor, and how many items of that page were shown. */
export interface ListPlace {
  cursor?: string | undefined;
  skip: number;
  /** The list of this platform has ended. */
  done?: boolean | undefined;
}
/** Places by id of the platform; a platform without one begins at the start of its list. */
export type ListPlaces = Readonly<Record<string, ListPlace>>;

export interface Listed<T> {
  items: T[];
  /** Where the list goes on; absent at its end. */
  next: ListPlaces | undefined;
  /**
   * Number of items over all platforms, as they count them, or as read where their lists have ended; absent where one of
   * them does not tell it, or did not answer.
   */
  total: number | undefined;
  coverage: Coverage;
  /** Ids of the platforms that did not answer; why stands in the gaps of the coverage. */
  not_answering: string[];
  /** What a reader must know of this page (trusted sentences). */
  notes: string[];
}

export interface ListQuery<T> {
  limit: number;
  places: ListPlaces;
  /** Refs that earlier pages showed: they are not shown again. */
  shown: ReadonlySet<string>;
  /** What is listed, in the plural, for messages. */
  what: string;
  /** How many of these items, counted from the first, an answer has room for. */
  fits(items: readonly T[]): number;
  /** The list of one platform; undefined where it has none. */
  list(
    provider: Provider,
    page: { limit: number; cursor?: string | undefined },
    call: CallContext,
  ): Promise<Page<T>> | undefined;
}

interface Part<T> {
  provider: Provider;
  place: ListPlace;
  /** Pages in a row from the place on, each with the cursor it was asked for by; none = it did not answer. */
  pages: { cursor: string | undefined; page: Page<T> }[];
  problem?: Problem | undefined;
}

/** Most pages read of one platform for one page of ours, where its pages are shorter than what is asked for. */
const MOST_PAGES = 3;
/** The same while no item is found (the platform does not filter, we do), and the milliseconds that this may take. */
const MOST_EMPTY_PAGES = 20;
const EMPTY_PAGES_MS = 8_000;

/** Reads one page. With a single platform its problem is thrown, and with several where none of them answers. */
export async function listAcross<T extends object>(
  providers: readonly Provider[],
  { limit, places, shown, what, fits, list }: ListQuery<T>,
  call: CallContext,
): Promise<Listed<T>> {
  const placeOf = ({ id }: Provider): ListPlace => (Object.hasOwn(places, id) ? places[id] : undefined) ?? { skip: 0 };
  const asked = providers.filter((provider) => placeOf(provider).done !== true);
  const alone = providers.length === 1;
  const until = performance.now() + EMPTY_PAGES_MS;
  const isShown = (item: T) => shown.has(refOf(item));
  const readsOn = ({ pages, place }: Pick<Part<T>, 'pages' | 'place'>) =>
    pages.length < MOST_PAGES ||
    (pages.length < MOST_EMPTY_PAGES &&
      performance.now() < until &&
      itemsOf({ pages }).slice(place.skip).every(isShown));
  const parts = await Promise.all(
    asked.map(async (provider): Promise<Part<T>> => {
      const place = placeOf(provider);
      const { signal, outcome } = alone
        ? { signal: call.signal, outcome: toProblem }
        : platformDeadline(provider, call.signal);
      const pages: Part<T>['pages'] = [];
      try {
        // Items of the first page that were shown do not fill our page: further pages may be needed.
        for (let wanted = limit + place.skip, { cursor } = place; wanted > 0 && readsOn({ pages, place }); ) {
          const page = await list(provider, { limit, cursor }, { signal });
          if (!page) return { provider, place, pages, problem: unsupported(provider, 'this list') };
          pages.push({ cursor, page });
          wanted -= page.items.length;
          cursor = page.next;
          if (cursor === undefined) break;
        }
        return { provider, place, pages };
      } catch (error) {
        if (alone) throw error;
        const problem = outcome(error);
        // What is asked for is not there: an answer, and an empty list.
        if (problem.kind === 'not_found' && problem.details.vendor === undefined && pages.length === 0)
          return { provider, place, pages: [{ cursor: place.cursor, page: noneOf(problem) }] };
        return { provider, place, pages: [], problem };
      }
    }),
  );
  const [first] = parts;
  if (first?.problem && parts.every(({ pages }) => pages.length === 0)) throw first.problem;

  const ranked = parts.flatMap((part) =>
    itemsOf(part)
      .slice(part.place.skip)
      .map((item, rank, all) => ({ item, rank, part, last: rank + 1 === all.length && goesOn(part) })),
  );
  // Items without a time take turns, so that a short list shows something of every platform. Sorting is stable: one
  // platform's items keep its order.
  if (!alone) ranked.sort((a, b) => createdAt(b.item).localeCompare(createdAt(a.item)) || a.rank - b.rank);
  const merged = upToUnknown(inTurn(ranked));
  const isFresh = ({ item }: { item: T }) => !isShown(item);
  const fresh = merged.filter(isFresh).slice(0, limit);
  const kept = fresh.slice(0, fits(fresh.map(({ item }) => item)));
  // The next page begins with the first fresh item that this page does not show.
  const nextPageStart = merged.findIndex((one) => isFresh(one) && !kept.includes(one));
  const dealtWith = nextPageStart < 0 ? merged : merged.slice(0, nextPageStart);
  const next: Record<string, ListPlace> = { ...places };
  let more = false;
  for (const part of parts) {
    const { id } = part.provider;
    // The next page asks a platform that did not answer from the same place.
    if (part.pages.length === 0) next[id] = part.place;
    else {
      const place = placeAfter(part, dealtWith.filter((one) => one.part === part).length);
      next[id] = place;
      more ||= place.done !== true;
    }
  }
  const problems = parts.filter((part) => part.problem !== undefined);
  const gaps = problems.map(
    ({ provider: { label }, problem }): Gap => ({
      kind: 'not_answering',
      note: `${label} did not answer: ${problem?.message ?? ''}`,
    }),
  );
  const pagesRead = parts.flatMap(({ pages }) => pages.map(({ page }) => page));
  const totals = parts.map(({ pages }) => pages[0]?.page.total);
  const totalKnown =
    problems.length === 0 && asked.length === providers.length && totals.every((one) => one !== undefined);
  const total = totalKnown ? totals.reduce((sum: number, one) => sum + (one ?? 0), 0) : undefined;
  // At the end of the list, items that the platforms count and that no page showed are missing.
  const pagesCoverage = foldCoverages(pagesRead.map(({ coverage }) => coverage));
  const all = shown.size + kept.length + (pagesCoverage.missing ?? 0) + (pagesCoverage.unreadable ?? 0);
  const short = !more && totalKnown && shown.size > 0 ? Math.max(0, (total ?? 0) - all) : 0;
  if (short > 0)
    gaps.push({
      kind: 'missing',
      count: short,
      note: `${short} of the ${total} ${what} that the platform counts ${short === 1 ? 'was' : 'were'} on no page.`,
    });
  const folded = withGaps(pagesCoverage, gaps);
  return {
    items: kept.map(({ item }) => item),
    next: more ? next : undefined,
    total: total ?? endedTotal(parts, providers.length),
    coverage: { ...folded, read: kept.length, expected: total, missing: (folded.missing ?? 0) + short || undefined },
    not_answering: problems.map(({ provider }) => provider.id),
    notes: pagesRead.flatMap(({ notes = [] }) => notes),
  };
}

/** The list of a platform that does not know what is asked for. */
function noneOf<T>({ message }: Problem): Page<T> {
  return { items: [], coverage: coverageOf({ read: 0 }), total: 0, notes: [message] };
}

function itemsOf<T>({ pages }: Pick<Part<T>, 'pages'>): T[] {
  return pages.flatMap(({ page }) => page.items);
}

/** How many items there are where each platform counts them or was read from the start of its list to its end. */
function endedTotal<T extends object>(parts: readonly Part<T>[], platforms: number): number | undefined {
  if (parts.length < platforms) return undefined;
  let sum = 0;
  for (const part of parts) {
    const { place, pages, problem } = part;
    const [first] = pages;
    const whole = place.cursor === undefined && place.skip === 0 && !goesOn(part);
    const read = whole && pages.every(({ page }) => page.coverage.complete);
    const count = read ? new Set(itemsOf(part).map(refOf)).size : first?.page.total;
    if (problem || !first || count === undefined) return undefined;
    sum += count;
  }
  return sum;
}

/** Puts the items of each platform back into its own order: an item waits until all earlier ones of its platform are out. */
function inTurn<T extends { rank: number; part: object }>(ranked: readonly T[]): T[] {
  const due = new Map<object, number>();
  const waiting: T[] = [];
  const ready: T[] = [];
  for (const one of ranked) {
    waiting.push(one);
    for (;;) {
      const index = waiting.findIndex((other) => other.rank === (due.get(other.part) ?? 0));
      const [free] = index < 0 ? [] : waiting.splice(index, 1);
      if (!free) break;
      due.set(free.part, free.rank + 1);
      ready.push(free);
    }
  }
  return ready;
}

/** Whether the list of a platform goes on after the pages that were read. */
function goesOn<T>({ pages }: Part<T>): boolean {
  return pages.at(-1)?.page.next !== undefined;
}

/** The merged items up to the first that is the last one read of a platform: its unread items may be newer than the rest. */
function upToUnknown<T extends { last: boolean }>(merged: readonly T[]): readonly T[] {
  const end = merged.findIndex(({ last }) => last);
  return end < 0 ? merged : merged.slice(0, end + 1);
}

/** Where the list of a platform goes on after `dealtWith` of its items. */
function placeAfter<T>({ pages, place }: Part<T>, dealtWith: number): ListPlace {
  let skip = place.skip + dealtWith;
  for (const { cursor, page } of pages) {
    if (skip < page.items.length) return { cursor, skip };
    skip -= page.items.length;
  }
  const next = pages.at(-1)?.page.next;
  return next === undefined ? { skip: 0, done: true } : { cursor: next, skip: 0 };
}

function refOf(item: object): string {
  return 'ref' in item && typeof item.ref === 'string' ? item.ref : '';
}

function createdAt(item: object): string {
  return 'created_at' in item && typeof item.created_at === 'string' ? item.created_at : '';
}
