import { describe, expect, it } from 'vitest';
import {
  type Condition,
  type MetricValue,
  meets,
  readCondition,
  scoreOf,
} from '../../../src/providers/coval/condition.ts';
import { judgeOutput, latestOutputs, type MetricInfo, madeAt } from '../../../src/providers/coval/verdict.ts';
import { metricOutputReader } from '../../../src/providers/coval/wire.ts';
import { mustRead } from '../../support/data.ts';

const condition = (wire: object): Condition => {
  const read = readCondition(wire);
  if (typeof read === 'string') throw new Error(`${read}: ${JSON.stringify(wire)}`);
  return read;
};
const output = (members: object) => mustRead(metricOutputReader, { metric_id: 'm', status: 'COMPLETED', ...members });
const metric = (given?: Condition, composite = false): MetricInfo => ({
  id: 'm',
  name: 'Metric',
  composite,
  ...(given ? { condition: given } : {}),
});
const yes = condition({ comparison_operator: 'in', target_values: ['YES'] });
const half = condition({ comparison_operator: 'gte', target_float: 0.5 });

describe('conditions', () => {
  it.each<[object, MetricValue, boolean | undefined]>([
    [{ comparison_operator: 'eq', target_float: 1 }, 1, true],
    [{ comparison_operator: 'eq', target_float: 1 }, 'YES', true],
    [{ comparison_operator: 'eq', target_float: 1 }, 'no', false],
    [{ comparison_operator: 'neq', target_float: 1 }, 0, true],
    [{ comparison_operator: 'gt', target_float: 0.5 }, 0.5, false],
    [{ comparison_operator: 'gte', target_float: 0.5 }, 0.5, true],
    [{ comparison_operator: 'gte', target_float: 0.5 }, '0.75', true],
    [{ comparison_operator: 'lt', target_float: 2 }, 1.9, true],
    [{ comparison_operator: 'lte', target_float: 2 }, 2.1, false],
    [{ comparison_operator: 'LTE', target_float: 2 }, 2, true],
    [{ comparison_operator: '>=', target_float: 2 }, 2, true],
    [{ comparison_operator: 'GREATER_THAN_OR_EQUAL', target_float: '0.8' }, 0.8, true],
    [{ comparison_operator: 'GREATER_THAN_OR_EQUAL', target_float: '0.8' }, 0.2, false],
    [{ comparison_operator: 'greater than', target_value: 0.5 }, 0.5, false],
    [{ comparison_operator: 'greaterThanOrEqualTo', target_value: '0.5' }, 0.5, true],
    [{ comparison_operator: 'COMPARISON_OPERATOR_LESS_THAN', target_float: 2 }, 2, false],
    [{ comparison_operator: 'at-most', target_float: 2 }, 2, true],
    [{ comparison_operator: 'NOT_EQUAL', target_float: 2 }, 2, false],
    [{ comparison_operator: 'EQUALS', target_value: 'YES' }, 'NO', false],
    [{ comparison_operator: 'NOT_IN', target_values: 'rude' }, 'rude', false],
    [{ comparison_operator: 'BETWEEN', target_float_lower: '1', target_float_upper: '3' }, 3.1, false],
    [{ comparison_operator: 'in', target_values: ['YES'] }, 'YES', true],
    [{ comparison_operator: 'in', target_values: ['YES'] }, 1.0, true],
    [{ comparison_operator: 'in', target_values: ['YES'] }, 0.0, false],
    [{ comparison_operator: 'in', target_values: ['YES'] }, true, true],
    [{ comparison_operator: 'in', target_values: [1] }, 'YES', true],
    [{ comparison_operator: 'eq', target_values: ['YES'] }, 'yes', true],
    [{ comparison_operator: 'neq', target_values: ['NO'] }, 'NO', false],
    [{ comparison_operator: 'nin', target_values: ['rude', 'curt'] }, 'kind', true],
    [{ comparison_operator: 'nin', target_values: ['rude', 'curt'] }, ['kind', 'curt'], false],
    [{ comparison_operator: 'in', target_values: ['a', 'b'] }, ['a', 'b'], true],
    [{ comparison_operator: 'in', target_values: ['a', 'b'] }, ['a', 'c'], false],
    [{ comparison_operator: 'in', target_values: ['a'] }, [], false],
    [{ comparison_operator: 'bt', target_float_lower: 1, target_float_upper: 3 }, 3, true],
    [{ comparison_operator: 'bt', target_float_lower: 1, target_float_upper: 3 }, 3.1, false],
    [{ comparison_operator: 'nbt', target_float_lower: 1, target_float_upper: 3 }, 0, true],
    [{ comparison_operator: 'nbt', target_float_lower: 1, target_float_upper: 3 }, 2, false],
    [{ comparison_operator: 'gte', target_float: 0.5 }, 'excellent', undefined],
    [{ comparison_operator: 'gte', target_float: 0.5 }, ['a'], undefined],
  ])('%j on %j is %s', (wire, value, met) => {
    expect(meets(value, condition(wire))).toBe(met);
  });

  it.each([
    undefined,
    null,
    '',
    {},
    { comparison_operator: null, target_float: null, target_values: [] },
    { metric_id: 'm', source: 'manual', create_time: '2026-01-01T00:00:00Z' },
  ])('%j is no condition', (wire) => {
    expect(readCondition(wire)).toBe('none');
  });

  it.each([
    { comparison_operator: 'matches', target_float: 1 },
    { comparison_operator: 'contains', target_float: 1 },
    { comparison_operator: 'gte' },
    { comparison_operator: 'gte', target_float: 'high' },
    { comparison_operator: 'gte', target_float: '80%' },
    { comparison_operator: 'gte', target_float: 1, target_value: 2 },
    { comparison_operator: 'gte', target_values: ['YES'] },
    { comparison_operator: 'in', target_values: [] },
    { comparison_operator: 'in', target_values: ['a', { b: 1 }] },
    { comparison_operator: 'bt', target_float_lower: 1 },
    { comparison_operator: 'constructor', target_float: 1 },
    { comparison_operator: { gte: 1 }, target_float: 1 },
    { target_float: 1 },
    'gte 0.8',
    ['gte', 0.8],
    7,
  ])('%j cannot be read', (wire) => {
    expect(readCondition(wire)).toBe('unreadable');
  });

  it('reads scores of every kind of value', () => {
    const values = ['YES', 'No', 0.25, '0.5', true, false, 'good', '', ['a'], Number.NaN, undefined];
    const scores = [1, 0, 0.25, 0.5, 1, 0, undefined, undefined, undefined, undefined, undefined];
    expect(values.map(scoreOf)).toEqual(scores);
  });
});

