import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import type { PageQuery } from '../../../src/providers/synthflow/endpoints/answers.ts';
import {
  everyPage,
  firstPlace,
  gather,
  type Place,
  readPlace,
  writePlace,
} from '../../../src/providers/synthflow/paging.ts';
import type { WirePage } from '../../../src/providers/synthflow/wire.ts';

const ALL = Array.from({ length: 25 }, (_, index) => `i${index}`);

/** A vendor with 25 items; `change` spoils each answer. */
function vendor(
  change: (page: WirePage<string>, query: PageQuery) => WirePage<string> = (page) => page,
  biggest = 100,
) {
  const asked: PageQuery[] = [];
  const fetch = async (query: PageQuery): Promise<WirePage<string>> => {
    asked.push(query);
    const size = Math.min(query.page_size, biggest);
    const items = ALL.slice((query.page_number - 1) * size, query.page_number * size);
    return change({ items, total: ALL.length, size, arrived: items.length }, query);
  };
  return { fetch, asked };
}

const withoutTotal = ({ total: _, size: __, ...page }: WirePage<string>): WirePage<string> => page;
const refusal = (status: number) => new Problem('invalid_input', 'no', { vendor: { status } });

async function walk(fetch: (query: PageQuery) => Promise<WirePage<string>>) {
  const items: string[] = [];
  for await (const page of everyPage(fetch, (item) => item)) items.push(...page.items);
  return items;
}

/** Reads the whole list in windows of `limit`. */
async function windows(
  fetch: (query: PageQuery) => Promise<WirePage<string>>,
  limit: number,
  keep = (_: string) => true,
) {
  const shown: string[][] = [];
  let place: Place | undefined = firstPlace(limit);
  while (place) {
    const got: Awaited<ReturnType<typeof gather<string, string>>> = await gather(fetch, place, limit, (item) =>
      keep(item) ? item : undefined,
    );
    shown.push(got.items);
    place = got.next && readPlace(writePlace(got.next));
  }
  return shown;
}

describe('walking all pages', () => {
  it.each([
    ['as documented', vendor()],
    ['without a total', vendor(withoutTotal)],
    ['with smaller pages than asked for', vendor((page) => page, 7)],
  ])('gives every item once: %s', async (_, { fetch }) => {
    expect(await walk(fetch)).toEqual(ALL);
  });

  it('asks once for what fits into one page', async () => {
    const { fetch, asked } = vendor();
    await walk(fetch);
    expect(asked).toEqual([{ page_number: 1, page_size: 100 }]);
  });

  it('falls back to the default size when the biggest is refused', async () => {
    const { fetch } = vendor((page, query) => {
      if (query.page_size > 10) throw refusal(422);
      return page;
    });
    expect(await walk(fetch)).toEqual(ALL);
  });

  it('takes smaller pages from where it is when one is too heavy', async () => {
    const { fetch, asked } = vendor((page, query) => {
      if (query.page_size > 10 || (query.page_size > 1 && query.page_number === 2))
        throw new Problem('too_large', 'heavy');
      return page;
    });
    expect(await walk(fetch)).toEqual(ALL);
    expect(asked.slice(0, 4).map((query) => query.page_size)).toEqual([100, 10, 10, 1]);
    expect(asked[4]).toEqual({ page_number: 12, page_size: 1 });
  });

  it('ends soon when the vendor answers every page with the same one, and does not call that the whole', async () => {
    const { fetch, asked } = vendor(() => ({ items: ALL.slice(0, 5), total: 500, arrived: 5 }));
    await expect(walk(fetch)).rejects.toMatchObject({
      kind: 'unreadable',
      message: 'Synthflow counts 500 items, but its pages held only 5 of them.',
    });
    expect(asked.length).toBeLessThan(5);
  });

  it('forgives a few that a count has and no page', async () => {
    const { fetch } = vendor((page) => ({ ...page, total: ALL.length + 1 }));
    expect(await walk(fetch)).toEqual(ALL);
  });

  it('gives an item once although the pages shift, and looks again for what it missed', async () => {
    let requests = 0;
    const { fetch } = vendor((page, query) => {
      requests += 1;
      const shifted = requests > 1 && requests <= 3 ? ['new', ...ALL] : ALL;
      const items = (requests > 3 ? ['new', ...ALL] : shifted).slice(
        (query.page_number - 1) * 10,
        query.page_number * 10,
      );
      return { ...page, items, size: 10, arrived: items.length, total: requests === 1 ? 25 : 26 };
    }, 10);
    const items = await walk(fetch);
    expect(new Set(items).size).toBe(items.length);
    expect([...items].sort()).toEqual(['new', ...ALL].sort());
  });

  it('is not misled into a second walk by items nobody can read', async () => {
    const { fetch, asked } = vendor((page) => ({ ...page, items: page.items.slice(1) }));
    expect(await walk(fetch)).toHaveLength(24);
    expect(asked).toHaveLength(1);
  });

  it('passes on what smaller pages cannot cure', async () => {
    const { fetch } = vendor(() => {
      throw new Problem('unauthorized', 'no', { vendor: { status: 401 } });
    });
    await expect(walk(fetch)).rejects.toMatchObject({ kind: 'unauthorized' });
  });
});

describe('reading windows', () => {
  it.each([1, 4, 10, 25, 60])('of %i shows every item once', async (limit) => {
    for (const { fetch } of [vendor(), vendor(withoutTotal), vendor((page) => page, 3)]) {
      const shown = await windows(fetch, limit);
      expect(shown.flat()).toEqual(ALL);
      expect(Math.max(...shown.map((items) => items.length))).toBeLessThanOrEqual(limit);
    }
  });

  it('goes on in the middle of a page when a filter fills it late', async () => {
    const odd = (item: string) => Number(item.slice(1)) % 2 === 1;
    const shown = await windows(vendor().fetch, 4, odd);
    expect(shown.flat()).toEqual(ALL.filter(odd));
  });

  it('gives up after a number of pages, with a place to go on', async () => {
    const { fetch, asked } = vendor();
    const got = await gather(fetch, firstPlace(2), 2, () => undefined, 3);
    expect(got.items).toEqual([]);
    expect(asked).toHaveLength(3);
    expect(got.next).toEqual({ page: 4, size: 2, skip: 0 });
  });

  it('goes on item by item where a page is too heavy', async () => {
    const { fetch } = vendor((page, query) => {
      if (query.page_size > 1) throw new Problem('too_large', 'heavy');
      return page;
    });
    const got = await gather(fetch, { page: 2, size: 5, skip: 1 }, 3, (item) => item);
    expect(got.items).toEqual(['i6', 'i7', 'i8']);
  });

  it.each(['', '0.1.0', '1.0.0', '1.1', 'a.b.c', '1.1.1.1', '99999999999.1.1'])(
    'does not take %s for a place',
    (text) => {
      expect(readPlace(text)).toBeUndefined();
    },
  );
});
