/** One page after the other: what honest servers cost, the size that came, shrinking, cursors, reading ahead. */
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { fifthOf, type List, type Place, pageOf, type RawPage } from '../../../src/providers/shared/list.ts';
import { isOver, pageReader } from '../../../src/providers/shared/page-reader.ts';
import { collect, walk } from '../../../src/providers/shared/pages.ts';

type Row = { id: string };
type Cut = (place: Place) => RawPage<Row>;

const rows = (n: number): Row[] => Array.from({ length: n }, (_, at) => ({ id: `r${at}` }));

function listOf(by: List<Row>['by'], size: number, answer: Cut, more: Partial<List<Row>> = {}) {
  const asked: Place[] = [];
  const list: List<Row> = {
    platform: { id: 'here', label: 'Here' },
    what: 'runs',
    by,
    size,
    idOf: ({ id }) => id,
    async fetch(place) {
      asked.push(place);
      return answer(place);
    },
    ...more,
  };
  return { list, asked };
}

/** Pages as an honest server cuts them: never more than `most` rows. */
function honest(n: number, most = 1_000): Cut {
  const all = rows(n);
  return ({ offset, size, token }) => {
    const from = token === undefined ? offset : Number(token);
    const end = from + Math.min(size, most);
    return { rows: all.slice(from, end), total: n, ...(end < n && { next: String(end) }) };
  };
}
const numbered =
  (cut: Cut): Cut =>
  (place) => {
    const { next: _, ...page } = cut(place);
    return page;
  };

describe('an honest server', () => {
  const sizes = [0, 1, 9, 10, 11, 20, 95, 100, 101];

  it.each(sizes)('of %i rows costs the pages that it has', async (n) => {
    for (const by of ['page', 'skip', 'token'] as const)
      for (const ahead of [undefined, 0, 2]) {
        const { list, asked } = listOf(by, 10, by === 'token' ? honest(n) : numbered(honest(n)));
        const read = await collect(walk(list, { ahead }));
        expect(read.rows).toEqual(rows(n));
        expect(read.coverage).toEqual({ complete: true, expected: n, read: n });
        expect(asked).toHaveLength(Math.max(1, Math.ceil(n / 10)));
      }
  });

  it.each(sizes)(
    'of %i rows that says only whether more follows, or how many pages there are, costs no more',
    async (n) => {
      const last = Math.max(1, Math.ceil(n / 10));
      for (const by of ['page', 'skip'] as const)
        for (const word of ['more', 'total_pages'] as const) {
          const all = rows(n);
          const { list, asked } = listOf(by, 10, ({ offset, size }) => ({
            rows: all.slice(offset, offset + size),
            ...(word === 'more' ? { more: offset + size < n } : { total_pages: last }),
          }));
          expect((await collect(walk(list))).rows).toHaveLength(n);
          expect(asked).toHaveLength(last);
        }
    },
  );

  it('that says nothing costs one empty page more', async () => {
    const { list, asked } = listOf('skip', 10, ({ offset, size }) => ({ rows: rows(25).slice(offset, offset + size) }));
    expect((await collect(walk(list))).coverage).toEqual({ complete: true, read: 25 });
    expect(asked.map(({ offset }) => offset)).toEqual([0, 10, 20, 25]);
  });

  it('is asked once for a list that comes whole by contract', async () => {
    const { list, asked } = listOf('single', 10, () => ({ rows: rows(35) }));
    expect((await collect(walk(list))).coverage).toEqual({ complete: true, read: 35 });
    expect(asked).toHaveLength(1);
  });

  it.each([100, 30, 250, 99, 101, 1])(
    'is never asked ahead for a page behind the last known one (%i rows)',
    async (n) => {
      for (const by of ['page', 'skip'] as const) {
        const { list, asked } = listOf(by, 10, numbered(honest(n)));
        await collect(walk(list, { ahead: 0 }));
        expect(Math.max(...asked.map(({ offset }) => offset))).toBeLessThan(n);
        expect(new Set(asked.map(({ offset }) => offset)).size).toBe(asked.length);
      }
    },
  );
});

