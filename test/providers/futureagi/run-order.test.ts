import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/model/schemas.ts';
import { orderedRuns } from '../../../src/providers/futureagi/run-order.ts';

const run = (call: string, name: string | undefined, test: string | undefined, more: Partial<Run> = {}) =>
  [
    call,
    {
      ref: `futureagi/run/${call}`,
      session: 'futureagi/session/s',
      status: 'completed',
      verdict: 'passed',
      failed_evaluations: [],
      evaluations: [],
      name,
      test,
      ...more,
    },
  ] as [string, Run];
const order = (pages: (readonly [string, Run])[][]) => {
  const runs = orderedRuns();
  for (const page of pages) runs.add(page);
  return runs
    .result()
    .map(({ ref, iteration }) => `${ref.split('/')[2]}${iteration === undefined ? '' : `#${iteration}`}`);
};

describe('runs in order', () => {
  it('go by the name of the scenario, its reference and the call, on whatever page they came', () => {
    const rows = [
      run('9', 'Alpha', 'a'),
      run('1', 'Beta', 'b'),
      run('3', 'Alpha', 'z'),
      run('2', 'Alpha', 'a'),
      run('4', 'Alpha', 'z'),
      run('10', 'Alpha', 'a'),
    ];
    const expected = ['10#0', '2#1', '9#2', '3#0', '4#1', '1#0'];
    expect(order([rows])).toEqual(expected);
    expect(order(rows.map((row) => [row]))).toEqual(expected);
    expect(order([[...rows].reverse()])).toEqual(expected);
  });

  it('are not numbered where no scenario is known', () => {
    expect(order([[run('2', 'Alpha', undefined), run('1', undefined, undefined), run('3', 'Alpha', 'a')]])).toEqual([
      '1',
      '2',
      '3#0',
    ]);
  });

  it('have the later reading of a call that came twice', () => {
    const runs = orderedRuns();
    runs.add([run('1', 'Alpha', 'a', { status: 'scoring', verdict: 'pending' }), run('2', 'Alpha', 'a')]);
    runs.add([run('1', 'Alpha', 'a')]);
    expect(runs.size).toBe(2);
    const handed = runs.result();
    expect(handed.map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
    expect(handed.map(({ iteration }) => iteration)).toEqual([0, 1]);
    expect([runs.size, runs.result()], 'keeps none that it handed out').toEqual([0, []]);
  });

  it('have a call once although its scenario was told later, and no number is left out', () => {
    expect(
      order([
        [run('1', undefined, undefined), run('2', 'Alpha', 'a')],
        [run('1', 'Alpha', 'a')],
        [run('2', 'Beta', 'b'), run('3', 'Alpha', 'a')],
      ]),
    ).toEqual(['1#0', '3#1', '2#0']);
  });
});
