/** Pages of a list: sizes, opaque tokens, and the three ways of saying that there is no more. */
import type { Listed } from '../lies.ts';
import { type RowForm, servePage } from '../lying-pages.ts';
import { invalid } from './errors.ts';
import type { CovalSwitches } from './switches.ts';

export interface PageQuery {
  page_size?: string;
  page_token?: string;
}

export interface PageRules {
  /** Largest page_size of the schema; beyond it is 400. */
  max: number;
  /** How this list's last page is documented. */
  last: 'absent' | 'null' | 'empty';
}

/** `offset` and `size` of the page asked for. */
export function pageOf(query: PageQuery, { max }: PageRules): { offset: number; size: number } {
  const size = query.page_size === undefined ? 50 : Number(query.page_size);
  if (!Number.isInteger(size) || size < 1 || size > max)
    throw invalid('page_size', `page_size must be between 1 and ${max}`);
  if (!query.page_token) return { offset: 0, size: size };
  const text = Buffer.from(query.page_token, 'base64').toString('utf8');
  // A token that is a number is the place itself.
  const plain = /^\d+$/.exec(query.page_token)?.[0];
  const offset = Number(plain ?? /^\{"offset": (\d+)\}$/.exec(text)?.[1]);
  if (!Number.isInteger(offset)) throw invalid('page_token', 'Invalid page token');
  return { offset, size: size };
}

/** One page: the items under their key, and the token as the switches want it. */
export function pageBody<T>(
  key: string,
  list: Listed,
  all: readonly T[],
  render: (item: T) => unknown,
  page: { offset: number; size: number },
  { last }: PageRules,
  switches: CovalSwitches,
): Record<string, unknown> {
  const form: RowForm<T> = {
    render,
    ids: ['name', 'id', 'run_id', 'simulation_id', 'metric_output_id'],
    earlier: (row) => ({ ...row, status: 'IN PROGRESS' }),
  };
  const served = servePage(switches, list, all, page, form);
  const items = served.rows;
  const shown = switches.malformed_items ? [null, 'not an object', ...items, { name: `${key}/without-id` }] : items;
  const body: Record<string, unknown> = { [key]: shown };
  if (served.failed) body.error = { code: 'INTERNAL', message: 'The results could not be read.', details: [] };
  if (served.failed && items.length === 0) body[key] = null;
  if (served.marks === 'none') return body;
  const token = (offset: number) => Buffer.from(`{"offset": ${offset}}`).toString('base64');
  if (switches.repeat_token) return { ...body, next_page_token: token(0) };
  const onward = {
    text: token(served.reached),
    number: served.reached,
    repeated: token(served.offset),
    lost: '',
  }[served.token];
  if (served.more || served.token === 'repeated') return { ...body, next_page_token: onward };
  const style = switches.last_token === 'mixed' ? last : switches.last_token;
  if (style === 'absent') return body;
  return { ...body, next_page_token: style === 'null' ? null : '' };
}
