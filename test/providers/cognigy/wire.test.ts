import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toRun } from '../../../src/providers/cognigy/map-run.ts';
import {
  batchReader,
  criterionReader,
  idOf,
  readPage,
  runReader,
  scenarioReader,
  unwrap,
} from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const published: unknown = JSON.parse(
  readFileSync(new URL('./fixtures/list-runs.response.json', import.meta.url), 'utf8'),
);

describe('the published list of runs', () => {
  const page = readPage(published, runReader);

  it('parses as a page with its paging', () => {
    expect(page).toMatchObject({ arrived: 1, total: 123, has_next: true, next_cursor: '<string>', paged: true });
    expect(page?.items).toHaveLength(1);
  });

  it('maps to a run; its placeholder error message makes it a broken one', () => {
    const [wire] = page?.items ?? [];
    if (!wire) throw new Error('The example has a run.');
    const run = toRun(wire, { scenario: 's', batch: 'b', name: 'Booking', phase: 'ended', base: 123 });
    expect(run).toMatchObject({
      ref: 'cognigy/run/s~b~%3Cstring%3E',
      session: 'cognigy/session/s~b',
      test: 'cognigy/case/s',
      name: 'Booking',
      status: 'failed',
      verdict: 'error',
      error: { message: '<string>', type: '<string>' },
      iteration: 0,
      turns: 123,
      expires_at: '2023-11-07T05:31:56.000Z',
      evaluations: [{ name: 'criterion 1', verdict: 'skipped' }],
      transcript: [{ index: 0, speaker: 'caller', text: '<string>' }],
      speaker_inferred: true,
    });
  });
});

describe('identity', () => {
  it.each([
    [{ id: 'a', _id: 'b', referenceId: 'c' }, 'a'],
    [{ _id: 'b', referenceId: 'c' }, 'b'],
    [{ referenceId: 'c' }, 'c'],
    [{ id: '', _id: 'b' }, 'b'],
    [{ id: 17 }, '17'],
    [{}, undefined],
  ])('%j is addressed by %s', (wire, id) => {
    expect(idOf(mustRead(scenarioReader, wire))).toBe(id);
  });
});

describe('criteria in their three shapes', () => {
  it.each([
    [{ type: 'text', params: { name: 'Polite', text: 'Stays polite.' } }, 'Polite', 'Stays polite.'],
    [{ name: 'Polite', text: 'Stays polite.' }, 'Polite', 'Stays polite.'],
    [{ name: 'Polite', description: 'Stays polite.' }, 'Polite', 'Stays polite.'],
    [{ type: 'text', params: { name: '  ', text: 'Stays polite.' } }, undefined, 'Stays polite.'],
  ])('%j', (wire, name, text) => {
    expect(mustRead(criterionReader, wire)).toMatchObject({ type: 'text', name, text });
  });

  it('keeps types that nobody has described', () => {
    const read = mustRead(criterionReader, { type: 'toolCall', params: { tool: 'book', times: 2 } });
    expect(read).toMatchObject({ type: 'toolCall', params: { tool: 'book', times: 2 } });
  });
});

describe('leniency', () => {
  it('drops what is malformed and keeps the rest', () => {
    const run = mustRead(runReader, {
      id: 'r',
      sequence: '3',
      turns: ['nonsense', { text: 'Hello' }, null],
      totalTurns: -4,
      successCriteria: 'none',
      metrics: { success: 'TRUE', results: {}, errorInfo: null, isBatchStopped: 'perhaps' },
      createdAt: { seconds: 1 },
    });
    expect(run).toMatchObject({ id: 'r', sequence: 3, turns: [{ text: 'Hello' }], metrics: { success: true } });
    expect(run.totalTurns).toBeUndefined();
    expect(run.metrics?.results).toBeUndefined();
    expect(run.metrics?.isBatchStopped).toBeUndefined();
    expect(run.createdAt).toBeUndefined();
  });

  it.each([
    [40, 40],
    [{ percentage: 40, numerator: 2, denominator: 5 }, 40],
    ['forty', undefined],
  ])('reads a success rate given as %j', (successRate, percentage) => {
    const batch = mustRead(batchReader, { batchMetrics: { successRate } });
    expect(batch.batchMetrics?.successRate?.percentage).toBe(percentage);
  });

  it('reads an error that is only a text', () => {
    expect(mustRead(runReader, { metrics: { errorInfo: 'boom' } }).metrics?.errorInfo?.message).toBe('boom');
  });
});

describe('pages', () => {
  const item = { id: 'a' };

  it.each([
    ['the Simulator', { data: [item], pagination: { total: 7, hasNext: true, next: 'n' } }, 7, true, 'n'],
    ['the main API', { items: [item], total: 7, nextCursor: 'n', previousCursor: null }, 7, undefined, 'n'],
    ['null cursors', { data: [item], pagination: { total: 1, hasNext: false, next: null } }, 1, false, undefined],
    ['empty cursors', { data: [item], pagination: { total: 1, hasNext: false, next: '' } }, 1, false, undefined],
    ['no paging', { data: [item] }, undefined, undefined, undefined],
    ['a bare array', [item], undefined, undefined, undefined],
  ])('of %s', (_, body, total, has_next, next_cursor) => {
    const page = readPage(body, scenarioReader);
    expect(page?.items).toHaveLength(1);
    expect([page?.total, page?.has_next, page?.next_cursor]).toEqual([total, has_next, next_cursor]);
    expect(page?.paged).toBe([total, has_next, next_cursor].some((one) => one !== undefined));
  });

  it('counts what arrived, readable or not', () => {
    expect(readPage({ data: [item, 'x', 3] }, scenarioReader)).toMatchObject({ arrived: 3, items: [item] });
  });

  it.each([[{ data: null }], [{ items: null, total: 0 }]])('reads %j as empty', (body) => {
    expect(readPage(body, scenarioReader)).toMatchObject({ items: [], arrived: 0 });
  });

  it.each([['text'], [{ message: 'no' }], [undefined], [{ data: {} }]])('refuses %j', (body) => {
    expect(readPage(body, scenarioReader)).toBeUndefined();
  });
});

describe('unwrap', () => {
  it.each([
    [{ scheduler: { id: 'a' } }, { id: 'a' }],
    [{ data: { id: 'a' } }, { id: 'a' }],
    [{ id: 'a' }, { id: 'a' }],
    ['text', undefined],
  ])('%j', (body, object) => {
    expect(unwrap(body, ['scheduler'])).toEqual(object);
  });
});
