/** The failures of one or several sessions, read once, and what the team's book says of them. */
import type { RunMeasures } from '../analysis/run-measures.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Mode } from '../model/modes.ts';
import { plural } from '../model/plural.ts';
import { Problem } from '../model/problem.ts';
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
  /** Why what is in clusters of the platform that modes adopted is uncoded: they could not be read, or are of two modes (trusted words). */
  vendorProblem?: string | undefined;
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
  const [{ failureFold }, { runMeasures }] = await Promise.all([
    import('../modes/failures.ts'),
    import('../analysis/run-measures.ts'),
  ]);
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
  const { adopted, problem } = await adoptions(book, opened, context);
  return { ...reading, ...(await codedBy(book, opened, reading, adopted)), vendorProblem: problem };
}

async function adoptions(
  book: Book,
  opened: Opened,
  { signal }: { signal: AbortSignal },
): Promise<{ adopted?: AdoptedBy | undefined; problem?: string | undefined }> {
  const [{ adoptedBy, adoptedTwice, anyAdopted }, { entriesOf }, { platformClusters }] = await Promise.all([
    import('../modes/adoption.ts'),
    import('../modes/coding.ts'),
    import('./platform-clusters.ts'),
  ]);
  const entries = entriesOf(book, opened.members.map(bookKey));
  if (!anyAdopted(entries)) return {};
  const { set, problem } = await platformClusters(opened, { signal });
  const twice = set ? adoptedTwice(entries, set.clusters) : [];
  const problems = [problem, twiceSentence(twice)].filter((one) => one !== undefined);
  return {
    adopted: set && adoptedBy(entries, set.clusters),
    problem: problems.length > 0 ? problems.join(' ') : undefined,
  };
}

/** Clusters that a hand gave to several modes, with the ids of those of the first. */
function twiceSentence(twice: readonly (readonly string[])[]): string | undefined {
  const [first] = twice;
  if (!first) return undefined;
  const which = `${first.slice(0, 5).join(', ')}${twice.length > 1 ? ' and others' : ''}`;
  return `${plural(twice.length, 'cluster')} of the platform ${twice.length === 1 ? 'is' : 'are'} adopted by several modes (${which}), and so ${twice.length === 1 ? 'codes' : 'code'} nothing.`;
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

/**
 * The runs that have a failure of a mode, which is named by its id or its whole title; how many failures nobody has read
 * beside. Throws `invalid_input` for one that the book does not have for these sessions, with the ids that it has.
 */
export async function failuresOfMode(
  opened: Opened,
  name: string,
  context: ModeContext,
  thresholds?: Thresholds,
): Promise<{ of: ReadonlySet<string>; said: Pick<Mode, 'id' | 'failures' | 'runs' | 'coded_by'>; uncoded: number }> {
  const reading = await codedReading(opened, await readFailures(opened, context, thresholds), context);
  const [{ modeIds, storedMode }, { fold }] = await Promise.all([
    import('../modes/tally.ts'),
    import('../analysis/text-folding.ts'),
  ]);
  const ids = modeIds(reading.entries);
  const wanted = fold(name);
  const found = ids.filter((id) => id === name.trim() || fold(storedMode(reading.entries, id)?.title ?? '') === wanted);
  const [id, ...others] = found;
  if (id === undefined || others.length > 0) {
    const which =
      others.length > 0
        ? `${found.length} failure modes have that title.`
        : 'No failure mode of these sessions has that id or title.';
    throw new Problem('invalid_input', which, {
      candidates: (others.length > 0 ? found : ids).slice(0, 5),
      next:
        ids.length > 0
          ? 'Pass the id of one, as list_failures shows them.'
          : 'Nothing has been read yet: list_failures shows what there is to read.',
    });
  }
  const { tally } = reading;
  const { failures = [], runs = new Set<string>(), coded_by } = tally.modes.get(id) ?? {};
  return {
    of: runs,
    said: { id, failures: failures.length, runs: runs.size, coded_by },
    uncoded: tally.uncoded.length,
  };
}
