/** A page taken for everything (A), on Coval: a token is read however it comes, and a lost one is said. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingAlone, askingFor } from './asking.ts';
import { coval, covalPage, idOf, listedRun, nextWorld, politeness } from './coval-world.ts';
import { firstLine } from './honesty.ts';
import { expectHonest, expectIncomplete, expectTruth, followed, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('coval');
const fails = (index: number) => index >= 250;
const rewritten = (write: (next: number) => unknown) => (page: object) => {
  const token = at(page, 'next_page_token');
  if (token === undefined) return { ...page };
  return { ...page, next_page_token: write(Number(String(token).replace(/\D/g, ''))) };
};

describe('300 simulations whose token is a number', () => {
  const numbered = (run = {}) => coval({ simulations: 300, fails, run, page: rewritten((next) => next) });

  it('are counted where the run names its outputs', async () => {
    const world = numbered();
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 300, passed: 250, failed: 50 });
  });

  it('are counted where the run has no results', async () => {
    const world = numbered({ results: null });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 300, passed: 250, failed: 50 });
  });

  it.each([
    ['list_runs', { verdict: 'failed' }, /^\d+ of 50 /],
    ['get_failure_clusters', {}, /50 failed runs/],
  ])('are seen by %s', async (tool, more, words) => {
    const world = numbered();
    const answer = await ask(world, tool, { session: world.session, ...more });
    expect(firstLine(answer)).toMatch(words);
  });
});

describe('300 simulations whose token is lost after the first page', () => {
  it.each([
    ['an empty text', ''],
    ['null', null],
  ])('(%s) are looked up by their outputs, or said to be missing', async (_, lost) => {
    const world = coval({ simulations: 300, fails, page: rewritten(() => lost) });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectHonest(answer, { runs: 300, passed: 250, failed: 50 });
  });

  it('are said to be missing where only the progress counts them', async () => {
    const world = coval({ simulations: 300, fails, run: { results: null }, page: rewritten(() => '') });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectIncomplete(answer, { missing: 200, says: /200 of the 300/, bounds: [100 / 300, 1] });
  });
});

describe('lists whose token is a number', () => {
  it('list_sessions shows all of 120 sessions', async () => {
    const world = nextWorld();
    const rows = Array.from({ length: 120 }, (_, index) => listedRun(world, index));
    const other = coval({ simulations: 1 });
    const reply = (asked: Asked): Reply =>
      asked.path === '/v1/runs' ? { body: covalPage(asked, 'runs', rows, (next) => next) } : other.reply(asked);
    const found = await followed((args) => ask({ reply }, 'list_sessions', args), 'sessions', {});
    expect(new Set(found.refs).size).toBe(120);
    expect(found.refs).toHaveLength(120);
  });

  it('list_tests shows all of 130 test sets and 130 test cases', async () => {
    const world = nextWorld();
    const sets = Array.from({ length: 130 }, (_, index) => ({ id: idOf('set', world, index), slug: `s${index}` }));
    const cases = Array.from({ length: 130 }, (_, index) => ({ id: idOf('case', world, index), input_str: 'Call.' }));
    const reply = (asked: Asked): Reply => {
      if (asked.path === '/v1/test-sets') return { body: covalPage(asked, 'test_sets', sets, (next) => next) };
      if (asked.path === '/v1/test-cases') return { body: covalPage(asked, 'test_cases', cases, (next) => next) };
      return undefined;
    };
    const found = await followed((args) => ask({ reply }, 'list_tests', args), 'tests', { limit: 100 });
    expect(new Set(found.refs).size).toBe(260);
  });

  it('a metric on the second page of definitions judges', async () => {
    const others = Array.from({ length: 120 }, (_, index) => ({
      id: idOf('metric', 7, index),
      metric_name: `Other ${index}`,
      metric_type: 'METRIC_LLM_BINARY',
    }));
    const accuracy = {
      id: idOf('metric', 8),
      metric_name: 'Accuracy',
      metric_type: 'METRIC_NUMERIC',
      target_condition: { comparison_operator: 'gte', target_float: 0.8 },
    };
    const metrics = [politeness, ...others, accuracy];
    const world = coval({
      simulations: 4,
      metrics,
      values: () => ({ [String(politeness.id)]: 'YES', [accuracy.id]: 0.2 }),
      instead: (asked) =>
        asked.path === '/v1/metrics' ? { body: covalPage(asked, 'metrics', metrics, (next) => next) } : undefined,
    });
    const answer = await askingAlone('coval', (alone) => alone(world, 'get_session', { session: world.session }));
    expectTruth(answer, { runs: 4, passed: 0, failed: 4 });
  });
});

describe('an honest list', () => {
  it('is read exactly over three pages, and nothing is doubted', async () => {
    const world = coval({ simulations: 230, fails: (index) => index % 10 === 0 });
    const answer = await ask(world, 'get_session', { session: world.session });
    expectTruth(answer, { runs: 230, passed: 207, failed: 23 });
    expect(at(at(answer.data, 'session'), 'pass_rate')).toBeCloseTo(0.9, 3);
    expect(at(answer.data, 'coverage'), said(answer)).toMatchObject({ complete: true, read: 230 });
    expect(list(at(answer.data, 'failed_runs')).length).toBeGreaterThan(0);
  });
});
