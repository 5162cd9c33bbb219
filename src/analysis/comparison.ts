/**
 * What changed between two sessions: which tests were fixed or broken, by how much the pass rate moved, and whether
 * that is more than chance.
 *
 * Broken, inconclusive and pending runs are neither passes nor failures: a pair with one is counted as `not_comparable`
 * and takes no part in any rate. With repeats, the statement is about these tests, not about all conceivable ones.
 */

import { type Interval, wilsonInterval } from '../model/pass-rate.ts';
import type { Run } from '../model/schemas.ts';
import { clusterTestKey } from './cluster-changes.ts';
import { type Conclusion, conclude, type OpenSides } from './conclusion.ts';
import { compareEvaluations, type EvaluationChange } from './evaluation-changes.ts';
import { testKey } from './flakiness.ts';
import {
  flakyTests,
  isJudged,
  type MatchedTest,
  type Pairing,
  pairRuns,
  type RunPair,
  type RunRecord,
  recorder,
} from './pairing.ts';
import {
  differenceInterval,
  fisherExact,
  mcnemarExact,
  type PairCounts,
  pairedDifferenceInterval,
  runsNeeded,
} from './statistics.ts';

export interface ComparisonOptions {
  /** `name` pairs by test name alone, which also works across providers. Default `test`. */
  match?: 'test' | 'name';
}

/** One pair, or one test that ran on one side only. */
export interface ChangeEntry {
  test?: string | undefined;
  /** The vendor's name of the test (untrusted). */
  name?: string | undefined;
  /** Run refs. */
  before?: string | undefined;
  after?: string | undefined;
  /** What failed: before for fixed and gone, after for broken, still failing and new (untrusted names). */
  failed_evaluations: string[];
  /** True when repeats of this test disagree on a side, so that this pair may be chance. */
  flaky?: boolean | undefined;
}

export interface FlakyEntry extends ChangeEntry {
  before_repeats?: { passed: number; failed: number };
  after_repeats?: { passed: number; failed: number };
}

export interface OneSidedEntry extends ChangeEntry {
  runs: number;
  /** `failed` when any of its runs failed. */
  verdict: RunRecord['verdict'];
}

export interface Rate {
  passed: number;
  judged: number;
  rate?: number | undefined;
  interval?: Interval | undefined;
}

export interface Comparison {
  /** Pairs of runs of the same test and repetition, comparable or not. */
  matched: number;
  /** Of these, pairs in which a side is broken, inconclusive or pending. */
  not_comparable: number;
  /** Runs of tests on both sides that found no partner (more repeats on one side), or that do not tell their test. */
  unpaired: { before: number; after: number };
  /** What the rates and the difference are taken over. */
  method: 'paired' | 'independent';
  /** Rates over what was compared; a session's own pass rate may include more. */
  before: Rate;
  after: Rate;
  /** after − before. */
  difference?: number | undefined;
  interval?: Interval | undefined;
  p_value?: number | undefined;
  test?: 'McNemar exact' | 'Fisher exact' | undefined;
  fixed: ChangeEntry[];
  broken: ChangeEntry[];
  still_failing: ChangeEntry[];
  still_passing: number;
  /** Tests whose repeats disagree on a side. Their pairs are in the other lists too, marked. */
  flaky: FlakyEntry[];
  new: OneSidedEntry[];
  gone: OneSidedEntry[];
  /** Largest change first. */
  evaluations: EvaluationChange[];
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
  before(run: Run): void;
  after(run: Run): void;
  /** `open`: runs of either side that may exist beyond what was read; where they could change the verdict, it is `incomplete`. */
  result(open?: OpenSides): Comparison;
  /** Keys of the tests with a passed or failed run after, for `compareClusters`. */
  testedAfter(): Set<string>;
} {
  const record = recorder();
  const before: RunRecord[] = [];
  const after: RunRecord[] = [];
  return {
    before: (run) => void before.push(record(run)),
    after: (run) => void after.push(record(run)),
    result: (open = { before: 0, after: 0 }) => compareRecords(before, after, options, open),
    testedAfter() {
      const keyOf = clusterTestKey(options.match ?? 'test');
      return new Set(
        after
          .filter(isJudged)
          .map(keyOf)
          .filter((key) => key !== undefined),
      );
    },
  };
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
    conclusion: { ...comparison.conclusion, runs_needed: undefined },
  };
}

