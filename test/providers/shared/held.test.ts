/** Rows that come again while they change: those that are kept back give way to the later reading. */
import { expect, it } from 'vitest';
import type { List } from '../../../src/providers/shared/list.ts';
import { collect, walk } from '../../../src/providers/shared/pages.ts';

interface Row {
  id: string;
  state: string;
}

/** 3,000 rows in pages of 1,000; the first row comes again on the last page, changed, in place of one that moved up. */
function moving(): List<Row> {
  const rows = Array.from({ length: 2_999 }, (_, index) => ({ id: `${index}`, state: 'old' }));
  const shown = [...rows, { id: '0', state: 'new' }];
  return {
    platform: { id: 'x', label: 'X' },
    what: 'rows',
    by: 'page',
    size: 1_000,
    fetch: async ({ offset, size }) => ({ rows: shown.slice(offset, offset + size), total: 2_999 }),
    idOf: ({ id }) => id,
    stateOf: ({ state }) => state,
  };
}

it('replaces the older reading of a row that is still kept back, and says nothing of it', async () => {
  const { rows, coverage } = await collect(walk(moving(), { held: 10_000 }));
  expect(rows.find(({ id }) => id === '0')?.state).toBe('new');
  expect(coverage.gaps?.map(({ kind }) => kind) ?? []).not.toContain('changed');
});

it('says that a row changed which was handed on already', async () => {
  const { rows, coverage } = await collect(walk(moving()));
  expect(rows.find(({ id }) => id === '0')?.state).toBe('old');
  expect(coverage).toMatchObject({ complete: false, gaps: [{ kind: 'changed', count: 1 }] });
});

it('keeps the first reading where the list knows it to be further on', async () => {
  const list: List<Row> = { ...moving(), keeps: (first, later) => first.state === 'old' && later.state === 'new' };
  const { rows } = await collect(walk(list, { held: 10_000 }));
  expect(rows.find(({ id }) => id === '0')?.state).toBe('old');
});
