/** What goes wrong on the way: statuses, proxies, networks. */
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../../../src/providers/cognigy/endpoints.ts';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import { openWorld } from './harness.ts';

const UNKNOWN = 'f'.repeat(24);
const params = { simulationReference: UNKNOWN };

describe('errors of the vendor', () => {
  it.each(['string', 'number'] as const)('carry code (%s) and trace', async (code) => {
    const { api, call } = await openWorld({ code });
    const problem = await problemOf(api.one(ENDPOINTS.getScenario, { params, signal: call.signal }));
    expect(problem).toMatchObject({
      kind: 'not_found',
      details: { vendor: { status: 404, code: '1002', request_id: expect.stringMatching(/^testing--/) } },
    });
  });

  it.each(['html', 'empty'] as const)('of a proxy (%s) are survived', async (errors) => {
    const { api, provider, call } = await openWorld({ errors });
    const problem = await problemOf(api.one(ENDPOINTS.getScenario, { params, signal: call.signal }));
    expect(problem).toMatchObject({ kind: 'not_found', details: { vendor: { status: 404 } } });
    expect((await problemOf(provider.tests.get('case', [UNKNOWN], call))).kind).toBe('not_found');
  });

  it('of a wrong key name the host and the other hosts', async () => {
    const { connect, call } = await openWorld();
    const problem = await problemOf(connect({ auth: { key: 'wrong' } }).provider.tests.list({ limit: 1 }, call));
    expect(problem).toMatchObject({
      kind: 'unauthorized',
      details: { next: expect.stringMatching(/127\.0\.0\.1.*COGNIGY_BASE_URL/) },
    });
  });

  it('of a missing role name the user of the key', async () => {
    const { provider, faults, call } = await openWorld();
    faults.add({
      kind: 'status',
      status: 403,
      body: { title: 'Forbidden Error', status: 403, detail: 'no', traceId: 't' },
    });
    const problem = await problemOf(provider.tests.list({ limit: 1 }, call));
    expect(problem).toMatchObject({ kind: 'forbidden', details: { next: expect.stringContaining('roles') } });
    faults.add({ kind: 'status', status: 403 });
    expect(await provider.check(call)).toMatchObject({ ok: false, problem: expect.stringContaining('roles') });
  });
});

describe('reads are repeated', () => {
  it.each([
    ['429 with Retry-After', { status: 429, headers: { 'retry-after': '1' } }],
    ['429 without', { status: 429 }],
    ['502 as a page', { kind: 'html' as const, status: 502 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
  ])('after %s', async (_, fault) => {
    const { provider, faults, call, sent } = await openWorld();
    faults.add({ kind: 'status', method: 'GET', path: '/testing/simulations', ...fault });
    expect((await provider.tests.list({ limit: 1 }, call)).items).toHaveLength(1);
    expect(sent()['GET /testing/simulations']).toBe(2);
  });

  it('after a reset', async () => {
    const { provider, faults, call } = await openWorld();
    faults.add({ kind: 'reset' });
    expect((await provider.tests.list({ limit: 1 }, call)).items).toHaveLength(1);
  });
});

describe('changes are not repeated', () => {
  it('nor is the generation of drafts, which costs tokens', async () => {
    const { api, faults, call, sent } = await openWorld();
    faults.add({ kind: 'status', status: 503, method: 'POST' });
    const body = { transcriptContent: 'Hello' };
    await problemOf(api.body(ENDPOINTS.draftFromTranscript, { body, signal: call.signal }));
    expect(sent()['POST /testing/personas/from-transcript']).toBe(1);
  });

  it('nor is a stop', async () => {
    const { api, faults, call, sent } = await openWorld();
    faults.add({ kind: 'status', status: 503, method: 'POST' });
    const place = { ...params, simulationRunBatchReference: UNKNOWN };
    await problemOf(api.body(ENDPOINTS.stopBatch, { params: place, signal: call.signal }));
    expect(Object.values(sent())).toEqual([1]);
  });
});

describe('cancelled calls', () => {
  it('do not spoil the same question of somebody else', async () => {
    const { connect, url } = await openWorld();
    const { provider } = connect({ base_url: url, project: 'Bright Harbor Dental' });
    const ended = new AbortController();
    const first = problemOf(provider.tests.list({ limit: 1 }, { signal: ended.signal }));
    const second = provider.tests.list({ limit: 1 }, { signal: noDeadline() });
    ended.abort();
    expect((await first).kind).toBe('cancelled');
    expect((await second).items).toHaveLength(1);
  });
});
