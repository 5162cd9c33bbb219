/**
 * Reads the runs of one session from two sources: the pages of the list of simulations, and the simulations that the
 * session itself embeds. Pages come first, because a big session with all its timelines would be one huge answer;
 * embedded simulations that no page shows are added.
 */
import { type Coverage, coverageOf, type Gap, withFound, withGaps } from '../../model/coverage.ts';
import type { Run } from '../../model/schemas.ts';
import { isTerminal } from '../../model/verdicts.ts';
import type { CallContext, RunDepth, RunPage } from '../provider.ts';
import type { Api } from '../shared/api.ts';
import { isUnreadable } from '../shared/faults.ts';
import type { List, RawPage } from '../shared/list.ts';
import { walk } from '../shared/pages.ts';
import { runAtDepth } from '../shared/run-depth.ts';
import { instant } from '../shared/scalars.ts';
import { PAGE_SIZE } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isRefusedRequest } from './faults.ts';
import { type MapContext, toRun } from './map-run.ts';
import type { WireSimulation } from './wire.ts';

/** After this many full pages in a row, the order of the list counts as stable. */
const STEADY_PAGES = 2;

/** The state of a session when its runs are read. */
export interface KnownSession {
  id: string;
  /** The simulations that the session embeds, by id. */
  embedded: ReadonlyMap<string, WireSimulation>;
  /** Number of simulations that the session counts. */
  total: number | undefined;
  /** True where no run will change any more: then `total` is compared with the runs read. */
  ended: boolean;
  /** The first page of the list, where it was read with the state; returned by the first call only. */
  first?(): RawPage<WireSimulation> | undefined;
}

interface Row {
  id: string | undefined;
  /** Undefined for a run of another session, which a list that ignores the filter shows. */
  run: Run | undefined;
  /** When the run was changed last, in milliseconds since the epoch. */
  touched: number | undefined;
}

/** Yields every run once; a session that fits one batch is sorted by test and start. */
export async function* readRuns(
  api: Api,
  session: KnownSession,
  { depth, now }: { depth: RunDepth; now: number },
  call: CallContext,
): AsyncGenerator<RunPage> {
  const context: MapContext = { now, session: session.id, transcript: false };
  /** Embedded simulations that no page has shown yet. */
  const notListed = new Map(session.embedded);
  const expected = session.ended ? session.total : undefined;
  const steps = walk(listOfRuns(api, session, { depth, context }, call), {
    ahead: STEADY_PAGES,
    expected,
    exact: true,
  });
  let batch: Run[] | undefined;
  let streamed = false;
  let foreign = 0;
  let changed = 0;
  const own = (row: Row): Run[] => {
    if (!row.run) {
      foreign += 1;
      return [];
    }
    const embedded = notListed.get(row.id ?? '');
    if (!embedded) return [row.run];
    notListed.delete(row.id ?? '');
    const other = session.ended ? mapped(embedded, depth, context) : undefined;
    if (!other || stateOf(other) === stateOf(row.run)) return [row.run];
    const later = (instant(embedded.updated_at) ?? Number.NaN) - (row.touched ?? Number.NaN);
    // An ended run does not go on again, so a list that shows it under way is outdated. Else the later change counts.
    if (isTerminal(other.status) && (!isTerminal(row.run.status) || later > 0)) return [other];
    if (!(later < 0)) changed += 1;
    return [row.run];
  };

  let found: Coverage;
  try {
    let step = await steps.next();
    while (!step.done) {
      if (batch) {
        yield { runs: batch };
        streamed = true;
      }
      batch = step.value.flatMap(own);
      step = await steps.next();
    }
    found = step.value;
  } catch (error) {
    // The list does not know the session (yet) or cannot be read: the embedded simulations replace it.
    const replaceable = isRefusedRequest(error) || isUnreadable(error);
    if (batch || notListed.size === 0 || !replaceable) throw error;
    found = comparedWithCount(coverageOf({ read: 0, expected: session.total }), 0, session.total);
  }
  const added = [...notListed.values()].flatMap((wire) => mapped(wire, depth, context) ?? []);
  const runs = [...(batch ?? []), ...added];
  const settled = settle(found, { added: added.length, foreign, expected });
  yield { runs: streamed ? runs : ordered(runs), coverage: withGaps(settled, changedGap(changed)) };
}

