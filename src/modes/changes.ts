/**
 * What became of failure modes between two readings: which are new, resolved, still there, and which tests still fail but
 * for another mode. Counted from what is coded, never from likeness; what a failure that nobody read, or a run that was
 * not read, of either side, could make untrue is not stated: such a mode is `unsettled`.
 */
import { isJudged, type PairedTests, type TestSides } from '../analysis/pairing.ts';
import type { UnsettledBecause } from '../model/modes.ts';
import type { Coded } from './coding.ts';
import type { FailureTable } from './failures.ts';

/** One side of a comparison. */
export interface ChangesSide {
  table: FailureTable;
  codes: Coded;
  /** Every run of it was read, and has ended. */
  settled: boolean;
}

export interface ModeChange {
  id: string;
  /** Failures coded as it, and the runs that have them. */
  before: number;
  after: number;
  runs_before: number;
  runs_after: number;
  /** Tests in which it failed, on the side that has it. */
  tests: number;
  /** Of these, how many have a verdict on the other side. */
  tests_judged: number;
}

export interface ResolvedMode extends ModeChange {
  /** Of its tests, how many still fail, for other modes. */
  relocated: number;
}

export interface UnsettledMode extends ModeChange {
  because: UnsettledBecause;
  /**
   * Failures of the other side that nobody read, and how many of them are in its own tests. With `unread_before` those before
   * of which it is not known that their test was judged after; they are in none of its own.
   */
  unread: number;
  unread_in_tests: number;
}

/** A test that failed by some modes, and fails by others only. */
export interface Relocation {
  test?: string | undefined;
  name?: string | undefined;
  from: string[];
  /** Empty where what fails now is of no mode. */
  to: string[];
}

export interface ModeChanges {
  new: ModeChange[];
  resolved: ResolvedMode[];
  persisting: ModeChange[];
  relocated: Relocation[];
  unsettled: UnsettledMode[];
  /** Modes of before of whose tests one at least has no verdict after: it could fail there still. */
  untested: ModeChange[];
  before: SideCount;
  after: SideCount;
}

export interface SideCount {
  failures: number;
  uncoded: number;
  singles: number;
}

/** What is coded of one side, by mode and by test. */
interface CodedSide extends SideCount {
  /** `untold`: failures in runs that do not tell their test. */
  modes: Map<string, { failures: number; runs: Set<string>; tests: Set<number>; untold: number }>;
  tests: Map<number, { modes: Set<string>; uncoded: number }>;
}

/** `tests`: as the comparison pairs their runs. Largest first in every list. */
export function modeChanges(before: ChangesSide, after: ChangesSide, { tests, untold }: PairedTests): ModeChanges {
  const was = codedSide(before, testIndex(tests, 'before'));
  const is = codedSide(after, testIndex(tests, 'after'));
  const unchecked = uncheckedOf(was, tests);
  const relocations = before.settled && after.settled ? relocationsOf(was, is, tests) : [];
  const changes: ModeChanges = {
    new: [],
    resolved: [],
    persisting: [],
    relocated: relocations,
    unsettled: [],
    untested: [],
    before: countOf(was),
    after: countOf(is),
  };
  for (const id of new Set([...was.modes.keys(), ...is.modes.keys()])) {
    const gone = !is.modes.has(id);
    const own = (gone ? was : is).modes.get(id);
    const here = own?.tests ?? new Set();
    const other = gone ? ('after' as const) : ('before' as const);
    const judged = [...here].filter((index) => tests[index]?.[other].some(isJudged));
    const change: ModeChange = {
      id,
      before: was.modes.get(id)?.failures ?? 0,
      after: is.modes.get(id)?.failures ?? 0,
      runs_before: was.modes.get(id)?.runs.size ?? 0,
      runs_after: is.modes.get(id)?.runs.size ?? 0,
      tests: here.size,
      tests_judged: judged.length,
    };
    if (was.modes.has(id) && is.modes.has(id)) {
      changes.persisting.push(change);
      continue;
    }
    const side = gone ? is : was;
    const certain = own?.untold === 0 && untold[other] === 0;
    const because = unsettledBecause(change, {
      gone,
      certain,
      whole: own?.untold === 0 && judged.length === here.size,
      settled: (gone ? after : before).settled,
      unread: side.uncoded,
      whole_before: before.settled,
      unchecked,
    });
    if (because === 'untested') changes.untested.push(change);
    else if (because !== undefined) {
      const unread_in_tests = [...here].reduce((sum, index) => sum + (side.tests.get(index)?.uncoded ?? 0), 0);
      const unread = because === 'unread_before' ? unchecked : side.uncoded;
      changes.unsettled.push({ ...change, because, unread, unread_in_tests });
    } else if (gone) {
      const relocated = relocations.filter(({ from }) => from.includes(id)).length;
      changes.resolved.push({ ...change, relocated });
    } else changes.new.push(change);
  }
  for (const list of [changes.new, changes.resolved, changes.persisting, changes.unsettled, changes.untested])
    list.sort((a, b) => b.after - a.after || b.before - a.before || (a.id < b.id ? -1 : 1));
  return changes;
}

