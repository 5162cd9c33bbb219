/** The failure clusters of a session: its failed and broken runs, the platform's own clusters, and the analysis on top. */
import type { ClusterSet } from '../model/clusters.ts';
import type { Coverage } from '../model/coverage.ts';
import { isProblem } from '../model/problem.ts';
import type { Run } from '../model/schemas.ts';
import type { Opened } from '../reading/reading.ts';
import { eachRun, type ReadingContext, type Thresholds } from './session-counts.ts';
import type { ToolContext } from './tool.ts';

export interface ClusterReading {
  set: ClusterSet;
  /** Failed, and technically broken, runs that the clusters are made of. */
  failed: number;
  broken: number;
  /** Runs without a verdict: nobody can say whether they failed. */
  inconclusive: number;
  /** Runs that passed although evaluations of theirs failed: in no cluster. */
  passed_with_failures: number;
  coverage: Coverage;
  /** Why the platform's own clusters are missing, when reading them failed (trusted words). */
  vendorProblem?: string;
}

type ClusterContext = ReadingContext & Pick<ToolContext, 'atWork'>;

/** States of the platform's own calculation in which nothing more comes by itself. */
const SETTLED: ReadonlySet<string | undefined> = new Set([undefined, 'completed', 'failed', 'not_computed']);

/** The clusters; of a finished session they are computed once. */
export function clustersOf(opened: Opened, context: ClusterContext, thresholds?: Thresholds): Promise<ClusterReading> {
  const name = `clusters ${JSON.stringify(Object.entries(thresholds ?? {}).sort())}`;
  return opened.computed(name, () => readClusters(opened, context, thresholds), isSettled);
}

/**
 * The clusters read anew, with every run shown to `onRun` on the way, so that one pass serves several sums; `runs` are
 * those the clusters are made of, without their transcripts.
 */
export async function readClusters(
  opened: Opened,
  context: ClusterContext,
  thresholds?: Thresholds,
  onRun: (run: Run) => void = () => {},
  runs?: Run[],
): Promise<ClusterReading> {
  const { clusterFold } = await import('../analysis/clusters/clusters.ts');
  const fold = clusterFold();
  let failed = 0;
  let broken = 0;
  let inconclusive = 0;
  let passed_with_failures = 0;
  const coverage = await eachRun(opened, 'evidence', context, thresholds, (run) => {
    onRun(run);
    if (run.verdict === 'failed') failed += 1;
    if (run.verdict === 'error') broken += 1;
    if (run.verdict === 'inconclusive') inconclusive += 1;
    if (run.verdict === 'passed' && run.failed_evaluations.length > 0) passed_with_failures += 1;
    if (run.verdict !== 'failed' && run.verdict !== 'error' && run.failed_evaluations.length === 0) return;
    fold.add(run);
    runs?.push({ ...run, transcript: undefined });
  });
  const vendor: ClusterSet[] = [];
  let vendorProblem: string | undefined;
  for (const { provider, ids } of opened.members) {
    try {
      const own = await provider.clusters?.get(ids, { signal: context.signal });
      if (own) vendor.push(own);
    } catch (error) {
      if (!isProblem(error) || error.kind === 'cancelled') throw error;
      vendorProblem = `The platform's own clusters could not be read: ${error.message}`;
    }
  }
  const set = await fold.result(mergedClusters(vendor), context.atWork);
  return { set, failed, broken, inconclusive, passed_with_failures, coverage, vendorProblem };
}

function isSettled({ set, vendorProblem, coverage }: ClusterReading): boolean {
  return coverage.complete && vendorProblem === undefined && SETTLED.has(set.vendor_status);
}

/** The vendor's clusters of several sessions as one set; undefined where none has any. */
function mergedClusters(sets: readonly ClusterSet[]): ClusterSet | undefined {
  const [first, ...others] = sets;
  if (!first || others.length === 0) return first;
  return {
    clusters: sets.flatMap(({ clusters }) => clusters),
    unclustered: sets.reduce((sum, { unclustered }) => sum + unclustered, 0),
    vendor_status: sets.find(({ vendor_status }) => !SETTLED.has(vendor_status))?.vendor_status ?? first.vendor_status,
    stale: sets.some(({ stale }) => stale === true) || undefined,
  };
}
