/** What judges say, in all forms: understood, or named and never a pass. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  distinctNames,
  formOf,
  notUnderstood,
  readScore,
  reasonText,
  yesOrNo,
} from '../../../src/providers/shared/judgements.ts';

describe('yes or no', () => {
  it.each([
    true,
    1,
    '1',
    '1.0',
    'Passed',
    ' PASS ',
    'passed.',
    'Passed!',
    '**Passed**',
    '✅ Passed',
    'true',
    'Yes',
    'success',
    'Met',
    ['Passed'],
    { passed: true },
    { result: 'pass' },
    { verdict: { passed: 'yes' } },
    { failed: false },
    { passed: true, failed: false },
  ])('%j passed', (value) => {
    expect(yesOrNo(value)).toBe(true);
  });

  it.each([
    false,
    0,
    '0',
    '0.0',
    'Failed',
    'Failed.',
    '❌ Failed',
    'Not Passed',
    'NOT_PASSED',
    'not-met',
    'No',
    'false',
    'did not pass',
    'unsuccessful',
    ['Failed'],
    { passed: false },
    { result: false },
    { success: 'no' },
    { failed: true },
    { failure: 'yes' },
    { passed: 0, failed: 1 },
  ])('%j failed', (value) => {
    expect(yesOrNo(value)).toBe(false);
  });

  it.each([
    undefined,
    null,
    '',
    ' ',
    2,
    -1,
    0.5,
    Number.NaN,
    '2',
    'Fail - rude',
    'Passed with remarks',
    'pass/fail',
    'Pass or fail',
    '0 passed',
    'Passed: 0/5',
    'passed 3',
    '0 failed',
    '❌ Passed',
    '✗ success',
    '!passed',
    '¬ true',
    'perhaps',
    'n/a',
    'constructor',
    [],
    ['Passed', 'Passed'],
    [[[['Passed']]]],
    {},
    { passed: true, failed: true },
    { passed: true, verdict: 'unclear' },
    { passed: 1, total: 5 },
    { pass: 1, fail: 4 },
    { passed: 3, failed: 0 },
    { score: 1 },
    { choice: 'Passed' },
  ])('%j says neither', (value) => {
    expect(yesOrNo(value)).toBeUndefined();
  });

  it('passes nothing but what is known, and throws for nothing', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 3 }), (value) => {
        const said = yesOrNo(value);
        expect([true, false, undefined]).toContain(said);
        if (typeof value === 'string' && said === true)
          expect(value).toMatch(/pass|true|yes|succe|fulfilled|met|satisfied|1/i);
        expect(typeof formOf(value)).toBe('string');
        readScore(value);
        reasonText(value);
      }),
    );
  });

  it('takes no word of passing with a word or a number beside it for a pass', () => {
    const beside = fc.constantFrom('not', 'never', 'half', '0', '0/5', '50%', 'almost', 'un', '❌', '✗', '≠', '<');
    const word = fc.constantFrom('passed', 'pass', 'true', 'yes', 'success', 'met', 'fulfilled', 'satisfied');
    fc.assert(
      fc.property(beside, word, fc.constantFrom('', ' ', '-', ': '), fc.boolean(), (other, passing, between, first) => {
        expect(yesOrNo(first ? other + between + passing : passing + between + other)).not.toBe(true);
      }),
    );
  });
});

describe('a score', () => {
  it.each([
    [0.4, { score: 0.4 }],
    [0, { score: 0 }],
    [-1, { score: -1 }],
    ['0.4', { score: 0.4 }],
    [' 4 ', { score: 4 }],
    ['40%', { score: 0.4, scale: 100 }],
    ['40 %', { score: 0.4, scale: 100 }],
    ['40 percent', { score: 0.4, scale: 100 }],
    ['4/10', { score: 0.4, scale: 10 }],
    ['4 out of 5', { score: 0.8, scale: 5 }],
    ['2 of 4', { score: 0.5, scale: 4 }],
    [[0.4], { score: 0.4 }],
    [['40%'], { score: 0.4, scale: 100 }],
    [{ score: '4/10' }, { score: 0.4, scale: 10 }],
    [{ value: 3 }, { score: 3 }],
    [{ score: { value: 0.4 } }, { score: 0.4 }],
    [{ score: null, value: 2 }, { score: 2 }],
  ])('%j is read', (value, score) => {
    expect(readScore(value)).toEqual(score);
  });

  it.each([
    undefined,
    null,
    '',
    'good',
    '4/0',
    '4/10/2026',
    '0x10',
    '1,5',
    '80-90',
    true,
    [],
    [1, 2],
    {},
    { score: {} },
    { points: 4 },
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])('%j is none', (value) => {
    expect(readScore(value)).toBeUndefined();
  });
});

describe('a form that was not understood', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    [' ', 'an empty text'],
    ['perhaps', 'an unknown word'],
    [2, 'a number'],
    [true, 'a truth'],
    [[], 'an empty list'],
    [[1], 'a list'],
    [{}, 'an empty object'],
    [{ a: 1 }, 'an object'],
  ])('%j is %s', (value, form) => {
    expect(formOf(value)).toBe(form);
  });

  it('is quoted before what else was said, and cut', () => {
    expect(notUnderstood({ a: 1 }, 'because')).toBe('Not understood: {"a":1} — because');
    expect(notUnderstood(undefined, undefined)).toBe('Not understood: null');
    expect(notUnderstood('x'.repeat(5_000), undefined).length).toBeLessThan(230);
  });
});

describe('a reason', () => {
  it.each([
    [' rude ', 'rude'],
    [4, '4'],
    [false, 'false'],
    [['a', 'b'], 'a b'],
    [[{ reason: 'a' }, { explanation: 'b' }], 'a b'],
    [{ reason: 'a', score: 3 }, 'a'],
    [{ odd: 'a' }, '{"odd":"a"}'],
    [['', null, undefined], undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%j is the text %j', (reason, text) => {
    expect(reasonText(reason)).toBe(text);
  });

  it('ends where objects lie in one another without end', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 50; depth += 1) deep = [deep];
    expect(reasonText(deep)).toBeUndefined();
  });
});

describe('names that tell things apart', () => {
  it('carry the id where several share one, or are it where there is none', () => {
    const names = distinctNames([
      { id: 'a', name: 'Tone' },
      { id: 'b', name: ' Tone ' },
      { id: 'c', name: 'constructor' },
      { id: 'd' },
      { id: 'e', name: ' ' },
    ]);
    expect(Object.fromEntries(names)).toEqual({ a: 'Tone [a]', b: 'Tone [b]', c: 'constructor', d: 'd', e: 'e' });
  });

  it('are plain where one thing is named twice', () => {
    expect([
      ...distinctNames([
        { id: 'a', name: 'Tone' },
        { id: 'a', name: 'Tone' },
      ]).values(),
    ]).toEqual(['Tone']);
  });

  it('are never shared by two ids', () => {
    const named = fc.record({
      id: fc.uuid(),
      name: fc.option(fc.constantFrom('A', 'B', ' A', ''), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(named, { selector: ({ id }) => id, maxLength: 8 }), (things) => {
        const names = [...distinctNames(things).values()];
        expect(new Set(names).size).toBe(things.length);
      }),
    );
  });
});
