/** Lists of sessions and tests: nothing vanishes from them without a word, however the host keeps them. */
import { describe, expect, it } from 'vitest';
import type { Page, SessionQuery } from '../../../src/providers/provider.ts';
import type { CognigySwitches } from '../../../src/sandbox/dialects/cognigy/switches.ts';
import { noDeadline } from '../../support/waiting.ts';
import { connectTo, finished, openWorld, readWhole, recorder } from './harness.ts';

const PROJECT = '683ef2a378a878cc6550f78b';
const call = { signal: noDeadline() };

/** Everything that pages of `limit` show, in order. */
async function readAll<T>(list: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  let calls = 0;
  do {
    const page = await list(cursor);
    items.push(...page.items);
    cursor = page.next;
    calls += 1;
  } while (cursor !== undefined && calls < 60);
  return items;
}

describe('sessions in pieces', () => {
  it.each<Partial<CognigySwitches>>([
    {},
    { skip: 'ignored' },
    { skip: 'ignored', project_batches: 'missing' },
    { order: 'oldest', sort: 'ignored' },
    { order: 'oldest', sort: 'ignored', project_batches: 'unpaged' },
    { order: 'oldest', sort: 'refused', project_batches: 'missing' },
    { pagination: 'contradictory' },
    { pagination: 'without_has_next', page_ends: 'absent' },
    { pagination: 'none', project_batches: 'missing' },
  ])('%j: each once, newest first', async (switches) => {
    const { provider, call: own } = await openWorld(switches);
    const whole = await readAll((cursor) => provider.sessions.list({ limit: 100, cursor }, own));
    const pieces = await readAll((cursor) => provider.sessions.list({ limit: 4, cursor }, own));
    expect(whole.length).toBeGreaterThan(10);
    expect(new Set(pieces.map((one) => one.ref)).size).toBe(pieces.length);
    expect(pieces.map((one) => one.ref).sort()).toEqual(whole.map((one) => one.ref).sort());
    const times = pieces.map((one) => one.created_at ?? '');
    expect(times).toEqual([...times].sort().reverse());
  });

  it('since some time are found also where the oldest come first and nobody counts', async () => {
    const all = Array.from({ length: 20 }, (_, index) => ({
      ...batch(`b${index}`, 1_795_000_000_000 + index * 1000),
      simulationReference: 's',
    }));
    const { url } = await recorder(({ url: path }) => {
      const skip = Number(new URL(path, 'http://x').searchParams.get('skip'));
      return { body: { data: all.slice(skip, skip + 3), pagination: { hasNext: skip + 3 < all.length } } };
    });
    const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
    const since = new Date(1_795_000_018_000).toISOString();
    const found = await readAll((cursor) => provider.sessions.list({ limit: 3, since, cursor }, call));
    expect(found.map((one) => one.ref)).toEqual(['cognigy/session/s~b18', 'cognigy/session/s~b19']);
  });
});

/** A host with so many scenarios, each with the batches that `batchesOf` gives; no list of the whole project. */
async function hostOf(scenarios: number, batchesOf: (number: number) => unknown[]) {
  const all = Array.from({ length: scenarios }, (_, number) => ({ id: `s${number}`, name: `S${number}` }));
  const page = (path: string, rows: unknown[]) => {
    const query = new URL(path, 'http://x').searchParams;
    const skip = Number(query.get('skip'));
    return { data: rows.slice(skip, skip + Number(query.get('limit'))), pagination: { total: rows.length } };
  };
  const { url, requests } = await recorder(({ url: path }) => {
    if (path.startsWith('/testing/simulations/batches')) return { status: 404, body: { detail: 'no', code: 1002 } };
    const own = /simulations\/s(\d+)\/batches/.exec(path);
    return { body: page(path, own ? batchesOf(Number(own[1])) : all) };
  });
  const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
  return { list: (query: SessionQuery) => provider.sessions.list(query, call), requests };
}

const batch = (id: string | null, createdAt = 1_795_000_000_000) => ({ id, name: 'n', status: 'COMPLETED', createdAt });

