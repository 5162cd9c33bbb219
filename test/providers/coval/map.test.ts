import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src/model/schemas.ts';
import { statusTerms } from '../../../src/providers/coval/filter.ts';
import { statusOf, toRun } from '../../../src/providers/coval/map-run.ts';
import { sessionCounts, toSession } from '../../../src/providers/coval/map-session.ts';
import { caseName, criteriaOf, toCaseBrief } from '../../../src/providers/coval/map-test.ts';
import { runReader, simulationReader, testCaseReader } from '../../../src/providers/coval/wire.ts';
import { mustRead } from '../../support/data.ts';

const run = (members: object) => mustRead(runReader, { run_id: 'r1', ...members });
const simulation = (members: object) => mustRead(simulationReader, { simulation_id: 's1', run_id: 'r1', ...members });
const passed: Evaluation = { name: 'A', verdict: 'passed' };
const failed: Evaluation = { name: 'B', verdict: 'failed' };

describe('statuses', () => {
  it.each([
    ['PENDING', 'queued'],
    ['IN QUEUE', 'queued'],
    ['IN_QUEUE', 'queued'],
    ['in progress', 'running'],
    ['RUNNING', 'running'],
    ['COMPLETED', 'completed'],
    ['FAILED', 'failed'],
    ['CANCELED', 'cancelled'],
    ['DELETED', 'cancelled'],
    ['BRAND NEW', 'running'],
    [undefined, 'running'],
  ])('%s is %s', (word, ours) => {
    expect(statusOf(word)).toBe(ours);
  });

  it('filters without OR', () => {
    expect(statusTerms('queued').every(([, operator]) => operator === '!=')).toBe(true);
    expect(statusTerms('running')).toEqual([['status', '=', 'IN PROGRESS']]);
    expect(statusTerms('scoring')).toEqual(statusTerms('completed'));
  });
});

describe('runs', () => {
  it.each([
    ['COMPLETED', [passed], 'completed', 'passed'],
    ['COMPLETED', [passed, failed], 'completed', 'failed'],
    ['COMPLETED', [passed, { name: 'C', verdict: 'pending' }], 'scoring', 'pending'],
    ['COMPLETED', [passed, { name: 'C', verdict: 'skipped' }], 'completed', 'passed'],
    ['COMPLETED', [passed, { name: 'C', verdict: 'error' }], 'completed', 'inconclusive'],
    ['COMPLETED', [{ name: 'C', verdict: 'unscored' }], 'completed', 'inconclusive'],
    ['COMPLETED', [], 'completed', 'inconclusive'],
    ['FAILED', [passed], 'failed', 'error'],
    ['CANCELLED', [passed], 'cancelled', 'inconclusive'],
    ['IN PROGRESS', [passed], 'running', 'pending'],
  ] as const)('%s with %j is %s / %s', (word, evaluations, status, verdict) => {
    const mapped = toRun(simulation({ status: word }), { run_id: 'r1', evaluations: [...evaluations] });
    expect([mapped.status, mapped.verdict]).toEqual([status, verdict]);
    // What did not execute was not judged, whatever values stand beside it.
    if (word !== 'COMPLETED') expect(mapped.evaluations).toEqual([]);
  });

  it('keeps the error of what broke only', () => {
    const broke = toRun(simulation({ status: 'FAILED', error_message: 'No answer', error_status: 'E1' }), {
      run_id: 'r1',
      evaluations: [],
    });
    expect(broke.error).toEqual({ message: 'No answer', code: 'E1' });
    const silent = toRun(simulation({ status: 'FAILED' }), { run_id: 'r1', evaluations: [] });
    expect(silent.error?.message).toBeTruthy();
    const fine = toRun(simulation({ status: 'COMPLETED', error_message: 'left over' }), {
      run_id: 'r1',
      evaluations: [],
    });
    expect(fine.error).toBeUndefined();
  });

  it('takes a time without a zone for UTC', () => {
    const started = (create_time: unknown) =>
      toRun(simulation({ create_time }), { run_id: 'r1', evaluations: [] }).started_at;
    expect(started('2026-11-01 10:00:00')).toBe('2026-11-01T10:00:00.000Z');
    expect(started('2026-11-01T10:00:00+02:00')).toBe('2026-11-01T08:00:00.000Z');
    expect(started('never')).toBeUndefined();
  });

  it('names the variant by its name, else its id', () => {
    const variant = (members: object) => toRun(simulation(members), { run_id: 'r1', evaluations: [] }).variant;
    expect(variant({ mutation_id: 'x', mutation_name: 'Fast' })).toBe('Fast');
    expect(variant({ mutation_id: 'x', mutation_name: null })).toBe('x');
    expect(variant({ mutation_id: null })).toBeUndefined();
  });
});

