/** What an answer says: JSON or a clear Problem; for a refusal, the vendor's own words beside ours. */
import { setImmediate } from 'node:timers/promises';
import { markInexact } from '../model/exact-json.ts';
import { Problem, type VendorFault } from '../model/problem.ts';
import { type BodyRefusal, bodyExcerpt, bodyText } from './body.ts';
import type { Call } from './call.ts';
import type { Place, Sent } from './failures.ts';
import { type JsonFault, parseJson } from './json.ts';
import { type Failure, retryAfterSeconds } from './retry.ts';
import { redactJson } from './secrets/redact.ts';
import { statusFailure } from './statuses.ts';
import type { Answer } from './transport.ts';
import type { FaultReader, VendorHttpOptions, VendorResponse } from './types.ts';

/** Error bodies are read this far; what explains an error is at its beginning. */
const MAX_ERROR_BYTES = 64 * 1024;
/** And for this long: a start that was refused must not look like one that hangs. */
const MAX_ERROR_MS = 3_000;
const MAX_EXCERPT = 200;

/** Secrets are taken out before anything is cut. */
type Redact = NonNullable<VendorHttpOptions['redact']>;

/** Types that cannot be JSON even when the text happens to parse: a login page, a proxy's notice, a recording. */
const NOT_JSON =
  /^(text\/html|text\/xml|text\/css|application\/(xml|xhtml\+xml|pdf|zip)|image\/|audio\/|video\/|font\/|multipart\/)/i;

/** Reads a 2xx answer. Throws `Problem`, `BodyRefusal`, or what the stream threw. */
export async function readJson(answer: Answer, call: Call, place: Place, redact: Redact): Promise<VendorResponse> {
  const { status, headers } = answer;
  const type = headers['content-type'] ?? '';
  const text = await bodyText(answer, call.max_bytes);
  if (call.arrived) {
    call.arrived(text.length);
    // A turn of the event loop, in which what was requested by that is sent.
    await setImmediate();
  }
  if (text.trim() === '') {
    // A GET must be answered with something; a write, a 204 and a 205 may be answered with nothing.
    if (call.method !== 'GET' || status === 204 || status === 205) return { status, headers, body: undefined };
    throw unreadable('empty', '', answer, call, place);
  }
  if (NOT_JSON.test(type.trim())) throw unreadable('type', redact(text), answer, call, place);
  const parsed = parseJson(text);
  if ('fault' in parsed) throw unreadable(parsed.fault, redact(text), answer, call, place);
  // What is sent back has to be what stands there: what parsing lost is noted.
  if (call.verbatim) markInexact(text, parsed.value);
  return { status, headers, body: call.verbatim ? parsed.value : redactJson(text, parsed.value, redact) };
}

/** A line of NDJSON; what is no JSON comes as the line itself. */
export function parseLine(line: string, redact: Redact): unknown {
  const parsed = parseJson(line);
  return 'value' in parsed ? redactJson(line, parsed.value, redact) : redact(line);
}

const WORDS: Readonly<Record<JsonFault | 'type', string>> = {
  empty: 'with nothing where JSON was expected',
  markup: 'with a web page instead of JSON',
  type: 'with a content type that is not JSON',
  cut_off: 'with JSON that is cut off',
  syntax: 'with something that is not JSON',
  too_deep: 'with JSON nested too deeply',
  too_wide: 'with JSON of too many members in one object',
};

/** Marks JSON that is cut off: the body was lost on its way, as with a connection that breaks, so a read may be repeated. */
const CUT_OFF = Symbol('cut off');

/** True for the problem of JSON that is cut off. */
export function isCutOff({ details }: Problem): boolean {
  return details.cause === CUT_OFF;
}

function unreadable(fault: JsonFault | 'type', text: string, answer: Answer, call: Call, place: Place): Problem {
  const wrongPlace = fault === 'markup' || fault === 'type';
  return new Problem('unreadable', `${place.provider} (${place.host}) answered ${answer.status} ${WORDS[fault]}.`, {
    next: wrongPlace
      ? 'Check the base URL: it must be the API host, not the web interface, and nothing in between may ask for a login.'
      : 'Try again; if it stays, the vendor is at fault.',
    provider: place.provider,
    vendor: { status: answer.status, message: text.trim() === '' ? undefined : excerpt(text) },
    sent: lost(call),
    cause: fault === 'cut_off' ? CUT_OFF : undefined,
  });
}

/** A body that we stopped reading. */
export function refusedBody({ refused }: BodyRefusal, answer: Answer, call: Call, place: Place): Problem {
  const details = { provider: place.provider, vendor: { status: answer.status }, sent: lost(call) };
  if (refused === 'encoding') {
    return new Problem('unreadable', `${place.host} compressed its answer in a way that is not understood.`, {
      ...details,
      next: 'A proxy in between may add the compression: go around it.',
    });
  }
  const limit = `${Math.round(call.max_bytes / 1024)} KiB`;
  return new Problem('too_large', `The answer of ${place.host} is larger than ${limit} and was not read.`, {
    ...details,
    next: 'Ask for less: a smaller page, a narrower filter, one run instead of a session.',
  });
}

/** The vendor took the request and its answer is lost: what a start has started is not known. */
function lost(call: Call): Sent {
  return call.intent === 'safe' ? 'yes' : 'unknown';
}

/** Reads an answer that is not 2xx. Never throws. */
export async function readRefusal(
  answer: Answer,
  place: Place,
  {
    readFault,
    advise,
    now,
    redact,
  }: Pick<VendorHttpOptions, 'readFault' | 'advise'> & {
    now: () => number;
    redact: Redact;
  },
): Promise<Failure> {
  const text = await bodyExcerpt(answer, MAX_ERROR_BYTES, MAX_ERROR_MS);
  const fault = faultOf(answer, text, readFault, redact);
  return statusFailure(place, answer.status, {
    fault,
    advice: adviceOf(answer.status, fault, advise),
    retry_after_seconds: retryAfterSeconds(answer.headers, now),
  });
}

function faultOf({ status, headers }: Answer, text: string, readFault: FaultReader, redact: Redact): VendorFault {
  const parsed = parseJson(text);
  const clean = redact(text);
  const body =
    'value' in parsed ? redactJson(text, parsed.value, redact) : clean.trim() === '' ? undefined : excerpt(clean);
  const said = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redact(value)]));
  try {
    return readFault(status, body, said);
  } catch {
    // A reader that meets a shape it did not expect must not hide the status.
    return typeof body === 'string' ? { status, message: body } : { status };
  }
}

function adviceOf(status: number, fault: VendorFault, advise: VendorHttpOptions['advise']): string | undefined {
  try {
    return advise?.(status, fault);
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, MAX_EXCERPT);
}
