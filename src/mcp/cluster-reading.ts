/** What the failure clusters of a session are made of: its failures and broken runs, grouped when that is asked for. */
import type { WordingGroups } from '../analysis/clusters/wording-groups.ts';
import type { FailureGroup, FailureTable } from '../modes/failures.ts';
import type { Opened } from '../reading/reading.ts';
import { type FailureReading, readFailures } from './mode-reading.ts';
import type { ReadingContext, Thresholds } from './session-counts.ts';

export interface ClusterReading extends FailureReading {
  /** All failures by wording; computed when it is first asked for. `atWork` is told of each stretch. */
  byWording(atWork: () => void): Promise<WordingGroups<FailureGroup>>;
}

/** The reading; of a finished session it is done once, and serves every tool that reads failures. */
export async function clusterReading(
  opened: Opened,
  context: ReadingContext,
  thresholds?: Thresholds,
): Promise<ClusterReading> {
  const reading = await readFailures(opened, context, thresholds);
  return {
    ...reading,
    byWording(atWork) {
      const known = grouped.get(reading.table) ?? groupedByWording(reading.table, atWork);
      grouped.set(reading.table, known);
      return known;
    },
  };
}

/** The groups of each reading that is kept. */
const grouped = new WeakMap<FailureTable, Promise<WordingGroups<FailureGroup>>>();

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
