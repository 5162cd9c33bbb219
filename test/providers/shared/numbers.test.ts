/** Numbers, counts, truths and tokens as platforms write them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asText, count, instant, iso, nextToken, number, text, truth } from '../../../src/providers/shared/scalars.ts';

describe('a count', () => {
  it.each([
    [0, 0],
    [12, 12],
    ['7', 7],
    [' 7 ', 7],
    ['7.0', 7],
    ['1e3', 1000],
    [-1, undefined],
    ['-1', undefined],
    [0.5, undefined],
    [1e308, undefined],
    ['1e308', undefined],
    ['12 runs', undefined],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    [[3], undefined],
    [{}, undefined],
  ])('of %j is %j', (value, expected) => {
    expect(count(value)).toBe(expected);
  });
});

describe('a number, a text, a truth', () => {
  it.each([
    [1.5, 1.5],
    ['-1.5', -1.5],
    ['.5', 0.5],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    ['0x10', undefined],
    ['1,5', undefined],
  ])('%j is the number %j', (value, expected) => {
    expect(number(value)).toBe(expected);
  });

  it.each([
    ['a', 'a'],
    [17, '17'],
    [' ', undefined],
    [Number.NaN, undefined],
    [true, undefined],
    [{ $oid: 'a' }, undefined],
  ])('%j is the text %j', (value, expected) => {
    expect(text(value)).toBe(expected);
  });

  it.each([
    [true, true],
    ['TRUE', true],
    [' yes ', true],
    [1, true],
    ['0', false],
    ['No', false],
    [2, undefined],
    ['perhaps', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is %j', (value, expected) => {
    expect(truth(value)).toBe(expected);
  });
});

describe('a token of the next page', () => {
  it.each([
    ['abc', { next: 'abc' }],
    [100, { next: '100' }],
    [0, {}],
    [null, {}],
    [undefined, {}],
    [false, {}],
    [' ', {}],
    [{ at: 100 }, { more: true }],
    [true, { more: true }],
  ])('%j', (value, expected) => {
    expect(nextToken(value)).toEqual(expected);
  });
});

it('a moment is the same in seconds and in milliseconds, and always prints', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1e9, max: 4e9 }), (second) => {
      expect(instant(second)).toBe(instant(second * 1000));
      expect(iso(second)).toMatch(/^\d{4}-\d\d-\d\dT/);
    }),
  );
  expect([0, -5, Number.NaN, 1e300].map(instant)).toEqual([undefined, undefined, undefined, undefined]);
  expect(instant('2026-11-20')).toBe(Date.UTC(2026, 10, 20));
});

it('any value is a text, and no longer than wanted', () => {
  expect([asText('a'), asText({ a: 1 }), asText(undefined), asText('abcdef', 3)]).toEqual([
    'a',
    '{"a":1}',
    'undefined',
    'abc…',
  ]);
});
