/** Lists of the vendor as they are walked: in pages by number, over refusals, heavy pages and pages that move. */
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { cursorPage, source } from '../../../src/providers/shared/cursor-page.ts';
import type { RawPage } from '../../../src/providers/shared/list.ts';
import { collect, firstPage, walk } from '../../../src/providers/shared/pages.ts';
import { createApi, PAGE_SIZE } from '../../../src/providers/synthflow/api.ts';
import { ENDPOINTS } from '../../../src/providers/synthflow/endpoints.ts';
import { PLATFORM } from '../../../src/providers/synthflow/settings.ts';

const ALL = Array.from({ length: 25 }, (_, index) => `i${index}`);
const { signal } = new AbortController();

interface PageQuery {
  page_number: number;
  page_size: number;
}

/** A vendor with 25 suites; `change` spoils each answer. */
function vendor(change: (page: RawPage<string>, query: PageQuery) => RawPage<string> = (page) => page, biggest = 100) {
  const asked: PageQuery[] = [];
  const answer = (query: PageQuery): unknown => {
    asked.push(query);
    const size = Math.min(query.page_size, biggest);
    const ids = ALL.slice((query.page_number - 1) * size, query.page_number * size);
    const { rows, total } = change({ rows: ids, total: ALL.length }, query);
    return { status: 'ok', response: { items: rows.map((id) => (id === undefined ? null : { id })), total } };
  };
  const api = createApi({
    origin: 'http://x',
    host: 'x',
    sent: new Map(),
    async request({ query: { page_number, page_size, ...rest } = {} }) {
      expect(rest).toEqual({});
      const body = answer({ page_number: Number(page_number), page_size: Number(page_size) });
      return { status: 200, headers: {}, body };
    },
    lines: () => {
      throw new Error('not in this test');
    },
    close: async () => undefined,
  });
  const list = (most = PAGE_SIZE) => api.list(ENDPOINTS.listSuites, { signal }, most);
  return { list, asked };
}
type Vendor = ReturnType<typeof vendor>;

const withoutTotal = ({ rows }: RawPage<string>): RawPage<string> => ({ rows });
const refusal = (status: number) => new Problem('invalid_input', 'no', { vendor: { status } });
const all = async (from: Vendor) => {
  const { rows, coverage } = await collect(walk(from.list()));
  return { rows: rows.map(({ id }) => id), coverage };
};
const listed = (from: Vendor, limit: number, key?: string) =>
  source({ key, list: from.list(limit), accept: ({ id }) => id });

/** Reads the whole list in windows of `limit`. */
async function windows(from: Vendor, limit: number, keep = (_: string) => true) {
  const shown: string[][] = [];
  let cursor: string | undefined;
  do {
    const list = from.list(limit);
    const kept = source({ list, accept: ({ id = '' }) => (keep(id) ? id : undefined) });
    const got = await cursorPage(PLATFORM, [kept], { limit, cursor });
    expect(got.coverage.complete).toBe(true);
    shown.push(got.items);
    cursor = got.next;
  } while (cursor);
  return shown;
}

