import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionDigest } from '../../src/analysis/digest.ts';
import { RUN_VERDICTS } from '../../src/model/schemas.ts';
import { growth } from '../support/growth.ts';
import { aRun, judged } from './runs.ts';

describe('sessionDigest', () => {
  it('counts verdicts and evaluations apart and keeps the first failed and broken runs', () => {
    const digest = sessionDigest({ failed_limit: 1, error_limit: 1 });
    digest.add(aRun({ verdict: 'passed', evaluations: [judged('Polite', 'passed')] }));
    digest.add(aRun({ ref: 'synthflow/run/f1', verdict: 'failed', evaluations: [judged('Polite', 'failed', 'rude')] }));
    digest.add(aRun({ ref: 'synthflow/run/f2', verdict: 'failed', evaluations: [judged('Polite', 'failed')] }));
    digest.add(aRun({ ref: 'synthflow/run/e1', verdict: 'error', error: { message: 'line dropped' } }));
    digest.add(aRun({ verdict: 'pending' }));
    digest.add(aRun({ verdict: 'inconclusive', evaluations: [judged('Polite', 'error')] }));
    const result = digest.result();
    expect(result.counts).toEqual({ runs: 6, passed: 1, failed: 2, error: 1, inconclusive: 1, pending: 1 });
    expect(result.failed_runs.map((run) => run.ref)).toEqual(['synthflow/run/f1']);
    expect(result.omitted_failed_runs).toBe(1);
    expect(result.error_runs.map((run) => run.ref)).toEqual(['synthflow/run/e1']);
    expect(result.omitted_error_runs).toBe(0);
    expect(result.evaluations).toEqual([
      { name: 'Polite', passed: 1, failed: 2, error: 1, skipped: 0, unscored: 0, pending: 0, pass_rate: 1 / 3 },
    ]);
    expect(result.flakiness).toBeUndefined();
  });

  it('names what failed in runs that passed, most often first, and the first of these runs', () => {
    const digest = sessionDigest({ excused_limit: 1 });
    const excused = [judged('A', 'passed'), judged('B', 'failed'), judged('C', 'failed')];
    digest.add(aRun({ ref: 'synthflow/run/x', success_rule: 'any', evaluations: excused }));
    digest.add(aRun({ evaluations: [judged('A', 'passed'), judged('C', 'failed')] }));
    digest.add(aRun({ evaluations: [judged('A', 'passed')] }));
    digest.add(aRun({ verdict: 'failed', evaluations: [judged('B', 'failed')] }));
    const result = digest.result();
    expect(result.passed_with_failures).toBe(2);
    expect(result.excused_evaluations).toEqual([
      { name: 'C', runs: 2 },
      { name: 'B', runs: 1 },
    ]);
    expect(result.passed_runs_with_failures).toMatchObject([{ ref: 'synthflow/run/x', success_rule: 'any' }]);
  });

  it('keeps briefs, not transcripts or reasons', () => {
    const digest = sessionDigest();
    digest.add(
      aRun({
        verdict: 'failed',
        evaluations: [judged('A', 'failed', 'because')],
        transcript: [{ index: 0, speaker: 'agent', text: 'long' }],
      }),
    );
    const [brief] = digest.result().failed_runs;
    expect(brief).not.toHaveProperty('transcript');
    expect(brief).not.toHaveProperty('evaluations');
    expect(brief?.failed_evaluations).toEqual(['A']);
  });

  it('tells flakiness when tests were repeated', () => {
    const digest = sessionDigest();
    digest.add(aRun({ test: 't', verdict: 'passed' }));
    digest.add(aRun({ test: 't', verdict: 'failed' }));
    expect(digest.result().flakiness).toMatchObject({ repeated_tests: 1, flaky_tests: 1 });
  });

  it('gives a result that later runs do not change', () => {
    const digest = sessionDigest();
    digest.add(aRun({ verdict: 'failed' }));
    const early = digest.result();
    digest.add(aRun({ verdict: 'failed' }));
    expect(early.counts.failed).toBe(1);
    expect(early.failed_runs).toHaveLength(1);
  });

  it('accounts for every run', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...RUN_VERDICTS), { maxLength: 80 }), (verdicts) => {
        const digest = sessionDigest({ failed_limit: 3, error_limit: 2 });
        for (const verdict of verdicts) digest.add(aRun({ verdict }));
        const { counts, ...result } = digest.result();
        const { runs, ...parts } = counts;
        expect(runs).toBe(verdicts.length);
        expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBe(runs);
        expect(result.failed_runs.length + result.omitted_failed_runs).toBe(counts.failed);
        expect(result.error_runs.length + result.omitted_error_runs).toBe(counts.error);
      }),
    );
  });

  it('folds 100,000 runs one after the other without keeping them', async () => {
    const run = aRun({ verdict: 'failed', test: 'synthflow/case/1', evaluations: [judged('A', 'failed')] });
    const fold = (size: number) => {
      const digest = sessionDigest();
      for (let i = 0; i < size; i += 1) digest.add(run);
      expect(JSON.stringify(digest.result()).length).toBeLessThan(10_000);
    };
    expect(await growth(fold, 12_500)).toBeLessThan(1.5);
  });
});
