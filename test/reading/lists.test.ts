/** Lists over several platforms: one order, one place to go on from, nothing lost, nothing twice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../src/model/coverage.ts';
import { Problem } from '../../src/model/problem.ts';
import type { Page, Provider } from '../../src/providers/provider.ts';
import { type Listed, type ListPlaces, listAcross } from '../../src/reading/lists.ts';

interface Item {
  ref: string;
  created_at?: string;
}
const fresh = () => ({ signal: new AbortController().signal });

function platform(id: string): Provider {
  return { id, label: id.toUpperCase(), host: `${id}.test`, sandbox: false, check: async () => ({ ok: true }) };
}

/** Items of a platform in pages of `size` of its own, whatever limit is asked for. */
function pageOf(items: readonly Item[], size: number, cursor: string | undefined): Page<Item> {
  const from = Number(cursor ?? 0);
  const page = items.slice(from, from + size);
  const next = from + size < items.length ? String(from + size) : undefined;
  return { items: page, next, total: items.length, coverage: coverageOf({ read: page.length }) };
}

/** Follows the places to the end. */
async function all(
  world: ReadonlyMap<string, readonly Item[]>,
  { limit, size, room = limit }: { limit: number; size: number; room?: number },
): Promise<{ items: Item[]; pages: Listed<Item>[] }> {
  const providers = [...world.keys()].map(platform);
  const items: Item[] = [];
  const pages: Listed<Item>[] = [];
  let places: ListPlaces | undefined = {};
  const shown = new Set<string>();
  for (let round = 0; places !== undefined; round += 1) {
    expect(round).toBeLessThan(200);
    const listed: Listed<Item> = await listAcross<Item>(
      providers,
      {
        limit,
        places,
        shown: new Set(shown),
        what: 'things',
        fits: (some) => Math.min(some.length, Math.max(1, room)),
        list: async (provider, { cursor }) => pageOf(world.get(provider.id) ?? [], size, cursor),
      },
      fresh(),
    );
    items.push(...listed.items);
    for (const { ref } of listed.items) shown.add(ref);
    pages.push(listed);
    places = listed.next;
  }
  return { items, pages };
}

const NEW = { shown: new Set<string>(), what: 'things' };
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

