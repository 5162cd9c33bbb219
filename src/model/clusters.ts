/** Failure clusters that a platform itself worked out. */

export interface FailureCluster {
  /** Stable within one session: the same failures give the same id. */
  id: string;
  /** As the platform words it (untrusted). */
  title: string;
  /** What the platform says of it (untrusted). */
  description?: string | undefined;
  /** The platform's advice, where it gives one (untrusted). */
  advice?: string | undefined;
  /** Criteria of which it has failures; of all where it names none. */
  evaluations: string[];
  /** References of every member. */
  runs: string[];
}

export interface ClusterSet {
  clusters: FailureCluster[];
  /** State of the platform's own calculation, e.g. `pending`, `running`, `completed`. */
  vendor_status?: string | undefined;
  /** True when the clusters describe an earlier state of the session. */
  stale?: boolean | undefined;
}

/** States of a platform's own calculation in which nothing more comes by itself. */
export const SETTLED: ReadonlySet<string | undefined> = new Set([undefined, 'completed', 'failed', 'not_computed']);
