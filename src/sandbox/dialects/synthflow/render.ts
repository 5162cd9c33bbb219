/** Definitions and runs in the shapes of Synthflow's OpenAPI (copy of 2026-08-13). */
import type { EngineRun, EngineSession } from '../../engine/types.ts';
import { parentCounts } from '../lying-pages.ts';
import { nameIn } from '../lying-words.ts';
import { analysisOf } from './analysis.ts';
import { time } from './replies.ts';
import { inOrder } from './runs.ts';
import type { CaseRecord, Platform, SuiteRecord } from './store.ts';
import { timelineOf } from './transcript.ts';

const WORKSPACE = 'sandbox-workspace';

/** Applies the `optional_fields` switch to the fields that may be null. */
function optional(platform: Platform, fields: Record<string, unknown>): Record<string, unknown> {
  const { optional_fields } = platform.switches;
  if (optional_fields === 'absent') return {};
  if (optional_fields === 'null') return Object.fromEntries(Object.keys(fields).map((key) => [key, null]));
  return fields;
}

export function renderCase(platform: Platform, record: CaseRecord): Record<string, unknown> {
  return {
    simulation_case_id: record.id,
    workspace_id: WORKSPACE,
    name: record.name,
    prompt: record.prompt,
    type: record.type,
    success_criteria: record.criteria,
    call_success_type: record.rule,
    created_at: time(record.created_at),
    updated_at: time(record.updated_at),
    suite_id: record.suite ?? null,
    ...optional(platform, {
      base_agent: record.agent
        ? {
            model_id: record.agent,
            agent_name: platform.agents.nameOf(record.agent),
            agent_type: 'inbound',
            voice_engine_type: 'standard',
            phone_number: null,
            updated_at: time(record.created_at),
            image_url: null,
          }
        : null,
    }),
  };
}

function suiteBase(platform: Platform, record: SuiteRecord): Record<string, unknown> {
  return {
    id: record.id,
    name: record.name,
    model_id: record.agent,
    workspace_id: WORKSPACE,
    ...optional(platform, {
      language: record.language,
      agent: { id: record.agent, name: platform.agents.nameOf(record.agent), avatar: null },
      created_at: time(record.created_at),
      updated_at: time(record.updated_at),
    }),
  };
}

export function renderSuite(platform: Platform, record: SuiteRecord): Record<string, unknown> {
  const members = platform.store.casesOf(record.id);
  const ordered = platform.switches.order === 'shuffled' ? inOrder(platform, members) : members;
  const cases = ordered.map((one) => renderCase(platform, one));
  return { ...suiteBase(platform, record), ...optional(platform, { cases }) };
}

export function renderSuiteItem(platform: Platform, record: SuiteRecord): Record<string, unknown> {
  const members = platform.store.casesOf(record.id);
  const case_summaries = members.map(({ id, name }) => ({ simulation_case_id: id, name }));
  return { ...suiteBase(platform, record), ...optional(platform, { case_summaries }) };
}

/** The run status of the documentation, whatever word the switches spell it with. */
export function statusOf({ engine }: Platform, run: EngineRun): 'in-progress' | 'completed' | 'failed' {
  const state = engine.state(run);
  if (state === 'broken' || state === 'cancelled') return 'failed';
  return state === 'completed' || state === 'scoring' ? 'completed' : 'in-progress';
}

function statusWord(platform: Platform, run: EngineRun): string {
  const status = statusOf(platform, run);
  if (platform.switches.status_words === 'underscore') return status.replace('-', '_').toUpperCase();
  return platform.switches.status_words === 'unheard_of' ? `phase-${status.length}` : status;
}

export function renderRun(platform: Platform, run: EngineRun): Record<string, unknown> {
  const { engine, store, switches } = platform;
  const { case: definition, agent } = store.originOf(run);
  const status = statusOf(platform, run);
  const scored = status === 'completed' && engine.state(run) === 'completed';
  const changed = scored
    ? run.scored_at
    : status === 'in-progress'
      ? run.created_at
      : Math.min(run.ends_at, engine.now());
  const judged =
    switches.analysis === 'never' ? false : switches.analysis === 'at_once' ? status === 'completed' : scored;
  return {
    simulation_id: run.id,
    simulation_session_id: run.session,
    simulation_case_id: definition.id,
    target_agent_id: agent,
    status: statusWord(platform, run),
    workspace_id: WORKSPACE,
    created_at: time(run.created_at),
    updated_at: time(changed),
    success_criteria_analysis: judged ? analysisOf(run, definition, switches) : null,
    error_info: status === 'failed' ? errorOf(platform, run) : null,
    ...optional(platform, {
      simulation_case_name: definition.name,
      simulation_case_prompt: definition.prompt,
      success_criteria: definition.criteria.map((text, index) => nameIn(switches, text, index)),
      call_success_type: definition.rule,
      persona_agent_id: null,
      persona_phone_number: null,
      agent_name: platform.agents.nameOf(agent),
      agent_avatar_url: null,
      target_phone_number: null,
      target_call_id: null,
      custom_variables: run.variables,
      recording_url: status === 'completed' ? recordingOf(platform, run) : null,
      timeline: status === 'in-progress' ? null : timelineOf(run, switches),
    }),
  };
}

function recordingOf({ engine, switches }: Platform, run: EngineRun): string | null {
  if (switches.recordings === 'none') return null;
  return switches.recordings === 'url' ? engine.recordingUrl(run.id) : 'string';
}

function errorOf({ switches }: Platform, run: EngineRun): unknown {
  if (switches.error_info === 'null') return null;
  const message = run.outcome.kind === 'broken' ? run.outcome.message : 'The simulation was stopped.';
  if (switches.error_info === 'text') return message;
  return { message, code: 500, type: run.outcome.kind === 'broken' ? run.outcome.code : 'stopped' };
}

/** `shown` are the simulations to embed; the counters are those of the whole session. */
export function renderSession(platform: Platform, session: EngineSession, shown: readonly EngineRun[]) {
  const tally = { 'in-progress': 0, completed: 0, failed: 0 };
  for (const run of session.runs) tally[statusOf(platform, run)] += 1;
  const counts = parentCounts(platform.switches, {
    total: session.runs.length,
    completed: tally.completed,
    broken: tally.failed,
  });
  const example = platform.switches.counters === 'example';
  return {
    simulation_session_id: session.id,
    simulations: shown.slice(0, platform.switches.embed_at_most).map((run) => renderRun(platform, run)),
    total_simulations: example ? 1 : counts.total,
    completed_simulations: example ? 1 : counts.completed,
    failed_simulations: example ? 1 : counts.broken,
    pending_simulations: example ? 1 : tally['in-progress'],
  };
}
