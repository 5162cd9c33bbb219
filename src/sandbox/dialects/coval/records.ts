/** Sessions of the engine as Coval runs and simulations: ids, statuses, bodies. */
import { shortId } from '../../engine/ids.ts';
import type { Engine, EngineRun, EngineSession } from '../../engine/types.ts';
import { parentCounts } from '../lies.ts';
import { createOutputs } from './outputs.ts';
import type { Launch, RunRecord, Simulation } from './record-types.ts';
import type { CovalSwitches } from './switches.ts';
import { transcriptOf } from './transcript.ts';
import { agentId, type CovalWorld, caseId, suiteId } from './world.ts';

export type Records = ReturnType<typeof createRecords>;

/** What all routes of the dialect share. */
export interface Platform {
  engine: Engine;
  world: CovalWorld;
  records: Records;
  switches: CovalSwitches;
  /** Throws a refusal where the key lacks this permission. */
  scope(needed: string): void;
}

export function createRecords(engine: Engine, world: CovalWorld, switches: CovalSwitches) {
  const launches = new Map<string, Launch>();
  const records = new Map<string, RunRecord>();
  const bySession = new Map<string, RunRecord>();
  const simulations = new Map<string, Simulation>();
  const deletedRuns = new Set<string>();
  const outputs = createOutputs(engine, world, switches);

  /** A session that no launch made: last night's, or one for measurements. */
  function found(session: EngineSession): Launch {
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

  function recordOf(session: EngineSession): RunRecord {
    const known = bySession.get(session.id);
    if (known) return known;
    let made: Simulation[] | undefined;
    const record: RunRecord = {
      id: shortId(22, 'short', 'coval run', session.id),
      session,
      launch: launches.get(session.id) ?? found(session),
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

  /** Newest first; sessions that another dialect started are not Coval's. */
  function all(): RunRecord[] {
    return engine
      .sessions()
      .filter((session) => launches.has(session.id) || Object.keys(session.extra).length === 0)
      .map(recordOf);
  }

  const spelled = (status: string) => (switches.status_spelling === 'spaces' ? status : status.replaceAll(' ', '_'));
  const time = (ms: number) => {
    const text = new Date(ms).toISOString();
    return switches.times === 'seconds' ? text.replace(/\.\d+Z$/, 'Z') : text;
  };

  function simulationState({ run }: Simulation): string {
    switch (engine.state(run)) {
      case 'queued':
        return engine.now() < (run.created_at + run.starts_at) / 2 ? 'PENDING' : 'IN QUEUE';
      case 'running':
        return 'IN PROGRESS';
      case 'broken':
        return 'FAILED';
      case 'cancelled':
        return 'CANCELLED';
      default:
        return 'COMPLETED';
    }
  }

  function runState(record: RunRecord): string {
    if (deletedRuns.has(record.id)) return 'DELETED';
    if (record.launch.crashed) return 'FAILED';
    const states = record.simulations().map(simulationState);
    const is = (...words: string[]) => states.filter((state) => words.includes(state)).length;
    if (record.session.runs.some((run) => run.cancelled_at !== undefined)) return 'CANCELLED';
    if (is('PENDING', 'IN QUEUE', 'IN PROGRESS') === 0) {
      const judging = record.session.runs.some((run) => engine.state(run) === 'scoring');
      if (judging && switches.run_completes === 'after_metrics') return 'IN PROGRESS';
      return is('FAILED') === states.length && states.length > 0 ? switches.all_broken : 'COMPLETED';
    }
    if (is('IN PROGRESS', 'COMPLETED', 'FAILED') > 0) return 'IN PROGRESS';
    return is('IN QUEUE') > 0 ? 'IN QUEUE' : 'PENDING';
  }

  function progress(record: RunRecord) {
    if (record.launch.crashed)
      return { total_test_cases: 0, completed_test_cases: 0, failed_test_cases: 0, in_progress_test_cases: 0 };
    let list = record.simulations();
    if (switches.progress_counts === 'cases') {
      list = [...new Map(list.map((one) => [one.run.case.key, one])).values()];
    }
    const states = list.map(simulationState);
    const is = (...words: string[]) => states.filter((state) => words.includes(state)).length;
    const [completed, failed] = [is('COMPLETED'), is('FAILED')];
    const counts = parentCounts(switches, { total: list.length, completed, broken: failed });
    return {
      total_test_cases: counts.total,
      completed_test_cases: counts.completed,
      failed_test_cases: counts.broken,
      in_progress_test_cases: is('IN PROGRESS'),
    };
  }

  function runBody(record: RunRecord, whole: boolean): Record<string, unknown> {
    const { launch, session } = record;
    const status = runState(record);
    const ended = ['COMPLETED', 'FAILED', 'CANCELLED'].includes(status);
    const last = Math.max(session.created_at, ended ? lastMoment(session.runs, engine.now()) : 0);
    return {
      name: `runs/${record.id}`,
      run_id: record.id,
      display_name: launch.display_name ?? `Simulation Run ${time(session.created_at).slice(0, 16).replace('T', ' ')}`,
      is_public: false,
      status: spelled(status),
      create_time: time(session.created_at),
      update_time: time(last),
      agent_id: launch.agent_id,
      persona_id: launch.persona_id,
      test_set_id: launch.test_set_id ?? null,
      tags: launch.tags,
      progress: progress(record),
      // Lists leave out the values, of which there may be those of 10,000 simulations.
      results: whole && status === 'COMPLETED' && switches.results !== 'none' ? outputs.results(record) : null,
      metadata: launch.customer,
      error: launch.crashed ? 'Run setup failed before any simulation was created.' : null,
      error_status: launch.crashed ? 'SETUP_FAILED' : null,
    };
  }

  function simulationBody(simulation: Simulation, whole: boolean): Record<string, unknown> {
    const { id, run, record } = simulation;
    const state = simulationState(simulation);
    const variant = Math.floor(run.iteration / record.launch.iteration_count);
    const mutation = variant > 0 ? record.launch.mutations[variant - 1] : undefined;
    return {
      name: `simulations/${id}`,
      simulation_id: id,
      run_id: record.id,
      status: spelled(state),
      create_time: time(run.created_at + (switches.times === 'seconds' ? 0 : run.index)),
      has_audio: state === 'COMPLETED',
      agent_id: record.launch.agent_id,
      persona_id: record.launch.persona_id,
      test_set_id: suiteId(run.case.suite),
      test_case_id: caseId(run.case.key),
      source: { type: 'phone', value: '+15550199' },
      destination: { type: 'phone', value: '+15550100' },
      error_message: state === 'FAILED' && run.outcome.kind === 'broken' ? run.outcome.message : null,
      mutation_id: mutation?.id ?? null,
      mutation_name: mutation?.display_name ?? null,
      notes: null,
      is_public: false,
      ...(whole ? { transcript: state === 'COMPLETED' ? transcriptOf(run, switches) : null, call_sid: null } : {}),
    };
  }

  return {
    all,
    outputs,
    runState,
    simulationState,
    runBody,
    simulationBody,
    /** Cheap, unlike the state of a run, which is that of all its simulations. */
    isDeleted: ({ id }: RunRecord) => deletedRuns.has(id),
    launched(session: EngineSession, launch: Launch): RunRecord {
      launches.set(session.id, launch);
      return recordOf(session);
    },
    run(id: string): RunRecord | undefined {
      all();
      const record = records.get(id);
      return record && (!deletedRuns.has(record.id) || switches.deleted === 'shown') ? record : undefined;
    },
    simulation(id: string): Simulation | undefined {
      if (!simulations.has(id)) for (const record of all()) record.simulations();
      const simulation = simulations.get(id);
      return simulation && !deletedRuns.has(simulation.record.id) ? simulation : undefined;
    },
    /** Cancels an active run, deletes a finished one. */
    removeRun(record: RunRecord): void {
      const state = runState(record);
      if (['COMPLETED', 'FAILED', 'CANCELLED', 'DELETED'].includes(state)) deletedRuns.add(record.id);
      else engine.cancel(record.session.id);
    },
  };
}

/** When the last of them ended or was judged, whichever has happened. */
function lastMoment(runs: readonly EngineRun[], now: number): number {
  let last = 0;
  for (const run of runs) {
    const ended = Math.min(run.ends_at, now);
    last = Math.max(last, run.cancelled_at ?? (run.scored_at <= now ? run.scored_at : ended));
  }
  return last;
}
