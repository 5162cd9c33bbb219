/**
 * The shared vendor client: every byte to a vendor passes here. It repeats what may be repeated, never what starts
 * something, keeps to deadlines and caps, and turns whatever goes wrong into one `Problem`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { isProblem, Problem, toProblem } from '../model/problem.ts';
import { withoutUndefined } from '../model/without-undefined.ts';
import { isCutOff, parseLine, readJson, readRefusal, refusedBody } from './answers.ts';
import { parseBaseUrl } from './base-url.ts';
import { bodyLines, isBodyRefusal } from './body.ts';
import { beginCall, type Call, interrupted } from './call.ts';
import { type Place, transportFailure } from './failures.ts';
import { createRequestLimits } from './request-limits.ts';
import { type Failure, httpDate, waitBeforeRetry } from './retry.ts';
import { type Answer, createTransport } from './transport.ts';
import type { VendorHttp, VendorHttpOptions, VendorRequest } from './types.ts';

export const HTTP_DEFAULTS = {
  concurrency: 6,
  connect_ms: 10_000,
  headers_ms: 30_000,
  /** Silence between two pieces of a body. */
  body_ms: 30_000,
  deadline_ms: 60_000,
  max_bytes: 32 * 1024 * 1024,
  retries: 2,
} as const;

/** What a test replaces to be fast and exact. */
export interface HttpSeams {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits; ends early, in whatever way, when the signal does. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 to 1, as `Math.random`. */
  random(): number;
}

const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

type Outcome<T> = { value: T } | { failure: Failure };

/**
 * A client for one vendor. Throws `Problem('unconfigured')` for a base URL that no key may be sent to; sends nothing
 * yet. Proxy variables of the environment are not honoured: connections go out directly.
 */
