/**
 * The engine's world as run tests and executions: one run test per suite, one over all for what has no suite, and prompt
 * simulations.
 */
import { stableId } from '../../engine/ids.ts';
import type { Engine, EngineSession, WorldAgent, WorldCase } from '../../engine/types.ts';
import { ownSessions } from '../own-sessions.ts';
import { type DefinitionStore, definitionIdOf } from './definition-store.ts';
import { configOf, scenarioIdOf, toExecution } from './engine-records.ts';
import { Refusal } from './errors.ts';
import { type PromptStore, systemTextOf } from './prompt-store.ts';
import type { Call, Config, Execution, RunTest, Scenario } from './records.ts';
import type { SimulationStore } from './simulation-store.ts';
import type { Switches } from './switches.ts';

export const DIALECT = 'futureagi';

export interface World {
  runTests(): RunTest[];
  executions(): Execution[];
  execution(id: string): Execution | undefined;
  /** The execution and call of a call id. */
  call(id: string): { execution: Execution; call: Call } | undefined;
  /** Starts an engine session for these scenarios; undefined when they are not of the engine's world. */
  start(runTest: RunTest, scenarios: readonly Scenario[]): Execution | undefined;
  cancel(id: string): void;
  /** Makes a finished execution say `cancelling`, as the vendor does when asked to cancel it. */
  flip(id: string): void;
}

/** The agents that the run tests are of. */
export interface Agents {
  prompts: PromptStore;
  definitions: DefinitionStore;
  simulations: SimulationStore;
}

/** The run tests of the world's suites, by their key: of agent definitions. */
export function suitesOf(engine: Engine): Map<string, RunTest> {
  const suites = new Map<string, RunTest>();
  for (const suite of engine.suites) {
    const cases = engine.cases.filter((one) => one.suite === suite.key);
    const agent = engine.agents.find((one) => one.id === suite.agent) ?? engine.agents[0];
    suites.set(suite.key, runTestOf(suite.key, suite.name, agent, cases));
  }
  return suites;
}

export function createWorld(
  engine: Engine,
  suites: ReadonlyMap<string, RunTest>,
  { prompts, definitions, simulations }: Agents,
  switches: Switches,
): World {
  const everything = runTestOf('*', 'Everything', engine.agents[0], engine.cases);
  const casesByScenario = new Map(engine.cases.map((one) => [scenarioIdOf(one), one]));
  const sessions = ownSessions(engine, DIALECT);
  const finished = new Map<string, Execution>();

  const belonging = (session: EngineSession): RunTest => {
    const { run_test } = session.extra;
    const simulation = typeof run_test === 'string' ? simulations.runTest(run_test) : undefined;
    if (simulation) return simulation;
    const suite = session.suite?.key;
    if (suite !== undefined) return suites.get(suite) ?? everything;
    const keys = new Set(session.runs.map((run) => run.case.suite));
    const [only] = keys;
    return (keys.size === 1 && only !== undefined ? suites.get(only) : undefined) ?? everything;
  };

  const withVersion = (runTest: RunTest): RunTest => {
    const used = definitions.used(runTest.agent.id);
    return used ? { ...runTest, version: { id: used.id, name: `v${used.number}` } } : runTest;
  };

  const execution = (session: EngineSession): Execution => {
    const key = `${session.id} ${session.runs.length} ${switches.fma_minimum} ${String(session.extra.flipped)}`;
    const known = finished.get(key);
    if (known) return known;
    const made = toExecution(session, { engine, switches, runTest: belonging(session) });
    // Nothing changes any more once the last calculation is over: large sessions are rendered once.
    if (made.fma.status === 'completed' || made.status === 'cancelled' || made.status === 'failed')
      finished.set(key, made);
    return made;
  };

  return {
    runTests: () => [...[...suites.values(), everything].map(withVersion), ...simulations.runTests()],
    executions: () => sessions.all().map(execution),
    execution(id) {
      const session = sessions.session(id);
      return session && execution(session);
    },
    call(id) {
      const run = sessions.run(id);
      const session = run && sessions.session(run.session);
      if (!run || !session) return undefined;
      const owner = execution(session);
      const call = owner.calls[run.index];
      return call && call.id === id ? { execution: owner, call } : undefined;
    },
    start(runTest, scenarios) {
      const cases = scenarios.flatMap((one) => casesByScenario.get(one.id) ?? []);
      if (cases.length === 0) return undefined;
      if (runTest.prompt) {
        const { template, version } = runTest.prompt;
        const played = prompts.version(template.id, version.id);
        const [agent] = engine.agents;
        if (!played || !agent) throw new Refusal(400, 'The prompt version of this simulation was deleted.');
        const extra = { run_test: runTest.id };
        return execution(
          engine.start({ cases, agent, dialect: DIALECT, playbook: systemTextOf(played.config), extra }),
        );
      }
      const suite = engine.suites.find((one) => suites.get(one.key)?.id === runTest.id);
      const agent = engine.agents.find((one) => definitionIdOf(one) === runTest.agent.id);
      const used = definitions.used(runTest.agent.id);
      if (!agent || !used) return undefined;
      const playbook = switches.external_prompt_effective
        ? definitions.describedBy(runTest.agent.id, used.snapshot)
        : definitions.followed(runTest.agent.id);
      const extra = used.api_key === null ? { without_credentials: true } : undefined;
      return execution(engine.start({ cases, agent, suite, dialect: DIALECT, playbook, extra }));
    },
    cancel(id) {
      engine.cancel(id);
      engine.amend(id, { cancelled_at: engine.now() });
    },
    flip: (id) => engine.amend(id, { flipped: true }),
  };
}

function runTestOf(key: string, name: string, agent: WorldAgent | undefined, cases: readonly WorldCase[]): RunTest {
  const configs = new Map<string, Config>();
  for (const { criteria } of cases)
    for (const criterion of criteria) if (!configs.has(criterion.key)) configs.set(criterion.key, configOf(criterion));
  return {
    id: stableId('futureagi', 'run test', key),
    name,
    agent: { id: agent ? definitionIdOf(agent) : '', name: agent?.name ?? '', type: 'voice' },
    scenarios: cases.map((one) => ({
      id: scenarioIdOf(one),
      name: one.name,
      rows: 1,
      status: 'Completed',
      prompt: one.prompt,
    })),
    configs: [...configs.values()],
    created_at: 1_767_225_600_000,
  };
}