describe('a host that lists sessions by scenario only', () => {
  it('says how many scenarios were not looked at', async () => {
    const { list } = await hostOf(57, (number) => [batch(`b${number}`)]);
    const page = await list({ limit: 100 });
    expect(page.items).toHaveLength(50);
    expect(page.coverage).toMatchObject({ complete: false, gaps: [{ kind: 'not_looked_at', count: 7 }] });
    expect(page.coverage.gaps?.[0]?.note).toContain('7 of its tests were not looked at');
  });

  it('counts what has no id, once, and what is no batch', async () => {
    const { list } = await hostOf(3, (number) => (number === 1 ? [batch(null), 'x', batch('b')] : [batch('a')]));
    const page = await list({ limit: 100 });
    expect(page.items).toHaveLength(3);
    expect(page.coverage).toMatchObject({ complete: false, unreadable: 2 });
    expect(page.coverage.gaps?.map(({ kind, count }) => [kind, count])).toEqual([
      ['without_id', 1],
      ['unreadable', 1],
    ]);
  });

  it('says what a scenario counts and does not show', async () => {
    const scenario = { id: 's', name: 'S' };
    const { url } = await recorder(({ url: path }) => {
      if (path.startsWith('/testing/simulations/batches')) return { status: 404, body: {} };
      if (path.includes('/s/batches')) return { body: { data: [batch('b')], pagination: { total: 4 } } };
      return { body: { data: [scenario], pagination: { total: 1 } } };
    });
    const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
    const { coverage } = await provider.sessions.list({ limit: 10 }, call);
    expect(coverage).toMatchObject({ complete: false, gaps: [{ kind: 'missing', count: 3 }] });
  });

  it('reads no page of a scenario twice for one answer', async () => {
    const { list, requests } = await hostOf(2, (number) =>
      Array.from({ length: 30 }, (_, index) => batch(`b${number}-${index}`, 1_795_000_000_000 - index)),
    );
    const seen = await readAll((cursor) => list({ limit: 7, cursor }));
    expect(seen).toHaveLength(60);
    requests.length = 0;
    expect((await list({ limit: 5, status: 'running' })).items).toEqual([]);
    const own = requests.map(({ url }) => url).filter((path) => path.includes('/batches?') && path.includes('/s'));
    expect(new Set(own).size).toBe(own.length);
  });
});

describe('a batch that cannot be addressed', () => {
  it.each([
    ['without an id', { ...batch(null), simulationReference: 's' }],
    ['without its scenario', batch('b')],
  ])('%s is counted', async (_, lost) => {
    const kept = { ...batch('k'), simulationReference: 's' };
    const { url } = await recorder(() => ({ body: { data: [kept, lost], pagination: { total: 2 } } }));
    const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
    const { items, coverage } = await provider.sessions.list({ limit: 10 }, call);
    expect(items).toHaveLength(1);
    expect(coverage).toMatchObject({ complete: false, unreadable: 1, gaps: [{ kind: 'without_id', count: 1 }] });
  });
});

