/** Answers with 200 that are not what was asked for: lenient readers must not take them for empty lists and silent runs. */
import { describe, expect, it } from 'vitest';
import { problemOf } from '../../support/problem-of.ts';
import { noDeadline } from '../../support/waiting.ts';
import { connectTo, readWhole, recorder } from './harness.ts';

const PROJECT = '683ef2a378a878cc6550f78b';
const call = { signal: noDeadline() };
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
  return connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT }).provider;
}

describe('an answer that is no list', () => {
  it.each([
    ['an empty object', {}, 'unreadable'],
    ['an error', { error: 'no' }, 'vendor_error'],
    ['an error beside an empty list', { status: 'error', message: 'no', data: [] }, 'vendor_error'],
    ['an error within', { data: { items: [], errors: ['no'] }, pagination: { total: 0 } }, 'vendor_error'],
    ['a refusal beside no list', { success: false, data: null, pagination: { total: 0 } }, 'vendor_error'],
    ['a problem document', problem, 'vendor_error'],
    ['a count without items', { data: null, pagination: { total: 3 } }, 'unreadable'],
    ['a count as text without items', { data: null, pagination: { total: '3' } }, 'unreadable'],
    ['no list that goes on', { data: null, pagination: { total: 0, hasNext: true } }, 'unreadable'],
    ['no list and no word of a count', { data: null }, 'unreadable'],
    ['a page of the web interface', '<html></html>', 'unreadable'],
  ])('%s is not an empty list of tests, sessions or runs', async (_, body, kind) => {
    const batch = { id: 'b', name: 'n', status: 'COMPLETED', completedAt: 1_700_000_000_000 };
    const provider = await answering((path) => (/\/batches\/b\?/.test(path) ? batch : body));
    expect(await problemOf(provider.tests.list({ limit: 5 }, call))).toMatchObject({ kind });
    expect(await problemOf(provider.sessions.list({ limit: 5 }, call))).toMatchObject({ kind });
    expect(await problemOf(readWhole({ provider, call }, ['s', 'b']))).toMatchObject({ kind });
  });

  it.each([
    ['items of which none can be read', { data: [null, 1, 'x'], pagination: { total: 3 } }, { unreadable: 3 }],
    ['items without ids', { data: [{ name: 'x' }], pagination: { total: 1 } }, { unreadable: 1 }],
    ['a count beside an empty page', { data: [], pagination: { total: 3, hasNext: false } }, { missing: 3 }],
    ['a count as text', { data: [], pagination: { total: '3', hasNext: false } }, { missing: 3 }],
    ['an error beside items', { data: [{ id: 'x', simulationReference: 's' }], error: 'half of it failed' }, {}],
  ])('%s is a list that says what it lacks', async (_, body, lacks) => {
    const provider = await answering(() => body);
    for (const page of [
      await provider.tests.list({ limit: 5 }, call),
      await provider.sessions.list({ limit: 5 }, call),
    ]) {
      expect(page.coverage).toMatchObject({ complete: false, ...lacks });
      expect(page.coverage.gaps?.length).toBeGreaterThan(0);
    }
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
    return readWhole({ provider, call }, ['s', 'b']);
  };

  it.each([60, 95, 99, 0])('says so, however few of 100 are missing (%s are there)', async (there) => {
    const { runs, coverage } = await reading(100, there);
    expect(runs).toHaveLength(there);
    expect(coverage).toMatchObject({ complete: false, expected: 100, read: there, missing: 100 - there });
  });

  it('is whole where nothing is missing', async () => {
    expect((await reading(100, 100)).coverage).toEqual({ complete: true, expected: 100, read: 100 });
  });
});
