/** `limit`, `skip`, `sort`, `filter`, cursors, and the Simulator's envelope. */
import type { Context } from 'hono';
import type { Listed } from '../lies.ts';
import { type RowForm, servePage } from '../lying-pages.ts';
import { CODES, type Refuse } from './errors.ts';
import type { CognigySwitches } from './switches.ts';

interface Asked {
  limit: number;
  skip: number;
}

/** Reads the page asked for. Throws a refusal where it is out of range. */
export function pageOf(c: Context, switches: CognigySwitches, refuse: Refuse): Asked {
  const limit = Number(c.req.query('limit') ?? 20);
  const skip = Number(c.req.query('skip') ?? 0);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw refuse(400, 'limit must be between 1 and 100', CODES.invalid, { field: 'limit' });
  if (!Number.isInteger(skip) || skip < 0)
    throw refuse(400, 'skip must be 0 or more', CODES.invalid, { field: 'skip' });
  const cursor = c.req.query('next');
  if (cursor !== undefined) return { limit, skip: Number(/^c?(\d+)$/.exec(cursor)?.[1] ?? 0) };
  return { limit, skip: switches.skip === 'honoured' ? skip : 0 };
}

/** One page in the Simulator's envelope. */
export function page<T>(
  c: Context,
  switches: CognigySwitches,
  refuse: Refuse,
  list: Listed,
  all: readonly T[],
  render: (item: T) => unknown,
): Response {
  const { limit, skip } = pageOf(c, switches, refuse);
  const form: RowForm<T> = { render, ids: ['id', '_id', 'referenceId'], earlier: (row) => ({ ...row, metrics: {} }) };
  const served = servePage(switches, list, all, { offset: skip, size: limit }, form);
  const { rows: data, offset, size, more, marks } = served;
  const error = served.failed ? { error: { message: 'The results could not be read.', code: 500 } } : {};
  if (switches.pagination === 'none' || marks === 'none') return c.json({ data, ...error });
  const edge = (there: boolean, at: number) => {
    if (there) return `c${at}`;
    return switches.page_ends === 'null' ? null : switches.page_ends === 'empty' ? '' : undefined;
  };
  const onward = {
    text: edge(more, served.reached),
    number: more ? served.reached : edge(false, 0),
    repeated: edge(true, offset),
    lost: edge(false, 0),
  }[served.token];
  if (marks === 'next_only') return c.json({ data, pagination: { next: onward }, ...error });
  const pages = switches.pagination;
  const pagination = {
    limit,
    skip,
    total: pages === 'without_total' ? undefined : served.count,
    hasNext: pages === 'without_has_next' ? undefined : more && pages !== 'contradictory',
    hasPrevious: pages === 'without_has_next' ? undefined : offset > 0,
    next: onward,
    previous: edge(offset > 0, Math.max(0, offset - size)),
  };
  return c.json({ data, pagination, ...error });
}

/** Orders by one member; which ones can be sorted by is documented nowhere. */
export function inOrder<T>(
  c: Context,
  switches: CognigySwitches,
  refuse: Refuse,
  items: readonly T[],
  keys: Readonly<Record<string, (item: T) => string | number>>,
  otherwise: (item: T) => number,
): T[] {
  const [field = '', direction = 'asc'] = (c.req.query('sort') ?? '').split(':');
  const key = keys[field];
  if (field !== '' && switches.sort === 'refused') throw refuse(400, `cannot sort by ${field}`, CODES.invalid);
  if (key && switches.sort === 'honoured') {
    return [...items].sort((a, b) => (direction === 'desc' ? -1 : 1) * compare(key(a), key(b)));
  }
  const sign = switches.order === 'newest' ? -1 : 1;
  return [...items].sort((a, b) => sign * (otherwise(a) - otherwise(b)));
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Case-insensitive match on the name, by inference from the main API. */
export function filtered<T>(
  c: Context,
  switches: CognigySwitches,
  refuse: Refuse,
  items: readonly T[],
  nameOf: (item: T) => string,
): readonly T[] {
  const wanted = c.req.query('filter')?.toLowerCase();
  if (!wanted || switches.filter === 'ignored') return items;
  if (switches.filter === 'refused') throw refuse(400, 'filter is not valid', CODES.invalid, { field: 'filter' });
  return items.filter((item) => nameOf(item).toLowerCase().includes(wanted));
}
