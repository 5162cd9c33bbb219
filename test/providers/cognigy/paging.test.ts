import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { everyPage, gather, moreFollows, type PageQuery, readSkip } from '../../../src/providers/cognigy/paging.ts';
import type { WirePage } from '../../../src/providers/cognigy/wire.ts';

type Item = { id: string };
type Say = Partial<Pick<WirePage<Item>, 'total' | 'has_next' | 'next_cursor'>>;
const ALL = Array.from({ length: 130 }, (_, index) => ({ id: `i${index}` }));

/** A server over `all` that says of each page what `say` makes of it. */
function server(all: Item[], say: (end: number) => Say, most = 100) {
  const asked: PageQuery[] = [];
  const fetch = async (query: PageQuery): Promise<WirePage<Item>> => {
    asked.push(query);
    const from = query.next === undefined ? (query.skip ?? 0) : Number(query.next);
    const items = all.slice(from, from + Math.min(query.limit, most));
    return { items, arrived: items.length, paged: true, ...say(from + items.length) };
  };
  return { asked, fetch };
}

async function walk(fetch: (query: PageQuery) => Promise<WirePage<Item>>, limit = 50): Promise<string[]> {
  const ids: string[] = [];
  for await (const { items } of everyPage(fetch, (item) => item.id, limit)) ids.push(...items.map((item) => item.id));
  return ids;
}

const refusal = new Problem('invalid_input', 'no', { vendor: { status: 400 } });

