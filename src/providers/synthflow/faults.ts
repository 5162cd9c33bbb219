/**
 * Reading Synthflow's errors. Their bodies are undocumented for the simulation operations (empty schemas), so every
 * shape seen elsewhere on the estate is understood: the detail object of `GET /calls/{id}`, FastAPI's validation list,
 * the gateway's `error`/`message`, and objects where a string was expected.
 */

import { isRecord } from '../../model/json.ts';
import type { VendorFault } from '../../model/problem.ts';
import { isRefusal } from '../shared/faults.ts';
import { asText } from '../shared/scalars.ts';

const LONGEST = 200;

/** Never throws; fields that the vendor did not fill are undefined. */
export function readFault(status: number, body: unknown, headers: Record<string, string>): VendorFault {
  if (typeof body === 'string') return { status, message: body.trim().slice(0, LONGEST) || undefined };
  if (!isRecord(body)) return { status, request_id: headers['x-request-id'] || undefined };
  const { detail } = body;
  const source = isRecord(detail) ? detail : body;
  const validation = Array.isArray(detail) ? detail.filter(isRecord) : [];
  const message =
    (isRecord(detail) ? (words(detail.description) ?? words(detail.message) ?? words(detail.error)) : undefined) ??
    (validation.length > 0 ? validation.map(validationLine).join('; ') : undefined) ??
    (Array.isArray(detail) && detail.length > 0 ? detail.map((one) => asText(one)).join('; ') : words(detail)) ??
    words(body.message) ??
    words(body.error) ??
    words(body.description);
  return {
    status,
    message: message ?? (Object.keys(body).length > 0 ? asText(body).slice(0, LONGEST) : undefined),
    code:
      plain(source.category) ??
      plain(body.category) ??
      plain(source.code) ??
      // `error` is a code only beside a message; alone it is the message.
      (words(body.message) === undefined ? undefined : plain(body.error)) ??
      plain(validation[0]?.type),
    field: validation.map(fieldOf).find((field) => field !== undefined),
    request_id: plain(source.request_id) ?? plain(body.request_id) ?? (headers['x-request-id'] || undefined),
  };
}

/** Text of a value that may be a string or, on this estate, an object with the text somewhere inside. */
function words(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (!isRecord(value)) return asText(value);
  const inner = value.description ?? value.message ?? value.error ?? value.detail;
  return inner === undefined ? asText(value) : words(inner);
}

function plain(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** FastAPI's `loc` without the part of the request it stands in. */
function fieldOf(entry: Record<string, unknown>): string | undefined {
  if (!Array.isArray(entry.loc)) return undefined;
  const [first, ...rest] = entry.loc.map(String);
  const path = ['body', 'query', 'path', 'header'].includes(first ?? '') ? rest : [first, ...rest];
  return path.length > 0 ? path.join('.') : first;
}

function validationLine(entry: Record<string, unknown>): string {
  const field = fieldOf(entry);
  const said = words(entry.msg) ?? asText(entry);
  return field === undefined ? said : `${field}: ${said}`;
}

/** True when the vendor read the request and refused it as such: unknown id, malformed id, value out of range. */
export const isRefusedRequest = (error: unknown) => isRefusal(error, 400, 404, 422);
