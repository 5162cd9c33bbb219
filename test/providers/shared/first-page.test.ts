import { expect, it } from 'vitest';
import { firstPage } from '../../../src/providers/shared/pages.ts';

it('hands out one page to whoever wants no more', async () => {
  const asked: unknown[] = [];
  const rows = await firstPage({
    platform: { id: 'coval', label: 'Coval' },
    what: 'sessions',
    by: 'token',
    size: 2,
    idOf: (id: string) => id,
    async fetch(place) {
      asked.push(place);
      return { rows: ['a', 'b'], next: 'more' };
    },
  });
  expect([rows, asked.length]).toEqual([['a', 'b'], 1]);
});
