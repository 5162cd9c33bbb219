/** The sessions of a trend, each read once: its counts, its failures as the book codes them now, latency and cost. */
import { type RunMeasures, spending, testOf } from '../analysis/run-measures.ts';
import { type Coverage, coverageOf } from '../model/coverage.ts';
import { isProblem, Problem, toProblem } from '../model/problem.ts';
import { parseRef } from '../model/refs.ts';
import type { Session } from '../model/schemas.ts';
import type { Book } from '../modes/book.ts';
import type { Seen, TrendPoint } from '../modes/trend.ts';
import type { Provider } from '../providers/provider.ts';
import { closest } from '../providers/shared/choose.ts';
import { mapLimited } from '../providers/shared/concurrency.ts';
import type { OpenedSession } from '../reading/reading.ts';
import { type CodedReading, codedIn, type FailureReading, foldFailures, readFailures } from './mode-reading.ts';
import type { Thresholds } from './session-counts.ts';
import type { ToolContext } from './tool.ts';
import { type LeftOut, narrowed, type RunFilter, type Scope } from './trend-scope.ts';

/** Runs that one trend reads at most, over all its sessions; the newest session is read however large it is. */
export const MOST_RUNS = 20_000;
const READ_AT_ONCE = 2;
/** Runs of a session that are read one by one where only that tells latency and cost. */
const MEASURED_RUNS = 5;

/** A session as it was read and coded. */
export interface ReadPoint extends TrendPoint {
  session: Session;
  coverage: Coverage;
  coded: CodedReading;
  /** Tests that ran; absent where not all runs were read, or the platform does not say so of each. */
  tests: ReadonlySet<string> | undefined;
  spent: Pick<RunMeasures, 'latency' | 'cost'>;
  /** Runs that have a say in whether a mode is there. */
  judged_runs: number;
  /** Runs of the session that are in no number here. */
  left: LeftOut;
  /** Which of its runs are of the suite is not known: all of them count. */
  mixed: boolean;
}

export interface ReadPoints {
  /** Oldest first. */
  points: ReadPoint[];
  /** Sessions without a run that is known to be of the test, and how many of their runs do not tell theirs. */
  without: LeftOut & { sessions: number };
  /** Sessions that could not be read, and why. */
  unread: { ref: string; coverage: Coverage }[];
}

type TrendContext = Pick<
  ToolContext,
  'reading' | 'signal' | 'began' | 'atWork' | 'runsRead' | 'runsHeld' | 'modes' | 'changer'
>;

/** Of these, newest first, the ones that `MOST_RUNS` leaves room for. */
export function withinRuns(sessions: readonly Session[]): Session[] {
  let runs = 0;
  const past = sessions.findIndex(({ counts }, index) => {
    runs += counts.runs;
    return index > 0 && runs > MOST_RUNS;
  });
  return past < 0 ? [...sessions] : sessions.slice(0, past);
}

/** Throws `invalid_input` for a threshold that names no evaluation of any of them, and what reading throws where none can be read. */
export async function readPoints(
  provider: Provider,
  sessions: readonly Session[],
  context: TrendContext,
  thresholds: Thresholds,
  scope: Scope,
): Promise<ReadPoints> {
  const book = await (await context.modes()).read();
  const known = new Set<string>();
  const read = await mapLimited(sessions, READ_AT_ONCE, async ({ ref }) => {
    try {
      const opened = await context.reading.open(provider, parseRef(ref)?.ids ?? [], context);
      return await readPoint(opened, book, context, { thresholds, known, scope });
    } catch (error) {
      if (context.signal.aborted || !isProblem(error)) throw error;
      return { ref, problem: error };
    }
  });
  checkNames(thresholds, known, read.length);
  const found = oldestFirst(read.flatMap((one) => ('problem' in one ? [] : [one])));
  const failed = read.flatMap((one) => ('problem' in one ? [one] : []));
  if (failed[0] && found.length === 0) throw failed[0].problem;
  const empty = found.filter(isWithout);
  const sum = (kind: keyof LeftOut) => empty.reduce((all, { left }) => all + left[kind], 0);
  return {
    points: found.filter((point) => !isWithout(point)),
    without: { sessions: empty.length, other: sum('other'), untold: sum('untold') },
    unread: failed.map(({ ref, problem }) => ({ ref, coverage: notRead(problem) })),
  };
}

/** Of a session that is read in part it is not known: it stays. */
function isWithout({ session, left, coverage }: ReadPoint): boolean {
  return session.counts.runs === 0 && left.other + left.untold > 0 && coverage.complete;
}

/** A session may tell its time only when it is read. Of those that do not, the order stays as it is. */
function oldestFirst(points: readonly ReadPoint[]): ReadPoint[] {
  const times = points.map(({ session }) => session.created_at);
  if (times.includes(undefined)) return [...points];
  return points.toSorted((a, b) => ((a.session.created_at ?? '') < (b.session.created_at ?? '') ? -1 : 1));
}

