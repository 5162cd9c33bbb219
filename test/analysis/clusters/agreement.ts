/** How well two groupings of the same things agree. All take one label per thing, in the same order. */

interface Counts {
  /** Group → label → how many. */
  cells: Map<string, Map<string, number>>;
  labels: Map<string, number>;
  groups: Map<string, number>;
  total: number;
}

function count(truth: readonly string[], found: readonly string[]): Counts {
  if (truth.length !== found.length) throw new Error('Two groupings of different things.');
  const counts: Counts = { cells: new Map(), labels: new Map(), groups: new Map(), total: truth.length };
  truth.forEach((label, index) => {
    const group = found[index] ?? '';
    const row = counts.cells.get(group) ?? new Map<string, number>();
    counts.cells.set(group, row);
    row.set(label, (row.get(label) ?? 0) + 1);
    counts.labels.set(label, (counts.labels.get(label) ?? 0) + 1);
    counts.groups.set(group, (counts.groups.get(group) ?? 0) + 1);
  });
  return counts;
}

const pairs = (n: number) => (n * (n - 1)) / 2;
const sum = (values: Iterable<number>, of: (value: number) => number) => {
  let total = 0;
  for (const value of values) total += of(value);
  return total;
};
const cellsOf = ({ cells }: Counts) => [...cells.values()].flatMap((row) => [...row.values()]);

/** Adjusted Rand index (Hubert and Arabie 1985): 1 = the same grouping, 0 = what chance gives. */
export function adjustedRand(truth: readonly string[], found: readonly string[]): number {
  const counts = count(truth, found);
  const together = sum(cellsOf(counts), pairs);
  const inTruth = sum(counts.labels.values(), pairs);
  const inFound = sum(counts.groups.values(), pairs);
  const expected = counts.total < 2 ? 0 : (inTruth * inFound) / pairs(counts.total);
  const most = (inTruth + inFound) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

/** Share of things that belong to the commonest label of their group. */
export function purity(truth: readonly string[], found: readonly string[]): number {
  const { cells, total } = count(truth, found);
  return total === 0 ? 1 : [...cells.values()].reduce((all, row) => all + Math.max(...row.values()), 0) / total;
}

/** V-measure (Rosenberg and Hirschberg 2007): harmonic mean of homogeneity and completeness. */
export function vMeasure(truth: readonly string[], found: readonly string[]): number {
  const counts = count(truth, found);
  const { total } = counts;
  if (total === 0) return 1;
  const entropy = (values: Iterable<number>) => -sum(values, (n) => (n / total) * Math.log(n / total));
  const ofTruth = entropy(counts.labels.values());
  const ofFound = entropy(counts.groups.values());
  const joint = entropy(cellsOf(counts));
  const homogeneity = ofTruth === 0 ? 1 : 1 - (joint - ofFound) / ofTruth;
  const completeness = ofFound === 0 ? 1 : 1 - (joint - ofTruth) / ofFound;
  return homogeneity + completeness === 0 ? 0 : (2 * homogeneity * completeness) / (homogeneity + completeness);
}
