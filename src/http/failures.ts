/** What undici, sockets, DNS and TLS throw, as Problems in our own words. */
import { errorCode } from '../model/error-code.ts';
import { Problem, type ProblemDetails, type ProblemKind } from '../model/problem.ts';
import type { Failure } from './retry.ts';

export interface Place {
  provider: string;
  /** Host of the base URL: from the settings, so it may stand in messages. */
  host: string;
}

/** Did the bytes of this attempt possibly reach the vendor? An answer that was lost is `unknown`. */
export type Sent = NonNullable<ProblemDetails['sent']>;

interface Rule {
  codes: RegExp;
  kind: ProblemKind;
  what: (place: Place) => string;
  next: (place: Place) => string;
  again: Failure['again'];
  /** True when the code can only come from before the first byte of the request. */
  before: boolean;
}

const reach = ({ host }: Place) =>
  `Check that this machine reaches ${host} (firewall, VPN). Where a proxy is needed, name it in HTTPS_PROXY.`;
const later = ({ host }: Place) => `Try again; if it stays, check the status page of ${host} and any proxy in between.`;
const trust = () =>
  "If a company proxy inspects TLS, set NODE_EXTRA_CA_CERTS to its root certificate; otherwise check the base URL and this machine's clock.";

const RULES: readonly Rule[] = [
  {
    codes: /^(ENOTFOUND|EAI_NONAME|EAI_NODATA)$/,
    kind: 'network',
    what: ({ host }) => `The name ${host} could not be found`,
    next: (place) => `Check the base URL for a typo. ${reach(place)}`,
    again: 'never',
    before: true,
  },
  {
    codes: /^EAI_/,
    kind: 'network',
    what: ({ host }) => `The name ${host} could not be looked up`,
    next: reach,
    again: 'transient',
    before: true,
  },
  {
    codes: /^ECONNREFUSED$/,
    kind: 'network',
    what: ({ host }) => `${host} refused the connection`,
    next: reach,
    again: 'transient',
    before: true,
  },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/,
    kind: 'network',
    what: ({ host }) => `${host} cannot be reached`,
    next: reach,
    again: 'transient',
    before: false,
  },
  {
    codes: /^UND_ERR_CONNECT_TIMEOUT$/,
    kind: 'timeout',
    what: ({ host }) => `${host} did not take the connection in time`,
    next: reach,
    again: 'transient',
    before: true,
  },
  {
    codes: /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH)/,
    kind: 'network',
    what: ({ host }) => `The TLS certificate of ${host} is not trusted`,
    next: trust,
    again: 'never',
    before: true,
  },
  {
    codes: /^(EPROTO$|ERR_SSL_|ERR_TLS_)/,
    kind: 'network',
    what: ({ host }) => `No TLS connection with ${host}`,
    next: trust,
    again: 'never',
    before: false,
  },
  {
    codes: /^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ETIMEDOUT)$/,
    kind: 'timeout',
    what: ({ host }) => `${host} stopped answering`,
    next: later,
    again: 'transient',
    before: false,
  },
  {
    codes: /^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|HPE_INVALID_EOF_STATE)$/,
    kind: 'network',
    what: ({ host }) => `The connection to ${host} broke before the answer was complete`,
    next: later,
    again: 'transient',
    before: false,
  },
  {
    codes: /^(HPE_|UND_ERR_HEADERS_OVERFLOW)/,
    kind: 'unreadable',
    what: ({ host }) => `${host} answered with something that is not HTTP`,
    next: () => 'Check host and port of the base URL.',
    again: 'never',
    before: false,
  },
  {
    codes: /^(Z_|ERR__ERROR_FORMAT|ERR_BROTLI|ERR_PADDING|ERR_FORMAT)/,
    kind: 'unreadable',
    what: ({ host }) => `The compressed answer of ${host} is damaged`,
    next: later,
    again: 'never',
    before: false,
  },
  {
    codes: /^(UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
    kind: 'cancelled',
    what: () => 'This server is shutting down',
    next: () => 'Start the server again.',
    again: 'never',
    before: true,
  },
];

/**
 * A thrown transport error as a Failure. `sent` says what is known of the attempt; undefined leaves it to the code, for
 * connections that are shared and cannot be watched. What is no transport error becomes `internal`.
 */
export function transportFailure(error: unknown, place: Place, sent: Sent | undefined): Failure {
  const code = transportCode(error);
  const rule = code === undefined ? undefined : RULES.find(({ codes }) => codes.test(code));
  if (code === undefined || rule === undefined) {
    const problem = new Problem('internal', `The request to ${place.host} failed in an unexpected way.`, {
      next: 'Run again with AGENT_SIM_LOG=debug and report what the log says on stderr.',
      provider: place.provider,
      sent: sent ?? 'unknown',
      cause: error,
    });
    return { problem, again: 'never' };
  }
  const problem = new Problem(rule.kind, `${rule.what(place)} (${code}).`, {
    next: rule.next(place),
    provider: place.provider,
    sent: sent ?? (rule.before ? 'no' : 'unknown'),
    cause: error,
  });
  return { problem, again: rule.again };
}

/** The code of an error, of its cause, or of the first of several (happy eyeballs tries every address). */
function transportCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 4) return undefined;
  const own = errorCode(error);
  if (own !== undefined) return own;
  // undici 7 means to give its parser errors HPE_ codes, but leaves them undefined.
  if (error.name === 'HTTPParserError') return /EOF/.test(error.message) ? 'HPE_INVALID_EOF_STATE' : 'HPE_INVALID';
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  for (const one of inner) {
    const code = transportCode(one, depth + 1);
    if (code !== undefined) return code;
  }
  return undefined;
}
