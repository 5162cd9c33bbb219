/** What became of failure modes: whatever is stated holds in every world that what was read allows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparison } from '../../src/analysis/comparison.ts';
import type { Run, RunVerdict } from '../../src/model/schemas.ts';
import { type ModeChanges, modeChanges } from '../../src/modes/changes.ts';
import type { Coded, Coding } from '../../src/modes/coding.ts';
import { failureFold } from '../../src/modes/failures.ts';
import { aRun, judged } from '../analysis/runs.ts';

/** A failure: the mode that it is of in truth (`single`: none), and whether somebody read it. */
interface Fault {
  mode: string;
  read: boolean;
}
interface Attempt {
  /** Undefined: the run does not tell its test. */
  test: string | undefined;
  verdict: RunVerdict;
  faults: Fault[];
}
type Side = 'before' | 'after';
interface World extends Record<Side, Attempt[]> {
  /** Runs that there are, and that were not read. */
  hidden: Record<Side, Attempt[]>;
}

const runOf = ({ test, verdict, faults }: Attempt, ref: string): Run =>
  aRun({
    ref,
    test: test && `acme/case/${test}`,
    name: test,
    verdict,
    evaluations: verdict === 'failed' ? faults.map((_, nth) => judged(`c${nth}`, 'failed', `${ref} ${nth}`)) : [],
  });

function changesOf(world: World, match: 'test' | 'name' = 'test'): ModeChanges {
  const fold = comparison({ match });
  const side = (name: Side) => {
    const failures = failureFold();
    const codings = new Map<string, Coding>();
    for (const [at, attempt] of world[name].entries()) {
      const run = runOf(attempt, `acme/run/${name}${at}`);
      fold[name](run);
      failures.add(run);
      for (const [nth, { mode, read }] of attempt.faults.entries())
        if (read)
          codings.set(`${run.ref} c${nth}`, mode === 'single' ? { by: 'assistant' } : { mode, by: 'assistant' });
    }
    const codes: Coded = {
      of: ({ run, group }) => codings.get(`${run} ${group.evaluation}`),
    };
    return { table: failures.result(), codes, settled: world.hidden[name].length === 0 };
  };
  const [before, after] = [side('before'), side('after')];
  return modeChanges(before, after, fold.tests());
}

const attempt = (test: string | undefined, ...modes: string[]): Attempt => ({
  test,
  verdict: modes.length > 0 ? 'failed' : 'passed',
  faults: modes.map((text) => ({ mode: text.replace('?', ''), read: !text.endsWith('?') })),
});
const world = (before: Attempt[], after: Attempt[], hidden: Partial<World['hidden']> = {}): World => ({
  before,
  after,
  hidden: { before: [], after: [], ...hidden },
});
const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

