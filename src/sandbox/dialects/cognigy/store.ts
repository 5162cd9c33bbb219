/** What the platform keeps besides the engine: scenarios and batches. */
import type { Engine, EngineRun, EngineSession, WorldCase } from '../../engine/types.ts';
import { createWorld, objectId, PROJECT, referenceId, type World } from './world.ts';

export interface Criterion {
  type: string;
  params: Record<string, unknown>;
}

export interface ScenarioRecord {
  id: string;
  referenceId: string;
  name: string;
  persona: string;
  personaName: string;
  mission: string;
  successCriteria: Criterion[];
  maxTurns: number;
  flowReferenceId?: string | undefined;
  flowId?: string | null | undefined;
  aiAgentReferenceId?: string | undefined;
  jobNodeId?: string | undefined;
  timeout?: number | undefined;
  created_at: number;
  changed_at: number;
  /** Cases of the engine that are played for it, in turns. */
  played: readonly WorldCase[];
}

export interface RunConfig {
  flowReferenceId: string;
  entrypoint: string;
  largeLanguageModelReferenceId: string;
  [more: string]: unknown;
}

export interface BatchRecord {
  id: string;
  referenceId: string;
  scenario: string;
  /** The scenario as it was when the batch was made. */
  frozen: ScenarioRecord;
  name: string;
  session: EngineSession;
  /** Only the runs of this case; absent for all of the session. */
  only?: string | undefined;
  runConfig: RunConfig;
  created_at: number;
  /** Runs that never happen. */
  lost: number;
  stopped_at?: number | undefined;
}

export interface Store {
  world: World;
  scenarios: Map<string, ScenarioRecord>;
  addBatch(batch: BatchRecord): void;
  /** Forgets a scenario, and its batches too if told so. */
  removeScenario(id: string, withBatches: boolean): void;
  /** Oldest first. */
  batches(scenario?: string): readonly BatchRecord[];
  /** By id or reference. */
  scenario(id: string): ScenarioRecord | undefined;
  batch(scenario: string, id: string): BatchRecord | undefined;
  runsOf(batch: BatchRecord): readonly EngineRun[];
  /** A new id, the same for the same sequence of requests. */
  nextId(kind: string): string;
}

/** No case of the world has more turns than this, so nothing seeded is cut off. */
const SEEDED_MAX_TURNS = 60;
const MEASURED = 'Any caller of the clinic';

export function createStore(engine: Engine): Store {
  const world = createWorld(engine);
  const at = engine.now();
  const scenarios = new Map<string, ScenarioRecord>();
  let batches: BatchRecord[] = [];
  const own = new Map<BatchRecord, readonly EngineRun[]>();
  let made = 0;

  const seed = (key: string, name: string, played: readonly WorldCase[], agent: string | undefined) => {
    const [first] = played;
    const record: ScenarioRecord = {
      id: objectId('scenario', key),
      referenceId: referenceId('scenario', key),
      name,
      persona: played.length === 1 ? (first?.persona ?? '') : 'A different caller each time, as on any day.',
      personaName: first?.persona.split(',')[0] ?? name,
      mission: played.length === 1 ? (first?.prompt ?? '') : 'Whatever people call the clinic for.',
      successCriteria: (first?.criteria ?? []).map(({ name: title, text }) => ({
        type: 'text',
        params: { name: title, text },
      })),
      maxTurns: SEEDED_MAX_TURNS,
      flowReferenceId: agent,
      created_at: at - 30 * 86_400_000,
      changed_at: at - 86_400_000,
      played,
    };
    scenarios.set(record.id, record);
    return record;
  };
  const flowOf = (agent: string) => world.flows.find((flow) => flow.agent === agent)?.referenceId;
  const configOf = (agent: string): RunConfig => ({
    flowReferenceId: flowOf(agent) ?? '',
    entrypoint: PROJECT,
    largeLanguageModelReferenceId: world.models[0]?.referenceId ?? '',
  });

  for (const suite of engine.suites) {
    for (const played of engine.cases.filter((one) => one.suite === suite.key)) {
      seed(played.key, played.name, [played], flowOf(suite.agent));
    }
  }
  // Last night's sessions are batches of their cases; one for measurements is a single batch of a scenario of its own.
  for (const session of [...engine.sessions()].reverse()) {
    const { suite } = session;
    const cases = suite ? engine.cases.filter((one) => one.suite === suite.key) : [];
    const parts = suite
      ? cases.map((one) => ({ scenario: scenarios.get(objectId('scenario', one.key)), only: one.key }))
      : [{ scenario: seed('measured', MEASURED, engine.cases, flowOf(session.agent.id)), only: undefined }];
    for (const { scenario, only } of parts) {
      if (!scenario) continue;
      batches.push({
        id: objectId('batch', session.id, only ?? ''),
        referenceId: referenceId('batch', session.id, only ?? ''),
        scenario: scenario.id,
        frozen: { ...scenario },
        name: only === undefined ? session.name : `${scenario.name}, last night`,
        session,
        only,
        runConfig: configOf(session.agent.id),
        created_at: session.created_at,
        lost: 0,
      });
    }
  }

  return {
    world,
    scenarios,
    addBatch: (batch) => void batches.push(batch),
    removeScenario(id, withBatches) {
      scenarios.delete(id);
      if (withBatches) batches = batches.filter((one) => one.scenario !== id);
    },
    batches: (scenario) => (scenario === undefined ? batches : batches.filter((one) => one.scenario === scenario)),
    scenario: (id) => scenarios.get(id) ?? [...scenarios.values()].find((one) => one.referenceId === id),
    batch: (scenario, id) =>
      batches.find((one) => one.scenario === scenario && (one.id === id || one.referenceId === id)),
    runsOf(batch) {
      const known = own.get(batch);
      if (known) return known;
      const { runs } = batch.session;
      const mine = batch.only === undefined ? runs : runs.filter((run) => run.case.key === batch.only);
      own.set(batch, mine);
      return mine;
    },
    nextId(kind) {
      made += 1;
      return objectId(kind, 'made', made);
    },
  };
}
