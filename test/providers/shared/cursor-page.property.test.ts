/**
 * Pages of our own out of the worlds of the walk, with cursors followed to the end: no row twice, none lost where the
 * server is honest and keeps still, and no end without a word.
 */
import { describe, expect, it } from 'vitest';
import type { Coverage } from '../../../src/model/coverage.ts';
import { cursorPage, source, type Taken } from '../../../src/providers/shared/cursor-page.ts';
import { contradictions, isPlain } from './oracle.ts';
import { dice } from './seeds.ts';
import { type Row, type Server, serverOf } from './servers.ts';
import { tally } from './tally.ts';
import { type World, worldOf } from './worlds.ts';

const WORLDS = Number(process.env.WALK_WORLDS ?? 5_000);
const SEED = Number(process.env.WALK_SEED ?? 20_261_128);
const ONE = process.env.WALK_ONE;

interface Polling {
  ids: string[];
  coverages: Coverage[];
  /** Cursors led on for longer than any list is. */
  endless: boolean;
  error?: unknown;
}

/** Who wants which rows, and how many at once. */
function wishes({ seed, n }: World) {
  const d = dice(seed + 99);
  const share = d.one(1, 1, 0.5, 0.1);
  const limit = d.one(d.int(1, 9), d.int(10, 60), 100, 400);
  const most_pages = d.one(undefined, undefined, 1, 3);
  const wants = ({ id = '' }: Row) => (Number(id.slice(1)) * 7_919) % 100 < share * 100;
  return { limit, most_pages, wants, calls: 3 * Math.ceil(n / limit) + 4 * n + 40 };
}

async function follow(world: World, { list }: Server): Promise<Polling> {
  const { limit, most_pages, wants, calls } = wishes(world);
  const from = [source({ list, accept: (row) => (wants(row) ? row : undefined) })];
  const found: Polling = { ids: [], coverages: [], endless: false };
  let cursor: string | undefined;
  try {
    for (let call = 0; call < calls; call += 1) {
      const taken: Taken<Row> = await cursorPage({ id: 'stand-in' }, from, {
        cursor,
        limit,
        ...(most_pages && { most_pages }),
      });
      expect(taken.items.length).toBeLessThanOrEqual(limit);
      expect(taken.coverage.read).toBe(taken.items.length);
      expect(taken.coverage.complete).toBe((taken.coverage.gaps ?? []).length === 0);
      found.ids.push(...taken.items.map(({ id }) => id ?? ''));
      found.coverages.push(taken.coverage);
      cursor = taken.next;
      if (cursor === undefined) return found;
    }
    return { ...found, endless: true };
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AssertionError') throw error;
    return { ...found, error };
  }
}

/** A world in which a place holds the same rows at any time, as one that no call remembers must. */
function keepsStill(world: World): boolean {
  const once = [world.failed, world.empty, world.broken].some((flaw) => flaw && !flaw.always);
  return world.moves === 'no' && world.count !== 'changing' && !once;
}

/** Without pages that were asked for again because an answer of ours ended within them. */
function onceEach(log: Server['log']): Server['log'] {
  return log.filter(({ place }, at) => JSON.stringify(place) !== JSON.stringify(log[at + 1]?.place));
}

