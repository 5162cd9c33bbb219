/** Scenarios, batches and runs in Cognigy's shapes. */
import type { Engine, EngineRun } from '../../engine/types.ts';
import { parentCounts } from '../lying-pages.ts';
import { transcriptIn, verdictIn } from '../lying-words.ts';
import type { BatchRecord, Criterion, ScenarioRecord } from './records.ts';
import { resultsOf } from './results.ts';
import type { States } from './state.ts';
import type { Store } from './store.ts';
import type { CognigySwitches } from './switches.ts';
import { turnsOf } from './transcript.ts';
import { ORGANISATION, objectId, PROJECT, USER } from './world.ts';

const RETENTION_MS = 30 * 86_400_000;

export interface Rendering {
  engine: Engine;
  store: Store;
  states: States;
  switches: CognigySwitches;
}

function identity({ ids }: CognigySwitches, id: string): { id?: string | undefined; _id?: string | undefined } {
  return { id: ids === '_id' ? undefined : id, _id: ids === 'id' ? undefined : id };
}

/** The flow of a frozen scenario, by one of its ids. */
function frozenFlow({ frozen_flow }: CognigySwitches, { flowReferenceId }: ScenarioRecord): Partial<ScenarioRecord> {
  if (frozen_flow === 'absent') return {};
  return frozen_flow === 'reference' ? { flowReferenceId } : { flowId: flowReferenceId };
}

/** An integer time. */
export function stamp(switches: CognigySwitches, ms: number): number {
  return switches.timestamps === 'ms' ? Math.round(ms) : Math.floor(ms / 1000);
}

function criteriaOf(switches: CognigySwitches, criteria: readonly Criterion[]): unknown[] {
  if (switches.criteria === 'params') return [...criteria];
  return criteria.map(({ params: { name, text } }) =>
    switches.criteria === 'name_text' ? { name, text } : { name, description: text },
  );
}

export function renderScenario(
  { switches }: Pick<Rendering, 'switches'>,
  record: ScenarioRecord,
): Record<string, unknown> {
  const moved = stamp(switches, record.changed_at);
  const still = stamp(switches, record.created_at);
  return {
    ...identity(switches, record.id),
    referenceId: record.referenceId,
    name: record.name,
    persona: record.persona,
    personaName: record.personaName,
    mission: record.mission,
    successCriteria: criteriaOf(switches, record.successCriteria),
    organisationReference: ORGANISATION,
    projectReference: PROJECT,
    createdAt: still,
    createdBy: USER,
    lastChanged: switches.changed === 'updatedAt' ? still : moved,
    lastChangedBy: USER,
    updatedAt: switches.changed === 'lastChanged' ? still : moved,
    updatedBy: USER,
    maxTurns: record.maxTurns,
    timeout: record.timeout,
    flowReferenceId: record.flowReferenceId,
    flowId: record.flowId,
    aiAgentReferenceId: record.aiAgentReferenceId,
    jobNodeId: record.jobNodeId,
  };
}

const OBSERVED_WORDS: Readonly<Record<string, string>> = { IN_PROGRESS: 'RUNNING' };

export function renderBatch(rendering: Rendering, batch: BatchRecord): Record<string, unknown> {
  const { switches, states } = rendering;
  const state = states.of(batch);
  const { succeeded, unmet, started_at, completed_at } = state;
  const counts = parentCounts(switches, {
    total: state.requested,
    completed: succeeded + unmet,
    broken: state.broken,
  });
  const { total: requested, broken } = counts;
  const failed = switches.failed_runs === 'broken' ? broken : unmet + broken;
  const ended = counts.completed + counts.broken;
  const word =
    switches.status_words === 'unheard_of'
      ? `PHASE_${state.status.length}`
      : switches.status_words === 'observed'
        ? (OBSERVED_WORDS[state.status] ?? state.status)
        : state.status;
  const rate = ended === 0 ? 0 : Math.round((100 * succeeded) / ended);
  const times = {
    createdAt: stamp(switches, batch.created_at),
    completedAt: completed_at === undefined ? undefined : stamp(switches, completed_at),
  };
  const status = switches.batch_status === 'present' ? word : undefined;
  const documented = {
    ...identity(switches, batch.id),
    referenceId: batch.referenceId,
    simulationReference: batch.scenario,
    runs: requested,
    completedRuns: switches.completed_runs === 'all' ? ended : ended - failed,
    failedRuns: failed,
    startedAt: started_at === undefined ? undefined : stamp(switches, started_at),
    ...times,
    status,
  };
  const { persona, personaName, mission, name } = batch.frozen;
  const observed = {
    ...identity(switches, batch.id),
    simulationReference: batch.scenario,
    name: batch.name,
    numberOfExecutions: requested,
    ...times,
    status,
    runConfig: switches.batch_run_config === 'present' ? batch.runConfig : undefined,
    simulationFrozen: { name, persona, personaName, mission, ...frozenFlow(switches, batch.frozen) },
    batchMetrics: {
      successRate:
        switches.batch_success_rate === 'number'
          ? rate
          : { percentage: rate, numerator: succeeded, denominator: ended },
      averageTurns: 12,
      averageSentiment: 'neutral',
      runResults: { succeeded, failed: unmet },
      averageSuccessRateForRuns: { percentage: rate, fraction: `${succeeded}/${ended}` },
    },
  };
  if (switches.batch === 'documented') return documented;
  return switches.batch === 'observed' ? observed : { ...observed, ...documented };
}

