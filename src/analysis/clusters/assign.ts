/**
 * Groups reasons by root cause: a pure function on plain data.
 *
 * 1. Reasons that are the same after normalisation collapse into one node.
 * 2. The lexicon says which concept of agent failure a node speaks of; signs in the run back it.
 * 3. Nodes that speak plainly teach, within this session, which words, criteria and cases go with which concept; all
 *    are read again with that knowledge.
 * 4. Nodes are merged bottom-up by what they say, quote and are about, until nothing left is alike enough. Many nodes
 *    are merged in chunks of likely kin first, then the merged ones again.
 */
import { affinity, merge, type Profile, topConcepts, WEIGHTS } from './affinity.ts';
import { learn } from './learn.ts';
import { CONCEPTS } from './lexicon/concepts.ts';
import { type Node, type ReasonItem, toNodes } from './nodes.ts';
import { agglomerateSteps, dot, tfidf } from './vectors.ts';

export interface ReasonGroup {
  /** Concept id, absent when no concept explains the group. */
  concept?: string | undefined;
  /** Indexes of items, most typical first. */
  members: number[];
  /** Distinct reasons in it, by the index of their first item, most typical first. */
  distinct: number[];
  /** 0 to 1: how surely the members share one cause. */
  sureness: number;
}

export interface Assignment {
  /** Per item, the index of its group. */
  group: number[];
  groups: ReasonGroup[];
}

/** Up to this many at once are compared all with all. */
const ALL_WITH_ALL = 700;
const CHUNK = 160;
const ROUNDS = 8;

/** Works in slices, because 50,000 reasons take seconds: yields every few milliseconds of work. */
export function* clusterSteps(items: readonly ReasonItem[]): Generator<void, Assignment> {
  const nodes = yield* toNodes(items);
  const beliefs = yield* learn({ features: nodes.map(featuresOf), scores: nodes.map(({ scores }) => scores) });
  const profiles = yield* profilesOf(nodes, beliefs);
  const found = yield* mergeAlike(profiles);
  const groups: ReasonGroup[] = [];
  const group = new Array<number>(items.length).fill(-1);
  for (const members of found) {
    const described = describe(members, nodes, profiles);
    for (const item of described.members) group[item] = groups.length;
    groups.push(described);
    yield;
  }
  return { group, groups };
}

function featuresOf(node: Node): string[] {
  return [
    ...new Set(node.terms),
    ...[...node.criteria].map((name) => `criterion:${name}`),
    ...[...node.cases].map((name) => `case:${name}`),
    ...(node.said.length > 0 ? [`said:${node.said.slice(0, 6).join(' ')}`] : []),
    ...[...node.anchors].map(([run, line]) => `anchor:${run} ${line}`),
  ];
}

function* profilesOf(nodes: readonly Node[], beliefs: readonly Float64Array[]): Generator<void, Profile[]> {
  const caseTerms = nodes.map((node) => node.caseTerms);
  const terms = tfidf(
    nodes.map((node) => node.terms),
    caseTerms,
    WEIGHTS.caseWord,
  );
  yield;
  const topics = tfidf(
    nodes.map((node) => node.topic),
    caseTerms,
    WEIGHTS.caseTopic,
  );
  yield;
  const said = tfidf(nodes.map((node) => node.said));
  yield;
  const rareCase = rarityOf(nodes.map(({ cases }) => cases));
  const rareCriterion = rarityOf(nodes.map(({ criteria }) => criteria));
  const empty = new Map<string, number>();
  return nodes.map((node, index) => {
    const belief = beliefs[index] ?? new Float64Array(CONCEPTS.length + 1);
    return {
      count: node.members.length,
      belief,
      top: topConcepts(belief),
      terms: terms[index] ?? empty,
      topic: topics[index] ?? empty,
      rich: Math.min(1, node.topic.length / 3),
      language: node.language,
      said: said[index] ?? empty,
      anchors: node.anchors,
      cases: shares(node.cases, rareCase),
      criteria: shares(node.criteria, rareCriterion),
    };
  });
}

function shares(values: ReadonlySet<string>, rare: (value: string) => number): Map<string, number> {
  return new Map([...values].map((value) => [value, rare(value) / values.size]));
}

/** How informative each value is: near 1 for one that occurs once, 0 for one that everything has. */
function rarityOf(sets: readonly ReadonlySet<string>[]): (value: string) => number {
  const counts = new Map<string, number>();
  for (const values of sets) for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const scale = Math.log(Math.max(2, sets.length));
  return (value) => Math.log(sets.length / (counts.get(value) ?? 1)) / scale;
}

