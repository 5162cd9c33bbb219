/** What runs tell beside their verdicts: which tests were judged, how fast the agent answered, what it cost. A fold. */
import type { Run } from '../model/schemas.ts';

export interface TestJudged {
  /** Runs of it that passed or failed. */
  judged: number;
  /** Runs of it that may still turn out to be failures: pending, or without a verdict. */
  open: number;
  /** One of its finished runs. */
  run?: string | undefined;
}

/** A mean, and of how many runs. */
export interface Latency {
  seconds: number;
  runs: number;
}

/** A sum, and over how many runs. */
export interface Cost {
  amount: number;
  unit: 'USD' | 'credits' | 'messages';
  runs: number;
}

export interface RunMeasures {
  /** Runs of which it is known what failed in them: judged ones, and those with a failed evaluation. */
  judged_runs: number;
  /** By `testOf`; '' = runs of which the platform does not say which test they played. */
  tests: ReadonlyMap<string, TestJudged>;
  /** Names of the evaluations that were seen. */
  evaluations: ReadonlySet<string>;
  /** Absent where no run tells it. */
  latency: Latency | undefined;
  /** One a unit; none where no run tells it. */
  cost: readonly Cost[];
}

/** The test that a run played, as its reference, else by its name; '' where neither is told. */
export function testOf({ test, name }: Pick<Run, 'test' | 'name'>): string {
  return test ?? name ?? '';
}

export function runMeasures() {
  const tests = new Map<string, TestJudged>();
  const evaluations = new Set<string>();
  const spent = spending();
  let judged_runs = 0;
  return {
    add(run: Run): void {
      const { verdict, status } = run;
      const key = testOf(run);
      const test = tests.get(key) ?? { judged: 0, open: 0 };
      tests.set(key, test);
      const judged = verdict === 'passed' || verdict === 'failed';
      if (judged) test.judged += 1;
      else if (verdict !== 'error' && run.failed_evaluations.length === 0) test.open += 1;
      if (judged || (verdict === 'inconclusive' && run.failed_evaluations.length > 0)) judged_runs += 1;
      if (status === 'completed') test.run ??= run.ref;
      for (const { name } of run.evaluations) evaluations.add(name);
      spent.add(run);
    },
    result: (): RunMeasures => ({ judged_runs, tests, evaluations, ...spent.result() }),
  };
}

/** Latency and cost alone; units are never mixed. */
export function spending() {
  let seconds = 0;
  let timed = 0;
  const costs = new Map<string, Cost>();
  return {
    add({ latency_seconds, cost }: Pick<Run, 'latency_seconds' | 'cost'>): void {
      if (latency_seconds !== undefined) {
        seconds += latency_seconds;
        timed += 1;
      }
      if (cost === undefined) return;
      const { amount = 0, runs = 0 } = costs.get(cost.unit) ?? {};
      costs.set(cost.unit, { amount: amount + cost.amount, unit: cost.unit, runs: runs + 1 });
    },
    result: (): Pick<RunMeasures, 'latency' | 'cost'> => ({
      latency: timed > 0 ? { seconds: seconds / timed, runs: timed } : undefined,
      cost: [...costs.values()],
    }),
  };
}
