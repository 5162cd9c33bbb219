/**
 * The runs of an execution in a stable order: by scenario, then call id. They are put in their places page by page,
 * while the next ones are on their way: to order 10,000 at the end was a fifth of what was left to do then
 * (measured).
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
  const scenarios = new Map<string, Scenario>();

  return {
    add(page) {
      const grown = new Set<Scenario>();
      for (const [call, run] of page) {
        const before = runs.get(call);
        runs.set(call, run);
        const key = scenarioOf(run);
        if (before) {
          const old = scenarioOf(before);
          if (old === key) continue;
          const left = scenarios.get(old);
          if (left) left.calls = left.calls.filter((one) => one !== call);
        }
        let scenario = scenarios.get(key);
        if (!scenario) {
          scenario = { name: run.name ?? '', test: run.test, calls: [] };
          scenarios.set(key, scenario);
        }
        scenario.calls.push(call);
        grown.add(scenario);
      }
      // Not by a function: that took most of the time.
      for (const { calls } of grown) calls.sort();
    },
    get size() {
      return runs.size;
    },
    result() {
      const ordered: Run[] = [];
      for (const { test, calls } of [...scenarios.values()].sort(byName)) {
        let iteration = 0;
        for (const call of calls) {
          const run = runs.get(call);
          if (!run) continue;
          if (test !== undefined) run.iteration = iteration++;
          ordered.push(run);
        }
      }
      return ordered;
    },
  };
}

interface Scenario {
  name: string;
  test: string | undefined;
  /** Ids, in order. */
  calls: string[];
}

/** What tells scenarios apart: the reference, and for want of it the name. */
function scenarioOf({ name, test }: Run): string {
  return test ?? `\u0000${name ?? ''}`;
}

function byName(a: Scenario, b: Scenario): number {
  const [left, right] = a.name === b.name ? [a.test ?? '', b.test ?? ''] : [a.name, b.name];
  return left < right ? -1 : 1;
}
