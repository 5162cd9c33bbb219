import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { isProblem } from '../../../src/model/problem.ts';
import { createApi } from '../../../src/providers/coval/api.ts';
import { ENDPOINTS } from '../../../src/providers/coval/endpoints.ts';
import { advise, readFault } from '../../../src/providers/coval/faults.ts';
import { allOf, checkedId, timeValue } from '../../../src/providers/coval/filter.ts';
import { definition } from '../../../src/providers/coval/index.ts';
import { readResults, rowsOf } from '../../../src/providers/coval/results.ts';
import { baseUrlOf } from '../../../src/providers/coval/settings.ts';
import { agentReader, runReader } from '../../../src/providers/coval/wire.ts';
import { mustRead } from '../../support/data.ts';

const published = JSON.parse(
  readFileSync(new URL('../../contract/coval/published-list-simulations.json', import.meta.url), 'utf8'),
);

const { signal } = new AbortController();

/** The rows of the platform on one that always answers with this body. */
const answering = (body: unknown) =>
  createApi(
    {
      origin: 'http://nowhere.invalid',
      host: 'nowhere.invalid',
      sent: new Map(),
      request: async () => ({ status: 200, headers: {}, body }),
      async *lines() {},
      close: async () => undefined,
    },
    () => 0,
  );
const simulationsIn = (body: unknown) =>
  answering(body).list(ENDPOINTS.listSimulations, { signal }).fetch({ offset: 0, size: 100 });

describe('lenient reading', () => {
  it('parses the published list', async () => {
    const { rows, next } = await simulationsIn(published);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.simulation_id).toBeTruthy();
    expect(next).toBe(published.next_page_token);
  });

  it('takes null, wrong types and unknown fields for absence', () => {
    const run = mustRead(runReader, {
      run_id: 'r',
      display_name: { a: 1 },
      tags: ['a', null],
      progress: 'none',
      extra: { x: 1 },
      error: null,
    });
    expect(run).toEqual({ run_id: 'r', tags: ['a'] });
  });

  it('takes a state in a form that no state has for an unknown word, not for none', () => {
    expect(mustRead(runReader, { run_id: 'r', status: { is: 'COMPLETED' } }).status).toBe('UNREADABLE');
    expect(mustRead(runReader, { run_id: 'r', status: null }).status).toBeUndefined();
  });

  it('reads numbers that came as text, and ids that came as numbers', () => {
    const read = mustRead(runReader, {
      run_id: 7,
      progress: { total_test_cases: '10', failed_test_cases: '2' },
      results: { output_ids: ['a', 3, { simulation_id: 'b' }, null, 'a'] },
    });
    expect(read).toMatchObject({ run_id: '7', progress: { total_test_cases: 10, failed_test_cases: 2 } });
    expect(read.results?.output_ids).toEqual({ ids: ['a', '3', 'b'], count: 4 });
  });

  it('keeps the place of items that cannot be read', async () => {
    const { rows } = await simulationsIn({ simulations: [null, 'x', { simulation_id: 's' }, {}] });
    expect(rows.map((row) => row?.simulation_id)).toEqual([undefined, undefined, 's', undefined]);
  });

  it('drops what agents keep secret', () => {
    const agent = mustRead(agentReader, {
      id: 'a',
      metadata: { authorization_header: 'x' },
      prompt: 'p',
      attributes: { k: 1 },
    });
    expect(agent).toEqual({ id: 'a' });
  });

  it('reads both shapes of results', () => {
    const read = (metrics: object) =>
      readResults(mustRead(runReader, { run_id: 'r', results: { output_ids: ['s1'], metrics } }));
    const values = read({
      m1: {
        metric_id: 'm1',
        metric_name: 'One',
        output_type: 'string',
        values: [{ simulation_output_id: 's1', value: 'YES' }],
      },
      m2: {
        metric_id: 'm2',
        metric_name: 'Two',
        output_type: 'float',
        values: [{ simulation_output_id: 's1', value: null }, 3],
      },
      m3: { metric_id: 'm3' },
    });
    expect(values.by_simulation).toBe(true);
    expect([...rowsOf(values, 's1')]).toEqual([
      ['m1', 'YES'],
      ['m2', undefined],
    ]);
    expect([...values.metrics.keys()]).toEqual(['m1', 'm2', 'm3']);
    const aggregates = read({ Accuracy: { mean: 0.5, min: 0, max: 1 } });
    expect(aggregates.by_simulation).toBe(false);
    expect(readResults(mustRead(runReader, { run_id: 'r', results: null })).by_simulation).toBe(false);
  });
});

