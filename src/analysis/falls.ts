/**
 * Tests that fell: for each test that was repeated on both sides, Fisher's exact test (one-sided: did it pass less
 * often?), corrected by Holm for how many tests were looked at. What is proven so is proven of that test.
 */
import type { OpenSides } from './conclusion.ts';
import { type Pairing, type Tally, tallyOf } from './pairing.ts';
import { fisherFewer, holm, isSignificant } from './statistics.ts';

/** A test whose runs pass less often than they did. */
export interface TestFall {
  test?: string | undefined;
  /** The vendor's name of the test (untrusted). */
  name?: string | undefined;
  before: Tally;
  after: Tally;
  p_value?: number | undefined;
  /** Holm's, over all tests that were repeated on both sides. */
  p_value_adjusted?: number | undefined;
}

export interface Falls {
  /** Tests with two judged runs or more on both sides: those that could be tested. */
  repeated: number;
  /** Proven, however the open runs came out; surest first. */
  regressed: TestFall[];
  /** Passed every time before and fail every time now, twice or more each, without that proof; surest first. */
  suspicions: TestFall[];
  /** Whether some test fell, in every way the open runs may come out (`proven`), in some (`possible`), or in none. */
  fell: 'proven' | 'possible' | 'no';
}

/** So many judged runs on each side make a test a repeated one. */
const REPEATED = 2;

interface Candidate extends TestFall {
  p_value: number;
  p_value_adjusted: number;
}

export function fallsOf(pairing: Pairing, open: OpenSides): Falls {
  const sides = [
    ...pairing.both,
    ...pairing.gone.map((before) => ({ before, after: [] })),
    ...pairing.added.map((after) => ({ before: [], after })),
  ].map((test) => ({ before: tallyOf(test.before), after: tallyOf(test.after), records: test }));
  const family = sides.filter(isRepeated);
  const p_values = family.map(({ before, after }) => fell(before, after));
  const adjusted = holm(p_values);
  const held = heldOf(sides, family, open);
  const tests = family
    .map(
      ({ before, after, records }, i): Candidate => ({
        test: records.after[0]?.test ?? records.before[0]?.test,
        name: records.after[0]?.name ?? records.before[0]?.name,
        before,
        after,
        p_value: p_values[i] ?? 1,
        p_value_adjusted: adjusted[i] ?? 1,
      }),
    )
    .map((test, i) => ({ test, proven: isSignificant(held[i] ?? 1) }))
    .sort((a, b) => a.test.p_value - b.test.p_value);
  const regressed = tests.filter(({ proven }) => proven).map(({ test }) => test);
  return {
    repeated: family.length,
    regressed,
    suspicions: tests.filter(({ test, proven }) => !proven && turned(test)).map(({ test }) => test),
    fell: regressed.length > 0 ? 'proven' : couldFall(sides, family.length, adjusted, open) ? 'possible' : 'no',
  };
}

/** The chance of so few passes after, or fewer, if the test passed as often as before. */
export function fell(before: Tally, after: Tally): number {
  return fisherFewer(after.passed, after.judged - after.passed, before.passed, before.judged - before.passed);
}

/** Passed every time before, fails every time now. */
export function turned({ before, after }: { before: Tally; after: Tally }): boolean {
  return before.passed === before.judged && after.passed === 0;
}

function isRepeated({ before, after }: { before: Tally; after: Tally }): boolean {
  return before.judged >= REPEATED && after.judged >= REPEATED;
}

/**
 * Adjusted p-values that hold however the open runs came out: each test as if all of them spoke for it, among as many
 * repeated tests as they could make. All 1 where it is not known how many are open.
 */
function heldOf(sides: readonly Sides[], family: readonly Sides[], { before, after }: OpenSides): number[] {
  if (before === undefined || after === undefined) return family.map(() => 1);
  const worst = family.map((test) =>
    fell(
      { passed: test.before.passed, judged: test.before.judged + before },
      { passed: test.after.passed + after, judged: test.after.judged + after },
    ),
  );
  return holm([...worst, ...Array<number>(furtherRepeated(sides, before + after)).fill(1)]);
}

/** How many tests that are not repeated so many runs could make repeated ones; tests that have no run yet count, too. */
function furtherRepeated(sides: readonly Sides[], open: number): number {
  const lacking = sides
    .filter((test) => !isRepeated(test))
    .map(({ before, after }) => Math.max(0, REPEATED - before.judged) + Math.max(0, REPEATED - after.judged))
    .sort((a, b) => a - b);
  let left = open;
  let made = 0;
  while ((lacking[made] ?? 2 * REPEATED) <= left) {
    left -= lacking[made] ?? 2 * REPEATED;
    made += 1;
  }
  return made;
}

/** True where some test fell by the runs that were read, or would if all open ones spoke against it. */
function couldFall(
  sides: readonly Sides[],
  repeated: number,
  adjusted: readonly number[],
  { before, after }: OpenSides,
): boolean {
  if (before === undefined || after === undefined || adjusted.some(isSignificant)) return true;
  if (before === 0 && after === 0) return false;
  const none = { before: { passed: 0, judged: 0 }, after: { passed: 0, judged: 0 } };
  return [...sides, none].some((test) => {
    const was = { passed: test.before.passed + before, judged: test.before.judged + before };
    const is = { passed: test.after.passed, judged: test.after.judged + after };
    if (!isRepeated({ before: was, after: is })) return false;
    return isSignificant(fell(was, is) * (repeated + (isRepeated(test) ? 0 : 1)));
  });
}

interface Sides {
  before: Tally;
  after: Tally;
}
