/** Hosts that page in every way that the vendor's silence allows: everything is read, and what is not is said. */
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../src/model/problem.ts';
import { createApi } from '../../../src/providers/cognigy/api.ts';
import { createResumedLists } from '../../../src/providers/cognigy/resumed-list.ts';
import { idOf, namedReader } from '../../../src/providers/cognigy/wire.ts';
import { cursorPage, source } from '../../../src/providers/shared/cursor-page.ts';
import { listEndpoint } from '../../../src/providers/shared/endpoint.ts';
import type { RawPage } from '../../../src/providers/shared/list.ts';
import { collect, walk } from '../../../src/providers/shared/pages.ts';
import { httpOf } from './fake-http.ts';

interface PageQuery {
  limit: number;
  skip?: number;
  next?: string;
}
type Item = { id: string };
type Say = Omit<RawPage<Item>, 'rows'>;
type Fetch = (query: PageQuery) => Promise<RawPage<Item>>;
const ALL = Array.from({ length: 130 }, (_, index) => ({ id: `i${index}` }));
const IDS = ALL.map(({ id }) => id);

/** A server over `all` that says of each page what `say` makes of it. */
function server(all: Item[], say: (end: number) => Say, most = 100) {
  const asked: PageQuery[] = [];
  const fetch: Fetch = async (query) => {
    asked.push(query);
    const from = query.next === undefined ? (query.skip ?? 0) : Number(query.next);
    const rows = all.slice(from, from + Math.min(query.limit, most));
    return { rows, ...say(from + rows.length) };
  };
  return { asked, fetch };
}

/** The same, for which `skip` has no effect. */
function deaf(fetch: Fetch): Fetch {
  return (query) => fetch(query.next === undefined ? { ...query, skip: 0 } : query);
}

const { signal } = new AbortController();
const THINGS = listEndpoint({
  request: 'GET /things',
  does: 'list things',
  what: 'things',
  reader: namedReader,
  by: 'skip',
  idOf,
});

/** The list over a client that answers with the pages of `fetch`, in the envelope of the Simulator. */
function things(fetch: Fetch, size = 50) {
  const http = httpOf(async ({ query: { limit, skip, next: cursor } = {} }) => {
    const asked = cursor === undefined ? { skip: Number(skip) } : { next: String(cursor) };
    const { rows, total, more, next } = await fetch({ limit: Number(limit), ...asked });
    return { data: rows, pagination: { total, hasNext: more, next } };
  });
  return createApi(http).list(THINGS, { signal }, size);
}
async function read(fetch: Fetch) {
  const { rows, coverage } = await collect(walk(things(fetch)));
  return { ids: rows.map(({ id }) => id), coverage };
}

const refusal = new Problem('invalid_input', 'no', { vendor: { status: 400 } });