export function createVendorHttp(options: VendorHttpOptions, seams: Partial<HttpSeams> = {}): VendorHttp {
  const base = parseBaseUrl(options.baseUrl, options.provider);
  const place: Place = { provider: options.provider, host: base.host };
  const limits = { ...HTTP_DEFAULTS, ...withoutUndefined(options.limits ?? {}) };
  const { now, sleep, random }: HttpSeams = { now: Date.now, sleep: realSleep, random: Math.random, ...seams };
  const transport = createTransport(base.origin, limits);
  const queue = createRequestLimits({ concurrency: limits.concurrency, rate: limits.rate, now, sleep });
  const sent = new Map<string, number>();
  let ahead: number | undefined;
  let heard: number | undefined;
  const redact = options.redact ?? ((text: string) => text);
  const settings = {
    place,
    prefix: base.pathname.replace(/\/$/, ''),
    headers: options.headers,
    deadline_ms: limits.deadline_ms,
    max_bytes: limits.max_bytes,
    now,
  };

  /** Attempts until one succeeds or none may follow; `consume` reads a 2xx answer as part of the attempt. */
  async function perform<T>(call: Call, consume: (answer: Answer) => Promise<T>): Promise<T> {
    const policy = { intent: call.intent, retries: limits.retries, retry_500: call.retry_500, random };
    for (let tried = 0; ; tried += 1) {
      const outcome = await inTurn(call, () => attempt(call, consume));
      if ('value' in outcome) return outcome.value;
      const wait_ms = waitBeforeRetry(outcome.failure, { tried, remaining_ms: call.deadline.remaining() }, policy);
      if (wait_ms === undefined) throw outcome.failure.problem;
      if (outcome.failure.problem.kind === 'rate_limited' && outcome.failure.wait_ms !== undefined)
        queue.pauseFor(wait_ms);
      options.log?.debug('http_retry', { provider: place.provider, request: call.label, tried, wait_ms });
      await sleep(wait_ms, call.deadline.signal).catch(() => undefined);
      if (call.deadline.endedBy() !== undefined) throw interrupted(call, place);
    }
  }

  async function inTurn<T>(call: Call, task: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const pause = queue.pausedFor();
    if (pause > call.deadline.remaining()) throw paused(pause);
    try {
      return await queue.run(task, call.deadline.signal);
    } catch (error) {
      const ended = call.deadline.endedBy();
      if (ended === 'timeout' && call.sent === 'no' && queue.pausedFor() > 0) throw paused(queue.pausedFor());
      throw ended === undefined ? toProblem(error) : interrupted(call, place);
    }
  }

  function paused(ms: number): Problem {
    const seconds = Math.ceil(ms / 1000);
    return new Problem('rate_limited', `${place.provider} (${place.host}) asked to wait ${seconds} s more.`, {
      next: 'Wait before the next call; ask for less at once.',
      provider: place.provider,
      retry_after_seconds: seconds,
      sent: 'no',
    });
  }

  async function attempt<T>(call: Call, consume: (answer: Answer) => Promise<T>): Promise<Outcome<T>> {
    const began = now();
    let answer: Answer | undefined;
    let failure: Failure;
    try {
      answer = await open(call);
      options.log?.debug('http', {
        provider: place.provider,
        request: call.label,
        status: answer.status,
        ms: now() - began,
      });
      if (answer.status >= 200 && answer.status < 300) {
        const value = await consume(answer);
        heard = now();
        return { value };
      }
      failure = await readRefusal(answer, place, { ...options, now, redact });
    } catch (error) {
      failure = failureOf(error, answer, call);
    }
    const { kind, details } = failure.problem;
    options.log?.debug('http_failed', { provider: place.provider, request: call.label, kind, cause: details.cause });
    return { failure };
  }

  /** Sends, and follows redirects of a GET that stay on this origin: the headers hold keys. */
  async function open(call: Call): Promise<Answer> {
    const fresh = call.intent !== 'safe';
    let path = call.path;
    for (let hops = 0; ; hops += 1) {
      sent.set(call.label, (sent.get(call.label) ?? 0) + 1);
      call.sent = fresh ? 'no' : 'unknown';
      const answer = await transport.send({
        method: call.method,
        path,
        headers: call.headers,
        body: call.body,
        signal: call.deadline.signal,
        fresh,
        onConnected: () => {
          call.sent = 'unknown';
        },
      });
      // An answer out of a cache has an old date.
      const theirs = answer.headers.age === undefined ? httpDate(answer.headers.date) : undefined;
      if (theirs !== undefined) ahead = theirs - now();
      const target = hops < MAX_REDIRECTS ? redirectOf(call, answer, path) : undefined;
      if (target === undefined) return answer;
      answer.body.destroy();
      path = target;
    }
  }

  function redirectOf(call: Call, { status, headers }: Answer, path: string): string | undefined {
    if (call.method !== 'GET' || call.intent !== 'safe' || !REDIRECTS.has(status)) return undefined;
    const { location } = headers;
    const from = new URL(path, base.origin);
    if (location === undefined || !URL.canParse(location, from.href)) return undefined;
    const to = new URL(location, from);
    return to.origin === base.origin ? to.pathname + to.search : undefined;
  }

  function failureOf(error: unknown, answer: Answer | undefined, call: Call): Failure {
    if (call.deadline.endedBy() !== undefined) return { problem: interrupted(call, place), again: 'never' };
    if (isProblem(error)) return { problem: error, again: isCutOff(error) ? 'once' : 'never' };
    if (isBodyRefusal(error) && answer) return { problem: refusedBody(error, answer, call, place), again: 'never' };
    return transportFailure(error, place, call.intent === 'safe' ? undefined : call.sent);
  }

  return {
    origin: base.origin,
    host: base.host,
    sent,
    get ahead_ms() {
      return ahead;
    },
    get heard_at() {
      return heard;
    },
    get held() {
      return queue.holds();
    },

    async request(request: VendorRequest) {
      const call = beginCall(request, settings);
      try {
        return await perform(call, (answer) => readJson(answer, call, place, redact));
      } finally {
        call.deadline.release();
      }
    },

    async *lines(request: VendorRequest) {
      const call = beginCall(request, settings);
      let answer: Answer | undefined;
      try {
        answer = await perform(call, async (opened) => opened);
        for await (const line of bodyLines(answer, call.max_bytes)) yield parseLine(line, redact);
      } catch (error) {
        throw failureOf(error, answer, call).problem;
      } finally {
        answer?.body.destroy();
        call.deadline.release();
      }
    },

    close: () => transport.close(),
  };
}

/** Does not hold the process: the deadline of whoever waits does, and nobody waits for a pause. */
function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal, ref: false });
}
