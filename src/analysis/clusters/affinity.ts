/**
 * How alike two groups of reasons are: what concept each speaks of, which words they share, whether they quote the same
 * line and whether they come from the same case or criterion. Rare cases and rare words tell more than common ones, so
 * a session that repeats one case loses nothing and gains nothing by it.
 */
import { CONCEPTS } from './lexicon/concepts.ts';
import { dot, type Vector } from './vectors.ts';

export interface Profile {
  /** Reasons behind it. */
  count: number;
  /** Belief per concept; the last entry is "none of them". */
  belief: Float64Array;
  /** The concepts that matter in `belief`. */
  top: readonly number[];
  /** TF-IDF vector of the judges' words. */
  terms: Vector;
  /** The same of the words that no sense explains: what the failure is about. */
  topic: Vector;
  /** 0 = says nothing of what it is about, 1 = plenty. */
  rich: number;
  language: string | undefined;
  /** What the quoted line says. */
  said: Vector;
  /**
   * Run → line that is quoted of it. Two evaluations that quote one line of one run fail for one cause; two that quote
   * different lines of one run hardly do.
   */
  anchors: ReadonlyMap<string, string>;
  /** Case → share of the reasons, lowered for cases that most reasons have. */
  cases: Vector;
  criteria: Vector;
}

/** Fitted on the tuning sessions (`bench:clusters` shows what they give on the others). */
export const WEIGHTS = {
  concept: 1.5,
  terms: 3.2,
  said: 0.6,
  anchor: 2,
  /** They quote different lines of one run. */
  elsewhere: 0.9,
  case: 0.25,
  criterion: 0.03,
  /** A word of the test's name beside one of the reason's own. */
  caseWord: 0.8,
  caseTopic: 0.6,
  /** Both speak of something known, but not of the same. */
  conflict: 0.15,
  /** … and how much of what else they share is then put down to the test they come from. */
  doubt: 0.62,
  /** Both fail in the same way, but plainly about different things. */
  split: 1.5,
  overlap: 0.18,
  threshold: 0.35,
};

const TOP = 4;

/** The few concepts of a belief that can matter when two are compared. */
export function topConcepts(belief: Float64Array): number[] {
  const order: number[] = [];
  for (let concept = 0; concept < belief.length - 1; concept += 1)
    if ((belief[concept] ?? 0) > 0.03) order.push(concept);
  return order.sort((a, b) => (belief[b] ?? 0) - (belief[a] ?? 0)).slice(0, TOP);
}

/** The common part of two share vectors. */
function shared(a: Vector, b: Vector): number {
  let total = 0;
  for (const [value, share] of a) total += Math.min(share, b.get(value) ?? 0);
  return total;
}

/** Do they quote one line of one run, and how large a part of the smaller quotes other lines of the same runs? */
function meet(a: Profile['anchors'], b: Profile['anchors']): { one: boolean; elsewhere: number } {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let one = false;
  let elsewhere = 0;
  for (const [run, line] of small) {
    const other = large.get(run);
    if (other === line) one = true;
    else if (other !== undefined) elsewhere += 1;
  }
  return { one, elsewhere: small.size === 0 ? 0 : elsewhere / small.size };
}

/** Above `WEIGHTS.threshold` two groups are one cause. */
export function affinity(a: Profile, b: Profile): number {
  const none = a.belief.length - 1;
  let agree = 0;
  let object = 0;
  for (const concept of a.top) {
    const both = Math.min(a.belief[concept] ?? 0, b.belief[concept] ?? 0);
    agree += both;
    if (CONCEPTS[concept]?.object) object += both;
  }
  const known = (1 - (a.belief[none] ?? 0)) * (1 - (b.belief[none] ?? 0));
  const { one, elsewhere } = meet(a.anchors, b.anchors);
  const apart =
    object > 0 && !one && a.rich > 0 && b.rich > 0 && a.language === b.language
      ? object * a.rich * b.rich * Math.max(0, 1 - dot(a.topic, b.topic) / WEIGHTS.overlap)
      : 0;
  const conflict = Math.max(0, known - agree);
  const content =
    WEIGHTS.terms * dot(a.terms, b.terms) +
    WEIGHTS.said * dot(a.said, b.said) +
    WEIGHTS.case * shared(a.cases, b.cases) +
    WEIGHTS.criterion * shared(a.criteria, b.criteria);
  return (
    WEIGHTS.concept * agree +
    content * (1 - WEIGHTS.doubt * conflict) * (1 - apart) +
    (one ? WEIGHTS.anchor / Math.sqrt(Math.min(a.count, b.count)) : 0) -
    WEIGHTS.elsewhere * elsewhere -
    WEIGHTS.conflict * conflict -
    WEIGHTS.split * apart
  );
}

const KEPT_TERMS = 48;
const MAX_ANCHORS = 64;

function average(profiles: readonly Profile[], of: (profile: Profile) => Vector): Map<string, number> {
  const sums = new Map<string, number>();
  let count = 0;
  for (const profile of profiles) {
    count += profile.count;
    for (const [term, weight] of of(profile)) sums.set(term, (sums.get(term) ?? 0) + weight * profile.count);
  }
  const kept = sums.size > KEPT_TERMS ? [...sums].sort((a, b) => b[1] - a[1]).slice(0, KEPT_TERMS) : [...sums];
  return new Map(kept.map(([term, sum]) => [term, sum / count]));
}

/** One profile for several: averages, so that the affinity of two merged profiles is near the average of their parts'. */
export function merge(profiles: readonly Profile[]): Profile {
  const [first] = profiles;
  if (first && profiles.length === 1) return first;
  const count = profiles.reduce((sum, profile) => sum + profile.count, 0);
  const belief = new Float64Array(first?.belief.length ?? 0);
  let rich = 0;
  const anchors = new Map<string, string>();
  for (const profile of profiles) {
    profile.belief.forEach((value, concept) => {
      belief[concept] = (belief[concept] ?? 0) + (value * profile.count) / count;
    });
    rich += (profile.rich * profile.count) / count;
    for (const [run, line] of profile.anchors) if (anchors.size < MAX_ANCHORS) anchors.set(run, line);
  }
  return {
    count,
    belief,
    top: topConcepts(belief),
    terms: average(profiles, (profile) => profile.terms),
    topic: average(profiles, (profile) => profile.topic),
    rich,
    language: profiles.every(({ language }) => language === first?.language) ? first?.language : undefined,
    said: average(profiles, (profile) => profile.said),
    anchors,
    cases: average(profiles, (profile) => profile.cases),
    criteria: average(profiles, (profile) => profile.criteria),
  };
}
