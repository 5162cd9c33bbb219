/** The course of modes: by hand, and over random worlds of which only a part is read, coded and judged. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TrendPoint, trendOf } from '../../src/modes/trend.ts';

/**
 * `A3` = three failures in test A; `?C` = something in C that nobody has read, `?` = in no test that is told; `~` = not read
 * completely; `!A` = A was not judged. Tests A and B are, unless said.
 */
function point(...words: string[]): TrendPoint {
  const judged = new Set(['A', 'B'].filter((test) => !words.includes(`!${test}`)));
  const seen = words.filter((word) => /^[A-Z]\d+$/.test(word));
  const failures = seen.reduce((sum, word) => sum + Number(word.slice(1)), 0);
  const tests = new Set(seen.map((word) => word.slice(0, 1)));
  for (const test of tests) judged.add(test);
  return {
    read: !words.includes('~'),
    unread: new Set(words.filter((word) => word.startsWith('?')).map((word) => word.slice(1))),
    judged,
    modes: failures > 0 ? new Map([['M-1', { failures, runs: failures, tests }]]) : new Map(),
  };
}
const courseOf = (...points: TrendPoint[]) => {
  const { modes, new_modes, gone_modes, came_back } = trendOf(points);
  return { cells: modes[0]?.cells, new: new_modes.length, gone: gone_modes.length, came_back };
};

describe('the course of a mode', () => {
  it('names what came back, with the sessions in which it was absent', () => {
    expect(courseOf(point('A3'), point(), point('?'), point(), point('A2'))).toEqual({
      cells: [3, 'absent', 'unknown', 'absent', 2],
      new: 0,
      gone: 0,
      came_back: [{ id: 'M-1', gone_in: [1, 3], back_in: 4 }],
    });
  });

  it('names the latest of two returns', () => {
    const { came_back } = courseOf(point('A1'), point(), point('A1'), point(), point('A1'));
    expect(came_back).toEqual([{ id: 'M-1', gone_in: [3], back_in: 4 }]);
  });

  it.each([
    ['while nobody has read all of it', [point('A3'), point('?'), point('A2')], [3, 'unknown', 2]],
    ['where its test was not judged', [point('A3'), point('!A'), point('A2')], [3, 'untested', 2]],
    ['where one of its tests was not judged', [point('A3', 'B1'), point('!B'), point('A2')], [4, 'untested', 2]],
    ['in a test that was not judged meanwhile', [point('A3'), point('!B'), point('B2')], [3, 'absent', 2]],
  ])('is no return %s', (_why, points, cells) => {
    expect(courseOf(...points)).toEqual({ cells, new: 0, gone: 0, came_back: [] });
  });

  it('is new only where every earlier session is known and one could have shown it', () => {
    expect(courseOf(point(), point('!A'), point('A1'))).toMatchObject({ new: 1 });
    expect(courseOf(point(), point('?'), point('A1'))).toMatchObject({ new: 0 });
    expect(courseOf(point('!A'), point('A1'))).toMatchObject({ cells: ['untested', 1], new: 0 });
    expect(courseOf(point('A1'))).toMatchObject({ new: 0 });
    expect(courseOf(point('A1'), point('A1'))).toMatchObject({ new: 0 });
  });

  it('is gone only where the last session is known and judged its tests', () => {
    expect(courseOf(point('A1'), point())).toMatchObject({ gone: 1 });
    expect(courseOf(point('A1'), point('?'))).toMatchObject({ gone: 0 });
    expect(courseOf(point('A1'), point('!A'))).toMatchObject({ gone: 0 });
    expect(courseOf(point('A1'), point(), point('?'))).toMatchObject({ gone: 0 });
  });

  it('is gone only where the last session judged every test in which it may have been before', () => {
    expect(courseOf(point('A1', '?B'), point())).toMatchObject({ gone: 1 });
    expect(courseOf(point('A1', '?C'), point())).toMatchObject({ cells: [1, 'absent'], gone: 0 });
    expect(courseOf(point('?C'), point('A1'), point())).toMatchObject({ gone: 0 });
    expect(courseOf(point('A1', '?'), point())).toMatchObject({ gone: 0 });
    expect(courseOf(point('~'), point('A1'), point())).toMatchObject({ gone: 0 });
  });

  it('sums failures and runs, and says where it was first and last seen', () => {
    const { modes } = trendOf([point(), point('A3'), point('B1'), point('?')]);
    expect(modes[0]).toMatchObject({ failures: 4, runs: 4, first: 1, last: 2 });
  });
});

