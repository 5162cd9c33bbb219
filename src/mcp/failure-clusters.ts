/**
 * Every failure of a session in exactly one cluster: that of its mode, else the platform's own, else one of like wording.
 * Singles, which were read and are of no mode, are in none; what broke technically stands apart.
 */
import type { Breakage } from '../analysis/clusters/execution.ts';
import { type MergedCluster, mergedVendorClusters } from '../analysis/clusters/vendor.ts';
import type { FailureCluster } from '../model/clusters.ts';
import type { Mode } from '../model/modes.ts';
import type { Failure } from '../modes/failures.ts';
import type { ClusterReading } from './cluster-reading.ts';
import { countedModes } from './mode-counts.ts';
import type { CodedReading } from './mode-reading.ts';

export type Cluster =
  | { source: 'mode'; mode: Mode; failures: readonly Failure[] }
  /** `failures`: those that nobody read, and that are in no cluster before it. */
  | { source: 'vendor'; own: MergedCluster; failures: readonly Failure[] }
  /** The failures of the most typical wording first. */
  | { source: 'wording'; failures: readonly Failure[] }
  | { source: 'platform'; breakages: readonly Breakage[] };

export interface FailureClusters {
  clusters: Cluster[];
  /** Failures whose wordings were too many to be compared: they are in no cluster. */
  ungrouped: number;
  /** Clusters of the platform that are left out because all their failures are coded. */
  vendor_coded: number;
}

/** Modes come first, then the platform's own clusters, then like wordings, then what broke; each with the largest first. */
export async function failureClusters(
  reading: ClusterReading & CodedReading,
  own: readonly FailureCluster[],
  atWork: () => void,
): Promise<FailureClusters> {
  const { tally, breakages } = reading;
  const modes = (await countedModes(reading)).flatMap((mode): Cluster[] => {
    const { failures = [] } = tally.modes.get(mode.id) ?? {};
    return failures.length > 0 ? [{ source: 'mode', mode, failures }] : [];
  });
  const merged = mergedVendorClusters(own);
  // Where no failure is in another cluster, a set of all of them would say nothing, and weigh much.
  const rest = tally.coded > 0 || merged.length > 0 ? new Set(tally.uncoded) : undefined;
  const vendor = rest ? vendorClusters(merged, reading, rest) : { clusters: [], coded: 0 };
  const left = rest?.size ?? tally.uncoded.length;
  const wording = left > 0 ? await wordingClusters(reading, rest, atWork) : { clusters: [], ungrouped: 0 };
  return {
    clusters: [
      ...modes,
      ...vendor.clusters,
      ...wording.clusters,
      ...breakages.map((group): Cluster => ({ source: 'platform', breakages: group })),
    ],
    ungrouped: wording.ungrouped,
    vendor_coded: vendor.coded,
  };
}

/** Takes out of `rest` what the platform's own clusters hold. One that names no evaluation holds all failures of its runs. */
function vendorClusters(merged: readonly MergedCluster[], { table }: CodedReading, rest: Set<Failure>) {
  if (merged.length === 0) return { clusters: [], coded: 0 };
  const uncoded = new Set(rest);
  const parts = merged.map(
    (own): Part => ({ own, evaluations: new Set(own.evaluations), failures: [], coded: 0, shared: 0 }),
  );
  const byRun = new Map<string, Part[]>();
  for (const part of parts)
    for (const run of part.own.runs) {
      const found = byRun.get(run);
      if (found) found.push(part);
      else byRun.set(run, [part]);
    }
  for (const { evaluation, failures } of table.groups)
    for (const failure of failures)
      for (const part of byRun.get(failure.run) ?? []) {
        if (part.evaluations.size > 0 && !part.evaluations.has(evaluation)) continue;
        if (rest.delete(failure)) part.failures.push(failure);
        else if (uncoded.has(failure)) part.shared += 1;
        else part.coded += 1;
      }
  const shown = parts.filter(({ coded, shared, failures }) => coded === 0 || shared + failures.length > 0);
  return {
    clusters: shown.map(({ own, failures }): Cluster => ({ source: 'vendor', own, failures })),
    coded: parts.length - shown.length,
  };
}

/** A cluster of the platform with those of its failures that nobody read. */
interface Part {
  own: MergedCluster;
  evaluations: ReadonlySet<string>;
  failures: Failure[];
  coded: number;
  /** Uncoded ones that are in a cluster before it. */
  shared: number;
}

/** `rest`: the failures that are in no other cluster; undefined = all. */
async function wordingClusters(
  { byWording }: ClusterReading,
  rest: ReadonlySet<Failure> | undefined,
  atWork: () => void,
) {
  const { groups, apart } = await byWording(atWork);
  const left = (failures: readonly Failure[]) => (rest ? failures.filter((failure) => rest.has(failure)) : failures);
  const clusters = groups
    .map((group) => group.flatMap(({ failures }) => left(failures)))
    .filter((failures) => failures.length > 0)
    .map((failures) => ({ source: 'wording' as const, failures }))
    .sort((a, b) => b.failures.length - a.failures.length);
  return { clusters, ungrouped: apart.reduce((sum, { failures }) => sum + left(failures).length, 0) };
}
