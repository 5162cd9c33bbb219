/** How each evaluation (criterion, metric) moved between two sessions, with p-values adjusted for how many were looked at. */
import type { RunPair, RunRecord } from './pairing.ts';
import { benjaminiHochberg, fisherExact, mcnemarExact } from './statistics.ts';

export interface EvaluationChange {
  /** The vendor's name (untrusted). */
  name: string;
  /** Pass rates; absent where the evaluation was not judged. */
  before?: number | undefined;
  after?: number | undefined;
  /** after − before. */
  difference?: number | undefined;
  /** Exact McNemar over pairs judged on both sides, exact Fisher where runs are not paired. */
  p_value?: number | undefined;
  /** Benjamini–Hochberg over all evaluations compared. */
  p_value_adjusted?: number | undefined;
  /** How many judgements the rates are taken over. */
  judged_before: number;
  judged_after: number;
}

interface Tally {
  before: { passed: number; judged: number };
  after: { passed: number; judged: number };
  fixed: number;
  broken: number;
}

/**
 * Compares over pairs (only judgements that both sides of a pair have; an evaluation that one side never has keeps the
 * rate of the other) or over two unpaired sides. What fell comes first, then what rose, the largest change of either
 * first, then what one side alone has; those whose rate did not change are counted.
 */
export function compareEvaluations(
  given: { pairs: readonly RunPair[] } | { before: readonly RunRecord[]; after: readonly RunRecord[] },
): { evaluations: EvaluationChange[]; unchanged: number } {
  const common = new Map<string, Tally>();
  const alone = new Map<string, Tally>();
  const paired = 'pairs' in given;
  if (paired) {
    for (const { before, after } of given.pairs) {
      for (const [name, was] of before.judgements) {
        const is = after.judgements.get(name);
        if (is === undefined) {
          count(tallyOf(alone, name).before, was);
          continue;
        }
        const tally = tallyOf(common, name);
        count(tally.before, was);
        count(tally.after, is);
        if (is && !was) tally.fixed += 1;
        if (was && !is) tally.broken += 1;
      }
      for (const [name, is] of after.judgements) {
        if (!before.judgements.has(name)) count(tallyOf(alone, name).after, is);
      }
    }
  } else {
    for (const record of given.before) {
      for (const [name, was] of record.judgements) count(tallyOf(common, name).before, was);
    }
    for (const record of given.after) {
      for (const [name, is] of record.judgements) count(tallyOf(common, name).after, is);
    }
  }
  for (const [name, tally] of alone) if (!common.has(name)) common.set(name, tally);

  const changes = [...common].map(([name, tally]) => change(name, tally, paired && tally !== alone.get(name)));
  const tested = changes.filter((entry) => entry.p_value !== undefined);
  const adjusted = benjaminiHochberg(tested.map((entry) => entry.p_value ?? 1));
  tested.forEach((entry, i) => {
    const value = adjusted[i];
    if (value !== undefined) entry.p_value_adjusted = value;
  });
  const moved = changes.filter(({ difference }) => difference !== 0);
  moved.sort((a, b) => rank(a) - rank(b) || size(b) - size(a) || (a.p_value ?? 1) - (b.p_value ?? 1));
  return { evaluations: moved, unchanged: changes.length - moved.length };
}

function size({ difference = 0 }: EvaluationChange): number {
  return Math.abs(difference);
}

function rank({ difference = 0 }: EvaluationChange): number {
  return difference < 0 ? 0 : difference > 0 ? 1 : 2;
}

function change(name: string, tally: Tally, paired: boolean): EvaluationChange {
  const { before, after } = tally;
  const entry: EvaluationChange = { name, judged_before: before.judged, judged_after: after.judged };
  if (before.judged > 0) entry.before = before.passed / before.judged;
  if (after.judged > 0) entry.after = after.passed / after.judged;
  if (entry.before === undefined || entry.after === undefined) return entry;
  entry.difference = entry.after - entry.before;
  entry.p_value = paired
    ? mcnemarExact(tally.fixed, tally.broken)
    : fisherExact(after.passed, after.judged - after.passed, before.passed, before.judged - before.passed);
  return entry;
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (!tally) {
    tally = { before: { passed: 0, judged: 0 }, after: { passed: 0, judged: 0 }, fixed: 0, broken: 0 };
    tallies.set(name, tally);
  }
  return tally;
}

function count(side: { passed: number; judged: number }, passed: boolean): void {
  side.judged += 1;
  if (passed) side.passed += 1;
}
