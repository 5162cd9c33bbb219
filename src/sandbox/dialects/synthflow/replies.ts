/** Envelopes, pages and errors in every shape that the switches ask for. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Engine } from '../../engine/types.ts';
import { type Listed, type RowForm, servePage } from '../lies.ts';
import type { Store } from './store.ts';
import type { SynthflowSwitches } from './switches.ts';

/** What every route works with. */
export interface Platform {
  engine: Engine;
  store: Store;
  switches: SynthflowSwitches;
}

export function ok(c: Context, { switches }: Platform, response: unknown): Response {
  return c.json({ status: switches.envelope_status === 'number' ? 200 : 'ok', response });
}

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

let refusals = 0;

/**
 * An error in the shape the switches ask for. `where` is the place of the complaint, e.g. `body.name`; a 422 where the
 * operation does not declare one has to be asked for as 400 by the caller.
 */
export function refuse(
  c: Context,
  { switches }: Pick<Platform, 'switches'>,
  status: ContentfulStatusCode,
  message: string,
  where?: string,
): Response {
  refusals += 1;
  const request_id = `req_${refusals}`;
  const category = status === 404 ? 'not_found' : status === 401 ? 'authentication' : 'validation';
  const loc = (where ?? 'body').split('.');
  const validation = { detail: [{ loc, msg: message, type: 'value_error' }] };
  switch (switches.errors) {
    case 'documented':
      if (status === 422) return c.json(validation, status);
      return c.json({ detail: { status: 'error', description: message, request_id, category } }, status);
    case 'detail_text':
      return c.json({ detail: message }, status);
    case 'validation':
      return c.json(validation, status);
    case 'message':
      return c.json({ message, request_id }, status);
    case 'error_text':
      return c.json({ error: message }, status);
    case 'gateway':
      return c.json({ error: category, message }, status);
    case 'nested_objects':
      return c.json({ error: { message: { description: message } }, request_id }, status);
    case 'plain_text':
      return c.text(message, status);
    case 'empty':
      return c.body(null, status);
  }
}

export function notFound(c: Context, platform: Platform, what: string): Response {
  return refuse(c, platform, 404, `${what} not found`, 'path.id');
}

/** The reply to a delete: nothing, or what a client that parses JSON from it hopes for. */
export function deleted(c: Context, platform: Platform): Response {
  if (platform.switches.delete_reply === 200 || platform.switches.envelopes === 'uniform')
    return c.json({ status: 'ok' });
  return c.body(null, 204);
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}

export function time(ms: number): string {
  return new Date(ms).toISOString();
}

/** Is a creation time inside the `start_date`/`end_date` of the query, both ends included? */
export function dateFilter(c: Context): (ms: number) => boolean {
  const from = Date.parse(c.req.query('start_date') ?? '');
  const to = Date.parse(c.req.query('end_date') ?? '');
  return (ms) => !(ms < from) && !(ms > to);
}

/** Case-insensitive substring, by inference. */
export function searchFilter(c: Context): (name: string) => boolean {
  const wanted = c.req.query('search')?.toLowerCase();
  return (name) => !wanted || name.toLowerCase().includes(wanted);
}
