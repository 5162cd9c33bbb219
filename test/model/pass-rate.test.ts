import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Interval, wilsonInterval, withCounts } from '../../src/model/pass-rate.ts';
import { sessionSchema } from '../../src/model/schemas.ts';
import { aSession } from '../analysis/runs.ts';

const rounded = (interval: Interval | undefined) => interval?.map((end) => Number(end.toFixed(4)));
const count = fc.integer({ min: 0, max: 400 });
/** passed and total, total ≥ 1. */
const share = fc.tuple(count, count).map(([passed, failed]) => ({ passed, total: passed + failed + 1 }));

describe('wilsonInterval', () => {
  // Newcombe RG (1998), Two-sided confidence intervals for the single proportion: comparison of seven methods,
  // Statistics in Medicine 17:857–872, table I, method 3.
  it.each([
    [81, 263, [0.2553, 0.3662]],
    [15, 148, [0.0624, 0.1605]],
    [0, 20, [0, 0.1611]],
    [1, 29, [0.0061, 0.1718]],
  ])('%i of %i as published', (passed, total, published) => {
    expect(rounded(wilsonInterval(passed, total))).toEqual(published);
  });

  it('is absent when nothing was judged', () => {
    expect(wilsonInterval(0, 0)).toBeUndefined();
  });

  it('touches 0 and 1 exactly at the ends', () => {
    expect(wilsonInterval(0, 7)?.[0]).toBe(0);
    expect(wilsonInterval(7, 7)?.[1]).toBe(1);
  });

  it('holds the rate, stays within 0 and 1, and mirrors', () => {
    fc.assert(
      fc.property(share, ({ passed, total }) => {
        const [low, high] = wilsonInterval(passed, total) ?? [Number.NaN, Number.NaN];
        const [mirrorLow, mirrorHigh] = wilsonInterval(total - passed, total) ?? [Number.NaN, Number.NaN];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(passed / total);
        expect(high).toBeGreaterThanOrEqual(passed / total);
        expect(low).toBeCloseTo(1 - mirrorHigh, 12);
        expect(high).toBeCloseTo(1 - mirrorLow, 12);
      }),
    );
  });

  it('narrows as runs are added', () => {
    fc.assert(
      fc.property(share, ({ passed, total }) => {
        const few = wilsonInterval(passed, total) ?? [0, 0];
        const many = wilsonInterval(passed * 10, total * 10) ?? [1, 0];
        expect(many[1] - many[0]).toBeLessThan(few[1] - few[0]);
      }),
    );
  });

  it('refuses what is not a count', () => {
    expect(() => wilsonInterval(5, 3)).toThrow('not a count');
    expect(() => wilsonInterval(0.5, 3)).toThrow('not a count');
  });
});

describe('withCounts', () => {
  const counts = { runs: 30, passed: 0, failed: 20, error: 10, inconclusive: 0, pending: 0 };

  it('fills rate and interval from judged runs only', () => {
    const session = withCounts(aSession({ name: 'nightly' }), counts);
    expect(session).toMatchObject({ name: 'nightly', counts, pass_rate: 0 });
    // Newcombe 1998: 0 of 20.
    expect(session.pass_rate_interval?.map((end) => Number(end.toFixed(4)))).toEqual([0, 0.1611]);
    expect(() => sessionSchema.parse(session)).not.toThrow();
  });

  it('counts what a running session does not list yet as pending, and takes an ended one at its word', () => {
    const read = { ...counts, runs: 3, failed: 3, error: 0 };
    const announced = { ...counts, runs: 10 };
    expect(withCounts(aSession({ status: 'running', counts: announced }), read).counts).toEqual({
      ...read,
      runs: 10,
      pending: 7,
    });
    expect(withCounts(aSession({ status: 'completed', counts: announced }), read).counts).toEqual(read);
  });

  it('removes a rate that has nothing to divide', () => {
    const stale = aSession({ pass_rate: 0.5, pass_rate_interval: [0.1, 0.9] });
    const session = withCounts(stale, { ...counts, failed: 0 });
    expect(session.pass_rate).toBeUndefined();
    expect(session.pass_rate_interval).toBeUndefined();
  });
});
