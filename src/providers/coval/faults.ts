/** Coval's error bodies, in every shape that was seen, its refusals, and what to do about them. */
import type { FaultReader, VendorHttpOptions } from '../../http/types.ts';
import { isRecord } from '../../model/json.ts';
import { Problem } from '../../model/problem.ts';
import { isRefusal, isUnreadable } from '../shared/faults.ts';
import { PLATFORM } from './settings.ts';

/**
 * Shapes: the documented envelope `{error: {code, message, details: [{field, description}]}}` (details may be missing),
 * the gateway's `{message}`, `{error: "text"}`, plain text, and nothing at all.
 */
export const readFault: FaultReader = (status, body, headers) => {
  const record = isRecord(body) ? body : {};
  const error = isRecord(record.error) ? record.error : {};
  const detail = Array.isArray(error.details) ? error.details.find(isRecord) : undefined;
  const said = text(error.message) ?? text(record.error) ?? text(record.message) ?? text(body);
  const description = text(detail?.description);
  const message = [said, description === said ? undefined : description].filter(Boolean).join(': ');
  return {
    status,
    code: text(error.code) ?? text(record.code),
    message: message || undefined,
    field: text(detail?.field),
    request_id: headers['x-request-id'] ?? headers['x-amzn-requestid'] ?? text(record.request_id),
  };
};

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

export const advise: NonNullable<VendorHttpOptions['advise']> = (status, fault) => {
  switch (status) {
    case 401:
      return 'Check COVAL_API_KEY: it is missing, wrong or revoked.';
    case 403:
      return fault.code === undefined
        ? 'Check COVAL_API_KEY and COVAL_BASE_URL: the gateway refused before Coval looked at the request.'
        : 'The key lacks a permission for this: give it the scope in Coval, or use another key or COVAL_WORKSPACE_ID.';
    default:
      return undefined;
  }
};

/** Resolves to what was asked for; to undefined where Coval refuses it (400, 403, 404) or answers in an unknown form. */
export async function orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isRefusal(error, 400, 403, 404) || isUnreadable(error)) return undefined;
    throw error;
  }
}

/** The problem of an answer that does not hold what was asked for; `what`, e.g. `the run`. */
export function unreadable(what: string): Problem {
  return new Problem('unreadable', `Coval answered, but ${what.replace(/^the /, 'its ')} could not be read.`, {
    provider: PLATFORM.id,
    sent: 'yes',
    next: 'Try again; if it stays, the answer has a shape that this version does not know.',
  });
}