describe('modes between two readings', () => {
  it('are resolved, new or persisting, with exact counts', () => {
    const changes = changesOf(
      world(
        [attempt('a', 'M-1', 'M-2'), attempt('a', 'M-1', 'M-1'), attempt('b', 'M-2'), attempt('c')],
        [attempt('a'), attempt('a', 'M-2'), attempt('b', 'M-2', 'M-3'), attempt('c', 'single')],
      ),
    );
    expect(changes.resolved).toEqual([
      {
        id: 'M-1',
        before: 3,
        after: 0,
        runs_before: 2,
        runs_after: 0,
        tests: 1,
        tests_judged: 1,
        relocated: 0,
      },
    ]);
    expect(changes.persisting).toMatchObject([{ id: 'M-2', before: 2, after: 2, runs_before: 2, runs_after: 2 }]);
    expect(changes.new).toMatchObject([{ id: 'M-3', before: 0, after: 1, tests: 1, tests_judged: 1 }]);
    expect(changes.after).toEqual({ failures: 4, uncoded: 0, singles: 1 });
    expect([changes.unsettled, changes.untested, changes.relocated].flat()).toEqual([]);
  });

  it('are untested where one of their tests has no verdict after', () => {
    const before = [attempt('a', 'M-1'), attempt('b', 'M-2'), attempt('c', 'M-2')];
    const broken: Attempt = { test: 'a', verdict: 'error', faults: [] };
    const changes = changesOf(world(before, [broken, attempt('b')]));
    expect(changes.untested).toMatchObject([
      { id: 'M-2', tests: 2, tests_judged: 1 },
      { id: 'M-1', before: 1, tests: 1, tests_judged: 0 },
    ]);
    expect(changes.resolved).toEqual([]);
    expect(ids(changesOf(world(before, [broken, attempt('b'), attempt('c')])).resolved)).toEqual(['M-2']);
    // A run that does not tell its test failed by it, too.
    const partly = changesOf(world([attempt('a', 'M-1'), attempt(undefined, 'M-1')], [attempt('a')]));
    expect(partly.unsettled).toMatchObject([{ id: 'M-1', because: 'tests_unknown', tests: 1, tests_judged: 1 }]);
    // A run that does not tell its test may be of any.
    const untold = changesOf(world(before, [broken, attempt('b'), attempt(undefined)]));
    expect(untold.unsettled).toMatchObject([
      { id: 'M-2', because: 'tests_unknown' },
      { id: 'M-1', because: 'tests_unknown' },
    ]);
    expect(changesOf(world([attempt(undefined, 'M-1')], [attempt('a')])).unsettled).toMatchObject([
      { id: 'M-1', because: 'tests_unknown', tests: 0 },
    ]);
  });

  it('are unsettled while a failure that nobody read could be them, or runs were not read', () => {
    const before = [attempt('a', 'M-1'), attempt('b')];
    const unread = changesOf(world(before, [attempt('a'), attempt('b', 'M-9?', 'M-2')]));
    expect(unread.unsettled).toMatchObject([{ id: 'M-1', because: 'unread', unread: 1, unread_in_tests: 0 }]);
    expect(ids(unread.new)).toEqual(['M-2']);
    const own = changesOf(world(before, [attempt('a', 'M-9?'), attempt('b', 'M-2')]));
    expect(own.unsettled).toMatchObject([{ id: 'M-1', unread: 1, unread_in_tests: 1 }]);
    const half = changesOf(world(before, [attempt('a'), attempt('b', 'M-2')], { after: [attempt('a')] }));
    expect(half.unsettled).toMatchObject([{ id: 'M-1', because: 'reading' }]);
    expect(ids(half.new)).toEqual(['M-2']);
    const other = changesOf(world(before, [attempt('a'), attempt('b', 'M-2')], { before: [attempt('a')] }));
    expect(other.unsettled).toMatchObject([
      { id: 'M-2', because: 'reading' },
      { id: 'M-1', because: 'reading_before' },
    ]);
    const old = changesOf(world([attempt('a', 'M-1', 'M-9?')], [attempt('a', 'M-1', 'M-2')]));
    expect(old.unsettled).toMatchObject([{ id: 'M-2', because: 'unread', unread: 1, unread_in_tests: 1 }]);
  });

  it('are unsettled where they may have failed before in a test that was not judged after', () => {
    const after = [attempt('a'), attempt('b')];
    const open = changesOf(world([attempt('a', 'M-1'), attempt('b', 'M-9?'), attempt('c', 'M-9?', 'M-2?')], after));
    expect(open.resolved).toEqual([]);
    expect(open.unsettled).toMatchObject([{ id: 'M-1', because: 'unread_before', unread: 2, unread_in_tests: 0 }]);
    const untold = changesOf(world([attempt('a', 'M-1'), attempt(undefined, 'M-1?')], after));
    expect(untold.unsettled).toMatchObject([{ id: 'M-1', because: 'unread_before', unread: 1 }]);
    // What nobody read before in a test that was judged after is not in it any more.
    const again = changesOf(world([attempt('a', 'M-1'), attempt('b', 'M-1?')], after));
    expect(again.resolved).toMatchObject([{ id: 'M-1', tests: 1, tests_judged: 1 }]);
    // A mode that came needs one of its tests only: what nobody read after takes nothing from it.
    expect(ids(changesOf(world([attempt('a')], [attempt('a', 'M-2'), attempt('c', 'M-2?')])).new)).toEqual(['M-2']);
  });

  it('are new only where one of their tests had a verdict before; else that is not known', () => {
    const after = [attempt('a', 'M-2'), attempt('b', 'M-1', 'M-2'), attempt('c', 'M-1')];
    const changes = changesOf(world([attempt('a')], after));
    expect(changes.new).toMatchObject([{ id: 'M-2', tests: 2, tests_judged: 1 }]);
    expect(changes.unsettled).toMatchObject([{ id: 'M-1', because: 'not_run_before', tests: 2, tests_judged: 0 }]);
    // A run before that does not tell its test may be of any.
    const untold = changesOf(world([attempt('a'), attempt(undefined)], after));
    expect(untold.unsettled).toMatchObject([{ id: 'M-1', because: 'tests_unknown' }]);
    expect(ids(untold.new)).toEqual(['M-2']);
  });

  it('are relocated where a test still fails, for others only', () => {
    const changes = changesOf(
      world(
        [attempt('a', 'M-1'), attempt('b', 'M-1', 'M-2'), attempt('c', 'M-1'), attempt('d', 'M-1'), attempt('e')],
        [attempt('a', 'M-3'), attempt('b', 'M-2'), attempt('c', 'single'), attempt('d'), attempt('e', 'M-2')],
      ),
    );
    expect(changes.relocated).toEqual([
      { test: 'acme/case/a', name: 'a', from: ['M-1'], to: ['M-3'] },
      { test: 'acme/case/c', name: 'c', from: ['M-1'], to: [] },
    ]);
    expect(changes.resolved).toMatchObject([{ id: 'M-1', tests: 4, tests_judged: 4, relocated: 2 }]);
    const unread = changesOf(world([attempt('a', 'M-1')], [attempt('a', 'M-3', 'M-1?')]));
    expect(unread.relocated).toEqual([]);
    const missing = world([attempt('a', 'M-1')], [attempt('a', 'M-3')], { after: [attempt('a')] });
    expect(changesOf(missing).relocated).toEqual([]);
  });

  it('are paired by the name of the test where the comparison is', () => {
    const given = world([attempt('a', 'M-1')], [attempt('A', 'M-2')]);
    expect(changesOf(given).untested).toMatchObject([{ id: 'M-1' }]);
    expect(changesOf(given, 'name').relocated).toMatchObject([{ from: ['M-1'], to: ['M-2'] }]);
  });
});

