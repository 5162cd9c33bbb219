/** Errors of a platform: refusals, and error bodies that came with status 200, which must not pass for an empty list. */
import type { FaultReader } from '../../http/types.ts';
import { isRecord } from '../../model/json.ts';
import { isProblem, Problem, type ProblemDetails } from '../../model/problem.ts';

/** Whether the platform refused: with one of these HTTP statuses, or with any status where none is given. */
export function isRefusal(error: unknown, ...statuses: number[]): error is Problem {
  const status = isProblem(error) ? error.details.vendor?.status : undefined;
  return status !== undefined && (statuses.length === 0 || statuses.includes(status));
}

/** Whether an answer came in a form that is not understood. */
export function isUnreadable(error: unknown): error is Problem {
  return isProblem(error) && error.kind === 'unreadable';
}

/**
 * What is read beside the thing that was asked for; undefined where it cannot be read, which whoever shows it must say. A call
 * that was cancelled still ends.
 */
export async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isProblem(error) && error.kind !== 'cancelled') return undefined;
    throw error;
  }
}

/**
 * The problem of an answer that does not hold what was asked for; `how` the platform answered, e.g. `without a suite`.
 * Without `next`, the problem gives the usual one of its kind.
 */
export function unreadableAnswer(
  { id, label }: { id: string; label: string },
  how: string,
  details: Pick<ProblemDetails, 'sent' | 'vendor' | 'next'> = { sent: 'yes' },
): Problem {
  return new Problem('unreadable', `${label} answered ${how}.`, { provider: id, ...details });
}

const WORDS: ReadonlySet<string> = new Set([
  'error',
  'errors',
  'fail',
  'failed',
  'failure',
  'false',
  'ko',
  'exception',
]);

/**
 * Does the envelope of a list say that something failed? By `status` (false, an error word, 400 and above), a `code` of 400
 * and above, `success` or `ok` (false), `error`, `errors` (with something in it). Only for envelopes: objects have states
 * and errors of their own.
 */
export function isFault(envelope: unknown): boolean {
  if (!isRecord(envelope)) return false;
  const { status, success, ok, error, errors, code, status_code, statusCode } = envelope;
  if (status === false || success === false || ok === false) return true;
  if (typeof status === 'string' && WORDS.has(status.trim().toLowerCase())) return true;
  if ([status, code, status_code, statusCode].some((one) => /^[45]\d\d$/.test(String(one)))) return true;
  return says(error) || says(errors);
}

function says(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return isRecord(value) ? Object.keys(value).length > 0 : true;
}

/** The Problem of such an answer, with the platform's own words in it. `what`, e.g. `a list of runs`. */
export function faultProblem(
  platform: { id: string; label: string },
  what: string,
  body: unknown,
  readFault: FaultReader,
): Problem {
  return new Problem('vendor_error', `${platform.label} answered with an error instead of ${what}.`, {
    provider: platform.id,
    sent: 'yes',
    vendor: readFault(200, body, {}),
    next: 'Try again in a minute; if it stays, the platform cannot list this at the moment.',
  });
}
