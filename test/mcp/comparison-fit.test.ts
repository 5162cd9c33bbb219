import { describe, expect, it } from 'vitest';
import { comparison } from '../../src/analysis/comparison.ts';
import { fitComparison } from '../../src/mcp/comparison-fit.ts';
import type { Run } from '../../src/model/schemas.ts';
import { aRun, judged } from '../analysis/runs.ts';

const SIDE = { failures: 0, uncoded: 0, singles: 0 };
const NO_MODES = {
  new: [],
  resolved: [],
  persisting: [],
  relocated: [],
  unsettled: [],
  untested: [],
  before: SIDE,
  after: SIDE,
};

/** A run of a test; it failed the named evaluations, or passed. */
const run = (test: number, time: number, side: string, failed: readonly string[] = []): Run =>
  aRun({
    ref: `acme/run/${side}${test}-${time}`,
    test: `acme/case/${test}`,
    name: `Case ${test}`,
    iteration: time,
    verdict: failed.length > 0 ? 'failed' : 'passed',
    evaluations: failed.map((name) => judged(name, 'failed', 'No.')),
    failed_evaluations: [...failed],
  });

function fitted(tests: number, times: number, budget = 8000) {
  const fold = comparison();
  for (let test = 1; test <= tests; test += 1)
    for (let time = 0; time < times; time += 1) {
      fold.before(run(test, time, 'b'));
      fold.after(run(test, time, 'a', time === 0 ? ['Greets'] : ['Greets', 'Says the price']));
    }
  return fitComparison(fold.result(), NO_MODES, () => ({ title: 'Mode' }), budget, 12);
}

describe('the changes of a comparison that an answer has room for', () => {
  it('are one entry for each test, however often it was repeated', () => {
    const { broken, counts } = fitted(3, 4);
    expect(broken.map(({ test, times }) => [test, times])).toEqual([
      ['acme/case/1', 4],
      ['acme/case/2', 4],
      ['acme/case/3', 4],
    ]);
    expect(broken[0]).toMatchObject({ before: 'acme/run/b1-0', failed_evaluations: ['Greets', 'Says the price'] });
    expect(counts).toMatchObject({ broken: 12, broken_tests: 3, fixed: 0, fixed_tests: 0 });
  });

  it('say no number of pairs where a test has one', () => {
    const { broken, counts } = fitted(2, 1);
    expect(broken.map(({ times }) => times)).toEqual([undefined, undefined]);
    expect(counts).toMatchObject({ broken: 2, broken_tests: 2 });
  });

  it('name every test that provably fell before the pairs of one of them', () => {
    const { regressed, broken } = fitted(3, 6, 5000);
    expect(regressed).toHaveLength(3);
    expect(broken.length).toBeGreaterThan(0);
  });
});
