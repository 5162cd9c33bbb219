/** Answers with 200 that are not what was asked for: lenient readers must not take them for empty lists and calls. */

import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { createVendorHttp } from '../../../src/http/client.ts';
import { createProvider } from '../../../src/providers/futureagi/index.ts';
import { onLoopback } from '../../support/loopback.ts';
import { problemOf } from '../../support/problem-of.ts';
import { has, readSession } from './harness.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A provider whose vendor answers everything with what `body` makes of the path. */
async function answering(body: (path: string) => unknown) {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body(request.url ?? '')));
  });
  const { origin, close } = await onLoopback(server);
  closers.push(close);
  return createProvider(
    { base_url: origin, api_key: 'key-1234', secret_key: 'secret-1234' },
    { createHttp: createVendorHttp, defaults: DEFAULTS, registerSecret: () => undefined, sandbox: true, now: Date.now },
  );
}

const call = { signal: new AbortController().signal };
const id = '157facc4-4251-4baa-b798-9e19f11d95fe';

describe('an answer that is no list', () => {
  it.each([
    ['an empty object', {}, 'unreadable'],
    ['an error', { error: { message: 'It did not work.' } }, 'vendor_error'],
    ['an error in the envelope', { status: false, result: { count: 0, results: [] } }, 'vendor_error'],
    ['an error beside no rows', { status: false, error: 'No.', count: 0, results: [] }, 'vendor_error'],
    ['an error of the vendor alone', { type: 'server_error', message: 'No.', results: [] }, 'vendor_error'],
    ['an error in the content', { status: true, result: { errors: ['No.'], count: 0, results: [] } }, 'vendor_error'],
    ['rows of which none can be read', [null, 1, 'x'], 'unreadable'],
    ['a count without rows', { count: 3, results: null }, 'unreadable'],
    ['neither count nor rows', { results: null }, 'unreadable'],
  ])('%s is not an empty list of tests or sessions', async (_what, body, kind) => {
    const provider = await answering(() => body);
    expect(await problemOf(has(provider.tests).list({ limit: 5 }, call))).toMatchObject({ kind });
    expect(await problemOf(has(provider.sessions).list({ limit: 5 }, call))).toMatchObject({ kind });
  });

  it('tells what the platform said of the error', async () => {
    const provider = await answering(() => ({ error: { code: 'busy', message: 'It did not work.' } }));
    expect(await problemOf(has(provider.tests).list({ limit: 5 }, call))).toMatchObject({
      details: { vendor: { status: 200, code: 'busy', message: 'It did not work.' } },
    });
  });

  it('is said beside the rows that came with it', async () => {
    const body = { status: false, error: 'Half of it.', count: 1, results: [{ id, name: 'Nightly' }] };
    const page = await has((await answering(() => body)).tests).list({ limit: 5, kind: 'suite' }, call);
    expect(page).toMatchObject({ items: [{ name: 'Nightly' }], coverage: { complete: false } });
    expect(page.coverage.gaps).toMatchObject([{ kind: 'error_in_answer' }]);
  });

  it.each([
    ['no rows', { count: 0, results: [] }],
    ['no list where nothing is counted', { count: 0, results: null }],
    ['a bare empty list', []],
  ])('%s is one', async (_what, body) => {
    const provider = await answering(() => body);
    expect((await has(provider.tests).list({ limit: 5 }, call)).items).toEqual([]);
  });
});

describe('things without an id, and counts that cannot be', () => {
  const pageOf = (path: string) => Number(/[?&]page=(\d+)/.exec(path)?.[1] ?? 1);

  it('do not break the rest, and are counted', async () => {
    const rows = [{ id: '' }, { id, name: 'Nightly' }];
    const provider = await answering((path) => ({ count: 1e308, results: pageOf(path) === 1 ? rows : [] }));
    const tests = await has(provider.tests).list({ limit: 5, kind: 'suite' }, call);
    expect(tests.items.map(({ ref }) => ref)).toEqual([`futureagi/suite/${id}`]);
    expect(tests.coverage).toMatchObject({ complete: false, unreadable: 1, gaps: [{ kind: 'without_id', count: 1 }] });
    const calls = [{ call_execution_id: '' }, { call_execution_id: 'one' }, { call_execution_id: 17 }, 'x'];
    const execution = await answering((path) => ({
      execution_id: id,
      status: 'completed',
      call_results: { count: 1e308, results: pageOf(path) === 1 ? calls : [] },
    }));
    const { runs, coverage } = await readSession(execution, id, 'verdicts', call);
    expect(runs.map(({ ref }) => ref)).toEqual(['futureagi/run/17', 'futureagi/run/one']);
    expect(coverage).toMatchObject({ complete: false, read: 2, unreadable: 2 });
    expect(coverage?.gaps?.map(({ kind }) => kind).sort()).toEqual(['unreadable', 'without_id']);
  });

  it('a run whose id is a number can be asked for by it', async () => {
    const provider = await answering((path) =>
      path.includes('call_execution_id=17')
        ? { status: true, result: { call_execution_id: 17, execution_id: 4, status: 'completed', eval_outputs: {} } }
        : {},
    );
    expect(await has(provider.runs).get(['17'], call)).toMatchObject({
      ref: 'futureagi/run/17',
      session: 'futureagi/session/4',
    });
  });
});