export function runId(run: EngineRun): string {
  return objectId('run', run.id);
}

export function renderRun(rendering: Rendering, batch: BatchRecord, run: EngineRun): Record<string, unknown> {
  const { engine, store, states, switches } = rendering;
  const lost = states.isLost(batch, run);
  const state = lost ? 'queued' : engine.state(run);
  const conversation =
    run.outcome.kind === 'conversation' && (state === 'completed' || state === 'scoring')
      ? run.outcome.conversation
      : undefined;
  const id = runId(run);
  const turns = conversation ? turnsOf(id, run, conversation, switches) : [];
  const position = batch.only === undefined ? run.index : store.runsOf(batch).indexOf(run);
  // A batch made for measurements plays many cases: each run then carries the criteria it was judged by.
  const criteria =
    batch.frozen.played.length === 1
      ? batch.frozen.successCriteria
      : run.case.criteria.map(({ name, text }) => ({ type: 'text', params: { name, text } }));
  return {
    ...identity(switches, id),
    organisationReference: ORGANISATION,
    projectReference: PROJECT,
    simulationReference: batch.scenario,
    simulationRunBatchReference: batch.id,
    sequence: position + switches.sequence_base,
    largeLanguageModelReferenceId: batch.runConfig.largeLanguageModelReferenceId,
    turns: transcriptIn(switches, turns, { content: 'text', speaker: 'role' }),
    totalTurns: turns.length,
    successCriteria: criteriaOf(switches, criteria),
    metrics: metricsOf(rendering, run, state, criteria),
    createdAt: stamp(switches, run.created_at),
    createdBy: USER,
    endPointType: 'rest',
    maxTurns: batch.frozen.maxTurns,
    duration:
      conversation && switches.duration !== 'absent'
        ? conversation.duration_seconds * (switches.duration === 'ms' ? 1000 : 1)
        : undefined,
    expiresAt: new Date(run.created_at + RETENTION_MS).toISOString(),
  };
}

function metricsOf(
  { switches }: Rendering,
  { outcome }: EngineRun,
  state: string,
  criteria: readonly Criterion[],
): Record<string, unknown> {
  if (state === 'cancelled') return { success: false, isBatchStopped: true, isConversationEnded: false };
  if (state === 'broken' && outcome.kind === 'broken') {
    // A run that broke says "not successful" as well; it is no failure of the agent all the same.
    const errorInfo = { message: outcome.message, technicalDetails: outcome.code };
    return { success: false, isBatchStopped: false, isConversationEnded: false, errorInfo };
  }
  if (state !== 'completed' || outcome.kind !== 'conversation') return {};
  const { conversation } = outcome;
  const met = conversation.evaluations.filter((one) => one.passed).length;
  const total = conversation.evaluations.length;
  const results = resultsOf(conversation, criteria, switches);
  return {
    success:
      switches.metrics === 'results_only' || switches.result_never_comes
        ? undefined
        : verdictIn(switches, conversation.passed, conversation.passed),
    results,
    successRate: { percentage: total === 0 ? 0 : Math.round((100 * met) / total), numerator: met, denominator: total },
    summary: conversation.summary,
    isBatchStopped: false,
    isConversationEnded: conversation.ended_reason !== 'max-turns',
  };
}
