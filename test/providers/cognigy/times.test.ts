import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, iso, seconds } from '../../../src/providers/cognigy/times.ts';

describe('moments', () => {
  it.each([
    [1_795_000_000_000, 1_795_000_000_000],
    [1_795_000_000, 1_795_000_000_000],
    ['1795000000', 1_795_000_000_000],
    ['2026-11-20T08:00:00Z', Date.UTC(2026, 10, 20, 8)],
    ['2026-11-20T08:00:00', Date.UTC(2026, 10, 20, 8)],
    ['2026-11-20 09:00:00+0100', Date.UTC(2026, 10, 20, 8)],
    ['2026-11-20', Date.UTC(2026, 10, 20)],
    ['2026-13-40T08:00:00Z', undefined],
    ['<string>', undefined],
    [0, undefined],
    [-5, undefined],
    [Number.NaN, undefined],
    [1e300, undefined],
    [undefined, undefined],
  ])('%s', (written, at) => {
    expect(instant(written)).toBe(at);
  });

  it('are the same moment in seconds and in milliseconds, and always print', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e8, max: 4e9 }), (second) => {
        expect(instant(second)).toBe(instant(second * 1000));
        expect(iso(second)).toMatch(/^\d{4}-\d\d-\d\dT/);
      }),
    );
  });
});

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
