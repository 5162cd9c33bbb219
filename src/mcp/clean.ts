/**
 * What is done to every answer on its way out, once for all tools: numbers are rounded before its text is made of them;
 * then strings are cleaned and redacted, and members that say nothing are left out.
 */
import { cleanLine, cleanText } from '../model/clean.ts';

/** Cleans text and cuts it to `limit` characters, saying how many were cut. */
export function clip(text: string, limit: number): string;
export function clip(text: string | undefined, limit: number): string | undefined;
export function clip(text: string | undefined, limit: number): string | undefined {
  if (text === undefined) return undefined;
  const line = cleanLine(text).trim();
  if (line.length <= limit) return line;
  const kept = line.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return `${kept}… (+${line.length - kept.length} characters)`;
}

const CUT = /… \(\+(\d+) characters\)$/;

/** Cuts text that may have been cut before: how many are missing counts from the whole. */
export function recut(text: string, limit: number): string {
  const [suffix = '', cut = '0'] = CUT.exec(text) ?? [];
  const kept = text.slice(0, text.length - suffix.length);
  if (kept.length <= limit) return text;
  const short = kept.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return `${short}… (+${kept.length - short.length + Number(cut)} characters)`;
}

/** Members that name something: what a platform calls a thing, or the state it is in. */
const LABELS: ReadonlySet<string> = new Set([
  'name',
  'agent',
  'variant',
  'vendor_status',
  'evaluation',
  'evaluations',
  'failed_evaluations',
  'form',
  'label',
  'language',
  'test_name',
  'code',
  'type',
]);
const LABEL_LENGTH = 300;
/** Names of evaluations that a run carries along; how many more there are stands in the place of the last. */
const FAILED = 'failed_evaluations';
const MOST_FAILED = 12;

/**
 * A copy whose names are at most `LABEL_LENGTH` characters long, so that one of them never takes the room of an answer;
 * the same value where all are shorter.
 */
export function shortLabels<T>(value: T, name?: string): T;
export function shortLabels(value: unknown, name = ''): unknown {
  if (typeof value === 'string') {
    // What was cut already carries how much was.
    return value.length > LABEL_LENGTH + 40 && LABELS.has(name) ? clip(value, LABEL_LENGTH) : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (name === FAILED && value.length > MOST_FAILED + 1)
      return shortLabels([...value.slice(0, MOST_FAILED), `… (+${value.length - MOST_FAILED} more)`], name);
    const items = value.map((item) => shortLabels(item, name));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  const members = Object.entries(value).map(([key, member]) => [key, member, shortLabels(member, key)] as const);
  if (members.every(([, before, after]) => before === after)) return value;
  return Object.fromEntries(members.map(([key, , after]) => [key, after]));
}

/** Values as a platform gave them. */
const GIVEN: ReadonlySet<string> = new Set(['score', 'mean_score', 'threshold', 'scale', 'amount']);

/**
 * A copy with short numbers: seconds to 3 digits after the point, scores and costs to 6 significant digits, rates,
 * differences and p-values to 4 digits after the point, or as many as keep them from 0, 1 and the other side of either.
 * Bounds are rounded outwards: what they hold stays between them.
 */
export function rounded<T>(value: T, name?: string): T;
export function rounded(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : roundedNumber(value, name);
  if (name === 'pass_rate_bounds' && Array.isArray(value)) return outwards(value.map(Number));
  if (Array.isArray(value)) return value.map((item) => rounded(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member, key)]));
}

function roundedNumber(value: number, name: string): number {
  if (name.endsWith('_seconds')) return Math.round(value * 1000) / 1000;
  if (GIVEN.has(name)) return Math.abs(value) < 100_000 ? Number(value.toPrecision(6)) : Math.round(value);
  for (let digits = 4; digits <= 20; digits += 1) {
    const short = Number(value.toFixed(digits));
    if (!Number.isInteger(short)) return short;
  }
  return value;
}

function outwards([low = 0, high = 1]: number[]): number[] {
  const hair = 1e-6;
  return [Math.floor(low * 10_000 + hair) / 10_000, Math.ceil(high * 10_000 - hair) / 10_000];
}

/** Counts that are left out where they are 0. `runs`, `passed`, `read`, `judged` and totals always stand. */
export const ABSENT_AT_ZERO: ReadonlySet<string> = new Set([
  'failed',
  'error',
  'inconclusive',
  'pending',
  'skipped',
  'unscored',
  'came_back',
  'modes',
  'ungrouped',
  'vendor_coded',
  'transcripts_unread',
  'coded',
  'other_runs',
  'untold_runs',
  'uncoded',
  'singles',
  'modes_omitted',
  'modes_retired',
  'new_modes',
  'inconclusive_failures',
  'now_uncoded',
  'without_room',
  'conflicts_omitted',
  'dropped_sessions',
  'not_comparable',
  'repeated_tests',
  'regressed',
  'suspicions',
  'evaluations_fell',
  'evaluations_rose',
  'evaluations_one_sided',
  'evaluations_unchanged',
  'fixed',
  'fixed_tests',
  'broken',
  'broken_tests',
  'still_failing',
  'still_passing',
  'flaky',
  'new',
  'gone',
  'resolved',
  'persisting',
  'untested',
  'relocated',
  'unsettled',
  'runs_before',
  'runs_after',
  'unread',
  'unread_in_tests',
  'unscored_evaluations',
  'passed_with_failures',
  'idle_thresholds',
  'runs_without_transcript',
  'runs_unreadable',
  'runs_partly_read',
  'omitted_before',
  'omitted_after',
  'omitted_evaluations',
  'omitted_failed_runs',
  'omitted_error_runs',
  'omitted_tests',
  'omitted_sessions',
  'criteria_omitted',
  'members_omitted',
  'steps_omitted',
  'sessions_omitted',
  'parts_omitted',
  'diff_omitted',
  'history_omitted',
]);

/**
 * Deep copy with every string (keys too) cleaned, and redacted afterwards: cleaning may put a secret together. Members
 * that are undefined or null, and counts of 0, are left out. `verbatim`: paths of strings that keep their lines and tabs.
 */
export function cleanDeep(
  value: unknown,
  redact: (text: string) => string,
  verbatim: ReadonlySet<string> = new Set(),
  path = '',
): unknown {
  if (typeof value === 'string') return redact(verbatim.has(path) ? cleanText(value) : cleanLine(value));
  if (Array.isArray(value)) return value.map((item) => cleanDeep(item, redact, verbatim, `${path}[]`));
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || member === null || (member === 0 && ABSENT_AT_ZERO.has(key))) continue;
    const own = path === '' ? key : `${path}.${key}`;
    entries.push([redact(cleanLine(key)), cleanDeep(member, redact, verbatim, own)]);
  }
  return Object.fromEntries(entries);
}
