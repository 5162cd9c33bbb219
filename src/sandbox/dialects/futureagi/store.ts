/** Everything that exists: the engine's world and what was added beside it, without what the key may not see. */
import type { Engine } from '../../engine/types.ts';
import { Refusal } from './errors.ts';
import type { Call, Execution, RunTest } from './records.ts';
import type { Switches } from './switches.ts';
import type { World } from './world.ts';

export interface Store {
  readonly world: World;
  /** Adds an execution and its run test, in place of those of the same ids. */
  add(execution: Execution): void;
  now(): number;
  runTests(): RunTest[];
  /** These throw `Refusal` for what is not known. */
  runTestOf(id: string): RunTest;
  executionOf(id: string): Execution;
  callOf(id: string): { execution: Execution; call: Call };
  /** Newest first. */
  executions(): Execution[];
  executionsOf(runTest: RunTest): Execution[];
  /** When it ran last; null: never. */
  lastRun(runTest: RunTest): number | null;
  execution(id: string): Execution | undefined;
  /** One name, several run tests: their executions are merged. Throws as above. */
  executionsByName(name: string): Execution[];
  /** Last updated first; with moving rows on, reading makes the oldest row the newest. */
  callsByUpdate(execution: Execution): Call[];
}

export function createStore(world: World, engine: Engine, switches: Switches): Store {
  const added = new Map<string, Execution>();
  const addedTests = new Map<string, RunTest>();
  const bumps = new Map<string, number>();
  const sorted = new WeakMap<Execution, Call[]>();
  let clock = 0;
  const visible = (execution: Execution | undefined) =>
    execution && !execution.run_test.foreign ? execution : undefined;

  const runTests = () => [...[...addedTests.values()].filter(({ foreign }) => !foreign), ...world.runTests()];
  const executions = () =>
    [...[...added.values()].filter((one) => visible(one)), ...world.executions()].sort(
      (a, b) => b.started_at - a.started_at,
    );
  const executionsOf = (runTest: RunTest) => executions().filter((one) => one.run_test.id === runTest.id);
  const execution = (id: string) => visible(added.get(id)) ?? world.execution(id);

  return {
    world,
    add(one) {
      added.set(one.id, one);
      addedTests.set(one.run_test.id, one.run_test);
    },
    now: () => engine.now(),
    runTests,
    runTestOf: (id) =>
      found(
        runTests().find((runTest) => runTest.id === id),
        'Run test not found',
      ),
    executions,
    executionsOf,
    lastRun: (runTest) => executionsOf(runTest)[0]?.started_at ?? null,
    execution,
    executionOf: (id) => found(execution(id), 'Test execution not found.'),
    callOf(id) {
      for (const one of added.values()) {
        const call = visible(one)?.calls.find((call) => call.id === id);
        if (call) return { execution: one, call };
      }
      return found(world.call(id), 'Call execution not found.');
    },
    executionsByName(name) {
      const ids = new Set(runTests().flatMap((one) => (one.name === name ? [one.id] : [])));
      if (ids.size === 0) throw new Refusal(404, 'Run test not found.');
      return executions().filter((one) => ids.has(one.run_test.id));
    },
    callsByUpdate(execution) {
      let calls = sorted.get(execution);
      if (!calls) {
        const at = (call: Call) => bumps.get(call.id) ?? call.updated_at;
        calls = execution.calls.toSorted((a, b) => at(b) - at(a) || (a.id < b.id ? -1 : 1));
        // Seeded and finished executions are one object for good; the order of the others is made anew.
        sorted.set(execution, calls);
      }
      const shown = calls;
      const oldest = calls.at(-1);
      if (switches.moving_rows > 0 && oldest) {
        switches.moving_rows -= 1;
        clock += 1;
        bumps.set(oldest.id, Number.MAX_SAFE_INTEGER - 1_000_000 + clock);
        sorted.set(execution, [oldest, ...calls.slice(0, -1)]);
      }
      return shown;
    },
  };
}

function found<T>(one: T | undefined, otherwise: string): T {
  if (one === undefined) throw new Refusal(404, otherwise);
  return one;
}
