/** The failures of one or several sessions, read once, and what the team's book says of them. */
import type { Breakage } from '../analysis/clusters/execution.ts';
import type { RunMeasures } from '../analysis/run-measures.ts';
import type { FailureCluster } from '../model/clusters.ts';
import type { Coverage } from '../model/coverage.ts';
import { plural } from '../model/plural.ts';
import type { Session } from '../model/schemas.ts';
import type { Book, BookEntry } from '../modes/book.ts';
import type { Coded } from '../modes/coding.ts';
import type { FailureTable } from '../modes/failures.ts';
import type { ModeKeys } from '../modes/keys.ts';
import type { Sample } from '../modes/sampling.ts';
import type { Tally } from '../modes/tally.ts';
import type { Opened } from '../reading/reading.ts';
import { keysFor } from './mode-keys.ts';
import { eachRun, type ReadingContext, sessionCounts, type Thresholds } from './session-counts.ts';
import type { ToolContext } from './tool.ts';

export type ModeContext = ReadingContext & Pick<ToolContext, 'modes' | 'changer' | 'atWork'>;

/** Every failure of the sessions, folded. */
export interface FailureReading {
  table: FailureTable;
  /** With its counts. */
  session: Session;
  coverage: Coverage;
  /** Broken runs and evaluators, those that say the same together. */
  breakages: readonly Breakage[][];
  /** Runs that passed although evaluations of theirs failed: nothing of theirs is in the table. */
  passed_with_failures: number;
  /** What the runs tell beside their verdicts. */
  measures: RunMeasures;
}

/** The same with what the book says of it. */
export interface CodedReading extends FailureReading {
  keys: ModeKeys;
  /** Those that `keys.read` names. */
  entries: readonly BookEntry[];
  codes: Coded;
  tally: Tally;
  /** The largest random sample that was drawn of this session; of several read as one none is. */
  sample: Sample | undefined;
  /**
   * Why modes, or what is in clusters of the platform that modes adopted, may be missing: the platform did not answer, or the
   * clusters are of two modes (trusted words).
   */
  vendorProblem?: string | undefined;
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
    () => foldFailures(opened, context, thresholds),
    ({ coverage }) => coverage.complete,
  );
}

/** The failures read anew. Throws what reading throws. */
export async function foldFailures(
  opened: Opened,
  context: ReadingContext,
  thresholds: Thresholds,
): Promise<FailureReading> {
  const [{ failureFold }, { breakageGroups }, { runMeasures }] = await Promise.all([
    import('../modes/failures.ts'),
    import('../analysis/clusters/execution.ts'),
    import('../analysis/run-measures.ts'),
  ]);
  const fold = failureFold();
  const breakages = breakageGroups();
  const counts = sessionCounts(opened);
  const measures = runMeasures();
  let passed_with_failures = 0;
  const coverage = await eachRun(
    opened,
    'reasons',
    context,
    thresholds,
    (run, of) => {
      fold.add(run);
      counts.add(run, of);
      measures.add(run);
      if (run.verdict === 'passed' && run.failed_evaluations.length > 0) passed_with_failures += 1;
      breakages.add(run);
    },
    counts.covered,
  );
  const { session } = counts.result(coverage);
  return {
    table: fold.result(),
    session,
    coverage,
    breakages: breakages.result(),
    passed_with_failures,
    measures: measures.result(),
  };
}

/**
 * The failures of a reading as the book codes them now; where a mode adopted clusters of the platform, these are read.
 * Throws `local_io` where the book cannot be read.
 */
export async function codedReading<R extends FailureReading>(
  opened: Opened,
  reading: R,
  context: Pick<ModeContext, 'modes' | 'signal' | 'changer'>,
): Promise<R & CodedReading> {
  const book = await (await context.modes()).read();
  return codedIn(book, opened, reading, context);
}

/** The same for a book that is at hand. */
export async function codedIn<R extends FailureReading>(
  book: Book,
  opened: Opened,
  reading: R,
  { signal, changer }: Pick<ModeContext, 'signal' | 'changer'>,
): Promise<R & CodedReading> {
  const call = { signal };
  const keys = await keysFor(opened, reading.table, book, { signal, changer });
  const { clusters, problem } = await adoptedClusters(await entriesFor(book, keys), opened, call);
  return {
    ...(await codedWith(clusters, book, opened, reading, keys)),
    vendorProblem: bothProblems(keys.problem, problem),
  };
}

/** The entries of the book that are read for these keys. */
export async function entriesFor(book: Book, { read }: ModeKeys): Promise<BookEntry[]> {
  const { entriesOf } = await import('../modes/coding.ts');
  return entriesOf(book, read);
}

/**
 * The platform's own clusters of these sessions, read only where a mode of these entries adopted any; and why what is in them
 * is uncoded, where it is (trusted words).
 */
export async function adoptedClusters(
  entries: readonly BookEntry[],
  opened: Opened,
  { signal }: { signal: AbortSignal },
): Promise<{ clusters?: readonly FailureCluster[] | undefined; problem?: string | undefined }> {
  const { adoptedTwice, anyAdopted } = await import('../modes/adoption.ts');
  if (!anyAdopted(entries)) return {};
  const { platformClusters } = await import('./platform-clusters.ts');
  const { set, problem } = await platformClusters(opened, { signal });
  const problems = [problem, twiceSentence(set ? adoptedTwice(entries, set.clusters) : [])].filter(Boolean);
  return { clusters: set?.clusters, problem: problems.length > 0 ? problems.join(' ') : undefined };
}

/** What is said of keys and of clusters of the platform, as one text. */
export function bothProblems(ofKeys: string | undefined, ofClusters: string | undefined): string | undefined {
  return [ofKeys, ofClusters].filter(Boolean).join(' ') || undefined;
}

/** Clusters that a hand gave to several modes, with the ids of those of the first. */
function twiceSentence(twice: readonly (readonly string[])[]): string | undefined {
  const [first] = twice;
  if (!first) return undefined;
  const which = `${first.slice(0, 5).join(', ')}${twice.length > 1 ? ' and others' : ''}`;
  return `${plural(twice.length, 'cluster')} of the platform ${twice.length === 1 ? 'is' : 'are'} adopted by several modes (${which}), and so ${twice.length === 1 ? 'codes' : 'code'} nothing.`;
}

/** The same for a book and clusters of the platform that are at hand. */
export async function codedWith<R extends FailureReading>(
  clusters: readonly FailureCluster[] | undefined,
  book: Book,
  { members }: Pick<Opened, 'members'>,
  reading: R,
  keys: ModeKeys,
): Promise<R & CodedReading> {
  const [{ adoptedBy }, { coded, entriesOf }, { tallyOf }, { sampleOf }] = await Promise.all([
    import('../modes/adoption.ts'),
    import('../modes/coding.ts'),
    import('../modes/tally.ts'),
    import('../modes/sampling.ts'),
  ]);
  const entries = entriesOf(book, keys.read);
  const codes = coded(entries, reading.table, clusters && adoptedBy(entries, clusters));
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
