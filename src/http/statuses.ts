/** Answers that are not 2xx, as Problems: our words around the status, the vendor's own kept apart as untrusted. */
import { Problem, type ProblemKind, type VendorFault } from '../model/problem.ts';
import type { Place, Sent } from './failures.ts';
import type { Failure } from './retry.ts';

interface Meaning {
  kind: ProblemKind;
  what: string;
  next: (place: Place) => string;
}

const MEANINGS: Readonly<Record<number, Meaning>> = {
  400: {
    kind: 'invalid_input',
    what: 'the request was not accepted',
    next: () => 'Correct what the vendor complains about.',
  },
  401: {
    kind: 'unauthorized',
    what: 'the key was not accepted',
    next: ({ host }) => `Check that the key is complete, current and made for ${host}: other regions have other hosts.`,
  },
  402: {
    kind: 'payment_required',
    what: 'the plan or its credits do not cover this',
    next: () => "Check plan and credits in the vendor's dashboard.",
  },
  403: {
    kind: 'forbidden',
    what: 'the key may not do this',
    next: () => 'Use a key whose workspace and role include it.',
  },
  404: { kind: 'not_found', what: 'nothing was found there', next: () => 'Check the id against a list of known ones.' },
  407: {
    kind: 'network',
    what: 'a proxy in between wants a login',
    next: () => 'Connect without that proxy; HTTPS_PROXY and HTTP_PROXY are not honoured.',
  },
  408: { kind: 'timeout', what: 'the vendor gave up waiting', next: () => 'Try again.' },
  409: {
    kind: 'conflict',
    what: 'the request collides with the present state',
    next: () => 'Read the present state, then decide.',
  },
  413: { kind: 'invalid_input', what: 'the request is too large', next: () => 'Send less at once.' },
  429: {
    kind: 'rate_limited',
    what: 'too many requests',
    next: () => 'Wait before the next call; ask for less at once.',
  },
  504: {
    kind: 'timeout',
    what: 'the vendor did not answer its own gateway in time',
    next: () => 'Try again in a minute; ask for less at once.',
  },
};
const ALIASES: Readonly<Record<number, number>> = { 410: 404, 412: 409, 422: 400, 423: 409, 428: 409 };

/** Gateway statuses worth repeating. 500 is apart: only some contracts call it transient. */
const TRANSIENT = new Set([408, 429, 502, 503, 504]);
/** The gateway speaks, not the vendor: what became of the request behind it is not known. */
const LOST = new Set([408, 502, 504, 520, 522, 523, 524]);

function meaningOf(status: number): Meaning {
  const known = MEANINGS[ALIASES[status] ?? status];
  if (known) return known;
  if (status >= 500) {
    return {
      kind: 'vendor_error',
      what: 'the vendor failed inside',
      next: ({ host }) => `Try again in a minute; if it stays, check the status page of ${host}.`,
    };
  }
  return status >= 400
    ? {
        kind: 'invalid_input',
        what: 'the request was not accepted',
        next: () => 'Correct what the vendor complains about.',
      }
    : {
        kind: 'vendor_error',
        what: 'it answered with a redirect, which is not followed',
        next: () => 'Check the base URL: the API host, not the one of the web interface, with its exact path.',
      };
}

/**
 * What a status means for a request that was answered. `sent` of the Problem is `yes`, except where a gateway answered
 * in the vendor's place: then a start may or may not have happened.
 */
export function statusFailure(
  place: Place,
  status: number,
  { fault, advice, retry_after_seconds }: { fault: VendorFault; advice?: string; retry_after_seconds?: number },
): Failure {
  const { kind, what, next } = meaningOf(status);
  const sent: Sent = LOST.has(status) ? 'unknown' : 'yes';
  const wait = retry_after_seconds === undefined ? '' : ` The vendor asks to wait ${retry_after_seconds} s.`;
  const problem = new Problem(kind, `${place.provider} (${place.host}) answered ${status}: ${what}.${wait}`, {
    next: advice ?? next(place),
    provider: place.provider,
    vendor: { ...fault, status },
    sent,
    retry_after_seconds,
  });
  return {
    problem,
    again: TRANSIENT.has(status) ? 'transient' : status === 500 ? 'server_error' : 'never',
    wait_ms: retry_after_seconds === undefined ? undefined : retry_after_seconds * 1000,
  };
}
