import { describe, expect, it } from 'vitest';
import { KEYS, RUNS, serve } from './serving.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const served = serve();

describe('authentication', () => {
  it.each([
    ['no key', {}, 'Authentication credentials were not provided.', 'not_authenticated'],
    [
      'one key',
      { 'X-Api-Key': KEYS['X-Api-Key'] },
      'Authentication credentials were not provided.',
      'not_authenticated',
    ],
    ['a wrong pair', { ...KEYS, 'X-Secret-Key': 'x' }, 'Invalid API key or secret key', 'authentication_failed'],
    [
      'a login token',
      { ...KEYS, Authorization: 'Bearer x' },
      'Invalid Token parsed: not a login token',
      'authentication_failed',
    ],
  ])('%s', async (_what, headers, message, code) => {
    const answer = await served.get(`${RUNS}?nonsense=1`, headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('ApiKey');
    expect(answer.body).toMatchObject({
      status: false,
      type: 'authentication_error',
      code,
      message,
      detail: message,
      error: message,
    });
  });

  it('takes header names in any case', async () => {
    const headers = { 'x-api-key': KEYS['X-Api-Key'], 'X-SECRET-KEY': KEYS['X-Secret-Key'] };
    expect((await served.get('/simulate/run-tests/', headers)).status).toBe(200);
  });
});

describe('validation', () => {
  it.each([
    [
      RUNS,
      { non_field_errors: ["At least one of 'run_test_name', 'execution_id', or 'call_execution_id' is required."] },
    ],
    [
      `${RUNS}?execution_id=`,
      { non_field_errors: ["At least one of 'run_test_name', 'execution_id', or 'call_execution_id' is required."] },
    ],
    [
      '/sdk/api/v1/simulation/analytics/',
      { non_field_errors: ["At least one of 'run_test_name' or 'execution_id' is required."] },
    ],
    [`${RUNS}?execution_id=abc`, { execution_id: ['Must be a valid UUID.'] }],
    [`${RUNS}?execution_id=${UUID}&status=done`, { status: ['Unknown field.'] }],
    [`${RUNS}?execution_id=${UUID}&summary=perhaps`, { summary: ['Must be a valid boolean.'] }],
    [`${RUNS}?run_test_name=%20`, { run_test_name: ['This field may not be blank.'] }],
    [`/sdk/api/v1/simulation/analytics/?execution_id=${UUID}&page=1`, { page: ['Unknown field.'] }],
    [`/sdk/api/v1/simulation/analytics/?call_execution_id=${UUID}`, { call_execution_id: ['Unknown field.'] }],
    [`/sdk/api/v1/simulation/metrics/?execution_id=${UUID}&summary=true`, { summary: ['Unknown field.'] }],
  ])('%s', async (path, details) => {
    const answer = await served.get(path);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      type: 'validation_error',
      code: 'invalid',
      message: 'Validation failed',
      result: 'Validation failed',
      details,
      errors: details,
    });
    const [field] = Object.keys(details);
    expect(answer.at('attr')).toBe(field === 'non_field_errors' ? undefined : field);
  });

  it('an older deployment ignores unknown parameters', async () => {
    const old = serve();
    old.dialect.switches.refuse_unknown_params = false;
    expect((await old.get(`${RUNS}?execution_id=${UUID}&status=done`)).status).toBe(404);
  });

  it.each(['true', '1', 'Yes', 'on', 'T'])('takes %s for true', async (word) => {
    const { execution_id } = served.dialect.seed('fma-none');
    const answer = await served.get(`${RUNS}?execution_id=${execution_id}&summary=${word}`);
    expect(answer.at('result.eval_explanation_summary_status')).toBe('completed');
  });
});

