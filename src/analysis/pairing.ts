/**
 * Which run before belongs to which run after: the same test, the same repetition.
 *
 * Runs are kept as compact records, so that two sessions of 100,000 runs can be compared from streams: no transcripts,
 * no reasons, and one shared object for all runs whose evaluations came out the same way.
 */
import type { Run, RunVerdict } from '../model/schemas.ts';
import { testKey } from './flakiness.ts';
import { fold } from './text-folding.ts';

/** Evaluation name → did it pass? Evaluations that were not judged are not in it. */
export type Judgements = ReadonlyMap<string, boolean>;

export interface RunRecord {
  ref: string;
  test?: string | undefined;
  name?: string | undefined;
  variant?: string | undefined;
  iteration?: number | undefined;
  /** Which of several sessions read as one it is of; absent or 0 for a single one. */
  repetition?: number | undefined;
  verdict: RunVerdict;
  failed_evaluations: readonly string[];
  judgements: Judgements;
}

export interface RunPair {
  before: RunRecord;
  after: RunRecord;
}

/** One test on one or both sides. */
export interface MatchedTest {
  before: RunRecord[];
  after: RunRecord[];
  pairs: RunPair[];
}

export interface Pairing {
  /** Tests that ran on both sides, in the order of the side before. */
  both: MatchedTest[];
  /** Tests that ran on one side only, and runs that do not tell their test. */
  gone: RunRecord[][];
  added: RunRecord[][];
  /** Runs that cannot be paired although comparable: surplus repeats, and runs that do not tell their test. */
  unpaired: { before: number; after: number };
}

/** The runs of one test on either side; a test that ran on one side only has none on the other. */
export interface TestSides {
  test?: string | undefined;
  /** The vendor's name of the test (untrusted). */
  name?: string | undefined;
  before: readonly RunRecord[];
  after: readonly RunRecord[];
}

export interface PairedTests {
  tests: readonly TestSides[];
  /** Judged runs that do not tell their test. */
  untold: { before: number; after: number };
}

/** A factory of records that shares what is equal among them. */
export function recorder(): (run: Run, repetition?: number) => RunRecord {
  const shared = new Map<string, Pick<RunRecord, 'failed_evaluations' | 'judgements'>>();
  return (run, repetition) => {
    // What a broken or unfinished run was judged by says nothing about the agent.
    const judged = run.verdict === 'error' || run.verdict === 'pending' ? [] : run.evaluations;
    const signature = JSON.stringify([
      judged.map((evaluation) => [evaluation.name, evaluation.verdict]),
      run.failed_evaluations,
    ]);
    let common = shared.get(signature);
    if (!common) {
      const judgements = new Map<string, boolean>();
      for (const { name, verdict } of judged) {
        if (verdict === 'failed') judgements.set(name, false);
        // Two criteria of one name: the name passes only if both do.
        else if (verdict === 'passed' && !judgements.has(name)) judgements.set(name, true);
      }
      common = { failed_evaluations: [...run.failed_evaluations], judgements };
      shared.set(signature, common);
    }
    return {
      ref: run.ref,
      test: run.test,
      name: run.name,
      variant: run.variant,
      iteration: run.iteration,
      repetition,
      verdict: run.verdict,
      ...common,
    };
  };
}

/** True for the two verdicts that say something about the agent. */
export function isJudged(record: Pick<RunRecord, 'verdict'>): boolean {
  return record.verdict === 'passed' || record.verdict === 'failed';
}

export interface Tally {
  passed: number;
  judged: number;
}

/** How many of these runs were judged, and how many of them passed. */
export function tallyOf(records: readonly RunRecord[]): Tally {
  const judged = records.filter(isJudged);
  return { passed: judged.filter(({ verdict }) => verdict === 'passed').length, judged: judged.length };
}

/**
 * Pairs two sides. `test`: by test ref; a run that has none goes by its name, within one provider. `name`: by test name
 * alone, also across providers. Variants of the agent are kept apart when a side has more than one.
 */
export function pairRuns(before: readonly RunRecord[], after: readonly RunRecord[], match: 'test' | 'name'): Pairing {
  const apart = variants(before).size > 1 || variants(after).size > 1;
  const left = groups(before, match, apart);
  const right = groups(after, match, apart);
  if (match === 'test') adoptByName(left.tests, right.tests);
  const pairing: Pairing = {
    both: [],
    gone: [],
    added: [],
    unpaired: { before: left.unknown, after: right.unknown },
  };
  for (const [key, records] of left.tests) {
    const others = right.tests.get(key);
    if (!others) {
      pairing.gone.push(records);
      continue;
    }
    const pairs = pairRepeats(records, others);
    pairing.both.push({ before: records, after: others, pairs });
    pairing.unpaired.before += records.length - pairs.length;
    pairing.unpaired.after += others.length - pairs.length;
  }
  for (const [key, records] of right.tests) if (!left.tests.has(key)) pairing.added.push(records);
  return pairing;
}