describe('the size of pages', () => {
  it.each(['page', 'skip'] as const)('is the one that came, by %s', async (by) => {
    const { list, asked } = listOf(by, 100, numbered(honest(25, 10)));
    expect((await collect(walk(list))).coverage).toEqual({ complete: true, expected: 25, read: 25 });
    expect(asked.map(({ offset, size }) => [offset, size])).toEqual([
      [0, 100],
      [10, 10],
      [20, 10],
    ]);
  });

  it('is kept by tokens, which know where they are', async () => {
    const { list, asked } = listOf('token', 100, honest(25, 10));
    expect((await collect(walk(list))).rows).toHaveLength(25);
    expect(asked.map(({ size, token }) => [size, token])).toEqual([
      [100, undefined],
      [100, '10'],
      [100, '20'],
    ]);
  });

  it('stays where a later page is short', async () => {
    const { list, asked } = listOf('page', 10, ({ offset, size }) => ({
      rows: rows(40).slice(offset, offset + size - (offset === 10 ? 3 : 0)),
      total_pages: 4,
    }));
    const { coverage } = await collect(walk(list, { passes: 1 }));
    expect(asked.map(({ offset }) => offset)).toEqual([0, 10, 20, 30]);
    expect(coverage).toMatchObject({ complete: false, read: 37, gaps: [{ kind: 'ended_early' }] });
  });

  it.each(['page', 'skip'] as const)(
    'is a fifth where a page is too big, and no row is lost or doubled, by %s',
    async (by) => {
      const cut = numbered(honest(120));
      const heavy: Cut = (place) => {
        if (place.size > 20 && place.offset > 0) throw new Problem('too_large', 'Too much.');
        return cut(place);
      };
      const { list, asked } = listOf(by, 50, heavy, { smaller: fifthOf });
      const { rows: read, coverage } = await collect(walk(list));
      expect(read).toEqual(rows(120));
      expect(coverage.complete).toBe(true);
      expect(asked.map(({ size }) => size)).toEqual([50, 50, 10, 10, 10, 10, 10, 10, 10]);
    },
  );

  it('is not made smaller where more came than was asked for: page numbers would lead elsewhere', async () => {
    const cut: Cut = (place) => {
      if (place.offset > 0) throw new Problem('too_large', 'Too much.');
      return { rows: rows(80), total: 200 };
    };
    const { list } = listOf('page', 50, cut, { smaller: fifthOf });
    await expect(collect(walk(list))).rejects.toMatchObject({ kind: 'too_large' });
  });

  it.each([
    [new Problem('too_large', 'x'), 100, 20],
    [new Problem('too_large', 'x'), 4, 1],
    [new Problem('too_large', 'x'), 1, undefined],
    [new Problem('timeout', 'x'), 100, undefined],
    [new Error('x'), 100, undefined],
  ])('%s at %i becomes %s', (error, size, smaller) => {
    expect(fifthOf(error, { offset: 0, size })).toBe(smaller);
  });
});

describe('a cursor beside numbers', () => {
  const deaf =
    (n: number): Cut =>
    ({ token, size }) => {
      const from = Number(token ?? 0);
      return { rows: rows(n).slice(from, from + size), ...(from + size < n && { next: String(from + size) }) };
    };

  it('leads on where numbers bring the same page again, and ends without doubt', async () => {
    for (const by of ['page', 'skip'] as const) {
      const { list, asked } = listOf(by, 10, deaf(35));
      const { rows: read, coverage } = await collect(walk(list));
      expect(read).toEqual(rows(35));
      expect(coverage).toEqual({ complete: true, read: 35 });
      expect(asked.map(({ token }) => token)).toEqual([undefined, undefined, '10', '20', '30']);
    }
  });

  it('is left alone where numbers are heeded', async () => {
    const { list, asked } = listOf('page', 10, honest(35));
    await collect(walk(list));
    expect(asked.every(({ token }) => token === undefined)).toBe(true);
  });
});

describe('an error behind the last page', () => {
  class Past extends Error {}
  const ending =
    (n: number, more?: boolean): Cut =>
    ({ offset, size }) => {
      if (offset >= n) throw new Past();
      return { rows: rows(n).slice(offset, offset + size), more };
    };
  const isPastEnd = (error: unknown) => error instanceof Past;

  it.each<[string, number, Partial<List<Row>>, boolean | undefined, string | undefined]>([
    ['is the end', 20, { isPastEnd }, undefined, undefined],
    [
      'is in doubt after a full page where it may be a fault',
      20,
      { isPastEnd, pastEndIsFault: true },
      undefined,
      'end_unknown',
    ],
    ['is the end after a short page', 25, { isPastEnd, pastEndIsFault: true }, undefined, undefined],
    ['is none where more was to follow', 20, { isPastEnd }, true, 'ended_early'],
  ])('%s', async (_, n, more, says, kind) => {
    const { list } = listOf('page', 10, ending(n, says), more);
    const { coverage } = await collect(walk(list));
    expect([coverage.read, coverage.gaps?.[0]?.kind]).toEqual([n, kind]);
  });

  it('is an error on the first page, and where nobody knows it', async () => {
    const first = listOf('page', 10, ending(0), { isPastEnd });
    await expect(collect(walk(first.list))).rejects.toThrow(Past);
    const unknown = listOf('page', 10, ending(20));
    await expect(collect(walk(unknown.list))).rejects.toThrow(Past);
  });

  it('is known to a reader that goes on in the middle', async () => {
    const { list } = listOf('page', 10, ending(20), { isPastEnd });
    expect(await pageReader(list, { offset: 20, size: 10 }, undefined).next()).toMatchObject({ kind: 'past end' });
  });
});

