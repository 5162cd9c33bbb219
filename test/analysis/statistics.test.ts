import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  benjaminiHochberg,
  binomial,
  binomialAtLeast,
  differenceInterval,
  fisherExact,
  fisherFewer,
  holm,
  isSignificant,
  mcnemarExact,
  pairedDifferenceInterval,
} from '../../src/analysis/statistics.ts';
import type { Interval } from '../../src/model/pass-rate.ts';

const rounded = (interval: Interval | undefined, digits = 4) => interval?.map((end) => Number(end.toFixed(digits)));
const count = (max = 400) => fc.integer({ min: 0, max });
/** passed and total, total ≥ 1. */
const share = fc.tuple(count(), count()).map(([passed, failed]) => ({ passed, total: passed + failed + 1 }));
const pairs = fc
  .tuple(count(60), count(60), count(60), count(60))
  .filter((cells) => cells.some((cell) => cell > 0))
  .map(([both, first_only, second_only, neither]) => ({ both, first_only, second_only, neither }));

describe('differenceInterval', () => {
  // Newcombe RG (1998), Interval estimation for the difference between independent proportions: comparison of eleven
  // methods, Statistics in Medicine 17:873–890, table II, method 10, contrasts (a) to (h).
  it.each([
    [56, 70, 48, 80, [0.0524, 0.3339]],
    [9, 10, 3, 10, [0.1705, 0.809]],
    [6, 7, 2, 7, [0.0582, 0.8062]],
    [5, 56, 0, 29, [-0.0381, 0.1926]],
    [0, 10, 0, 20, [-0.1611, 0.2775]],
    [0, 10, 0, 10, [-0.2775, 0.2775]],
    [10, 10, 0, 20, [0.6791, 1]],
    [10, 10, 0, 10, [0.6075, 1]],
  ])('%i/%i − %i/%i as published', (a, m, b, n, published) => {
    expect(rounded(differenceInterval({ passed: a, total: m }, { passed: b, total: n }))).toEqual(published);
  });

  it('is absent when either side has nothing', () => {
    expect(differenceInterval({ passed: 0, total: 0 }, { passed: 3, total: 4 })).toBeUndefined();
    expect(differenceInterval({ passed: 3, total: 4 }, { passed: 0, total: 0 })).toBeUndefined();
  });

  it('holds the difference and changes sign with the sides', () => {
    fc.assert(
      fc.property(share, share, (first, second) => {
        const [low, high] = differenceInterval(first, second) ?? [1, -1];
        const [back, forth] = differenceInterval(second, first) ?? [1, -1];
        const difference = first.passed / first.total - second.passed / second.total;
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(low).toBeCloseTo(-forth, 12);
        expect(high).toBeCloseTo(-back, 12);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('pairedDifferenceInterval', () => {
  it('as in Altman et al., Statistics with Confidence (2000), p. 52, table 6.2', () => {
    const interval = pairedDifferenceInterval({ both: 14, first_only: 5, second_only: 0, neither: 22 });
    expect(rounded(interval, 3)).toEqual([0.011, 0.226]);
  });

  // Fagerland MW, Lydersen S, Laake P, Recommended tests and confidence intervals for paired binomial proportions,
  // Statistics in Medicine 33 (2014) 2850–2875 (Bentur et al. 2009), and the authors' R package contingencytables,
  // tests of chapter 8 (Cavo et al. 2012), "Newcombe square-and-add".
  it.each([
    [1, 1, 7, 12, [-0.507, -0.026], 3],
    [59, 6, 16, 80, [-0.1186, -0.0046], 4],
  ])('%i %i %i %i as published', (both, first_only, second_only, neither, published, digits) => {
    expect(rounded(pairedDifferenceInterval({ both, first_only, second_only, neither }), digits)).toEqual(published);
  });

  it('is absent without pairs', () => {
    expect(pairedDifferenceInterval({ both: 0, first_only: 0, second_only: 0, neither: 0 })).toBeUndefined();
  });

  it('holds the difference, changes sign with the sides, and is blind to which outcome is called a pass', () => {
    fc.assert(
      fc.property(pairs, (cells) => {
        const total = cells.both + cells.first_only + cells.second_only + cells.neither;
        const difference = (cells.first_only - cells.second_only) / total;
        const [low, high] = pairedDifferenceInterval(cells) ?? [1, -1];
        const swapped = { ...cells, first_only: cells.second_only, second_only: cells.first_only };
        const [back, forth] = pairedDifferenceInterval(swapped) ?? [1, -1];
        const [mirrorLow] = pairedDifferenceInterval({ ...cells, both: cells.neither, neither: cells.both }) ?? [1];
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(low).toBeCloseTo(-forth, 10);
        expect(high).toBeCloseTo(-back, 10);
        expect(low).toBeCloseTo(mirrorLow, 10);
      }),
    );
  });

  it('is no wider than the independent interval when the pairs agree more than they change', () => {
    fc.assert(
      fc.property(count(50), count(50), count(9), count(9), (both, neither, first_only, second_only) => {
        const cells = { both: both + 20, neither: neither + 20, first_only, second_only };
        const total = cells.both + cells.neither + first_only + second_only;
        const paired = pairedDifferenceInterval(cells) ?? [-9, 9];
        const independent = differenceInterval(
          { passed: cells.both + first_only, total },
          { passed: cells.both + second_only, total },
        ) ?? [0, 0];
        expect(paired[1] - paired[0]).toBeLessThanOrEqual(independent[1] - independent[0] + 1e-12);
      }),
    );
  });
});

describe('fisherExact', () => {
  it('Fisher, The Design of Experiments (1935): the lady tasting tea', () => {
    expect(fisherExact(3, 1, 1, 3)).toBeCloseTo(34 / 70, 12);
  });

  it("Fisher's convictions of like-sex twins of criminals (R, ?fisher.test, two-sided)", () => {
    expect(fisherExact(2, 10, 15, 3)).toBeCloseTo(0.0005367, 7);
  });

  // Fagerland, Lydersen and Laake, Statistical Analysis of Contingency Tables (2017), chapter 4: Perondi et al. (2004)
  // and Ritland et al. (2007); digits beyond those printed from scipy.stats.fisher_exact 1.17.
  it.each([
    [7, 27, 1, 33, 0.054400130495],
    [0, 16, 15, 57, 0.06286666463],
  ])('%i %i %i %i', (a, b, c, d, p) => {
    expect(fisherExact(a, b, c, d)).toBeCloseTo(p, 10);
  });

  // scipy.stats.fisher_exact 1.17.
  it.each([
    [250_000, 250_000, 248_000, 252_000, 6.386997518335878e-5],
    [1_000, 999_000, 1_200, 998_800, 2.1591027933740326e-5],
    [500_000, 499_000, 1, 1, 1],
  ])('stays exact for a million runs: %i %i %i %i', (a, b, c, d, p) => {
    expect(fisherExact(a, b, c, d) / p).toBeCloseTo(1, 5);
  });

  it('agrees with adding up every table', () => {
    const choose = (n: number, k: number): number => {
      let product = 1;
      for (let i = 1; i <= k; i += 1) product = (product * (n - k + i)) / i;
      return product;
    };
    const small = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(small, small, small, small, (a, b, c, d) => {
        const weight = (k: number) => choose(a + b, k) * choose(c + d, a + c - k);
        let as_rare = 0;
        let all = 0;
        for (let k = Math.max(0, a + c - c - d); k <= Math.min(a + b, a + c); k += 1) {
          all += weight(k);
          if (weight(k) <= weight(a) * (1 + 1e-7)) as_rare += weight(k);
        }
        expect(fisherExact(a, b, c, d)).toBeCloseTo(as_rare / all, 10);
      }),
    );
  });

  it('is exact to ten digits where factorials come from the series', () => {
    const [a, b, c, d] = [60, 40, 41, 59];
    const choose = (n: number, k: number) => {
      let value = 1n;
      for (let i = 1; i <= k; i += 1) value = (value * BigInt(n - k + i)) / BigInt(i);
      return value;
    };
    const of = (k: number) => choose(a + b, k) * choose(c + d, a + c - k);
    let rare = 0n;
    for (let k = a + c - (c + d); k <= a + b; k += 1) if (k >= 0 && of(k) <= of(a)) rare += of(k);
    const exact = Number((rare * 10n ** 20n) / choose(a + b + c + d, a + c)) / 1e20;
    expect(Math.abs(fisherExact(a, b, c, d) / exact - 1)).toBeLessThan(1e-10);
  });

  it('does not depend on which side or outcome comes first', () => {
    fc.assert(
      fc.property(count(), count(), count(), count(), (a, b, c, d) => {
        const p = fisherExact(a, b, c, d);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(fisherExact(c, d, a, b)).toBeCloseTo(p, 9);
        expect(fisherExact(b, a, d, c)).toBeCloseTo(p, 9);
        expect(fisherExact(a, c, b, d)).toBeCloseTo(p, 9);
      }),
    );
  });
});

describe('mcnemarExact', () => {
  it.each([
    // Agresti, Categorical Data Analysis (1990), p. 350, approval ratings 150 / 86: exact2x2's mcnemar.exact.
    [150, 86, 3.716e-5, 8],
    // Armitage and Berry (1994), p. 127, two culture media; StatsDirect's exact two-sided P.
    [12, 2, 0.0129, 4],
    // Bentur et al. (2009) in Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91.
    [1, 7, 0.0703, 4],
    [5, 0, 0.0625, 12],
    [6, 0, 0.03125, 12],
    [0, 0, 1, 12],
    [4, 4, 1, 12],
  ])('%i and %i', (first, second, p, digits) => {
    expect(mcnemarExact(first, second)).toBeCloseTo(p, digits);
  });

  it('stays exact for half a million changed pairs (scipy.stats.binomtest 1.17)', () => {
    expect(mcnemarExact(250_000, 251_000)).toBeCloseTo(0.1581299746919608, 8);
    expect(mcnemarExact(400_000, 600_000)).toBe(0);
  });

  it('is symmetric, within 0 and 1, and falls as the split grows more lopsided', () => {
    fc.assert(
      fc.property(count(), count(), (first, second) => {
        const p = mcnemarExact(first, second);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(mcnemarExact(second, first)).toBe(p);
        if (first >= second) expect(mcnemarExact(first + 1, second)).toBeLessThanOrEqual(p);
      }),
    );
  });
});

describe('benjaminiHochberg', () => {
  // Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57:289–300, section 4.1, thrombolysis trial: at q = 0.05 the
  // four smallest of fifteen are rejected.
  const published = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ];
  it('rejects the four hypotheses of the published example', () => {
    const adjusted = benjaminiHochberg(published);
    expect(adjusted.map((p) => p <= 0.05)).toEqual(published.map((_, index) => index < 4));
    expect(adjusted[3]).toBeCloseTo((0.0095 * 15) / 4, 12);
  });

  it('keeps the order it was given and never falls below the raw value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (raw) => {
        const adjusted = benjaminiHochberg(raw);
        expect(adjusted).toHaveLength(raw.length);
        raw.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          raw.forEach((q, j) => {
            if (p < q) expect(adjusted[i] ?? 9).toBeLessThanOrEqual(adjusted[j] ?? -9);
          });
        });
        expect(benjaminiHochberg([...raw].reverse())).toEqual([...adjusted].reverse());
      }),
    );
  });

  it('leaves a single value alone and an empty list empty', () => {
    expect(benjaminiHochberg([0.03])).toEqual([0.03]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});

describe('fisherFewer', () => {
  it('the lady tasting tea (Agresti, Categorical Data Analysis: 0.243, one-sided)', () => {
    expect(fisherFewer(1, 3, 3, 1)).toBeCloseTo(17 / 70, 12);
  });

  it("Fisher's convictions of like-sex twins of criminals (R, ?fisher.test, alternative less)", () => {
    expect(fisherFewer(2, 10, 15, 3)).toBeCloseTo(0.0004652, 7);
  });

  it.each([
    [2, 1 / 6, false],
    [3, 1 / 20, false],
    [4, 1 / 70, true],
  ])('%i of %i, then none: 1 in the number of ways', (k, p, significant) => {
    expect(fisherFewer(0, k, k, 0)).toBeCloseTo(p, 14);
    expect(isSignificant(fisherFewer(0, k, k, 0))).toBe(significant);
  });

  it('with the other side it covers every table, this one twice', () => {
    const small = fc.integer({ min: 0, max: 30 });
    const choose = (n: number, k: number) => {
      let value = 1;
      for (let i = 1; i <= k; i += 1) value = (value * (n - k + i)) / i;
      return value;
    };
    fc.assert(
      fc.property(small, small, small, small, (a, b, c, d) => {
        const here = (choose(a + b, a) * choose(c + d, c)) / choose(a + b + c + d, a + c);
        expect(fisherFewer(a, b, c, d) + fisherFewer(b, a, d, c)).toBeCloseTo(1 + here, 9);
      }),
    );
  });
});

describe('holm', () => {
  it.each([
    // The worked example of the article "Holm–Bonferroni method" (Wikipedia).
    [
      [0.01, 0.04, 0.03, 0.005],
      [0.03, 0.06, 0.06, 0.02],
    ],
    // R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm").
    [
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [0.05, 0.08, 0.09, 0.09, 0.09],
    ],
    [[], []],
    [[0.03], [0.03]],
    [
      [1, 0.7],
      [1, 1],
    ],
  ])('%j', (raw, adjusted) => {
    expect(holm(raw).map((p) => Number(p.toFixed(12)))).toEqual(adjusted);
  });

  it('keeps the order, is never below the raw value, nor below what Benjamini and Hochberg allow, nor above Bonferroni', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (raw) => {
        const adjusted = holm(raw);
        const discovery = benjaminiHochberg(raw);
        raw.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(Math.max(p, (discovery[i] ?? 9) - 1e-12));
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * raw.length) + Math.max(...raw));
          raw.forEach((q, j) => {
            if (p < q) expect(adjusted[i] ?? 9).toBeLessThanOrEqual(adjusted[j] ?? -9);
          });
        });
        const smallest = Math.min(...raw);
        if (raw.length > 0) expect(Math.min(...adjusted)).toBeCloseTo(Math.min(1, smallest * raw.length), 12);
      }),
    );
  });
});

describe('binomialAtLeast', () => {
  it('adds up what is at least so much', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 0, max: 160 }), rate, (n, k, p) => {
        let sum = 0;
        for (let i = k; i <= n; i += 1) sum += binomial(i, n, p);
        expect(binomialAtLeast(k, n, p)).toBeCloseTo(sum, 9);
      }),
    );
  });

  it.each([
    // Of 3 tosses 2 or more are heads in 4 of 8 cases; 2 sixes in 4 throws in 171 of 1,296; and the edges.
    [2, 3, 0.5, 0.5],
    [2, 4, 1 / 6, 171 / 1_296],
    [0, 0, 0.5, 1],
    [1, 0, 0.5, 0],
    [7, 7, 1, 1],
    [1, 7, 0, 0],
  ])('%i of %i at %f', (k, n, rate, chance) => {
    expect(binomialAtLeast(k, n, rate)).toBeCloseTo(chance, 12);
  });
});
