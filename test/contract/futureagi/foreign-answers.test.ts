/** Answers with 200 that are not what was asked for: lenient readers must not take them for empty lists and calls. */
import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createVendorHttp } from '../../../src/http/client.ts';
import { createFutureAgiProvider } from '../../../src/providers/futureagi/index.ts';
import { has, problemOf } from './harness.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A provider whose vendor answers everything with what `body` makes of the path. */
async function answering(body: (path: string) => unknown) {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body(request.url ?? '')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return createFutureAgiProvider(
    { baseUrl: `http://127.0.0.1:${port}`, apiKey: 'key-1234', secretKey: 'secret-1234', rate: false },
    { createHttp: createVendorHttp, registerSecret: () => undefined, sandbox: true, now: Date.now },
  );
}

const call = { signal: new AbortController().signal };
const id = '157facc4-4251-4baa-b798-9e19f11d95fe';

describe('an answer that is no list', () => {
  it.each([
    ['an empty object', {}],
    ['an error', { error: { message: 'It did not work.' } }],
    ['rows of which none can be read', [null, 1, 'x']],
    ['a count without rows', { count: 3, results: null }],
  ])('%s is not an empty list of tests or sessions', async (_what, body) => {
    const provider = await answering(() => body);
    expect(await problemOf(has(provider.tests).list({ limit: 5 }, call))).toMatchObject({ kind: 'unreadable' });
    expect(await problemOf(has(provider.sessions).list({ limit: 5 }, call))).toMatchObject({ kind: 'unreadable' });
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
  it('are left out instead of breaking the rest', async () => {
    const rows = [{ id: '' }, { id, name: 'Nightly' }];
    const provider = await answering(() => ({ count: 1e308, results: rows }));
    expect((await has(provider.tests).list({ limit: 5, kind: 'suite' }, call)).items.map(({ ref }) => ref)).toEqual([
      `futureagi/suite/${id}`,
    ]);
    const calls = { count: 1e308, results: [{ call_execution_id: '' }, { call_execution_id: 'one' }] };
    const execution = await answering(() => ({ execution_id: id, status: 'completed', call_results: calls }));
    const runs: string[] = [];
    for await (const page of has(execution.runs).pages([id], 'verdicts', call))
      runs.push(...page.map(({ ref }) => ref));
    expect(runs).toEqual(['futureagi/run/one']);
  });
});

describe('an answer that is no call', () => {
  it.each([
    ['an empty object', {}],
    ['an error', { error: 'no' }],
  ])('%s is no transcript without turns', async (_what, body) => {
    const provider = await answering(() => body);
    expect(await problemOf(has(provider.runs).transcript([id], call))).toMatchObject({ kind: 'unreadable' });
  });
});

describe('an execution whose pages hold less than it counts', () => {
  const calls = Array.from({ length: 5 }, (_, index) => ({ call_execution_id: `call-${index}`, status: 'completed' }));
  const runs = async (body: unknown) => {
    const provider = await answering(() => body);
    const all: unknown[] = [];
    for await (const page of has(provider.runs).pages([id], 'verdicts', call)) all.push(...page);
    return all.length;
  };

  it('is not read as if they were all', async () => {
    const body = { execution_id: id, status: 'completed', call_results: { count: 100, results: calls } };
    expect(await problemOf(runs(body))).toMatchObject({
      kind: 'unreadable',
      message: 'Future AGI counts 100 calls, but its pages held only 5 of them.',
    });
  });

  it('nor without pages', async () => {
    const body = { execution_id: id, status: 'completed', total_calls: 5 };
    expect(await problemOf(runs(body))).toMatchObject({ kind: 'unreadable' });
    expect(await runs({ ...body, total_calls: 0 })).toBe(0);
  });
});
