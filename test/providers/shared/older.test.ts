/** A row that comes twice: the later reading stands, by its place or by what it says of itself. */
import { describe, expect, it } from 'vitest';
import type { List } from '../../../src/providers/shared/list.ts';
import { collect, walk } from '../../../src/providers/shared/pages.ts';

interface Row {
  id: string;
  at: number;
}

function list(rows: Row[], more: Partial<List<Row>> = {}): List<Row> {
  return {
    platform: { id: 'x', label: 'X' },
    what: 'items',
    by: 'skip',
    size: 2,
    fetch: async ({ offset, size }) => ({ rows: rows.slice(offset, offset + size), total: rows.length }),
    idOf: (row) => row.id,
    stateOf: (row) => String(row.at),
    ...more,
  };
}
const ROWS = [
  { id: 'a', at: 2 },
  { id: 'b', at: 1 },
  { id: 'a', at: 3 },
  { id: 'a', at: 1 },
];
const read = async (from: List<Row>) =>
  Object.fromEntries((await collect(walk(from))).rows.map(({ id, at }) => [id, at]));

describe('of a row that comes twice', () => {
  it('the one that came later stands', async () => {
    expect(await read(list(ROWS))).toEqual({ a: 1, b: 1 });
  });

  it('the one that is newer by its own word stands', async () => {
    const keeps = (first: Row, later: Row) => later.at < first.at;
    expect(await read(list(ROWS, { keeps }))).toEqual({ a: 3, b: 1 });
  });
});
