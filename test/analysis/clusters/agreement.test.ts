import { describe, expect, it } from 'vitest';
import { adjustedRand, purity, vMeasure } from './agreement.ts';

const split = (text: string) => text.split(' ');
/** Seventeen things in three groups, the worked example of Manning, Raghavan and Schütze 2008, figure 16.4. */
const BOOK = {
  truth: split('x x x x x o x o o o o d x x d d d'),
  found: split('1 1 1 1 1 1 2 2 2 2 2 2 3 3 3 3 3'),
};

describe('adjusted Rand index', () => {
  it.each([
    // Examples in the documentation of scikit-learn's adjusted_rand_score.
    ['0 0 1 2', '0 0 1 1', 0.5714285714],
    ['0 0 1 1', '0 0 1 2', 0.5714285714],
    ['0 0 1 1', '1 1 0 0', 1],
    ['0 0 0 0', '0 1 2 3', 0],
    // As discordant as can be: below chance.
    ['0 0 1 1', '0 1 0 1', -0.5],
  ])('of %s and %s is %d', (truth, found, value) => {
    expect(adjustedRand(split(truth), split(found))).toBeCloseTo(value, 9);
  });

  it('agrees with the pair counts of the textbook (TP 20, FP 20, FN 24, TN 72)', () => {
    // ARI = 2(TP·TN − FN·FP) / ((TP+FN)(FN+TN) + (TP+FP)(FP+TN))
    const value = (2 * (20 * 72 - 24 * 20)) / (44 * 96 + 40 * 92);
    expect(adjustedRand(BOOK.truth, BOOK.found)).toBeCloseTo(value, 12);
  });

  it('is 1 for nothing and for one thing', () => {
    expect(adjustedRand([], [])).toBe(1);
    expect(adjustedRand(['a'], ['b'])).toBe(1);
  });
});

describe('purity', () => {
  it('is 12 of 17 in the textbook', () => expect(purity(BOOK.truth, BOOK.found)).toBeCloseTo(12 / 17, 12));
  it('is 1 when everything is alone', () => expect(purity(split('a a b'), split('1 2 3'))).toBe(1));
  it('is the share of the commonest label when everything is together', () =>
    expect(purity(split('a a b'), split('1 1 1'))).toBeCloseTo(2 / 3, 12));
});

describe('V-measure', () => {
  it.each([
    // Examples in the documentation of scikit-learn's v_measure_score.
    ['0 0 1 1', '0 0 1 1', 1],
    ['0 0 1 2', '0 0 1 1', 0.8],
    ['0 1 2 3', '0 0 1 1', 2 / 3],
    ['0 0 1 1', '0 0 1 2', 0.8],
    ['0 0 1 1', '0 1 2 3', 2 / 3],
    ['0 0 0 0', '0 1 2 3', 0],
    ['0 0 1 1', '0 0 0 0', 0],
  ])('of %s and %s is %d', (truth, found, value) => {
    expect(vMeasure(split(truth), split(found))).toBeCloseTo(value, 9);
  });
});

it('refuses groupings of different things', () => {
  expect(() => adjustedRand(['a'], [])).toThrow('different');
});
