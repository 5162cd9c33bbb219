/** Lists without an end: each is left after a bounded number of pages, and what is read says so. */
import { describe, expect, it } from 'vitest';
import { cursorPage, source } from '../../../src/providers/shared/cursor-page.ts';
import { joinedPage, type List, type RawPage } from '../../../src/providers/shared/list.ts';
import { MOST_CHARACTERS, MOST_PAGES, MOST_ROWS } from '../../../src/providers/shared/list-end.ts';
import { PIECE, readInPieces } from '../../../src/providers/shared/long-page.ts';
import { collect, each, walk } from '../../../src/providers/shared/pages.ts';

interface Row {
  id: string;
}
const rows = (count: number, id: (index: number) => string): Row[] =>
  Array.from({ length: count }, (_, i) => ({ id: id(i) }));

/** A list whose page `number` (from 0) is made by `page`; every token leads on, and the platform counts a billion rows. */
function endless(page: (number: number) => RawPage<Row>['rows'], by: List<Row>['by'] = 'token', characters = 0) {
  let asked = 0;
  const list: List<Row> = {
    platform: { id: 'acme', label: 'Acme' },
    what: 'runs',
    by,
    size: 100,
    idOf: ({ id }) => id,
    async fetch() {
      asked += 1;
      if (asked > 3 * MOST_PAGES) throw new Error('Without end.');
      return {
        rows: page(asked - 1),
        next: by === 'token' ? `t${asked}` : undefined,
        more: true,
        total: 1e9,
        characters,
      };
    },
  };
  return { list, asked: () => asked };
}

describe.each(['token', 'page', 'skip'] as const)('a list by %s without an end', (by) => {
  it.each<[string, (number: number) => RawPage<Row>['rows'], number]>([
    ['of the same rows', () => rows(100, (i) => `r${i}`), 12],
    ['of two pages in turn', (number) => rows(100, (i) => `r${number % 2} ${i}`), 20],
    ['of empty pages', (number) => (number === 0 ? rows(100, String) : []), 8],
    ['of rows without ids', (number) => (number === 0 ? rows(100, String) : rows(100, () => '')), 60],
    ['of rows that cannot be read', (number) => (number === 0 ? rows(100, String) : Array(100).fill(undefined)), 60],
    ['with one new row a page', (number) => rows(100, (i) => (i === 0 ? `n${number}` : `r${i}`)), 4_010],
    [
      'with one new row on every second page',
      (number) => rows(100, (i) => (i === 0 ? `n${number >> 1}` : `r${i}`)),
      4_010,
    ],
  ])('%s is left', async (_, page, most) => {
    const { list, asked } = endless(page, by);
    const { coverage } = await collect(walk(list, { ahead: 2 }));
    expect(asked()).toBeLessThan(most);
    expect(coverage.complete).toBe(false);
    expect(coverage.gaps?.length).toBeGreaterThan(0);
  });
});

describe('a list without an end', () => {
  it('of new rows is left at the most that is read, with a gap that says so', async () => {
    const { list, asked } = endless((number) => rows(500, (i) => `${number} ${i}`));
    const coverage = await each(walk(list), () => {});
    expect(coverage).toMatchObject({ complete: false, read: MOST_ROWS });
    expect(coverage.gaps?.map(({ kind }) => kind)).toContain('capped');
    expect(asked()).toBeLessThanOrEqual(MOST_ROWS / 500 + 2);
  });

  it('of pages with a row each is left after as many pages', async () => {
    const { list, asked } = endless((number) => rows(1, () => `r${number}`));
    const coverage = await each(walk(list, { passes: 1 }), () => {});
    expect(coverage.gaps?.map(({ kind }) => kind)).toContain('capped');
    expect(asked()).toBeLessThanOrEqual(MOST_PAGES + 2);
  });

  it('of rows as large as a page may be is left after as many characters, and few of them are held at once', async () => {
    const size = 8_000_000;
    const { list, asked } = endless((number) => rows(1, () => `r${number}`), 'token', size);
    let handed = 0;
    let held = 0;
    const coverage = await each(walk(list), (some) => {
      handed += some.length;
      held = Math.max(held, asked() - handed);
    });
    expect(coverage.gaps?.map(({ kind }) => kind)).toContain('capped');
    expect(asked()).toBeLessThanOrEqual(MOST_CHARACTERS / size + 1);
    expect(held).toBeLessThan(8);
  });

  it.each<[string, (number: number) => RawPage<Row>['rows']]>([
    ['the same rows', () => rows(100, (i) => `r${i}`)],
    ['rows without ids', () => rows(100, () => '')],
    ['rows that cannot be read', () => Array(100).fill(undefined)],
    ['nothing', () => []],
  ])('shown page by page ends, too, where it holds %s', async (_, page) => {
    const { list, asked } = endless(page);
    let cursor: string | undefined;
    let answers = 0;
    do {
      const taken = await cursorPage(list.platform, [source({ list, accept: (row) => row })], { cursor, limit: 50 });
      cursor = taken.next;
      answers += 1;
    } while (cursor !== undefined && answers < 100);
    expect(cursor).toBeUndefined();
    expect(asked()).toBeLessThan(60);
  });
});

describe('a page of very many rows', () => {
  it('is read piece by piece, others take their turn between, and no more is read than ever is', async () => {
    let turns = 0;
    let reading = true;
    const others = (async () => {
      while (reading) {
        await new Promise((resolve) => setImmediate(resolve));
        turns += 1;
      }
    })();
    const body = { data: { runs: rows(MOST_ROWS + 5_000, String), total: 7 }, status: 'ok' };
    let longest = 0;
    const page = await readInPieces<RawPage<Row>>(
      body,
      (piece) => {
        const { data } = piece as typeof body;
        longest = Math.max(longest, data.runs.length);
        return { rows: data.runs, total: data.total };
      },
      joinedPage,
    );
    reading = false;
    await others;
    expect(longest).toBe(PIECE);
    expect(page).toMatchObject({ total: 7 });
    expect(page.rows).toEqual(body.data.runs.slice(0, MOST_ROWS));
    expect(turns).toBeGreaterThan(MOST_ROWS / PIECE / 2);
  });

  it('is handed on piece by piece', async () => {
    const { list } = endless((number) => (number === 0 ? rows(MOST_ROWS, String) : []));
    let longest = 0;
    let read = 0;
    await each(walk(list), (some) => {
      longest = Math.max(longest, some.length);
      read += some.length;
    });
    expect([longest, read]).toEqual([PIECE, MOST_ROWS]);
  });
});
