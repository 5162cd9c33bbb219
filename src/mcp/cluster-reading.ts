/** What the failure clusters of a session are made of: its failures and broken runs, and transcripts that may prove them. */
import type { Breakage } from '../analysis/clusters/execution.ts';
import type { WordingGroups } from '../analysis/clusters/wording-groups.ts';
import type { Turn } from '../model/schemas.ts';
import type { FailureGroup, FailureTable } from '../modes/failures.ts';
import type { Opened } from '../reading/reading.ts';
import { type FailureReading, foldFailures } from './mode-reading.ts';
import type { ReadingContext, Thresholds } from './session-counts.ts';

export interface ClusterReading extends FailureReading {
  /** Broken runs and evaluators, those that say the same together. */
  breakages: readonly Breakage[][];
  /** By reference of the run: of failures of each wording one, and others while there is room. */
  transcripts: ReadonlyMap<string, readonly Turn[]>;
  /** All failures by wording; computed when it is first asked for. `atWork` is told of each stretch. */
  byWording(atWork: () => void): Promise<WordingGroups<FailureGroup>>;
}

/** Characters of transcripts that are held for new wordings, and for any others. */
const HELD_FOR_NEW = 6_000_000;
const HELD_FOR_ALL = 1_000_000;

/** The reading; of a finished session it is done once. What the book says of it changes, and is not part of it. */
export function clusterReading(
  opened: Opened,
  context: ReadingContext,
  thresholds?: Thresholds,
): Promise<ClusterReading> {
  const name = `clusters ${JSON.stringify(Object.entries(thresholds ?? {}).sort())}`;
  return opened.computed(
    name,
    () => readAll(opened, context, thresholds),
    ({ coverage }) => coverage.complete,
  );
}

async function readAll(opened: Opened, context: ReadingContext, thresholds: Thresholds): Promise<ClusterReading> {
  const { breakageGroups } = await import('../analysis/clusters/execution.ts');
  const breakages = breakageGroups();
  const transcripts = new Map<string, readonly Turn[]>();
  let held = 0;
  let wordings = 0;
  const reading = await foldFailures(opened, context, thresholds, 'evidence', (run, { groups }) => {
    breakages.add(run);
    const isNew = groups.length > wordings;
    wordings = groups.length;
    if (!run.transcript || run.verdict === 'passed' || held > (isNew ? HELD_FOR_NEW : HELD_FOR_ALL)) return;
    for (const { text } of run.transcript) held += text.length;
    transcripts.set(run.ref, run.transcript);
  });
  let grouped: Promise<WordingGroups<FailureGroup>> | undefined;
  return {
    ...reading,
    breakages: breakages.result(),
    transcripts,
    byWording(atWork) {
      grouped ??= groupedByWording(reading.table, atWork);
      return grouped;
    },
  };
}

/** Longest stretch of work before others on this thread get their turn, in milliseconds. */
const SLICE_MS = 12;

async function groupedByWording({ groups }: FailureTable, atWork: () => void): Promise<WordingGroups<FailureGroup>> {
  const { groupWordings } = await import('../analysis/clusters/wording-groups.ts');
  const steps = groupWordings(groups);
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < SLICE_MS) continue;
    await new Promise<void>((resume) => setImmediate(resume));
    atWork();
    since = performance.now();
  }
}
