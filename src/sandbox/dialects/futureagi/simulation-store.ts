/** What is kept of prompt simulations, and the run tests that they are: one for each suite of the prompt's agent to begin with. */
import * as z from 'zod/v4';
import { isRecord } from '../../../model/json.ts';
import { stableId } from '../../engine/ids.ts';
import type { Engine } from '../../engine/types.ts';
import { DEFAULT_VERSION_ID, nameOfVersion, type PromptStore, TEMPLATE_ID } from './prompt-store.ts';
import type { Config, RunTest, Scenario } from './records.ts';

const SIMULATIONS = 'futureagi prompt simulations';

const simulationSchema = z.object({
  id: z.string(),
  name: z.string(),
  template: z.string(),
  /** Id of the version that plays the agent. */
  version: z.string(),
  scenario_ids: z.array(z.string()),
  /** As they were asked for; absent: those of the suite that it was made of. */
  evaluations: z.array(z.unknown()).optional(),
  suite: z.string().optional(),
  created_at: z.number(),
  deleted: z.boolean().optional(),
});
type Simulation = z.infer<typeof simulationSchema>;

export interface SimulationStore {
  runTests(): RunTest[];
  /** Also a deleted one: its executions stay. */
  runTest(id: string): RunTest | undefined;
  scenarios(): Scenario[];
  knowsScenario(id: string): boolean;
  /** Answers with its id. */
  add(simulation: Pick<Simulation, 'name' | 'template' | 'version' | 'scenario_ids' | 'evaluations'>): string;
  change(id: string, fields: Partial<Pick<Simulation, 'name' | 'version' | 'scenario_ids' | 'deleted'>>): void;
}

/** `suites`: run tests of the world's suites by their key. */
export function createSimulationStore(
  engine: Engine,
  prompts: PromptStore,
  suites: ReadonlyMap<string, RunTest>,
): SimulationStore {
  const { documents } = engine;
  const [agent] = engine.agents;
  const scenarios = new Map([...suites.values()].flatMap((suite) => suite.scenarios.map((one) => [one.id, one])));
  const configs = new Map([...suites.values()].flatMap((suite) => suite.configs.map((one) => [one.template.id, one])));
  const seeds = engine.suites.flatMap((suite): Simulation[] => {
    const runTest = suites.get(suite.key);
    if (!runTest || suite.agent !== agent?.id) return [];
    return [
      {
        id: stableId('futureagi', 'prompt simulation', suite.key),
        name: `${suite.name} (prompt)`,
        template: TEMPLATE_ID,
        version: DEFAULT_VERSION_ID,
        scenario_ids: runTest.scenarios.map(({ id }) => id),
        suite: suite.key,
        created_at: runTest.created_at,
      },
    ];
  });

  const all = (): Simulation[] => {
    const kept = documents.all(SIMULATIONS).flatMap(({ value }) => simulationSchema.safeParse(value).data ?? []);
    const ids = new Set(kept.map(({ id }) => id));
    return [...seeds.filter(({ id }) => !ids.has(id)), ...kept];
  };
  const configOf = (asked: unknown): Config[] => {
    if (!isRecord(asked) || typeof asked.template_id !== 'string') return [];
    const known = configs.get(asked.template_id);
    return known ? [{ ...known, name: typeof asked.name === 'string' ? asked.name : known.name }] : [];
  };
  const toRunTest = (one: Simulation): RunTest => {
    const template = prompts.template(one.template);
    const version = prompts.version(one.template, one.version);
    const name = template?.name ?? '';
    return {
      id: one.id,
      name: one.name,
      agent: { id: one.template, name, type: 'voice' },
      prompt: {
        template: { id: one.template, name },
        version: { id: one.version, name: version ? nameOfVersion(version) : '' },
      },
      scenarios: one.scenario_ids.flatMap((id) => scenarios.get(id) ?? []),
      configs: one.evaluations?.flatMap(configOf) ?? suites.get(one.suite ?? '')?.configs ?? [],
      created_at: one.created_at,
    };
  };

  return {
    runTests: () => all().flatMap((one) => (one.deleted ? [] : [toRunTest(one)])),
    runTest(id) {
      const found = all().find((one) => one.id === id);
      return found && toRunTest(found);
    },
    scenarios: () => [...scenarios.values()],
    knowsScenario: (id) => scenarios.has(id),
    add(simulation) {
      const created_at = engine.now();
      const id = stableId('futureagi', 'prompt simulation', all().length, simulation.name, created_at);
      documents.put(SIMULATIONS, id, { id, created_at, ...simulation });
      return id;
    },
    change(id, fields) {
      const found = all().find((one) => one.id === id);
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      if (found) documents.put(SIMULATIONS, id, { ...found, ...given });
    },
  };
}
