/** A trend cut to the budget of an answer: sessions first, the newest of them, then modes, those that changed first. */
import type { Mode } from '../model/modes.ts';
import type { Cell, ModeCourse, Trend } from '../modes/trend.ts';
import { bytesOf, fit } from './budget.ts';
import { clip } from './clean.ts';
import type { ReadPoint } from './trend-reading.ts';

/** Share of the budget that sessions may take before their modes; the rest is for modes. */
const POINTS_SHARE = 0.6;
/** Modes named as new, gone or back; sessions named of one that came back. */
const MOST_NAMED = 12;
const MOST_GONE_IN = 3;
const DEFINITION_LENGTH = 160;

/** The newest of these points, oldest first, that leave room for their modes. */
export function fitPoints(points: readonly ReadPoint[], budget: number): ReadPoint[] {
  const { kept } = fit(points.map(bare).toReversed(), budget * POINTS_SHARE);
  return points.slice(points.length - kept.length);
}

/** The lists of the answer. `counted`: a mode with these counts; undefined for one that the book does not know. */
export function fitTrend(
  points: readonly ReadPoint[],
  trend: Trend,
  counted: (id: string, failures: number, runs: number) => Mode | undefined,
  budget: number,
) {
  const refs = points.map(({ session }) => session.ref);
  const named = (index: number) => refs[index] ?? '';
  const came_back = trend.came_back.slice(0, MOST_NAMED).map(({ id, gone_in, back_in }) => ({
    id,
    gone_in: gone_in.slice(-MOST_GONE_IN).map(named),
    back_in: named(back_in),
  }));
  const [new_modes, gone_modes] = [trend.new_modes.slice(0, MOST_NAMED), trend.gone_modes.slice(0, MOST_NAMED)];
  const first = new Set([...trend.came_back.map(({ id }) => id), ...trend.new_modes, ...trend.gone_modes]);
  const courses = trend.modes.toSorted(
    (a, b) => Number(first.has(b.id)) - Number(first.has(a.id)) || b.failures - a.failures || (a.id < b.id ? -1 : 1),
  );
  const rows = courses.flatMap((course) => rowOf(course, points, counted) ?? []);
  const shown = points.map(bare);
  const { kept } = fit(rows, budget - bytesOf([shown, came_back, new_modes, gone_modes]));
  const ids = new Set(kept.map(({ mode }) => mode.id));
  return {
    points: shown.map((point, index) => ({ ...point, modes: entriesOf(points[index], ids) })),
    modes: kept.map(({ mode }) => mode),
    new_modes,
    gone_modes,
    came_back,
    counts: {
      modes: rows.length,
      new: trend.new_modes.length,
      gone: trend.gone_modes.length,
      came_back: trend.came_back.length,
    },
  };
}

/** A mode with its course, and what it takes in the points that show it. */
function rowOf(
  course: ModeCourse,
  points: readonly ReadPoint[],
  counted: (id: string, failures: number, runs: number) => Mode | undefined,
) {
  const mode = counted(course.id, course.failures, course.runs);
  if (!mode) return undefined;
  const at = (index: number) => points[index]?.session.created_at;
  return {
    mode: {
      ...mode,
      definition: clip(mode.definition, DEFINITION_LENGTH),
      first_seen: at(course.first),
      last_seen: at(course.last),
      course: course.cells.map((cell, index) => cellOf(cell, points[index]?.judged_runs ?? 0)).join(' · '),
    },
    entries: points.flatMap((point) => entriesOf(point, new Set([course.id]))),
  };
}

/** `3/9`: of so many judged runs so many have it. */
function cellOf(cell: Cell, judged: number): string {
  if (typeof cell === 'number') return `${cell}/${judged}`;
  return { absent: `0/${judged}`, untested: '–', unknown: '?' }[cell];
}

function entriesOf(point: ReadPoint | undefined, ids: ReadonlySet<string>) {
  return [...(point?.modes ?? [])]
    .filter(([id]) => ids.has(id))
    .map(([id, { runs }]) => ({ id, runs }))
    .toSorted((a, b) => b.runs - a.runs || (a.id < b.id ? -1 : 1));
}

/** A point without its modes. */
function bare({ session, coverage, tests, spent, left, coded: { table, tally } }: ReadPoint) {
  const { ref, created_at, status, counts, pass_rate, pass_rate_interval, pass_rate_bounds } = session;
  return {
    session: ref,
    at: created_at,
    status: status === 'failed' || status === 'cancelled' ? status : undefined,
    counts,
    pass_rate,
    pass_rate_interval,
    pass_rate_bounds,
    incomplete: coverage.complete ? undefined : (true as const),
    tests: tests?.size,
    other_runs: left.other,
    untold_runs: left.untold,
    latency: spent.latency,
    cost: spent.cost.length > 0 ? [...spent.cost] : undefined,
    failures: table.total,
    uncoded: tally.uncoded.length,
    singles: tally.singles.length,
  };
}