describe('each case of an evaluation apart', () => {
  it.each([
    ['passed', yes, { value: 'YES', explanation: 'Done.' }, { score: 1, reason: 'Done.' }],
    ['failed', yes, { value: 'NO', explanation: 'It did not.' }, { score: 0, reason: 'It did not.' }],
    [
      'failed',
      half,
      { value: 0.2 },
      { score: 0.2, threshold: 0.5, reason: 'The value is 0.2; it should be at least 0.5.' },
    ],
    ['unscored', undefined, { value: 3.2, explanation: 'Slow.' }, { score: 3.2, reason: 'Slow.' }],
    ['unscored', undefined, { value: null }, {}],
    ['skipped', yes, { status: 'SKIPPED', status_reason: 'No spans.' }, { reason: 'No spans.' }],
    ['error', yes, { status: 'FAILED', status_reason: 'Judge broke.' }, { reason: 'Judge broke.' }],
    ['error', yes, { status: 'FAILED', value: 'YES' }, {}],
    ['error', yes, { status: 'CANCELLED' }, {}],
    ['pending', yes, { status: 'IN QUEUE' }, {}],
    ['pending', yes, { status: 'IN_PROGRESS', value: 'NO' }, {}],
    ['pending', yes, { status: 'SOMETHING NEW', value: 'NO' }, {}],
    ['error', yes, { value: null }, { reason: 'The metric completed without a value.' }],
    ['failed', yes, { value: 'NO', result: { llm: { answer_explanation: 'Deep.' } } }, { score: 0, reason: 'Deep.' }],
  ] as const)('%s', (verdict, given, wire, members) => {
    expect(judgeOutput(metric(given), output(wire))).toEqual({ name: 'Metric', verdict, ...members });
  });

  it.each([
    ['good', 'an unknown word'],
    [['a'], 'a list'],
    [[0.2], 'a list'],
    [{ value: 0.2 }, 'an object'],
    [{}, 'an empty object'],
    [' ', 'an empty text'],
  ])('names the form of a value that its condition cannot judge: %j', (value, unread) => {
    const read = judgeOutput(metric(half), output({ value, explanation: 'Rude.' }));
    expect(read).toMatchObject({ verdict: 'unscored', unread });
    expect(read.reason).toContain('Rude.');
  });

  it.each(['YES', 'NO', null])('decides nothing where it is not known what the value must be (%j)', (value) => {
    const unread = 'a condition that cannot be read';
    expect(judgeOutput({ ...metric(), unread }, output({ value }))).toMatchObject({ verdict: 'unscored', unread });
  });

  it('reads the breakdown of a composite', () => {
    const parts = (...words: string[]) => ({
      individual_results: words.map((outcome, n) => ({ criterion: `C${n}`, outcome, explanation: `because ${n}` })),
    });
    const full = condition({ comparison_operator: 'gte', target_float: 1 });
    const read = (value: number, ...words: string[]) =>
      judgeOutput(metric(full, true), output({ value, result: parts(...words) }));
    expect(read(0.5, 'MET', 'NOT_MET')).toMatchObject({ verdict: 'failed', reason: 'C1: because 1.' });
    expect(read(0, 'UNKNOWN', 'UNKNOWN')).toMatchObject({ verdict: 'error' });
    expect(read(0, 'UNKNOWN', 'NOT MET')).toMatchObject({ verdict: 'failed' });
    expect(read(1, 'MET')).toMatchObject({ verdict: 'passed' });
    expect(read(1, 'MET', 'NOT_MET')).toMatchObject({
      verdict: 'unscored',
      unread: 'a value that its criteria contradict',
      reason: 'C1: because 1.',
    });
  });
});

