import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agglomerate, dot, tfidf } from '../../../src/analysis/clusters/vectors.ts';

describe('tfidf', () => {
  it('gives unit vectors in which rare terms weigh more', () => {
    const [first] = tfidf([
      ['call', 'fee'],
      ['call', 'tone'],
      ['call', 'date'],
    ]);
    if (!first) throw new Error('no vector');
    expect(dot(first, first)).toBeCloseTo(1, 12);
    expect(first.get('fee')).toBeGreaterThan(first.get('call') ?? 1);
  });

  it('gives terms of the side their lower weight, and nothing to nothing', () => {
    const [first, second] = tfidf([['fee'], []], [['late'], []], 0.5);
    expect(first?.get('late')).toBeCloseTo((first?.get('fee') ?? 0) / 2, 12);
    expect(second?.size).toBe(0);
  });
});

/** Average-link agglomeration as one would write it on a whiteboard. */
function slowly(size: number, likeness: (a: number, b: number) => number, threshold: number): number[][] {
  let groups = Array.from({ length: size }, (_, index) => [index]);
  for (;;) {
    let best: [number[], number[]] | undefined;
    let value = threshold;
    for (const a of groups) {
      for (const b of groups) {
        if (a === b) continue;
        const sum = a.flatMap((x) => b.map((y) => likeness(x, y))).reduce((total, one) => total + one, 0);
        const mean = sum / (a.length * b.length);
        if (mean >= value) {
          value = mean;
          best = [a, b];
        }
      }
    }
    if (!best) return groups;
    const [a, b] = best;
    groups = [...groups.filter((group) => group !== a && group !== b), [...a, ...b]];
  }
}

const partition = (groups: readonly (readonly number[])[]) =>
  groups.map((group) => [...group].sort((a, b) => a - b).join(',')).sort();
function groupsOf(found: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  found.forEach((root, index) => {
    const group = groups.get(root) ?? [];
    groups.set(root, group);
    group.push(index);
  });
  return [...groups.values()];
}

describe('agglomerate', () => {
  it('finds what the slow way finds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 }),
        fc.integer({ min: 0, max: 9 }),
        fc.double({ min: 0.2, max: 0.9, noNaN: true }),
        (values, size, threshold) => {
          // Distinct values: with ties, which pair goes first is open.
          const likeness = (a: number, b: number) => {
            const [low, high] = a < b ? [a, b] : [b, a];
            const at = (high * (high - 1)) / 2 + low;
            return (values[at] ?? 0) * 0.99 + at * 1e-4;
          };
          fc.pre(new Set(values).size === values.length);
          expect(partition(groupsOf(agglomerate(size, likeness, threshold)))).toEqual(
            partition(slowly(size, likeness, threshold)),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('lets a heavy group outweigh a light one', () => {
    // 0 and 1 merge; 2 is like 0 (0.9) and unlike 1 (0.1). With equal weights the mean is 0.5, with 0 heavy it is 0.82.
    const table = [
      [0, 1, 0.9],
      [1, 0, 0.1],
      [0.9, 0.1, 0],
    ];
    const likeness = (a: number, b: number) => table[a]?.[b] ?? 0;
    expect(groupsOf(agglomerate(3, likeness, 0.6))).toHaveLength(2);
    expect(groupsOf(agglomerate(3, likeness, 0.6, (index) => (index === 0 ? 9 : 1)))).toHaveLength(1);
  });

  it('leaves nothing and one thing as they are', () => {
    expect(agglomerate(0, () => 1, 0)).toEqual([]);
    expect(agglomerate(1, () => 1, 0)).toEqual([0]);
  });
});
