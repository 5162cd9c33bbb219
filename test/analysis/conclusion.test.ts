import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConclusionFacts, conclude } from '../../src/analysis/conclusion.ts';

const facts = (given: Partial<ConclusionFacts> = {}): ConclusionFacts => ({
  difference: 0.35,
  interval: [0.19, 0.49],
  p_value: 0.0001,
  ...given,
});

describe('conclude', () => {
  it('says better and worse', () => {
    expect(conclude(facts())).toEqual({ verdict: 'better' });
    expect(conclude(facts({ difference: -0.35, interval: [-0.49, -0.19] }))).toEqual({ verdict: 'worse' });
  });

  it('says no clear difference when the interval holds zero, and what it would take', () => {
    const needed = { per_side: 1_240, more: 1_200 };
    expect(conclude(facts({ interval: [-0.01, 0.49], p_value: 0.06, needed }))).toEqual({
      verdict: 'no clear difference',
      runs_needed: needed,
    });
  });

  it('says no clear difference when only the exact test disagrees', () => {
    expect(conclude(facts({ interval: [0.01, 0.49], p_value: 0.0501 })).verdict).toBe('no clear difference');
  });

  it('says incomplete where nothing was compared', () => {
    expect(conclude({})).toEqual({ verdict: 'incomplete' });
  });

  it('is better or worse only when interval and test both say so', () => {
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(number(-1, 1), number(0, 0.5), number(0, 0.5), number(0, 1), (difference, down, up, p_value) => {
        const interval: [number, number] = [difference - down, difference + up];
        const { verdict } = conclude(facts({ difference, interval, p_value }));
        if (verdict === 'better') expect(interval[0] > 0 && p_value < 0.05).toBe(true);
        if (verdict === 'worse') expect(interval[1] < 0 && p_value < 0.05).toBe(true);
        if (interval[0] <= 0 && interval[1] >= 0) expect(verdict).toBe('no clear difference');
      }),
    );
  });
});
