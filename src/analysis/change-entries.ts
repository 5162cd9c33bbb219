/** The entries of a comparison: what became of a pair of runs, or of a test that ran on one side only. */
import type { MatchedTest, RunPair, RunRecord } from './pairing.ts';

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

/** Test and name as the side after has them, else the side before. */
function identity(before: RunRecord | undefined, after?: RunRecord): Pick<ChangeEntry, 'test' | 'name'> {
  return { test: after?.test ?? before?.test, name: after?.name ?? before?.name };
}

export function pairEntry({ before, after }: RunPair, failed: RunRecord, flaky: boolean): ChangeEntry {
  return {
    ...identity(before, after),
    before: before.ref,
    after: after.ref,
    failed_evaluations: [...failed.failed_evaluations],
    flaky: flaky || undefined,
  };
}

export function oneSided(records: RunRecord[], side: 'before' | 'after', flaky: boolean): OneSidedEntry {
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

export function flakyEntry(test: MatchedTest): FlakyEntry {
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
