/** Runs, simulations and test cases as Coval shows them. */
import type { EngineRun, WorldCase } from '../../engine/types.ts';
import { resultsOf } from './results.ts';
import { progressOf, runState, simulationState, spelled } from './state.ts';
import type { Platform, RunRecord, Simulation } from './store.ts';
import type { CovalSwitches } from './switches.ts';
import { transcriptOf } from './transcript.ts';
import { caseId, suiteId } from './world.ts';

/** `whole` = with the results, as one run is answered; lists leave them out. */
export function renderRun(platform: Platform, record: RunRecord, whole = false): Record<string, unknown> {
  const { engine, switches } = platform;
  const { launch, session } = record;
  const status = runState(platform, record);
  const ended = ['COMPLETED', 'FAILED', 'CANCELLED'].includes(status);
  const last = Math.max(session.created_at, ended ? lastMoment(session.runs, engine.now()) : 0);
  const created = time(session.created_at, switches);
  return {
    name: `runs/${record.id}`,
    run_id: record.id,
    display_name: launch.display_name ?? `Simulation Run ${created.slice(0, 16).replace('T', ' ')}`,
    is_public: false,
    status: spelled(status, switches),
    create_time: created,
    update_time: time(last, switches),
    agent_id: launch.agent_id,
    persona_id: launch.persona_id,
    test_set_id: launch.test_set_id ?? null,
    tags: launch.tags,
    progress: progressOf(platform, record),
    results: whole && status === 'COMPLETED' && switches.results !== 'none' ? resultsOf(platform, record) : null,
    metadata: launch.customer,
    error: launch.crashed ? 'Run setup failed before any simulation was created.' : null,
    error_status: launch.crashed ? 'SETUP_FAILED' : null,
  };
}

/** `whole` = with the transcript, as one simulation is answered; lists leave it out. */
export function renderSimulation(platform: Platform, simulation: Simulation, whole = false): Record<string, unknown> {
  const { switches } = platform;
  const { id, run, record } = simulation;
  const state = simulationState(platform, simulation);
  const variant = Math.floor(run.iteration / record.launch.iteration_count);
  const mutation = variant > 0 ? record.launch.mutations[variant - 1] : undefined;
  const transcript = () => (state === 'COMPLETED' ? transcriptOf(run, switches) : null);
  return {
    name: `simulations/${id}`,
    simulation_id: id,
    run_id: record.id,
    status: spelled(state, switches),
    create_time: time(run.created_at + (switches.times === 'seconds' ? 0 : run.index), switches),
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
    transcript: whole ? transcript() : undefined,
    call_sid: whole ? null : undefined,
  };
}

export function renderTestCase({ world, switches }: Platform, id: string, one: WorldCase) {
  const behaviors = one.criteria.map((criterion) => criterion.text);
  const listed = switches.expectations === 'behaviors';
  return {
    name: `test-cases/${id}`,
    id,
    test_set_id: suiteId(one.suite),
    input_str: one.prompt,
    input_type: 'SCENARIO',
    description: one.name,
    expected_behaviors: listed ? behaviors : undefined,
    expected_output_str: listed ? undefined : behaviors.join(' '),
    expected_output_json: {},
    simulation_metadata_input: {},
    metric_input: {},
    user_notes: null,
    ...world.times,
  };
}

function time(ms: number, switches: CovalSwitches): string {
  const text = new Date(ms).toISOString();
  return switches.times === 'seconds' ? text.replace(/\.\d+Z$/, 'Z') : text;
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
