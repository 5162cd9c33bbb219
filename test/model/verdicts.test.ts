import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EVALUATION_VERDICTS,
  type Evaluation,
  type EvaluationVerdict,
  RUN_VERDICTS,
  type Run,
  SESSION_STATUSES,
} from '../../src/model/schemas.ts';
import {
  applyThresholds,
  countRun,
  emptyCounts,
  evaluationTallies,
  failedEvaluations,
  isTerminal,
  passRate,
  runVerdict,
  toBrief,
} from '../../src/model/verdicts.ts';

const of = (...verdicts: EvaluationVerdict[]): Evaluation[] =>
  verdicts.map((verdict, index) => ({ name: `e${index}`, verdict }));

describe('the verdict of a run', () => {
  it.each([
    ['all passed', 'completed', of('passed', 'passed'), 'all', 'passed'],
    ['one failed', 'completed', of('passed', 'failed'), 'all', 'failed'],
    ['a failure outweighs an evaluator error', 'completed', of('error', 'failed'), 'all', 'failed'],
    ['an evaluator error could have been a failure', 'completed', of('passed', 'error'), 'all', 'inconclusive'],
    ['a pending evaluation', 'completed', of('passed', 'pending'), 'all', 'pending'],
    ['a skipped one does not spoil a pass', 'completed', of('passed', 'skipped'), 'all', 'passed'],
    ['only skipped is no pass', 'completed', of('skipped', 'skipped'), 'all', 'inconclusive'],
    ['only unscored is no pass', 'completed', of('unscored'), 'all', 'inconclusive'],
    ['nothing judged', 'completed', [], 'all', 'inconclusive'],
    ['broken execution', 'failed', of('passed'), 'all', 'error'],
    ['cancelled', 'cancelled', of('passed'), 'all', 'inconclusive'],
    ['still running', 'running', [], 'all', 'pending'],
    ['still scoring', 'scoring', of('failed'), 'all', 'pending'],
    ['any: one pass is enough', 'completed', of('failed', 'passed'), 'any', 'passed'],
    ['any: none passed', 'completed', of('failed', 'failed'), 'any', 'failed'],
    ['any: only skipped is no failure', 'completed', of('skipped'), 'any', 'inconclusive'],
    ['any: an error could have been the pass', 'completed', of('failed', 'error'), 'any', 'inconclusive'],
    ['any: a pending one could still pass', 'completed', of('failed', 'pending'), 'any', 'pending'],
  ] as const)('%s', (_name, status, evaluations, rule, expected) => {
    expect(runVerdict(status, evaluations, rule)).toBe(expected);
  });

  it('is never passed without a passed evaluation, nor failed without a failed one', () => {
    const evaluations = fc.array(fc.constantFrom(...EVALUATION_VERDICTS).map((verdict) => ({ name: 'e', verdict })));
    fc.assert(
      fc.property(
        fc.constantFrom(...SESSION_STATUSES),
        evaluations,
        fc.constantFrom('all' as const, 'any' as const),
        (status, list, rule) => {
          const verdict = runVerdict(status, list, rule);
          if (verdict === 'passed') expect(list.some((one) => one.verdict === 'passed')).toBe(true);
          if (verdict === 'failed') expect(list.some((one) => one.verdict === 'failed')).toBe(true);
          if (status !== 'completed') expect(['passed', 'failed']).not.toContain(verdict);
        },
      ),
    );
  });
});

describe('counts and rates', () => {
  it('add up to the runs, and divide only what was judged', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...RUN_VERDICTS)), (verdicts) => {
        const counts = emptyCounts();
        for (const verdict of verdicts) countRun(counts, verdict);
        const { runs, uncounted: _unread, ...parts } = counts;
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(runs);
        const rate = passRate(counts);
        if (counts.passed + counts.failed === 0) expect(rate).toBeUndefined();
        else expect(rate).toBe(counts.passed / (counts.passed + counts.failed));
      }),
    );
  });

  it('tally evaluations with all six verdicts apart', () => {
    const tallies = evaluationTallies();
    for (const verdict of EVALUATION_VERDICTS) tallies.add([{ name: 'Tone', verdict, score: 0.5 }]);
    expect(tallies.result()).toEqual([
      {
        name: 'Tone',
        passed: 1,
        failed: 1,
        error: 1,
        skipped: 1,
        unscored: 1,
        pending: 1,
        pass_rate: 0.5,
        mean_score: 0.5,
      },
    ]);
  });

  it('leave the rate out where nothing was judged', () => {
    const tallies = evaluationTallies();
    tallies.add(of('skipped'));
    const [tally] = tallies.result();
    expect(tally).toBeDefined();
    expect(tally?.pass_rate).toBeUndefined();
  });

  it('count each verdict under its own name', () => {
    const counts = emptyCounts();
    for (const verdict of RUN_VERDICTS) countRun(counts, verdict);
    countRun(counts, 'passed');
    expect(counts).toEqual({ runs: 6, passed: 2, failed: 1, error: 1, inconclusive: 1, pending: 1 });
  });

  it('take the mean of the scores there are, and none where there is none', () => {
    const tallies = evaluationTallies();
    tallies.add([
      { name: 'Tone', verdict: 'passed', score: 1 },
      { name: 'Facts', verdict: 'passed' },
    ]);
    tallies.add([{ name: 'Tone', verdict: 'failed', score: 0.5 }]);
    tallies.add([{ name: 'Tone', verdict: 'unscored' }]);
    const [tone, facts] = tallies.result();
    expect(tone).toMatchObject({ name: 'Tone', mean_score: 0.75, pass_rate: 0.5, unscored: 1 });
    expect(facts?.name).toBe('Facts');
    expect(facts?.mean_score).toBeUndefined();
  });

  it('name each failed evaluation once', () => {
    expect(failedEvaluations([...of('failed'), ...of('failed'), { name: 'b', verdict: 'passed' }])).toEqual(['e0']);
  });

  it('know what has ended', () => {
    expect(SESSION_STATUSES.filter(isTerminal)).toEqual(['completed', 'failed', 'cancelled']);
  });
});

