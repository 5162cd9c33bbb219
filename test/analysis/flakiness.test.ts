import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flakeRate, flakinessFold, passAll, testKey } from '../../src/analysis/flakiness.ts';
import type { RunVerdict } from '../../src/model/schemas.ts';
import { aRun } from './runs.ts';

const outcomes = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 });

/** Every way to choose k of the outcomes. */
function subsets(all: readonly boolean[], k: number): boolean[][] {
  if (k === 0) return [[]];
  return all.flatMap((first, i) => subsets(all.slice(i + 1), k - 1).map((rest) => [first, ...rest]));
}

describe('passAll', () => {
  it.each([
    // C(c, k) / C(n, k), the estimator of pass^k (Yao et al. 2024, tau-bench, section 3).
    [4, 5, 1, 0.8],
    [4, 5, 2, 6 / 10],
    [4, 5, 4, 1 / 5],
    [4, 5, 5, 0],
    [5, 5, 5, 1],
    [0, 3, 1, 0],
  ])('%i of %i passed, k = %i', (passed, tries, k, rate) => {
    expect(passAll(passed, tries, k)).toBeCloseTo(rate, 12);
  });

  it('is absent with fewer tries than k', () => {
    expect(passAll(2, 2, 3)).toBeUndefined();
  });

  it('is the share of all choices of k tries that pass throughout', () => {
    fc.assert(
      fc.property(outcomes, fc.integer({ min: 1, max: 9 }), (all, k) => {
        fc.pre(k <= all.length);
        const chosen = subsets(all, k);
        const share = chosen.filter((tries) => tries.every(Boolean)).length / chosen.length;
        expect(passAll(all.filter(Boolean).length, all.length, k)).toBeCloseTo(share, 10);
      }),
    );
  });

  it('stays finite and falls with k for a million tries', () => {
    expect(passAll(999_999, 1_000_000, 8)).toBeCloseTo(1 - 8e-6, 9);
  });
});

describe('flakeRate', () => {
  it('is the share of all pairs of tries that disagree', () => {
    fc.assert(
      fc.property(outcomes, (all) => {
        fc.pre(all.length > 1);
        const pairs = subsets(all, 2);
        const share = pairs.filter(([a, b]) => a !== b).length / pairs.length;
        expect(flakeRate(all.filter(Boolean).length, all.filter((x) => !x).length)).toBeCloseTo(share, 10);
      }),
    );
  });

  it('is absent with one try', () => {
    expect(flakeRate(1, 0)).toBeUndefined();
  });
});

describe('testKey', () => {
  it('prefers the ref, falls back to the name, keeps variants apart', () => {
    expect(testKey({ test: 'coval/case/1', name: 'A' })).toBe('coval/case/1');
    expect(testKey({ name: 'A' })).toBe('name:A');
    expect(testKey({ test: 'coval/case/1', variant: 'm' })).not.toBe(testKey({ test: 'coval/case/1' }));
    expect(testKey({})).toBeUndefined();
  });
});

describe('flakinessFold', () => {
  const folded = (verdicts: Record<string, RunVerdict[]>, limit?: number) => {
    const fold = flakinessFold();
    for (const [name, list] of Object.entries(verdicts)) {
      for (const verdict of list) fold.add(aRun({ test: `synthflow/case/${name}`, name, verdict }));
    }
    return fold.result(limit);
  };

  it('is absent when nothing was repeated', () => {
    expect(folded({ a: ['passed'], b: ['failed'] })).toBeUndefined();
  });

  it('does not count broken, inconclusive or pending repeats', () => {
    expect(folded({ a: ['passed', 'error', 'pending', 'inconclusive'] })).toBeUndefined();
  });

  it('names flaky tests, worst first, and averages over the repeated ones', () => {
    const result = folded({
      steady: ['passed', 'passed', 'passed'],
      broken: ['failed', 'failed', 'failed'],
      some: ['passed', 'passed', 'failed', 'passed'],
      half: ['passed', 'failed'],
      once: ['failed'],
    });
    expect(result).toMatchObject({ repeated_tests: 4, flaky_tests: 2, omitted_tests: 0 });
    expect(result?.tests.map((test) => [test.name, test.passed, test.failed, test.flake_rate])).toEqual([
      ['half', 1, 1, 1],
      ['some', 3, 1, 0.5],
    ]);
    expect(result?.flake_rate).toBeCloseTo((0 + 0 + 0.5 + 1) / 4, 12);
    expect(result?.pass_k.map(({ k, tests }) => [k, tests])).toEqual([
      [1, 4],
      [2, 4],
      [3, 3],
      [4, 1],
    ]);
    expect(result?.pass_k[1]?.rate).toBeCloseTo((1 + 0 + 0.5 + 0) / 4, 12);
  });

  it('caps the list and counts the rest', () => {
    const result = folded({ a: ['passed', 'failed'], b: ['failed', 'passed'], c: ['passed', 'failed'] }, 1);
    expect(result?.tests).toHaveLength(1);
    expect(result?.omitted_tests).toBe(2);
  });

  it('does not depend on the order of runs', () => {
    const runs = fc.array(fc.record({ test: fc.constantFrom('a', 'b', 'c'), passed: fc.boolean() }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(runs, (list) => {
        const one = flakinessFold();
        const other = flakinessFold();
        const all = list.map(({ test, passed }) => aRun({ test, verdict: passed ? 'passed' : 'failed' }));
        for (const run of all) one.add(run);
        for (const run of [...all].reverse()) other.add(run);
        expect(one.result()?.flake_rate ?? -1).toBeCloseTo(other.result()?.flake_rate ?? -1, 12);
        expect(one.result()?.flaky_tests).toBe(other.result()?.flaky_tests);
      }),
    );
  });
});
