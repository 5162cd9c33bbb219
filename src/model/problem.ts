/**
 * Everything that can go wrong, as one throwable value with a kind.
 *
 * `message` and `next` are written by us and trusted. What a vendor said lives in `vendor` and is untrusted: the
 * presenter fences it. Code that throws says *what happened* and *what to do*; it never formats for a reader.
 */
export const PROBLEM_KINDS = [
  'invalid_input',
  'wrong_kind',
  'not_found',
  'ambiguous',
  'unconfigured',
  'unsupported',
  'unauthorized',
  'forbidden',
  'payment_required',
  'conflict',
  'rate_limited',
  'timeout',
  'cancelled',
  'network',
  'unreadable',
  'too_large',
  'vendor_error',
  'refused',
  'local_io',
  'internal',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** What the vendor answered, in its own words. Every string here is untrusted. */
export interface VendorFault {
  /** HTTP status, when an answer arrived. */
  status?: number | undefined;
  code?: string | undefined;
  message?: string | undefined;
  /** The request field that the vendor complained about. */
  field?: string | undefined;
  request_id?: string | undefined;
}

export interface ProblemDetails {
  /** One stable word for which of several answers of this kind it is, e.g. `declined` or `expired` of `refused`. */
  reason?: string | undefined;
  /** One sentence on what to do now. Trusted text, never built from vendor text. */
  next?: string | undefined;
  provider?: string | undefined;
  vendor?: VendorFault | undefined;
  /** Closest known ids or refs, best first. Untrusted (they come from the vendor). */
  candidates?: string[] | undefined;
  /** Seconds the vendor asked us to wait, when it said. */
  retry_after_seconds?: number | undefined;
  /**
   * Did the request reach the vendor? `no` = certainly not sent (safe to send again), `yes` = the vendor answered,
   * `unknown` = the answer was lost. A start is only ever sent again on `no`.
   */
  sent?: 'no' | 'yes' | 'unknown' | undefined;
  cause?: unknown;
}

/** The next step of a problem whose thrower gives none. Kinds that are not here have none. */
const USUAL_NEXT: Partial<Record<ProblemKind, string>> = {
  not_found: 'Check the reference against a list of known ones.',
  unauthorized: 'Check the key; `agent-simulation-mcp doctor` tries it and says what is wrong.',
  forbidden: 'Use a key whose workspace and role include it.',
  rate_limited: 'Wait before the next call; ask for less at once.',
  timeout: 'Try again; ask for less at once.',
  network: 'Check that this machine reaches the host of the platform, then try again.',
  unreadable:
    'Try again; if it stays, check the base URL; the platform may also have changed its answers: report it with the log of AGENT_SIM_LOG=debug.',
  too_large: 'Ask for less: a smaller page, a narrower filter, one run instead of a session.',
  vendor_error: 'Try again in a minute; if it stays, check the status page of the platform.',
  unsupported: 'list_providers shows what each platform can do.',
  conflict: 'Read the present state, then decide.',
  internal: 'Run again with AGENT_SIM_LOG=debug and report what the log says on stderr.',
};

export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly details: ProblemDetails;

  constructor(kind: ProblemKind, message: string, details: ProblemDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.details = { ...details, next: details.next ?? USUAL_NEXT[kind] };
  }
}

export function isProblem(value: unknown): value is Problem {
  return value instanceof Problem;
}

/** Any thrown value as a Problem; what we did not throw ourselves becomes `internal` with no text of its own leaking out. */
export function toProblem(value: unknown): Problem {
  if (isProblem(value)) return value;
  if (value instanceof Error && (value.name === 'AbortError' || value.name === 'TimeoutError')) {
    return value.name === 'AbortError'
      ? new Problem('cancelled', 'The call was cancelled.', { cause: value })
      : new Problem('timeout', 'The call took too long.', { cause: value });
  }
  return new Problem('internal', 'Something failed inside this server.', {
    next: 'Run again with AGENT_SIM_LOG=debug and report what the log says on stderr.',
    cause: value,
  });
}
