/**
 * The runs of an execution in a stable order: by scenario, then call id. They are put in their places page by page, while
 * the next ones are on their way: to order 10,000 at the end was a fifth of what was left to do then (measured).
 */
import type { Run } from '../../model/schemas.ts';

export interface OrderedRuns {
  /** Puts runs in; one that was there already is replaced, for the later reading is the newer state. */
  add(runs: readonly (readonly [call: string, run: Run])[]): void;
  /** How many there are. */
  readonly size: number;
  /**
   * All in order, those of one scenario numbered. Rows say neither which row of the scenario's data set they played nor
   * when they were created, so the number is stable for one execution but pairs rows of two executions by chance.
   */
  result(): Run[];
}

export function orderedRuns(): OrderedRuns {
  const runs = new Map<string, Run>();
  /** Ids of calls, in order, by scenario. */
  const scenarios = new Map<string, string[]>();

  return {
    add(page) {
      const grown = new Set<string[]>();
      for (const [call, run] of page) {
        const before = runs.get(call);
        runs.set(call, run);
        const scenario = scenarioOf(run);
        if (before) {
          const old = scenarioOf(before);
          if (old === scenario) continue;
          scenarios.set(old, scenarios.get(old)?.filter((one) => one !== call) ?? []);
        }
        let calls = scenarios.get(scenario);
        if (!calls) {
          calls = [];
          scenarios.set(scenario, calls);
        }
        calls.push(call);
        grown.add(calls);
      }
      // Not by a function: that took most of the time.
      for (const calls of grown) calls.sort();
    },
    get size() {
      return runs.size;
    },
    result() {
      const ordered: Run[] = [];
      const iterations = new Map<string, number>();
      for (const [, calls] of [...scenarios].sort(([a], [b]) => (a < b ? -1 : 1))) {
        let test: string | undefined;
        let iteration = 0;
        for (const call of calls) {
          const run = runs.get(call);
          if (!run) continue;
          if (run.test !== undefined) {
            if (test === undefined) iteration = iterations.get(run.test) ?? 0;
            test = run.test;
            run.iteration = iteration++;
          }
          ordered.push(run);
        }
        if (test !== undefined) iterations.set(test, iteration);
      }
      return ordered;
    },
  };
}

function scenarioOf({ name, test }: Run): string {
  return `${name ?? ''}\u0000${test ?? ''}`;
}
