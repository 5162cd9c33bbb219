/** Runs of several sessions read as one, paired by test and repetition over all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MatchedTest, pairRuns, type RunRecord, recorder } from '../../src/analysis/pairing.ts';
import { aRun } from './runs.ts';

interface Given {
  test?: string;
  iteration?: number | undefined;
  repetition?: number;
  ref?: string;
}

function recordsOf(side: string, given: readonly Given[]): RunRecord[] {
  const record = recorder();
  return given.map(({ test = 't', iteration, repetition = 0, ref }) =>
    record(
      aRun({
        ref: `cognigy/run/${ref ?? `${side}${repetition}.${iteration ?? '-'}`}`,
        test: `cognigy/case/${test}`,
        iteration,
        verdict: 'passed',
      }),
      repetition,
    ),
  );
}
const pairsOf = (both: readonly MatchedTest[]) =>
  both.flatMap(({ pairs }) => pairs.map(({ before, after }) => `${before.ref.slice(12)} ${after.ref.slice(12)}`));
const sessionsOf = (count: number, iterations: readonly (number | undefined)[], test = 't'): Given[] =>
  Array.from({ length: count }, (_, repetition) =>
    iterations.map((iteration) => ({ test, repetition, iteration })),
  ).flat();

describe('runs of several sessions', () => {
  it('are repetitions 0, 1, 2 of a test, though each session calls its own run 0', () => {
    for (const iteration of [0, undefined]) {
      const { both, unpaired } = pairRuns(
        recordsOf('b', sessionsOf(3, [iteration])),
        recordsOf('a', sessionsOf(3, [iteration])),
        'test',
      );
      const name = iteration ?? '-';
      expect(pairsOf(both)).toEqual([0, 1, 2].map((at) => `b${at}.${name} a${at}.${name}`));
      expect(unpaired).toEqual({ before: 0, after: 0 });
    }
  });

  it('keep their partner when another one is missing', () => {
    const after = sessionsOf(2, [0, 1, 2]).filter(({ repetition, iteration }) => repetition !== 0 || iteration !== 2);
    const { both, unpaired } = pairRuns(recordsOf('b', sessionsOf(2, [0, 1, 2])), recordsOf('a', after), 'test');
    expect(pairsOf(both)).toEqual(['b0.0 a0.0', 'b0.1 a0.1', 'b1.0 a1.0', 'b1.1 a1.1', 'b1.2 a1.2']);
    expect(unpaired).toEqual({ before: 1, after: 0 });
  });

  it('are paired with as many repeats of one session, and what is over has no partner', () => {
    const { both, unpaired } = pairRuns(
      recordsOf('b', sessionsOf(3, [0])),
      recordsOf('a', sessionsOf(1, [0, 1, 2, 3])),
      'test',
    );
    expect(pairsOf(both)).toEqual(['b0.0 a0.0', 'b1.0 a0.1', 'b2.0 a0.2']);
    expect(unpaired).toEqual({ before: 0, after: 1 });
  });

  it('of one test are counted by themselves, whatever else the sessions ran', () => {
    const before = [
      { test: 'x', repetition: 0, iteration: 0 },
      ...sessionsOf(2, [0]).map((one) => ({ ...one, repetition: (one.repetition ?? 0) + 1 })),
    ];
    const { both } = pairRuns(recordsOf('b', before), recordsOf('a', sessionsOf(2, [0])), 'test');
    expect(pairsOf(both)).toEqual(['b1.0 a0.0', 'b2.0 a1.0']);
  });

  it('pair alike in whatever order the sessions are read', () => {
    const side = fc.uniqueArray(
      fc.record({
        test: fc.constantFrom('x', 'y'),
        repetition: fc.nat(3),
        iteration: fc.option(fc.nat(2), { nil: undefined }),
      }),
      { maxLength: 12, selector: (one) => JSON.stringify(one) },
    );
    fc.assert(
      fc.property(side, side, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (left, right, order) => {
        const named = (prefix: string, given: readonly Given[]) =>
          recordsOf(
            prefix,
            given.map((one) => ({ ...one, ref: `${prefix}${one.test}${one.repetition}.${one.iteration}` })),
          );
        const shuffled = [...left].sort((a, b) => (order[a.repetition] ?? 0) - (order[b.repetition] ?? 0));
        const inTurn = [...left].sort((a, b) => a.repetition - b.repetition);
        const [one, other] = [inTurn, shuffled].map((given) =>
          pairsOf(pairRuns(named('b', given), named('a', right), 'test').both).sort(),
        );
        expect(other).toEqual(one);
      }),
    );
  });
});