describe('look-ups', () => {
  it.each([
    [`${RUNS}?execution_id=${UUID}`, 404, 'Test execution not found.'],
    [`${RUNS}?call_execution_id=${UUID}`, 404, 'Call execution not found.'],
    [`${RUNS}?run_test_name=nobody`, 404, 'Run test not found.'],
    [`/sdk/api/v1/simulation/metrics/?execution_id=${UUID}`, 404, 'Test execution not found.'],
    [`/sdk/api/v1/simulation/analytics/?execution_id=${UUID}`, 404, 'Test execution not found.'],
    [`/simulate/run-tests/${UUID}/`, 404, 'Run test not found'],
    ['/simulate/run-tests/get-id-by-name/nobody/', 400, 'Run test not found'],
    [`/simulate/call-executions/${UUID}/`, 404, 'Call execution not found.'],
    [`/simulate/call-executions/${UUID}/transcripts/`, 404, 'Call execution not found.'],
    [`/simulate/test-executions/${UUID}/`, 500, 'Failed to fetch test execution.'],
    [`/simulate/scenarios/${UUID}/`, 404, 'Scenario not found.'],
    ['/nowhere/', 404, 'Not found.'],
  ])('%s', async (path, status, message) => {
    const answer = await served.get(path);
    expect(answer.status).toBe(status);
    expect(answer.at('message')).toBe(message);
  });

  it('a name is matched exactly, case included, and its executions are merged', async () => {
    served.dialect.seed('same-name');
    expect((await served.get(`${RUNS}?run_test_name=Twins`)).at('result.count')).toBe(2);
    expect((await served.get(`${RUNS}?run_test_name=twins`)).status).toBe(404);
  });

  it('the first selector wins: call, execution, name', async () => {
    const { execution_id, call_ids } = served.dialect.seed('good');
    const all = await served.get(
      `${RUNS}?run_test_name=nobody&execution_id=${execution_id}&call_execution_id=${call_ids[0]}`,
    );
    expect(all.at('result.call_execution_id')).toBe(call_ids[0]);
    expect((await served.get(`${RUNS}?run_test_name=nobody&execution_id=${execution_id}`)).status).toBe(200);
  });

  it('rows of another workspace do not exist', async () => {
    const { execution_id, run_test_id, call_ids } = served.dialect.seed('foreign');
    expect((await served.get(`${RUNS}?execution_id=${execution_id}`)).status).toBe(404);
    expect((await served.get(`${RUNS}?call_execution_id=${call_ids[0]}`)).status).toBe(404);
    expect((await served.get(`/simulate/run-tests/${run_test_id}/`)).status).toBe(404);
  });
});

describe('paths', () => {
  it('end in a slash: reads are redirected, writes fail', async () => {
    expect(await served.get('/simulate/run-tests')).toMatchObject({ status: 301 });
    expect((await served.post(`/simulate/run-tests/${UUID}/execute`)).status).toBe(500);
  });

  it('are served with and without the prefix of the sandbox', async () => {
    expect((await served.get('/futureagi/simulate/run-tests/')).status).toBe(200);
  });
});

describe('pages', () => {
  const page = async (query: string) => {
    const { execution_id } = served.dialect.seed('moving');
    return served.get(`${RUNS}?execution_id=${execution_id}&${query}`);
  };

  it.each([
    ['', { total_pages: 3, current_page: 1, count: 23 }, 10],
    ['page=3', { total_pages: 3, current_page: 3 }, 3],
    ['page=last', { current_page: 3 }, 3],
    ['limit=0', { total_pages: 3 }, 10],
    ['limit=-5', { total_pages: 3 }, 10],
    ['limit=many', { total_pages: 3 }, 10],
    ['limit=100000', { total_pages: 1, count: 23 }, 23],
  ])('"%s"', async (query, head, rows) => {
    const answer = await page(query);
    expect(answer.at('result.call_results')).toMatchObject(head);
    expect(answer.at('result.call_results.results')).toHaveLength(rows);
    expect(answer.at('result.call_results.next')).toBeUndefined();
  });

  it.each(['page=99', 'page=0', 'page=x', 'page=1.5'])('"%s" ends in the catch-all of the view', async (query) => {
    const answer = await page(query);
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({
      type: 'server_error',
      code: 'server_error',
      message: 'Unable to fetch simulation runs.',
    });
  });

  it('of the app family have links, and an honest 404 past the end', async () => {
    const first = await served.get('/simulate/run-tests/?limit=2');
    expect(first.at('next')).toMatch(/^http:.*page=2&limit=2$/);
    expect(first.at('previous')).toBeNull();
    expect((await served.get('/simulate/run-tests/?page=99')).status).toBe(404);
  });

  it('of an empty set are one page', async () => {
    expect((await served.get('/simulate/run-tests/?search=nobody')).body).toMatchObject({
      count: 0,
      total_pages: 1,
      results: [],
    });
  });

  it('of calls in the app family hold ten, whatever is asked', async () => {
    const { execution_id } = served.dialect.seed('moving');
    const answer = await served.get(`/simulate/test-executions/${execution_id}/?limit=200`);
    expect(answer.at('results')).toHaveLength(10);
    expect(answer.at('results.0')).toMatchObject({ transcript: [], recordings: {} });
  });

  it('come last updated first, so that rows move while they are scored', async () => {
    const own = serve();
    const { execution_id, call_ids } = own.dialect.seed('moving');
    const read = async (number: number) => {
      const answer = await own.get(`${RUNS}?execution_id=${execution_id}&page=${number}`);
      const rows = answer.at('result.call_results.results');
      return Array.isArray(rows) ? rows.map((row) => String(row.call_execution_id)) : [];
    };
    const [still] = [[...(await read(1)), ...(await read(2)), ...(await read(3))]];
    expect(new Set(still).size).toBe(23);
    expect(still[0]).toBe(call_ids.at(-1));
    own.dialect.switches.moving_rows = 2;
    const moved = [...(await read(1)), ...(await read(2)), ...(await read(3))];
    expect(moved).toHaveLength(23);
    // One pass repeats what was pushed down and misses what jumped up.
    expect(new Set(moved).size).toBe(21);
    expect(moved).not.toContain(call_ids[0]);
  });
});