describe('walking all pages', () => {
  it.each([
    ['as documented', vendor()],
    ['without a total', vendor(withoutTotal)],
    ['with smaller pages than asked for', vendor((page) => page, 7)],
    ['with smaller pages and without a total', vendor(withoutTotal, 7)],
  ])('gives every item once: %s', async (_, from) => {
    const { rows, coverage } = await all(from);
    expect(rows).toEqual(ALL);
    expect(coverage).toMatchObject({ complete: true, read: 25 });
  });

  it('asks once for what fits into one page', async () => {
    const from = vendor();
    await all(from);
    expect(from.asked).toEqual([{ page_number: 1, page_size: 100 }]);
  });

  it.each([400, 404, 422])('takes a refusal (%i) behind the first page for the end', async (status) => {
    const from = vendor((page) => {
      if (page.rows.length === 0) throw refusal(status);
      return withoutTotal(page);
    }, 10);
    expect(await all(from)).toMatchObject({ rows: ALL, coverage: { complete: true } });
  });

  it('but not where more is counted', async () => {
    const from = vendor((page, { page_number }) => {
      if (page_number > 2) throw refusal(404);
      return page;
    }, 10);
    const { rows, coverage } = await all(from);
    expect(rows).toHaveLength(20);
    expect(coverage).toMatchObject({ complete: false, expected: 25, missing: 5 });
  });

  it('falls back to the default size when the biggest is refused', async () => {
    const from = vendor((page, query) => {
      if (query.page_size > 10) throw refusal(422);
      return page;
    });
    expect((await all(from)).rows).toEqual(ALL);
    expect(from.asked.map((query) => query.page_size)).toEqual([100, 10, 10, 10]);
  });

  it('takes smaller pages from where it is when one is too heavy', async () => {
    const from = vendor((page, query) => {
      if (query.page_size > 20 || (query.page_size > 4 && query.page_number === 2))
        throw new Problem('too_large', 'heavy');
      return page;
    });
    expect((await all(from)).rows).toEqual(ALL);
    expect(from.asked.slice(0, 4).map((query) => query.page_size)).toEqual([100, 20, 20, 4]);
    expect(from.asked[3]).toEqual({ page_number: 6, page_size: 4 });
  });

  it('ends soon when the vendor answers every page with the same one, and says what is missing', async () => {
    const from = vendor(() => ({ rows: ALL.slice(0, 5), total: 500 }));
    const { rows, coverage } = await all(from);
    expect(rows).toHaveLength(5);
    expect(coverage).toMatchObject({ complete: false, expected: 500, read: 5, missing: 495 });
    expect(from.asked.length).toBeLessThan(8);
  });

  it('forgives not one that a count has and no page', async () => {
    const { rows, coverage } = await all(vendor((page) => ({ ...page, total: ALL.length + 1 })));
    expect(rows).toEqual(ALL);
    expect(coverage).toMatchObject({ complete: false, missing: 1 });
  });

  it('gives an item once although the pages shift, and looks again for what it missed', async () => {
    let requests = 0;
    const from = vendor((page, query) => {
      requests += 1;
      const now = requests > 1 ? ['new', ...ALL] : ALL;
      const rows = now.slice((query.page_number - 1) * 10, query.page_number * 10);
      return { ...page, rows, total: requests === 1 ? 25 : 26 };
    }, 10);
    const { rows, coverage } = await all(from);
    expect(new Set(rows).size).toBe(rows.length);
    expect([...rows].sort()).toEqual(['new', ...ALL].sort());
    expect(coverage).toMatchObject({ complete: true, read: 26 });
  });

  it('counts items that nobody can read, without a second walk for them', async () => {
    const from = vendor((page) => ({ ...page, rows: [undefined, ...page.rows.slice(1)] }));
    const { rows, coverage } = await all(from);
    expect(rows).toHaveLength(24);
    expect(coverage).toMatchObject({ complete: false, read: 24, unreadable: 1 });
    expect(from.asked).toHaveLength(1);
  });

  it('passes on what smaller pages cannot cure', async () => {
    const from = vendor(() => {
      throw new Problem('unauthorized', 'no', { vendor: { status: 401 } });
    });
    await expect(all(from)).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(from.asked).toHaveLength(1);
  });

  it('some of it is its first page, however long it is', async () => {
    const from = vendor();
    expect((await firstPage(from.list(10))).map(({ id }) => id)).toEqual(ALL.slice(0, 10));
    expect(from.asked).toHaveLength(1);
  });
});

describe('reading windows', () => {
  it.each([1, 4, 10, 25, 60])('of %i shows every item once', async (limit) => {
    for (const from of [vendor(), vendor(withoutTotal), vendor((page) => page, 3)]) {
      const shown = await windows(from, limit);
      expect(shown.flat()).toEqual(ALL);
      expect(Math.max(...shown.map((items) => items.length))).toBeLessThanOrEqual(limit);
    }
  });

  it('goes on in the middle of a page when a filter fills it late', async () => {
    const odd = (item: string) => Number(item.slice(1)) % 2 === 1;
    expect((await windows(vendor(), 4, odd)).flat()).toEqual(ALL.filter(odd));
  });

  it('gives up after a number of pages, with a place to go on', async () => {
    const from = vendor();
    const nobody = source({ list: from.list(2), accept: () => undefined });
    const got = await cursorPage(PLATFORM, [nobody], { limit: 2, most_pages: 3 });
    expect(got.items).toEqual([]);
    expect(from.asked).toHaveLength(3);
    await cursorPage(PLATFORM, [nobody], { limit: 2, most_pages: 1, cursor: got.next });
    expect(from.asked.at(-1)).toEqual({ page_number: 4, page_size: 2 });
  });

  it('goes on with smaller pages where one is too heavy', async () => {
    const from = vendor((page, query) => {
      if (query.page_size > 1) throw new Problem('too_large', 'heavy');
      return page;
    });
    const got = await cursorPage(PLATFORM, [listed(from, 5)], { limit: 3 });
    expect(got.items).toEqual(ALL.slice(0, 3));
    const next = await cursorPage(PLATFORM, [listed(from, 5)], { limit: 3, cursor: got.next });
    expect(next.items).toEqual(ALL.slice(3, 6));
  });

  it.each(['', '0.1.0', '1.1', 'a.b.c', 'suite:1.2.0'])('does not take %j for a cursor', async (cursor) => {
    const reading = cursorPage(PLATFORM, [listed(vendor(), 5, 'suite')], { limit: 3, cursor });
    await expect(reading).rejects.toMatchObject({ kind: 'invalid_input' });
  });
});
