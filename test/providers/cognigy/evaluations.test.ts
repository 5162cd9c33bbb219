import { describe, expect, it } from 'vitest';
import { areReadable, nameOf, toEvaluations } from '../../../src/providers/cognigy/evaluations.ts';
import { criterionReader } from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const criteria = [
  { type: 'text', params: { name: 'Polite', text: 'Stays polite.' } },
  { type: 'text', params: { name: 'Books', text: 'Books the slot.' } },
].map((one) => mustRead(criterionReader, one));

/** Polite passed, Books failed because "no slot". */
const EXPECTED = [
  { name: 'Polite', verdict: 'passed' },
  { name: 'Books', verdict: 'failed', reason: 'no slot' },
];

describe('one item a criterion, in every plausible shape', () => {
  it.each([
    [
      'success, reasoning',
      [
        { name: 'Polite', success: true },
        { name: 'Books', success: false, reasoning: 'no slot' },
      ],
    ],
    [
      'passed, explanation, params',
      [
        { params: { name: 'Polite' }, passed: true },
        { params: { name: 'Books' }, passed: false, explanation: 'no slot' },
      ],
    ],
    [
      'nested criterion and result',
      [
        { criterion: { params: { name: 'Polite' } }, result: { fulfilled: true } },
        { criterion: { params: { name: 'Books' } }, result: { fulfilled: false, reason: 'no slot' } },
      ],
    ],
    [
      'words',
      [
        { title: 'Polite', result: 'PASSED' },
        { title: 'Books', result: 'not_fulfilled', summary: 'no slot' },
      ],
    ],
    [
      'status words',
      [
        { criterionName: 'Polite', status: 'succeeded' },
        { criterionName: 'Books', status: 'Failed', rationale: 'no slot' },
      ],
    ],
    [
      'the criterion as text',
      [
        { criterion: 'Polite', met: true },
        { criterion: 'Books', met: false, reason: 'no slot' },
      ],
    ],
    [
      'the sentence instead of the name',
      [
        { text: 'Stays polite.', success: true },
        { text: 'Books the slot.', success: false, reason: 'no slot' },
      ],
    ],
    [
      'another order',
      [
        { name: 'books', success: false, reason: 'no slot' },
        { name: 'polite ', success: true },
      ],
    ],
    ['no names', [{ success: true }, { success: false, reason: 'no slot' }]],
  ])('%s', (_, results) => {
    expect(toEvaluations(criteria, results)).toEqual(EXPECTED);
  });

  it('takes bare booleans by position', () => {
    expect(toEvaluations(criteria, [true, false]).map((one) => one.verdict)).toEqual(['passed', 'failed']);
  });

  it('keeps scores', () => {
    const [first] = toEvaluations(criteria, [{ name: 'Polite', success: true, score: 0.75 }]);
    expect(first?.score).toBe(0.75);
  });
});

describe('what does not fit', () => {
  it('pairs by name only, where the numbers differ', () => {
    expect(toEvaluations(criteria, [{ name: 'Books', success: false }]).map((one) => one.verdict)).toEqual([
      'unscored',
      'failed',
    ]);
    const nameless = toEvaluations(criteria, [{ success: false, reason: 'which?' }]);
    expect(nameless.map((one) => [one.name, one.verdict])).toEqual([
      ['Polite', 'unscored'],
      ['Books', 'unscored'],
      ['result 1', 'failed'],
    ]);
  });

  it('never gives a criterion the result of another, wherever it stands', () => {
    const results = [{ name: 'Something else', success: false }, { success: true }];
    expect(toEvaluations(criteria, results)).toEqual([
      { name: 'Polite', verdict: 'unscored' },
      { name: 'Books', verdict: 'passed' },
      { name: 'Something else', verdict: 'failed' },
    ]);
  });

  it('leaves unreadable items unscored and shows them raw', () => {
    const read = toEvaluations(criteria, [{ weight: 1 }, { weight: 2 }]);
    expect(read.map((one) => one.verdict)).toEqual(['unscored', 'unscored']);
    expect(read[0]?.reason).toBe('{"weight":1}');
    expect(areReadable(read)).toBe(false);
    expect(areReadable(toEvaluations(criteria, [true, false]))).toBe(true);
  });

  it.each([
    ['an error of the judge', { name: 'Polite', error: 'quota' }, 'error', 'quota'],
    ['an error as an object', { name: 'Polite', error: { message: 'quota' } }, 'error', 'quota'],
    ['a skipped criterion', { name: 'Polite', status: 'skipped', reason: 'n/a' }, 'skipped', 'n/a'],
    ['a number where a verdict belongs', { name: 'Polite', success: 1, reason: 'hm' }, 'unscored', 'hm'],
  ])('%s', (_, item, verdict, reason) => {
    expect(toEvaluations(criteria, [item])[0]).toEqual({ name: 'Polite', verdict, reason });
  });

  it('keeps criteria apart that share a name', () => {
    const twins = ['a', 'b'].map((text) => mustRead(criterionReader, { name: 'Polite', text }));
    const read = toEvaluations(twins, [{ success: true }, { success: false }]);
    expect(read.map((one) => [one.name, one.verdict])).toEqual([
      ['Polite', 'passed'],
      ['Polite (2)', 'failed'],
    ]);
  });

  it('does not judge runs that are pending or skipped, whatever they say', () => {
    expect(toEvaluations(criteria, [true, true], 'pending').map((one) => one.verdict)).toEqual(['pending', 'pending']);
    expect(toEvaluations(criteria, undefined, 'skipped').map((one) => one.verdict)).toEqual(['skipped', 'skipped']);
  });
});

describe('nameOf', () => {
  it.each([
    [{ type: 'text', params: { name: ' Polite ' } }, 'Polite'],
    [{ type: 'text', params: { text: 'Stays polite.' } }, 'Stays polite.'],
    [{ type: 'toolCall', params: { tool: 'book' } }, 'toolCall: {"tool":"book"}'],
    [{ type: 'text', params: {} }, 'criterion 3'],
  ])('%j', (wire, name) => {
    expect(nameOf(mustRead(criterionReader, wire), 2)).toBe(name);
  });
});
