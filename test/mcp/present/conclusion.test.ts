import { describe, expect, it } from 'vitest';
import { conclusionOf, fallsSentence, scope, worthRepeating } from '../../../src/mcp/present/conclusion.ts';

type Facts = Parameters<typeof conclusionOf>[0];

const NONE: Facts['counts'] = {
  regressed: 0,
  suspicions: 0,
  broken: 0,
  broken_tests: 0,
  fixed: 0,
  fixed_tests: 0,
  still_failing: 0,
  flaky: 0,
  new: 0,
  gone: 0,
  evaluations_fell: 0,
  evaluations_rose: 0,
  evaluations_one_sided: 0,
  evaluations_unchanged: 0,
};

const words = (given: Partial<Facts> = {}) =>
  conclusionOf({
    verdict: 'better',
    method: 'paired',
    compared_before: { passed: 20, judged: 40 },
    compared_after: { passed: 34, judged: 40 },
    difference: 0.35,
    interval: [0.19, 0.49],
    p_value: 0.0001,
    counts: { ...NONE, fixed: 15, broken: 1, still_failing: 5 },
    repeated_tests: 0,
    ...given,
  });

describe('the conclusion', () => {
  it('says better with all its numbers', () => {
    expect(words()).toBe(
      'Better: 50 % → 85 % passed of 40 paired runs: +35 points, 95 % interval +19 to +49, exact McNemar p < 0.001. 15 fixed, 1 broken.',
    );
  });

  it('says worse', () => {
    const worse = words({ verdict: 'worse', difference: -0.35, interval: [-0.49, -0.19] });
    expect(worse).toMatch(/^Worse: /);
    expect(worse).toContain('−35 points, 95 % interval −49 to −19');
  });

  it('names Fisher and both sizes where runs are not paired', () => {
    const text = words({ method: 'independent', compared_before: { passed: 5, judged: 10 } });
    expect(text).toContain('(10 runs before, 40 after, not paired)');
    expect(text).toContain('exact Fisher');
    expect(text).not.toContain('fixed');
  });

  it('says what it would take where the interval holds zero', () => {
    const unclear = { verdict: 'no clear difference', interval: [-0.01, 0.49], p_value: 0.06 } as const;
    expect(
      words({ ...unclear, interval: [-0.01, 0.49], runs_needed: { at_least: 30, per_side: 1_240, more: 1_200 } }),
    ).toContain(
      'The interval holds zero. If further runs go as these, 1,200 more runs per side would tell (power 0.8); fewer than 30 pairs cannot, even if each changes the same way.',
    );
  });

  it('says that only the exact test disagrees', () => {
    const text = words({ verdict: 'no clear difference', interval: [0.01, 0.49], p_value: 0.0501 });
    expect(text).toContain('p = 0.0501');
    expect(text).toContain('exact test does not confirm');
  });

  it.each([
    [{ at_least: 1, per_side: 6, more: 1 }, ' 1 more run per side would tell'],
    [{ at_least: 400 }, 'more than 2,000 further runs per side would be needed to tell'],
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

  it('says which proof a test fell by, and what all together come to', () => {
    const fall = { before: { passed: 5, judged: 5 }, after: { passed: 0, judged: 5 }, p_value_adjusted: 0.0119 };
    const regressed = { verdict: 'regressed', regressed: [fall], repeated_tests: 3 } as const;
    const counts = { ...NONE, regressed: 1, fixed: 15, broken: 1 };
    expect(words({ ...regressed, regressed: [fall], overall: 'better', counts })).toMatch(
      /^Regressed: 1 test fell \(one-sided exact Fisher, Holm over 3 repeated, p = 0\.01\)\. All runs together: better: 50 % → 85 % passed/,
    );
    const held = { ...regressed, regressed: [{ ...fall, p_value_adjusted: undefined }], counts };
    expect(words({ ...nothing, ...held, overall: 'incomplete', open_runs: { before: 0, after: 2 } })).toBe(
      'Regressed: 1 test fell (whatever the missing runs would show). All runs together: undecided: runs are missing or not finished (0 before, 2 after), and they could change the verdict, so that nothing is concluded.',
    );
  });

  it('never rounds an interval onto zero', () => {
    expect(words({ interval: [0.00001, 0.4] })).toContain('+0.001 to +40');
  });
});

describe('beside the conclusion', () => {
  const coverage = { complete: true, read: 40 };

  it.each([
    [{ repeated_tests: 0, counts: NONE }, ''],
    [{ repeated_tests: 8, counts: NONE }, 'Of 8 repeated tests none provably fell.'],
    [{ repeated_tests: 8, counts: { ...NONE, regressed: 1 } }, ''],
    [
      { repeated_tests: 8, counts: { ...NONE, regressed: 1, suspicions: 1 } },
      'Suspicion: 1 test passed every time before and fails every time now; too few runs to prove it.',
    ],
    [
      { repeated_tests: 8, counts: { ...NONE, suspicions: 2 }, coverage: { complete: false, read: 4 } },
      'Suspicion: 2 tests passed every time before and fail every time now that was read; too few runs to prove it.',
    ],
  ])('what single tests came to: %j', (given, said) => {
    expect(fallsSentence({ coverage, ...given })).toBe(said);
  });

  it.each([
    [{ verdict: 'better', tests: 8, tests_changed: 2 }, 'the 2 tests that changed only'],
    [{ verdict: 'worse', tests: 1, tests_changed: 1 }, 'the 1 test that changed only'],
    [{ verdict: 'regressed', overall: 'better', tests: 5, tests_changed: 5 }, 'the 5 tests that changed only'],
    [{ verdict: 'better', tests: 4 }, 'the 4 tests'],
    [{ verdict: 'better', tests: 8, tests_changed: 6 }, undefined],
    [{ verdict: 'no clear difference', tests: 1, tests_changed: 1 }, undefined],
    [{ verdict: 'regressed', overall: 'no clear difference', tests: 1, tests_changed: 1 }, undefined],
  ] as const)('for which tests it holds: %j', (given, said) => {
    if (said === undefined) expect(scope(given)).toBe('');
    else expect(scope(given)).toContain(said);
  });

  it('what to run again, and how often', () => {
    const repeat = { tests: ['synthflow/case/a', 'synthflow/case/b'], times: 3 };
    expect(worthRepeating({ repeat })).toContain(
      '2 tests that changed (synthflow/case/a, synthflow/case/b), 3 times more on each side',
    );
    const next = ['start_simulation test=synthflow/case/a,synthflow/case/b repeat=3'];
    expect(worthRepeating({ repeat, next })).toContain('2 tests that changed, 3 times more on each side');
    expect(worthRepeating({ repeat: { ...repeat, times: 1 } })).toContain('once more on each side');
    expect(worthRepeating({})).toBe('');
  });
});