describe('sessions', () => {
  const progress = (total: number, completed: number, broken: number) => ({
    total_test_cases: total,
    completed_test_cases: completed,
    failed_test_cases: broken,
    in_progress_test_cases: 0,
  });
  it.each([
    ['COMPLETED', progress(10, 8, 2), undefined, { runs: 10, error: 2, uncounted: 8, pending: 0, inconclusive: 0 }],
    ['IN PROGRESS', progress(10, 3, 1), undefined, { runs: 10, error: 1, uncounted: 3, pending: 6, inconclusive: 0 }],
    ['CANCELLED', progress(10, 3, 1), undefined, { runs: 10, error: 1, uncounted: 3, pending: 0, inconclusive: 6 }],
    ['FAILED', progress(0, 0, 0), undefined, { runs: 0, error: 0, uncounted: 0, pending: 0, inconclusive: 0 }],
    [
      'COMPLETED',
      progress(2, 1, 1),
      ['a', 'b', 'c', 'd'],
      { runs: 4, error: 0, uncounted: 4, pending: 0, inconclusive: 0 },
    ],
    ['COMPLETED', null, ['a', 'b'], { runs: 2, error: 0, uncounted: 2 }],
    ['COMPLETED', progress(2, 5, 1), undefined, { runs: 2, error: 1, uncounted: 1 }],
    ['PENDING', null, undefined, { runs: 0, pending: 0 }],
    ['PENDING', progress(1e308, -1, 0.5), undefined, { runs: 0, error: 0, uncounted: 0, pending: 0 }],
  ])('%s with %j and outputs %j', (status, given, output_ids, counts) => {
    const results = output_ids ? { output_ids, metrics: {} } : null;
    const read = sessionCounts(run({ status, progress: given, results }));
    expect(read).toMatchObject({ passed: 0, failed: 0, ...counts });
    const { runs, uncounted = 0, ...rest } = read;
    expect(Object.values(rest).reduce((a, b) => a + b, uncounted)).toBe(runs);
  });

  it('carries the reason of a failed run', () => {
    const session = toSession(run({ status: 'FAILED', error: 'worker crashed', error_status: 'SETUP' }));
    expect(session).toMatchObject({
      ref: 'coval/session/r1',
      status: 'failed',
      vendor_status: 'FAILED (SETUP): worker crashed',
    });
    expect(toSession(run({ status: 'COMPLETED' }), { scoring: true }).status).toBe('scoring');
    expect(toSession(run({ status: 'FAILED' }), { scoring: true }).status).toBe('failed');
  });
});

describe('test cases', () => {
  const testCase = (members: object) => mustRead(testCaseReader, { id: 'c1', ...members });
  it.each([
    [{ description: 'Reschedule', input_str: 'You are Ann' }, 'Reschedule'],
    [{ input_str: 'You  are\nAnn' }, 'You are Ann'],
    [{ input_str: '[{"role": "user", "content": "Hello \\"you\\""}]' }, 'Hello \\"you\\"'],
    [{ input_str: 'x'.repeat(200) }, `${'x'.repeat(79)}…`],
    [{}, 'c1'],
  ])('%j is called %s', (members, name) => {
    expect(caseName(testCase(members))).toBe(name);
  });

  it('takes expectations from either field', () => {
    expect(criteriaOf(testCase({ expected_behaviors: ['a', 'b'] }))).toEqual(['a', 'b']);
    expect(criteriaOf(testCase({ expected_output_str: 'a' }))).toEqual(['a']);
    expect(toCaseBrief(testCase({ test_set_id: 'set1' }))).toMatchObject({ suite: 'coval/suite/set1', criteria: 0 });
  });
});
