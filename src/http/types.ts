/** What the shared vendor client takes and gives. */
import type { VendorFault } from '../model/problem.ts';
import type { Log } from './log.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface VendorRequest {
  method: Method;
  /**
   * Path template relative to the base URL, e.g. `/simulations/{id}`. `{name}` is filled from `params`, encoded by the one
   * function that refuses `.`, `..` and empty segments. Trailing slashes are kept.
   */
  path: string;
  params?: Record<string, string> | undefined;
  /** Query; an array repeats its key; undefined is left out. */
  query?: Record<string, string | number | boolean | readonly string[] | undefined> | undefined;
  /** JSON body. */
  body?: unknown;
  headers?: Readonly<Record<string, string | undefined>> | undefined;
  signal: AbortSignal;
  /**
   * `safe` (default for GET): may be repeated. `start`: sends something that costs money: never repeated unless it is
   * certain that the first never left. Everything else: not repeated either.
   */
  intent?: 'safe' | 'start' | 'change' | undefined;
  /** Retry a 500 once (contracts that call it transient). Default false. */
  retry_500?: boolean | undefined;
  /** Whole-call deadline in ms, retries included; default from the settings. */
  deadline_ms?: number | undefined;
  /** Biggest body accepted, in bytes; default from the settings. */
  max_bytes?: number | undefined;
  /**
   * Called with its length when the whole body of a 2xx answer is here, before it is parsed: what is requested now is on
   * its way meanwhile.
   */
  arrived?: ((characters: number) => void) | undefined;
  /**
   * The answer is sent back, in part or as a whole: secrets in it stay, since ours would take their place. Whoever asks shows
   * none of it before it is redacted. What is said of a refusal is redacted all the same.
   */
  verbatim?: boolean | undefined;
}

export interface VendorResponse {
  status: number;
  headers: Record<string, string>;
  /**
   * Parsed JSON; `undefined` for an empty body (204, or any 2xx to something else than GET). Non-JSON bodies and an empty
   * 200 to a GET become a `Problem('unreadable')` before this.
   */
  body: unknown;
}

/** Reads an error body of one vendor. Untrusted in, untrusted out; undefined fields when the vendor says nothing. */
export type FaultReader = (status: number, body: unknown, headers: Record<string, string>) => VendorFault;

export interface VendorHttpOptions {
  provider: string;
  /** e.g. `https://api.us.synthflow.ai/v2`; https only, except loopback. A trailing slash is dropped. */
  baseUrl: string;
  /** Authentication headers; one that is undefined is left out. Whoever read the values registers them with the redactor. */
  headers: Readonly<Record<string, string | undefined>>;
  readFault: FaultReader;
  /** One trusted sentence for a status of this vendor, e.g. 401 → "check the region". */
  advise?: (status: number, fault: VendorFault) => string | undefined;
  /** Others than `HTTP_DEFAULTS`. */
  limits?: {
    /** Requests under way at once. */
    concurrency?: number | undefined;
    /** At most `requests` per `interval_ms`. */
    rate?: { requests: number; interval_ms: number } | undefined;
    connect_ms?: number | undefined;
    headers_ms?: number | undefined;
    body_ms?: number | undefined;
    deadline_ms?: number | undefined;
    max_bytes?: number | undefined;
    retries?: number | undefined;
  };
  /**
   * Takes secrets out of what the vendor says, before any text is cut: of a key that was cut in two, neither half would
   * be found.
   */
  redact?: ((text: string) => string) | undefined;
  /** The environment, in which `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` may name a proxy; absent: connections go out directly. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Gets debug lines of every attempt: template, status, duration, why it failed; never headers or bodies. */
  log?: Log | undefined;
}

export interface VendorHttp {
  readonly origin: string;
  readonly host: string;
  /** Sends, retries as `intent` allows, and throws `Problem` for everything but 2xx. */
  request(request: VendorRequest): Promise<VendorResponse>;
  /** Same, for a body of newline-delimited JSON: one parsed value at a time; lines that are no JSON come as strings. */
  lines(request: VendorRequest): AsyncIterable<unknown>;
  /**
   * Requests sent so far, by `METHOD path-template`: every attempt and every redirect followed counts (tests and benches
   * read it).
   */
  readonly sent: ReadonlyMap<string, number>;
  /** How far the vendor's clock is ahead of ours, in ms, by the `Date` of its latest answer; undefined where it told none. */
  readonly clock_ahead_ms?: number | undefined;
  /** When an answer was last read in full, in ms since the epoch. */
  readonly heard_at?: number | undefined;
  /** Whether requests are ready to be sent and are kept back by the vendor's limit. */
  readonly held?: boolean | undefined;
  /** Closes the shared connections once the requests on them have ended. */
  close(): Promise<void>;
}
