/** Refusals as RFC 7807 documents with a `traceId`, or as a proxy in front of the service would word them. */
import { HTTPException } from 'hono/http-exception';
import type { CognigySwitches } from './switches.ts';

type Status = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 500;

/** The platform's catalogue (rest-api-client 0.19); statuses are codes themselves where nothing else fits. */
export const CODES = { missing: 1000, not_found: 1002, conflict: 1004, invalid: 1005 } as const;

const TITLES: Record<Status, string> = {
  400: 'Bad Request Error',
  401: 'Unauthorized Error',
  403: 'Forbidden Error',
  404: 'Not Found Error',
  405: 'Method Not Allowed Error',
  409: 'Conflict Error',
  413: 'Payload Too Large Error',
  500: 'Internal Server Error',
};

export type Refuse = (status: Status, detail: string, code?: number, details?: unknown) => HTTPException;

/** Makes refusals in the form that the switches ask for. */
export function refusals(switches: CognigySwitches): Refuse {
  let traces = 0;
  return (status, detail, code = status, details = {}) => {
    traces += 1;
    return new HTTPException(status, { res: response(status, detail, code, details, traces, switches) });
  };
}

function response(
  status: Status,
  detail: string,
  code: number,
  details: unknown,
  trace: number,
  switches: CognigySwitches,
): Response {
  if (switches.errors === 'empty') return new Response(null, { status });
  if (switches.errors === 'html') {
    const page = `<html><head><title>${status}</title></head><body><h1>${TITLES[status]}</h1></body></html>`;
    return new Response(page, { status, headers: { 'content-type': 'text/html' } });
  }
  const title = TITLES[status];
  const body = {
    type: title.replace(/ Error$/, ''),
    title,
    status,
    detail,
    code: switches.code === 'string' ? String(code) : code,
    traceId: `testing--sandbox-${String(trace).padStart(6, '0')}`,
    details,
  };
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });
}