describe('one thing', () => {
  const run = (body: unknown) => answering(body).one(ENDPOINTS.getRun, { params: { id: 'r' }, signal });
  const simulation = (body: unknown) => answering(body).one(ENDPOINTS.getSimulation, { params: { id: 's' }, signal });
  const s = { simulation_id: 's', status: 'COMPLETED' };

  it('is read under its name or bare, and is missed where it is not', async () => {
    expect(await run({ run: { run_id: 'r' } })).toEqual({ run_id: 'r' });
    expect(await run({ run_id: 'r' })).toEqual({ run_id: 'r' });
    for (const body of [undefined, [], {}, { run: 'r' }])
      await expect(run(body)).rejects.toThrow('Coval answered, but its run could not be read.');
  });

  it('is a simulation under any name', async () => {
    for (const name of ['simulation', 'simulated_conversation', 'conversation'])
      expect(await simulation({ [name]: s })).toEqual(s);
    expect(await simulation(s)).toEqual(s);
  });

  it('has no transcript in any form where that was lost beside an error', async () => {
    const error = { code: 'INTERNAL' };
    expect(await simulation({ simulation: s, error })).toEqual({ ...s, transcript: false });
    expect(await simulation({ simulation: { ...s, transcript: [] }, error })).toEqual({ ...s, transcript: [] });
    expect((await simulation({ ...s, error })).transcript).toBeUndefined();
  });
});

describe('pages', () => {
  const page = (body: unknown) => answering(body).list(ENDPOINTS.listRuns, { signal }).fetch({ offset: 0, size: 100 });

  it.each([{}, { next_page_token: null }, { next_page_token: '' }, { next_page_token: 0 }])(
    'ends at %j',
    async (end) => {
      expect(await page({ runs: [{ run_id: 'r' }], ...end })).toMatchObject({ rows: [{ run_id: 'r' }], failed: false });
      expect((await page({ runs: [], ...end })).next).toBeUndefined();
    },
  );

  it.each([
    ['abc', { next: 'abc' }],
    [100, { next: '100' }],
    [{ offset: 100 }, { more: true }],
  ])('goes on at %j', async (next_page_token, on) => {
    expect(await page({ runs: [], next_page_token })).toMatchObject(on);
  });

  it('takes null for an empty list, and refuses an answer without one', async () => {
    expect((await page({ runs: null })).rows).toEqual([]);
    await expect(page({ data: [] })).rejects.toThrow('without the list of sessions');
    await expect(page(undefined)).rejects.toThrow('without the list');
    await expect(page({ runs: { a: 1 } })).rejects.toThrow('without the list');
  });

  it.each([
    { runs: null, error: 'Database is busy' },
    { runs: [], error: { code: 'INTERNAL', message: 'Database is busy' } },
    { error: { code: 'INTERNAL', message: 'Database is busy' } },
    { status: 'error', runs: [] },
    { success: false, runs: [] },
  ])('does not take an error for an empty list: %j', async (body) => {
    await expect(page(body)).rejects.toThrow('error instead of a list of sessions');
    expect((await page({ ...body, runs: [{ run_id: 'r' }] })).failed).toBe(true);
  });
});

describe('filters', () => {
  it('quotes every value and joins by AND only', () => {
    const filter = allOf(['status', '=', 'IN PROGRESS'], ['agent_id', '=', undefined], ['create_time', '>=', 'x']);
    expect(filter).toBe('status="IN PROGRESS" AND create_time>="x"');
    expect(allOf(['agent_id', '=', undefined])).toBeUndefined();
  });

  it.each(['a"b', 'a\\b', 'a\nb', '\u0000'])('refuses %j', (value) => {
    expect(() => allOf(['name', '=', value])).toThrow('filter');
  });

  it('checks ids loosely and times strictly', () => {
    expect(checkedId('abc123xyz789', 'run')).toBe('abc123xyz789');
    for (const id of [undefined, '', 'a/b', 'a b', 'é', 'x'.repeat(65)])
      expect(() => checkedId(id, 'run')).toThrow('no id');
    expect(timeValue('2026-01-01')).toBe('2026-01-01T00:00:00Z');
    expect(timeValue('2026-11-01 10:00:00')).toBe('2026-11-01T10:00:00Z');
    expect(() => timeValue('soon')).toThrow('not a time');
  });
});

