/** What passes, what does not, and what nobody can say: under each rule, with and without a word on the whole run. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../../src/providers/synthflow/verdict.ts';
import { simulationReader } from '../../../src/providers/synthflow/wire.ts';
import { mustRead } from '../../support/data.ts';

const CRITERIA = ['Greets', 'Books'];

function judged(rule: unknown, success_criteria_analysis: unknown, success_criteria: unknown = CRITERIA) {
  const wire = { simulation_id: 'r1', success_criteria, call_success_type: rule, success_criteria_analysis };
  return judge(mustRead(simulationReader, wire), 'completed');
}
const said = (success: unknown, ...each: unknown[]) => ({
  success,
  evaluations: each.map((one) => ({ success: one })),
});
const unread = (rule: unknown, analysis: unknown) => judged(rule, analysis).evaluations.map((one) => one.unread);

describe('where nothing is said of the whole run', () => {
  it.each([
    ['all', [true, true], 'passed'],
    ['all', [true, false], 'failed'],
    ['all', [true, 0], 'failed'],
    ['all', [true, 'No'], 'failed'],
    ['all', [true, 'Not Passed'], 'failed'],
    ['all', [true], 'inconclusive'],
    ['all', [true, null], 'inconclusive'],
    ['all', [true, 'perhaps'], 'inconclusive'],
    ['all', [true, { value: false }], 'inconclusive'],
    ['all', [true, []], 'inconclusive'],
    ['all', [false, 'perhaps'], 'failed'],
    ['all', [], 'inconclusive'],
    ['any', [false, true], 'passed'],
    ['any', [false, 'yes'], 'passed'],
    ['any', [false, 'perhaps'], 'inconclusive'],
    ['any', [false, null], 'inconclusive'],
    ['any', [false], 'inconclusive'],
    ['any', [false, false], 'failed'],
    ['any', [], 'inconclusive'],
    [undefined, [true, false], 'failed'],
    [undefined, [true, true], 'passed'],
    ['most', [true, true], 'passed'],
    ['most', [true, false], 'inconclusive'],
    ['most', [false, false], 'failed'],
    [' ANY ', [false, true], 'passed'],
  ])('rule %s over %j: %s', (rule, each, verdict) => {
    expect(judged(rule, said(undefined, ...each)).verdict).toBe(verdict);
  });

  it('evaluations of criteria that are not known decide by themselves', () => {
    expect(judged('all', said(null, true, true), null).verdict).toBe('passed');
    expect(judged('all', said(null, true, false), []).verdict).toBe('failed');
  });
});

describe('where something is', () => {
  it.each([
    ['all', true, [true, true], 'passed'],
    ['all', 'Passed', [true, true], 'passed'],
    ['all', 1, [true, true], 'passed'],
    ['all', true, [], 'passed'],
    ['all', true, [true, null], 'passed'],
    ['all', true, [true, 'perhaps'], 'inconclusive'],
    ['all', true, [true, false], 'inconclusive'],
    ['all', true, [false, false], 'inconclusive'],
    ['any', true, [true, false], 'passed'],
    ['any', true, [true, 'perhaps'], 'passed'],
    ['any', true, [false, false], 'inconclusive'],
    ['any', true, [false, 'perhaps'], 'inconclusive'],
    [undefined, true, [true, false], 'passed'],
    [undefined, true, [false, false], 'inconclusive'],
    ['all', false, [true, true], 'failed'],
    ['all', 'no', [true, false], 'failed'],
    ['all', 'perhaps', [true, true], 'inconclusive'],
    ['all', 'perhaps', [true, false], 'failed'],
    ['any', {}, [true, false], 'inconclusive'],
    ['all', '', [true, true], 'inconclusive'],
    ['all', 2, [true, true], 'inconclusive'],
  ])('rule %s, %j over %j: %s', (rule, success, each, verdict) => {
    expect(judged(rule, said(success, ...each)).verdict).toBe(verdict);
  });

  it('a statement against the criteria says so, and what failed stays failed', () => {
    expect(judged('all', said(true, true, false)).evaluations).toMatchObject([
      { name: 'Greets', verdict: 'passed' },
      { name: 'Books', verdict: 'failed' },
      {
        name: 'overall success',
        verdict: 'unscored',
        unread: 'a statement against its criteria',
        reason: expect.stringContaining('contradicts'),
      },
    ]);
  });

  it('a statement that was not understood is named and quoted', () => {
    expect(judged('all', said({ state: 'ok' }, true, true)).evaluations.at(-1)).toEqual({
      name: 'overall success',
      verdict: 'unscored',
      unread: 'an object',
      reason: 'Not understood: {"state":"ok"}',
    });
  });
});

describe('the forms of an analysis', () => {
  const PASSED = said(true, true, true);
  it.each([
    ['JSON text', JSON.stringify(said(null, true, false))],
    ['evaluations as JSON text', { evaluations: JSON.stringify([{ success: true }, { success: false }]) }],
    ['evaluations keyed by number', { evaluations: { 0: { success: true }, 1: { success: false } } }],
    ['bare truths', { evaluations: [true, false] }],
    ['bare words', { evaluations: ['passed', 'failed'] }],
    ['another member', { evaluations: [{ passed: true }, { passed: false }] }],
  ])('%s is understood', (_, analysis) => {
    const { verdict, evaluations } = judged('all', analysis);
    expect(verdict).toBe('failed');
    expect(evaluations.map((one) => one.verdict)).toEqual(['passed', 'failed']);
  });

  it.each([
    ['a list', [PASSED], 'a list'],
    ['a word', 'succeeded', 'an unknown word'],
    ['a truth', true, 'a truth'],
    ['evaluations that are a word', { success: true, evaluations: 'fine' }, 'an unknown word'],
    ['evaluations that are an object', { success: true, evaluations: {} }, 'an empty object'],
  ])('%s is not, so that nothing passes', (_, analysis, form) => {
    expect(judged('all', analysis).verdict).toBe('inconclusive');
    expect(unread('all', analysis)).toEqual([form, form]);
  });

  it('without criteria, an analysis that was not understood is named all the same', () => {
    expect(judged('all', 'succeeded', null)).toMatchObject({
      verdict: 'inconclusive',
      evaluations: [{ name: 'overall success', unread: 'an unknown word' }],
    });
  });

  it('an evaluation with a member that nobody knows says something', () => {
    expect(unread('all', { success: true, evaluations: [{ success: true }, { outcome: 'bad' }] })).toEqual([
      undefined,
      'an object',
    ]);
    expect(unread('all', { success: true, evaluations: [{ success: true }, { reasoning: 'Hm.' }] })).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('reasons are read in any form', () => {
    const evaluations = [
      { success: false, reasoning: { text: 'Too late.' } },
      { success: false, reasoning: ['One.', 'Two.'] },
    ];
    expect(judged('all', { success: false, evaluations }).evaluations.map((one) => one.reason)).toEqual([
      'Too late.',
      'One. Two.',
    ]);
  });
});

describe('names', () => {
  it('of criteria that read alike are told apart by their place', () => {
    const names = (criteria: unknown) =>
      judged('all', said(true, true, true), criteria).evaluations.map((one) => one.name);
    expect(names(['Says it', 'Says it'])).toEqual(['Says it [criterion 1]', 'Says it [criterion 2]']);
    expect(names(['Says it ', 'Says it'])).toEqual(['Says it [criterion 1]', 'Says it [criterion 2]']);
    expect(names(['', ''])).toEqual(['criterion 1', 'criterion 2']);
    expect(new Set(names(['criterion 2', ''])).size).toBe(2);
    expect(names([{ text: 'Greets' }, 7])).toEqual(['Greets', '7']);
  });
});
