/** When a failed attempt is repeated, and after how long. Pure: the client does the waiting. */
import type { Problem } from '../model/problem.ts';

export interface Failure {
  problem: Problem;
  /** `transient`: worth repeating. `once`: worth it once. `server_error`: a 500, repeated once where the request says so. */
  again: 'never' | 'transient' | 'once' | 'server_error';
  /** What the vendor asked us to wait, in ms. */
  wait_ms?: number | undefined;
}

export interface RetryPolicy {
  intent: 'safe' | 'start' | 'change';
  retries: number;
  retry_500: boolean;
  random: () => number;
}

/**
 * Milliseconds to wait before the next attempt, or undefined to give up. `tried` counts repetitions so far,
 * `remaining_ms` is what is left of the deadline: a wait that would not fit is not begun.
 */
export function waitBeforeRetry(
  failure: Failure,
  { tried, remaining_ms }: { tried: number; remaining_ms: number },
  policy: RetryPolicy,
): number | undefined {
  if (tried >= policy.retries || !mayRepeat(failure, tried, policy)) return undefined;
  const wait = failure.wait_ms ?? backoff(tried, policy.random);
  return wait < remaining_ms ? wait : undefined;
}

function mayRepeat({ again, problem }: Failure, tried: number, policy: RetryPolicy): boolean {
  // A start costs money: it goes out again only when the first certainly did not.
  if (policy.intent === 'start') return again === 'transient' && problem.details.sent === 'no';
  if (policy.intent === 'change') return false;
  if (again === 'once') return tried === 0;
  return again === 'transient' || (again === 'server_error' && policy.retry_500 && tried === 0);
}

/** 0.5 s, 1 s, 2 s ... up to 8 s, less up to a quarter, so that clients that failed together do not return together. */
export function backoff(tried: number, random: () => number): number {
  return Math.min(8_000, 500 * 2 ** tried) * (1 - 0.25 * random());
}

const LONGEST_SECONDS = 366 * 86_400;

/**
 * Seconds a `Retry-After` header asks for: a whole number, or an HTTP date measured against the server's own `Date`
 * where it sent one (clocks differ). Past dates are 0; anything else is undefined.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>, now: () => number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Math.min(Number(text), LONGEST_SECONDS);
  const until = httpDate(text);
  if (until === undefined) return undefined;
  const from = httpDate(headers.date) ?? now();
  return Math.min(Math.max(0, Math.ceil((until - from) / 1000)), LONGEST_SECONDS);
}

/** Only texts that start like an HTTP date: `Date.parse` alone also takes `-5` and `1e3` for dates. */
export function httpDate(text: string | undefined): number | undefined {
  if (text === undefined || !/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
