/**
 * Reading Cognigy's errors: RFC 7807 with a `traceId` (the platform's common shape; for the Simulator INFERRED), and
 * whatever the proxy in front of it says, which may be no JSON at all.
 */

import { isRecord } from '../../model/json.ts';
import { isProblem, type Problem, type VendorFault } from '../../model/problem.ts';
import { isRefusal, unreadableAnswer } from '../shared/faults.ts';
import { reasonText } from '../shared/judgements.ts';
import { asText } from '../shared/scalars.ts';
import { PLATFORM } from './settings.ts';

/** Members that hold ids of the main API; what form of id they take is documented nowhere. */
const REFERENCE_MEMBERS = [
  'flowReferenceId',
  'localeReferenceId',
  'largeLanguageModelReferenceId',
  'entrypoint',
] as const;
export type ReferenceMember = (typeof REFERENCE_MEMBERS)[number];

/** Never throws; fields the vendor did not fill are absent. */
export function readFault(status: number, body: unknown, headers: Record<string, string>): VendorFault {
  const trace = headers['x-cognigy-trace-id'] || headers['x-request-id'] || undefined;
  if (!isRecord(body)) {
    return {
      status,
      message: words(typeof body === 'string' ? body.trim().slice(0, 200) : undefined),
      request_id: trace,
    };
  }
  const inner = isRecord(body.error) ? body.error : body;
  const message =
    words(inner.detail) ??
    words(inner.message) ??
    words(inner.error) ??
    words(inner.title) ??
    words(inner.details) ??
    words(reasonText(inner.errors));
  return {
    status,
    message,
    // Documented as text, sent as a number by the main API.
    code: words(inner.code),
    field: fieldIn(inner),
    request_id: words(inner.traceId) ?? words(body.traceId) ?? trace,
  };
}

/** The member of a run configuration that a refusal names. */
export function namedMember(error: unknown): ReferenceMember | undefined {
  if (!isProblem(error)) return undefined;
  const { status = 0, message = '', field = '' } = error.details.vendor ?? {};
  if (status < 400 || status >= 500) return undefined;
  return REFERENCE_MEMBERS.find((name) => field.includes(name) || message.includes(name));
}

/** True when the vendor read the request and refused it: unknown or malformed id, unknown query, wrong method. */
export const isRefusedRequest = (error: unknown) => isRefusal(error, 400, 404, 405, 410, 422);

/** True when a parameter or a member of the request was refused. */
export const isInvalid = (error: unknown) => isRefusal(error, 400, 422);

/** True for the platform's errors, whatever status they came with. */
export function isProblemDocument(body: unknown): boolean {
  if (!isRecord(body)) return false;
  return 'traceId' in body || ('title' in body && 'detail' in body) || (body.error ?? undefined) !== undefined;
}

/** The problem of an answer without `what`. `body` is the answer: one that is an error although it came with 200 is quoted. */
export function unreadable(what: string, body?: unknown, sent: 'yes' | 'unknown' = 'yes'): Problem {
  const vendor = isProblemDocument(body) ? readFault(200, body, {}) : undefined;
  const next = 'Try again; if it stays, the answer has a shape that this version does not know.';
  return unreadableAnswer({ ...PLATFORM, label: 'Cognigy' }, `without ${what}`, { sent, vendor, next });
}

/** What to do about a status; trusted text. */
export function advise(status: number, host: string): string | undefined {
  if (status === 401) {
    return (
      `${host} refused the credentials. A Cognigy key works only on the installation it was made on: check that ` +
      'COGNIGY_BASE_URL is its API host (such as https://api-trial.cognigy.ai, https://api-app.cognigy.ai, ' +
      'https://api-app-us.cognigy.ai or https://api-<company>.cognigy.cloud), and that the key is current (My Profile > API Keys).'
    );
  }
  if (status === 402) return "The plan's quota of this installation is used up: check it with the owner of the plan.";
  if (status === 403) {
    return "A Cognigy key carries its user's roles: give that user access to the project and to the Simulator, or use another key.";
  }
  return undefined;
}

function words(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (isRecord(value) && Object.keys(value).length === 0) return undefined;
  return asText(value, 300);
}

/** Where `details` names a member, in the forms that validators use. */
function fieldIn(body: Record<string, unknown>): string | undefined {
  const { details } = body;
  const first = Array.isArray(details) ? details.find(isRecord) : isRecord(details) ? details : undefined;
  const named = body.field ?? first?.field ?? first?.property ?? first?.path ?? first?.instancePath;
  if (Array.isArray(named)) return named.map(String).join('.') || undefined;
  return typeof named === 'string' && named !== '' ? named : undefined;
}
