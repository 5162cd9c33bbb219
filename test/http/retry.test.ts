import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoff, type Failure, retryAfterSeconds, waitBeforeRetry } from '../../src/http/retry.ts';
import { Problem } from '../../src/model/problem.ts';
import { problemOf } from '../support/problem-of.ts';
import { gate, turns, until } from '../support/waiting.ts';
import { client, get, httpServer, json, start } from './servers.ts';

const failure = (again: Failure['again'], sent: 'no' | 'yes' | 'unknown', wait_ms?: number): Failure => ({
  problem: new Problem('network', 'x', { sent }),
  again,
  ...(wait_ms === undefined ? {} : { wait_ms }),
});
const policy = { intent: 'safe', retries: 2, retry_500: false, random: () => 0 } as const;
const left = { tried: 0, remaining_ms: 60_000 };

describe('whether to try again', () => {
  it.each([
    ['safe', 'transient', 'unknown', false, 500],
    ['safe', 'never', 'no', false, undefined],
    ['safe', 'server_error', 'yes', false, undefined],
    ['safe', 'server_error', 'yes', true, 500],
    ['start', 'transient', 'no', false, 500],
    ['start', 'transient', 'unknown', false, undefined],
    ['start', 'transient', 'yes', false, undefined],
    ['start', 'never', 'no', false, undefined],
    ['start', 'server_error', 'yes', true, undefined],
    ['change', 'transient', 'no', false, undefined],
    ['change', 'transient', 'unknown', true, undefined],
  ] as const)('%s, %s, sent %s, retry_500 %s: %s', (intent, again, sent, retry_500, expected) => {
    expect(waitBeforeRetry(failure(again, sent), left, { ...policy, intent, retry_500 })).toBe(expected);
  });

  it('ends with the retries, the second 500, and the deadline', () => {
    const transient = failure('transient', 'unknown');
    expect(waitBeforeRetry(transient, { ...left, tried: 1 }, policy)).toBe(1_000);
    expect(waitBeforeRetry(transient, { ...left, tried: 2 }, policy)).toBeUndefined();
    expect(
      waitBeforeRetry(failure('server_error', 'yes'), { ...left, tried: 1 }, { ...policy, retry_500: true }),
    ).toBeUndefined();
    expect(waitBeforeRetry(transient, { ...left, remaining_ms: 500 }, policy)).toBeUndefined();
    expect(waitBeforeRetry(failure('transient', 'yes', 59_999), left, policy)).toBe(59_999);
    expect(waitBeforeRetry(failure('transient', 'yes', 60_000), left, policy)).toBeUndefined();
  });

  it('waits 0.5 s doubled up to 8 s, less at most a quarter', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((tried) => backoff(tried, () => 0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
    expect(backoff(1, () => 0.999)).toBeCloseTo(750, 0);
  });
});

describe('Retry-After', () => {
  const now = () => Date.parse('2026-03-01T12:00:00Z');
  it.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': ' 0 ' }, 0],
    [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, 30],
    [{ 'retry-after': 'Sunday, 01-Mar-26 12:00:30 GMT' }, 30],
    [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT', date: 'Sun, 01 Mar 2026 12:00:20 GMT' }, 10],
    [{ 'retry-after': '9'.repeat(400) }, 366 * 86_400],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '1e3' }, undefined],
    [{ 'retry-after': '1.5' }, undefined],
    [{ 'retry-after': 'Sun, never' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('%o is %s s', (headers: Record<string, string>, seconds) => {
    expect(retryAfterSeconds(headers, now)).toBe(seconds);
  });

  it('is a finite number of seconds or nothing, whatever the header', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.date()), (text, date) => {
        const header = date === null || Number.isNaN(date.getTime()) ? text : date.toUTCString();
        const seconds = retryAfterSeconds({ 'retry-after': header }, now);
        return seconds === undefined || (Number.isInteger(seconds) && seconds >= 0);
      }),
    );
  });
});

