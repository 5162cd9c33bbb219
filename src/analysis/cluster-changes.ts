/**
 * Which failure clusters went away, came, or stayed between two sessions.
 *
 * A cluster is resolved only if nothing after looks like it, what it stood for (its tests, its evaluations) no longer
 * fails unexplained, and at least one of its tests was judged again: a cause whose tests did not run is `untested`.
 */
import type { ClusterSet, FailureCluster } from '../model/clusters.ts';
import type { Run } from '../model/schemas.ts';
import { type ClusterSketch, likeness, placeOf, sketch, speaksOfAnother, wordingOf } from './cluster-likeness.ts';
import { testKey } from './flakiness.ts';
import { fold } from './text-folding.ts';

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
  before?: Iterable<Run> | undefined;
  after?: Iterable<Run> | undefined;
  /**
   * Tests that have a passed or failed run after (`comparison().testedAfter()`). Without it, no cluster is called
   * untested.
   */
  tested_after?: ReadonlySet<string> | undefined;
  /** Pair tests by name, for two providers. */
  match?: 'test' | 'name' | undefined;
}

/** Between clusters of one cause we saw 0.5 and more, between different causes 0.25 and less. */
const THRESHOLD = 0.35;
/** How much more like the host than like the rival a left-over cluster must be. */
const MERGE_MARGIN = 0.1;
const REASONS_PER_PLACE = 5;

/** The key of a run's test for `tested_after` and shared tests. */
export function clusterTestKey(
  match: 'test' | 'name',
): (run: Pick<Run, 'test' | 'name' | 'variant'>) => string | undefined {
  if (match === 'test') return testKey;
  return (run) => (run.name === undefined ? testKey(run) : `name:${fold(run.name) || run.name}`);
}

/** Matches the clusters of two sessions by likeness, and says of each whether it went, came or stayed. */
export function compareClusters(
  before: ClusterSet,
  after: ClusterSet,
  options: ClusterComparisonOptions = {},
): ClusterChanges {
  const { match = 'test' } = options;
  const keyOf = clusterTestKey(match);
  const left = sideOf(before, options.before, keyOf);
  const right = sideOf(after, options.after, keyOf);
  const rarity = rarityOf([...left.sketches, ...right.sketches]);
  const scores = left.sketches.map((a) => right.sketches.map((b) => likeness(a, b, rarity)));
  const partners = pairUp(scores);
  const counterparts = new Map([...partners].map(([i, j]) => [j, i]));

  // What is left over may be part of a cluster that has its counterpart: causes are cut finer in one session than in
  // the other.
  const hosts = (from: Side, to: Side, own: Map<number, number>, back: Map<number, number>, flipped: boolean) =>
    new Map(
      from.sketches.flatMap((one, i): [number, number][] => {
        if (own.has(i)) return [];
        const host = hostOf(one, from, to, back, {
          like: (other) => likeness(one, other, rarity),
          score: (j) => (flipped ? scores[j]?.[i] : scores[i]?.[j]) ?? 0,
          rarity,
        });
        return host === undefined ? [] : [[i, host]];
      }),
    );
  const merged = hosts(left, right, partners, counterparts, false);
  const split = hosts(right, left, counterparts, partners, true);

  const was = right.sketches.map((_, j) => {
    const earlier = new Set<number>();
    for (const i of [counterparts.get(j), split.get(j)]) if (i !== undefined) earlier.add(i);
    for (const [i, host] of merged) if (host === j) earlier.add(i);
    return [...earlier].sort((a, b) => (scores[b]?.[j] ?? 0) - (scores[a]?.[j] ?? 0));
  });
  const stays = new Set(was.flat());
  const over = left.sketches.filter((_, i) => !stays.has(i));
  const ran = (one: ClusterSketch) =>
    options.tested_after === undefined ||
    one.tests.size === 0 ||
    [...one.tests].some((key) => options.tested_after?.has(key));
  return {
    resolved: over.filter(ran).map((one) => one.cluster),
    untested: over.filter((one) => !ran(one)).map((one) => one.cluster),
    new: right.sketches.filter((_, j) => was[j]?.length === 0).map((one) => one.cluster),
    persisting: right.sketches.flatMap((one, j) => {
      const [first, ...others] = was[j] ?? [];
      if (first === undefined) return [];
      const brief = (i: number) => {
        const cluster = left.sketches[i]?.cluster;
        return cluster ? [{ id: cluster.id, runs: cluster.runs.length }] : [];
      };
      return [{ ...one.cluster, was: [first, ...others].flatMap(brief), likeness: scores[first]?.[j] ?? 0 }];
    }),
  };
}

interface Judgement {
  like(other: ClusterSketch): number;
  score(other: number): number;
  rarity(stem: string): number;
}

/** The cluster on the other side that a left-over one is part of, if any. */
function hostOf(one: ClusterSketch, from: Side, to: Side, back: Map<number, number>, judge: Judgement) {
  const closest = best(to.sketches.length, judge.score);
  if (closest !== undefined && judge.score(closest) >= THRESHOLD) {
    const rival = from.sketches[back.get(closest) ?? -1];
    // The rival was told apart from it on its own side, so a host must resemble it clearly more.
    if (!rival || judge.score(closest) >= judge.like(rival) + MERGE_MARGIN) return closest;
  }
  // Few words tell little, but where it failed does: the same evaluations of the same tests fail on the other side.
  // Unless their reasons plainly speak of something else, it is safer to say that it stays.
  const again = [...one.firm_places].filter((place) => to.sketches.some((other) => other.places.has(place)));
  if (again.length === 0 || again.length * 2 < one.firm_places.size) return undefined;
  const reasons = again.flatMap((place) => to.reasons.get(place) ?? []);
  if (speaksOfAnother(one.words, wordingOf(reasons), judge.rarity)) return undefined;
  // The host with most of these places; likeness, at most 1, only decides between equals.
  return best(to.sketches.length, (j) => {
    const shared = again.filter((place) => to.sketches[j]?.places.has(place)).length;
    return shared === 0 ? 0 : shared + Math.min(judge.score(j), 0.99);
  });
}

interface Side {
  sketches: ClusterSketch[];
  /** Place → reasons of its failures. */
  reasons: ReadonlyMap<string, readonly string[]>;
}

function sideOf(set: ClusterSet, runs: Iterable<Run> | undefined, keyOf: (run: Run) => string | undefined): Side {
  const byRef = new Map<string, Run>();
  const reasons = new Map<string, string[]>();
  for (const run of runs ?? []) {
    byRef.set(run.ref, run);
    for (const { name, verdict, reason } of run.evaluations) {
      if (verdict !== 'failed' || reason === undefined) continue;
      const place = placeOf(run, name, keyOf);
      const known = reasons.get(place);
      if (!known) reasons.set(place, [reason]);
      else if (known.length < REASONS_PER_PLACE) known.push(reason);
    }
  }
  return { sketches: set.clusters.map((cluster) => sketch(cluster, (ref) => byRef.get(ref), keyOf)), reasons };
}

function rarityOf(all: readonly ClusterSketch[]): (stem: string) => number {
  const users = new Map<string, number>();
  for (const { words } of all) for (const stem of words.stems.keys()) users.set(stem, (users.get(stem) ?? 0) + 1);
  return (stem) => Math.log(1 + all.length / (users.get(stem) ?? 1));
}

/** One-to-one, most alike first: before → after. */
function pairUp(scores: readonly (readonly number[])[]): Map<number, number> {
  const candidates = scores
    .flatMap((row, i) => row.map((score, j) => ({ i, j, score })))
    .filter(({ score }) => score >= THRESHOLD)
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
