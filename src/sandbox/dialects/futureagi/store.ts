/** Everything that exists: the engine's world and what was added beside it, without what the key may not see. */
import type { Engine } from '../../engine/types.ts';
import type { Call, Execution, RunTest } from './records.ts';
import type { Switches } from './switches.ts';
import { createWorld, type World } from './world.ts';

export interface Store {
  readonly world: World;
  /** Adds an execution and its run test, in place of those of the same ids. */
  add(execution: Execution): void;
  /** GETs that changed something, by path: a read-only client causes none. */
  readonly sideEffects: string[];
  now(): number;
  runTests(): RunTest[];
  runTest(id: string): RunTest | undefined;
  /** Newest first. */
  executions(): Execution[];
  execution(id: string): Execution | undefined;
  call(id: string): { execution: Execution; call: Call } | undefined;
  /** Last updated first; with moving rows on, reading makes the oldest row the newest. */
  callsByUpdate(execution: Execution): Call[];
}

export function createStore(engine: Engine, switches: Switches): Store {
  const world = createWorld(engine, switches);
  const added = new Map<string, Execution>();
  const addedTests = new Map<string, RunTest>();
  const bumps = new Map<string, number>();
  const sorted = new WeakMap<Execution, Call[]>();
  let clock = 0;
  const visible = (execution: Execution | undefined) =>
    execution && !execution.run_test.foreign ? execution : undefined;

  return {
    world,
    add(execution) {
      added.set(execution.id, execution);
      addedTests.set(execution.run_test.id, execution.run_test);
    },
    sideEffects: [],
    now: () => engine.now(),
    runTests: () => [...[...addedTests.values()].filter((runTest) => !runTest.foreign), ...world.runTests()],
    runTest(id) {
      return this.runTests().find((runTest) => runTest.id === id);
    },
    executions: () =>
      [...[...added.values()].filter((one) => visible(one)), ...world.executions()].sort(
        (a, b) => b.started_at - a.started_at,
      ),
    execution: (id) => visible(added.get(id)) ?? world.execution(id),
    call(id) {
      for (const execution of added.values()) {
        const call = visible(execution)?.calls.find((one) => one.id === id);
        if (call) return { execution, call };
      }
      return world.call(id);
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
