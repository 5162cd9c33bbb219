import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallsOf } from '../../src/analysis/falls.ts';
import { pairRuns, recorder } from '../../src/analysis/pairing.ts';
import type { Run } from '../../src/model/schemas.ts';
import { aRun } from './runs.ts';

/** `{ a: 'PF' }` = test a, two runs: P passed, F failed, E error. */
const runsOf = (tests: Record<string, string>): Run[] =>
  Object.entries(tests).flatMap(([name, runs]) =>
    [...runs].map((one) =>
      aRun({
        test: `synthflow/case/${name}`,
        name,
        verdict: one === 'P' ? 'passed' : one === 'F' ? 'failed' : 'error',
      }),
    ),
  );
const falls = (
  before: Record<string, string>,
  after: Record<string, string>,
  open: { before?: number; after?: number } = { before: 0, after: 0 },
) => {
  const record = recorder();
  return fallsOf(pairRuns(runsOf(before).map(record), runsOf(after).map(record), 'test'), open);
};
const P = (count: number) => 'P'.repeat(count);
const F = (count: number) => 'F'.repeat(count);

describe('one test', () => {
  it.each([
    // One in 70 ways; one in 20 is 0.05 and not below it.
    [4, 'proven', 1 / 70],
    [3, 'no', 1 / 20],
    [2, 'no', 1 / 6],
  ])('passed %i of %i and fails as often: %s', (k, fell, p) => {
    const found = falls({ a: P(k) }, { a: F(k) });
    expect(found).toMatchObject({ repeated: 1, fell });
    const [one] = fell === 'proven' ? found.regressed : found.suspicions;
    expect(one).toMatchObject({
      test: 'synthflow/case/a',
      name: 'a',
      before: { passed: k, judged: k },
      after: { passed: 0, judged: k },
    });
    expect(one?.p_value).toBeCloseTo(p, 12);
    expect(one?.p_value_adjusted).toBeCloseTo(p, 12);
  });

  it.each([
    ['a single run each', { a: 'P' }, { a: 'F' }],
    ['one run on a side', { a: 'PP' }, { a: 'F' }],
    ['errors are no failures', { a: 'PP' }, { a: 'FE' }],
    ['it rose', { a: F(9) }, { a: P(9) }],
    ['another test', { a: P(9) }, { b: F(9) }],
    ['failed once before', { a: 'PPF' }, { a: 'FFF' }],
    ['passes once now', { a: 'PPP' }, { a: 'FFP' }],
  ])('no suspicion: %s', (_, before, after) => {
    expect(falls(before, after)).toMatchObject({ regressed: [], suspicions: [], fell: 'no' });
  });
});

describe('among many', () => {
  const others = (count: number, runs: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`o${i}`, runs]));

  it('is corrected for how many were looked at', () => {
    expect(falls({ a: P(5), ...others(11, 'PF') }, { a: F(5), ...others(11, 'FP') }).fell).toBe('proven');
    const twelve = falls({ a: P(5), ...others(12, 'PF') }, { a: F(5), ...others(12, 'FP') });
    expect(twelve).toMatchObject({ repeated: 13, fell: 'no' });
    expect(twelve.suspicions[0]?.p_value_adjusted).toBeCloseTo(13 / 252, 12);
    // Tests with one run on a side were not looked at.
    expect(falls({ a: P(5), ...others(40, 'P') }, { a: F(5), ...others(40, 'F') }).fell).toBe('proven');
  });

  it('step by step: the second counts one fewer', () => {
    const found = falls({ a: P(6), b: P(4), c: 'PF', d: 'PF' }, { a: F(6), b: F(4), c: 'PF', d: 'PF' });
    expect(found.regressed.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(found.regressed[1]?.p_value_adjusted).toBeCloseTo(3 / 70, 12);
  });

  it('of sessions alike a test is called fallen in fewer than one of twenty', () => {
    let state = 7;
    const chance = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const drawn = (rates: readonly number[]) =>
      Object.fromEntries(
        rates.map((rate, i) => [`t${i}`, Array.from({ length: 5 }, () => (chance() < rate ? 'P' : 'F')).join('')]),
      );
    let wrong = 0;
    for (let round = 0; round < 2_000; round += 1) {
      const rates = Array.from({ length: 6 }, chance);
      if (falls(drawn(rates), drawn(rates)).fell === 'proven') wrong += 1;
    }
    expect(wrong).toBeLessThan(100);
  });
});

describe('with open runs', () => {
  it('counts only what holds whatever they come to', () => {
    const side = { before: { a: P(6) }, after: { a: F(6) } };
    expect(falls(side.before, side.after, { before: 1, after: 1 }).fell).toBe('proven');
    expect(falls(side.before, side.after, { before: 3, after: 3 })).toMatchObject({ fell: 'possible', regressed: [] });
    expect(falls(side.before, side.after, { before: undefined, after: 0 })).toMatchObject({ fell: 'possible' });
    // Those that are missing may be a test of their own that fell.
    expect(falls({ b: 'P' }, { b: 'P' }, { before: 4, after: 4 }).fell).toBe('possible');
    expect(falls({ b: 'P' }, { b: 'P' }, { before: 3, after: 3 }).fell).toBe('no');
  });

  it('is right about every way in which they may come out', () => {
    const letters = fc.array(fc.constantFrom('P', 'F'), { maxLength: 6 }).map((list) => list.join(''));
    const side = fc.record({ a: letters, b: letters, c: letters });
    const open = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('P', 'F')), { maxLength: 5 });
    const withOpen = (runs: Record<string, string>, more: readonly (readonly [string, string])[]) => {
      const all: Record<string, string> = { ...runs };
      for (const [test, letter] of more) all[test] = (all[test] ?? '') + letter;
      return all;
    };
    fc.assert(
      fc.property(side, side, open, open, (before, after, left, right) => {
        const { fell } = falls(before, after, { before: left.length, after: right.length });
        const then = falls(withOpen(before, left), withOpen(after, right)).fell;
        if (fell !== 'possible') expect(then).toBe(fell);
      }),
      { numRuns: 2_000 },
    );
  });
});