describe('the current output', () => {
  it('is the latest by time, and by ULID where no time is given or times are equal', () => {
    const old = output({ metric_output_id: '01B', value: 'YES', create_time: '2026-01-01T00:00:00Z' });
    const late = output({ metric_output_id: '01A', value: 'NO', create_time: '2026-01-02T00:00:00Z' });
    expect(latestOutputs([late, old])).toEqual([late]);
    expect(latestOutputs([old, late])).toEqual([late]);
    const [a, b] = [output({ metric_output_id: '01A' }), output({ metric_output_id: '01B' })];
    expect(latestOutputs([b, a])).toEqual([b]);
    expect(latestOutputs([a, b, output({ metric_id: 'n' })])).toHaveLength(2);
    const local = output({ metric_output_id: '01A', value: 'NO', create_time: '2026-01-01 23:00:00' });
    expect(latestOutputs([local, old])).toEqual([local]);
  });

  it('was made when it says, else when its ULID says', () => {
    expect(madeAt(output({ metric_output_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }))).toBe(1469922850259);
    expect(madeAt(output({ metric_output_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV', create_time: '2026-01-01' }))).toBe(
      Date.parse('2026-01-01T00:00:00Z'),
    );
    expect(madeAt(output({ metric_output_id: 'out-1' }))).toBeUndefined();
  });
});