function compareRecords(
  before: RunRecord[],
  after: RunRecord[],
  options: ComparisonOptions,
  open: OpenSides,
): Comparison {
  const pairing = pairRuns(before, after, options.match ?? 'test');
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

  const judged = (records: RunRecord[]) => records.filter(isJudged);
  const paired = coversEnough(comparable.length, judged(before).length, judged(after).length);
  const measured = paired ? measurePairs(cells) : measureSides(judged(before), judged(after));
  // Judged runs without a judged partner: an open run of the other side may be it.
  const lone = {
    before: judged(before).length - comparable.length,
    after: judged(after).length - comparable.length,
  };
  return {
    matched: pairs.length,
    not_comparable: pairs.length - comparable.length,
    unpaired: pairing.unpaired,
    ...measured,
    ...lists,
    still_passing: cells.both,
    flaky: pairing.both
      .filter((test) => test.before.some((r) => isFlaky(r, undefined)) || test.after.some((r) => isFlaky(undefined, r)))
      .map(flakyEntry),
    new: pairing.added.map((records) => oneSided(records, 'after', isFlaky(undefined, records[0]))),
    gone: pairing.gone.map((records) => oneSided(records, 'before', isFlaky(records[0], undefined))),
    evaluations: paired ? compareEvaluations({ pairs }) : compareEvaluations({ before, after }),
    conclusion: withOpen(conclusionOf(measured, cells, paired), open, (more, other) =>
      paired
        ? openPairs(cells, Math.min(more + other, more + lone.before, other + lone.after))
        : openSides(measured, more, other),
    ),
    notes: notes(pairing, pairs, paired, before, after, options),
  };
}

function conclusionOf(measured: Measured, cells: PairCounts, paired: boolean): Conclusion {
  return conclude({
    ...measured,
    needed: paired
      ? runsNeeded({ kind: 'paired', pairs: cells })
      : runsNeeded({ kind: 'independent', first: asShare(measured.after), second: asShare(measured.before) }),
  });
}

/** The conclusion, or that it is undecided: one of the verdicts that so many open runs may lead to is another. */
function withOpen(
  conclusion: Conclusion,
  open: OpenSides,
  verdicts: (before: number, after: number) => Conclusion['verdict'][],
): Conclusion {
  const { before, after } = open;
  if (before === 0 && after === 0) return conclusion;
  const undecided = { verdict: 'incomplete', open_runs: open } as const;
  // Of nothing that was judged no verdict was reached that could stand.
  if (before === undefined || after === undefined || conclusion.verdict === 'incomplete') return undecided;
  return verdicts(before, after).every((verdict) => verdict === conclusion.verdict) ? conclusion : undecided;
}

/** Verdicts with so many more pairs, all of them fixed, broken, or as they were. */
function openPairs(cells: PairCounts, more: number): Conclusion['verdict'][] {
  return (['first_only', 'second_only', 'both', 'neither'] as const).map((cell) => {
    const filled = { ...cells, [cell]: cells[cell] + more };
    return conclusionOf(measurePairs(filled), filled, true).verdict;
  });
}

/** Verdicts with so many more runs on the sides, on each all passed or all failed. */
function openSides(measured: Measured, before: number, after: number): Conclusion['verdict'][] {
  const side = ({ passed, judged }: Rate, more: number, pass: boolean) =>
    rateOf(passed + (pass ? more : 0), judged + more);
  const none = { both: 0, first_only: 0, second_only: 0, neither: 0 };
  return [true, false].flatMap((left) =>
    [true, false].map((right) => {
      const sides = measureRates(side(measured.before, before, left), side(measured.after, after, right));
      return conclusionOf(sides, none, false).verdict;
    }),
  );
}

/**
 * Pairs are compared when they speak for at least half of a side; otherwise the two sides have little in common, and
 * only their overall rates can be set side by side. Without anything judged, the question is moot.
 */
function coversEnough(pairs: number, before: number, after: number): boolean {
  return pairs * 2 >= Math.min(before, after) && (pairs > 0 || Math.min(before, after) === 0);
}

type Measured = Pick<Comparison, 'method' | 'before' | 'after' | 'difference' | 'interval' | 'p_value' | 'test'>;

function measurePairs(cells: PairCounts): Measured {
  const judged = cells.both + cells.first_only + cells.second_only + cells.neither;
  const interval = pairedDifferenceInterval(cells);
  return {
    method: 'paired',
    before: rateOf(cells.both + cells.second_only, judged),
    after: rateOf(cells.both + cells.first_only, judged),
    difference: interval && (cells.first_only - cells.second_only) / judged,
    interval,
    p_value: interval && mcnemarExact(cells.first_only, cells.second_only),
    test: interval && 'McNemar exact',
  };
}

