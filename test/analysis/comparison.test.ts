import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Comparison, compareRuns, comparison } from '../../src/analysis/comparison.ts';
import { RUN_VERDICTS, type Run, type RunVerdict } from '../../src/model/schemas.ts';
import { aRun, judged } from './runs.ts';

/** `{ a: 'PF' }` = test a, two repetitions: P passed, F failed, E error, I inconclusive, . pending. */
function session(tests: Record<string, string>, more: Partial<Run> = {}): Run[] {
  const letters: Record<string, RunVerdict> = {
    P: 'passed',
    F: 'failed',
    E: 'error',
    I: 'inconclusive',
    '.': 'pending',
  };
  return Object.entries(tests).flatMap(([name, repeats]) =>
    [...repeats].map((letter, iteration) => {
      const verdict = letters[letter] ?? 'pending';
      const evaluations =
        verdict === 'failed'
          ? [judged('Rule', 'failed', 'broke it')]
          : verdict === 'passed'
            ? [judged('Rule', 'passed')]
            : [];
      return aRun({ test: `synthflow/case/${name}`, name, iteration, verdict, evaluations, ...more });
    }),
  );
}
const names = (entries: readonly { name?: string }[]) => entries.map((entry) => entry.name).sort();
/** The same verdict for many tests: `many('P', 30)`. */
const many = (repeats: string, count: number, prefix = 't') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, repeats]));

