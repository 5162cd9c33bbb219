import { describe, expect, it } from 'vitest';
import { conclusionOf } from '../../../src/mcp/present/conclusion.ts';

type Facts = Parameters<typeof conclusionOf>[0];

const words = (given: Partial<Facts> = {}) =>
  conclusionOf({
    verdict: 'better',
    method: 'paired',
    compared_before: { passed: 20, judged: 40 },
    compared_after: { passed: 34, judged: 40 },
    difference: 0.35,
    interval: [0.19, 0.49],
    p_value: 0.0001,
    counts: { fixed: 15, broken: 1, still_failing: 5, flaky: 0, new: 0, gone: 0 },
    ...given,
  });

describe('the conclusion', () => {
  it('says better with all its numbers', () => {
    expect(words()).toBe(
      'Better: 50% → 85% passed of 40 paired runs: +35 points, 95% interval +19 to +49, exact McNemar p < 0.001. 15 fixed, 1 broken.',
    );
  });

  it('says worse', () => {
    const worse = words({ verdict: 'worse', difference: -0.35, interval: [-0.49, -0.19] });
    expect(worse).toMatch(/^Worse: /);
    expect(worse).toContain('−35 points, 95% interval −49 to −19');
  });

  it('names Fisher and both sizes where runs are not paired', () => {
    const text = words({ method: 'independent', compared_before: { passed: 5, judged: 10 } });
    expect(text).toContain('(10 runs before, 40 after, not paired)');
    expect(text).toContain('exact Fisher');
    expect(text).not.toContain('fixed');
  });

  it('says what it would take where the interval holds zero', () => {
    const unclear = { verdict: 'no clear difference', interval: [-0.01, 0.49], p_value: 0.06 } as const;
    expect(words({ ...unclear, interval: [-0.01, 0.49], runs_needed: { per_side: 1_240, more: 1_200 } })).toContain(
      'The interval holds zero. If the true difference is this large, about 1,200 more runs',
    );
  });

  it('says that only the exact test disagrees', () => {
    const text = words({ verdict: 'no clear difference', interval: [0.01, 0.49], p_value: 0.0501 });
    expect(text).toContain('p = 0.0501');
    expect(text).toContain('exact test does not confirm');
  });

  it.each([
    [{ per_side: 41, more: 1 }, 'about 1 more run per side'],
    [{ per_side: 30, more: 0 }, 'a few more runs per side'],
    [{ per_side: 9e6, more: 9e6 }, 'more than 100,000 further runs per side'],
    [undefined, 'no number of further runs'],
  ])('%j: %s', (runs_needed, said) => {
    expect(words({ verdict: 'no clear difference', interval: [-0.1, 0.4], p_value: 0.2, runs_needed })).toContain(said);
  });

  const nothing = { verdict: 'incomplete', difference: undefined, interval: undefined, p_value: undefined } as const;

  it.each([
    ['paired', 0, 0, 'no test has a judged run on both sides'],
    ['independent', 0, 0, 'no judged run on either side'],
    ['independent', 0, 5, 'no judged run on the side before'],
    ['independent', 5, 0, 'no judged run on the side after'],
  ] as const)('says when there is nothing to compare: %s %i %i', (method, before, after, said) => {
    const sides = { compared_before: { passed: 0, judged: before }, compared_after: { passed: 0, judged: after } };
    expect(words({ ...nothing, method, ...sides })).toMatch(new RegExp(`^Incomplete: .*${said}, so that nothing`));
  });

  it.each([
    [{ before: 3, after: 0 }, 'runs are missing or not finished (3 before, 0 after)'],
    [{ before: 3 }, 'it is not known how many runs are missing'],
  ])('says which open runs could change the verdict: %j', (open_runs, said) => {
    expect(words({ ...nothing, open_runs })).toBe(
      `Incomplete: ${said}, and they could change the verdict, so that nothing is concluded.`,
    );
  });

  it('names no rate of a reading that is not complete, though its verdict holds', () => {
    expect(words({ ...nothing, verdict: 'worse' })).toBe(
      'Worse, whatever the missing runs would show: of the compared runs that were read, 20 of 40 passed before, 34 of 40 after.',
    );
  });

  it('never rounds an interval onto zero', () => {
    expect(words({ interval: [0.00001, 0.4] })).toContain('+0.001 to +40');
  });
});