function listOfRuns(
  api: Api,
  { id, first }: KnownSession,
  { depth, context }: { depth: RunDepth; context: MapContext },
  { signal }: CallContext,
): List<Row> {
  const list = api.list(ENDPOINTS.listSimulations, { query: { simulation_session_id: id }, signal });
  return {
    ...list,
    async fetch(place, arrived) {
      const ready = place.offset === 0 && place.size === PAGE_SIZE ? first?.() : undefined;
      const page = ready ?? (await list.fetch(place, arrived));
      const rows = page.rows.map((wire): Row | undefined => {
        if (!wire) return undefined;
        const isOwn = (wire.simulation_session_id || id) === id;
        const run = isOwn ? mapped(wire, depth, context) : undefined;
        return { id: wire.simulation_id, run, touched: instant(wire.updated_at) };
      });
      return { ...page, rows };
    },
    idOf: (row) => row.id,
    stateOf: ({ run }) => (run ? stateOf(run) : ''),
    keeps: (first, later) => (later.touched ?? Number.NaN) < (first.touched ?? Number.NaN),
  };
}

function mapped(wire: WireSimulation, depth: RunDepth, context: MapContext): Run | undefined {
  const run = toRun(wire, context);
  return run && runAtDepth(run, depth);
}

/** The parts of a run that may change while it is listed. */
function stateOf({ status, verdict, evaluations }: Run): string {
  return `${status} ${verdict} ${evaluations.map((one) => one.verdict).join(' ')}`;
}

interface Sources {
  /** Number of runs that only the session itself showed. */
  added: number;
  /** Number of rows of other sessions. */
  foreign: number;
  /** Number of runs that the session counts, where it has ended. */
  expected: number | undefined;
}

/** Turns the coverage of the list into the coverage of the session. */
function settle(found: Coverage, { added, foreign, expected }: Sources): Coverage {
  if (added === 0 && foreign === 0) return found;
  const { gaps = [] } = found;
  const read = found.read - foreign + added;
  const counted = foreign > 0 ? expected : Math.max(found.expected ?? 0, expected ?? 0) || undefined;
  // As many runs were read as the session counts, so the losses of the pages were made good.
  if (read === counted && expected !== undefined)
    return withGaps(
      coverageOf({ read, expected: counted }),
      gaps.filter(({ kind }) => kind === 'changed'),
    );
  if (foreign === 0) return comparedWithCount(withFound(found, added, 'runs'), read, counted);
  // A list that shows other sessions too has totals that are not this session's.
  const others = gaps.filter(({ kind }) => kind !== 'surplus' && (kind !== 'missing' || expected === undefined));
  return comparedWithCount(coverageOf({ read, expected, unusable: found.unreadable, gaps: others }), read, expected);
}

/** Adds the gaps of missing or surplus runs, by comparison with a count. */
function comparedWithCount(coverage: Coverage, read: number, counted: number | undefined): Coverage {
  const hasGap = (kind: Gap['kind']) => (coverage.gaps ?? []).some((gap) => gap.kind === kind);
  const { missing: count = 0 } = coverage;
  const over = counted === undefined ? 0 : read - counted;
  const gaps: Gap[] = [];
  if (count > 0 && !hasGap('missing'))
    gaps.push({
      kind: 'missing',
      count,
      note: `${count} of the ${counted} runs that the platform counts were not shown.`,
    });
  if (over > 0 && !hasGap('surplus'))
    gaps.push({ kind: 'surplus', count: over, note: `The platform counts ${counted} runs, but shows ${read}.` });
  return withGaps(coverage, gaps);
}

function changedGap(count: number): Gap[] {
  const note = `The list and the session itself show ${count} of the runs with different results.`;
  return count > 0 ? [{ kind: 'changed', count, note }] : [];
}

/** Sorts runs by test, then by start, and numbers the repetitions of each test. */
function ordered(runs: readonly Run[]): Run[] {
  const sorted = runs.toSorted(
    (a, b) =>
      order(a.name, b.name) || order(a.test, b.test) || order(a.started_at, b.started_at) || order(a.ref, b.ref),
  );
  const repetitions = new Map<string, number>();
  return sorted.map((run) => {
    if (run.test === undefined) return run;
    const iteration = repetitions.get(run.test) ?? 0;
    repetitions.set(run.test, iteration + 1);
    return { ...run, iteration };
  });
}

function order(a = '', b = ''): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
