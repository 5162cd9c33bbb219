/** Coval's status words. Runs and simulations spell them with spaces, other parts of the API with underscores. */
import type { Status } from '../../model/schemas.ts';
import { instant } from '../shared/scalars.ts';
import type { WireRun } from './wire.ts';

/** One spelling for all: `in queue`, `IN_QUEUE` and `IN QUEUE` become `IN_QUEUE`; `SUCCEEDED` stays what it is. */
export function normalStatus(text: string | undefined): string {
  // Nearly every one of the thousands in a session.
  if (text === 'COMPLETED') return text;
  const word = (text ?? '')
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_');
  return word === 'CANCELED' ? 'CANCELLED' : word;
}

/**
 * A run's or simulation's status in our words. A word we do not know is `running`: neither an end nor a verdict is read
 * into it, and `vendor_status` shows it.
 */
export function statusOf(text: string | undefined): Status {
  switch (normalStatus(text)) {
    case 'PENDING':
    case 'IN_QUEUE':
    case 'QUEUED':
      return 'queued';
    case 'COMPLETED':
      return 'completed';
    case 'FAILED':
      return 'failed';
    case 'CANCELLED':
    case 'DELETED':
      return 'cancelled';
    default:
      return 'running';
  }
}

/** Filter terms on `status` for one of our words; several vendor words are told apart by `!=` because `AND` cannot join them. */
export function statusTerms(status: Status): { field: 'status'; operator: '=' | '!='; value: string }[] {
  const is = (value: string) => ({ field: 'status', operator: '=', value }) as const;
  const isNot = (value: string) => ({ field: 'status', operator: '!=', value }) as const;
  switch (status) {
    case 'queued':
      return ['IN PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED'].map(isNot);
    case 'running':
      return [is('IN PROGRESS')];
    case 'failed':
      return [is('FAILED')];
    case 'cancelled':
      return [is('CANCELLED')];
    default:
      // Coval has no word for "finished, metrics pending": both are COMPLETED runs, told apart by looking.
      return [is('COMPLETED')];
  }
}

/** A run that ended longer ago is not asked any more whether its metrics are pending: they would hang for ever. */
const SCORING_MS = 15 * 60_000;

/** When a run that has ended did so, as far as it tells. */
export function endOf({ update_time, create_time }: WireRun): number | undefined {
  return instant(update_time) ?? instant(create_time);
}

/** Is one of these moments so close that what hangs on it may still come? Never where nobody says when it was. */
export function isRecent(now: number, ...moments: readonly (number | undefined)[]): boolean {
  return moments.some((at) => at !== undefined && Math.abs(now - at) <= SCORING_MS);
}