describe('an answer that is no call', () => {
  it.each([
    ['an empty object', {}],
    ['an error', { error: 'no' }],
    ['an error with a status', { status: false, message: 'no' }],
  ])('%s is no transcript without turns', async (_what, body) => {
    const provider = await answering(() => body);
    expect(await problemOf(has(provider.runs).transcript([id], call))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('an answer that is no set of clusters', () => {
  it.each([
    ['in place of the execution', { status: false, error: 'No.' }],
    ['in its envelope', { status: false, message: 'No.', result: { execution_id: id, status: 'completed' } }],
    ['in place of the map', { execution_id: id, status: 'completed', eval_explanation_summary: { error: 'No.' } }],
  ])('an error %s is an error', async (_where, body) => {
    const provider = await answering(() => body);
    expect(await problemOf(has(provider.clusters).get([id], call))).toMatchObject({
      kind: 'vendor_error',
      details: { vendor: { message: 'No.' } },
    });
  });
});

describe('an execution whose pages hold less than it counts', () => {
  const calls = Array.from({ length: 5 }, (_, index) => ({ call_execution_id: `call-${index}`, status: 'completed' }));
  const read = async (body: unknown) => readSession(await answering(() => body), id, 'verdicts', call);

  it('is not read as if they were all', async () => {
    const body = { execution_id: id, status: 'completed', call_results: { count: 100, results: calls } };
    const { runs, coverage } = await read(body);
    expect(runs).toHaveLength(5);
    expect(coverage).toMatchObject({ complete: false, read: 5, expected: 100, missing: 95 });
    expect(coverage?.gaps).toContainEqual({
      kind: 'missing',
      count: 95,
      note: '95 of the 100 runs that the platform counts were on no page.',
    });
  });

  it('nor where only the execution counts them, which costs no further pass', async () => {
    const asked: string[] = [];
    const provider = await answering((path) => {
      asked.push(path);
      const results = { count: 5, total_pages: 1, results: calls };
      return { execution_id: id, status: 'completed', total_calls: 7, failed_calls: 2, call_results: results };
    });
    const { coverage, open } = await readSession(provider, id, 'verdicts', call);
    expect(coverage).toMatchObject({ complete: false, read: 5, expected: 7, missing: 2 });
    expect(open.counters).toEqual({ broken: 2 });
    expect(asked.filter((path) => path.includes('/runs/'))).toHaveLength(1);
  });

  it('nor where an error came beside them', async () => {
    const call_results = { count: 5, total_pages: 1, results: calls };
    const result = { execution_id: id, status: 'completed', call_results };
    const { runs, coverage } = await read({ status: false, error: 'Half of it.', result });
    expect(runs).toHaveLength(5);
    expect(coverage).toMatchObject({ complete: false, gaps: [{ kind: 'error_in_answer' }] });
  });

  it('nor where it counts them by their parts, and more rows than it counts are said', async () => {
    const call_results = { count: 5, total_pages: 1, results: calls };
    const body = { execution_id: id, status: 'completed', call_results };
    expect((await read({ ...body, completed_calls: 4, failed_calls: 3 })).coverage).toMatchObject({ missing: 2 });
    const fewer = await read({ ...body, total_calls: 4 });
    expect(fewer.runs).toHaveLength(5);
    expect(fewer.coverage).toMatchObject({ complete: false, read: 5, gaps: [{ kind: 'surplus', count: 1 }] });
  });

  it('nor without pages', async () => {
    const body = { execution_id: id, status: 'completed', total_calls: 5 };
    expect(await problemOf(read(body))).toMatchObject({ kind: 'unreadable' });
    expect(await problemOf(read({ ...body, total_calls: 0, call_results: { results: null } }))).toMatchObject({
      kind: 'unreadable',
    });
    // What counts nothing and holds no list says nothing of its calls.
    expect(await problemOf(read({ ...body, total_calls: 0 }))).toMatchObject({ kind: 'unreadable' });
    const empty = { ...body, total_calls: 0, call_results: { count: 0, total_pages: 1, results: [] } };
    expect(await read(empty)).toMatchObject({ runs: [], coverage: { complete: true, read: 0 } });
  });

  it('counts nothing for one that is still running, nor for a chat', async () => {
    const call_results = { count: 5, total_pages: 1, results: calls };
    for (const more of [
      { status: 'running', total_calls: 9 },
      { status: 'completed', total_calls: 0, failed_calls: 0 },
    ]) {
      const { coverage, open } = await read({ execution_id: id, failed_calls: 1, ...more, call_results });
      expect(coverage).toMatchObject({ complete: true, read: 5 });
      expect(open.counters).toBeUndefined();
    }
  });
});
