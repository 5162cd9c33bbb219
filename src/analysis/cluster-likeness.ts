/**
 * How much two failure clusters of different sessions look like one cause: the words of their reasons, the tests that
 * failed, the evaluations that failed. Run refs and cluster ids say nothing across sessions.
 */
import type { FailureCluster } from '../model/clusters.ts';
import type { Run } from '../model/schemas.ts';
import { stems } from './clues.ts';
import { testKey } from './flakiness.ts';
import { fold } from './text-folding.ts';

/** What a number of texts say: stem → share of the texts it occurs in, 0 to 1. */
export interface Wording {
  texts: number;
  stems: ReadonlyMap<string, number>;
}

/** What is known of a cluster for telling whether another one is the same. */
export interface ClusterSketch {
  cluster: FailureCluster;
  words: Wording;
  /** Keys of the tests whose runs are members; empty when the runs are not known. */
  tests: ReadonlySet<string>;
  evaluations: ReadonlySet<string>;
  /** Where it fails, as test and evaluation: what its evidence shows, and what may be of runs without evidence. */
  firm_places: ReadonlySet<string>;
  /** Every test and evaluation that fails in a member run, of the cluster's evaluations. */
  places: ReadonlySet<string>;
}

/** Reasons read per cluster: more teach nothing new. */
const MAX_REASONS = 60;
/** From so many texts on, a cause shows in the words whatever the phrasing of each text. */
const ENOUGH_TEXTS = 4;
/** Wordings of so many texts that are less alike than this speak of different causes: we saw 0.2 and more for the same. */
const OTHER_CAUSE = 0.12;
const WEIGHTS = { words: 0.5, tests: 0.35, evaluations: 0.15 };

/** The sketch of a cluster; `runOf` finds its member runs where they are at hand. */
export function sketch(
  cluster: FailureCluster,
  runOf: (ref: string) => Run | undefined,
  keyOf: (run: Run) => string | undefined = testKey,
): ClusterSketch {
  const members = cluster.runs.map(runOf).filter((run) => run !== undefined);
  const wanted = new Set(cluster.evaluations);
  const reasons = members.flatMap((run) => {
    if (cluster.kind === 'execution') return run.error ? [`${run.error.message} ${run.error.type ?? ''}`] : [];
    return run.evaluations
      .filter(({ name, verdict }) => verdict === 'failed' && (wanted.size === 0 || wanted.has(name)))
      .map(({ reason }) => reason);
  });
  // The cluster's own evidence comes first: a member run may fail for a second cause too, which mixes its reasons.
  const evidence = cluster.evidence.map(({ reason }) => reason).filter((reason) => reason !== undefined);
  const texts = [
    cluster.title,
    cluster.typical_reason,
    cluster.description,
    ...(evidence.length > 0 ? evidence : reasons),
  ].filter((text) => text !== undefined);
  const shown = new Set(cluster.evidence.map(({ run }) => run));
  const proven = new Set(cluster.evidence.map(({ run, evaluation }) => `${run}\n${evaluation}`));
  const places = new Set<string>();
  const firm = new Set<string>();
  for (const run of members) {
    for (const { name, verdict } of run.evaluations) {
      if (verdict !== 'failed' || (wanted.size > 0 && !wanted.has(name))) continue;
      const place = placeOf(run, name, keyOf);
      places.add(place);
      if (proven.has(`${run.ref}\n${name}`) || !shown.has(run.ref)) firm.add(place);
    }
  }
  return {
    cluster,
    words: wordingOf(texts),
    places,
    firm_places: firm,
    tests: new Set(members.map(keyOf).filter((key) => key !== undefined)),
    evaluations: new Set(cluster.evaluations.map((name) => fold(name) || name)),
  };
}

/** One evaluation of one test. */
export function placeOf(run: Run, evaluation: string, keyOf: (run: Run) => string | undefined): string {
  return `${keyOf(run) ?? ''}\n${fold(evaluation) || evaluation}`;
}

/** The wording of up to 60 texts, of each the first 1,200 characters. */
export function wordingOf(texts: readonly string[]): Wording {
  const read = texts.slice(0, MAX_REASONS);
  const shares = new Map<string, number>();
  for (const text of read) {
    for (const stem of new Set(stems(fold(text.slice(0, 1_200))))) {
      shares.set(stem, (shares.get(stem) ?? 0) + 1 / read.length);
    }
  }
  return { texts: read.length, stems: shares };
}

/** True when both wordings are rich enough to tell, and they tell of different causes. */
export function speaksOfAnother(a: Wording, b: Wording, rarity: (stem: string) => number): boolean {
  return a.texts >= ENOUGH_TEXTS && b.texts >= ENOUGH_TEXTS && cosine(a.stems, b.stems, rarity) < OTHER_CAUSE;
}

/**
 * How alike two clusters are: 0 (nothing in common) to 1. `rarity` weighs a stem by how few clusters use it. Failures and
 * broken executions never match each other.
 */
export function likeness(a: ClusterSketch, b: ClusterSketch, rarity: (stem: string) => number): number {
  if (a.cluster.kind !== b.cluster.kind || speaksOfAnother(a.words, b.words, rarity)) return 0;
  const parts: [weight: number, value: number][] = [];
  if (a.words.stems.size > 0 && b.words.stems.size > 0) {
    parts.push([WEIGHTS.words, cosine(a.words.stems, b.words.stems, rarity)]);
  }
  if (a.tests.size > 0 && b.tests.size > 0) parts.push([WEIGHTS.tests, overlap(a.tests, b.tests)]);
  if (a.evaluations.size > 0 && b.evaluations.size > 0) {
    parts.push([WEIGHTS.evaluations, overlap(a.evaluations, b.evaluations)]);
  }
  const weight = parts.reduce((sum, [part]) => sum + part, 0);
  return weight === 0 ? 0 : parts.reduce((sum, [part, value]) => sum + part * value, 0) / weight;
}

function cosine(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  rarity: (stem: string) => number,
): number {
  let product = 0;
  for (const [stem, weight] of a) product += weight * (b.get(stem) ?? 0) * rarity(stem) ** 2;
  const length = (words: ReadonlyMap<string, number>) =>
    Math.sqrt([...words].reduce((sum, [stem, weight]) => sum + (weight * rarity(stem)) ** 2, 0));
  const lengths = length(a) * length(b);
  return lengths === 0 ? 0 : product / lengths;
}

/** Shared members as the geometric mean of both shares: full only when both sets are the same. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const key of a) if (b.has(key)) shared += 1;
  return shared / Math.sqrt(a.size * b.size);
}
