/** What the platform keeps besides the engine: launches, the simulations of each run, and which runs are deleted. */
import { shortId } from '../../engine/ids.ts';
import type { Engine, EngineRun, EngineSession } from '../../engine/types.ts';
import type { CovalSwitches } from './switches.ts';
import { agentId, type CovalWorld, suiteId } from './world.ts';

/** What every route works with. */
export interface Platform {
  engine: Engine;
  world: CovalWorld;
  store: Store;
  switches: CovalSwitches;
  /** Throws a refusal where the key lacks this permission. */
  scope(needed: string): void;
}

/** What a launch asked for. */
export interface Launch {
  agent_id: string;
  persona_id: string;
  test_set_id: string | undefined;
  metric_ids: string[];
  mutations: { id: string; display_name: string }[];
  iteration_count: number;
  display_name: string | undefined;
  tags: string[];
  customer: Record<string, unknown>;
  crashed: boolean;
}

export interface Simulation {
  id: string;
  run: EngineRun;
  record: RunRecord;
}

export interface RunRecord {
  id: string;
  session: EngineSession;
  launch: Launch;
  /** In order of creation; made when first asked for. */
  simulations(): Simulation[];
}

export interface Store {
  /** Newest first, deleted ones too; sessions that another dialect started are not Coval's. */
  runs(): RunRecord[];
  /** Undefined for a deleted run, unless the switches show those. */
  run(id: string): RunRecord | undefined;
  /** Undefined for one of a deleted run. */
  simulation(id: string): Simulation | undefined;
  /** Keeps what a session was launched with. */
  launched(session: EngineSession, launch: Launch): RunRecord;
  markDeleted(record: RunRecord): void;
  /** Cheap, unlike the state of a run, which is that of all its simulations. */
  isDeleted(record: RunRecord): boolean;
}

export function createStore(engine: Engine, world: CovalWorld, switches: CovalSwitches): Store {
  const launches = new Map<string, Launch>();
  const records = new Map<string, RunRecord>();
  const bySession = new Map<string, RunRecord>();
  const simulations = new Map<string, Simulation>();
  const deleted = new Set<string>();

  function recordOf(session: EngineSession): RunRecord {
    const known = bySession.get(session.id);
    if (known) return known;
    let made: Simulation[] | undefined;
    const record: RunRecord = {
      id: shortId(22, 'short', 'coval run', session.id),
      session,
      launch: launches.get(session.id) ?? unlaunched(session, world),
      simulations() {
        if (!made) {
          made = session.runs.map((run) => ({ id: shortId(22, 'short', 'coval simulation', run.id), run, record }));
          for (const one of made) simulations.set(one.id, one);
        }
        return made;
      },
    };
    bySession.set(session.id, record);
    records.set(record.id, record);
    return record;
  }

  function runs(): RunRecord[] {
    return engine
      .sessions()
      .filter((session) => launches.has(session.id) || Object.keys(session.extra).length === 0)
      .map(recordOf);
  }

  return {
    runs,
    run(id) {
      runs();
      const record = records.get(id);
      return record && (!deleted.has(record.id) || switches.deleted === 'shown') ? record : undefined;
    },
    simulation(id) {
      if (!simulations.has(id)) for (const record of runs()) record.simulations();
      const simulation = simulations.get(id);
      return simulation && !deleted.has(simulation.record.id) ? simulation : undefined;
    },
    launched(session, launch) {
      launches.set(session.id, launch);
      return recordOf(session);
    },
    markDeleted: ({ id }) => void deleted.add(id),
    isDeleted: ({ id }) => deleted.has(id),
  };
}

/** The launch of a session that no request made: last night's, or one for measurements. */
function unlaunched(session: EngineSession, world: CovalWorld): Launch {
  return {
    agent_id: agentId(session.agent),
    persona_id: world.personas[0]?.id ?? '',
    test_set_id: session.suite ? suiteId(session.suite.key) : undefined,
    metric_ids: world.own,
    mutations: [],
    iteration_count: Number.MAX_SAFE_INTEGER,
    display_name: session.name,
    tags: [],
    customer: {},
    crashed: false,
  };
}
