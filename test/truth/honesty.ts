/** What an honest answer looks like: the truth, an error, or numbers that are marked as incomplete. */
import { expect } from 'vitest';
import type { Answer } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import type { StandIn } from './stand-in.ts';

/** What is true of a session. */
interface Facts {
  runs: number;
  passed: number;
  failed?: number;
  error?: number;
  inconclusive?: number;
  pending?: number;
}

/** What an incomplete answer has to say. */
interface Short {
  missing?: number;
  unreadable?: number;
  /** Words of the first line. */
  says?: RegExp;
  /** Share of passed runs over all that there are: the bounds hold it. */
  rate?: number;
}

const COUNTS = ['runs', 'passed', 'failed', 'error', 'inconclusive', 'pending'] as const;

export function firstLine(answer: Answer): string {
  return answer.text.split('\n')[0] ?? '';
}

/** The trusted text above what is quoted. */
export function headline(answer: Answer): string {
  return answer.text.split('<<<quoted')[0] ?? '';
}

/** Counts of an answer's session; those that are 0 may be absent. */
export function countsOf(answer: Answer): Record<(typeof COUNTS)[number], number> {
  const counts = at(at(answer.data, 'session'), 'counts');
  const [runs = 0, passed = 0, failed = 0, error = 0, inconclusive = 0, pending = 0] = COUNTS.map((word) =>
    Number(at(counts, word) ?? 0),
  );
  return { runs, passed, failed, error, inconclusive, pending };
}

/** The answer counts exactly this and says that it is all. */
export function expectWhole(answer: Answer, facts: Facts): void {
  expect(answer.isError, answer.text).toBe(false);
  expect(countsOf(answer)).toEqual({ failed: 0, error: 0, inconclusive: 0, pending: 0, ...facts });
  expect(firstLine(answer)).not.toMatch(/^Incomplete/);
  expect(at(answer.data, 'coverage')).toMatchObject({ complete: true });
}

/** The answer says first that something is missing, and gives no rate. */
export function expectIncomplete(answer: Answer, { missing, unreadable, says, rate }: Short = {}): void {
  expect(answer.isError, answer.text).toBe(false);
  expect(firstLine(answer)).toMatch(/^Incomplete: \S/);
  if (says) expect(firstLine(answer)).toMatch(says);
  const session = at(answer.data, 'session');
  expect(at(session, 'pass_rate'), 'no rate over the rest').toBeUndefined();
  expect(at(session, 'pass_rate_interval')).toBeUndefined();
  const coverage = at(answer.data, 'coverage');
  expect(coverage).toMatchObject({ complete: false });
  if (missing !== undefined) expect(coverage).toMatchObject({ missing });
  if (unreadable !== undefined) expect(coverage).toMatchObject({ unreadable });
  for (const count of [missing, unreadable]) if (count) expect(firstLine(answer)).toMatch(new RegExp(`\\b${count}\\b`));
  expect(list(at(coverage, 'gaps')).length).toBeGreaterThan(0);
  const bounds = at(session, 'pass_rate_bounds');
  if (bounds === undefined || rate === undefined) return;
  const [low = 1, high = 0] = list(bounds).map(Number);
  expect(low).toBeLessThanOrEqual(rate);
  expect(high).toBeGreaterThanOrEqual(rate);
}

/** The answer is an error in words for its reader, not a fault of the server. */
export function expectRefused(answer: Answer, words: RegExp = /\S/): void {
  expect(answer.isError, answer.text).toBe(true);
  expect(answer.text).toMatch(words);
  expect(answer.text).not.toMatch(/kind internal/);
}

/** The truth, an error, or marked as incomplete and then no more than the truth. */
export function expectHonest(answer: Answer, facts: Facts, short: Short = {}): void {
  if (answer.isError) expectRefused(answer);
  else if (at(at(answer.data, 'coverage'), 'complete') !== false) expectWhole(answer, facts);
  else {
    expectIncomplete(answer, { rate: facts.passed / facts.runs, ...short });
    expect(countsOf(answer).passed).toBeLessThanOrEqual(facts.passed);
  }
}

/** A list that is an error or is marked as incomplete. */
export function expectDoubt(answer: Answer, words?: RegExp): void {
  if (answer.isError) expectRefused(answer, words);
  else expectIncomplete(answer);
}

export function refsOf(answer: Answer, key: string): string[] {
  return list(answer.data[key]).map((item) => text(at(item, 'ref')));
}

/** All pages of a list, from the first to the one without a cursor. */
export async function walk(on: StandIn, tool: string, args: Record<string, unknown>, most = 40): Promise<Answer[]> {
  const pages: Answer[] = [];
  let cursor: unknown;
  do {
    const page = await on.call(tool, { ...args, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.isError, page.text).toBe(false);
    pages.push(page);
    cursor = page.data.next_cursor;
  } while (cursor !== undefined && pages.length < most);
  expect(cursor, 'the list ends').toBeUndefined();
  return pages;
}
