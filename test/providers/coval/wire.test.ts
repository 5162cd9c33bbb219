import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isProblem } from '../../../src/model/problem.ts';
import { advise, readFault } from '../../../src/providers/coval/errors.ts';
import { allOf, checkedId, timeValue } from '../../../src/providers/coval/filter.ts';
import { baseUrlOf, definition } from '../../../src/providers/coval/index.ts';
import { everyPage, readPage } from '../../../src/providers/coval/paging.ts';
import { readResults } from '../../../src/providers/coval/results.ts';
import { agentReader, readItems, runReader, simulationReader } from '../../../src/providers/coval/wire.ts';
import { mustRead } from '../../support/data.ts';

const published = JSON.parse(
  readFileSync(new URL('../../contract/coval/published-list-simulations.json', import.meta.url), 'utf8'),
);

describe('lenient reading', () => {
  it('parses the published list', () => {
    const { items, next } = readPage(published, ['simulations']);
    expect(readItems(simulationReader, items)).toHaveLength(1);
    expect(next).toBe(published.next_page_token);
  });

  it('takes null, wrong types and unknown fields for absence', () => {
    const run = mustRead(runReader, {
      run_id: 'r',
      status: 7,
      tags: ['a', 1, null],
      progress: 'none',
      extra: { x: 1 },
      error: null,
    });
    expect(run).toEqual({ run_id: 'r', tags: ['a'] });
  });

  it('skips malformed items, but not when nothing can be read', () => {
    expect(readItems(simulationReader, [null, 'x', { simulation_id: 's' }, {}])).toHaveLength(1);
    expect(readItems(simulationReader, [])).toEqual([]);
    expect(() => readItems(simulationReader, [{ id: 's' }, null])).toThrow('nothing could be read');
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
    expect([...(values.rows.get('s1') ?? [])]).toEqual([
      ['m1', 'YES'],
      ['m2', null],
    ]);
    expect([...values.metrics.keys()]).toEqual(['m1', 'm2', 'm3']);
    const aggregates = read({ Accuracy: { mean: 0.5, min: 0, max: 1 } });
    expect(aggregates).toMatchObject({ by_simulation: false, output_ids: ['s1'] });
    expect(readResults(mustRead(runReader, { run_id: 'r', results: null })).by_simulation).toBe(false);
  });
});

describe('paging', () => {
  it.each([{}, { next_page_token: null }, { next_page_token: '' }])('stops at %j', (end) => {
    expect(readPage({ runs: [1], ...end }, ['runs'])).toEqual({ items: [1] });
  });

  it('takes null for an empty list, and refuses an answer without one', () => {
    expect(readPage({ runs: null }, ['runs']).items).toEqual([]);
    expect(() => readPage({ data: [] }, ['runs'])).toThrow('without the list of runs');
    expect(() => readPage(undefined, ['runs'])).toThrow('without the list');
  });

  it('raises on a token that comes back, also after several pages', async () => {
    const tokens = ['a', 'b', 'a'];
    const read = async () => {
      for await (const _ of everyPage(async () => ({ items: [], next: tokens.shift() ?? 'a' })));
    };
    await expect(read()).rejects.toThrow('same page token twice');
  });
});

describe('filters', () => {
  it('quotes every value and joins by AND only', () => {
    const filter = allOf([
      { field: 'status', value: 'IN PROGRESS' },
      undefined,
      { field: 'create_time', operator: '>=', value: 'x' },
    ]);
    expect(filter).toBe('status="IN PROGRESS" AND create_time>="x"');
    expect(allOf([undefined])).toBeUndefined();
  });

  it.each(['a"b', 'a\\b', 'a\nb', '\u0000'])('refuses %j', (value) => {
    expect(() => allOf([{ field: 'name', value }])).toThrow('filter');
  });

  it('checks ids loosely and times strictly', () => {
    expect(checkedId('abc123xyz789', 'run')).toBe('abc123xyz789');
    for (const id of [undefined, '', 'a/b', 'a b', 'é', 'x'.repeat(65)])
      expect(() => checkedId(id, 'run')).toThrow('no id');
    expect(timeValue('2026-01-01')).toBe('2026-01-01T00:00:00Z');
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
