/** The failure clusters of a session: its failed and broken runs, the platform's own clusters, and the analysis on top. */
import { clusterFailures } from '../analysis/clusters/clusters.ts';
import type { ClusterSet } from '../model/clusters.ts';
import { isProblem } from '../model/problem.ts';
import type { Run } from '../model/schemas.ts';
import { eachRun, type ReadingContext, type SessionPlace, type Thresholds } from './session-facts.ts';

export interface ClusterReading {
  set: ClusterSet;
  /** The failed and broken runs the clusters are made of. */
  runs: Run[];
  /** Why the platform's own clusters are missing, when reading them failed (trusted words). */
  vendorProblem?: string;
}

/** Reads what failed and groups it; `onRun` sees every run on the way, so that one pass serves several sums. A failing read of the vendor's own clusters does not spoil the computed ones. */
export async function clustersOf(
  at: SessionPlace,
  context: ReadingContext,
  thresholds?: Thresholds,
  onRun: (run: Run) => void = () => {},
): Promise<ClusterReading> {
  const runs: Run[] = [];
  await eachRun(at, 'evidence', context, thresholds, (run) => {
    onRun(run);
    if (run.verdict === 'failed' || run.verdict === 'error' || run.failed_evaluations.length > 0) runs.push(run);
  });
  let vendor: ClusterSet | undefined;
  let vendorProblem: string | undefined;
  try {
    vendor = await at.provider.clusters?.get(at.ids, { signal: context.signal });
  } catch (error) {
    if (!isProblem(error) || error.kind === 'cancelled') throw error;
    vendorProblem = `The platform's own clusters could not be read: ${error.message}`;
  }
  return { set: await clusterFailures(runs, vendor), runs, vendorProblem };
}