/** One run of a hidden world: its test, what it failed for, whether that was read, and whether the run is there to be read. */
const TESTS = ['A', 'B', 'C'];
const MODES = ['M-1', 'M-2'];
const run = fc.record({
  test: fc.constantFrom(...TESTS),
  mode: fc.option(fc.constantFrom(...MODES), { freq: 2, nil: undefined }),
  coded: fc.boolean(),
  read: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  judged: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});
type HiddenRun = typeof run extends fc.Arbitrary<infer T> ? T : never;
const world = fc
  .record({
    sessions: fc.array(fc.array(run, { maxLength: 5 }), { minLength: 1, maxLength: 6 }),
    readers: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })
  .map(({ sessions, readers }) =>
    // Most sessions are read by somebody whole, else nothing could ever be said.
    sessions.map((runs, index) => runs.map((one) => (readers[index] ? { ...one, coded: true, read: true } : one))),
  );

function readOf(runs: readonly HiddenRun[]): TrendPoint {
  const seen = runs.filter(({ read }) => read);
  const modes = new Map(
    MODES.flatMap((mode) => {
      const own = seen.filter((one) => one.judged && one.coded && one.mode === mode);
      const tests = new Set(own.map(({ test }) => test));
      return own.length > 0 ? [[mode, { failures: own.length, runs: own.length, tests }] as const] : [];
    }),
  );
  return {
    read: seen.length === runs.length,
    unread: new Set(seen.filter((one) => one.judged && one.mode !== undefined && !one.coded).map(({ test }) => test)),
    judged: new Set(
      TESTS.filter((test) => {
        const own = seen.filter((one) => one.test === test);
        return own.length > 0 && own.every(({ judged }) => judged);
      }),
    ),
    modes,
  };
}

it('claims nothing that the hidden world does not hold, and makes every kind of claim', () => {
  const made = { new: 0, gone: 0, back: 0, absent: 0 };
  fc.assert(
    fc.property(world, (sessions) => {
      const trend = trendOf(sessions.map(readOf));
      const failuresOf = (mode: string, index: number) =>
        (sessions[index] ?? []).filter((one) => one.judged && one.mode === mode).length;
      const last = sessions.length - 1;
      for (const { id, cells } of trend.modes)
        for (const [index, cell] of cells.entries()) {
          const truth = failuresOf(id, index);
          if (cell === 'absent' || cell === 'untested') expect(truth).toBe(0);
          if (typeof cell === 'number') expect(truth).toBeGreaterThanOrEqual(cell);
          if (cell === 'absent') made.absent += 1;
        }
      for (const id of trend.new_modes) {
        made.new += 1;
        expect(failuresOf(id, last)).toBeGreaterThan(0);
        for (let index = 0; index < last; index += 1) expect(failuresOf(id, index)).toBe(0);
      }
      for (const id of trend.gone_modes) {
        made.gone += 1;
        expect(failuresOf(id, last)).toBe(0);
        expect(sessions.some((_, index) => index < last && failuresOf(id, index) > 0)).toBe(true);
        // Wherever it was in truth, the last session judged it again.
        for (const { test } of sessions
          .slice(0, last)
          .flat()
          .filter((one) => one.judged && one.mode === id))
          expect((sessions[last] ?? []).some((one) => one.judged && one.test === test)).toBe(true);
      }
      for (const { id, gone_in, back_in } of trend.came_back) {
        made.back += 1;
        expect(failuresOf(id, back_in)).toBeGreaterThan(0);
        for (const index of gone_in) {
          expect(index).toBeLessThan(back_in);
          expect(failuresOf(id, index)).toBe(0);
          expect(sessions.some((_, before) => before < index && failuresOf(id, before) > 0)).toBe(true);
          // What came back was looked for meanwhile: one of its tests ran and was judged.
          const tests = new Set(
            (sessions[back_in] ?? []).flatMap((one) => (one.judged && one.mode === id ? [one.test] : [])),
          );
          expect((sessions[index] ?? []).some((one) => one.judged && tests.has(one.test))).toBe(true);
        }
      }
    }),
    { numRuns: 3_000 },
  );
  for (const count of Object.values(made)) expect(count).toBeGreaterThan(50);
});
