/** Pages of a list: sizes, opaque tokens, and the three ways of saying that there is no more. */
import { invalid } from './errors.ts';
import type { CovalSwitches } from './switches.ts';

export interface PageQuery {
  page_size?: string;
  page_token?: string;
}

export interface PageRules {
  /** Largest page_size of the schema; beyond it is 400. */
  max: number;
  /** Largest page served, silently: on the metric-aware path. */
  cap?: number;
  /** How this list's last page is documented. */
  last: 'absent' | 'null' | 'empty';
}

/** `offset` and `size` of the page asked for. */
export function pageOf(query: PageQuery, { max, cap = max }: PageRules): { offset: number; size: number } {
  const size = query.page_size === undefined ? 50 : Number(query.page_size);
  if (!Number.isInteger(size) || size < 1 || size > max)
    throw invalid('page_size', `page_size must be between 1 and ${max}`);
  if (!query.page_token) return { offset: 0, size: Math.min(size, cap) };
  const text = Buffer.from(query.page_token, 'base64').toString('utf8');
  const offset = Number(/^\{"offset": (\d+)\}$/.exec(text)?.[1]);
  if (!Number.isInteger(offset)) throw invalid('page_token', 'Invalid page token');
  return { offset, size: Math.min(size, cap) };
}

/** The members of the answer: the items under their key, and the token as the switches want it. */
export function pageBody(
  key: string,
  items: unknown[],
  page: { offset: number; size: number; total: number },
  { last }: PageRules,
  switches: CovalSwitches,
): Record<string, unknown> {
  const shown = switches.malformed_items ? [null, 'not an object', ...items, { name: `${key}/without-id` }] : items;
  const reached = page.offset + items.length;
  if (switches.repeat_token) return { [key]: shown, next_page_token: Buffer.from('{"offset": 0}').toString('base64') };
  if (reached < page.total)
    return { [key]: shown, next_page_token: Buffer.from(`{"offset": ${reached}}`).toString('base64') };
  const style = switches.last_token === 'mixed' ? last : switches.last_token;
  if (style === 'absent') return { [key]: shown };
  return { [key]: shown, next_page_token: style === 'null' ? null : '' };
}
