/** Keys, paths, limits and broken answers. */

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { createVendorHttp } from '../../../src/http/client.ts';
import { createProvider } from '../../../src/providers/futureagi/index.ts';
import { defaultSwitches } from '../../../src/sandbox/dialects/futureagi/switches.ts';
import { problemOf } from '../../support/problem-of.ts';
import { type Bench, bench, has } from './harness.ts';

let one: Bench;
beforeAll(async () => {
  one = await bench();
});
afterEach(() => {
  Object.assign(one.dialect.switches, defaultSwitches());
});

describe('keys', () => {
  it('that are right answer', async () => {
    expect(await one.configured.check(one.call)).toEqual({
      ok: true,
      detail: expect.stringMatching(/^\d+ run tests$/),
    });
    expect(one.configured).toMatchObject({ id: 'futureagi', label: 'Future AGI', sandbox: true });
  });

  it.each([
    ['a wrong key', { api_key: 'nonsense', secret_key: 'sandbox-futureagi-secret' }],
    ['a wrong secret', { api_key: 'sandbox-futureagi-key', secret_key: 'nonsense' }],
  ])('%s is said, with the settings to check', async (_what, keys) => {
    const wrong = createProvider(
      { base_url: one.url, ...keys },
      {
        createHttp: createVendorHttp,
        defaults: DEFAULTS,
        registerSecret: () => undefined,
        sandbox: true,
        now: Date.now,
      },
    );
    const result = await wrong.check(one.call);
    expect(result).toMatchObject({ ok: false, problem: expect.stringContaining('FI_SECRET_KEY') });
    expect(result.problem).not.toContain('nonsense');
    const problem = await problemOf(has(wrong.sessions).list({ limit: 1 }, one.call));
    expect(problem).toMatchObject({ kind: 'unauthorized', details: { vendor: { code: 'authentication_failed' } } });
  });
});

describe('requests', () => {
  it('all end in a slash before the query', async () => {
    const { execution_id, call_ids, run_test_id } = one.dialect.seed('good');
    one.since();
    await has(one.provider.sessions).get([execution_id], one.call);
    await has(one.provider.sessions).list({ limit: 3 }, one.call);
    await has(one.provider.runs).get([call_ids[0] ?? ''], one.call);
    await has(one.provider.tests).get('suite', [run_test_id], one.call);
    await one.runs(execution_id);
    const paths = one.since().map((request) => request.split(' ')[1]?.split('?')[0] ?? '');
    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) expect(path).toMatch(/\/$/);
  });

  it('carry documented parameters only, and none that analytics refuses', async () => {
    const { execution_id } = one.dialect.seed('good');
    const fresh = await bench();
    fresh.dialect.seed('good');
    await has(fresh.provider.sessions).get([execution_id], fresh.call);
    const asked = fresh.since().map((request) => new URL(request.split(' ')[1] ?? '', 'http://x'));
    const analytics = asked.find((url) => url.pathname.endsWith('/analytics/'));
    expect([...(analytics?.searchParams.keys() ?? [])]).toEqual(['execution_id', 'summary']);
  });

  it('keep to a rate that is configured in code', async () => {
    const slow = await bench({ rate: { requests: 2, interval_ms: 60_000 } });
    slow.dialect.seed('good');
    const abort = new AbortController();
    const pending = has(slow.provider.tests).list({ kind: 'suite', limit: 1 }, { signal: abort.signal });
    await pending;
    await has(slow.provider.tests).list({ kind: 'suite', limit: 1 }, { signal: abort.signal });
    const third = has(slow.provider.tests).list({ kind: 'suite', limit: 1 }, { signal: abort.signal });
    const outcome = await Promise.race([
      third.then(
        () => 'answered',
        () => 'refused',
      ),
      new Promise((resolve) => setTimeout(() => resolve('waiting'), 50)),
    ]);
    // Injected waits return at once, so either it waits for real or a wait was asked for.
    expect(outcome === 'waiting' || slow.waits.length > 0).toBe(true);
    abort.abort();
    await third.catch(() => undefined);
  });
});

describe('broken answers', () => {
  it('of a proxy are repeated, then said', async () => {
    const { execution_id } = one.dialect.seed('good');
    one.dialect.switches.faults = [502];
    expect(await one.runs(execution_id)).toHaveLength(4);
    one.dialect.switches.faults = [502, 503, 504, 502, 503];
    const problem = await problemOf(one.runs(execution_id));
    expect(['vendor_error', 'timeout', 'network', 'unreadable']).toContain(problem.kind);
  });

  it('that come with 200 and no JSON are unreadable, not empty', async () => {
    const { execution_id } = one.dialect.seed('good');
    one.dialect.switches.faults = [200];
    expect(await problemOf(one.runs(execution_id))).toMatchObject({ kind: 'unreadable' });
  });

  it('of another shape are unreadable', async () => {
    const { execution_id } = one.dialect.seed('good');
    const fetchOf = one.dialect.fetch;
    one.dialect.fetch = () => Response.json({ status: true, result: ['surprise'] });
    const problem = await problemOf(has(one.provider.sessions).get([execution_id], one.call));
    one.dialect.fetch = fetchOf;
    expect(problem).toMatchObject({ kind: 'unreadable', details: { provider: 'futureagi' } });
  });

  it('end with the call', async () => {
    const { execution_id } = one.dialect.seed('good');
    const signal = AbortSignal.abort();
    const problem = await problemOf(has(one.provider.sessions).get([execution_id], { signal }));
    expect(['cancelled', 'timeout']).toContain(problem.kind);
  });
});
