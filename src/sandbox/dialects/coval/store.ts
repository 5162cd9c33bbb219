/** What the platform keeps besides the engine: launches, the simulations of each run, and which runs are deleted. */
import * as z from 'zod/v4';
import { shortId } from '../../engine/ids.ts';
import type { Engine, EngineRun, EngineSession } from '../../engine/types.ts';
import { ownSessions } from '../own-sessions.ts';
import type { AgentBook } from './agent-book.ts';
import type { MutationBook } from './mutation-book.ts';
import type { CovalSwitches } from './switches.ts';
import { agentId, type CovalWorld, suiteId } from './world.ts';

/** What every route works with. */
export interface Platform {
  engine: Engine;
  world: CovalWorld;
  agents: AgentBook;
  mutations: MutationBook;
  store: Store;
  switches: CovalSwitches;
  /** Throws a refusal where the key lacks this permission. */
  scope(needed: string): void;
}

export const DIALECT = 'coval';

/** What a launch asked for, as it is kept with the session. */
const launchSchema = z.object({
  agent_id: z.string(),
  persona_id: z.string(),
  test_set_id: z.string().optional(),
  metric_ids: z.array(z.string()),
  mutations: z.array(z.object({ id: z.string(), display_name: z.string() })),
  iteration_count: z.number(),
  display_name: z.string().optional(),
  tags: z.array(z.string()),
  customer: z.record(z.string(), z.unknown()),
  crashed: z.boolean(),
});
export type Launch = z.infer<typeof launchSchema>;

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
  recordOf(session: EngineSession): RunRecord;
  markDeleted(record: RunRecord): void;
  /** Cheap, unlike the state of a run, which is that of all its simulations. */
  isDeleted(record: RunRecord): boolean;
}

export function createStore(engine: Engine, world: CovalWorld, switches: CovalSwitches): Store {
  const sessions = ownSessions(engine, DIALECT);
  const records = new Map<string, RunRecord>();
  const bySession = new Map<string, RunRecord>();
  const simulations = new Map<string, Simulation>();

  function recordOf(session: EngineSession): RunRecord {
    const known = bySession.get(session.id);
    if (known) return known;
    let made: Simulation[] | undefined;
    const record: RunRecord = {
      id: shortId(22, 'short', 'coval run', session.id),
      session,
      launch: launchSchema.safeParse(session.extra.launch).data ?? unlaunched(session, world),
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

  const isDeleted = ({ session }: RunRecord) => session.extra.deleted === true;

  function runs(): RunRecord[] {
    return sessions.all().map(recordOf);
  }

  return {
    runs,
    run(id) {
      runs();
      const record = records.get(id);
      return record && (!isDeleted(record) || switches.deleted === 'shown') ? record : undefined;
    },
    simulation(id) {
      if (!simulations.has(id)) for (const record of runs()) record.simulations();
      const simulation = simulations.get(id);
      return simulation && !isDeleted(simulation.record) ? simulation : undefined;
    },
    recordOf,
    markDeleted: ({ session }) => engine.amend(session.id, { deleted: true }),
    isDeleted,
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
