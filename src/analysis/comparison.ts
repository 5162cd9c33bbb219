/**
 * What changed between two sessions: which tests were fixed or broken, by how much the pass rate moved, and whether
 * that is more than chance.
 *
 * Broken, inconclusive and pending runs are neither passes nor failures: a pair with one is counted as `not_comparable`
 * and takes no part in any rate. With repeats, the statement is about these tests, not about all conceivable ones.
 */

import type { Run } from '../model/schemas.ts';
import {
  type ChangeEntry,
  type FlakyEntry,
  flakyEntry,
  type OneSidedEntry,
  oneSided,
  pairEntry,
} from './change-entries.ts';
import { notesOn } from './comparison-notes.ts';
import { type Conclusion, conclude, type OpenSides } from './conclusion.ts';
import { compareEvaluations, type EvaluationChange } from './evaluation-changes.ts';
import { type Falls, fallsOf, type TestFall } from './falls.ts';
import { testKey } from './flakiness.ts';
import { type Measured, measurePairs, measureSides, overallVerdict, type Rate } from './measure.ts';
import { isSettled } from './open-runs.ts';
import {
  flakyTests,
  isJudged,
  type MatchedTest,
  type PairedTests,
  type Pairing,
  pairRuns,
  type RunRecord,
  recorder,
  tallyOf,
  testsOf,
} from './pairing.ts';
import { pairsNeeded, sidesNeeded } from './runs-needed.ts';
import type { PairCounts } from './statistics.ts';
import { type WorthRepeating, worthProving, worthSettling } from './worth-repeating.ts';

export interface ComparisonOptions {
  /** `name` pairs by test name alone, which also works across providers. Default `test`. */
  match?: 'test' | 'name';
}

export interface Comparison extends Measured {
  /** Pairs of runs of the same test and repetition, comparable or not. */
  matched: number;
  /** Of these, pairs in which a side is broken, inconclusive or pending. */
  not_comparable: number;
  /** Runs of tests on both sides that found no partner (more repeats on one side), or that do not tell their test. */
  unpaired: { before: number; after: number };
  /**
   * Distinct tests among the pairs that were compared (unpaired: among the judged runs of both sides), and how many of
   * them have a pair that changed. Repeats of one test are not independent of one another.
   */
  tests: number;
  tests_changed?: number | undefined;
  /** Tests that were repeated on both sides, and so could be looked at one by one. */
  repeated_tests: number;
  /** Tests of which it is proven that they fell. */
  regressed: TestFall[];
  /** Tests that passed every time before and fail every time now, without that proof. */
  suspicions: TestFall[];
  /** Which tests to run again, where that would tell. */
  repeat?: WorthRepeating | undefined;
  fixed: ChangeEntry[];
  broken: ChangeEntry[];
  still_failing: ChangeEntry[];
  still_passing: number;
  /** Tests whose repeats disagree on a side. Their pairs are in the other lists too, marked. */
  flaky: FlakyEntry[];
  new: OneSidedEntry[];
  gone: OneSidedEntry[];
  /** Those that changed, what fell first; and how many did not. */
  evaluations: EvaluationChange[];
  unchanged_evaluations: number;
  conclusion: Conclusion;
  /** What a reader should know about how this was compared (trusted text). */
  notes: string[];
}

/** Compares two lists of runs. */
export function compareRuns(before: Iterable<Run>, after: Iterable<Run>, options: ComparisonOptions = {}): Comparison {
  const fold = comparison(options);
  for (const run of before) fold.before(run);
  for (const run of after) fold.after(run);
  return fold.result();
}

/** The same as a fold over two streams; what stays in memory is one small record per run. */
export function comparison(options: ComparisonOptions = {}): {
  /** `repetition`: which of several sessions read as one the run is of, the first being 0. */
  before(run: Run, repetition?: number): void;
  after(run: Run, repetition?: number): void;
  /** `open`: runs of either side that may exist beyond what was read; where they could change the verdict, it is `incomplete`. */
  result(open?: OpenSides): Comparison;
  /** The tests of both sides, as their runs are paired. */
  tests(): PairedTests;
} {
  const record = recorder();
  const before: RunRecord[] = [];
  const after: RunRecord[] = [];
  const paired = () => pairRuns(before, after, options.match ?? 'test');
  return {
    before: (run, repetition) => void before.push(record(run, repetition)),
    after: (run, repetition) => void after.push(record(run, repetition)),
    result: (open = { before: 0, after: 0 }) => compareRecords(before, after, paired(), options, open),
    tests() {
      const untold = (records: readonly RunRecord[]) =>
        records.filter((one) => isJudged(one) && testKey(one) === undefined).length;
      return { tests: testsOf(paired()), untold: { before: untold(before), after: untold(after) } };
    },
  };
}

function withoutP(fall: TestFall): TestFall {
  return { ...fall, p_value: undefined, p_value_adjusted: undefined };
}

/** The same comparison without its rates: of a reading that is not complete none is stated. */
export function withoutRates(comparison: Comparison): Comparison {
  const bare = ({ passed, judged }: Rate): Rate => ({ passed, judged });
  return {
    ...comparison,
    before: bare(comparison.before),
    after: bare(comparison.after),
    difference: undefined,
    interval: undefined,
    p_value: undefined,
    test: undefined,
    evaluations: [],
    unchanged_evaluations: 0,
    repeat: undefined,
    regressed: comparison.regressed.map(withoutP),
    suspicions: comparison.suspicions.map(withoutP),
    conclusion: { ...comparison.conclusion, runs_needed: undefined },
  };
}

