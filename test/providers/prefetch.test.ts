/** Pages on their way while others are read: in order, each once, few at a time, and only where a list keeps still. */
import { describe, expect, it } from 'vitest';
import type { List } from '../../src/providers/shared/list.ts';
import { collect, walk } from '../../src/providers/shared/pages.ts';
import { pagesAhead } from '../../src/providers/shared/prefetch.ts';
import { turns } from '../support/waiting.ts';

const IDS = Array.from({ length: 1_050 }, (_, index) => `i${index}`);

/** A vendor that takes a moment; later pages may be faster. */
function vendor(spoil: (start: number, ids: string[]) => string[] = (_, ids) => ids) {
  const asked: number[] = [];
  let now = 0;
  let most = 0;
  const page = async (start: number, size: number) => {
    asked.push(start);
    now += 1;
    most = Math.max(most, now);
    await turns(3 - (asked.length % 3));
    now -= 1;
    const items = spoil(start, IDS.slice(start, start + size));
    return { items, total: IDS.length };
  };
  return { asked, most: () => most, page };
}
type Vendor = ReturnType<typeof vendor>;

describe.each(['page', 'skip'] as const)('reading a list ahead, by %s', (by) => {
  const read = async ({ page }: Vendor, ahead: boolean) => {
    const list: List<string> = {
      platform: { id: 'x', label: 'X' },
      what: 'items',
      by,
      size: 100,
      async fetch({ offset, size }) {
        const { items, total } = await page(offset, size);
        return { rows: items, total };
      },
      idOf: (item) => item,
    };
    return (await collect(walk(list, ahead ? { ahead: 2 } : {}))).rows;
  };

  it('gives the same, with the same requests, three at a time', async () => {
    const [alone, ahead] = [vendor(), vendor()];
    expect(await read(alone, false)).toEqual(IDS);
    expect(await read(ahead, true)).toEqual(IDS);
    expect(ahead.asked).toEqual(alone.asked);
    expect([alone.most(), ahead.most()]).toEqual([1, 3]);
  });

  it('asks for nothing that a short list does not have', async () => {
    const short = vendor((start) => IDS.slice(start, Math.min(start + 100, 250)));
    const page: Vendor['page'] = async (start, size) => ({ ...(await short.page(start, size)), total: 250 });
    expect(await read({ ...short, page }, true)).toEqual(IDS.slice(0, 250));
    expect(short.asked).toEqual([0, 100, 200]);
    expect(short.most()).toBe(1);
  });

  it('reads one after the other where pages repeat or are short', async () => {
    const moving = vendor((start, ids) => (start === 0 ? ids : ['i0', ...ids.slice(1)]));
    await read(moving, true).catch(() => undefined);
    expect(moving.most()).toBe(1);
  });

  it('leaves no failure of a page that nobody wants any more to the process', async () => {
    const failing = vendor((start, ids) => {
      if (start >= 300) throw new Error(`no page at ${start}`);
      return ids;
    });
    await expect(read(failing, true)).rejects.toThrow('no page at 300');
    await turns();
  });
});

describe('pages ahead', () => {
  function pages() {
    const asked: number[] = [];
    const answers = new Map<number, { resolve: (number: number) => void; reject: (error: Error) => void }>();
    const arrivals = new Map<number, () => void>();
    const row = pagesAhead((number, arrived) => {
      asked.push(number);
      arrivals.set(number, arrived);
      return new Promise<number>((resolve, reject) => {
        answers.set(number, { resolve, reject });
      });
    });
    const answer = async (number: number, error?: Error) => {
      if (error) answers.get(number)?.reject(error);
      else answers.get(number)?.resolve(number);
      await turns(1);
    };
    return { asked, row, answer, arrive: (number: number) => arrivals.get(number)?.() };
  }

  it('are three at once, the next one asked for when one has come, five ahead at most', async () => {
    const { asked, row, answer } = pages();
    const first = row.take(1, 9);
    expect(asked).toEqual([1, 2, 3]);
    await answer(2);
    expect(asked).toEqual([1, 2, 3, 4]);
    for (const number of [1, 3, 4, 5, 6]) await answer(number);
    expect(await first).toBe(1);
    expect(asked).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await row.take(2, 9)).toBe(2);
    expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('end where the list ends, and where it is not known to go on', async () => {
    const { asked, row, answer } = pages();
    row.take(1, 2);
    await answer(1);
    await answer(2);
    expect(asked).toEqual([1, 2]);
    row.take(2);
    row.take(3);
    await answer(3);
    expect(asked).toEqual([1, 2, 3]);
  });

  it('stop after a failure until one is taken', async () => {
    const { asked, row, answer } = pages();
    row.take(1, 9);
    await answer(2, new Error('no'));
    await answer(1);
    await answer(3);
    expect(asked).toEqual([1, 2, 3]);
    await expect(row.take(2, 9)).rejects.toThrow('no');
    expect(asked).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('are asked for again when they were forgotten, and those on their way ask for no others', async () => {
    const { asked, row, answer } = pages();
    row.take(1, 9);
    row.forget();
    for (const number of [1, 2, 3]) await answer(number);
    expect(asked).toEqual([1, 2, 3]);
    const third = row.take(3);
    await answer(3);
    expect(await third).toBe(3);
    expect(asked).toEqual([1, 2, 3, 3]);
  });

  it('are asked for when one has arrived, before it is read, and still three at once', async () => {
    const { asked, row, answer, arrive } = pages();
    const first = row.take(1, 9);
    arrive(1);
    expect(asked).toEqual([1, 2, 3, 4]);
    // Said once or twice, and read in the end, it is one page that is not on its way any more.
    arrive(1);
    await answer(1);
    expect(await first).toBe(1);
    expect(asked).toEqual([1, 2, 3, 4]);
    arrive(3);
    expect(asked).toEqual([1, 2, 3, 4, 5]);
  });

  it('stop after one that arrived and could not be read', async () => {
    const { asked, row, answer, arrive } = pages();
    row.take(1, 9);
    arrive(2);
    await answer(2, new Error('no'));
    await answer(1);
    expect(asked).toEqual([1, 2, 3, 4]);
    await expect(row.take(2, 9)).rejects.toThrow('no');
    // The third and the fourth are on their way.
    expect(asked).toEqual([1, 2, 3, 4, 5]);
  });
});