describe('reads that fail for a while', () => {
  it.each([408, 429, 502, 503, 504])('%i is repeated', async (status) => {
    const { origin, seen } = await httpServer((_, response, index) =>
      json(response, index < 2 ? status : 200, { index }),
    );
    const http = client(origin);
    expect((await http.request(get())).body).toEqual({ index: 2 });
    expect([seen.length, http.waits]).toEqual([3, [500, 1_000]]);
  });

  it('fails with what came last when it stays', async () => {
    const { origin, seen } = await httpServer((_, response, index) => json(response, 503, { index }));
    const problem = await problemOf(client(origin).request(get()));
    expect([problem.kind, problem.details.vendor?.message, seen.length]).toEqual(['vendor_error', '{"index":2}', 3]);
  });

  it('a 500 is repeated once where the request says so', async () => {
    const { origin, seen } = await httpServer((_, response) => json(response, 500, {}));
    await problemOf(client(origin).request(get()));
    expect(seen).toHaveLength(1);
    await problemOf(client(origin).request(get({ retry_500: true })));
    expect(seen).toHaveLength(3);
  });

  it.each([400, 401, 402, 403, 404, 409, 422, 500, 501])('%i is not', async (status) => {
    const { origin, seen } = await httpServer((_, response) => json(response, status, {}));
    await problemOf(client(origin).request(get()));
    expect(seen).toHaveLength(1);
  });

  it('waits as long as the vendor asks, in seconds or until a date', async () => {
    const { origin } = await httpServer((_, response, index) => {
      if (index === 0) json(response, 429, {}, { 'retry-after': '3' });
      else if (index === 1)
        json(
          response,
          503,
          {},
          { 'retry-after': 'Sun, 22 Nov 2026 10:00:05 GMT', date: 'Sun, 22 Nov 2026 10:00:00 GMT' },
        );
      else json(response, 200, {});
    });
    const http = client(origin);
    await http.request(get());
    // Twice for the 429: the call itself, and the pause of everything else.
    expect(http.waits.slice(0, 3)).toEqual([3_000, 3_000, 5_000]);
  });

  it.each(['3600', '99999999999999999999', new Date(Date.now() + 7_200_000).toUTCString()])(
    'an absurd wait (%s) fails at once and says how long',
    async (header) => {
      const { origin, seen } = await httpServer((_, response) => json(response, 429, {}, { 'retry-after': header }));
      const http = client(origin);
      const problem = await problemOf(http.request(get()));
      expect(problem.kind).toBe('rate_limited');
      expect(problem.details.retry_after_seconds).toBeGreaterThanOrEqual(3_600);
      expect([seen.length, http.waits]).toEqual([1, []]);
      // Nothing else is held up by it.
      expect((await problemOf(http.request(get()))).kind).toBe('rate_limited');
      expect(seen).toHaveLength(2);
    },
  );

  it('holds everything else back while the vendor asks for a pause, and says so to whoever cannot wait', async () => {
    const pause = gate();
    let paused = 0;
    const sleep = () => {
      paused += 1;
      return pause.opened;
    };
    const { origin, seen } = await httpServer((_, response, index) =>
      json(response, index === 0 ? 429 : 200, {}, { 'retry-after': '20' }),
    );
    const http = client(origin, {}, { sleep, now: () => 1_000 });
    const first = http.request(get());
    await until('the pause has begun', () => paused > 0);
    const second = http.request(get());
    // At once: with its deadline it would end as well.
    const impatient = problemOf(http.request(start({ deadline_ms: 19_000 })));
    const { kind, details } = (await Promise.race([impatient, turns(50)])) ?? expect.fail('It waits.');
    expect([kind, details.sent, details.retry_after_seconds]).toEqual(['rate_limited', 'no', 20]);
    expect(seen).toHaveLength(1);
    pause.open();
    await Promise.all([first, second]);
    expect(seen).toHaveLength(3);
  });

  it('a refused start pauses nothing: its limit is often one of starts only', async () => {
    const { origin, seen } = await httpServer(({ method }, response) =>
      json(response, method === 'POST' ? 429 : 200, {}, { 'retry-after': '20' }),
    );
    const http = client(origin);
    const problem = await problemOf(http.request(start()));
    expect(problem.details).toMatchObject({ retry_after_seconds: 20, sent: 'yes' });
    await http.request(get({ deadline_ms: 1_000 }));
    expect([seen.length, http.waits]).toEqual([2, []]);
  });
});
