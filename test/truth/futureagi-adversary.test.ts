/** Forms of verdicts and scores on Future AGI that a stranger to the mechanism thought of. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { appPage, entries, type Fields, futureAgi, nextWorld, notFound, runTest, uuid } from './futureagi-world.ts';
import { expectNoPass, expectTruth, said } from './outcomes.ts';
import type { Asked, Reply } from './stand-in.ts';

const ask = askingFor('futureagi');
const passed = { name: 'politeness', output: 'Passed', output_type: 'Pass/Fail', reason: 'Polite.' };
const beside = (other: Fields) => futureAgi({ calls: 2, call: () => ({ eval_outputs: entries(passed, other) }) });

describe('one evaluation that passed beside one that', () => {
  it.each([
    ['chose a verdict among other labels', { output: ['Helpful', 'Failed'], output_type: 'choices' }],
    ['names another value than its output', { output: 'Passed', value: 'Failed', output_type: 'Pass/Fail' }],
    ['is false beside an output that passed', { output: 'Passed', value: false, output_type: 'Pass/Fail' }],
  ])('%s: no run passed, and the form is named', async (_, other) => {
    const world = beside({ name: 'resolution', ...other });
    expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 2, inconclusive: 2 });
    const run = await ask(world, 'get_run', { run: world.run(0) });
    const own = list(at(run.data, 'evaluations')).find((one) => at(one, 'name') === 'resolution');
    expect(at(own, 'unread')).toMatch(/\w{3}/);
  });
});

describe('an evaluation that passed', () => {
  it.each([[{}], [[]], ['  '], [''], [null], [false]])(
    'beside an error of %j, which is none, passes',
    async (error) => {
      const world = beside({ name: 'resolution', output: 'Passed', output_type: 'Pass/Fail', error });
      expectTruth(await ask(world, 'get_session', { session: world.session }), { runs: 2, passed: 2 });
    },
  );
  it.each([[{ message: 'crash' }], ['crash'], [true]])('beside an error of %j is none', async (error) => {
    const world = beside({ name: 'resolution', output: 'Passed', output_type: 'Pass/Fail', error });
    expectNoPass(await ask(world, 'get_session', { session: world.session }), { runs: 2, inconclusive: 2 });
  });
});

describe('a threshold for a score', () => {
  const judge = (output: unknown, threshold: number) => {
    const world = beside({ name: 'quality', output, output_type: 'score' });
    return ask(world, 'get_session', { session: world.session, thresholds: { quality: threshold } });
  };

  it.each<[string, unknown, number]>([
    ['that may be a share, or of five', { score: 0.9, max: 5 }, 0.8],
    ['that may be a share, or of a hundred', { score: 0.9, scale: 100 }, 0.8],
    ['beside a scale in words', { score: 0.9, scale: 'zero to five' }, 0.8],
    ['above its own maximum', { score: 7, max: 5 }, 0.8],
    ['that is more than the whole', '12/10', 0.8],
  ])('%s: no run passed, and none failed', async (_, output, threshold) => {
    expectNoPass(await judge(output, threshold), { runs: 2, failed: 0, inconclusive: 2 });
  });

  it.each<[unknown, number, boolean]>([
    [{ score: 4, max: 5 }, 0.9, false],
    [{ score: 4, max: 5 }, 0.8, true],
    [{ score: '90', out_of: '100' }, 0.8, true],
    [{ score: 90, max_score: 100 }, 95, false],
  ])('%j against %d: a share of what stands beside it', async (output, threshold, passes) => {
    expectTruth(await judge(output, threshold), { runs: 2, passed: passes ? 2 : 0, failed: passes ? 0 : 2 });
  });
});

describe('a call that an execution which ended months ago shows', () => {
  it.each([['ongoing'], ['pending'], ['weird'], [null]])('as %s is the same to all who ask', async (status) => {
    const world = futureAgi({ calls: 2, call: (index) => (index === 1 ? { status } : {}) });
    expectTruth(await ask(world, 'get_session', { session: world.session }), { runs: 2, passed: 1, inconclusive: 1 });
    const run = await ask(world, 'get_run', { run: world.run(1) });
    expect(at(at(run.data, 'run'), 'verdict'), said(run)).toBe('inconclusive');
  });
  it('as ongoing is pending where the execution goes on', async () => {
    const world = futureAgi({
      calls: 2,
      call: () => ({ status: 'ongoing' }),
      execution: { status: 'running', completed_at: null },
    });
    const run = await ask(world, 'get_run', { run: world.run(1) });
    expect(at(at(run.data, 'run'), 'verdict'), said(run)).toBe('pending');
  });
});

describe('a run test of three scenarios', () => {
  const holding = (detailed: number, listed: number, count?: number) => {
    const world = nextWorld();
    const ids = [0, 1, 2].map((index) => uuid('b', world, index));
    const rows = ids.map((id, index) => ({ id, name: `Scenario ${index}`, row_count: '10' }));
    const test = runTest(world, 0, { scenarios: ids, scenarios_detail: rows.slice(0, detailed) });
    const reply = (asked: Asked): Reply => {
      if (asked.path === `/simulate/run-tests/${uuid('a', world)}/`) return { body: test };
      if (asked.path === '/simulate/run-tests/') return appPage(asked, [test], ['count']);
      if (!asked.path.endsWith('/scenarios/')) return notFound;
      return { body: count === undefined ? rows.slice(0, listed) : { count, results: rows.slice(0, listed) } };
    };
    return { reply, suite: `futureagi/suite/${uuid('a', world)}` };
  };

  it('of which it details two has three', async () => {
    const world = holding(2, 3);
    const answer = await ask(world, 'get_test', { test: world.suite });
    expect(at(answer.data, 'test'), said(answer)).toMatchObject({ cases: 3 });
    expect(list(at(at(answer.data, 'test'), 'members'))).toHaveLength(3);
  });

  it.each([
    ['details two and lists three', 2, 3, undefined, 30],
    ['details three and lists three', 3, 3, 3, 30],
    ['details two and lists two', 2, 2, undefined, undefined],
    ['details none and lists two of three', 0, 2, 3, undefined],
  ])('of which it %s: a plan counts all of them, or says that it cannot', async (_, detailed, listed, count, runs) => {
    const world = holding(detailed, listed, count);
    const answer = await ask(world, 'start_simulation', { test: world.suite, dry_run: true });
    expect(at(at(answer.data, 'plan'), 'runs'), said(answer)).toBe(runs);
    if (runs === undefined) expect(answer.text).toMatch(/lower bound/);
  });
});
