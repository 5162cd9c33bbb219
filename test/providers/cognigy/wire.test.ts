import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toRun } from '../../../src/providers/cognigy/map-run.ts';
import {
  criterionReader,
  idOf,
  isCalled,
  looksLikeId,
  pageIn,
  runReader,
  scenarioReader,
  unwrap,
} from '../../../src/providers/cognigy/wire.ts';
import { mustRead } from '../../support/data.ts';

const published: unknown = JSON.parse(
  readFileSync(new URL('./fixtures/list-runs.response.json', import.meta.url), 'utf8'),
);

describe('the published list of runs', () => {
  const page = pageIn(published, runReader) ?? { rows: [] };

  it('parses as a page with its paging', () => {
    expect(page).toMatchObject({ total: 123, more: true, next: '<string>' });
    expect(page.failed).toBeUndefined();
    expect(page.rows).toHaveLength(1);
  });

  it('maps to a run; its placeholder error message makes it a broken one', () => {
    const [wire] = page.rows;
    if (!wire) throw new Error('The example has a run.');
    const run = toRun(wire, { scenario: 's', batch: 'b', name: 'Booking', phase: 'ended', base: 123 });
    expect(run).toMatchObject({
      ref: 'cognigy/run/s~b~%3C%73%74%72%69%6E%67%3E',
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

  it('a criterion may be its name alone', () => {
    expect(mustRead(criterionReader, 'Polite')).toEqual({ type: 'text', name: 'Polite', params: {} });
    expect([' ', null, 4, []].map(criterionReader)).toEqual([undefined, undefined, undefined, undefined]);
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
    expect(run).toMatchObject({ id: 'r', sequence: 3, metrics: { success: 'TRUE' } });
    expect(run.totalTurns).toBeUndefined();
    expect(run.metrics?.isBatchStopped).toBeUndefined();
    expect(run.createdAt).toBeUndefined();
  });

  it.each([
    [40, 40],
    [{ percentage: 40, numerator: 2, denominator: 5 }, 40],
    ['forty', undefined],
  ])('reads a success rate given as %j', (successRate, percentage) => {
    const run = mustRead(runReader, { metrics: { successRate } });
    expect(run.metrics?.successRate?.percentage).toBe(percentage);
  });

  it.each([
    ['boom', 'boom'],
    [{ message: 'boom', technicalDetails: 'x' }, 'boom'],
    [{ message: { text: 'boom' } }, 'boom'],
    [{ message: ['boom', 'bang'] }, 'boom bang'],
    [{ error: 'boom' }, 'boom'],
    [['boom'], 'boom'],
    ['  ', undefined],
    [{ technicalDetails: 'x' }, undefined],
    [{}, undefined],
    [[], undefined],
  ])('reads an error given as %j', (errorInfo, message) => {
    expect(mustRead(runReader, { metrics: { errorInfo } }).metrics?.errorInfo?.message).toBe(message);
  });
});

describe('pages', () => {
  const item = { id: 'a' };
  const read = (body: unknown) => pageIn(body, scenarioReader);

  it.each([
    ['the Simulator', { data: [item], pagination: { total: 7, hasNext: true, next: 'n' } }, 7, true, 'n'],
    ['the main API', { items: [item], total: 7, nextCursor: 'n', previousCursor: null }, 7, undefined, 'n'],
    ['null cursors', { data: [item], pagination: { total: 1, hasNext: false, next: null } }, 1, false, undefined],
    ['empty cursors', { data: [item], pagination: { total: 1, hasNext: false, next: '' } }, 1, false, undefined],
    ['texts', { data: [item], pagination: { total: '7', hasNext: 'true', next: ' ' } }, 7, true, undefined],
    ['other words', { data: [item], pagination: { total: 'seven', hasNext: 'yes' } }, undefined, undefined, undefined],
    ['a number for a cursor', { data: [item], pagination: { next: 20 } }, undefined, undefined, '20'],
    ['a cursor that nobody can send', { data: [item], pagination: { next: { at: 20 } } }, undefined, true, undefined],
    ['no paging', { data: [item] }, undefined, undefined, undefined],
    ['a bare array', [item], undefined, undefined, undefined],
    ['a list within', { data: { items: [item], total: 7, nextCursor: 'n' } }, 7, undefined, 'n'],
  ])('of %s', (_, body, total, more, next) => {
    expect(read(body)).toEqual({ rows: [item], total, more, next });
  });

  it('have a row for each that arrived, readable or not', () => {
    expect(read({ data: [item, 'x', null, 3] })?.rows).toEqual([item, undefined, undefined, undefined]);
  });

  it.each([[{ items: null, total: 0 }], [{ data: null, pagination: { total: '0' } }]])('%j is an empty one', (body) => {
    expect(read(body)?.rows).toEqual([]);
  });

  it('that came with an error say so', () => {
    expect(read({ data: [item], error: { message: 'half' } })).toMatchObject({ rows: [item], failed: true });
  });
});

describe('ids', () => {
  it('come in two forms', () => {
    const ids = ['683ef2a378a878cc6550f78b', '010d1970-89b9-4012-892b-53c78ef6c117', 'Main', '683ef2'];
    expect(ids.map(looksLikeId)).toEqual([true, true, false, false]);
  });

  it('are all names of the same thing', () => {
    const wire = { id: 'a', _id: 'b', referenceId: 'c' };
    expect(['a', 'b', 'c', 'd', ''].map((id) => isCalled(wire, id))).toEqual([true, true, true, false, false]);
  });
});

describe('unwrap', () => {
  it.each([
    [{ batch: { id: 'a' } }, { id: 'a' }],
    [{ data: { id: 'a' } }, { id: 'a' }],
    [{ id: 'a' }, { id: 'a' }],
    ['text', undefined],
  ])('%j', (body, object) => {
    expect(unwrap(body, ['batch'])).toEqual(object);
  });
});