describe('whether a list is over', () => {
  const [some, none] = [rows(10), rows(0)];
  it.each<
    [
      string,
      List<Row>['by'],
      Partial<RawPage<Row>>,
      { number?: number; covered?: number; total?: number; expected?: number; token?: string },
      boolean,
    ]
  >([
    ['a full page without a word', 'page', { rows: some }, {}, false],
    ['an empty page', 'page', { rows: none }, {}, true],
    ['an empty page, and more is to follow', 'page', { rows: none, more: true }, {}, false],
    ['an empty page, a count reached, more to follow', 'page', { rows: none, more: true }, { total: 10 }, true],
    ['a count reached', 'skip', { rows: some }, { total: 10 }, true],
    ['a count reached, and more is to follow', 'skip', { rows: some, more: true }, { total: 10 }, false],
    ['a count not reached', 'skip', { rows: some, more: false }, { total: 11 }, false],
    ['more expected', 'skip', { rows: some, more: false }, { expected: 11 }, false],
    ['what is expected reached, and nothing else', 'skip', { rows: some }, { expected: 10 }, false],
    ['the last page', 'page', { rows: some, more: false }, {}, true],
    ['the last page, and a cursor', 'page', { rows: some, more: false, next: 'x' }, {}, false],
    ['page 1 of 1', 'page', { rows: some, total_pages: 1 }, {}, true],
    ['page 1 of 2', 'page', { rows: some, total_pages: 2 }, {}, false],
    ['page 2 of 2', 'page', { rows: some, total_pages: 2 }, { number: 2, covered: 20 }, true],
    ['a token', 'token', { rows: none, next: 'x' }, { total: 10 }, false],
    ['no token', 'token', { rows: some }, { total: 99 }, true],
    ['no cursor where cursors lead', 'page', { rows: some }, { token: 'x', total: 99 }, true],
    ['a list that is whole', 'single', { rows: some }, { total: 99 }, true],
  ])('%s', (_, by, page, { number = 1, covered = 10, ...rest }, over) => {
    expect(isOver({ by }, { rows: [], ...page }, { number, covered, ...rest })).toBe(over);
  });
});

describe('the number of a page', () => {
  it.each([
    [0, 10, 1],
    [9, 10, 1],
    [10, 10, 2],
    [7, 1, 8],
  ])('of row %i at %i a page is %i', (offset, size, number) => {
    expect(pageOf({ offset, size })).toBe(number);
  });
});

describe('a walk', () => {
  it('stops at the most that is read, and says so', async () => {
    const { list, asked } = listOf('skip', 10, numbered(honest(100)));
    const { coverage } = await collect(walk(list, { most: 30 }));
    expect(coverage.gaps?.map(({ kind }) => kind)).toContain('capped');
    expect([coverage.complete, coverage.read, asked.length]).toEqual([false, 30, 3]);
  });

  it('does not ask without end for rows without ids that come again', async () => {
    const same: RawPage<Row> = { rows: [{ id: 'a' }, { id: '' }, undefined], total: 9 };
    const { list, asked } = listOf('page', 3, () => same);
    const { coverage } = await collect(walk(list));
    expect(coverage).toMatchObject({ complete: false, expected: 9, read: 1, missing: 6, unreadable: 2 });
    expect(asked.length).toBeLessThan(10);
  });

  it('is an error where nothing of what came can be used', async () => {
    const { list } = listOf('page', 3, () => ({ rows: [{ id: '' }, undefined], total: 2 }));
    await expect(collect(walk(list))).rejects.toMatchObject({ kind: 'unreadable' });
  });

  it('believes the highest count of any pass', async () => {
    let request = 0;
    const { list } = listOf('page', 10, () => ({ rows: rows(5), total: request++ === 0 ? 7 : 5 }));
    expect((await collect(walk(list))).coverage).toMatchObject({ complete: false, expected: 7, missing: 2 });
  });

  it('takes the later reading of a row that comes twice', async () => {
    let request = 0;
    const { list } = listOf('page', 2, ({ offset }) => {
      request += 1;
      return {
        rows: offset === 0 ? [{ id: 'a', at: request }, { id: 'b' }] : [{ id: 'a', at: request }],
        total: 2,
        more: offset === 0,
      };
    });
    expect((await collect(walk(list))).rows).toEqual([{ id: 'a', at: 2 }, { id: 'b' }]);
  });
});
