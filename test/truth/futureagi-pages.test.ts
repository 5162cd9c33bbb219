/** A page taken for everything (A), on Future AGI: what the platform serves is read to its end. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import {
  appPage,
  both,
  enveloped,
  futureAgi,
  listedExecution,
  nextWorld,
  runTest,
  serverError,
  uuid,
} from './futureagi-world.ts';
import { firstLine } from './honesty.ts';
import { expectTruth, followed, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('futureagi');
const without = (page: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(page).filter(([name]) => !names.includes(name)));

describe('1,240 calls in pages of 500', () => {
  const forms: [string, (page: object) => Record<string, unknown>][] = [
    ['counters as text', (page) => ({ ...page, count: '1240', total_pages: '3' })],
    ['a count of null', (page) => ({ ...without(page, 'total_pages'), count: null })],
    ['a count of null and pages as text', (page) => ({ ...page, count: null, total_pages: '3' })],
    ['neither count nor pages', (page) => without(page, 'count', 'total_pages')],
  ];
  it.each(forms)('are counted with %s', async (_, page) => {
    const world = futureAgi({ calls: 1240, fails: (index) => index >= 1200, page });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 1240, passed: 1200, failed: 40 });
  });

  it('are counted where nothing at all is counted, as for a chat', async () => {
    const execution = { total_calls: 0, completed_calls: 0, completed_at: null };
    const page = (usual: object) => without(usual, 'count', 'total_pages');
    const world = futureAgi({ calls: 1240, fails: (index) => index >= 1200, execution, page });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 1240, passed: 1200, failed: 40 });
  });

  it('are listed and searched for what failed on the last page', async () => {
    const world = futureAgi({ calls: 1240, fails: (index) => index >= 1200, page: (page) => without(page, 'count') });
    const runs = await ask(world, 'list_runs', { session: world.session, verdict: 'failed' });
    expect(at(runs.data, 'total'), said(runs)).toBe(40);
    const clusters = await ask(world, 'get_failure_clusters', { session: world.session });
    expect(firstLine(clusters)).toMatch(/40 failed runs/);
  });
});

describe('a limit that the server clamps without a word', () => {
  const clamped = (calls: number, clamp: number, passing: number) =>
    futureAgi({ calls, clamp, fails: (index) => index >= passing });

  it.each([
    ['110 calls, pages of 100', 110, 100, 100],
    ['11 calls, pages of 10', 11, 10, 10],
    ['240 calls, pages of 100', 240, 100, 100],
  ])('%s: the failures behind the first page count', async (_, calls, clamp, passing) => {
    const world = clamped(calls, clamp, passing);
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: calls, passed: passing, failed: calls - passing });
    expect(list(at(answer.data, 'failed_runs')).length).toBeGreaterThan(0);
  });

  it('get_failure_clusters groups what failed on page 2', async () => {
    const world = clamped(110, 100, 100);
    const answer = await ask(world, 'get_failure_clusters', { session: world.session });
    expect(firstLine(answer)).toMatch(/10 failed runs/);
    expect(at(list(at(answer.data, 'clusters'))[0], 'runs_total')).toBe(10);
  });

  it('list_runs and wait_for_session see page 2', async () => {
    const world = clamped(110, 100, 100);
    const runs = await ask(world, 'list_runs', { session: world.session, verdict: 'failed' });
    expect(at(runs.data, 'total'), said(runs)).toBe(10);
    const waited = await ask(world, 'wait_for_session', { session: world.session, timeout_seconds: 0 });
    expectTruth(waited, { runs: 110, passed: 100, failed: 10 });
  });

  it('compare_sessions sees that 10 broke', async () => {
    // The same scenarios in both, each once: pairs are certain.
    const scenarios = nextWorld();
    const call = (index: number) => ({ scenario_id: uuid('b', scenarios, index) });
    const before = futureAgi({ calls: 110, clamp: 100, call });
    const after = futureAgi({ calls: 110, clamp: 100, call, fails: (index) => index >= 100 });
    const answer = await ask({ reply: both(before, after) }, 'compare_sessions', {
      before: before.session,
      after: after.session,
    });
    expect(answer.isError, said(answer)).toBe(false);
    expect(firstLine(answer)).not.toMatch(/no clear difference/i);
    expect(at(answer.data, 'matched')).toBe(110);
    expect(at(at(answer.data, 'counts'), 'broken')).toBe(10);
    expect(at(answer.data, 'verdict')).toBe('worse');
  });
});

describe('execution mode that answers 500 always', () => {
  const only = (...members: string[]) => {
    const world = futureAgi({
      calls: 25,
      fails: (index) => index >= 10,
      instead(asked: Asked): Reply {
        if (asked.path.endsWith('/simulation/runs/') && asked.query.has('execution_id')) return serverError;
        if (!asked.path.startsWith('/simulate/test-executions/')) return undefined;
        const rows = Array.from({ length: 25 }, (_, index) => ({
          id: uuid('c', world.world, index),
          status: 'completed',
        }));
        return appPage(asked, rows, members);
      },
    });
    return world;
  };

  it.each([
    ['count and next', ['count', 'next']],
    ['next only', ['next']],
    ['count only', ['count']],
  ])('is read call by call from pages of ten with %s', async (_, members) => {
    const world = only(...members);
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 25, passed: 10, failed: 15 });
  });
});

describe('25 rows in pages of ten that tell `next` only', () => {
  it('list_tests shows every run test', async () => {
    const world = nextWorld();
    const rows = Array.from({ length: 25 }, (_, index) => runTest(world, index));
    const reply = (asked: Asked) =>
      asked.path === '/simulate/run-tests/' ? appPage(asked, rows, ['next']) : undefined;
    const found = await followed((args) => ask({ reply }, 'list_tests', args), 'tests', { kind: 'suite' });
    expect(new Set(found.refs).size).toBe(25);
    expect(found.refs).toHaveLength(25);
  });

  it('list_tests shows every scenario behind the run tests', async () => {
    const world = nextWorld();
    const rows = Array.from({ length: 25 }, (_, index) => ({ id: uuid('b', world, index), name: `Case ${index}` }));
    const reply = (asked: Asked) => {
      if (asked.path === '/simulate/run-tests/') return appPage(asked, [runTest(world)], ['next']);
      return asked.path === '/simulate/scenarios/' ? appPage(asked, rows, ['next']) : undefined;
    };
    const found = await followed((args) => ask({ reply }, 'list_tests', args), 'tests', {});
    expect(new Set(found.refs).size).toBe(26);
  });

  it.each([
    ['of one run test', true],
    ['over all run tests', false],
  ])('list_sessions shows every execution %s', async (_, named) => {
    const world = futureAgi({ calls: 1 });
    const rows = Array.from({ length: 25 }, (_row, index) => listedExecution(world.world, index));
    const reply = (asked: Asked) =>
      asked.path.endsWith('/executions/') ? appPage(asked, rows, ['next']) : world.reply(asked);
    const args = named ? { test: world.suite } : {};
    const found = await followed((one) => ask({ reply }, 'list_sessions', one), 'sessions', args);
    expect(new Set(found.refs).size).toBe(25);
    expect(found.refs).toHaveLength(25);
  });
});

describe('an honest list', () => {
  it('is read exactly, and nothing is doubted', async () => {
    const world = futureAgi({ calls: 23, fails: (index) => index % 5 === 0 });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 23, passed: 18, failed: 5 });
    expect(at(at(answer.data, 'session'), 'pass_rate')).toBeCloseTo(0.7826, 3);
    expect(at(answer.data, 'coverage')).toMatchObject({ complete: true, read: 23 });
  });

  it('of one page with an envelope ends there', async () => {
    const world = nextWorld();
    const reply = (asked: Asked) =>
      asked.path === '/simulate/run-tests/'
        ? enveloped({ count: 2, results: [runTest(world, 1), runTest(world, 2)] })
        : undefined;
    const found = await followed((args) => ask({ reply }, 'list_tests', args), 'tests', { kind: 'suite' });
    expect(found).toMatchObject({ marked: false });
    expect(found.refs).toHaveLength(2);
  });
});