/** Every test of a pairing, those of both sides first. Runs that do not tell their test are in none. */
export function testsOf({ both, gone, added }: Pairing): TestSides[] {
  const sides = (before: readonly RunRecord[], after: readonly RunRecord[]): TestSides => {
    const [is, was] = [after[0], before[0]];
    return { test: is?.test ?? was?.test, name: is?.name ?? was?.name, before, after };
  };
  return [
    ...both.map(({ before, after }) => sides(before, after)),
    ...gone.map((before) => sides(before, [])),
    ...added.map((after) => sides([], after)),
  ];
}

function variants(records: readonly RunRecord[]): Set<string> {
  return new Set(records.map((record) => record.variant ?? ''));
}

function groups(records: readonly RunRecord[], match: 'test' | 'name', variantsApart: boolean) {
  const tests = new Map<string, RunRecord[]>();
  let unknown = 0;
  for (const record of records) {
    const base = match === 'name' && record.name !== undefined ? nameKey(record, false) : ownKey(record);
    if (base === undefined) {
      unknown += 1;
      continue;
    }
    const key = variantsApart ? `${base}\n${record.variant ?? ''}` : base;
    const group = tests.get(key);
    if (group) group.push(record);
    else tests.set(key, [record]);
  }
  return { tests, unknown };
}

function ownKey(record: RunRecord): string | undefined {
  return record.test ?? nameKey(record, true);
}

function nameKey(record: RunRecord, withProvider: boolean): string | undefined {
  if (record.name === undefined) return undefined;
  const provider = withProvider ? record.ref.slice(0, record.ref.indexOf('/')) : '';
  return `name:${provider}:${fold(record.name) || record.name}`;
}

/** Where one side gives refs and the other only names, a name that is unique on both sides identifies the test. */
function adoptByName(left: Map<string, RunRecord[]>, right: Map<string, RunRecord[]>): void {
  const lonely = (side: Map<string, RunRecord[]>, other: Map<string, RunRecord[]>) => {
    const byName = new Map<string, string[]>();
    for (const [key, [first]] of side) {
      if (first === undefined || other.has(key)) continue;
      const name = nameKey(first, true);
      if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), key]);
    }
    return byName;
  };
  const rightNames = lonely(right, left);
  for (const [name, leftKeys] of lonely(left, right)) {
    const rightKeys = rightNames.get(name);
    const [leftKey, rightKey] = [leftKeys[0], rightKeys?.[0]];
    if (leftKeys.length !== 1 || rightKeys?.length !== 1 || leftKey === undefined || rightKey === undefined) continue;
    const [a, b] = [left.get(leftKey)?.[0], right.get(rightKey)?.[0]];
    // Two different refs are two different tests, whatever they are called.
    if (a?.test !== undefined && b?.test !== undefined) continue;
    right.set(leftKey, right.get(rightKey) ?? []);
    right.delete(rightKey);
  }
}

/** Equal repetition numbers first, what remains in order; numbers count only where every run of the test has its own. */
function pairRepeats(before: RunRecord[], after: RunRecord[]): RunPair[] {
  const [was, is] = [inOrder(before), inOrder(after)];
  const [wasNumbers, isNumbers] = [numbersOf(was), numbersOf(is)];
  const pairs: RunPair[] = [];
  let left = was;
  let right = is;
  if (wasNumbers && isNumbers) {
    const byNumber = new Map(is.map((record, i) => [isNumbers[i], record]));
    left = [];
    for (const [i, record] of was.entries()) {
      const partner = byNumber.get(wasNumbers[i]);
      if (partner) {
        pairs.push({ before: record, after: partner });
        byNumber.delete(wasNumbers[i]);
      } else {
        left.push(record);
      }
    }
    right = [...byNumber.values()];
  }
  left.forEach((record, i) => {
    const partner = right[i];
    if (partner) pairs.push({ before: record, after: partner });
  });
  return pairs;
}

/** Runs of one test over several sessions, session by session. */
function inOrder(records: readonly RunRecord[]): RunRecord[] {
  return [...records].sort((a, b) => (a.repetition ?? 0) - (b.repetition ?? 0));
}

/**
 * The number of each run of one test: which of the sessions that ran it, and which repetition there. Undefined where one
 * has none, or two have the same.
 */
function numbersOf(records: readonly RunRecord[]): string[] | undefined {
  const sessions = [...new Set(records.map(({ repetition = 0 }) => repetition))];
  const numbers = records.map(({ repetition = 0, iteration }) =>
    iteration === undefined ? '' : `${sessions.indexOf(repetition)}:${iteration}`,
  );
  return numbers.includes('') || new Set(numbers).size < numbers.length ? undefined : numbers;
}

/** Keys of the tests whose judged repeats disagree on this side. */
export function flakyTests(records: readonly RunRecord[]): Set<string> {
  const seen = new Map<string, RunVerdict>();
  const flaky = new Set<string>();
  for (const record of records) {
    const key = testKey(record);
    if (key === undefined || !isJudged(record)) continue;
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, record.verdict);
    else if (earlier !== record.verdict) flaky.add(key);
  }
  return flaky;
}
