import { describe, expect, it } from 'vitest';
import { nameOf, toEvaluations } from '../../../src/providers/cognigy/verdict.ts';
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
      { name: 'Polite', verdict: 'unscored', unread: 'no result' },
      { name: 'Books', verdict: 'passed' },
      { name: 'Something else', verdict: 'failed' },
    ]);
  });

  it('leaves unreadable items unscored, names their form and shows them raw', () => {
    expect(toEvaluations(criteria, [{ weight: 1 }, { name: 'Books', success: 'so so', reason: 'hm' }])).toEqual([
      { name: 'Polite', verdict: 'unscored', unread: 'an object', reason: 'Not understood: {"weight":1}' },
      { name: 'Books', verdict: 'unscored', unread: 'an unknown word', reason: 'Not understood: so so — hm' },
    ]);
  });

  it.each([
    ['an error of the judge', { name: 'Polite', error: 'quota' }, { verdict: 'error', reason: 'quota' }],
    ['an error as an object', { name: 'Polite', error: { message: 'quota' } }, { verdict: 'error', reason: 'quota' }],
    [
      'a skipped criterion',
      { name: 'Polite', status: 'skipped', reason: 'n/a' },
      { verdict: 'skipped', reason: 'n/a' },
    ],
    ['a number', { name: 'Polite', success: 1, reason: 'hm' }, { verdict: 'passed', reason: 'hm' }],
    [
      'a reason in parts',
      { name: 'Polite', success: 0, reason: [{ text: 'It' }, 'was not.'] },
      { verdict: 'failed', reason: 'It was not.' },
    ],
    ['a score as a share', { name: 'Polite', score: '80%' }, { verdict: 'unscored', score: 0.8, scale: 100 }],
    ['a word of another matter', { name: 'Polite', success: true, result: 'It greeted.' }, { verdict: 'passed' }],
    ['two words that agree', { name: 'Polite', success: true, passed: 'yes' }, { verdict: 'passed' }],
  ])('%s', (_, item, expected) => {
    expect(toEvaluations(criteria, [item])[0]).toEqual({ name: 'Polite', ...expected });
  });

  it.each([
    ['two that contradict each other', { success: true, fulfilled: false }],
    ['one that is not understood beside one that is', { success: 'hm', passed: true }],
    ['a word that is a member of every object', { success: 'constructor' }],
    ['nothing but a name', {}],
  ])('%s: no assent', (_, item) => {
    const [read] = toEvaluations(criteria, [{ name: 'Polite', ...item }]);
    expect(read?.verdict).toBe('unscored');
    expect(read?.unread).toMatch(/^an? /);
  });

  it('keeps criteria apart that share a name, and results that nobody claims', () => {
    const twins = ['a', 'b'].map((text) => mustRead(criterionReader, { name: 'Polite', text }));
    const read = toEvaluations(twins, [{ success: true }, { success: false }]);
    expect(read.map((one) => [one.name, one.verdict])).toEqual([
      ['Polite [1]', 'passed'],
      ['Polite [2]', 'failed'],
    ]);
    const results = [
      { name: 'Polite', success: true },
      { name: 'Polite', success: false },
    ];
    expect(toEvaluations(criteria, results).map((one) => [one.name, one.verdict])).toEqual([
      ['Polite', 'passed'],
      ['Books', 'unscored'],
      ['Polite [result 1]', 'failed'],
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
