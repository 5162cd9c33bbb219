/** Refusals in Coval's envelope, and in the other shapes that answers of its gateway have had. */
import { HTTPException } from 'hono/http-exception';
import type { CovalSwitches } from './switches.ts';

type Status = 400 | 401 | 403 | 404 | 409 | 500;

const CODES: Record<Status, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  500: 'INTERNAL',
};

export interface Detail {
  field?: string;
  description: string;
}

/** `{error: {code, message, details}}` as an exception that hono turns into the answer. */
export function refusal(status: Status, message: string, details: Detail[] = []): HTTPException {
  const body = { error: { code: CODES[status], message, details } };
  return new HTTPException(status, {
    res: new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }),
  });
}

export function invalid(field: string, description: string): HTTPException {
  return refusal(400, 'Request validation failed', [{ field, description }]);
}

export function notFound(what: string, field: string): HTTPException {
  return refusal(404, `${what} not found`, [
    { field, description: `${what} does not exist or belongs to another organization` },
  ]);
}

/** What a request without a key gets. */
export function missingKey(shape: CovalSwitches['errors']): HTTPException {
  const message = 'Missing API Key';
  if (shape === 'envelope') return refusal(401, message, [{ field: 'X-API-Key', description: message }]);
  const bodies = {
    gateway: JSON.stringify({ message }),
    string: JSON.stringify({ error: message }),
    text: message,
    empty: '',
  };
  const type = shape === 'text' || shape === 'empty' ? 'text/plain' : 'application/json';
  return new HTTPException(401, {
    res: new Response(bodies[shape], { status: 401, headers: { 'content-type': type } }),
  });
}
