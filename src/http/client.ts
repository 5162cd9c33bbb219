/**
 * The shared vendor client: every byte to a vendor passes here. It repeats what may be repeated, never what starts
 * something, keeps to deadlines and caps, and turns whatever goes wrong into one `Problem`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { withoutUndefined } from '../model/without-undefined.ts';
import { parseLine, readJson } from './answers.ts';
import { failureOf, perform } from './attempts.ts';
import { parseBaseUrl } from './base-url.ts';
import { bodyLines } from './body.ts';
import { beginCall } from './call.ts';
import type { Connection, HttpSeams } from './connection.ts';
import { proxyFor } from './proxies.ts';
import { createRequestLimits } from './request-limits.ts';
import { type Answer, createTransport } from './transport.ts';
import type { VendorHttp, VendorHttpOptions, VendorRequest } from './types.ts';

export const HTTP_DEFAULTS = {
  /** Requests under way at once. */
  concurrency: 6,
  connect_ms: 10_000,
  headers_ms: 30_000,
  /** Silence between two pieces of a body. */
  body_ms: 30_000,
  /** Of a whole call, retries included. */
  deadline_ms: 60_000,
  max_bytes: 32 * 1024 * 1024,
  retries: 2,
} as const;

/**
 * A client for one vendor. Throws `Problem('unconfigured')` for a base URL that no key may be sent to; sends nothing
 * yet. Where `env` names a proxy, connections go through it.
 */
export function createVendorHttp(options: VendorHttpOptions, seams: Partial<HttpSeams> = {}): VendorHttp {
  const connection = connect(options, { now: Date.now, sleep: realSleep, random: Math.random, ...seams });
  const { base, place, limits, transport, queue, redact, now } = connection;
  const settings = {
    place,
    prefix: base.pathname.replace(/\/$/, ''),
    headers: options.headers,
    deadline_ms: limits.deadline_ms,
    max_bytes: limits.max_bytes,
    now,
  };

  return {
    origin: base.origin,
    host: base.host,
    sent: connection.sent,
    get clock_ahead_ms() {
      return connection.clock_ahead_ms;
    },
    get heard_at() {
      return connection.heard_at;
    },
    get held() {
      return queue.holds();
    },

    async request(request: VendorRequest) {
      const call = beginCall(request, settings);
      try {
        return await perform(connection, call, (answer) => readJson(answer, call, place, redact));
      } finally {
        call.deadline.release();
      }
    },

    async *lines(request: VendorRequest) {
      const call = beginCall(request, settings);
      let answer: Answer | undefined;
      try {
        answer = await perform(connection, call, async (opened) => opened);
        for await (const line of bodyLines(answer, call.max_bytes)) yield parseLine(line, redact);
      } catch (error) {
        throw failureOf(error, answer, call, place).problem;
      } finally {
        answer?.body.destroy();
        call.deadline.release();
      }
    },

    close: () => transport.close(),
  };
}

function connect(options: VendorHttpOptions, seams: HttpSeams): Connection {
  const base = parseBaseUrl(options.baseUrl, options.provider);
  const limits = { ...HTTP_DEFAULTS, ...withoutUndefined(options.limits ?? {}) };
  const { now, sleep } = seams;
  return {
    ...seams,
    base,
    place: { provider: options.provider, host: base.host },
    limits,
    transport: createTransport(base.origin, limits, {
      connector: seams.connector,
      proxy: () => (seams.connector ? undefined : proxyFor(base, options.env ?? {})),
    }),
    queue: createRequestLimits({ concurrency: limits.concurrency, rate: limits.rate, now, sleep }),
    readFault: options.readFault,
    advise: options.advise,
    redact: options.redact ?? ((text) => text),
    log: options.log,
    sent: new Map(),
    clock_ahead_ms: undefined,
    heard_at: undefined,
  };
}

/** Does not keep the process alive: the timer of a call's deadline does, while a call waits. */
function realSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal, ref: false });
}
