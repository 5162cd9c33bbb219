/** The failures of one or several sessions, read once, and what the team's book says of them. */
import { type RunMeasures, runMeasures } from '../analysis/run-measures.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Mode } from '../model/modes.ts';
import type { Run, Session } from '../model/schemas.ts';
import type { Book, BookEntry } from '../modes/book.ts';
import type { AdoptedBy, Coded } from '../modes/coding.ts';
import type { FailureTable } from '../modes/failures.ts';
import type { Sample } from '../modes/sampling.ts';
import type { Tally } from '../modes/tally.ts';
import type { RunDepth } from '../providers/provider.ts';
import type { Opened, OpenedSession } from '../reading/reading.ts';
import { eachRun, type ReadingContext, sessionCounts, type Thresholds } from './session-counts.ts';
import type { ToolContext } from './tool.ts';

export type ModeContext = ReadingContext & Pick<ToolContext, 'modes' | 'atWork'>;

/** Every failure of the sessions, folded. */
export interface FailureReading {
  table: FailureTable;
  /** With its counts. */
  session: Session;
  coverage: Coverage;
  /** Runs that passed although evaluations of theirs failed: nothing of theirs is in the table. */
  passed_with_failures: number;
  /** What the runs tell beside their verdicts. */
  measures: RunMeasures;
}

/** The same with what the book says of it. */
export interface CodedReading extends FailureReading {
  /** By reference of the session, the key of its entry in the book. */
  keys: ReadonlyMap<string, string>;
  entries: readonly BookEntry[];
  codes: Coded;
  tally: Tally;
  /** The largest random sample that was drawn of this session; of several read as one none is. */
  sample: Sample | undefined;
}

/**
 * What a session's modes are kept under: its agent, else its test, else itself. An agent that is known by its name alone
 * is named by that.
 */
export function bookKey({ ref, session }: Pick<OpenedSession, 'ref' | 'session'>): string {
  return session.agent_ref ?? session.test ?? ref;
}

/** The failures; of finished sessions they are folded once. Throws what reading throws. */
export function readFailures(
  opened: Opened,
  context: ReadingContext,
  thresholds?: Thresholds,
): Promise<FailureReading> {
  const name = `failures ${JSON.stringify(Object.entries(thresholds ?? {}).sort())}`;
  return opened.computed(
    name,
    () => foldFailures(opened, context, thresholds, 'reasons'),
    ({ coverage }) => coverage.complete,
  );
}

/** The failures read anew, with every run shown to `onRun` once its failures are in the table, so that one pass serves several sums. */
export async function foldFailures(
  opened: Opened,
  context: ReadingContext,
  thresholds: Thresholds,
  depth: RunDepth,
  onRun: (run: Run, table: FailureTable) => void = () => {},
): Promise<FailureReading> {
  const { failureFold } = await import('../modes/failures.ts');
  const fold = failureFold();
  const table = fold.result();
  const counts = sessionCounts(opened);
  const measures = runMeasures();
  let passed_with_failures = 0;
  const coverage = await eachRun(
    opened,
    depth,
    context,
    thresholds,
    (run, of) => {
      fold.add(run);
      counts.add(run, of);
      measures.add(run);
      if (run.verdict === 'passed' && run.failed_evaluations.length > 0) passed_with_failures += 1;
      onRun(run, table);
    },
    counts.covered,
  );
  const { session } = counts.result(coverage);
  return { table: fold.result(), session, coverage, passed_with_failures, measures: measures.result() };
}

/**
 * The failures of a reading as the book codes them now; where a mode adopted clusters of the platform, these are read.
 * Throws `local_io` where the book cannot be read.
 */
export async function codedReading<R extends FailureReading>(
  opened: Opened,
  reading: R,
  context: Pick<ModeContext, 'modes' | 'signal'>,
): Promise<R & CodedReading> {
  const book = await (await context.modes()).read();
  return { ...reading, ...(await codedBy(book, opened, reading, await adoptions(book, opened, context))) };
}

async function adoptions(book: Book, opened: Opened, { signal }: { signal: AbortSignal }) {
  const [{ adoptedBy, anyAdopted }, { entriesOf }, { platformClusters }] = await Promise.all([
    import('../modes/adoption.ts'),
    import('../modes/coding.ts'),
    import('./platform-clusters.ts'),
  ]);
  const entries = entriesOf(book, opened.members.map(bookKey));
  if (!anyAdopted(entries)) return undefined;
  const { set } = await platformClusters(opened, { signal });
  return set && adoptedBy(entries, set.clusters);
}

/** The same for a book that is at hand. */
export async function codedBy(
  book: Book,
  { members }: Pick<Opened, 'members'>,
  reading: FailureReading,
  adoptedBy?: AdoptedBy,
): Promise<CodedReading> {
  const [{ coded, entriesOf }, { tallyOf }, { sampleOf }] = await Promise.all([
    import('../modes/coding.ts'),
    import('../modes/tally.ts'),
    import('../modes/sampling.ts'),
  ]);
  const keys = new Map(members.map((member) => [member.ref, bookKey(member)]));
  const entries = entriesOf(book, keys.values());
  const codes = coded(entries, reading.table, adoptedBy);
  const [only, ...others] = members;
  const drawn = only && others.length === 0 ? drawnOf(entries, only.ref) : undefined;
  return {
    ...reading,
    keys,
    entries,
    codes,
    tally: tallyOf(reading.table, codes),
    sample: drawn === undefined ? undefined : sampleOf(reading.table, codes, drawn),
  };
}

function drawnOf(entries: readonly BookEntry[], session: string): number | undefined {
  const sizes = entries.flatMap(({ sessions }) => sessions[session]?.sample ?? []);
  return sizes.length > 0 ? Math.max(...sizes) : undefined;
}

/**
 * Every mode that the book has for these sessions, with its counts here, most failures first. Shares only of a reading that
 * is complete.
 */
export async function countedModes({ entries, tally, sample, coverage }: ModesOf): Promise<Mode[]> {
  const { countedMode, modeIds, storedMode } = await import('../modes/tally.ts');
  return modeIds(entries)
    .flatMap((id) => {
      const stored = storedMode(entries, id);
      return stored ? countedMode(id, stored, tally, sample) : [];
    })
    .map((mode) => (coverage.complete ? mode : { ...mode, share: undefined, share_interval: undefined }))
    .sort((a, b) => b.failures - a.failures || (a.id < b.id ? -1 : 1));
}

type ModesOf = Pick<CodedReading, 'entries' | 'tally' | 'sample' | 'coverage'>;