/**
 * Why it is not known that a mode of one side alone came, or went (`gone`). `certain`: it is known of every run of it and of
 * the other side which test it is of; `whole`: each of its tests has a verdict on the other side; `settled` and `unread`: of
 * the other side. A mode went only if it may have failed in no other test before: `whole_before`: every run before was read;
 * `unchecked`: failures before that could be it in a test without a verdict after. One that came needs one test with a
 * verdict before; what was not read after could only add to its tests.
 */
function unsettledBecause(
  { tests_judged }: ModeChange,
  {
    gone,
    certain,
    whole,
    settled,
    unread,
    whole_before,
    unchecked,
  }: {
    gone: boolean;
    certain: boolean;
    whole: boolean;
    settled: boolean;
    unread: number;
    whole_before: boolean;
    unchecked: number;
  },
): UnsettledBecause | 'untested' | undefined {
  if (!settled) return 'reading';
  if (tests_judged === 0) return certain ? (gone ? 'untested' : 'not_run_before') : 'tests_unknown';
  if (unread > 0) return 'unread';
  if (!gone) return undefined;
  if (!whole) return certain ? 'untested' : 'tests_unknown';
  if (!whole_before) return 'reading_before';
  return unchecked > 0 ? 'unread_before' : undefined;
}

/** Failures before that nobody read, but for those in tests that have a verdict after. */
function uncheckedOf(was: CodedSide, tests: readonly TestSides[]): number {
  let unchecked = was.uncoded;
  for (const [index, { uncoded }] of was.tests) if (tests[index]?.after.some(isJudged)) unchecked -= uncoded;
  return unchecked;
}

/** By reference of the run, the index of its test. */
function testIndex(tests: readonly TestSides[], side: 'before' | 'after'): Map<string, number> {
  return new Map(tests.flatMap((test, index) => test[side].map(({ ref }): [string, number] => [ref, index])));
}

function codedSide({ table, codes }: ChangesSide, testOf: ReadonlyMap<string, number>): CodedSide {
  const side: CodedSide = { failures: table.total, uncoded: 0, singles: 0, modes: new Map(), tests: new Map() };
  for (const { failures } of table.groups)
    for (const failure of failures) {
      const coding = codes.of(failure);
      const index = testOf.get(failure.run);
      const test = index === undefined ? undefined : (side.tests.get(index) ?? { modes: new Set(), uncoded: 0 });
      if (index !== undefined && test) side.tests.set(index, test);
      if (!coding) {
        side.uncoded += 1;
        if (test) test.uncoded += 1;
        continue;
      }
      if (coding.mode === undefined) {
        side.singles += 1;
        continue;
      }
      const mode = side.modes.get(coding.mode) ?? { failures: 0, runs: new Set(), tests: new Set(), untold: 0 };
      side.modes.set(coding.mode, mode);
      mode.failures += 1;
      mode.runs.add(failure.run);
      if (index === undefined) mode.untold += 1;
      else mode.tests.add(index);
      test?.modes.add(coding.mode);
    }
  return side;
}

/** Tests of which every failure of both sides is read, and which fail by other modes only. */
function relocationsOf(was: CodedSide, is: CodedSide, tests: readonly TestSides[]): Relocation[] {
  return tests.flatMap(({ test, name }, index) => {
    const [before, after] = [was.tests.get(index), is.tests.get(index)];
    if (!before || !after || before.uncoded > 0 || after.uncoded > 0 || before.modes.size === 0) return [];
    if ([...before.modes].some((id) => after.modes.has(id))) return [];
    return [{ test, name, from: [...before.modes].sort(), to: [...after.modes].sort() }];
  });
}

function countOf({ failures, uncoded, singles }: CodedSide): SideCount {
  return { failures, uncoded, singles };
}