describe('runs that were asked for', () => {
  const runs = (count: number, over: object = {}) =>
    Array.from({ length: count }, (_, index) => ({
      id: `r${index}`,
      sequence: index,
      metrics: { success: true },
      ...over,
    }));
  const reading = async (wire: object, rows: unknown[], pagination: object = { total: rows.length }) => {
    const { url, requests } = await recorder(({ url: path }) => {
      if (!path.includes('/runs')) return { body: { id: 'b', name: 'n', completedAt: 1_700_000_000_000, ...wire } };
      const skip = Number(new URL(path, 'http://x').searchParams.get('skip'));
      return { body: { data: rows.slice(skip, skip + 100), pagination } };
    });
    const { provider } = connectTo({ base_url: url, auth: { key: 'k' }, project: PROJECT });
    return { ...(await readWhole({ provider, call }, ['s', 'b'])), requests };
  };

  it.each([
    ['FAILED, nothing counted', { status: 'FAILED', runs: 5 }, 0, 5],
    ['FAILED, none ended', { status: 'FAILED', runs: 5, completedRuns: 0, failedRuns: 0 }, 0, 5],
    ['FAILED, as text', { status: 'FAILED', runs: '5', completedRuns: '0' }, 0, 5],
    ['STOPPED, some ended', { status: 'STOPPED', runs: 5, completedRuns: 2 }, 2, 3],
    [
      'STOPPED, by the judged ones',
      { status: 'STOPPED', numberOfExecutions: 5, batchMetrics: { runResults: { succeeded: 2 } } },
      2,
      3,
    ],
    ['COMPLETED, fewer ended', { status: 'COMPLETED', runs: 5, completedRuns: 4, failedRuns: 0 }, 4, 1],
  ])('%s: never ran, and nothing is missing', async (_, wire, there, never) => {
    const { coverage, requests } = await reading(wire, runs(there));
    expect(coverage).toMatchObject({ complete: true, read: there });
    const note = `${never} of the 5 runs that were asked for never ran.`;
    expect(coverage.gaps).toEqual([{ kind: 'never_ran', count: never, note }]);
    expect(requests.filter(({ url }) => url.includes('/runs'))).toHaveLength(1);
  });

  it.each([
    ['FAILED, all counted as failed', { status: 'FAILED', runs: 5, failedRuns: 5 }, 0, 5],
    ['COMPLETED, all counted', { status: 'COMPLETED', runs: 10, completedRuns: 8, failedRuns: 2 }, 8, 2],
    ['COMPLETED, nothing counted', { status: 'COMPLETED', runs: 10 }, 9, 1],
    ['COMPLETED, 60 ended', { status: 'COMPLETED', runs: 60, completedRuns: 60 }, 25, 35],
    ['COMPLETED, no total', { status: 'COMPLETED', completedRuns: 60 }, 25, 35],
  ])('%s: missing, not never run', async (_, wire, there, missing) => {
    const { coverage } = await reading(wire, runs(there));
    expect(coverage).toMatchObject({ complete: false, read: there, missing, expected: there + missing });
    expect(coverage.gaps?.map(({ kind }) => kind)).toEqual(['missing']);
  });

  it('both, where its counters say so', async () => {
    const { coverage } = await reading({ status: 'STOPPED', runs: 10, completedRuns: 6 }, runs(4));
    expect(coverage).toMatchObject({ complete: false, read: 4, missing: 2 });
    expect(coverage.gaps?.map(({ kind, count }) => [kind, count])).toEqual([
      ['missing', 2],
      ['never_ran', 4],
    ]);
  });

  it('are no word of runs that were stopped and are there', async () => {
    const stopped = runs(5, { metrics: { success: false, isBatchStopped: true } });
    const { coverage } = await reading({ status: 'STOPPED', runs: 5, completedRuns: 0 }, stopped);
    expect(coverage).toMatchObject({ complete: true, read: 5 });
    expect(coverage.gaps).toBeUndefined();
  });

  it('are not missing while the batch goes on', async () => {
    const under = { status: 'IN_PROGRESS', completedAt: undefined, runs: 10, completedRuns: 3 };
    const { coverage, opened } = await reading(under, runs(3));
    expect(coverage).toMatchObject({ complete: true, read: 3 });
    expect(opened.counters).toBeUndefined();
  });

  it('count though they have no id, or none that can be read', async () => {
    const rows = [...runs(7), { ...runs(1)[0], id: null }, 'x', null];
    const { coverage } = await reading({ status: 'COMPLETED', runs: 10, completedRuns: 10 }, rows);
    expect(coverage).toMatchObject({ complete: false, read: 7, unreadable: 3 });
    expect(coverage.missing).toBeUndefined();
  });

  it('count once where one comes twice, in its later state', async () => {
    const [first, second] = runs(2);
    const rows = [{ ...first, metrics: {} }, second, { ...first, metrics: { success: false } }];
    const { runs: read, coverage } = await reading({ status: 'COMPLETED', runs: 2, completedRuns: 2 }, rows);
    expect(read.map((one) => one.verdict)).toEqual(['failed', 'passed']);
    expect(coverage.read).toBe(2);
  });

  it('that come in the place of another do not hide it', async () => {
    const rows = [...runs(9), ...runs(1)];
    const { coverage } = await reading({ status: 'COMPLETED', runs: 10, completedRuns: 10 }, rows, { total: 10 });
    expect(coverage).toMatchObject({ complete: false, read: 9, missing: 1 });
  });

  it('are over where they were once, whatever comes later', async () => {
    const [first, second] = runs(2);
    const rows = [first, second, { ...first, metrics: {} }];
    const { runs: read } = await reading({ status: 'COMPLETED', runs: 2, completedRuns: 2 }, rows);
    expect(read.map((one) => one.verdict)).toEqual(['passed', 'passed']);
  });

  it('are not more than that', async () => {
    const { coverage } = await reading({ status: 'COMPLETED', runs: 8, completedRuns: 8 }, runs(10));
    const note = 'The platform counts 8 runs, but its pages held 10.';
    expect(coverage).toMatchObject({ complete: false, read: 10, gaps: [{ kind: 'surplus', count: 2, note }] });
  });

  it('are those of this batch', async () => {
    const own = runs(3, { simulationRunBatchReference: 'b' });
    const others = runs(6, { simulationRunBatchReference: 'other' }).map((run, index) => ({ ...run, id: `o${index}` }));
    const wire = { status: 'COMPLETED', runs: 4, completedRuns: 4 };
    const { runs: read, coverage } = await reading(wire, [...own, ...others]);
    expect(read).toHaveLength(3);
    expect(coverage).toMatchObject({ complete: false, read: 3, expected: 4, missing: 1 });
    expect(coverage.gaps?.map(({ kind, count }) => [kind, count])).toEqual([
      ['missing', 1],
      ['surplus', 6],
    ]);
  });

  it('may name it by an id that it does not tell', async () => {
    const own = runs(3, { simulationRunBatchReference: 'another-form-of-b' });
    const { runs: read, coverage } = await reading({ status: 'COMPLETED', runs: 3 }, own);
    expect(read).toHaveLength(3);
    expect(coverage).toEqual({ complete: true, expected: 3, read: 3 });
  });

  it('say what their batch counts of them', async () => {
    const world = await openWorld();
    const { opened, runs: read } = await readWhole(world, await finished(world, { repeat: 6 }));
    expect(opened.counters).toEqual({ unsuccessful: 0, passed: read.filter((run) => run.verdict === 'passed').length });
  });
});