function compareRecords(
  before: RunRecord[],
  after: RunRecord[],
  pairing: Pairing,
  options: ComparisonOptions,
  open: OpenSides,
): Comparison {
  const flakyBefore = flakyTests(before);
  const flakyAfter = flakyTests(after);
  const isFlaky = (a: RunRecord | undefined, b: RunRecord | undefined) =>
    (a !== undefined && flakyBefore.has(testKey(a) ?? '')) || (b !== undefined && flakyAfter.has(testKey(b) ?? ''));

  const pairs = pairing.both.flatMap((test) => test.pairs);
  const comparable = pairs.filter((pair) => isJudged(pair.before) && isJudged(pair.after));
  const lists: Record<'fixed' | 'broken' | 'still_failing', ChangeEntry[]> = {
    fixed: [],
    broken: [],
    still_failing: [],
  };
  const cells: PairCounts = { both: 0, first_only: 0, second_only: 0, neither: 0 };
  for (const pair of comparable) {
    const [was, is] = [pair.before.verdict === 'passed', pair.after.verdict === 'passed'];
    cells[is ? (was ? 'both' : 'first_only') : was ? 'second_only' : 'neither'] += 1;
    if (was && is) continue;
    const failed = is ? pair.before : pair.after;
    const list = is ? 'fixed' : was ? 'broken' : 'still_failing';
    lists[list].push(pairEntry(pair, failed, isFlaky(pair.before, pair.after)));
  }

  const judged = { before: before.filter(isJudged), after: after.filter(isJudged) };
  const paired = coversEnough(comparable.length, judged.before.length, judged.after.length);
  const measured = paired ? measurePairs(cells) : measureSides(tallyOf(before), tallyOf(after));
  // Judged runs without a judged partner: an open run of the other side may be it.
  const lone = {
    before: judged.before.length - comparable.length,
    after: judged.after.length - comparable.length,
  };
  const falls = fallsOf(pairing, open);
  const settled = isSettled(measured, paired ? { cells, lone } : undefined, open);
  const conclusion = concluded(measured, settled, falls.fell, open, cells);
  const { evaluations, unchanged } = compareEvaluations(paired ? { pairs } : { before, after });
  return {
    matched: pairs.length,
    not_comparable: pairs.length - comparable.length,
    unpaired: pairing.unpaired,
    ...measured,
    ...testsIn(pairing, paired),
    repeated_tests: falls.repeated,
    regressed: falls.regressed,
    suspicions: falls.suspicions,
    ...lists,
    still_passing: cells.both,
    flaky: pairing.both
      .filter((test) => test.before.some((r) => isFlaky(r, undefined)) || test.after.some((r) => isFlaky(undefined, r)))
      .map(flakyEntry),
    new: pairing.added.map((records) => oneSided(records, 'after', isFlaky(undefined, records[0]))),
    gone: pairing.gone.map((records) => oneSided(records, 'before', isFlaky(records[0], undefined))),
    evaluations,
    unchanged_evaluations: unchanged,
    conclusion,
    repeat: repeatOf(conclusion, pairing, cells, falls),
    notes: notesOn({ pairing, pairs, paired, before, after, match: options.match }),
  };
}

function concluded(
  measured: Measured,
  settled: boolean,
  fell: Parameters<typeof conclude>[2],
  open: OpenSides,
  cells: PairCounts,
): Conclusion {
  const overall = overallVerdict(measured);
  const conclusion = conclude(overall, settled, fell);
  const undecided = [conclusion.verdict, conclusion.overall].includes('incomplete');
  const unclear = [conclusion.verdict, conclusion.overall].includes('no clear difference');
  const needed = () =>
    measured.method === 'paired' ? pairsNeeded(cells) : sidesNeeded(measured.before, measured.after);
  return {
    ...conclusion,
    runs_needed: unclear ? needed() : undefined,
    open_runs: undecided && (open.before !== 0 || open.after !== 0) ? open : undefined,
  };
}

/** Advice where runs would still tell something: of all of them together, else of single tests that broke. */
function repeatOf(
  { verdict }: Conclusion,
  { both }: Pairing,
  cells: PairCounts,
  falls: Falls,
): WorthRepeating | undefined {
  if (verdict === 'incomplete' || verdict === 'worse') return undefined;
  const settling = verdict === 'no clear difference' ? worthSettling(both, cells) : undefined;
  return settling ?? worthProving(both, falls);
}

function testsIn({ both, gone, added }: Pairing, paired: boolean): Pick<Comparison, 'tests' | 'tests_changed'> {
  const pairsOf = (test: MatchedTest) => test.pairs.filter((pair) => isJudged(pair.before) && isJudged(pair.after));
  if (paired) {
    const compared = both.map(pairsOf).filter((pairs) => pairs.length > 0);
    const changed = compared.filter((pairs) => pairs.some(({ before, after }) => before.verdict !== after.verdict));
    return { tests: compared.length, tests_changed: changed.length };
  }
  const runs = [...both.map(({ before, after }) => [...before, ...after]), ...gone, ...added];
  return { tests: runs.filter((records) => records.some(isJudged)).length };
}

/**
 * Pairs are compared when they speak for at least half of a side; otherwise the two sides have little in common, and
 * only their overall rates can be set side by side. Without anything judged, the question is moot.
 */
function coversEnough(pairs: number, before: number, after: number): boolean {
  return pairs * 2 >= Math.min(before, after) && (pairs > 0 || Math.min(before, after) === 0);
}
