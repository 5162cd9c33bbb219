/** What the platform keeps besides the engine: scenarios and batches. */
import type { Engine, EngineRun, EngineSession, WorldCase } from '../../engine/types.ts';
import { ownSessions } from '../own-sessions.ts';
import { DIALECT, keptBatch } from './kept-batch.ts';
import type { BatchRecord, RunConfig, ScenarioRecord } from './records.ts';
import { createResources, type Resources } from './resources.ts';
import { seedsOf } from './seeds.ts';
import { createWorld, objectId, PROJECT, referenceId, type World } from './world.ts';

export interface Store {
  world: World;
  resources: Resources;
  scenarios: Map<string, ScenarioRecord>;
  /** The batches of a session; none where it is not known what it was started from. */
  batchesOf(session: EngineSession): readonly BatchRecord[];
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
  const world = createWorld();
  const seeds = seedsOf(engine, world.models);
  const at = engine.now();
  const scenarios = new Map<string, ScenarioRecord>();
  const sessions = ownSessions(engine, DIALECT);
  const bySession = new Map<string, readonly BatchRecord[]>();
  /** Scenarios that took their batches with them. */
  const removed = new Set<string>();
  const own = new Map<BatchRecord, readonly EngineRun[]>();
  let made = 0;

  const seed = (key: string, name: string, played: readonly WorldCase[], agent: string | undefined) => {
    const record = seededScenario({ key, name, played, agent, at });
    scenarios.set(record.id, record);
    return record;
  };
  const flowOf = (agent: string) => seeds.flows.find((flow) => flow.agent === agent)?.referenceId;
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
  const batchesOf = (session: EngineSession): readonly BatchRecord[] => {
    const known = bySession.get(session.id);
    if (known) return known;
    const made = session.dialect === undefined ? pastBatches(session) : startedBatch(session);
    bySession.set(session.id, made);
    return made;
  };

  const startedBatch = (session: EngineSession): BatchRecord[] => {
    const kept = keptBatch(session.extra.batch, engine.cases);
    if (!kept) return [];
    const id = objectId('batch', session.id);
    return [
      { ...kept, id, referenceId: referenceId(id), scenario: kept.frozen.id, session, created_at: session.created_at },
    ];
  };

  /** A session of a suite is a batch of each of its cases; one for measurements is a single batch of a scenario of its own. */
  const pastBatches = (session: EngineSession): BatchRecord[] => {
    const { suite } = session;
    const parts = suite
      ? engine.cases
          .filter((one) => one.suite === suite.key)
          .map((one) => ({ scenario: scenarios.get(objectId('scenario', one.key)), only: one.key }))
      : [{ scenario: seed('measured', MEASURED, engine.cases, flowOf(session.agent.id)), only: undefined }];
    return parts.flatMap(({ scenario, only }) =>
      scenario
        ? [
            {
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
            },
          ]
        : [],
    );
  };
  const batches = () =>
    sessions
      .all()
      .reverse()
      .flatMap(batchesOf)
      .filter((one) => !removed.has(one.scenario));
  // What they were started from may be changed or removed afterwards.
  batches();

  return {
    world,
    resources: createResources(engine.documents, seeds),
    scenarios,
    batchesOf,
    removeScenario(id, withBatches) {
      scenarios.delete(id);
      if (withBatches) removed.add(id);
    },
    batches: (scenario) => batches().filter((one) => scenario === undefined || one.scenario === scenario),
    scenario: (id) => scenarios.get(id) ?? [...scenarios.values()].find((one) => one.referenceId === id),
    batch: (scenario, id) =>
      batches().find((one) => one.scenario === scenario && (one.id === id || one.referenceId === id)),
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

/** A scenario that was there before the sandbox began, `at` ms since the epoch; `played`: one case, or all that callers call for. */
function seededScenario(of: {
  key: string;
  name: string;
  played: readonly WorldCase[];
  agent: string | undefined;
  at: number;
}): ScenarioRecord {
  const { key, name, played, agent, at } = of;
  const [first] = played;
  return {
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
}
