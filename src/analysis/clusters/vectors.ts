/** Sparse TF-IDF vectors and average-link agglomeration, for what no concept explains. */

/** Term → weight, unit length. */
export type Vector = ReadonlyMap<string, number>;

/**
 * Unit TF-IDF vectors of bags of terms. Terms of `side` (what a thing is found beside, e.g. the name of its test) count
 * `sideWeight` of a term of its own.
 */
export function tfidf(
  bags: readonly (readonly string[])[],
  side: readonly (readonly string[])[] = [],
  sideWeight = 1,
): Vector[] {
  const documents = new Map<string, number>();
  bags.forEach((bag, index) => {
    for (const term of new Set([...bag, ...(side[index] ?? [])])) documents.set(term, (documents.get(term) ?? 0) + 1);
  });
  return bags.map((bag, index) => {
    const vector = new Map<string, number>();
    for (const term of bag) vector.set(term, (vector.get(term) ?? 0) + 1);
    for (const [term, count] of vector) vector.set(term, 1 + Math.log(count));
    for (const term of side[index] ?? []) vector.set(term, Math.max(vector.get(term) ?? 0, sideWeight));
    let length = 0;
    for (const [term, count] of vector) {
      const weight = count * Math.log(1 + bags.length / (documents.get(term) ?? 1));
      vector.set(term, weight);
      length += weight * weight;
    }
    length = Math.sqrt(length) || 1;
    for (const [term, weight] of vector) vector.set(term, weight / length);
    return vector;
  });
}

/** The dot product: of unit vectors the cosine, of averages the mean cosine of their parts. */
export function dot(a: Vector, b: Vector): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [term, weight] of small) sum += weight * (large.get(term) ?? 0);
  return sum;
}

/**
 * Average-link agglomeration: merges the most alike groups until none is more alike than `threshold`. Quadratic in
 * memory and time (nearest-neighbour chain): for a few hundred things at once. Returns a group number per thing.
 */
export function agglomerate(
  size: number,
  likeness: (a: number, b: number) => number,
  threshold: number,
  weight: (index: number) => number = () => 1,
): number[] {
  const steps = agglomerateSteps(size, likeness, threshold, weight);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in slices: yields after each row of likenesses. */
export function* agglomerateSteps(
  size: number,
  likeness: (a: number, b: number) => number,
  threshold: number,
  weight: (index: number) => number,
): Generator<void, number[]> {
  const group = Array.from({ length: size }, (_, index) => index);
  if (size < 2) return group;
  const near = new Float64Array(size * size);
  for (let a = 0; a < size; a += 1) {
    for (let b = a + 1; b < size; b += 1) {
      const value = likeness(a, b);
      near[a * size + b] = value;
      near[b * size + a] = value;
    }
    yield;
  }
  const count = Float64Array.from({ length: size }, (_, index) => weight(index));
  const alive = new Set(group);
  const chain: number[] = [];
  while (alive.size > 1) {
    let top = chain.at(-1);
    if (top === undefined) {
      const [next] = alive;
      if (next === undefined) break;
      chain.push(next);
      top = next;
    }
    const before = chain.at(-2);
    let best = before;
    let bestValue = before === undefined ? -1 : (near[top * size + before] ?? -1);
    for (const other of alive) {
      const value = near[top * size + other] ?? -1;
      if (other !== top && value > bestValue) {
        best = other;
        bestValue = value;
      }
    }
    if (best === undefined || bestValue < threshold) {
      // Nothing is near enough to this group, and merging others can only lower its average: it is finished.
      alive.delete(top);
      chain.length = Math.max(0, chain.length - 1);
      continue;
    }
    if (best !== before) {
      chain.push(best);
      continue;
    }
    // Mutual nearest neighbours: merge `top` into `best`.
    chain.length -= 2;
    const kept = best;
    const a = count[kept] ?? 1;
    const b = count[top] ?? 1;
    for (const other of alive) {
      if (other === kept || other === top) continue;
      const value = ((near[kept * size + other] ?? 0) * a + (near[top * size + other] ?? 0) * b) / (a + b);
      near[kept * size + other] = value;
      near[other * size + kept] = value;
    }
    count[kept] = a + b;
    alive.delete(top);
    for (let index = 0; index < size; index += 1) if (group[index] === top) group[index] = kept;
  }
  return group;
}
