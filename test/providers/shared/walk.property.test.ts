/**
 * The walk over 10,000 worlds: whatever a server does, what comes out is an error, or is marked, or is the truth; and
 * what a careful client can read exactly is neither refused nor marked. `WALK_SEED` plays other worlds, `WALK_ONE` one.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Coverage } from '../../../src/model/coverage.ts';
import { isProblem } from '../../../src/model/problem.ts';
import { collect, walk } from '../../../src/providers/shared/pages.ts';
import { contradictions, everything, isPlain, kept, signOf } from './oracle.ts';
import { type Row, type Server, serverOf } from './servers.ts';
import { tally } from './tally.ts';
import { type World, worldOf } from './worlds.ts';

const WORLDS = Number(process.env.WALK_WORLDS ?? 10_000);
const SEED = Number(process.env.WALK_SEED ?? 20_261_128);
const ONE = process.env.WALK_ONE;

type Outcome = { kind: 'error'; error: unknown } | { kind: 'read'; rows: Row[]; coverage: Coverage };

async function read(world: World, server: Server): Promise<Outcome> {
  try {
    const { expected, exact, ahead, snapshot } = world;
    return {
      kind: 'read',
      ...(await collect(walk(server.list, { expected, exact, ahead, ...(snapshot !== undefined && { snapshot }) }))),
    };
  } catch (error) {
    if (!isProblem(error) && !(error instanceof Error && error.message === 'behind the end')) throw error;
    return { kind: 'error', error };
  }
}

/** What of a coverage does not add up. */
function unsound(
  { complete, expected, read, missing = 0, unreadable = 0, gaps = [] }: Coverage,
  rows: number,
): string[] {
  const open = gaps.some(({ kind }) => kind !== 'never_ran') || missing > 0 || unreadable > 0;
  return [
    ...(read === rows ? [] : ['reads other than were yielded']),
    ...(Math.max(0, (expected ?? 0) - read - unreadable) === missing ? [] : ['a sum']),
    ...(complete === !open ? [] : ['complete and open']),
    ...(gaps.every(({ note, count }) => note.endsWith('.') && (count === undefined || count > 0)) ? [] : ['a gap']),
    ...(missing > 0 === gaps.some(({ kind }) => kind === 'missing') ? [] : ['missing without a word']),
    ...(unreadable > 0 === gaps.some(({ kind }) => kind === 'unreadable' || kind === 'without_id') ? [] : ['unusable']),
  ];
}

/** Requests that a walk may take at most. */
function bound(world: World): number {
  const rows = world.n + world.twice.length + world.off + Math.max(0, (world.expected ?? 0) - world.n);
  // Where each answer is in another order, pages bring new rows for longer.
  const drawn = world.moves === 'each request' ? Math.ceil(Math.log(rows + 3)) : 1;
  return 3 * 2 * drawn * (Math.ceil(rows / kept(world)) + 3) + 10;
}

type Class = 'truth' | 'marked' | 'refused' | 'consistent lie' | 'needless doubt' | `believed end: ${string}`;

interface Judgement {
  is: Class;
  plain: boolean;
  wrong: string[];
  outcome: Outcome;
}

/** Reading ahead must come to the same, where the world does not depend on when it is asked. */
async function judgeBoth(world: World): Promise<Judgement> {
  const alone = await judge({ ...world, ahead: undefined });
  const fleeting = world.moves !== 'no' || world.count === 'changing' || world.restless;
  const once = [world.failed, world.empty, world.broken].some((flaw) => flaw && !flaw.always);
  if (world.ahead === undefined || fleeting || once) return alone;
  const server = serverOf(world);
  const { outcome } = alone;
  const ahead = await read(world, server);
  const same = isDeepStrictEqual({ ...ahead, error: undefined }, { ...outcome, error: undefined });
  if (!same) alone.wrong.push('another outcome when it is read ahead');
  if (server.log.length > bound(world)) alone.wrong.push(`${server.log.length} requests when it is read ahead`);
  return alone;
}

async function judge(world: World): Promise<Judgement> {
  const server = serverOf(world);
  const outcome = await read(world, server);
  const plain = isPlain(world);
  const wrong: string[] = [];
  if (server.log.length > bound(world)) wrong.push(`${server.log.length} requests, ${bound(world)} at most`);
  if (outcome.kind === 'error') return { is: plain ? 'needless doubt' : 'refused', plain, wrong, outcome };
  const { rows, coverage } = outcome;
  const ids = new Set(rows.map(({ id }) => id ?? ''));
  if (ids.size !== rows.length) wrong.push('a row twice');
  const invented = [...ids].filter((id) => !server.truth.has(id) && !server.late.has(id));
  if (invented.length > 0) wrong.push(`rows that nobody has: ${invented}`);
  wrong.push(...unsound(coverage, rows.length).map((what) => `coverage: ${what}`));
  if (!coverage.complete) return { is: plain ? 'needless doubt' : 'marked', plain, wrong, outcome };

  const against = contradictions(server, world);
  if (against.size > 0) wrong.push(`complete, although ${[...against].join(', ')}`);
  const latest = new Map(
    server.log.flatMap(({ page }) => page?.rows.map((row) => [row?.id, row?.state] as const) ?? []),
  );
  if (rows.some(({ id, state }) => latest.get(id) !== state)) wrong.push('an older state of a row without a word');
  const hidden = [...server.truth].filter((id) => !ids.has(id));
  if (hidden.length === 0) return { is: 'truth', plain, wrong, outcome };
  if (plain) wrong.push(`complete without ${hidden.length} rows of an honest server`);
  // Nothing in the answers says so: would any other question have shown it?
  const shown = await everything(world);
  const sign = signOf(server);
  const is: Class = hidden.some((id) => shown.has(id)) ? `believed end: ${sign}` : 'consistent lie';
  if (sign === 'none') wrong.push('an end without a sign');
  return { is, plain, wrong, outcome };
}

describe('the walk', () => {
  it(`is right, or says so, in ${WORLDS} worlds`, async () => {
    const counts = tally();
    for (const seed of ONE === undefined ? Array.from({ length: WORLDS }, (_, at) => SEED + at) : [Number(ONE)]) {
      const world = worldOf(seed);
      const { is, plain, wrong } = await judgeBoth(world);
      counts.note(is, seed);
      if (plain) counts.note('of them to be read exactly', seed);
      for (const what of wrong) counts.wrong(what, world);
      if (ONE !== undefined) process.stdout.write(`${await replay(world)}\n`);
    }
    const share = counts.of('needless doubt') / Math.max(1, counts.of('of them to be read exactly'));
    counts.print(`walk, seed ${SEED}: needless doubt ${(100 * share).toFixed(2)} %`);
    expect(counts.found()).toEqual([]);
    expect(share).toBeLessThanOrEqual(0.02);
  });
});

/** What was asked and answered, and what came of it. */
async function replay(world: World): Promise<string> {
  const server = serverOf(world);
  const outcome = await read(world, server);
  const lines = server.log.map(({ place, page }) => {
    const { rows, ...rest } = page ?? {};
    return JSON.stringify({
      ...place,
      ...rest,
      rows: rows?.length,
      ids: rows?.slice(0, 8).map((row) => row?.id ?? null),
    });
  });
  const end = outcome.kind === 'read' ? outcome.coverage : String(outcome.error);
  return [JSON.stringify(world), ...lines.slice(0, 40), JSON.stringify(end)].join('\n');
}