describe('a page of our own', () => {
  it(`is right, or says so, in ${WORLDS} worlds`, async () => {
    const counts = tally();
    for (const seed of ONE === undefined ? Array.from({ length: WORLDS }, (_, at) => SEED + at) : [Number(ONE)]) {
      const world = { ...worldOf(seed), expected: undefined, exact: false, ahead: undefined };
      const server = serverOf(world);
      const { ids, coverages, endless, error } = await follow(world, server);
      const { wants } = wishes(world);
      const wrong = (what: string) => counts.wrong(what, world);
      const repeating = world.twice.length > 0 || world.replaced.length > 0;
      const plain = isPlain(world) && keepsStill(world) && !repeating;
      const shown = new Set(ids);
      const wanted = [...server.truth].filter((id) => wants({ id, state: '' }));
      const lost = wanted.filter((id) => !shown.has(id));
      const marked = error !== undefined || coverages.some(({ complete }) => !complete);
      // Pages of such servers show one row at two places.
      const moved = repeating || world.holes.length > 0 || world.failed !== undefined || world.tokens === 'cycling';
      if (endless && keepsStill(world) && !moved) wrong('no end of cursors');
      if (keepsStill(world) && !moved && shown.size < ids.length) wrong('a row twice');
      if (plain) counts.note(marked ? 'needless doubt' : 'plain truth', seed);
      if (plain && error === undefined && lost.length > 0) wrong('a row of an honest server lost');
      if (plain && ids.some((id, at) => id !== wanted[at])) wrong('another order');
      if (plain) continue;
      if (marked) counts.note('marked', seed);
      else if (lost.length === 0) counts.note('truth', seed);
      else {
        const against = contradictions({ ...server, log: onceEach(server.log) }, world);
        if (against.size === 0) counts.note('lie', seed);
        // A cursor holds no ids: a row that an earlier call showed cannot be told from a new one.
        else if (moved || !keepsStill(world)) counts.note('row of an earlier call, or another order', seed);
        else wrong(`rows lost without a word, although ${[...against].join(', ')}`);
      }
    }
    counts.print(`take, seed ${SEED}`);
    expect(counts.found()).toEqual([]);
    const share = counts.of('needless doubt') / Math.max(1, counts.of('needless doubt') + counts.of('plain truth'));
    expect(share).toBeLessThanOrEqual(0.02);
  });

  const rows = Array.from({ length: 25 }, (_, at) => ({ id: `r${at}`, state: 's' }));
  const list = (key: string) => {
    const world = { ...worldOf(1), n: rows.length };
    return source({
      key,
      list: { ...serverOf(world).list, by: 'page', size: 10, fetch: pageOfRows },
      accept: (row: Row) => row,
    });
  };
  const pageOfRows = async ({ offset, size }: { offset: number; size: number }) => ({
    rows: rows.slice(offset, offset + size),
    total: rows.length,
  });

  it('comes from lists in turn, each to its end', async () => {
    const both = [list('a'), list('b')];
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const taken = await cursorPage({ id: 'here' }, both, { cursor, limit: 7 });
      found.push(...taken.items.map(({ id }) => id ?? ''));
      expect(taken.coverage.complete).toBe(true);
      cursor = taken.next;
    } while (cursor !== undefined);
    expect(found).toEqual([...rows, ...rows].map(({ id }) => id));
  });

  it.each([
    ['of another platform', (own: string) => ({ id: 'there', cursor: own, keys: ['a'] })],
    ['of another list', (own: string) => ({ id: 'here', cursor: own, keys: ['b'] })],
    ['that is none', () => ({ id: 'here', cursor: 'x', keys: ['a'] })],
    ['that is empty', () => ({ id: 'here', cursor: '', keys: ['a'] })],
    ['of negative rows', () => ({ id: 'here', cursor: encoded(['here', 'a', -1, 10]), keys: ['a'] })],
    ['of half a row', () => ({ id: 'here', cursor: encoded(['here', 'a', 0.5, 10]), keys: ['a'] })],
    ['of text', () => ({ id: 'here', cursor: encoded(['here', 'a', '0', '10']), keys: ['a'] })],
    ['of no list', () => ({ id: 'here', cursor: encoded({ here: 'a' }), keys: ['a'] })],
  ])('refuses a cursor %s', async (_, make) => {
    const { next: own = '' } = await cursorPage({ id: 'here' }, [list('a')], { limit: 7 });
    const { id, cursor, keys } = make(own);
    await expect(cursorPage({ id }, keys.map(list), { cursor, limit: 7 })).rejects.toMatchObject({
      kind: 'invalid_input',
    });
  });

  it('says what it could not use, and where a count is not reached', async () => {
    const spoilt = async (place: { offset: number; size: number }) => {
      const page = await pageOfRows(place);
      return {
        ...page,
        rows: page.rows.flatMap((row) =>
          row.id === 'r3' ? [undefined] : row.id === 'r4' ? [{ id: '', state: '' }] : row.id === 'r5' ? [] : [row],
        ),
      };
    };
    const { list: base } = serverOf(worldOf(1));
    const from = source({ list: { ...base, by: 'skip', size: 100, fetch: spoilt }, accept: (row: Row) => row });
    const { coverage, items } = await cursorPage({ id: 'here' }, [from], { limit: 100 });
    expect(items).toHaveLength(22);
    expect(coverage).toMatchObject({ complete: false, expected: 25, read: 22, missing: 1, unreadable: 2 });
    expect(coverage.gaps?.map(({ kind, count }) => [kind, count])).toEqual([
      ['missing', 1],
      ['without_id', 1],
      ['unreadable', 1],
    ]);
  });
});

function encoded(state: unknown): string {
  return Buffer.from(JSON.stringify(state)).toString('base64url');
}
