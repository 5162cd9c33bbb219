import { describe, expect, it } from 'vitest';
import { seconds } from '../../../src/providers/cognigy/times.ts';

describe('durations of an unknown unit', () => {
  it.each([
    ['milliseconds beside a span', 42_500, 41, 42.5],
    ['seconds beside a span', 42.5, 41, 42.5],
    ['long seconds beside a span', 2_000, 1_900, 2_000],
    ['milliseconds without a span', 42_500, undefined, 42.5],
    ['too short for milliseconds', 42, undefined, 42],
    ['nothing but a span', undefined, 41, 41],
    ['nonsense', -3, 41, 41],
    ['zero', 0, undefined, 0],
    ['nothing at all', undefined, undefined, undefined],
  ])('%s', (_, value, span, expected) => {
    expect(seconds(value, span)).toBe(expected);
  });
});