function notRead(problem: Problem): Coverage {
  const note = `It could not be read: ${toProblem(problem).message}`;
  return coverageOf({ read: 0, gaps: [{ kind: 'not_answering', note }] });
}

/** What is asked of every session of a trend. `known`: takes the names of the evaluations that are seen. */
interface Asked {
  thresholds: Thresholds;
  known: Set<string>;
  scope: Scope;
}

async function readPoint(
  opened: OpenedSession,
  book: Book,
  context: TrendContext,
  { thresholds, known, scope }: Asked,
): Promise<ReadPoint> {
  const filter = await scope(opened.session);
  const within = typeof filter === 'string' ? undefined : filter;
  const reading = await withKnown((own) => readWithin(opened, within, context, own), thresholds, known);
  const coded = await codedIn(book, opened, reading, context);
  context.atWork();
  const { session, coverage, measures, left } = reading;
  const names = new Set(measures.tests.keys());
  return {
    session,
    coverage,
    coded,
    tests: coverage.complete && !names.has('') ? names : undefined,
    spent: await spentOf(within ? narrowed(opened, within, { ...left }) : opened, measures, context),
    read: coverage.complete && session.counts.pending === 0 && left.untold === 0,
    unread: new Set(coded.tally.uncoded.map(({ run }) => testOf(coded.table.runs.get(run) ?? {}))),
    judged: new Set(
      [...measures.tests].flatMap(([test, { judged, open }]) =>
        test !== '' && judged > 0 && open === 0 ? [test] : [],
      ),
    ),
    judged_runs: measures.judged_runs,
    modes: modesOf(coded),
    left,
    mixed: filter === 'unknown',
  };
}

type ReadWithin = FailureReading & { left: LeftOut };

/** The failures of a session, or of those of its runs that a filter lets through; of finished sessions they are folded once. */
async function readWithin(
  opened: OpenedSession,
  filter: RunFilter | undefined,
  context: TrendContext,
  thresholds?: Thresholds,
): Promise<ReadWithin> {
  if (!filter) return { ...(await readFailures(opened, context, thresholds)), left: { other: 0, untold: 0 } };
  const left: LeftOut = { other: 0, untold: 0 };
  const own = narrowed(opened, filter, left);
  return own.computed(
    `failures ${JSON.stringify(Object.entries(thresholds ?? {}).sort())}`,
    async () => {
      const reading = await foldFailures(own, context, thresholds);
      // How many of the runs that are missing are of the test is not known: no bounds are stated.
      return { ...reading, session: { ...reading.session, pass_rate_bounds: undefined }, left };
    },
    ({ coverage }) => coverage.complete,
  );
}

/** With those thresholds that name an evaluation of the session: an older one may not have been judged by all of them. */
async function withKnown<R extends FailureReading>(
  read: (thresholds?: Thresholds) => Promise<R>,
  thresholds: Thresholds,
  known: Set<string>,
): Promise<R> {
  const plain = await read();
  if (!thresholds) return plain;
  const { evaluations } = plain.measures;
  for (const name of evaluations) known.add(name);
  const own = Object.entries(thresholds).filter(([name]) => evaluations.has(name));
  return own.length > 0 ? read(Object.fromEntries(own)) : plain;
}

function checkNames(thresholds: Thresholds, known: ReadonlySet<string>, sessions: number): void {
  const unknown = Object.keys(thresholds ?? {}).find((name) => !known.has(name));
  if (unknown === undefined || sessions === 0 || known.size === 0) return;
  throw new Problem('invalid_input', 'A threshold names no evaluation of these sessions.', {
    candidates: closest(unknown, [...known]),
    next: 'Pass names of evaluations as get_session prints them.',
  });
}

function modesOf({ tally, table }: CodedReading): Map<string, Seen> {
  return new Map(
    [...tally.modes].map(([id, { failures, runs }]) => {
      const tests = [...runs].map((run) => testOf(table.runs.get(run) ?? {}));
      return [id, { failures: failures.length, runs: runs.size, tests: new Set(tests) }];
    }),
  );
}

/** What the runs themselves tell; else what a few of them do when each is read by itself, of as many tests. */
async function spentOf(
  opened: OpenedSession,
  { tests, latency, cost }: RunMeasures,
  { signal }: TrendContext,
): Promise<ReadPoint['spent']> {
  const { runs } = opened.provider;
  if (!runs?.tells_cost || latency || cost.length > 0) return { latency, cost };
  return opened.computed(
    'latency and cost of a few runs',
    async () => {
      const spent = spending();
      const few = [...tests.values()].flatMap(({ run }) => run ?? []).slice(0, MEASURED_RUNS);
      await mapLimited(few, MEASURED_RUNS, async (ref) => {
        try {
          spent.add(await runs.get(parseRef(ref)?.ids ?? [], { signal }));
        } catch (error) {
          // They are good to know; the trend stands without them.
          if (signal.aborted || !isProblem(error)) throw error;
        }
      });
      return spent.result();
    },
    ({ latency: told, cost: costs }) => told !== undefined || costs.length > 0,
  );
}
