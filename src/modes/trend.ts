/**
 * The course of failure modes over sessions: in which they were seen, in which they certainly were not, what is new, gone,
 * and came back. Nothing is called absent while failures that nobody read, or runs that were not read, could be it.
 */

/** A mode in one session. */
export interface Seen {
  failures: number;
  runs: number;
  /** The tests in which it was seen. */
  tests: ReadonlySet<string>;
}

/** One session, as far as it is read and coded. */
export interface TrendPoint {
  /** Read completely, and nothing pending. */
  read: boolean;
  /** Tests with failures that nobody has read; '' = of runs that do not tell theirs. */
  unread: ReadonlySet<string>;
  /** Tests whose runs were judged, all of them that ran. */
  judged: ReadonlySet<string>;
  modes: ReadonlyMap<string, Seen>;
}

/**
 * Of a mode in a session: how many runs have it, else `absent` = certainly none although its tests were judged, `untested` =
 * none, but a test in which it was seen was not judged there, `unknown` = it may be among what nobody read.
 */
export type Cell = number | 'absent' | 'untested' | 'unknown';

export interface ModeCourse {
  id: string;
  /** As many as there are points. */
  cells: readonly Cell[];
  /** Points in which it was first and last seen. */
  first: number;
  last: number;
  /** Failures and runs over all points. */
  failures: number;
  runs: number;
}

/** A mode that was seen, was certainly absent, and was seen again: its latest return. */
export interface Return {
  id: string;
  /** Points between in which it was absent. */
  gone_in: readonly number[];
  back_in: number;
}

export interface Trend {
  modes: readonly ModeCourse[];
  /** Seen in the last point, and in no earlier one. */
  new_modes: readonly string[];
  /** Seen earlier, and absent in the last point, which judged every test in which it was, or may have been, before. */
  gone_modes: readonly string[];
  came_back: readonly Return[];
}

/** `points`: oldest first. */
export function trendOf(points: readonly TrendPoint[]): Trend {
  const ids = new Set(points.flatMap(({ modes }) => [...modes.keys()]));
  const modes = [...ids].map((id) => courseOf(id, points));
  const end = points.length - 1;
  const last = points[end];
  const known = points.slice(0, end).every(({ read, unread }) => read && last && isWithin(unread, last));
  return {
    modes,
    new_modes: modes.filter(({ first, cells }) => first === end && isNew(cells)).map(({ id }) => id),
    gone_modes: modes.filter(({ cells }) => known && cells[end] === 'absent').map(({ id }) => id),
    came_back: modes.flatMap((mode) => returnOf(mode, points) ?? []),
  };
}

function courseOf(id: string, points: readonly TrendPoint[]): ModeCourse {
  const seen = points.map(({ modes }) => modes.get(id));
  const at = seen.flatMap((one, index) => (one ? [index] : []));
  const first = at[0] ?? 0;
  const before = new Set<string>();
  const cells = points.map((point, index): Cell => {
    const own = seen[index];
    if (own) {
      for (const test of own.tests) before.add(test);
      return own.runs;
    }
    if (!isWhole(point)) return 'unknown';
    const tested = index < first ? shareTest(seen[first], point) : isWithin(before, point);
    return tested ? 'absent' : 'untested';
  });
  const sum = (of: (one: Seen) => number) => seen.reduce((all, one) => all + (one ? of(one) : 0), 0);
  return { id, cells, first, last: at.at(-1) ?? 0, failures: sum((one) => one.failures), runs: sum((one) => one.runs) };
}

/** What is not seen in it is not in it. */
function isWhole({ read, unread }: TrendPoint): boolean {
  return read && unread.size === 0;
}

/** Every earlier point is known, and one at least could have shown it. */
function isNew(cells: readonly Cell[]): boolean {
  const earlier = cells.slice(0, -1);
  return earlier.includes('absent') && !earlier.includes('unknown');
}

function returnOf({ id, cells }: ModeCourse, points: readonly TrendPoint[]): Return | undefined {
  let found: Return | undefined;
  let gone: number[] | undefined;
  for (const [index, cell] of cells.entries()) {
    if (cell === 'absent') gone?.push(index);
    if (typeof cell !== 'number') continue;
    const own = points[index]?.modes.get(id);
    // Seen again in a test that was not judged meanwhile, it need not have been away.
    const gone_in = (gone ?? []).filter((between) => shareTest(own, points[between]));
    if (gone_in.length > 0) found = { id, gone_in, back_in: index };
    gone = [];
  }
  return found;
}

function shareTest(seen: Seen | undefined, point: TrendPoint | undefined): boolean {
  return [...(seen?.tests ?? [])].some((test) => point?.judged.has(test));
}

function isWithin(tests: ReadonlySet<string>, { judged }: TrendPoint): boolean {
  return [...tests].every((test) => judged.has(test));
}
