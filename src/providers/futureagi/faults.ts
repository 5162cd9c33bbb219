/**
 * Error bodies of Future AGI. One flat envelope is usual; the API index documents a nested one, the per-organisation
 * rate limit has a third form, plan gates a fourth, and an edge proxy may say anything.
 */
import type { FaultReader } from '../../http/types.ts';
import { isRecord } from '../../model/json.ts';
import { isProblem, type Problem, type VendorFault } from '../../model/problem.ts';
import { isRefusal, isUnreadable, unreadableAnswer } from '../shared/faults.ts';
import { PLATFORM } from './settings.ts';

/**
 * What the SDK family answers behind the last page of a list: 500, which is also how it fails; some deployments 404.
 */
export const isPastSdkPages = (error: unknown) => isRefusal(error, 404, 500);

/** A refusal, or an unreadable answer, that may concern one view of a call only: others may show what it does not. */
export function isRefusedView(error: unknown): error is Problem {
  return isRefusal(error, 200, 403, 404, 405, 500) || isUnreadable(error);
}

/**
 * What is optional: `otherwise` where the platform does not give it. Throws for a call that was cancelled, or a fault
 * of ours.
 */
export function unlessRefused<T>(otherwise: T): (error: unknown) => T {
  return (error) => {
    if (!isProblem(error) || error.kind === 'cancelled') throw error;
    return otherwise;
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** The first `field: message` of a `{field: string[]}` map; what is said of no single field has none. */
function firstDetail(details: unknown): { field?: string | undefined; message: string } | undefined {
  if (!isRecord(details)) return undefined;
  for (const [field, value] of Object.entries(details)) {
    const message = textOf(Array.isArray(value) ? value[0] : value);
    if (message) return { field: field === 'non_field_errors' ? undefined : field, message };
  }
  return undefined;
}

/** Names of scenarios that are not ready, from the body of the "Scenarios incomplete" refusal. */
function incompleteScenarios(result: unknown): string | undefined {
  if (!isRecord(result) || !Array.isArray(result.scenarios)) return undefined;
  const names = result.scenarios.flatMap((one) => {
    const name = isRecord(one) ? (textOf(one.name) ?? textOf(one.id)) : undefined;
    const status = isRecord(one) ? textOf(one.status) : undefined;
    return name ? [status ? `${name} (${status})` : name] : [];
  });
  return names.length > 0 ? names.join(', ') : undefined;
}

/** Reads every known form; the message is the first of message, detail, error.message, result.message, result. */
export const readFault: FaultReader = (status, body, headers): VendorFault => {
  const request_id = textOf(headers['x-request-id']);
  if (!isRecord(body)) return { status, request_id, message: textOf(body) };
  const error = isRecord(body.error) ? body.error : undefined;
  const result = isRecord(body.result) ? body.result : undefined;
  const detail = firstDetail(body.details) ?? firstDetail(body.errors) ?? firstDetail(error?.details);
  const base = [
    body.message,
    body.detail,
    error?.message,
    body.error,
    result?.message,
    result?.detail,
    result?.error,
    body.result,
  ]
    .map(textOf)
    .find((text) => text !== undefined);
  const prefix = detail?.field === undefined ? '' : `${detail.field}: `;
  const parts = [
    base,
    detail && detail.message !== base ? `${prefix}${detail.message}` : undefined,
    incompleteScenarios(body.result),
  ].filter((part) => part !== undefined);
  const field = textOf(body.attr) ?? detail?.field;
  return {
    status,
    request_id,
    code: textOf(body.code) ?? textOf(error?.code) ?? textOf(result?.code),
    message: parts.length > 0 ? parts.join(' – ') : undefined,
    field: field === 'detail' ? undefined : field,
  };
};

/** The problem of an answer that does not hold what was asked for; `what`, e.g. `a list of run tests`. */
export function unreadable(what: string): Problem {
  const next = 'Try again; if it stays, this deployment answers in a form this server does not know.';
  return unreadableAnswer(PLATFORM, `with ${what} that cannot be read`, { next });
}

/** What to do about a status, in one trusted sentence. */
export function advise(status: number, fault: VendorFault): string | undefined {
  switch (status) {
    case 400:
      return fault.message?.includes('not associated with any organization')
        ? 'Create the key pair inside the organisation whose simulations you want to read.'
        : undefined;
    case 401:
      return 'Check FI_API_KEY and FI_SECRET_KEY: both are needed and must be one pair that is still enabled.';
    case 402:
      return 'The plan or the credits of the organisation do not allow this; nothing was started.';
    case 403:
      return 'The key has no write access to this workspace; FI_WORKSPACE_ID selects another one.';
    case 404:
      return 'What belongs to another workspace or organisation looks unknown: check the id, and FI_WORKSPACE_ID.';
    case 429:
      return 'Wait a minute: a standard plan allows 100 requests a minute for the whole organisation.';
    default:
      return undefined;
  }
}