describe('a list over several platforms', () => {
  it('loses no item and shows none twice, in whatever pages it comes', async () => {
    const platforms = fc.array(fc.array(fc.nat(500), { maxLength: 25 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        platforms,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (times, limit, size, room) => {
          const world = new Map(
            times.map((minutes, index) => [
              `p${index}`,
              [...minutes]
                .sort((a, b) => b - a)
                .map((minute, rank) => ({ ref: `p${index}/${rank}`, created_at: at(minute) })),
            ]),
          );
          const { items, pages } = await all(world, { limit, size, room });
          const refs = items.map(({ ref }) => ref);
          expect(new Set(refs).size).toBe(refs.length);
          expect(refs.toSorted()).toEqual(
            [...world.values()]
              .flat()
              .map(({ ref }) => ref)
              .toSorted(),
          );
          for (const { items: some } of pages) expect(some.length).toBeLessThanOrEqual(limit);
          // Newest first over all of its pages.
          const moments = items.map(({ created_at = '' }) => created_at);
          expect(moments).toEqual(moments.toSorted().reverse());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('stands newest first over all its pages where each platform is asked for enough', async () => {
    const world = new Map([
      ['a', [9, 7, 5, 3, 1].map((minute) => ({ ref: `a/${minute}`, created_at: at(minute) }))],
      ['b', [8, 6, 4, 2].map((minute) => ({ ref: `b/${minute}`, created_at: at(minute) }))],
    ]);
    const { items, pages } = await all(world, { limit: 2, size: 2 });
    expect(items.map(({ ref }) => ref)).toEqual(['a/9', 'b/8', 'a/7', 'b/6', 'a/5', 'b/4', 'a/3', 'b/2', 'a/1']);
    expect(pages[0]).toMatchObject({ total: 9, coverage: { complete: true, read: 2, expected: 9 } });
  });

  it('names a platform that does not answer, and asks it again from where it was', async () => {
    const [a, b] = [platform('a'), platform('b')];
    const items = [5, 4, 3, 2, 1].map((minute) => ({ ref: `a/${minute}`, created_at: at(minute) }));
    let broken = true;
    const list = async (provider: Provider, { cursor }: { cursor?: string }) => {
      if (provider.id === 'a') return pageOf(items, 2, cursor);
      if (broken) throw new Problem('unauthorized', 'The key is refused.');
      return pageOf([{ ref: 'b/9', created_at: at(9) }], 2, cursor);
    };
    const ask = (places: ListPlaces) =>
      listAcross<Item>([a, b], { limit: 2, places, ...NEW, fits: (some) => some.length, list }, fresh());
    const first = await ask({});
    expect(first).toMatchObject({ not_answering: ['b'], total: undefined });
    expect(first.coverage).toMatchObject({
      complete: false,
      gaps: [{ kind: 'not_answering', note: 'B did not answer: The key is refused.' }],
    });
    expect(first.items.map(({ ref }) => ref)).toEqual(['a/5', 'a/4']);
    broken = false;
    const second = await ask(first.next ?? {});
    expect(second.not_answering).toEqual([]);
    expect(second.items.map(({ ref }) => ref)).toEqual(['b/9', 'a/3']);
  });

  it('takes a platform that does not know what is asked for as empty, but not one that answers 404', async () => {
    const refused = (status?: number) => async (provider: Provider) => {
      if (provider.id === 'a') return pageOf([{ ref: 'a/1', created_at: at(1) }], 2, undefined);
      throw new Problem('not_found', 'B knows no agent of that id or name.', {
        vendor: status === undefined ? undefined : { status },
      });
    };
    const ask = (status?: number) =>
      listAcross<Item>(
        [platform('a'), platform('b')],
        { limit: 2, places: {}, ...NEW, fits: (some) => some.length, list: refused(status) },
        fresh(),
      );
    expect(await ask()).toMatchObject({
      not_answering: [],
      next: undefined,
      total: 1,
      coverage: { complete: true },
      notes: ['B knows no agent of that id or name.'],
    });
    expect(await ask(404)).toMatchObject({ not_answering: ['b'], coverage: { complete: false } });
  });

  it('reads on while it finds nothing, and says where it goes on when that takes too much', async () => {
    const ask = async (hit: number) => {
      let asked = 0;
      const list = async (_: Provider, { cursor }: { cursor?: string | undefined }): Promise<Page<Item>> => {
        asked += 1;
        const page = Number(cursor ?? 0);
        const items = page === hit ? [{ ref: 'a/1' }] : [];
        const next = page < 40 ? String(page + 1) : undefined;
        return { items, next, coverage: coverageOf({ read: items.length }) };
      };
      const query = { limit: 5, places: {}, ...NEW, fits: (some: readonly Item[]) => some.length, list };
      return { listed: await listAcross<Item>([platform('a')], query, fresh()), asked: () => asked };
    };
    const found = await ask(12);
    expect(found.listed.items).toEqual([{ ref: 'a/1' }]);
    expect(found.asked()).toBe(13);
    expect(found.listed.next).toBeDefined();
    const { listed, asked } = await ask(30);
    expect(listed.items).toEqual([]);
    expect(listed.next).toEqual({ a: { cursor: '20', skip: 0 } });
    expect(asked()).toBe(20);
  });

  it('tells how many there are where each platform counts them or is read to its end', async () => {
    const uncounted =
      (size: number) =>
      async (_: Provider, { cursor }: { cursor?: string | undefined }) => {
        const rows = [3, 2, 1].map((minute) => ({ ref: `b/${minute}`, created_at: at(minute) }));
        return { ...pageOf(rows, size, cursor), total: undefined };
      };
    const counting = async (_: Provider, { cursor }: { cursor?: string | undefined }) =>
      pageOf(
        [9, 8, 7].map((minute) => ({ ref: `a/${minute}`, created_at: at(minute) })),
        1,
        cursor,
      );
    const ask = async (size: number, limit: number) => {
      const list = (provider: Provider, page: { cursor?: string | undefined }) =>
        (provider.id === 'a' ? counting : uncounted(size))(provider, page);
      const query = { limit, places: {}, ...NEW, fits: () => 1, list };
      return (await listAcross<Item>([platform('a'), platform('b')], query, fresh())).total;
    };
    expect(await ask(3, 3)).toBe(6);
    // Not read to its end.
    expect(await ask(2, 2)).toBeUndefined();
  });

  it('is an error where none answers, and where a single platform does not', async () => {
    const fail = () => Promise.reject(new Problem('forbidden', 'No.'));
    for (const ids of [['a'], ['a', 'b']]) {
      const listed = listAcross<Item>(
        ids.map(platform),
        { limit: 2, places: {}, ...NEW, fits: (some) => some.length, list: fail },
        fresh(),
      );
      await expect(listed).rejects.toMatchObject({ kind: 'forbidden' });
    }
  });

  it('shows a row once that comes again on a later page, and says in the end that another is missing', async () => {
    const rows = [9, 8, 7, 6, 5].map((minute) => ({ ref: `a/${minute}`, created_at: at(minute) }));
    const { items, pages } = await all(new Map([['a', [...rows, ...rows.slice(0, 1)]]]), { limit: 2, size: 2 });
    expect(items.map(({ ref }) => ref)).toEqual(['a/9', 'a/8', 'a/7', 'a/6', 'a/5']);
    expect(pages.map(({ coverage }) => coverage.complete)).toEqual([true, true, false]);
    expect(pages.at(-1)?.coverage).toMatchObject({
      missing: 1,
      gaps: [{ kind: 'missing', count: 1, note: '1 of the 6 things that the platform counts was on no page.' }],
    });
  });

  it('carries on what its parts are short of', async () => {
    const short = coverageOf({
      read: 1,
      gaps: [{ kind: 'without_id', count: 1, note: '1 of the sessions came without an id.' }],
    });
    const list = async () => ({ items: [{ ref: 'a/1' }], coverage: short });
    const { coverage } = await listAcross<Item>(
      [platform('a')],
      { limit: 2, places: {}, ...NEW, fits: (some) => some.length, list },
      fresh(),
    );
    expect(coverage).toMatchObject({ complete: false, gaps: [{ kind: 'without_id' }] });
  });
});
