/**
 * The runs of an execution in a stable order: by scenario, then call id. Each page is sorted in while the next ones are
 * on their way: sorting 10,000 runs after the last page took a fifth of the time between that page and the answer
 * (measured).
 */
import type { Run } from '../../model/schemas.ts';

export interface OrderedRuns {
  /** Adds runs. A run that was added before is replaced: the later reading shows the newer state. */
  add(runs: readonly (readonly [call: string, run: Run])[]): void;
  /** Number of runs added so far, each counted once. */
  readonly size: number;
  /**
   * All runs in order, those of one scenario numbered. Rows say neither which row of the scenario's data set they played nor
   * when they were created, so the number is stable for one execution but pairs rows of two executions by chance. They are
   * handed out, and kept no longer.
   */
  result(): Run[];
}

export function orderedRuns(): OrderedRuns {
  const runs = new Map<string, Run>();
  const scenarios = new Map<string, Scenario>();

  return {
    add(page) {
      const touchedScenarios = new Set<Scenario>();
      for (const [call, run] of page) {
        const previous = runs.get(call);
        runs.set(call, run);
        const key = scenarioOf(run);
        if (previous) {
          const previousKey = scenarioOf(previous);
          if (previousKey === key) continue;
          const previousScenario = scenarios.get(previousKey);
          if (previousScenario) previousScenario.calls = previousScenario.calls.filter((one) => one !== call);
        }
        let scenario = scenarios.get(key);
        if (!scenario) {
          scenario = { name: run.name ?? '', test: run.test, calls: [] };
          scenarios.set(key, scenario);
        }
        scenario.calls.push(call);
        touchedScenarios.add(scenario);
      }
      // Default sort on purpose: a comparator was the bottleneck.
      for (const { calls } of touchedScenarios) calls.sort();
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
      runs.clear();
      scenarios.clear();
      return ordered;
    },
  };
}

interface Scenario {
  name: string;
  test: string | undefined;
  /** Ids of its calls, in order. */
  calls: string[];
}

/** Key that tells scenarios apart: the reference of the test, or the name where there is no reference. */
function scenarioOf({ name, test }: Run): string {
  return test ?? `\u0000${name ?? ''}`;
}

function byName(a: Scenario, b: Scenario): number {
  const [left, right] = a.name === b.name ? [a.test ?? '', b.test ?? ''] : [a.name, b.name];
  return left < right ? -1 : 1;
}