describe('an evaluation in a form that was not understood', () => {
  const strange = { name: 'b', verdict: 'unscored', unread: 'an object' } as const;
  it.each([
    ['beside a passed one', [{ name: 'a', verdict: 'passed' }, strange], 'all', 'inconclusive'],
    ['beside a failed one', [{ name: 'a', verdict: 'failed' }, strange], 'all', 'failed'],
    ['where one passed is enough', [{ name: 'a', verdict: 'passed' }, strange], 'any', 'passed'],
    ['where one passed would be enough', [{ name: 'a', verdict: 'failed' }, strange], 'any', 'inconclusive'],
    ['alone', [strange], 'all', 'inconclusive'],
  ] as const)('%s', (_, evaluations, rule, verdict) => {
    expect(runVerdict('completed', evaluations, rule)).toBe(verdict);
  });
});

describe('thresholds of the caller', () => {
  const run: Run = {
    ref: 'futureagi/run/1',
    session: 'futureagi/session/1',
    status: 'completed',
    verdict: 'inconclusive',
    failed_evaluations: [],
    evaluations: [
      { name: 'csat', verdict: 'unscored', score: 0.4 },
      { name: 'safe', verdict: 'passed', score: 0.1 },
    ],
  };

  it('decide unscored scores, and overrule no vendor', () => {
    const judged = applyThresholds(run, { csat: 0.5, safe: 0.9 });
    expect(judged.evaluations).toEqual([
      { name: 'csat', verdict: 'failed', score: 0.4, threshold: 0.5 },
      { name: 'safe', verdict: 'passed', score: 0.1 },
    ]);
    expect(judged).toMatchObject({ verdict: 'failed', failed_evaluations: ['csat'] });
  });

  it('pass at the threshold itself', () => {
    const judged = applyThresholds(run, { csat: 0.4 });
    expect(judged).toMatchObject({ verdict: 'passed', evaluations: [{ verdict: 'passed' }, { verdict: 'passed' }] });
  });

  it('decide nothing that has no score, which is then no pass', () => {
    const unscored: Run = {
      ...run,
      evaluations: [
        { name: 'csat', verdict: 'unscored' },
        { name: 'safe', verdict: 'passed' },
      ],
    };
    const judged = applyThresholds({ ...unscored, verdict: 'passed' }, { csat: 0.5 });
    expect(judged.verdict).toBe('inconclusive');
    expect(judged.evaluations[0]).toMatchObject({ verdict: 'unscored', unread: 'no score', threshold: 0.5 });
  });

  it.each<[score: number, scale: number | undefined, threshold: number, verdict: string]>([
    [0.4, undefined, 0.8, 'failed'],
    [0.8, undefined, 0.8, 'passed'],
    [1, undefined, 0.8, 'passed'],
    // On a scale to 100, or to 10: nobody said so.
    [40, undefined, 0.8, 'unscored'],
    [4, undefined, 1, 'unscored'],
    [0.4, undefined, 80, 'unscored'],
    [1, undefined, 80, 'unscored'],
    [0.5, undefined, 3, 'unscored'],
    // A rating of 1 on a scale to 5.
    [1, undefined, 3, 'failed'],
    [0, undefined, 80, 'failed'],
    [85, undefined, 80, 'passed'],
    // `40%` and `4/10`: shares, whose scale is known.
    [0.4, 100, 0.8, 'failed'],
    [0.4, 100, 30, 'passed'],
    [0.4, 10, 0.3, 'passed'],
    [0.4, 10, 5, 'failed'],
    [0.4, 10, 50, 'unscored'],
    [-1, undefined, 0, 'failed'],
    [5, undefined, 0, 'passed'],
  ])('score %d (scale %s) beside threshold %d is %s', (score, scale, threshold, verdict) => {
    const scored: Run = { ...run, evaluations: [{ name: 'csat', verdict: 'unscored', score, scale }] };
    const judged = applyThresholds(scored, { csat: threshold });
    expect(judged.evaluations[0]?.verdict).toBe(verdict);
    expect(judged.verdict).toBe(verdict === 'unscored' ? 'inconclusive' : verdict);
    expect(judged.evaluations[0]?.unread === undefined).toBe(verdict !== 'unscored');
  });

  it('note which names met an evaluation', () => {
    const use = { matched: new Set<string>(), known: new Set<string>() };
    applyThresholds(run, { csat: 0.5, misspelt: 1 }, use);
    expect([[...use.matched], [...use.known]]).toEqual([['csat'], ['csat', 'safe']]);
  });

  it('change nothing when nothing applies', () => {
    expect(applyThresholds(run, { other: 1 })).toBe(run);
    expect(applyThresholds(run, undefined)).toBe(run);
    expect(applyThresholds(run, { toString: 1 })).toBe(run);
  });
});

it('a brief is the run without what lists do not show', () => {
  const brief = {
    ref: 'acme/run/1',
    status: 'completed' as const,
    verdict: 'failed' as const,
    test: 'acme/case/1',
    name: 'Books a table',
    failed_evaluations: ['Tone'],
    started_at: '2026-01-01T00:00:00Z',
    duration_seconds: 12,
    turns: 4,
  };
  expect(toBrief({ ...brief, session: 'acme/session/1', evaluations: [{ name: 'Tone', verdict: 'failed' }] })).toEqual(
    brief,
  );
});