const modes = ['M-1', 'M-2', 'M-3', 'single'];
const faults = fc.array(fc.record({ mode: fc.constantFrom(...modes), read: fc.boolean() }), { maxLength: 3 });
const attempts = fc.array(
  fc
    .record({
      test: fc.constantFrom('a', 'b', 'c', 'd', undefined),
      verdict: fc.constantFrom<RunVerdict>('passed', 'failed', 'failed', 'error', 'inconclusive'),
      faults,
    })
    // A failed run without a failed evaluation is a failure that is left unread here: it may be of any mode (`truthOf`).
    .map((one): Attempt => ({ ...one, faults: one.verdict === 'failed' ? one.faults : [] })),
  { maxLength: 7 },
);
const allRead = (list: Attempt[]): Attempt[] =>
  list.map((one) => ({
    ...one,
    faults:
      one.verdict === 'failed' && one.faults.length === 0
        ? [{ mode: 'single', read: true }]
        : one.faults.map(({ mode }) => ({ mode, read: true })),
  }));
const worlds = fc.record({
  before: fc.oneof(attempts, attempts.map(allRead)),
  after: fc.oneof(attempts, attempts.map(allRead)),
  hidden: fc.record({
    before: fc.oneof(fc.constant<Attempt[]>([]), attempts),
    after: fc.oneof(fc.constant<Attempt[]>([]), attempts),
  }),
});
const truthOf = ({ verdict, faults }: Attempt): Fault[] =>
  verdict === 'failed' && faults.length === 0 ? modes.map((mode) => ({ mode, read: false })) : faults;
/** All that ran on a side, read or not. */
const everyOf = (given: World, side: Side) => [...given[side], ...given.hidden[side]];
const count = (list: readonly Attempt[], mode: string, only: (fault: Fault) => boolean = () => true) =>
  list.flatMap(truthOf).filter((fault) => fault.mode === mode && only(fault)).length;