describe('walking a list to its end', () => {
  it.each<[string, (end: number) => Say]>([
    ['hasNext and total', (end) => ({ total: 130, has_next: end < 130 })],
    ['total only', () => ({ total: 130 })],
    ['hasNext only', (end) => ({ has_next: end < 130 })],
    ['hasNext always false', () => ({ total: 130, has_next: false })],
    ['a total that counts the page', (end) => ({ total: Math.min(50, end), has_next: end < 130 })],
    ['hasNext always true', () => ({ has_next: true })],
    ['a cursor only', (end) => (end < 130 ? { next_cursor: String(end) } : {})],
    ['nothing', () => ({})],
  ])('%s', async (_, say) => {
    const { fetch, asked } = server(ALL, say);
    expect(await walk(fetch)).toEqual(ALL.map((item) => item.id));
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('asks no more than needed where the vendor tells', async () => {
    const { fetch, asked } = server(ALL, (end) => ({ total: 130, has_next: end < 130 }));
    await walk(fetch);
    expect(asked).toEqual([
      { limit: 50, skip: 0 },
      { limit: 50, skip: 50 },
      { limit: 50, skip: 100 },
    ]);
  });

  it('goes by what arrived when the vendor cuts the page size', async () => {
    const { fetch } = server(ALL, (end) => ({ total: 130, has_next: end < 130 }), 20);
    expect(await walk(fetch)).toHaveLength(130);
  });

  it('goes by the cursor when skip has no effect', async () => {
    const { fetch, asked } = server(ALL, (end) => ({ total: 130, has_next: end < 130, next_cursor: String(end) }));
    const deaf = (query: PageQuery) => fetch(query.next === undefined ? { ...query, skip: 0 } : query);
    expect(await walk(deaf)).toEqual(ALL.map((item) => item.id));
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('ends when skip has no effect and no cursor helps, and takes no part for the whole', async () => {
    const deaf = server(ALL, () => ({ total: 130, has_next: true }));
    await expect(walk((query) => deaf.fetch({ ...query, skip: 0 }))).rejects.toMatchObject({
      kind: 'unreadable',
      message: 'Cognigy counts 130 items, but its pages held only 50 of them.',
    });
    expect(deaf.asked).toHaveLength(2);
    const silent = server(ALL, () => ({ has_next: true }));
    expect(await walk((query) => silent.fetch({ ...query, skip: 0 }))).toHaveLength(50);
  });

  it.each([
    [117, 'is read: rows come and go'],
    [116, undefined],
  ])('a list of which %s of 130 items were on a page %s', async (there, read) => {
    const { fetch } = server(ALL.slice(0, there), () => ({ total: 130 }));
    if (read) expect(await walk(fetch)).toHaveLength(there);
    else await expect(walk(fetch)).rejects.toMatchObject({ kind: 'unreadable' });
  });

  it('may be short where it is told that it may', async () => {
    const { fetch } = server(ALL.slice(0, 60), () => ({ total: 130 }));
    const ids: string[] = [];
    for await (const { items } of everyPage(fetch, (item) => item.id, 50, { whole: false }))
      ids.push(...items.map(({ id }) => id));
    expect(ids).toHaveLength(60);
  });

  it('counts what cannot be read as there', async () => {
    const page = { items: ALL.slice(0, 40), arrived: 50, paged: true, total: 50 };
    expect(await walk(async () => page)).toHaveLength(40);
  });

  it('takes a refusal past the end for the end, but not in the middle of what was counted', async () => {
    const beyond = (say: (end: number) => Say, at: number) => {
      const { fetch } = server(ALL.slice(0, 100), say);
      return async (query: PageQuery) => {
        if ((query.skip ?? 0) >= at) throw refusal;
        return fetch(query);
      };
    };
    expect(await walk(beyond(() => ({}), 100))).toHaveLength(100);
    await expect(walk(beyond(() => ({ total: 130 }), 100))).rejects.toBe(refusal);
    await expect(walk(beyond(() => ({}), 0))).rejects.toBe(refusal);
  });

  it('shrinks pages that are too large', async () => {
    const { fetch, asked } = server(ALL, (end) => ({ total: 130, has_next: end < 130 }));
    const heavy = async (query: PageQuery) => {
      if (query.limit > 10) throw new Problem('too_large', 'no');
      return fetch(query);
    };
    expect(await walk(heavy)).toHaveLength(130);
    expect(asked[0]).toEqual({ limit: 10, skip: 0 });
  });

  it('drops what comes twice while rows move', async () => {
    const pages = [ALL.slice(0, 50), [...ALL.slice(45, 95)], ALL.slice(95, 130)];
    let number = 0;
    const ids = await walk(async () => {
      const items = pages[number++] ?? [];
      return { items, arrived: items.length, paged: true, has_next: number < 3 };
    });
    expect(ids).toEqual(ALL.map((item) => item.id));
  });
});

describe('gathering some', () => {
  const whole = () => server(ALL, (end) => ({ total: 130, has_next: end < 130 }));
  const even = (item: Item) => (Number(item.id.slice(1)) % 2 === 0 ? item.id : undefined);

  it('stops at the limit and says where to go on', async () => {
    const { fetch } = whole();
    const first = await gather(fetch, { skip: 0, limit: 20 }, (item) => item.id);
    expect(first).toMatchObject({ next: 20, total: 130 });
    const second = await gather(fetch, { skip: first.next ?? 0, limit: 20 }, (item) => item.id);
    expect(second.items[0]).toBe('i20');
  });

  it('reads on while few are kept, and loses none between two calls', async () => {
    const { fetch } = whole();
    const seen: string[] = [];
    let skip: number | undefined = 0;
    while (skip !== undefined) {
      const got: { items: string[]; next?: number } = await gather(fetch, { skip, limit: 7 }, even);
      seen.push(...got.items);
      skip = got.next;
    }
    expect(seen).toEqual(ALL.map((item) => item.id).filter((id) => even({ id }) !== undefined));
  });

  it('ends at the last page', async () => {
    const { fetch } = whole();
    expect((await gather(fetch, { skip: 120, limit: 20 }, (item) => item.id)).next).toBeUndefined();
  });

  it('asks for bigger pages when told to', async () => {
    const { fetch, asked } = whole();
    await gather(fetch, { skip: 0, limit: 5, size: 100 }, even);
    expect(asked).toEqual([{ limit: 100, skip: 0 }]);
  });
});

describe('signs of more', () => {
  it('an empty page is the end, whatever it says', () => {
    expect(moreFollows({ items: [], arrived: 0, paged: true, has_next: true, total: 9 }, 0, 5)).toBe(false);
  });
  it('without words a full page is not the end', () => {
    expect(moreFollows({ items: [], arrived: 5, paged: false }, 0, 5)).toBe(true);
    expect(moreFollows({ items: [], arrived: 4, paged: false }, 0, 5)).toBe(false);
  });
});

describe('cursors', () => {
  it.each([
    [undefined, 0],
    ['40', 40],
    ['4x', undefined],
    ['-1', undefined],
    ['', undefined],
  ])('%s', (cursor, skip) => {
    expect(readSkip(cursor)).toBe(skip);
  });
});
