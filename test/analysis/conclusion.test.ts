import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConclusionFacts, conclude } from '../../src/analysis/conclusion.ts';

const facts = (given: Partial<ConclusionFacts> = {}): ConclusionFacts => ({
  paired: true,
  before: { passed: 20, judged: 40 },
  after: { passed: 34, judged: 40 },
  difference: 0.35,
  interval: [0.19, 0.49],
  p_value: 0.0001,
  fixed: 15,
  broken: 1,
  ...given,
});

describe('conclude', () => {
  it('says better with all its numbers', () => {
    expect(conclude(facts())).toEqual({
      verdict: 'better',
      text: 'Better: 50% → 85% passed of 40 paired runs: +35 points, 95% interval +19 to +49, exact McNemar p < 0.001. 15 fixed, 1 broken.',
    });
  });

  it('says worse', () => {
    const worse = conclude(facts({ difference: -0.35, interval: [-0.49, -0.19] }));
    expect(worse.verdict).toBe('worse');
    expect(worse.text).toContain('Worse: ');
    expect(worse.text).toContain('−35 points, 95% interval −49 to −19');
  });

  it('names Fisher and both sizes where runs are not paired', () => {
    const { text } = conclude(facts({ paired: false, before: { passed: 5, judged: 10 } }));
    expect(text).toContain('(10 runs before, 40 after, not paired)');
    expect(text).toContain('exact Fisher');
    expect(text).not.toContain('fixed');
  });

  it('says no clear difference when the interval holds zero, and what it would take', () => {
    const needed = { per_side: 1_240, more: 1_200 };
    const result = conclude(facts({ interval: [-0.01, 0.49], p_value: 0.06, needed }));
    expect(result.verdict).toBe('no clear difference');
    expect(result.runs_needed).toEqual(needed);
    expect(result.text).toContain(
      'The interval holds zero. If the true difference is this large, about 1,200 more runs',
    );
  });

  it('says no clear difference when only the exact test disagrees', () => {
    const result = conclude(facts({ interval: [0.01, 0.49], p_value: 0.0501 }));
    expect(result.verdict).toBe('no clear difference');
    expect(result.text).toContain('p = 0.0501');
    expect(result.text).toContain('exact test does not confirm');
  });

  it.each([
    [{ per_side: 41, more: 1 }, 'about 1 more run per side'],
    [{ per_side: 30, more: 0 }, 'a few more runs per side'],
    [{ per_side: 9e6, more: 9e6 }, 'more than 100,000 further runs per side'],
    [undefined, 'no number of further runs'],
  ])('%j: %s', (needed, words) => {
    expect(conclude(facts({ interval: [-0.1, 0.4], p_value: 0.2, needed })).text).toContain(words);
  });

  it.each([
    [true, 0, 0, 'no test has a judged run on both sides'],
    [false, 0, 0, 'no judged run on either side'],
    [false, 0, 5, 'no judged run on the side before'],
    [false, 5, 0, 'no judged run on the side after'],
  ])('says when there is nothing to compare: %s %i %i', (paired, before, after, words) => {
    const nothing = { difference: undefined, interval: undefined, p_value: undefined };
    const result = conclude(
      facts({ paired, before: { passed: 0, judged: before }, after: { passed: 0, judged: after }, ...nothing }),
    );
    expect(result.verdict).toBe('incomplete');
    expect(result.text).toContain(words);
  });

  it('never rounds an interval onto zero', () => {
    const { text } = conclude(facts({ interval: [0.00001, 0.4] }));
    expect(text).toContain('+0.001 to +40');
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