const testsOf = (list: readonly Attempt[], mode: string) => [
  ...new Set(list.filter((one) => count([one], mode) > 0).map(({ test }) => test)),
];
/** Whether a test is known to have a verdict among what was read of a side. */
const isJudgedIn = (list: readonly Attempt[], of: string | undefined) =>
  of !== undefined && list.some(({ test, verdict }) => test === of && ['passed', 'failed'].includes(verdict));
const modesIn = (list: readonly Attempt[], test: string | undefined) => {
  const found = list.filter((one) => one.test === test).flatMap((one) => truthOf(one).map(({ mode }) => mode));
  return [...new Set(found)].filter((mode) => mode !== 'single').sort();
};
const isKnown = ({ read }: Fault) => read;

describe('in a world whose failures are read in part', () => {
  it('nothing that is stated is untrue of the failures that nobody read', () => {
    fc.assert(
      fc.property(worlds, (given) => {
        const changes = changesOf(given);
        for (const one of [...changes.resolved, ...changes.new, ...changes.persisting])
          for (const side of ['before', 'after'] as const) {
            expect(one[side]).toBe(count(given[side], one.id, isKnown));
            if (one[side] === 0) expect(count(everyOf(given, side), one.id)).toBe(0);
          }
        for (const { from, to, name } of changes.relocated) {
          expect(from).toEqual(modesIn(everyOf(given, 'before'), name));
          expect(to).toEqual(modesIn(everyOf(given, 'after'), name));
          expect(from.filter((mode) => to.includes(mode))).toEqual([]);
        }
        // Wherever it failed in truth, it was judged again; wherever a new one failed, one test was judged before.
        for (const { id } of changes.resolved)
          for (const test of testsOf(everyOf(given, 'before'), id)) expect(isJudgedIn(given.after, test)).toBe(true);
        for (const { id } of changes.new)
          expect(testsOf(given.after, id).some((test) => isJudgedIn(given.before, test))).toBe(true);
        if (given.hidden.before.length > 0) expect([changes.new, changes.resolved].flat()).toEqual([]);
        if (given.hidden.after.length > 0) expect([changes.resolved, changes.untested].flat()).toEqual([]);
        if (given.hidden.before.length + given.hidden.after.length > 0) expect(changes.relocated).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('every mode that was read stands in exactly one list, and every failure is counted', () => {
    fc.assert(
      fc.property(worlds, (given) => {
        const { before, after, relocated: _tests, ...lists } = changesOf(given);
        const found = Object.values(lists).flatMap(ids);
        const read = [...given.before, ...given.after].flatMap(({ faults }) => faults.filter(isKnown));
        const known = new Set(read.map(({ mode }) => mode).filter((mode) => mode !== 'single'));
        expect([...found].sort()).toEqual([...known].sort());
        for (const [side, counted] of Object.entries({ before, after }) as [Side, typeof before][]) {
          const coded = modes.reduce((sum, mode) => sum + count(given[side], mode, isKnown), 0);
          expect(counted.singles).toBe(count(given[side], 'single', isKnown));
          expect(counted.uncoded).toBe(counted.failures - coded);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves open only what is in tests that did not run before, where all was read and every run tells its test', () => {
    const told = attempts.map((list) => allRead(list).map((one) => ({ ...one, test: one.test ?? 'a' })));
    fc.assert(
      fc.property(told, told, (before, after) => {
        const { unsettled, resolved, ...rest } = changesOf(world(before, after));
        const came = modes.filter((mode) => mode !== 'single' && count(before, mode) === 0 && count(after, mode) > 0);
        const verdicts = new Set(before.filter(({ verdict }) => /passed|failed/.test(verdict)).map(({ test }) => test));
        const before_too = (mode: string) =>
          after.some((one) => verdicts.has(one.test) && one.faults.some((fault) => fault.mode === mode));
        expect(ids(rest.new).sort()).toEqual(came.filter(before_too));
        expect(ids(unsettled).sort()).toEqual(came.filter((mode) => !before_too(mode)));
        expect(unsettled.every(({ because }) => because === 'not_run_before')).toBe(true);
        const gone = modes.filter((mode) => mode !== 'single' && count(before, mode) > 0 && count(after, mode) === 0);
        expect([...ids(resolved), ...ids(rest.untested)].sort()).toEqual(gone);
      }),
    );
  });
});
