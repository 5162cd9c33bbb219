import { describe, expect, it } from 'vitest';
import { runVerdict } from '../../../src/model/verdicts.ts';
import { createNaming } from '../../../src/providers/futureagi/evaluation-names.ts';
import { configNames, missingEvaluations, toEvaluations } from '../../../src/providers/futureagi/verdict.ts';
import { callReader, evaluationReader } from '../../../src/providers/futureagi/wire.ts';
import { mustRead } from '../../support/data.ts';

const one = (entry: unknown, settled = false) => {
  const { eval_outputs } = mustRead(callReader, { eval_outputs: { 'config-1': entry } });
  const [evaluation] = toEvaluations(eval_outputs, { settled });
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
    ['an errored status beside an output', { output: 'Passed', status: 'Errored' }, 'error'],
    ['a cancelled status beside an output', { output: 'Passed', status: 'cancelled' }, 'error'],
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
    ['a choice that is a verdict', { output: ['Failed'], output_type: 'choices' }, 'failed'],
    ['the same in an object', { output: { choice: 'Failed.' }, output_type: 'choices' }, 'failed'],
    ['the same beside others', { output: { choices: ['Passed', 'rude'] }, output_type: 'choices' }, 'unscored'],
    ['a choice that is a number', { output: 1, output_type: 'choices' }, 'unscored'],
    ['a choice beside a verdict', { output: { choice: 'billing', passed: false }, output_type: 'choices' }, 'failed'],
    ['a boolean whatever the type', { output: false, output_type: 'score' }, 'failed'],
    ['a word in place of a score', { output: 'Failed', output_type: 'score' }, 'failed'],
    ['a score of 1', { output: 1, output_type: 'score' }, 'unscored'],
    ['a score beside a verdict', { output: { score: 0.9, passed: false }, output_type: 'score' }, 'failed'],
    ['an entry that is no object', 'Failed', 'failed'],
    ['1 for a pass', { output: 1, output_type: 'pass_fail' }, 'passed'],
    ['0 for a failure', { output: '0', output_type: 'Pass/Fail' }, 'failed'],
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

  it.each([
    ['a list', ['a', '', 'b'], 'a b'],
    ['blank', '  ', undefined],
    ['absent', null, undefined],
    ['an object', { summary: 'Hung up.' }, 'Hung up.'],
    ['a list of objects', [{ text: 'Hung up.' }, { criterion: 'End', explanation: 'Too soon.' }], 'Hung up. Too soon.'],
  ])('reads a reason that is %s', (_what, reason, expected) => {
    expect(one({ output: 'Passed', reason })?.reason).toBe(expected);
  });

  it.each([
    ['an unknown word', { output: 'Fail - rude', output_type: 'Pass/Fail' }, 'an unknown word'],
    ['an unknown object', { output: { grade: 'poor' }, output_type: 'Pass/Fail' }, 'an object'],
    ['an unknown number', { output: 0.5, output_type: 'Pass/Fail' }, 'a number'],
    ['an empty text', { output: '', output_type: 'Pass/Fail', name: 'A' }, 'an empty text'],
    ['an empty object', { output: {}, output_type: 'score' }, 'an empty object'],
    ['an empty list', { output: [], output_type: 'choices' }, 'an empty list'],
    ['a list of verdicts', { output: ['Passed', 'Failed'], output_type: 'Pass/Fail' }, 'a list'],
    ['no score', { output: 'high', output_type: 'score' }, 'an unknown word'],
    ['a choice of no label', { output: { choice: { x: 1 } }, output_type: 'choices' }, 'an object'],
    [
      'a choice against its verdict',
      { output: { choice: 'Passed', passed: false }, output_type: 'choices' },
      'an object',
    ],
    ['a word of no type', { output: 'Maybe' }, 'an unknown word'],
    ['a word of an unknown type', { output: 'Maybe', output_type: 'constructor' }, 'an unknown word'],
    ['an unknown status', { output: 'Passed', output_type: 'Pass/Fail', status: 'not_run' }, 'an unknown status'],
    ['1 of no type', { output: 1 }, 'a number that may be a verdict or a score'],
    ['a list of 1 of no type', { output: ['1'] }, 'a number that may be a verdict or a score'],
  ])('names a form that it does not know: %s', (_what, entry, unread) => {
    const evaluation = one({ reason: 'See there.', ...entry });
    expect(evaluation).toMatchObject({ verdict: 'unscored', unread });
    expect(evaluation?.reason).toMatch(/^Not understood: .* — See there\.$/);
    const passed = { name: 'B', verdict: 'passed' as const };
    expect(runVerdict('completed', evaluation ? [passed, evaluation] : [])).toBe('inconclusive');
  });

  it.each([
    ['Not Passed', 'Output: Not Passed'],
    [{ passed: false }, 'Output: {"passed":false}'],
    ['Failed', undefined],
    [false, undefined],
  ])('quotes the failure %j where nobody gives a reason', (output, reason) => {
    expect(one({ output, output_type: 'Pass/Fail' })).toMatchObject({ verdict: 'failed' });
    expect(one({ output, output_type: 'Pass/Fail' })?.reason).toBe(reason);
    expect(one({ output, output_type: 'Pass/Fail', reason: 'Rude.' })?.reason).toBe('Rude.');
  });

  it.each([
    ['a score without a threshold', { output: 0.2, output_type: 'score' }],
    ['a number of no type', { output: 0.2 }],
    ['a choice', { output: 'billing', output_type: 'choices' }],
    ['text', { output: 'No, she was happy.', output_type: 'reason' }],
  ])('has no verdict by nature, which is nothing unknown: %s', (_what, entry) => {
    expect(one(entry)).toMatchObject({ verdict: 'unscored' });
    expect(one(entry)?.unread).toBeUndefined();
  });

  it.each([
    [{ score: '0.4' }, 0.4, undefined],
    ['40%', 0.4, 100],
    ['4/10', 0.4, 10],
    [[0.4], 0.4, undefined],
    [{ score: { value: 0.4 } }, 0.4, undefined],
  ])('reads the score %j', (output, score, scale) => {
    expect(one({ output, output_type: 'score' })).toMatchObject({ verdict: 'unscored', score });
    expect(one({ output, output_type: 'score' })?.scale).toBe(scale);
  });

  it.each([[{ status: 'pending' }], [{}], [{ name: 'constructor', status: 'Running', output: null }], [null]])(
    'has no result where %j came long after the end',
    (entry) => {
      expect(one(entry)?.verdict).toBe('pending');
      expect(one(entry, true)).toMatchObject({ verdict: 'unscored', unread: 'no result' });
    },
  );

  it('tells configurations of one name apart by their ids, in all runs', () => {
    const naming = createNaming();
    const entries = (outputs: object) => mustRead(callReader, { eval_outputs: outputs }).eval_outputs;
    const names = new Map([['c2', 'Tone']]);
    const runs = [{ c1: { name: 'Tone', output: 'Passed' } }, { c2: { output: 'Failed' }, c3: { name: 'Price' } }].map(
      (outputs) => {
        const evaluations = toEvaluations(entries(outputs), { names, note: naming.note });
        const failed_evaluations = evaluations.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name);
        return {
          ref: 'r',
          session: 's',
          status: 'completed' as const,
          verdict: 'failed' as const,
          evaluations,
          failed_evaluations,
        };
      },
    );
    expect([...naming.tellApart(runs)]).toEqual([['Tone', ['c1', 'c2']]]);
    expect(runs.map(({ evaluations }) => evaluations.map(({ name }) => name))).toEqual([
      ['Tone [c1]'],
      ['Tone [c2]', 'Price'],
    ]);
    expect(runs.map(({ failed_evaluations }) => failed_evaluations)).toEqual([[], ['Tone [c2]']]);
    // A run that is read by itself has the name that it has in its session.
    const alone = createNaming(new Map([['Tone', ['c1', 'c2']]]));
    const [evaluation] = toEvaluations(entries({ c1: { name: 'Tone', output: 'Passed' } }), { note: alone.note });
    alone.tellApart([]);
    expect(evaluation?.name).toBe('Tone [c1]');
  });

  it('takes a name from the entry, then from its configuration, then the id', () => {
    const entries = new Map([
      ['c1', mustRead(evaluationReader, { output: 'Passed', name: 'As scored' })],
      ['c2', mustRead(evaluationReader, { status: 'pending' })],
      ['c3', mustRead(evaluationReader, { status: 'pending' })],
    ]);
    const names = new Map([
      ['c1', 'Renamed since'],
      ['c2', 'From the configuration'],
    ]);
    expect(toEvaluations(entries, { names }).map(({ name }) => name)).toEqual([
      'As scored',
      'From the configuration',
      'c3',
    ]);
    expect(missingEvaluations(entries, [], { names: new Map([...names, ['c4', 'Not there yet']]) })).toEqual([
      { name: 'Not there yet', verdict: 'pending' },
    ]);
  });

  it('collects configuration names from the statistics', () => {
    const results = [{ name: 't', id: 't1', output_type: undefined, result: [{ id: 'c', name: 'N', total_cells: 0 }] }];
    expect([...configNames(results)]).toEqual([['c', 'N']]);
  });

  it('survives fields of unexpected types', () => {
    expect(one({ output: 'Passed', name: {}, status: {}, skipped: 'no', reason: 4 })).toEqual({
      name: 'config-1',
      verdict: 'passed',
      reason: '4',
    });
  });
});
