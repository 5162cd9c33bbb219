import { describe, expect, it } from 'vitest';
import { count } from '../../../src/providers/cognigy/lenient.ts';

describe('a count', () => {
  it.each([
    [0, 0],
    [12, 12],
    ['7', 7],
    [-1, undefined],
    [0.5, undefined],
    [1e308, undefined],
    [null, undefined],
    [{}, undefined],
  ])('of %j is %j', (value, expected) => {
    expect(count(value)).toBe(expected);
  });
});
