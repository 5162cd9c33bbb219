/**
 * Peculiar to Coval: filter expressions, written the one way that every copy of its documentation and every live observation
 * accepts: values always double-quoted (bare ones are documented and were rejected live), terms joined by `AND` only
 * (precedence against `OR` is documented nowhere), and no value that would need an escape (none is documented).
 */
import { Problem } from '../../model/problem.ts';
import type { Status } from '../../model/schemas.ts';
import { instant } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';

/** One without a value filters nothing. */
export type FilterTerm = readonly [field: string, operator: '=' | '!=' | '>=' | '<=', value: string | undefined];

function quoted(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (/["\\\u0000-\u001f\u007f]/.test(value)) {
    throw new Problem(
      'invalid_input',
      'A value to filter by contains a double quote, a backslash or a control character.',
      {
        provider: PLATFORM.id,
        next: 'Coval documents no way to write these in a filter: use the id of the thing, or leave the filter out.',
      },
    );
  }
  return `"${value}"`;
}

/** `a="x" AND b>="y"`; `undefined` when nothing is to be filtered. Throws `invalid_input` for a value that cannot be written. */
export function allOf(...terms: readonly FilterTerm[]): string | undefined {
  const written = terms.map(([field, operator, value]) => value !== undefined && `${field}${operator}${quoted(value)}`);
  return written.filter(Boolean).join(' AND ') || undefined;
}

/** The filter of lists that go by test set. */
export const inTestSet = (id: string) => allOf(['test_set_id', '=', id]);

/** Filter terms on `status` for one of our words; several vendor words are told apart by `!=` because `AND` cannot join them. */
export function statusTerms(status: Status | undefined): FilterTerm[] {
  if (status === undefined) return [];
  if (status === 'queued')
    return ['IN PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED'].map((word) => ['status', '!=', word]);
  // Coval has no word for "finished, metrics pending": both are COMPLETED runs, told apart by looking.
  const words = {
    running: 'IN PROGRESS',
    scoring: 'COMPLETED',
    completed: 'COMPLETED',
    failed: 'FAILED',
    cancelled: 'CANCELLED',
  };
  return [['status', '=', words[status]]];
}

/** An id that can stand in a path or a filter. Documented lengths differ between copies, so only the alphabet is checked. */
export function checkedId(id: string | undefined, what: string): string {
  if (id !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(id)) return id;
  throw new Problem('invalid_input', `That is no id of a Coval ${what}.`, {
    provider: PLATFORM.id,
    next: 'Coval ids are letters and digits, without spaces or slashes; use a reference that a list has printed.',
  });
}

/** A moment as filters take it: ISO 8601 UTC, without a fraction where there is none. Throws `invalid_input`. */
export function timeValue(moment: string | Date | undefined): string | undefined {
  if (moment === undefined) return undefined;
  const at = moment instanceof Date ? moment.getTime() : (instant(moment) ?? Number.NaN);
  if (Number.isNaN(at)) {
    throw new Problem('invalid_input', 'A time to filter by is not a time.', {
      provider: PLATFORM.id,
      next: 'Write it as ISO 8601, e.g. 2026-10-14T12:00:00Z.',
    });
  }
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
