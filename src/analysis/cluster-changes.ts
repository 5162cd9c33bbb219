/**
 * Which failure clusters went away, came, or stayed between two sessions.
 *
 * A cluster is resolved only if nothing after looks like it and at least one of its tests was judged again: a cause
 * whose tests did not run is `untested`, not fixed.
 */
import type { ClusterSet, FailureCluster } from '../model/clusters.ts';
import type { Run } from '../model/schemas.ts';
import { type ClusterLikeness, type ClusterSketch, likeness, sketch } from './cluster-likeness.ts';
import { testKey } from './flakiness.ts';
import { fold } from './folding.ts';

/** A cluster of the session after, with what it was before. */
export interface PersistingCluster extends FailureCluster {
  /** Ids and sizes of the matching clusters before, most alike first; several when clusters have merged. */
  was: { id: string; runs: number }[];
  /** How alike the closest of them is, 0 to 1. */
  likeness: number;
}

export interface ClusterChanges {
  /** Clusters of the session before. */
  resolved: FailureCluster[];
  /** Clusters of the session before of which no test has a verdict after. */
  untested: FailureCluster[];
  /** Clusters of the session after. */
  new: FailureCluster[];
  persisting: PersistingCluster[];
}

export interface ClusterComparisonOptions {
  /** The member runs of either side, where they are at hand: they tell tests and reasons. */
  before?: Iterable<Run>;
  after?: Iterable<Run>;
  /**
   * Tests that have a passed or failed run after (`comparison().testedAfter()`). Without it, no cluster is called
   * untested.
   */
  tested_after?: ReadonlySet<string>;
  /** Pair tests by name, for two providers. */
  match?: 'test' | 'name';
  /** Another way to tell whether two clusters are one. */
  likeness?: ClusterLikeness;
  /** Likeness from which two clusters are one. Default 0.35. */
  threshold?: number;
}

/** Between clusters of one cause we saw 0.5 and more, between different causes 0.25 and less. */
const THRESHOLD = 0.35;
/** How much more a cluster must be like a foreign cluster than like that one's own counterpart, to have merged into it. */
const MERGE_MARGIN = 0.1;

/** The key of a run's test for `tested_after` and shared tests. */
export function clusterTestKey(
  match: 'test' | 'name',
): (run: Pick<Run, 'test' | 'name' | 'variant'>) => string | undefined {
  if (match === 'test') return testKey;
  return (run) => (run.name === undefined ? testKey(run) : `name:${fold(run.name) || run.name}`);
}

export function compareClusters(
  before: ClusterSet,
  after: ClusterSet,
  options: ClusterComparisonOptions = {},
): ClusterChanges {
  const { likeness: like = likeness, threshold = THRESHOLD, match = 'test' } = options;
  const keyOf = clusterTestKey(match);
  const left = sketches(before, options.before, keyOf);
  const right = sketches(after, options.after, keyOf);
  const rarity = rarityOf([...left, ...right]);
  const scores = left.map((a) => right.map((b) => like(a, b, rarity)));
  const score = (i: number, j: number) => scores[i]?.[j] ?? 0;

  const partners = pairUp(scores, threshold);
  const matches = new Map<number, number[]>();
  for (const [i, j] of partners) matches.set(j, [i]);
  const matchedBefore = new Set(partners.keys());

  // What is left over may have merged into a matched cluster, or split off from one: then it is more like that cluster
  // than like the cluster's counterpart on its own side, from which it was told apart.
  const counterpart = new Map([...partners].map(([i, j]) => [j, i]));
  left.forEach((a, i) => {
    if (matchedBefore.has(i)) return;
    const j = best(right.length, (candidate) => score(i, candidate));
    const rival = j === undefined ? undefined : left[counterpart.get(j) ?? -1];
    if (j === undefined || !rival || score(i, j) < threshold) return;
    if (score(i, j) < like(a, rival, rarity) + MERGE_MARGIN) return;
    matches.get(j)?.push(i);
    matchedBefore.add(i);
  });
  right.forEach((b, j) => {
    if (matches.has(j)) return;
    const i = best(left.length, (candidate) => score(candidate, j));
    const rival = i === undefined ? undefined : right[partners.get(i) ?? -1];
    if (i === undefined || !rival || score(i, j) < threshold) return;
    if (score(i, j) < like(b, rival, rarity) + MERGE_MARGIN) return;
    matches.set(j, [i]);
  });

  const gone = left.filter((_, i) => !matchedBefore.has(i));
  const ran = (one: ClusterSketch) =>
    options.tested_after === undefined ||
    one.tests.size === 0 ||
    [...one.tests].some((key) => options.tested_after?.has(key));
  return {
    resolved: gone.filter(ran).map((one) => one.cluster),
    untested: gone.filter((one) => !ran(one)).map((one) => one.cluster),
    new: right.filter((_, j) => !matches.has(j)).map((one) => one.cluster),
    persisting: right.flatMap((one, j) => {
      const was = (matches.get(j) ?? []).toSorted((a, b) => score(b, j) - score(a, j));
      if (was.length === 0) return [];
      return [
        {
          ...one.cluster,
          was: was.flatMap((i) => {
            const cluster = left[i]?.cluster;
            return cluster ? [{ id: cluster.id, runs: cluster.runs.length }] : [];
          }),
          likeness: score(was[0] ?? 0, j),
        },
      ];
    }),
  };
}

function sketches(
  set: ClusterSet,
  runs: Iterable<Run> | undefined,
  keyOf: (run: Run) => string | undefined,
): ClusterSketch[] {
  const byRef = new Map<string, Run>();
  for (const run of runs ?? []) byRef.set(run.ref, run);
  return set.clusters.map((cluster) => sketch(cluster, (ref) => byRef.get(ref), keyOf));
}

function rarityOf(all: readonly ClusterSketch[]): (stem: string) => number {
  const users = new Map<string, number>();
  for (const { words } of all) for (const stem of words.keys()) users.set(stem, (users.get(stem) ?? 0) + 1);
  return (stem) => Math.log(1 + all.length / (users.get(stem) ?? 1));
}

/** One-to-one, most alike first: before → after. */
function pairUp(scores: readonly (readonly number[])[], threshold: number): Map<number, number> {
  const candidates = scores
    .flatMap((row, i) => row.map((score, j) => ({ i, j, score })))
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score || a.i - b.i || a.j - b.j);
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  for (const { i, j } of candidates) {
    if (pairs.has(i) || taken.has(j)) continue;
    pairs.set(i, j);
    taken.add(j);
  }
  return pairs;
}

function best(length: number, score: (candidate: number) => number): number | undefined {
  let found: number | undefined;
  let most = 0;
  for (let candidate = 0; candidate < length; candidate += 1) {
    const here = score(candidate);
    if (here <= most) continue;
    most = here;
    found = candidate;
  }
  return found;
}
