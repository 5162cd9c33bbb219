/**
 * Worlds for the walk: a list that really exists, and a server that shows it, honestly or not. Made from a seed; a world
 * is plain data, so that one which shows a defect can be printed and played again.
 */
import { type Dice, dice } from './seeds.ts';

export interface World {
  seed: number;
  by: 'page' | 'skip' | 'token';
  /** Rows that really exist, and rows asked for at once. */
  n: number;
  asked: number;
  /** Most rows of a page, without a word; `offset` = what the place is counted in: the size kept to, or the size asked for. */
  clamp?: { to: number; offset: 'kept' | 'asked' } | undefined;
  /** Rows of a page, whatever is asked for; `all` = everything at once, whatever is asked for. */
  fixed?: number | 'all' | undefined;
  /** Larger sizes are refused as too much, from some row on. */
  bearable?: number | undefined;
  heavy: number;
  /** Numbers are not heeded. */
  deaf: boolean;
  /** A cursor is offered beside numbers, and heeded. */
  cursor: boolean;
  count: 'true' | 'absent' | 'low' | 'high' | 'hiding' | 'changing' | 'page';
  /** By how much a count lies. */
  off: number;
  total_pages: 'absent' | 'true' | 'by asked' | 'low' | 'high';
  more: 'absent' | 'true' | 'always' | 'never';
  tokens: 'text' | 'number' | 'stuck' | 'lost' | 'unsendable' | 'empty page' | 'cycling' | 'endless';
  /** Behind the last page: an empty one, an error (which may be a fault), the last one again. */
  behind: 'empty' | 'error' | 'fault' | 'last';
  /** Rows (by index) that no page shows, or shows with a hole in its page, or that another stands in place of. */
  lost: number[];
  holes: number[];
  replaced: [index: number, by: number][];
  /** Rows shown twice, the second time in front of `before`. */
  twice: [index: number, before: number][];
  nameless: number[];
  unreadable: number[];
  /** Pages (from 1) that answer with an error beside half of their rows, that are empty, that are an error as behind the end. */
  failed?: { page: number; always: boolean } | undefined;
  empty?: { page: number; always: boolean } | undefined;
  broken?: { page: number; always: boolean } | undefined;
  moves: 'no' | 'insert' | 'each pass' | 'each request';
  /** Before which request a row is put at the top. */
  moment: number;
  /** Rows are in another state each time. */
  restless: boolean;
  expected?: number | undefined;
  exact: boolean;
  /** Read ahead after so many full pages. */
  ahead?: number | undefined;
  /** Up to so many rows, a further pass is a snapshot. */
  snapshot?: number | undefined;
}

const HONEST = { heavy: 0, deaf: false, off: 0, moves: 'no', moment: 0, restless: false, exact: false } as const;
const none = () => ({ lost: [], holes: [], replaced: [], twice: [], nameless: [], unreadable: [] });

/** The world of a seed: a third of them honest, most others with one flaw, some with several. */
export function worldOf(seed: number): World {
  const d = dice(seed);
  const n = d.one(0, d.int(1, 12), d.int(1, 60), d.int(1, 350), d.int(60, 350), d.int(100, 350));
  const asked = d.one(10, 20, 50, 100, 100, 500);
  const by = d.one<World['by']>('page', 'page', 'skip', 'token');
  const world: World = {
    seed,
    by,
    n,
    asked,
    ...HONEST,
    ...none(),
    cursor: by !== 'token' && d.chance(0.15),
    count: d.one('true', 'true', 'absent'),
    total_pages: d.one('absent', 'absent', 'true'),
    more: d.one('absent', 'absent', 'true'),
    tokens: d.one('text', 'number'),
    behind: d.one('empty', 'empty', 'error'),
    expected: d.one(undefined, undefined, n),
    ahead: d.one(undefined, 0, 2),
    snapshot: d.one(undefined, undefined, 200),
  };
  if (d.chance(0.35)) sized(world, d);
  if (d.chance(0.08) && world.fixed === undefined) {
    world.bearable = d.int(Math.max(1, Math.floor(n / 12)), asked);
    world.heavy = d.one(0, d.int(0, n));
  }
  if (d.chance(0.1)) world.deaf = world.cursor = by !== 'token';
  if (d.chance(0.02)) Object.assign(world, { n: d.int(1_000, 2_500), expected: undefined, asked: d.one(100, 500) });
  const flaws = d.chance(0.36) ? 0 : d.chance(0.75) ? 1 : d.int(2, 3);
  for (let flaw = 0; flaw < flaws; flaw += 1) spoil(world, d);
  return world;
}

