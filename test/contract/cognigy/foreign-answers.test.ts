/** Answers with 200 that are not what was asked for: lenient readers must not take them for empty lists and silent runs. */
import { describe, expect, it } from 'vitest';
import { connectTo, problemOf, readRuns, recorder } from './harness.ts';

const PROJECT = '683ef2a378a878cc6550f78b';
const call = { signal: AbortSignal.timeout(60_000) };
const problem = {
  type: 'Internal',
  title: 'Internal Server Error',
  status: 500,
  detail: 'No.',
  code: '1008',
  traceId: 'testing--1',
};

async function answering(body: (path: string) => unknown) {
  const { url } = await recorder(({ url: path }) => ({ body: body(path) }));
  return connectTo({ baseUrl: url, auth: { key: 'k' }, project: PROJECT }).provider;
}

describe('an answer that is no list', () => {
  it.each([
    ['an empty object', {}],
    ['an error', { error: 'no' }],
    ['a problem document', problem],
    ['items of which none can be read', { data: [null, 1, 'x'], pagination: { total: 3 } }],
    ['items without ids', { data: [{ name: 'x' }], pagination: { total: 1 } }],
    ['a count without items', { data: null, pagination: { total: 3 } }],
    ['a count beside an empty page', { data: [], pagination: { total: 3, hasNext: false } }],
    ['a page of the web interface', '<html></html>'],
  ])('%s is not an empty list of tests or sessions', async (_, body) => {
    const provider = await answering(() => body);
    expect(await problemOf(provider.tests.list({ limit: 5 }, call))).toMatchObject({ kind: 'unreadable' });
    expect(await problemOf(provider.sessions.list({ limit: 5 }, call))).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    ['no items', { data: [], pagination: { total: 0, hasNext: false } }],
    ['no list where nothing is counted', { data: null, pagination: { total: 0 } }],
    ['a bare empty list', []],
  ])('%s is one', async (_, body) => {
    const provider = await answering(() => body);
    expect((await provider.tests.list({ limit: 5 }, call)).items).toEqual([]);
    expect((await provider.sessions.list({ limit: 5 }, call)).items).toEqual([]);
  });

  it('quotes what the vendor says with its 200', async () => {
    const provider = await answering(() => problem);
    const { details } = await problemOf(provider.tests.list({ limit: 5 }, call));
    expect(details.vendor).toEqual({ status: 200, message: 'No.', code: '1008', request_id: 'testing--1' });
  });
});

describe('an answer that is no object', () => {
  it.each([
    ['an empty object', {}],
    ['an error', { error: { message: 'no' } }],
    ['a problem document', problem],
    ['a text', '"no"'],
  ])('%s is no batch, no run and no transcript without turns', async (_, body) => {
    const provider = await answering(() => body);
    expect((await problemOf(provider.sessions.get(['s', 'b'], call))).kind).toBe('unreadable');
    expect((await problemOf(provider.runs.get(['s', 'b', 'r'], call))).kind).toBe('unreadable');
    expect((await problemOf(provider.runs.transcript(['s', 'b', 'r'], call))).kind).toBe('unreadable');
  });

  it('a run that says little is one', async () => {
    const provider = await answering((path) =>
      path.includes('/runs/') ? { sequence: 1, metrics: { success: true } } : { id: 's', name: 'n' },
    );
    expect(await provider.runs.get(['s', 'b', 'r'], call)).toMatchObject({
      ref: 'cognigy/run/s~b~r',
      verdict: 'passed',
    });
  });
});

describe('a batch whose pages hold less than they count', () => {
  const run = (index: number) => ({ id: `r${index}`, sequence: index, metrics: { success: true } });
  const reading = async (total: number, there: number) => {
    const runs = Array.from({ length: there }, (_, index) => run(index));
    const provider = await answering((path) => {
      if (!path.includes('/runs')) return { id: 'b', name: 'n', status: 'COMPLETED', completedAt: 1_700_000_000_000 };
      const skip = Number(new URL(path, 'http://x').searchParams.get('skip'));
      return { data: runs.slice(skip, skip + 50), pagination: { total, hasNext: false } };
    });
    return readRuns({ provider, call }, ['s', 'b']);
  };

  it('is not read as if they were all', async () => {
    expect(await problemOf(reading(100, 60))).toMatchObject({
      kind: 'unreadable',
      message: 'Cognigy counts 100 items, but its pages held only 60 of them.',
    });
  });

  it('unless a few are missing, because rows come and go', async () => {
    expect(await reading(100, 95)).toHaveLength(95);
  });
});
