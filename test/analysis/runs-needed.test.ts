import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measurePairs, measureSides, overallVerdict } from '../../src/analysis/measure.ts';
import { MOST_MORE, pairsNeeded, sidesNeeded } from '../../src/analysis/runs-needed.ts';
import { binomial, fisherExact, mcnemarExact } from '../../src/analysis/statistics.ts';

const small = (max: number) => fc.integer({ min: 0, max });
const cellsOf = (max: number) =>
  fc.record({ both: small(max), first_only: small(max), second_only: small(max), neither: small(max) });
const isClear = (measured: Parameters<typeof overallVerdict>[0]) =>
  ['better', 'worse'].includes(overallVerdict(measured));
const isSure = (p: number) => p < 0.05 - 1e-9;

describe('pairs', () => {
  it.each([
    // Five of five, and six are the least that can tell.
    [
      { both: 0, first_only: 5, second_only: 0, neither: 0 },
      { at_least: 1, more: 1, per_side: 6 },
    ],
    [
      { both: 0, first_only: 1, second_only: 0, neither: 0 },
      { at_least: 5, more: 5, per_side: 6 },
    ],
    [
      { both: 0, first_only: 0, second_only: 5, neither: 0 },
      { at_least: 1, more: 1, per_side: 6 },
    ],
    // Three of eight: three further ones, which eleven runs have with a chance of 0.84 and ten with 0.79.
    [
      { both: 5, first_only: 3, second_only: 0, neither: 0 },
      { at_least: 3, more: 11, per_side: 19 },
    ],
    [
      { both: 21, first_only: 0, second_only: 3, neither: 0 },
      { at_least: 3, more: 34, per_side: 58 },
    ],
    // Nine one way against one the other are p = 0.021; eight are p = 0.039.
    [
      { both: 0, first_only: 5, second_only: 1, neither: 4 },
      { at_least: 3, more: 17, per_side: 27 },
    ],
  ])('%j', (cells, needed) => {
    expect(pairsNeeded(cells)).toEqual(needed);
  });

  it.each([
    { both: 3, first_only: 2, second_only: 2, neither: 1 },
    { both: 3, first_only: 0, second_only: 0, neither: 1 },
    { both: 0, first_only: 0, second_only: 0, neither: 0 },
  ])('name no number where nothing leans: %j', (cells) => {
    expect(pairsNeeded(cells)).toBeUndefined();
  });

  it('name the least that makes interval and test clear, and no fewer', () => {
    fc.assert(
      fc.property(cellsOf(9), (cells) => {
        const needed = pairsNeeded(cells);
        if (isClear(measurePairs(cells)) || needed === undefined) return;
        const way = cells.first_only > cells.second_only ? 'first_only' : 'second_only';
        const then = (more: number) => measurePairs({ ...cells, [way]: cells[way] + more });
        expect(isClear(then(needed.at_least))).toBe(true);
        for (let fewer = 0; fewer < needed.at_least; fewer += 1) expect(isClear(then(fewer))).toBe(false);
      }),
    );
  });

  /** By going through all outcomes of `more` further pairs. */
  function chanceOf(
    more: number,
    { both, first_only, second_only, neither }: Parameters<typeof measurePairs>[0],
  ): number {
    const total = both + first_only + second_only + neither;
    const [often, rarely] = [Math.max(first_only, second_only), Math.min(first_only, second_only)];
    let chance = 0;
    for (let changed = 0; changed <= more; changed += 1)
      for (let oftener = 0; oftener <= changed; oftener += 1) {
        const [a, b] = [often + oftener, rarely + changed - oftener];
        if (a > b && isSure(mcnemarExact(a, b)))
          chance +=
            binomial(changed, more, (often + rarely) / total) * binomial(oftener, changed, often / (often + rarely));
      }
    return chance;
  }

  it('name the first number of runs with a power of 0.8, by the test itself', () => {
    fc.assert(
      fc.property(cellsOf(6), (cells) => {
        const needed = pairsNeeded(cells);
        if (isClear(measurePairs(cells)) || needed?.more === undefined || needed.more > 60) return;
        expect(chanceOf(needed.more, cells)).toBeGreaterThanOrEqual(0.8 - 1e-9);
        for (let fewer = needed.at_least; fewer < needed.more; fewer += 1)
          expect(chanceOf(fewer, cells)).toBeLessThan(0.8 + 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it('and the interval leaves out zero wherever the test is clear, so that the test alone decides', () => {
    fc.assert(
      fc.property(cellsOf(60), (cells) => {
        fc.pre(cells.both + cells.first_only + cells.second_only + cells.neither > 0);
        expect(isClear(measurePairs(cells))).toBe(isSure(mcnemarExact(cells.first_only, cells.second_only)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('sides that are not paired', () => {
  it.each([
    [
      { passed: 0, judged: 3 },
      { passed: 3, judged: 3 },
      { at_least: 1, more: 1, per_side: 4 },
    ],
    [
      { passed: 3, judged: 3 },
      { passed: 0, judged: 3 },
      { at_least: 1, more: 1, per_side: 4 },
    ],
    [
      { passed: 0, judged: 1 },
      { passed: 2, judged: 2 },
      { at_least: 2, more: 2, per_side: 3 },
    ],
  ])('%j %j', (before, after, needed) => {
    expect(sidesNeeded(before, after)).toEqual(needed);
  });

  it('name no number where the rates are equal, or a side has none', () => {
    expect(sidesNeeded({ passed: 1, judged: 3 }, { passed: 2, judged: 6 })).toBeUndefined();
    expect(sidesNeeded({ passed: 0, judged: 0 }, { passed: 1, judged: 2 })).toBeUndefined();
    expect(sidesNeeded({ passed: 1, judged: 2 }, { passed: 0, judged: 0 })).toBeUndefined();
  });

  const side = fc.tuple(small(8), small(8)).map(([passed, failed]) => ({ passed, judged: passed + failed + 1 }));

  it('name the least, and the first number with a power of 0.8, by the test itself', () => {
    fc.assert(
      fc.property(side, side, (before, after) => {
        const needed = sidesNeeded(before, after);
        if (needed === undefined || isClear(measureSides(before, after))) return;
        const [up, down] =
          after.passed / after.judged > before.passed / before.judged ? [after, before] : [before, after];
        const best = (more: number) =>
          measureSides(
            { passed: down.passed, judged: down.judged + more },
            { passed: up.passed + more, judged: up.judged + more },
          );
        expect(isClear(best(needed.at_least))).toBe(true);
        for (let fewer = 0; fewer < needed.at_least; fewer += 1) expect(isClear(best(fewer))).toBe(false);
        if (needed.more === undefined || needed.more > 25) return;
        const chance = (more: number) => {
          let sum = 0;
          for (let a = 0; a <= more; a += 1)
            for (let b = 0; b <= more; b += 1) {
              const [high, low] = [up.passed + a, down.passed + b];
              const [many, few] = [up.judged + more, down.judged + more];
              if (high / many > low / few && isSure(fisherExact(high, many - high, low, few - low)))
                sum += binomial(a, more, up.passed / up.judged) * binomial(b, more, down.passed / down.judged);
            }
          return sum;
        };
        expect(chance(needed.more)).toBeGreaterThanOrEqual(0.8 - 1e-9);
        for (let fewer = needed.at_least; fewer < needed.more; fewer += 1)
          expect(chance(fewer)).toBeLessThan(0.8 + 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});

it('a difference that is no plan to tell has no number, and finding that out takes no second', () => {
  const began = performance.now();
  expect(pairsNeeded({ both: 40_000, first_only: 5_001, second_only: 5_000, neither: 40_000 })).toEqual({
    at_least: expect.any(Number),
  });
  expect(sidesNeeded({ passed: 5_000, judged: 10_000 }, { passed: 5_001, judged: 10_000 })).toEqual({
    at_least: expect.any(Number),
  });
  const close = sidesNeeded({ passed: 500, judged: 1_000 }, { passed: 540, judged: 1_000 });
  expect(close?.more).toBeGreaterThan(500);
  expect(close?.more).toBeLessThan(MOST_MORE);
  expect(performance.now() - began).toBeLessThan(3_000);
});
