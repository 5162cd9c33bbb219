/** What the server clusters in slices, all at once. */
import { type Assignment, clusterSteps } from '../../../src/analysis/clusters/assign.ts';
import { clusterFold } from '../../../src/analysis/clusters/clusters.ts';
import type { ReasonItem } from '../../../src/analysis/clusters/nodes.ts';
import type { ClusterSet } from '../../../src/model/clusters.ts';
import type { Run } from '../../../src/model/schemas.ts';

export function clusterReasons(items: readonly ReasonItem[]): Assignment {
  const steps = clusterSteps(items);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

export function clusterFailures(runs: readonly Run[], vendor?: ClusterSet): Promise<ClusterSet> {
  const fold = clusterFold();
  for (const run of runs) fold.add(run);
  return fold.result(vendor);
}
