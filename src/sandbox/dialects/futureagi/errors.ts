/** Error answers of Future AGI: one flat envelope, or the nested one that its API index documents. */
import type { Switches } from './switches.ts';

const TYPES: Readonly<Record<number, [type: string, code: string]>> = {
  400: ['validation_error', 'invalid'],
  401: ['authentication_error', 'authentication_failed'],
  402: ['payment_required', 'payment_required'],
  403: ['permission_error', 'permission_denied'],
  404: ['not_found', 'not_found'],
  409: ['conflict', 'conflict'],
  429: ['rate_limit', 'rate_limited'],
  500: ['server_error', 'server_error'],
};

/** A refusal, thrown by handlers and turned into an answer at one place. */
export class Refusal extends Error {
  readonly status: number;
  readonly more: { code?: string; details?: Record<string, string[]>; result?: unknown; sdk?: boolean };

  constructor(status: number, message: string, more: Refusal['more'] = {}) {
    super(message);
    this.status = status;
    this.more = more;
  }
}

/** A 400 of the SDK family. */
export function invalid(details: Record<string, string[]>): Refusal {
  return new Refusal(400, 'Validation failed', { details, sdk: true });
}

export function errorBody(refusal: Refusal, switches: Switches): unknown {
  const { status, message, more } = refusal;
  const [type, usual] = TYPES[status] ?? ['api_error', 'error'];
  const code = more.code ?? usual;
  if (switches.errors === 'nested') return { error: { code, message, details: more.details } };
  const field = Object.keys(more.details ?? {}).find((name) => name !== 'non_field_errors' && name !== 'detail');
  return {
    status: false,
    type,
    code,
    detail: message,
    message,
    error: message,
    result: more.result ?? message,
    attr: field,
    details: more.details,
    errors: more.sdk ? more.details : undefined,
  };
}
