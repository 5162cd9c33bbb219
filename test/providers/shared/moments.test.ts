/** Moments as platforms write them, read in a zone that none of them means. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant, isInWindow, iso } from '../../../src/providers/shared/scalars.ts';

describe('moments', () => {
  const zone = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = 'America/New_York';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it.each([
    ['2026-11-22T10:00:00Z'],
    ['2026-11-22T10:00:00'],
    ['2026-11-22T10:00:00.000000'],
    ['2026-11-22 10:00:00+00:00'],
    ['2026-11-22T11:00:00+0100'],
    ['1795341600'],
    ['1795341600000'],
    ['1795341600000000'],
    ['2026-11-22 10:00'],
    ['  2026-11-22T10:00:00Z '],
    ['2026-11-22T04:30:00-05:30'],
    ['2026-11-22T12:00:00+02'],
    [1795341600],
    [1795341600000],
  ])('reads %j as UTC, wherever it is read', (written) => {
    expect(new Date(2026, 10, 22).getTimezoneOffset()).toBe(300);
    expect(iso(written)).toBe('2026-11-22T10:00:00.000Z');
  });

  it.each(['string', '', '17', '2026-13-45T10:00:00Z', undefined, null, 17, {}])('does not read %j', (written) => {
    expect(instant(written)).toBeUndefined();
  });
});

it.each([
  { at: 5, from: 5, to: 5, inside: true },
  { at: 4, from: 5, to: 9, inside: false },
  { at: 10, from: 5, to: 9, inside: false },
  { at: 4, from: undefined, to: 5, inside: true },
  { at: 6, from: undefined, to: 5, inside: false },
  { at: 6, from: 5, to: undefined, inside: true },
  { at: undefined, from: 5, to: 9, inside: true },
])('$at in the window from $from to $to: $inside', ({ at, from, to, inside }) => {
  expect(isInWindow(at, from, to)).toBe(inside);
});
