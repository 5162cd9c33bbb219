import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conclude } from '../../src/analysis/conclusion.ts';
import { type Measured, overallVerdict } from '../../src/analysis/measure.ts';

const measured = (given: Partial<Measured> = {}): Measured => ({
  method: 'paired',
  before: { passed: 20, judged: 40 },
  after: { passed: 34, judged: 40 },
  difference: 0.35,
  interval: [0.19, 0.49],
  p_value: 0.0001,
  ...given,
});

describe('over all runs together', () => {
  it.each([
    [{}, 'better'],
    [{ difference: -0.35, interval: [-0.49, -0.19] }, 'worse'],
    [{ interval: [-0.01, 0.49], p_value: 0.06 }, 'no clear difference'],
    // Only the exact test disagrees; a p of 0.05 that came out a hair less is none below it.
    [{ interval: [0.01, 0.49], p_value: 0.0501 }, 'no clear difference'],
    [{ interval: [0.01, 0.49], p_value: 0.05 - 1e-16 }, 'no clear difference'],
    [{ difference: undefined, interval: undefined, p_value: undefined }, 'incomplete'],
  ] as const)('%j: %s', (given, verdict) => {
    expect(overallVerdict(measured(given as Partial<Measured>))).toBe(verdict);
  });

  it('is better or worse only when interval and test both say so', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(number(-1, 1), number(0, 0.5), number(0, 0.5), number(0, 1), (difference, down, up, p_value) => {
        const interval: [number, number] = [difference - down, difference + up];
        const verdict = overallVerdict(measured({ difference, interval, p_value }));
        if (verdict === 'better') expect(interval[0] > 0 && p_value < 0.05).toBe(true);
        if (verdict === 'worse') expect(interval[1] < 0 && p_value < 0.05).toBe(true);
        if (interval[0] <= 0 && interval[1] >= 0) expect(verdict).toBe('no clear difference');
      }),
    );
  });
});

describe('the verdict of a comparison', () => {
  it.each([
    // A test that fell is never hidden behind others that rose.
    ['better', true, 'proven', { verdict: 'regressed', overall: 'better' }],
    ['no clear difference', true, 'proven', { verdict: 'regressed', overall: 'no clear difference' }],
    // All together worse says more.
    ['worse', true, 'proven', { verdict: 'worse' }],
    ['worse', true, 'possible', { verdict: 'worse' }],
    ['better', true, 'no', { verdict: 'better' }],
    ['worse', true, 'no', { verdict: 'worse' }],
    ['no clear difference', true, 'no', { verdict: 'no clear difference' }],
    ['incomplete', true, 'no', { verdict: 'incomplete' }],
    // Open runs may turn what all together come to, and not what one test came to; or the other way round.
    ['better', false, 'proven', { verdict: 'regressed', overall: 'incomplete' }],
    ['worse', false, 'proven', { verdict: 'regressed', overall: 'incomplete' }],
    ['better', true, 'possible', { verdict: 'incomplete' }],
    ['better', false, 'no', { verdict: 'incomplete' }],
    ['worse', false, 'no', { verdict: 'incomplete' }],
  ] as const)('%s, settled %s, a test fell: %s', (overall, settled, fell, conclusion) => {
    expect(conclude(overall, settled, fell)).toEqual(conclusion);
  });
});
