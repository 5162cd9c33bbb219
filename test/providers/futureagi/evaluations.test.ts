import { describe, expect, it } from 'vitest';
import {
  configNames,
  mapEvaluations,
  missingEvaluations,
  reasonText,
} from '../../../src/providers/futureagi/evaluations.ts';
import { evalEntryReader } from '../../../src/providers/futureagi/wire.ts';
import { mustRead } from '../../support/data.ts';

const one = (entry: unknown) => {
  const [evaluation] = mapEvaluations(new Map([['config-1', mustRead(evalEntryReader, entry)]]));
  return evaluation;
};

describe('the verdict of an evaluation', () => {
  it.each([
    ['the word Passed', { output: 'Passed', output_type: 'Pass/Fail' }, 'passed'],
    ['the word in another case', { output: ' FAILED ', output_type: 'Pass/Fail' }, 'failed'],
    ['true', { output: true, output_type: 'Pass/Fail' }, 'passed'],
    ['false', { output: false, output_type: 'Pass/Fail' }, 'failed'],
    ['a boolean as text', { output: 'False' }, 'failed'],
    ['a failure flag', { output: { failure: true } }, 'failed'],
    ['a failure flag that is off', { output: { failure: false } }, 'passed'],
    ['a chat-path success', { output: 'Passed', status: 'Completed', output_type: 'Pass/Fail' }, 'passed'],
    ['an error text', { output: null, error: 'error', output_type: 'Pass/Fail', name: 'A' }, 'error'],
    ['an error that has an output all the same', { output: 'Failed', error: 'error' }, 'error'],
    ['a failed status', { output: 'Failed', status: 'Failed' }, 'error'],
    ['a timed-out status', { output: null, status: 'timed_out' }, 'error'],
    ['nothing to score', { output: null, reason: 'No transcript data available', output_type: 'Pass/Fail' }, 'error'],
    ['no output at all', { name: 'A', output_type: 'score' }, 'error'],
    ['an error flag that is off', { output: 'Passed', error: false }, 'passed'],
    ['an empty error text', { output: 'Passed', error: '' }, 'passed'],
    ['skipped by flag', { output: null, skipped: true }, 'skipped'],
    ['skipped by status', { output: null, status: 'Skipped' }, 'skipped'],
    ['a placeholder', { status: 'pending' }, 'pending'],
    ['an empty placeholder of the app family', {}, 'pending'],
    ['a running evaluation', { status: 'running', name: 'A' }, 'pending'],
    ['a score', { output: 0.2, output_type: 'score' }, 'unscored'],
    ['a score of 0', { output: 0, output_type: 'score' }, 'unscored'],
    ['a score in an object', { output: { score: 1 }, output_type: 'score' }, 'unscored'],
    ['a choice', { output: 'billing', output_type: 'choices' }, 'unscored'],
    ['several choices', { output: ['Failed'], output_type: 'choices' }, 'unscored'],
    ['a raw word of a Pass/Fail evaluation', { output: 'Maybe', output_type: 'Pass/Fail' }, 'unscored'],
    ['a number', { output: 12.5, output_type: 'numeric' }, 'unscored'],
    ['text only', { output: 'The caller was happy.', output_type: 'reason' }, 'unscored'],
  ] as const)('%s', (_what, entry, verdict) => {
    expect(one(entry)?.verdict).toBe(verdict);
  });

  it('keeps scores raw, whatever their scale, and shows what was chosen', () => {
    expect(one({ output: 0.41, output_type: 'score' })).toMatchObject({ score: 0.41 });
    expect(one({ output: { score: 87 }, output_type: 'score' })).toMatchObject({ score: 87 });
    expect(one({ output: '0.5', output_type: 'score' })).toMatchObject({ score: 0.5, verdict: 'unscored' });
    expect(one({ output: 'billing', output_type: 'choices', reason: 'Asked.' })?.reason).toBe('Chose billing. Asked.');
    expect(one({ output: ['a', 'b'], output_type: 'choices' })?.reason).toBe('Chose a, b.');
    expect(one({ output: { choice: 'x', score: 0.3 } })).toMatchObject({ reason: 'Chose x.', score: 0.3 });
    expect(one({ output: { choices: ['x', 'y'] } })?.reason).toBe('Chose x, y.');
  });

  it('reads the field names of the app family', () => {
    expect(one({ value: 'Failed', type: 'Pass/Fail', name: 'A', error: false, status: 'completed' })).toEqual({
      name: 'A',
      verdict: 'failed',
    });
  });

  it('reads a reason that is text, a list, empty or absent', () => {
    expect(reasonText(['a', '', 'b'])).toBe('a b');
    expect(reasonText('  ')).toBeUndefined();
    expect(reasonText({ text: 'x' })).toBeUndefined();
    expect(one({ output: 'Passed', reason: null })?.reason).toBeUndefined();
  });

  it('takes a name from the entry, then from its configuration, then the id', () => {
    const entries = new Map([
      ['c1', mustRead(evalEntryReader, { output: 'Passed', name: 'As scored' })],
      ['c2', mustRead(evalEntryReader, { status: 'pending' })],
      ['c3', mustRead(evalEntryReader, { status: 'pending' })],
    ]);
    const names = new Map([
      ['c1', 'Renamed since'],
      ['c2', 'From the configuration'],
    ]);
    expect(mapEvaluations(entries, names).map(({ name }) => name)).toEqual([
      'As scored',
      'From the configuration',
      'c3',
    ]);
    expect(missingEvaluations(entries, new Map([...names, ['c4', 'Not there yet']]), [])).toEqual([
      { name: 'Not there yet', verdict: 'pending' },
    ]);
  });

  it('collects configuration names from the statistics', () => {
    const results = [{ name: 't', id: 't1', output_type: undefined, result: [{ id: 'c', name: 'N', total_cells: 0 }] }];
    expect([...configNames(results)]).toEqual([['c', 'N']]);
  });

  it('survives fields of unexpected types', () => {
    expect(one({ output: 'Passed', name: 7, status: {}, skipped: 'no', reason: 4 })).toEqual({
      name: 'config-1',
      verdict: 'passed',
    });
  });
});
