/** Forms of verdicts and scores on Future AGI that a stranger to the mechanism thought of. */
import { describe, expect, it } from 'vitest';
import { at, list } from '../support/data.ts';
import { askingFor } from './asking.ts';
import { entries, type Fields, futureAgi } from './futureagi-world.ts';
import { expectNoPass, expectTruth } from './outcomes.ts';

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
