/** A platform's own clusters of several sessions as one set: what has the same words is one cluster. */
import { type ClusterSet, type FailureCluster, SETTLED } from '../../model/clusters.ts';
import { fold } from '../text-folding.ts';

/**
 * The clusters of several sessions, largest first; undefined where no session has any. Clusters of the same title and
 * evaluations are one. Ids are unique, and the same in whatever order the sessions are named.
 */
export function mergeVendorSets(sets: readonly { session: string; set: ClusterSet }[]): ClusterSet | undefined {
  const [first, ...others] = sets;
  if (!first || others.length === 0) return first?.set;
  const groups = new Map<string, FailureCluster[]>();
  for (const { set } of [...sets].sort((a, b) => (a.session < b.session ? -1 : 1)))
    for (const cluster of set.clusters) {
      const { kind, title, evaluations } = cluster;
      const key = JSON.stringify([kind, fold(title) || title, [...evaluations].sort()]);
      groups.set(key, [...(groups.get(key) ?? []), cluster]);
    }
  const given = new Map<string, number>();
  const clusters = [...groups.values()].flatMap((group) => merged(group, given) ?? []);
  return {
    clusters: clusters.sort((a, b) => b.runs.length - a.runs.length),
    unclustered: sets.reduce((sum, { set }) => sum + set.unclustered, 0),
    vendor_status: (sets.find(({ set }) => !SETTLED.has(set.vendor_status)) ?? first).set.vendor_status,
    stale: sets.some(({ set }) => set.stale === true) || undefined,
  };
}

/** `given`: how often each id was given. */
function merged(group: readonly FailureCluster[], given: Map<string, number>): FailureCluster | undefined {
  const [first] = group;
  if (!first) return undefined;
  const number = (given.get(first.id) ?? 0) + 1;
  given.set(first.id, number);
  const of = <T>(read: (cluster: FailureCluster) => T | undefined) =>
    group.map(read).find((value) => value !== undefined);
  const confidence = new Set(group.map((cluster) => cluster.confidence));
  return {
    ...first,
    id: number === 1 ? first.id : `${first.id}~${number}`,
    description: of(({ description }) => description),
    advice: of(({ advice }) => advice),
    typical_reason: of(({ typical_reason }) => typical_reason),
    runs: [...new Set(group.flatMap(({ runs }) => runs))],
    evidence: group.flatMap(({ evidence }) => evidence),
    // It was a share of one session's failures.
    share: undefined,
    confidence: confidence.size === 1 ? first.confidence : undefined,
  };
}
