/**
 * What an honest answer may be: the truth, an error, or a number that says that it may be short. What a test looks at
 * first is always what the answer states (counts, rates, words), so that a build fails on what it says and not on a
 * member that it has not got.
 */
import { expect } from 'vitest';
import type { Answer } from '../support/clients.ts';
import { at, list } from '../support/data.ts';
import { countsOf, expectRefused, firstLine, headline } from './honesty.ts';

export interface Told {
  runs?: number;
  passed?: number;
  failed?: number;
  error?: number;
  inconclusive?: number;
  pending?: number;
}

export interface Shortfall {
  missing?: number;
  unreadable?: number;
  bounds?: readonly [number, number];
  /** Words of the first line. */
  says?: RegExp;
}

/** What an answer says of itself, for the message of a failing expectation. */
export function said(answer: Answer): string {
  return `${answer.isError ? 'error: ' : ''}${headline(answer).slice(0, 400)}`;
}

export function session(answer: Answer): unknown {
  return at(answer.data, 'session');
}

/** What each evaluation of an answer came to; counts that are 0 may be absent on the wire. */
export function tallies(answer: Answer): Record<string, unknown>[] {
  const none = { passed: 0, failed: 0, error: 0, skipped: 0, unscored: 0, pending: 0 };
  return list(at(answer.data, 'evaluations')).map((one) => ({ ...none, ...Object(one) }));
}

export function coverage(answer: Answer): unknown {
  return at(answer.data, 'coverage');
}

export function isMarked(answer: Answer): boolean {
  return at(coverage(answer), 'complete') === false && /^Incomplete:/.test(firstLine(answer));
}

/** The answer states exactly this; nothing less will do, because the platform serves all of it. */
export function expectTruth(answer: Answer, told: Told): void {
  expect(answer.isError, said(answer)).toBe(false);
  expect(countsOf(answer), said(answer)).toMatchObject(told);
}

/** The answer says that it is short, in its first line and in its data, and states no rate. */
export function expectIncomplete(answer: Answer, { missing, unreadable, bounds, says }: Shortfall = {}): void {
  expect(answer.isError, said(answer)).toBe(false);
  if (session(answer) !== undefined && typeof session(answer) === 'object') {
    expect(at(session(answer), 'pass_rate'), said(answer)).toBeUndefined();
    expect(at(session(answer), 'pass_rate_interval'), said(answer)).toBeUndefined();
  }
  expect(headline(answer)).not.toMatch(/not (?:read|counted) yet|\d+ pending/);
  expect(firstLine(answer)).toMatch(/^Incomplete:/);
  if (says) expect(firstLine(answer)).toMatch(says);
  expect(coverage(answer), said(answer)).toMatchObject({
    complete: false,
    ...(missing === undefined ? {} : { missing }),
    ...(unreadable === undefined ? {} : { unreadable }),
  });
  if (bounds) {
    const [low, high] = list(at(session(answer), 'pass_rate_bounds'));
    expect(low).toBeCloseTo(bounds[0], 3);
    expect(high).toBeCloseTo(bounds[1], 3);
  }
}

export function gaps(answer: Answer): unknown[] {
  return list(at(coverage(answer), 'gaps') ?? []).map((gap) => at(gap, 'kind'));
}

/** An error that gives a reason. */
export function expectError(answer: Answer, words?: RegExp): void {
  expect(answer.isError, said(answer)).toBe(true);
  expect(firstLine(answer).length).toBeGreaterThan(20);
  expectRefused(answer, words);
}

/** The truth, an error, or a number marked as short: any but a wrong number without a word. */
export function expectHonest(answer: Answer, told: Told): void {
  if (answer.isError) expectError(answer);
  else if (at(coverage(answer), 'complete') === false) {
    expectIncomplete(answer);
    expect(countsOf(answer).passed).toBeLessThanOrEqual(told.passed ?? Number.POSITIVE_INFINITY);
  } else expectTruth(answer, told);
}

/** An error, or a number marked as short: the truth is not to be had. */
export function expectDoubt(answer: Answer, shortfall: Shortfall = {}): void {
  if (answer.isError) expectError(answer);
  else expectIncomplete(answer, shortfall);
}

/** Not a pass: nothing that was read says that the agent did well. */
export function expectNoPass(answer: Answer, told: Told = {}): void {
  if (answer.isError) expectError(answer);
  else expectTruth(answer, { passed: 0, ...told });
}

/** Every item that a list tool shows when its cursors are followed to the end; `marked` = an answer said it is short. */
export async function followed(
  call: (args: Record<string, unknown>) => Promise<Answer>,
  key: 'tests' | 'sessions' | 'runs',
  args: Record<string, unknown>,
): Promise<{ refs: unknown[]; marked: boolean }> {
  const refs: unknown[] = [];
  let marked = false;
  let cursor: unknown;
  for (let pages = 0; pages < 60; pages++) {
    const answer = await call(cursor === undefined ? args : { ...args, cursor });
    if (answer.isError) return { refs, marked: true };
    refs.push(...list(at(answer.data, key)).map((item) => at(item, 'ref')));
    marked ||= isMarked(answer);
    cursor = at(answer.data, 'next_cursor');
    if (cursor === undefined) return { refs, marked };
  }
  throw new Error('The list has no end.');
}