describe('walking a list to its end', () => {
  it.each<[string, (end: number) => Say, number]>([
    ['hasNext and total', (end) => ({ total: 130, more: end < 130 }), 3],
    ['total only', () => ({ total: 130 }), 3],
    ['hasNext only', (end) => ({ more: end < 130 }), 3],
    ['hasNext always false', () => ({ total: 130, more: false }), 3],
    ['a total that counts up to the page', (end) => ({ total: Math.min(50, end), more: end < 130 }), 5],
    ['hasNext always true', () => ({ more: true }), 5],
    ['a cursor only', (end) => (end < 130 ? { next: String(end) } : {}), 4],
    ['nothing', () => ({}), 4],
  ])('%s', async (_, say, most) => {
    const { fetch, asked } = server(ALL, say);
    expect((await read(fetch)).ids).toEqual(IDS);
    expect(asked.length).toBeLessThanOrEqual(most);
  });

  it('asks no more than needed where the vendor tells', async () => {
    const { fetch, asked } = server(ALL, (end) => ({ total: 130, more: end < 130 }));
    expect((await read(fetch)).coverage).toEqual({ complete: true, expected: 130, read: 130 });
    expect(asked).toEqual([
      { limit: 50, skip: 0 },
      { limit: 50, skip: 50 },
      { limit: 50, skip: 100 },
    ]);
  });

  it('goes by what arrived when the vendor cuts the page size', async () => {
    const { fetch } = server(ALL, (end) => ({ total: 130, more: end < 130 }), 20);
    expect((await read(fetch)).ids).toEqual(IDS);
  });

  it('goes by the cursor when skip has no effect, and asks with one or the other', async () => {
    const next = (end: number) => (end < 130 ? String(end) : undefined);
    const { fetch, asked } = server(ALL, (end) => ({ total: 130, more: end < 130, next: next(end) }));
    expect((await read(deaf(fetch))).ids).toEqual(IDS);
    expect(asked).toHaveLength(4);
    expect(asked.every(({ skip, next }) => (skip === undefined) !== (next === undefined))).toBe(true);
  });

  it('takes no part for the whole when skip has no effect and no cursor helps', async () => {
    const counted = await read(deaf(server(ALL, () => ({ total: 130, more: true })).fetch));
    expect(counted.coverage).toMatchObject({ complete: false, read: 50, missing: 80 });
    const silent = await read(deaf(server(ALL, () => ({ more: true })).fetch));
    expect(silent.coverage).toMatchObject({ complete: false, read: 50 });
  });

  it.each([129, 117, 60])('says what is missing, however little it is (%s of 130 are there)', async (there) => {
    const { coverage } = await read(server(ALL.slice(0, there), () => ({ total: 130 })).fetch);
    expect(coverage).toMatchObject({ complete: false, expected: 130, read: there, missing: 130 - there });
  });

  it('takes a refusal past the end for the end, and says so in the middle of what was counted', async () => {
    const beyond = (say: (end: number) => Say, at: number): Fetch => {
      const { fetch } = server(ALL.slice(0, 100), say);
      return async (query) => {
        if ((query.skip ?? 0) >= at) throw refusal;
        return fetch(query);
      };
    };
    expect((await read(beyond(() => ({}), 100))).coverage).toMatchObject({ complete: true, read: 100 });
    expect((await read(beyond(() => ({ total: 130 }), 100))).coverage).toMatchObject({ complete: false, missing: 30 });
    await expect(read(beyond(() => ({}), 0))).rejects.toBe(refusal);
  });

  it('shrinks pages that are too large', async () => {
    const { fetch, asked } = server(ALL, (end) => ({ total: 130, more: end < 130 }));
    const heavy: Fetch = async (query) => {
      if (query.limit > 10) throw new Problem('too_large', 'no');
      return fetch(query);
    };
    expect((await read(heavy)).ids).toEqual(IDS);
    expect(asked[0]).toEqual({ limit: 10, skip: 0 });
  });
});

describe('a list that several calls read in pieces', () => {
  const host: Record<string, (all: Item[]) => Fetch> = {
    'that heeds skip': (all) => server(all, (end) => ({ total: all.length, more: end < all.length })).fetch,
    'that heeds its cursor only': (all) =>
      deaf(server(all, (end) => ({ total: all.length, next: end < all.length ? String(end) : undefined })).fetch),
    'that sends everything at once': (all) => async () => ({ rows: all }),
    'that says nothing of what follows': (all) => server(all, () => ({})).fetch,
    'that sends no more than 10': (all) => server(all, () => ({ total: all.length }), 10).fetch,
  };

  it.each(Object.keys(host))('on a host %s loses nothing and shows nothing twice', async (kind) => {
    for (const length of [0, 1, 7, 8, 21, 45])
      for (const limit of [1, 7, 20]) {
        const all = ALL.slice(0, length);
        const resumed = createResumedLists();
        const seen: string[] = [];
        let cursor: string | undefined;
        let calls = 0;
        do {
          const list = resumed('things', things(host[kind]?.(all) ?? (async () => ({ rows: [] })), limit));
          const accept = ({ id }: { id?: string }) => id;
          const piece = await cursorPage({ id: 'cognigy' }, [source({ list, accept })], { cursor, limit });
          seen.push(...piece.items);
          expect(piece.coverage.complete, JSON.stringify(piece.coverage)).toBe(true);
          cursor = piece.next;
          calls += 1;
        } while (cursor !== undefined && calls < 60);
        expect(seen, `${length} by ${limit}`).toEqual(IDS.slice(0, length));
      }
  });
});
