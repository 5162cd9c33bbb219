/** Pages of lists: of the SDK family, which fails behind the last page, and of the app family. */
import type { Listed } from '../lies.ts';
import { servePage } from '../lying-pages.ts';
import { Refusal } from './errors.ts';
import { sdkStatus } from './render.ts';
import type { Switches } from './switches.ts';

/** A page by the vendor's rules: a bad limit is 10, a page beyond the end or a bad one ends in the view's catch-all. */
export function sdkPage<T>(
  items: readonly T[],
  params: URLSearchParams,
  switches: Switches,
  list: Listed,
  render: (item: T) => unknown,
) {
  const asked = Number(params.get('limit'));
  const limit = Number.isInteger(asked) && asked > 0 ? asked : 10;
  const word = params.get('page') || '1';
  const page = word === 'last' ? Math.max(1, Math.ceil(items.length / limit)) : Number(word);
  const refused = () =>
    new Refusal(
      switches.page_beyond_end,
      switches.page_beyond_end === 404 ? 'Invalid page.' : 'Unable to fetch simulation runs.',
    );
  if (!Number.isInteger(page) || page < 1) throw refused();
  const served = servePage(
    switches,
    list,
    items,
    { offset: (page - 1) * limit, size: limit, paged: true },
    {
      render,
      ids: ['call_execution_id', 'execution_id'],
      earlier: (row) => ({ ...row, status: sdkStatus('ongoing', switches), eval_outputs: {} }),
    },
  );
  if (page > 1 && served.offset >= served.length) throw refused();
  const head =
    served.marks === 'all'
      ? {
          total_pages: switches.inflated_total_pages ? Math.max(1, items.length) : served.pages,
          current_page: page,
          count: served.count,
        }
      : {};
  return { list: { ...head, results: served.rows }, failed: served.failed };
}

/** The envelope; an answer that failed says so in it, and is a 200 all the same. */
export const enveloped = (result: unknown, failed = false) =>
  failed ? { status: false, error: 'The results could not be read.', result } : { status: true, result };

/** What a page says besides its rows. */
interface AppPage {
  results: unknown[];
  count?: unknown;
  next?: unknown;
  previous?: string | null;
  total_pages?: unknown;
  current_page?: number;
  status?: false;
  error?: string;
}

/** A bare page; here a page beyond the end is an honest 404. `cap` is what the view gives at most. */
export function appPage<T>(
  switches: Switches,
  list: Listed,
  items: readonly T[],
  url: string,
  render: (item: T) => unknown,
  cap = Number.POSITIVE_INFINITY,
): AppPage {
  const { searchParams, origin, pathname } = new URL(url);
  const asked = Number(searchParams.get('limit'));
  const limit = Math.min(Number.isInteger(asked) && asked > 0 ? asked : 10, cap);
  const number = Number(searchParams.get('page') || '1');
  if (!Number.isInteger(number) || number < 1) throw new Refusal(404, 'Invalid page.');
  const form = { render, ids: ['id'], earlier: (row: object) => ({ ...row, status: 'ongoing', eval_metrics: {} }) };
  const served = servePage(switches, list, items, { offset: (number - 1) * limit, size: limit, paged: true }, form);
  if (number > 1 && served.offset >= served.length) throw new Refusal(404, 'Invalid page.');
  const link = (to: number) => `${origin}${pathname}?page=${to}&limit=${limit}`;
  const onward = { text: link(number + 1), number: number + 1, repeated: link(number), lost: null }[served.token];
  const next = served.more ? onward : null;
  const error = served.failed ? { status: false as const, error: 'The results could not be read.' } : {};
  if (served.marks === 'none') return { results: served.rows, ...error };
  if (served.marks === 'next_only') return { next, results: served.rows, ...error };
  return {
    count: served.count,
    next,
    previous: number > 1 ? link(number - 1) : null,
    results: served.rows,
    total_pages: served.pages,
    current_page: number,
    ...error,
  };
}
