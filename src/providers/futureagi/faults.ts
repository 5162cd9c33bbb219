/**
 * Error bodies of Future AGI. One flat envelope is usual; the API index documents a nested one, the per-organisation
 * rate limit has a third form, plan gates a fourth, and an edge proxy may say anything.
 */
import type { FaultReader } from '../../http/types.ts';
import type { VendorFault } from '../../model/problem.ts';
import { isRecord } from '../shared/fields.ts';

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** The first `field: message` of a `{field: string[]}` map. */
function firstDetail(details: unknown): { field: string; message: string } | undefined {
  if (!isRecord(details)) return undefined;
  for (const [field, value] of Object.entries(details)) {
    const message = textOf(Array.isArray(value) ? value[0] : value);
    if (message) return { field, message };
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
  const requestId = textOf(headers['x-request-id']);
  const found: VendorFault = { status, ...(requestId ? { request_id: requestId } : {}) };
  if (!isRecord(body)) {
    const plain = textOf(body);
    return plain ? { ...found, message: plain } : found;
  }
  const error = isRecord(body.error) ? body.error : undefined;
  const result = isRecord(body.result) ? body.result : undefined;
  const detail = firstDetail(body.details) ?? firstDetail(body.errors) ?? firstDetail(error?.details);
  const base =
    textOf(body.message) ??
    textOf(body.detail) ??
    textOf(error?.message) ??
    textOf(body.error) ??
    textOf(result?.message) ??
    textOf(result?.detail) ??
    textOf(result?.error) ??
    textOf(body.result);
  const parts = [
    base,
    detail && detail.message !== base
      ? `${detail.field === 'non_field_errors' ? '' : `${detail.field}: `}${detail.message}`
      : undefined,
    incompleteScenarios(body.result),
  ].filter((part) => part !== undefined);
  const code = textOf(body.code) ?? textOf(error?.code) ?? textOf(result?.code);
  const field = textOf(body.attr) ?? (detail?.field === 'non_field_errors' ? undefined : detail?.field);
  return {
    ...found,
    ...(code ? { code } : {}),
    ...(parts.length > 0 ? { message: parts.join(' – ') } : {}),
    ...(field && field !== 'detail' ? { field } : {}),
  };
};

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