interface Merged {
  profile: Profile;
  nodes: number[];
}

/** Groups of node indexes. */
function* mergeAlike(profiles: readonly Profile[]): Generator<void, number[][]> {
  let current: Merged[] = profiles.map((profile, index) => ({ profile, nodes: [index] }));
  for (let round = 0; round < ROUNDS && current.length > ALL_WITH_ALL; round += 1) {
    const before = current.length;
    current.sort(round % 2 === 0 ? byConceptThenWord : byConceptThenCase);
    const next: Merged[] = [];
    for (let at = 0; at < current.length; at += CHUNK) {
      next.push(...(yield* mergeOnce(current.slice(at, at + CHUNK))));
    }
    current = next;
    // Nothing left that chunks can bring together.
    if (round > 1 && current.length > before * 0.97) break;
  }
  if (current.length <= ALL_WITH_ALL * 3) current = yield* mergeOnce(current);
  return current.map(({ nodes }) => nodes);
}

function* mergeOnce(parts: readonly Merged[]): Generator<void, Merged[]> {
  const found = yield* agglomerateSteps(
    parts.length,
    (a, b) => {
      const first = parts[a]?.profile;
      const second = parts[b]?.profile;
      return first && second ? affinity(first, second) : 0;
    },
    WEIGHTS.threshold,
    (index) => parts[index]?.profile.count ?? 1,
  );
  const byRoot = new Map<number, Merged[]>();
  parts.forEach((part, index) => {
    const root = found[index] ?? index;
    const list = byRoot.get(root) ?? [];
    list.push(part);
    byRoot.set(root, list);
  });
  return [...byRoot.values()].map((list) => ({
    profile: merge(list.map(({ profile }) => profile)),
    nodes: list.flatMap(({ nodes }) => nodes),
  }));
}

const heaviest = (vector: ReadonlyMap<string, number>): string => {
  let best = '';
  let weight = 0;
  for (const [term, value] of vector) {
    if (value > weight || (value === weight && term < best)) {
      best = term;
      weight = value;
    }
  }
  return best;
};
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const conceptOf = ({ profile }: Merged) => profile.top[0] ?? CONCEPTS.length;
const byConceptThenWord = (a: Merged, b: Merged) =>
  conceptOf(a) - conceptOf(b) ||
  compare(heaviest(a.profile.topic), heaviest(b.profile.topic)) ||
  compare(heaviest(a.profile.cases), heaviest(b.profile.cases));
const byConceptThenCase = (a: Merged, b: Merged) =>
  conceptOf(a) - conceptOf(b) ||
  compare(heaviest(a.profile.cases), heaviest(b.profile.cases)) ||
  compare(heaviest(a.profile.terms), heaviest(b.profile.terms));

function describe(members: readonly number[], nodes: readonly Node[], profiles: readonly Profile[]): ReasonGroup {
  const parts = members.flatMap((index) => {
    const node = nodes[index];
    const profile = profiles[index];
    return node && profile ? [{ node, profile }] : [];
  });
  const centre = merge(parts.map(({ profile }) => profile));
  const [top] = centre.top;
  const concept = top !== undefined && (centre.belief[top] ?? 0) >= 0.45 ? CONCEPTS[top] : undefined;
  const ranked = parts
    .map(({ node, profile }) => ({
      node,
      typical:
        dot(profile.terms, centre.terms) +
        dot(profile.topic, centre.topic) +
        (top === undefined ? 0 : 0.5 * (profile.belief[top] ?? 0)) +
        Math.log1p(profile.count) * 0.1,
    }))
    .sort((a, b) => b.typical - a.typical || (a.node.members[0] ?? 0) - (b.node.members[0] ?? 0));
  // Cohesion: how alike its parts are to what they have in common; repeats of one reason are one cause for sure.
  const cohesion = parts.length === 1 ? 1 : dot(centre.terms, centre.terms) * 2 + dot(centre.said, centre.said);
  const plain = top === undefined ? 0 : (centre.belief[top] ?? 0);
  return {
    concept: concept?.id,
    members: ranked.flatMap(({ node }) => node.members),
    distinct: ranked.map(({ node }) => node.members[0] ?? 0),
    sureness: Math.min(1, Math.max(plain, Math.min(1, cohesion))),
  };
}