describe('faults', () => {
  const envelope = (error: object) => readFault(400, { error }, {});
  it.each([
    [
      {
        code: 'INVALID_ARGUMENT',
        message: 'Request validation failed',
        details: [{ field: 'iteration_count', description: 'too big' }],
      },
      { code: 'INVALID_ARGUMENT', message: 'Request validation failed: too big', field: 'iteration_count' },
    ],
    [
      { code: 'NOT_FOUND', message: 'Run not found', details: [] },
      { code: 'NOT_FOUND', message: 'Run not found' },
    ],
    [
      { code: 'INTERNAL', message: 'x', details: [{ field: null, description: 'x' }] },
      { code: 'INTERNAL', message: 'x' },
    ],
  ])('reads the envelope %#', (error, fault) => {
    expect(envelope(error)).toEqual({ status: 400, ...fault });
  });

  it.each([
    [{ message: 'Missing API Key' }, 'Missing API Key'],
    [{ error: 'text' }, 'text'],
    ['upstream', 'upstream'],
    [undefined, undefined],
    [[], undefined],
  ])('reads %j', (body, message) => {
    expect(readFault(502, body, {}).message).toBe(message);
  });

  it('finds the request id wherever it is', () => {
    expect(readFault(500, {}, { 'x-request-id': 'a', 'x-amzn-requestid': 'b' }).request_id).toBe('a');
    expect(readFault(500, {}, { 'x-amzn-requestid': 'b' }).request_id).toBe('b');
    expect(readFault(500, { request_id: 'c' }, {}).request_id).toBe('c');
  });

  it('tells a gateway refusal from a missing scope', () => {
    expect(advise(403, {})).toContain('gateway');
    expect(advise(403, { code: 'PERMISSION_DENIED' })).toContain('scope');
    expect(advise(404, {})).toBeUndefined();
  });
});

describe('settings', () => {
  const deps = {
    createHttp: () => {
      throw new Error('not reached');
    },
    defaults: DEFAULTS,
    registerSecret: () => {},
    sandbox: false,
    now: () => 0,
  };
  it.each([
    [{}, 'COVAL_API_KEY', false],
    [{ COVAL_WORKSPACE_ID: 'w' }, 'COVAL_API_KEY', true],
    [{ COVAL_API_KEY: 'a b' }, 'COVAL_API_KEY', true],
    [{ COVAL_API_KEY: 'k', COVAL_WORKSPACE_ID: 'a\nb' }, 'COVAL_WORKSPACE_ID', true],
    [{ COVAL_API_KEY: 'k', COVAL_BASE_URL: 'http://api.coval.dev/v1' }, 'COVAL_BASE_URL', true],
    [{ COVAL_API_KEY: 'k', COVAL_BASE_URL: 'coval' }, 'COVAL_BASE_URL', true],
  ])('%j names the variable', (env, name, touched) => {
    const configured = definition.configure(env, deps);
    expect(configured).toMatchObject({ touched });
    expect('problem' in configured && configured.problem).toContain(name);
  });

  it('ends every base in exactly one /v1', () => {
    for (const base of [
      'https://api.coval.dev',
      'https://api.coval.dev/',
      'https://api.coval.dev/v1/',
      'https://api.coval.dev/v1/v1',
    ])
      expect(baseUrlOf(base)).toBe('https://api.coval.dev/v1');
    expect(baseUrlOf('http://127.0.0.1:8080/coval')).toBe('http://127.0.0.1:8080/coval/v1');
    try {
      baseUrlOf('http://example.com');
    } catch (error) {
      expect(isProblem(error) && error.kind).toBe('unconfigured');
    }
  });
});
