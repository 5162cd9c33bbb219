/** Pages of lists, in the two shapes of the vendor. */
import type { Context } from 'hono';
import type { Listed } from '../lies.ts';
import { type RowForm, servePage } from '../lying-pages.ts';
import { refuse } from './errors.ts';
import { ok } from './replies.ts';
import type { Platform } from './store.ts';

interface PageRequest {
  number: number;
  size: number;
}

/** Reads `page_number` and `page_size`; a refusal where they are out of range. */
export function readPage(c: Context, platform: Platform): PageRequest | Response {
  const number = Number(c.req.query('page_number') ?? 1);
  const size = Number(c.req.query('page_size') ?? 10);
  if (!Number.isInteger(number) || number < 1)
    return refuse(c, platform, 422, 'must be 1 or more', 'query.page_number');
  if (!Number.isInteger(size) || size < 1) return refuse(c, platform, 422, 'must be 1 or more', 'query.page_size');
  const { biggest_page, page_size_over } = platform.switches;
  if (size <= biggest_page) return { number, size };
  if (page_size_over === 'clamp') return { number, size: biggest_page };
  return refuse(c, platform, page_size_over, `must be ${biggest_page} or less`, 'query.page_size');
}

/** The two page shapes of the vendor: with `pagination`, or with the numbers beside the items. */
export function page<T>(
  c: Context,
  platform: Platform,
  shape: 'offset' | 'number',
  list: Listed,
  all: { length: number; slice(from: number, to: number): T[] },
  render: (item: T) => unknown,
): Response {
  const request = readPage(c, platform);
  if (request instanceof Response) return request;
  const { number, size } = request;
  const { switches } = platform;
  const offset = (number - 1) * size;
  const form: RowForm<T> = {
    render,
    ids: ['simulation_id', 'simulation_session_id', 'simulation_case_id', 'id'],
    earlier: (row) => ({ ...row, status: 'in-progress', success_criteria_analysis: null }),
  };
  const served = servePage(switches, list, all, { offset, size, paged: true }, form);
  if (served.offset >= served.length && number > 1 && switches.page_past_end !== 'empty')
    return refuse(c, platform, switches.page_past_end, 'There is no such page.', 'query.page_number');
  const { rows: rendered, count } = served;
  if (switches.malformed_item && rendered.length > 0) rendered.splice(1, 0, 'not an object');
  const items = rendered.length === 0 && switches.empty_lists === 'null' ? null : rendered;
  if (served.failed) {
    const message = 'The results could not be read.';
    return c.json({ status: 'error', message, response: rendered.length === 0 ? [] : { items } });
  }
  if (served.marks !== 'all') return ok(c, platform, { items });
  if (shape === 'offset' || switches.envelopes === 'uniform')
    return ok(c, platform, { pagination: { total_records: count, limit: size, offset }, items });
  return ok(c, platform, { items, total: count, page_number: number, page_size: size });
}

interface OffsetList<T> {
  list: Listed;
  /** The member that holds the rows. */
  named: string;
  all: { length: number; slice(from: number, to: number): T[] };
  render(item: T): Record<string, unknown>;
}

/** Agents and actions go by `limit` and `offset`; whether a list of one agent is a list, examples contradict each other. */
export function offsetPage<T>(c: Context, platform: Platform, { list, named, all, render }: OffsetList<T>): Response {
  const limit = Number(c.req.query('limit') ?? 20);
  const offset = Number(c.req.query('offset') ?? 0);
  const { switches } = platform;
  if (!Number.isInteger(limit) || limit < 1) return refuse(c, platform, 400, 'must be 1 or more', 'query.limit');
  if (!Number.isInteger(offset) || offset < 0) return refuse(c, platform, 400, 'must be 0 or more', 'query.offset');
  const served = servePage(switches, list, all, { offset, size: limit }, { render, ids: ['model_id', 'action_id'] });
  const [only, second] = served.rows;
  const rows = switches.agents_wrapper === 'object' && only && second === undefined ? only : served.rows;
  if (served.failed)
    return c.json({ status: 'error', message: 'The results could not be read.', response: { [named]: rows } });
  if (served.marks !== 'all') return ok(c, platform, { [named]: rows });
  return ok(c, platform, { pagination: { total_records: served.count, limit, offset }, [named]: rows });
}
