/** Coval's error bodies, in every shape that was seen, and what to do about them. */
import type { FaultReader, VendorHttpOptions } from '../../http/types.ts';
import type { VendorFault } from '../../model/problem.ts';
import { isRecord } from '../shared/fields.ts';

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
  const members: VendorFault = {
    status,
    code: text(error.code) ?? text(record.code),
    message: message === '' ? undefined : message,
    field: text(detail?.field),
    request_id: headers['x-request-id'] ?? headers['x-amzn-requestid'] ?? text(record.request_id),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
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
    case 412:
      return 'It is still active: wait until it has ended, then try again.';
    default:
      return undefined;
  }
};