function measureSides(before: RunRecord[], after: RunRecord[]): Measured {
  const passed = (records: RunRecord[]) => records.filter((record) => record.verdict === 'passed').length;
  return measureRates(rateOf(passed(before), before.length), rateOf(passed(after), after.length));
}

function measureRates(left: Rate, right: Rate): Measured {
  const interval = differenceInterval(asShare(right), asShare(left));
  return {
    method: 'independent',
    before: left,
    after: right,
    difference: interval && (right.rate ?? 0) - (left.rate ?? 0),
    interval,
    p_value: interval && fisherExact(right.passed, right.judged - right.passed, left.passed, left.judged - left.passed),
    test: interval && 'Fisher exact',
  };
}

function rateOf(passed: number, judged: number): Rate {
  const interval = wilsonInterval(passed, judged);
  return { passed, judged, rate: interval && passed / judged, interval };
}

function asShare(rate: Rate): { passed: number; total: number } {
  return { passed: rate.passed, total: rate.judged };
}

/** Test and name as the side after has them, else the side before. */
function identity(before: RunRecord | undefined, after?: RunRecord): Pick<ChangeEntry, 'test' | 'name'> {
  return { test: after?.test ?? before?.test, name: after?.name ?? before?.name };
}

function pairEntry({ before, after }: RunPair, failed: RunRecord, flaky: boolean): ChangeEntry {
  return {
    ...identity(before, after),
    before: before.ref,
    after: after.ref,
    failed_evaluations: [...failed.failed_evaluations],
    flaky: flaky || undefined,
  };
}

function oneSided(records: RunRecord[], side: 'before' | 'after', flaky: boolean): OneSidedEntry {
  const telling =
    records.find((record) => record.verdict === 'failed') ??
    records.find((record) => record.verdict === 'passed') ??
    records[0];
  return {
    ...identity(telling),
    [side]: telling?.ref,
    failed_evaluations: [...(telling?.failed_evaluations ?? [])],
    flaky: flaky || undefined,
    runs: records.length,
    verdict: telling?.verdict ?? 'pending',
  };
}

function flakyEntry(test: MatchedTest): FlakyEntry {
  const repeats = (records: RunRecord[]) => ({
    passed: records.filter((record) => record.verdict === 'passed').length,
    failed: records.filter((record) => record.verdict === 'failed').length,
  });
  const failing = (records: RunRecord[]) => records.find((record) => record.verdict === 'failed');
  const [before, after] = [failing(test.before) ?? test.before[0], failing(test.after) ?? test.after[0]];
  return {
    ...identity(before, after),
    before: before?.ref,
    after: after?.ref,
    failed_evaluations: [...new Set([...test.before, ...test.after].flatMap((record) => record.failed_evaluations))],
    flaky: true,
    before_repeats: repeats(test.before),
    after_repeats: repeats(test.after),
  };
}

function notes(
  pairing: Pairing,
  pairs: RunPair[],
  paired: boolean,
  before: RunRecord[],
  after: RunRecord[],
  options: ComparisonOptions,
): string[] {
  const said: string[] = [];
  if (!paired && before.some(isJudged) && after.some(isJudged)) {
    said.push(
      'Too few judged runs could be paired; the overall rates are compared, and the difference may come from different tests.',
    );
  }
  const uncompared = pairs.filter((pair) => !isJudged(pair.before) || !isJudged(pair.after));
  if (uncompared.length > 0) {
    const having = (verdict: RunRecord['verdict']) =>
      uncompared.filter((pair) => pair.before.verdict === verdict || pair.after.verdict === verdict).length;
    const parts = [
      [having('pending'), 'still pending'],
      [having('error'), 'broken'],
      [having('inconclusive'), 'inconclusive'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, word]) => `${count} ${word}`);
    said.push(`${uncompared.length} pairs were left out of every rate (${parts.join(', ')}).`);
  }
  if (paired && pairing.gone.length + pairing.added.length > 0) {
    said.push(
      `Tests on one side only take no part in the difference: ${pairing.added.length} new, ${pairing.gone.length} gone.`,
    );
  }
  const { before: lost, after: surplus } = pairing.unpaired;
  if (lost + surplus > 0) {
    said.push(`Runs without a partner (surplus repeats, or no test named): ${lost} before, ${surplus} after.`);
  }
  if (options.match !== 'name' && pairing.gone.length > 0 && pairing.added.length > 0) {
    const names = new Set(pairing.gone.map((records) => records[0]?.name).filter((name) => name !== undefined));
    const same = pairing.added.filter((records) => names.has(records[0]?.name ?? '')).length;
    if (same > 0) said.push(`${same} new tests bear the name of one that is gone; pairing by name would match them.`);
  }
  return said;
}
