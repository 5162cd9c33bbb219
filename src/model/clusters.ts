/** Failure clusters: what `analysis/clusters` computes and what a vendor's own clusters are mapped to. */
export interface Evidence {
  /** Run ref. */
  run: string;
  evaluation?: string | undefined;
  /** The judge's reason (untrusted). */
  reason?: string | undefined;
  /** Index of the turn that shows the failure. */
  turn?: number | undefined;
  /** Text of that turn (untrusted). */
  text?: string | undefined;
}

export interface FailureCluster {
  /** Stable within one session: the same failures give the same id. */
  id: string;
  /** Made of the cluster's own words (untrusted). */
  title: string;
  source: 'vendor' | 'computed';
  /** `failure` = the agent did badly; `execution` = runs broke technically. */
  kind: 'failure' | 'execution';
  description?: string | undefined;
  /** The vendor's advice, where it gives one (untrusted). */
  advice?: string | undefined;
  evaluations: string[];
  /** Every member run ref, newest or worst first; `runs_total` in answers is its length. */
  runs: string[];
  evidence: Evidence[];
  /** Share of the failed (or broken) runs of the session that are members, 0 to 1. */
  share?: number | undefined;
  /** How many clusters of the platform it stands for, where these are evidently one; absent = 1. */
  merged?: number | undefined;
  /** How sure we are that the members share one cause. */
  confidence?: 'high' | 'medium' | 'low' | undefined;
  /** The medoid: the most typical reason (untrusted). */
  typical_reason?: string | undefined;
}

export interface ClusterSet {
  clusters: FailureCluster[];
  /** Failed runs that no cluster covers. */
  unclustered: number;
  /** State of the vendor's own calculation, e.g. `pending`, `running`, `completed`. */
  vendor_status?: string | undefined;
  /** How many clusters the vendor has, before those that are evidently one were merged; absent where it was not asked. */
  vendor_clusters?: number | undefined;
  /** True when the vendor's clusters describe an earlier state of the session. */
  stale?: boolean | undefined;
}

/** States of a platform's own calculation in which nothing more comes by itself. */
export const SETTLED: ReadonlySet<string | undefined> = new Set([undefined, 'completed', 'failed', 'not_computed']);
