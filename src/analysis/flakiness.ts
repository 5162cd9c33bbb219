/**
 * Repeats of one test: how often do all of k tries pass (pass^k), and how often do two tries disagree?
 *
 * Only passed and failed repeats count; a broken, inconclusive or pending one says nothing about the agent.
 */
import type { Run } from '../model/schemas.ts';

/** What it takes to know which runs are repeats of one another. */
export type RepeatedRun = Pick<Run, 'test' | 'name' | 'variant' | 'verdict'>;

export interface TestFlakiness {
  test?: string | undefined;
  /** The vendor's name of the test (untrusted). */
  name?: string | undefined;
  variant?: string | undefined;
  passed: number;
  failed: number;
  /** Chance that two repeats of this test disagree, 0 to 1. */
  flake_rate: number;
}

export interface Flakiness {
  /** Tests with at least two judged repeats. */
  repeated_tests: number;
  /** Of these, how many have repeats that disagree. */
  flaky_tests: number;
  /** Mean over the repeated tests of the chance that two repeats disagree. */
  flake_rate: number;
  /** For each k: the chance that k tries of a test all pass, averaged over the `tests` that have at least k. */
  pass_k: { k: number; rate: number; tests: number }[];
  /** Flaky tests, worst first. */
  tests: TestFlakiness[];
  omitted_tests: number;
}

/** pass^k for more tries than this is not reported. */
const MAX_K = 8;

/** The key under which runs are repeats of one test: its ref, else its name; per variant of the agent. */
export function testKey(run: Pick<Run, 'test' | 'name' | 'variant'>): string | undefined {
  const test = run.test ?? (run.name === undefined ? undefined : `name:${run.name}`);
  if (test === undefined) return undefined;
  return run.variant === undefined ? test : `${test}\n${run.variant}`;
}

/**
 * The chance that k tries all pass, from c passes in n tries: C(c, k) / C(n, k), the unbiased estimate of pass^k.
 * Absent when there were fewer than k tries.
 */
export function passAll(passed: number, tries: number, k: number): number | undefined {
  if (k > tries || k < 1) return undefined;
  let rate = 1;
  for (let i = 0; i < k; i += 1) rate *= Math.max(0, passed - i) / (tries - i);
  return rate;
}

/** The chance that two different tries disagree, unbiased; absent with fewer than two tries. */
export function flakeRate(passed: number, failed: number): number | undefined {
  const tries = passed + failed;
  return tries < 2 ? undefined : (2 * passed * failed) / (tries * (tries - 1));
}

/** A fold over runs. Memory grows with the number of tests, not of runs. */
export function flakinessFold(): { add(run: RepeatedRun): void; result(limit?: number): Flakiness | undefined } {
  const tests = new Map<string, Omit<TestFlakiness, 'flake_rate'>>();
  return {
    add(run) {
      if (run.verdict !== 'passed' && run.verdict !== 'failed') return;
      const key = testKey(run);
      if (key === undefined) return;
      let tally = tests.get(key);
      if (!tally) {
        tally = { passed: 0, failed: 0 };
        if (run.test !== undefined) tally.test = run.test;
        if (run.name !== undefined) tally.name = run.name;
        if (run.variant !== undefined) tally.variant = run.variant;
        tests.set(key, tally);
      }
      tally[run.verdict] += 1;
    },
    /** Absent when no test was repeated: then nothing is known about flakiness. */
    result(limit = 20) {
      const flaky: TestFlakiness[] = [];
      const sums = Array.from({ length: MAX_K }, (_, i) => ({ k: i + 1, total: 0, tests: 0 }));
      let repeated = 0;
      let disagreement = 0;
      for (const tally of tests.values()) {
        const rate = flakeRate(tally.passed, tally.failed);
        if (rate === undefined) continue;
        repeated += 1;
        disagreement += rate;
        if (rate > 0) flaky.push({ ...tally, flake_rate: rate });
        for (const sum of sums) {
          const all = passAll(tally.passed, tally.passed + tally.failed, sum.k);
          if (all === undefined) break;
          sum.total += all;
          sum.tests += 1;
        }
      }
      if (repeated === 0) return undefined;
      flaky.sort((a, b) => b.flake_rate - a.flake_rate || b.failed - a.failed);
      return {
        repeated_tests: repeated,
        flaky_tests: flaky.length,
        flake_rate: disagreement / repeated,
        pass_k: sums
          .filter((sum) => sum.tests > 0)
          .map(({ k, total, tests: with_k }) => ({ k, rate: total / with_k, tests: with_k })),
        tests: flaky.slice(0, limit),
        omitted_tests: Math.max(0, flaky.length - limit),
      };
    },
  };
}
