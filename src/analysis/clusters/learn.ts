/**
 * What a session teaches about itself. A judge that says plainly why one call failed uses the same words, criteria and
 * cases when it is terse about the next. Nodes whose reading is clear vote for what their features mean; the others
 * are read again with those votes (two rounds of naive Bayes, each node's own vote left out).
 */
export interface Learner {
  /** Features per node; equal strings are the same feature. */
  features: readonly (readonly string[])[];
  /** Concept scores per node from the lexicon and the run's signs. */
  scores: readonly Float64Array[];
}

const TUNING = {
  /** How fast a higher lexicon score beats a lower one. */
  sharpness: 2.4,
  /** How much the session's votes count beside the lexicon. */
  votes: 0.4,
  smoothing: 0.65,
  /** Lexicon score of "nothing we know". */
  floor: 2.9,
  rounds: 2,
};

const SLICE = 256;

function softmax(logits: Float64Array): Float64Array {
  const top = logits.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);
  const shares = logits.map((value) => Math.exp(value - top));
  const total = shares.reduce((sum, value) => sum + value, 0);
  return shares.map((value) => value / total);
}

/** What the lexicon alone says, with the floor for "none of them" as the last entry. */
function lexical(scores: Float64Array): Float64Array {
  const logits = new Float64Array(scores.length + 1);
  scores.forEach((value, concept) => {
    logits[concept] = value * TUNING.sharpness;
  });
  logits[scores.length] = TUNING.floor * TUNING.sharpness;
  return logits;
}

function addTo(sum: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (values[at] ?? 0);
}

/** Belief per concept and node; the last entry of each is "none of them". Yields between slices of work. */
export function* learn({ features, scores }: Learner): Generator<void, Float64Array[]> {
  const base = scores.map(lexical);
  let beliefs = base.map(softmax);
  const size = base[0]?.length ?? 0;
  for (let round = 0; round < TUNING.rounds; round += 1) {
    const votes = new Map<string, { sum: Float64Array; bearers: number }>();
    const totals = new Float64Array(size);
    for (const [node, list] of features.entries()) {
      const belief = beliefs[node] ?? new Float64Array(size);
      for (const feature of list) {
        const vote = votes.get(feature) ?? { sum: new Float64Array(size), bearers: 0 };
        if (vote.bearers === 0) votes.set(feature, vote);
        vote.bearers += 1;
        addTo(vote.sum, belief);
      }
      addTo(totals, belief);
      if (node % SLICE === 0) yield;
    }
    const expected = totals.map((value) => value / Math.max(1, features.length));
    const next: Float64Array[] = [];
    for (const [node, list] of features.entries()) {
      const own = beliefs[node] ?? new Float64Array(size);
      const logits = Float64Array.from(base[node] ?? own);
      const strength = TUNING.votes / Math.sqrt(Math.max(1, list.length));
      for (const feature of list) {
        const vote = votes.get(feature);
        if (!vote || vote.bearers < 2) continue;
        const others = vote.bearers - 1 + TUNING.smoothing;
        for (let concept = 0; concept < size; concept += 1) {
          const usual = expected[concept] ?? 0;
          if (usual < 1e-4) continue;
          // Share of this feature's other bearers that speak of the concept, against its share in the session.
          const seen = (vote.sum[concept] ?? 0) - (own[concept] ?? 0) + TUNING.smoothing * usual;
          const lift = Math.log(seen / (others * Math.max(usual, 0.01)));
          logits[concept] = (logits[concept] ?? 0) + strength * Math.max(-1, Math.min(1.2, lift));
        }
      }
      next.push(softmax(logits));
      if (node % SLICE === 0) yield;
    }
    beliefs = next;
  }
  return beliefs;
}
