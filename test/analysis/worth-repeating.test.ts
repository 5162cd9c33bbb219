import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/analysis/comparison.ts';
import type { Run } from '../../src/model/schemas.ts';
import { aRun } from './runs.ts';

const runsOf = (tests: Record<string, string>, platform = 'synthflow'): Run[] =>
  Object.entries(tests).flatMap(([name, runs]) =>
    [...runs].map((one, iteration) =>
      aRun({
        ref: `${platform}/run/${name}${iteration}${Math.random()}`,
        test: `${platform}/case/${name}`,
        name,
        iteration,
        verdict: one === 'P' ? 'passed' : 'failed',
      }),
    ),
  );
const many = (runs: string, count: number, prefix = 't') =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, runs]));
const verdictOf = (before: Record<string, string>, after: Record<string, string>) =>
  compareRuns(runsOf(before), runsOf(after)).conclusion.verdict;
/** As often again as it says, going on as before. */
const repeated = (tests: Record<string, string>, refs: readonly string[], times: number) =>
  Object.fromEntries(
    Object.entries(tests).map(([name, runs]) => [
      name,
      refs.includes(`synthflow/case/${name}`) ? runs + (runs.at(-1) ?? '').repeat(times) : runs,
    ]),
  );

describe('what to run again', () => {
  it.each([
    ['five of five fixed', many('F', 5), many('P', 5), 5, 1],
    ['three broken of 24', many('P', 24), { ...many('P', 21), t21: 'F', t22: 'F', t23: 'F' }, 3, 1],
    ['one fixed of ten', many('F', 10), { ...many('F', 9), t9: 'P' }, 1, 5],
    ['four fixed, one broken', { ...many('F', 4), b: 'P' }, { ...many('P', 4), b: 'F' }, 5, 2],
  ])('%s', (_, before, after, tests, times) => {
    const { repeat } = compareRuns(runsOf(before), runsOf(after));
    expect(repeat?.tests).toHaveLength(tests);
    expect(repeat?.times).toBe(times);
    // It does tell when it is done, and once less often does not.
    const then = (count: number) =>
      verdictOf(repeated(before, repeat?.tests ?? [], count), repeated(after, repeat?.tests ?? [], count));
    expect(then(times)).not.toBe('no clear difference');
    expect(then(times - 1)).toBe('no clear difference');
  });

  it('broken tests where fixed ones make up for them: until each is proven to have fallen', () => {
    const [before, after] = [
      { ...many('F', 2), b0: 'P', b1: 'P' },
      { ...many('P', 2), b0: 'F', b1: 'F' },
    ];
    const { repeat } = compareRuns(runsOf(before), runsOf(after));
    expect(repeat).toEqual({ tests: ['synthflow/case/b0', 'synthflow/case/b1'], times: 3 });
    const then = (count: number) =>
      compareRuns(
        runsOf(repeated(before, repeat?.tests ?? [], count)),
        runsOf(repeated(after, repeat?.tests ?? [], count)),
      ).regressed.length;
    expect(then(3)).toBe(2);
    expect(then(2)).toBe(0);
  });

  it('nothing, where nothing changed or all is clear', () => {
    expect(compareRuns(runsOf(many('P', 8)), runsOf(many('P', 8))).repeat).toBeUndefined();
    expect(compareRuns(runsOf(many('F', 8)), runsOf(many('P', 8))).repeat).toBeUndefined();
    expect(compareRuns(runsOf(many('P', 8)), runsOf(many('F', 8))).repeat).toBeUndefined();
    expect(compareRuns(runsOf(many('P', 8)), []).repeat).toBeUndefined();
  });

  it('no more tests than one call can name, all of one platform, what broke first', () => {
    const before = { ...many('F', 12), ...many('P', 11, 'b') };
    const after = { ...many('P', 12), ...many('F', 11, 'b') };
    const { repeat } = compareRuns(runsOf(before), runsOf(after));
    expect(repeat?.tests).toEqual(Array.from({ length: 10 }, (_, i) => `synthflow/case/b${i}`));
    const two = (runs: string) => [...runsOf({ a: runs, b: runs }), ...runsOf({ c: runs, d: runs }, 'coval')];
    expect(compareRuns(two('F'), two('P')).repeat).toEqual({
      tests: ['synthflow/case/a', 'synthflow/case/b'],
      times: 1,
    });
  });
});
