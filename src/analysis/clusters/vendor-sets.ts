/** A platform's own clusters of several sessions as one set; what is one cause is merged with `vendor.ts` afterwards. */
import { type ClusterSet, type FailureCluster, SETTLED } from '../../model/clusters.ts';

/** The sets as one; undefined where no session has any. Ids are unique, and the same in whatever order the sessions are named. */
export function joinVendorSets(sets: readonly { session: string; set: ClusterSet }[]): ClusterSet | undefined {
  const [first, ...others] = sets;
  if (!first || others.length === 0) return first?.set;
  const given = new Map<string, number>();
  const named = (cluster: FailureCluster): FailureCluster => {
    const number = (given.get(cluster.id) ?? 0) + 1;
    given.set(cluster.id, number);
    return number === 1 ? cluster : { ...cluster, id: `${cluster.id}~${number}` };
  };
  return {
    clusters: [...sets].sort((a, b) => (a.session < b.session ? -1 : 1)).flatMap(({ set }) => set.clusters.map(named)),
    vendor_status: (sets.find(({ set }) => !SETTLED.has(set.vendor_status)) ?? first).set.vendor_status,
    stale: sets.some(({ set }) => set.stale === true) || undefined,
  };
}
