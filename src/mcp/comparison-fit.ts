/** A comparison cut to the budget of an answer: the changes that fit, and how many there are of each kind. */
import type { ClusterChanges } from '../analysis/cluster-changes.ts';
import type { ChangeEntry, Comparison } from '../analysis/comparison.ts';
import type { FailureCluster } from '../model/clusters.ts';
import { fit } from './budget.ts';
import { clip } from './clean.ts';

/** Shares of the budget. What broke and what is new comes first in weight; the rest is for judging by. */
const SHARES = { broken: 0.2, fixed: 0.15, still_failing: 0.12, flaky: 0.06, new: 0.05, gone: 0.05 } as const;
const CLUSTER_SHARES = { new: 0.1, resolved: 0.08, persisting: 0.08, untested: 0.04 } as const;
const EVALUATIONS_SHARE = 0.15;
const MOST_CLUSTERS = 15;

/** The lists of a comparison, of each `most` items at most, in `budget` bytes, with what they count in all. */
export function fitComparison(comparison: Comparison, clusters: ClusterChanges, budget: number, most: number) {
  const entries = (kind: keyof typeof SHARES) =>
    fit(comparison[kind].slice(0, most).map(entryOf), budget * SHARES[kind]).kept;
  const groups = (kind: keyof typeof CLUSTER_SHARES) =>
    fit(clusters[kind].slice(0, MOST_CLUSTERS).map(clusterOf), budget * CLUSTER_SHARES[kind]).kept;
  return {
    broken: entries('broken'),
    fixed: entries('fixed'),
    still_failing: entries('still_failing'),
    flaky: entries('flaky'),
    new: entries('new'),
    gone: entries('gone'),
    still_passing: comparison.still_passing,
    counts: {
      broken: comparison.broken.length,
      fixed: comparison.fixed.length,
      still_failing: comparison.still_failing.length,
      flaky: comparison.flaky.length,
      new: comparison.new.length,
      gone: comparison.gone.length,
    },
    evaluations: fit(comparison.evaluations.slice(0, most), budget * EVALUATIONS_SHARE).kept,
    clusters: {
      new: groups('new'),
      resolved: groups('resolved'),
      persisting: groups('persisting'),
      untested: clusters.untested.length > 0 ? groups('untested') : undefined,
      counts: {
        new: clusters.new.length,
        resolved: clusters.resolved.length,
        persisting: clusters.persisting.length,
        untested: clusters.untested.length,
      },
    },
  };
}

function entryOf({ test, name, before, after, failed_evaluations, flaky }: ChangeEntry) {
  return {
    test,
    name: clip(name, 100),
    before,
    after,
    failed_evaluations: failed_evaluations.slice(0, 5).map((one) => clip(one, 100)),
    flaky,
  };
}

function clusterOf({ id, title, runs }: FailureCluster) {
  return { id, title: clip(title, 120), runs: runs.length };
}