describe('what happened to each test', () => {
  const result = compareRuns(
    session({ fixed: 'F', broken: 'P', bad: 'F', good: 'P', gone: 'P', err: 'E', later: 'P', vague: 'F' }),
    session({ fixed: 'P', broken: 'F', bad: 'F', good: 'P', fresh: 'F', err: 'P', later: '.', vague: 'I' }),
  );

  it('sorts tests into lists', () => {
    expect(names(result.fixed)).toEqual(['fixed']);
    expect(names(result.broken)).toEqual(['broken']);
    expect(names(result.still_failing)).toEqual(['bad']);
    expect(result.still_passing).toBe(1);
    expect(names(result.new)).toEqual(['fresh']);
    expect(names(result.gone)).toEqual(['gone']);
    expect(result.flaky).toEqual([]);
  });

  it('keeps broken, inconclusive and pending runs out of every rate', () => {
    expect(result).toMatchObject({ matched: 7, not_comparable: 3 });
    expect(result.before).toMatchObject({ passed: 2, judged: 4, rate: 0.5 });
    expect(result.after).toMatchObject({ passed: 2, judged: 4, rate: 0.5 });
    expect(result.notes.join(' ')).toContain(
      '3 pairs were left out of every rate (1 still pending, 1 broken, 1 inconclusive)',
    );
    expect(result.notes.join(' ')).toContain('1 new, 1 gone');
  });

  it('gives refs of both sides and what failed', () => {
    expect(result.fixed[0]).toEqual({
      test: 'synthflow/case/fixed',
      name: 'fixed',
      before: expect.stringMatching(/^synthflow\/run\//),
      after: expect.stringMatching(/^synthflow\/run\//),
      failed_evaluations: ['Rule'],
    });
    expect(result.broken[0]?.failed_evaluations).toEqual(['Rule']);
    expect(result.new[0]).toMatchObject({ runs: 1, verdict: 'failed', failed_evaluations: ['Rule'] });
    expect(result.new[0]).not.toHaveProperty('before');
    expect(result.gone[0]).not.toHaveProperty('after');
  });
});

describe('pairing', () => {
  it('pairs repetitions by their number where each has its own', () => {
    const before = session({ a: 'PF' });
    const after = session({ a: 'FP' }).reverse();
    const result = compareRuns(before, after);
    expect(result.fixed.map(({ before: ref }) => ref)).toEqual([before[1]?.ref]);
    expect(result.broken.map(({ before: ref }) => ref)).toEqual([before[0]?.ref]);
  });

  it('pairs repetitions in order where numbers are missing or doubled', () => {
    for (const iteration of [undefined, 0]) {
      const result = compareRuns(session({ a: 'PF' }, { iteration }), session({ a: 'PP' }, { iteration }));
      expect(result).toMatchObject({ matched: 2, still_passing: 1 });
      expect(result.fixed).toHaveLength(1);
    }
  });

  it('pairs numbers that both sides have, then the rest, and counts surplus repeats', () => {
    const before = session({ a: 'PPP' });
    const after = session({ a: 'PPPPP' }).slice(1);
    const result = compareRuns(before, after);
    expect(result.matched).toBe(3);
    expect(result.unpaired).toEqual({ before: 0, after: 1 });
    expect(result.notes.join(' ')).toContain('0 before, 1 after');
  });

  it('goes by name where a test has no ref, within one provider', () => {
    const unnamed = (letters: Record<string, string>, ref: string) =>
      session(letters, { test: undefined }).map((run, i) => ({ ...run, ref: `${ref}/run/${i}` }));
    expect(compareRuns(unnamed({ a: 'F' }, 'coval'), unnamed({ a: 'P' }, 'coval')).fixed).toHaveLength(1);
    expect(compareRuns(unnamed({ a: 'F' }, 'coval'), unnamed({ a: 'P' }, 'cognigy')).matched).toBe(0);
    const mixed = compareRuns(unnamed({ a: 'F', b: 'P' }, 'synthflow'), session({ a: 'P', b: 'P' }));
    expect(mixed).toMatchObject({ matched: 2, new: [], gone: [] });
  });

  it('does not go by a name that two tests share', () => {
    const before = session({ a: 'F' }, { test: undefined });
    const after = [...session({ a: 'P' }), ...session({ a: 'P' }, { test: 'synthflow/case/other' })];
    expect(compareRuns(before, after).matched).toBe(0);
  });

  it('takes two refs for two tests, says that names agree, and pairs by name only when asked', () => {
    const before = session({ 'Late cancellation': 'F' });
    const after = session({ 'late  cancellation': 'P' }, { ref: 'coval/run/1', test: 'coval/case/7' });
    expect(compareRuns(before, after)).toMatchObject({ matched: 0 });
    expect(compareRuns(before, after, { match: 'name' }).fixed).toHaveLength(1);
    const renewed = session({ 'Late cancellation': 'P' }, { test: 'synthflow/case/renewed' });
    expect(compareRuns(before, renewed).notes.join(' ')).toContain('pairing by name would match');
  });

  it('keeps variants apart only where a side has several', () => {
    const base = session({ a: 'F' });
    const mutated = session({ a: 'P' }, { variant: 'polite' });
    expect(compareRuns(base, mutated).fixed).toHaveLength(1);
    const both = compareRuns([...base, ...session({ a: 'F' }, { variant: 'polite' })], mutated);
    expect(both).toMatchObject({ matched: 1 });
    expect(both.gone).toHaveLength(1);
  });

  it('counts runs that name no test', () => {
    const result = compareRuns(session({ a: 'P' }), [...session({ a: 'P' }), aRun({ verdict: 'passed' })]);
    expect(result.unpaired).toEqual({ before: 0, after: 1 });
  });
});

describe('flaky tests', () => {
  it('are listed with both tallies, and their pairs are marked, not hidden', () => {
    const result = compareRuns(session({ a: 'FPF', b: 'FFF' }), session({ a: 'PPP', b: 'PPP' }));
    expect(result.flaky).toHaveLength(1);
    expect(result.flaky[0]).toMatchObject({
      name: 'a',
      flaky: true,
      before_repeats: { passed: 1, failed: 2 },
      after_repeats: { passed: 3, failed: 0 },
      failed_evaluations: ['Rule'],
    });
    expect(result.fixed).toHaveLength(5);
    expect(result.fixed.filter((entry) => entry.flaky)).toHaveLength(2);
  });

  it('are not made by broken repeats', () => {
    expect(compareRuns(session({ a: 'PE' }), session({ a: 'P.' })).flaky).toEqual([]);
  });
});

describe('whether it is more than chance', () => {
  it('says better by McNemar and the paired interval', () => {
    const result = compareRuns(
      session({ ...many('F', 12, 'x'), ...many('P', 8, 'y') }),
      session({ ...many('P', 12, 'x'), ...many('P', 8, 'y') }),
    );
    expect(result).toMatchObject({ method: 'paired', test: 'McNemar exact', difference: 0.6 });
    expect(result.p_value).toBeCloseTo(2 / 2 ** 12, 12);
    expect(result.interval?.[0]).toBeGreaterThan(0);
    expect(result.conclusion.verdict).toBe('better');
    expect(result.conclusion.runs_needed).toBeUndefined();
  });

  it('says worse the other way round', () => {
    const result = compareRuns(session(many('P', 12)), session(many('F', 12)));
    expect(result.conclusion.verdict).toBe('worse');
    expect(result.broken).toHaveLength(12);
  });

  it('does not call three fixed of eight better, and says how many more runs would tell', () => {
    const result = compareRuns(
      session({ ...many('F', 3, 'x'), ...many('P', 5, 'y') }),
      session({ ...many('P', 8, 'z'), ...many('P', 3, 'x'), ...many('P', 5, 'y') }),
    );
    expect(result.conclusion.verdict).toBe('no clear difference');
    expect(result.p_value).toBeCloseTo(0.25, 12);
    expect(result.conclusion.runs_needed).toEqual({ at_least: 3, more: 11, per_side: 19 });
  });

  it('names no number when nothing differs', () => {
    const result = compareRuns(session(many('PF', 5)), session(many('FP', 5)));
    expect(result).toMatchObject({ difference: 0, p_value: 1 });
    expect(result.conclusion.runs_needed).toBeUndefined();
  });

  it('compares independent sides by Fisher when few tests are shared, and says so', () => {
    const result = compareRuns(session(many('F', 20, 'x')), session(many('P', 20, 'y')));
    expect(result).toMatchObject({ method: 'independent', test: 'Fisher exact', matched: 0, difference: 1 });
    expect(result.conclusion.verdict).toBe('better');
    expect(result.notes.join(' ')).toContain('may come from different tests');
    const few = compareRuns(
      session({ ...many('F', 20, 'x'), shared: 'F' }),
      session({ ...many('P', 20, 'y'), shared: 'P' }),
    );
    expect(few).toMatchObject({ method: 'independent', matched: 1 });
    expect(few.fixed).toHaveLength(1);
  });

  it('says that there is nothing to compare', () => {
    for (const result of [
      compareRuns([], []),
      compareRuns(session({ a: '.' }), session({ a: 'E' })),
      compareRuns(session({ a: 'P' }), []),
    ]) {
      expect(result.difference).toBeUndefined();
      expect(result.p_value).toBeUndefined();
      expect(result.conclusion).toMatchObject({ verdict: 'incomplete' });
    }
  });
});

describe('what one test came to', () => {
  it('five of five fixed: one more pair, and the five are worth one more run each', () => {
    const result = compareRuns(session(many('F', 5)), session(many('P', 5)));
    expect(result).toMatchObject({ tests: 5, tests_changed: 5, repeated_tests: 0, p_value: 0.0625 });
    expect(result.conclusion).toEqual({
      verdict: 'no clear difference',
      runs_needed: { at_least: 1, more: 1, per_side: 6 },
    });
    expect(result.repeat).toEqual({ tests: [0, 1, 2, 3, 4].map((n) => `synthflow/case/t${n}`), times: 1 });
  });

  it('a proof by repeats names how many tests it rests on', () => {
    const result = compareRuns(session({ a: 'FFF', b: 'FFF', c: 'PPP' }), session({ a: 'PPP', b: 'PPP', c: 'PPP' }));
    expect(result.conclusion.verdict).toBe('better');
    expect(result).toMatchObject({ tests: 3, tests_changed: 2, repeated_tests: 3 });
    expect(compareRuns(session(many('F', 8, 'x')), session(many('P', 7, 'y')))).toMatchObject({ tests: 15 });
  });

  it('a test that fell is the verdict, however much better the others became', () => {
    const result = compareRuns(
      session({ ...many('FFFFF', 4), critical: 'PPPPP' }),
      session({ ...many('PPPPP', 4), critical: 'FFFFF' }),
    );
    expect(result.p_value).toBeLessThan(0.05);
    expect(result.difference).toBeGreaterThan(0);
    expect(result.conclusion).toEqual({ verdict: 'regressed', overall: 'better' });
    expect(names(result.regressed)).toEqual(['critical']);
    expect(result.suspicions).toEqual([]);
    // It needs no further proof.
    expect(result.repeat).toBeUndefined();
  });

  it('without the proof it is a suspicion, and how often to repeat it is said', () => {
    const result = compareRuns(
      session({ ...many('FFF', 4), critical: 'PPP' }),
      session({ ...many('PPP', 4), critical: 'FFF' }),
    );
    expect(result.conclusion.verdict).toBe('better');
    expect(result.regressed).toEqual([]);
    expect(names(result.suspicions)).toEqual(['critical']);
    expect(result.repeat).toEqual({ tests: ['synthflow/case/critical'], times: 2 });
  });

  it('beside "worse" it is told, and advice is not needed', () => {
    const result = compareRuns(session({ a: 'PPPPPPP' }), session({ a: 'FFFFFFF' }));
    expect(result.conclusion).toEqual({ verdict: 'worse' });
    expect(names(result.regressed)).toEqual(['a']);
    expect(result.repeat).toBeUndefined();
  });

  it('open runs that could make a test fall leave the verdict open', () => {
    const of = (missing: number) => {
      const fold = comparison();
      for (const run of session({ ...many('FP', 5), critical: 'PPPP' })) fold.before(run);
      for (const run of session({ ...many('PF', 5), critical: 'FFPP' })) fold.after(run);
      return fold.result({ before: missing, after: missing }).conclusion.verdict;
    };
    expect([of(0), of(1), of(8)]).toEqual(['no clear difference', 'no clear difference', 'incomplete']);
  });
});

describe('runs that are open', () => {
  /** Four tests fixed, and tests on one side only; so many runs missing on each side. */
  const verdictOf = (alone: { before: string; after: string }, missing: number) => {
    const fold = comparison();
    for (const run of session({ ...many('F', 4, 'x'), y: alone.before })) fold.before(run);
    for (const run of session({ ...many('P', 4, 'x'), z: alone.after })) fold.after(run);
    return fold.result({ before: missing, after: missing }).conclusion.verdict;
  };

  it('may be missing on one side alone', () => {
    const of = (missing: number) => {
      const fold = comparison();
      for (const run of session(many('P', 12 + missing))) fold.before(run);
      for (const run of session(many('P', 12))) fold.after(run);
      return fold.result({ before: 0, after: missing }).conclusion.verdict;
    };
    expect([of(5), of(6)]).toEqual(['no clear difference', 'incomplete']);
  });

  it('may be the partners of each other, or of runs that have none', () => {
    // Six fixed of six would be better; five of five is not clear.
    expect(verdictOf({ before: '', after: '' }, 1)).toBe('no clear difference');
    expect(verdictOf({ before: 'F', after: 'P' }, 0)).toBe('no clear difference');
    expect(verdictOf({ before: 'F', after: 'P' }, 1)).toBe('incomplete');
    expect(verdictOf({ before: '', after: '' }, 2)).toBe('incomplete');
  });
});

describe('evaluations', () => {
  const rated = (verdicts: [polite: boolean, honest?: boolean][], verdict: RunVerdict = 'passed') =>
    verdicts.map(([polite, honest], i) =>
      aRun({
        test: `t${i}`,
        verdict,
        evaluations: [
          judged('Polite', polite ? 'passed' : 'failed'),
          ...(honest === undefined ? [] : [judged('Honest', honest ? 'passed' : 'failed')]),
        ],
      }),
    );

  it('move one by one, with adjusted p-values, what fell first', () => {
    const before = rated(Array.from({ length: 10 }, () => [false, true]));
    const after = rated(Array.from({ length: 10 }, (_, i) => [true, i > 0]));
    const [second, first] = compareRuns(before, after).evaluations;
    expect(first).toMatchObject({ name: 'Polite', before: 0, after: 1, difference: 1, judged_before: 10 });
    expect(first?.p_value).toBeCloseTo(2 / 2 ** 10, 12);
    expect(first?.p_value_adjusted).toBeCloseTo(4 / 2 ** 10, 12);
    expect(second).toMatchObject({ name: 'Honest', before: 1, after: 0.9, p_value: 1, p_value_adjusted: 1 });
  });

  it('that did not move are counted and left out', () => {
    const result = compareRuns(
      rated([
        [true, true],
        [false, true],
      ]),
      rated([
        [true, true],
        [true, true],
      ]),
    );
    expect(names(result.evaluations)).toEqual(['Polite']);
    expect(result.unchanged_evaluations).toBe(1);
  });

  it('are compared where both sides of a pair judged them', () => {
    const before = rated([[true, false], [true], [true, true]]);
    const after = rated([[true, true], [true, true], [true]]);
    const honest = compareRuns(before, after).evaluations.find(({ name }) => name === 'Honest');
    expect(honest).toMatchObject({ before: 0, after: 1, judged_before: 1, judged_after: 1 });
  });

  it('keep their rate where the other side does not have them', () => {
    const [entry] = compareRuns(rated([[true, true]]), rated([[true]])).evaluations.filter((e) => e.name === 'Honest');
    expect(entry).toEqual({ name: 'Honest', before: 1, judged_before: 1, judged_after: 0 });
  });

  it('of broken runs do not count', () => {
    const evaluations = compareRuns(rated([[false]], 'error'), rated([[true]])).evaluations;
    expect(evaluations.find(({ name }) => name === 'Polite')).not.toHaveProperty('before');
  });

  it('are compared by Fisher where runs are not paired', () => {
    const before = rated(Array.from({ length: 6 }, () => [false])).map((run) => ({ ...run, test: undefined }));
    const after = rated(Array.from({ length: 6 }, () => [true])).map((run) => ({ ...run, test: undefined }));
    const [entry] = compareRuns(before, after).evaluations;
    expect(entry?.p_value).toBeCloseTo(2 / 924, 12);
  });
});

describe('as a fold', () => {
  const runs = fc
    .array(
      fc.record({
        test: fc.constantFrom('a', 'b', 'c', 'd', undefined),
        verdict: fc.constantFrom(...RUN_VERDICTS),
        iteration: fc.constantFrom(0, 1, 2, undefined),
      }),
      { maxLength: 25 },
    )
    .map((list) => list.map((given) => aRun({ ...given, name: given.test })));

  it('accounts for every run and never contradicts itself', () => {
    fc.assert(
      fc.property(runs, runs, (before, after) => {
        const result = compareRuns(before, after);
        const compared =
          result.fixed.length + result.broken.length + result.still_failing.length + result.still_passing;
        expect(compared + result.not_comparable).toBe(result.matched);
        const alone = (entries: Comparison['new']) => entries.reduce((sum, { runs: count }) => sum + count, 0);
        expect(result.matched + result.unpaired.before + alone(result.gone)).toBe(before.length);
        expect(result.matched + result.unpaired.after + alone(result.new)).toBe(after.length);
        const { difference, interval, conclusion } = result;
        expect(interval === undefined).toBe(difference === undefined);
        if (interval && interval[0] <= 0 && interval[1] >= 0) expect(conclusion.verdict).toBe('no clear difference');
        if (conclusion.verdict === 'better') expect(difference).toBeGreaterThan(0);
        if (conclusion.verdict === 'worse') expect(difference).toBeLessThan(0);
        if (result.method === 'paired' && difference !== undefined) {
          expect(difference * result.after.judged).toBeCloseTo(result.fixed.length - result.broken.length, 9);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('swaps its lists when the sides are swapped', () => {
    fc.assert(
      fc.property(runs, runs, (before, after) => {
        const one = compareRuns(before, after);
        const other = compareRuns(after, before);
        expect(other.fixed.length).toBe(one.broken.length);
        expect(names(other.new)).toEqual(names(one.gone));
        expect(other.p_value ?? -1).toBeCloseTo(one.p_value ?? -1, 9);
        expect(other.difference ?? 9).toBeCloseTo(one.difference === undefined ? 9 : -one.difference, 9);
      }),
    );
  });

  it('finds nothing changed between a session and itself', () => {
    fc.assert(
      fc.property(runs, (list) => {
        const result = compareRuns(list, list);
        expect([result.fixed, result.broken, result.new, result.gone].flat()).toEqual([]);
        expect(result.difference ?? 0).toBe(0);
        expect(result.conclusion.verdict).toBe(result.difference === undefined ? 'incomplete' : 'no clear difference');
      }),
    );
  });

  it('tells the tests of both sides as their runs are paired, and how many runs tell none', () => {
    const tests = (fold: ReturnType<typeof comparison>) =>
      fold.tests().tests.map(({ test, before, after }) => [test, before.length, after.length]);
    const fold = comparison();
    for (const run of session({ a: 'PF', b: 'E' })) fold.before(run);
    for (const run of session({ a: 'P', c: 'F.' })) fold.after(run);
    fold.after(aRun({ ref: 'synthflow/run/x', test: undefined, name: undefined, verdict: 'failed' }));
    expect(tests(fold)).toEqual([
      ['synthflow/case/a', 2, 1],
      ['synthflow/case/b', 1, 0],
      ['synthflow/case/c', 0, 2],
    ]);
    expect(fold.tests().untold).toEqual({ before: 0, after: 1 });
    const byName = comparison({ match: 'name' });
    for (const run of session({ 'Tést A': 'P' })) byName.before(run);
    for (const run of session({ 'Test a': 'P' })) byName.after({ ...run, test: 'coval/case/7' });
    expect(tests(byName)).toEqual([['coval/case/7', 1, 1]]);
  });

  it('compares 2 × 100,000 runs in bounded memory', () => {
    const bytes = Buffer.alloc(2_000, 'x');
    const fold = comparison();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 100_000; i += 1) {
      const given = { test: `synthflow/case/${i % 5_000}`, iteration: Math.floor(i / 5_000) };
      // Every run brings 2 KB of its own; nothing of that may stay.
      const evaluation = (verdict: 'passed' | 'failed') => [judged('Rule', verdict, bytes.toString('latin1'))];
      fold.before(aRun({ ...given, verdict: i % 3 === 0 ? 'failed' : 'passed', evaluations: evaluation('passed') }));
      fold.after(aRun({ ...given, verdict: i % 4 === 0 ? 'failed' : 'passed', evaluations: evaluation('failed') }));
    }
    const result = fold.result();
    expect(result.matched).toBe(100_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(350e6);
  });
});