/** Another size of pages than the one asked for. */
function sized(world: World, d: Dice): void {
  const kind = d.int(1, 4);
  if (kind === 1) world.fixed = 'all';
  else if (kind === 2) world.fixed = d.int(Math.max(1, Math.floor(world.n / 12)), world.asked + 60);
  else world.clamp = { to: d.int(Math.max(1, Math.floor(world.n / 12)), world.asked), offset: d.one('kept', 'asked') };
}

const FLAWS: ((world: World, d: Dice) => void)[] = [
  (world, d) => {
    world.count = d.one('low', 'high', 'changing', 'page', 'low', 'high');
    world.off = d.one(1, d.int(1, 20), Math.max(1, Math.floor(world.n / 2)));
  },
  (world, d) => {
    world.total_pages = d.one('by asked', 'low', 'high');
  },
  (world, d) => {
    world.more = d.one('always', 'never');
  },
  (world, d) => {
    if (world.by !== 'token') world.deaf = true;
    else world.tokens = d.one('stuck', 'lost', 'unsendable', 'empty page', 'cycling', 'endless');
  },
  (world, d) => {
    world.behind = d.one('fault', 'fault', 'last');
  },
  // Hidden rows, half of them by a server that is at one with itself.
  (world, d) => {
    world[d.one('lost', 'lost', 'holes')] = some(world, d, d.int(1, 20));
    if (d.chance(0.5)) world.count = d.one('hiding', 'absent');
    if (world.count !== 'true') world.expected = undefined;
  },
  (world, d) => {
    world.replaced = some(world, d, d.int(1, 4)).map((index) => [index, d.int(0, Math.max(0, world.n - 1))]);
  },
  (world, d) => {
    world.twice = some(world, d, d.int(1, 4)).map((index) => [index, d.int(0, world.n)]);
  },
  (world, d) => {
    world.nameless = some(world, d, d.one(1, 2, 10, world.n));
  },
  (world, d) => {
    world.unreadable = some(world, d, d.one(1, 2, 10, world.n));
  },
  (world, d) => {
    world[d.one('failed', 'empty', 'broken', 'empty')] = { page: d.int(1, 5), always: d.chance(0.6) };
    if (d.chance(0.4)) world.behind = d.one('error', 'fault');
  },
  (world, d) => {
    world.moves = d.one('insert', 'insert', 'each pass', 'each request');
    world.moment = d.int(2, 6);
  },
  (world, d) => {
    world.expected = d.one(world.n + d.int(1, 30), Math.max(0, world.n - d.int(1, 30)));
    world.exact = d.chance(0.3);
  },
  (world) => {
    world.restless = true;
    world.twice = [[0, Math.max(0, world.n)]];
  },
];

function spoil(world: World, d: Dice): void {
  FLAWS[d.int(0, FLAWS.length - 1)]?.(world, d);
}

function some(world: World, d: Dice, most: number): number[] {
  const [from, to] = d.one([0, world.n - 1], [Math.floor(world.n / 2), world.n - 1]);
  const all = Array.from({ length: Math.min(most, world.n) }, () => d.int(Math.max(0, from), Math.max(0, to)));
  return [...new Set(all)];
}
