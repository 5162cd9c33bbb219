/** Writes and reads the cursor of a page of our own: which list goes on, where, and what earlier calls read of it. */
import { parsedJson } from '../../model/json.ts';
import { Problem } from '../../model/problem.ts';
import type { Place } from './list.ts';
import type { ListEndState } from './list-end.ts';

/** A place in a list, and what earlier calls read before it. */
export interface Position {
  place: Place;
  memo?: string | undefined;
  /** Absent at the start of a list. */
  trail?: Trail | undefined;
}

/** What a later call needs of the rows before its place, to end where the list ends and to notice lost rows. */
export interface Trail {
  /** Rows read of the page at the place. */
  within: number;
  /** Rows read of the whole list. */
  covered: number;
  /** Rows of the list by the platform's count. */
  total?: number | undefined;
  /** Number of pages before the place. */
  number: number;
  /** Prints of the first and of the last of these pages. */
  prints: readonly [first: string, last: string];
  /** The cursor that the last of these pages offered. */
  next?: string | undefined;
  course?: ListEndState | undefined;
}

/** The cursor that goes on in the list `key` of a provider; without a position, at its start. */
export function writeCursor(provider: string, key: string, position: Position | undefined): string {
  const { place, memo, trail } = position ?? {};
  const { within, covered, total, number, prints = [], next, course } = trail ?? {};
  const courseRow = course && [
    course.stale,
    course.withNews,
    course.oversized ? 1 : 0,
    course.pendingRepeats,
    course.fullest,
    course.pendingHoles,
    course.more ? 1 : 0,
    course.unusable,
  ];
  const trailed = trail && [within, covered, total ?? null, number, ...prints, next ?? null, ...(courseRow ?? [])];
  const state = [
    provider,
    key,
    place?.offset ?? 0,
    place?.size ?? 0,
    place?.token ?? null,
    memo ?? null,
    trailed ?? null,
  ];
  return Buffer.from(JSON.stringify(state)).toString('base64url');
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
const whole = (value: unknown) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined);

/** Throws `invalid_input` for a cursor of another list. `at` = which of the sources goes on; without a position, at its start. */
export function readCursor(
  provider: string,
  cursor: string,
  sources: readonly { key: string }[],
): { at: number; position: Position | undefined } {
  const [owner, key, offset, size, token, memo, trail] = parsed(cursor);
  const at = owner === provider ? sources.findIndex((one) => one.key === key) : -1;
  const [from, rows] = [whole(offset), whole(size)];
  if (at < 0 || from === undefined || rows === undefined) {
    throw new Problem('invalid_input', 'That cursor belongs to another list.', {
      provider,
      next: 'Repeat the call without a cursor.',
      sent: 'no',
    });
  }
  if (rows === 0) return { at, position: undefined };
  const place = { offset: from, size: rows, token: text(token) };
  return { at, position: { place, memo: text(memo), trail: readTrail(trail) } };
}

function readTrail(value: unknown): Trail | undefined {
  if (!Array.isArray(value)) return undefined;
  const [within, covered, total, number, first, last, next, ...course] = value;
  const [
    stale = 0,
    withNews = 0,
    oversized = 0,
    pendingRepeats = 0,
    fullest = 0,
    pendingHoles = 0,
    more = 0,
    unusable = 0,
  ] = course.map(whole);
  return {
    within: whole(within) ?? 0,
    covered: whole(covered) ?? 0,
    total: whole(total),
    number: whole(number) ?? 0,
    prints: [text(first) ?? '', text(last) ?? ''],
    next: text(next),
    course:
      course.length > 0
        ? { stale, withNews, oversized: oversized > 0, pendingRepeats, fullest, pendingHoles, more: more > 0, unusable }
        : undefined,
  };
}

function parsed(cursor: string): unknown[] {
  const value = parsedJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  return Array.isArray(value) ? value : [];
}
