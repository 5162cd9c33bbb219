/** One call of the vendor client, over all its attempts: what is sent, until when, and whether it was. */
import { Problem } from '../model/problem.ts';
import { type Deadline, startDeadline } from './deadline.ts';
import type { Place, Sent } from './failures.ts';
import { encodeQuery, fillPath } from './paths.ts';
import type { RetryPolicy } from './retry.ts';
import type { Method, VendorRequest } from './types.ts';

export interface Call {
  method: Method;
  /** For counting and logs: `GET /simulations/{id}`. */
  label: string;
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
  intent: RetryPolicy['intent'];
  retry_500: boolean;
  max_bytes: number;
  arrived?: ((characters: number) => void) | undefined;
  verbatim: boolean;
  deadline: Deadline;
  /** Of the newest attempt; only exact where the request has a connection of its own. */
  sent: Sent;
}

type Headers = Readonly<Record<string, string | undefined>>;

export interface CallSettings {
  place: Place;
  /** Path of the base URL, without a trailing slash. */
  prefix: string;
  headers: Headers;
  deadline_ms: number;
  max_bytes: number;
  now: () => number;
}

/** Checks and encodes a request; throws `Problem` before anything is sent. The deadline runs from here on. */
export function beginCall(request: VendorRequest, settings: CallSettings): Call {
  const { place } = settings;
  const body = request.body === undefined ? undefined : toJson(request.body, request.path);
  const own = {
    accept: 'application/json',
    // Servers that compress all the same are understood (`bodyChunks`).
    'accept-encoding': 'identity',
    'user-agent': 'agent-simulation-mcp',
    'content-type': body === undefined ? undefined : 'application/json',
  };
  const headers = joined(own, settings.headers, request.headers ?? {});
  for (const [name, value] of Object.entries(headers)) {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw badHeader(name, place);
  }
  return {
    method: request.method,
    label: `${request.method} ${request.path}`,
    path: settings.prefix + fillPath(request.path, request.params) + encodeQuery(request.query),
    headers,
    body,
    intent: request.intent ?? (request.method === 'GET' ? 'safe' : 'change'),
    retry_500: request.retry_500 ?? false,
    max_bytes: request.max_bytes ?? settings.max_bytes,
    arrived: request.arrived,
    verbatim: request.verbatim ?? false,
    deadline: startDeadline(request.signal, request.deadline_ms ?? settings.deadline_ms, settings.now),
    sent: 'no',
  };
}

/** The Problem of a call that was ended by its caller or by its deadline. */
export function interrupted(call: Call, place: Place): Problem {
  const details = { provider: place.provider, sent: call.sent, cause: call.deadline.signal.reason };
  if (call.deadline.endedBy() === 'caller') {
    return new Problem('cancelled', `The request to ${place.host} was cancelled.`, details);
  }
  const what =
    call.sent === 'no'
      ? `The request to ${place.host} could not be sent before its deadline.`
      : `${place.host} did not finish the answer in time.`;
  return new Problem('timeout', what, {
    ...details,
    next: 'Try again; ask for less at once.',
  });
}

function toJson(body: unknown, path: string): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new Problem('internal', `The body for ${path} is not JSON.`, { cause, sent: 'no' });
  }
}

function badHeader(name: string, { provider }: Place): Problem {
  return new Problem('unconfigured', `The ${name} header for ${provider} holds a character that cannot be sent.`, {
    next: 'Copy the key again, without quotes, line breaks or invisible characters.',
    provider,
    sent: 'no',
  });
}

/** Headers by lower-case name, without those that are undefined; of two with one name the later one counts. */
function joined(...parts: readonly Headers[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return headers;
}
