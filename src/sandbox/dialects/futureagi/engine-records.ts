/** Sessions and runs of the engine as executions and calls. */
import { stableId } from '../../engine/ids.ts';
import type { Engine, EngineRun, EngineSession, WorldCase } from '../../engine/types.ts';
import { computeClusters, fmaAt } from './clusters.ts';
import type { Call, Config, EvalOutput, Execution, RunTest } from './records.ts';
import type { Switches } from './switches.ts';

/** How long a cancelled execution says `cancelling`. */
const CANCELLING_MS = 500;
const STATUS: Readonly<Record<string, string>> = {
  queued: 'queued',
  running: 'ongoing',
  scoring: 'analyzing',
  completed: 'completed',
  broken: 'failed',
  cancelled: 'cancelled',
};
const ENDED: Readonly<Record<string, string>> = {
  'caller-hung-up': 'customer-ended-call',
  'agent-hung-up': 'assistant-ended-call',
  'max-turns': 'max-duration-reached',
  completed: 'customer-ended-call',
};

export const scenarioIdOf = (worldCase: WorldCase) => stableId('futureagi', 'scenario', worldCase.key);

export const configOf = (criterion: { key: string; name: string }): Config => ({
  id: stableId('futureagi', 'config', criterion.key),
  name: criterion.name,
  template: { id: stableId('futureagi', 'template', criterion.key), name: `judge_${criterion.key}` },
});

export function toExecution(
  session: EngineSession,
  { engine, switches, runTest }: { engine: Engine; switches: Switches; runTest: RunTest },
): Execution {
  const now = engine.now();
  const failing = session.extra.without_credentials === true;
  const configs = new Set(runTest.configs.map(({ id }) => id));
  const calls = session.runs.map((run) => toCall(run, engine, configs, failing));
  const count = (status: string) => calls.filter((call) => call.status === status).length;
  const status = statusOf(session, calls, now);
  const over = ['completed', 'failed', 'cancelled'].includes(status);
  const ended = over ? calls.reduce((latest, call) => Math.max(latest, call.updated_at), session.created_at) : null;
  return {
    id: session.id,
    run_test: runTest,
    status: session.extra.flipped === true ? 'cancelling' : status,
    started_at: session.created_at,
    completed_at: ended,
    total_calls: calls.length,
    completed_calls: count('completed'),
    failed_calls: count('failed'),
    calls,
    fma: fmaAt(status, ended, now, switches, () => computeClusters(runTest, calls, switches.fma_minimum)),
  };
}

function statusOf({ extra }: EngineSession, calls: readonly Call[], now: number): string {
  const some = (...words: string[]) => calls.some((call) => words.includes(call.status));
  const { cancelled_at: cancelled } = extra;
  if (some('cancelled'))
    return typeof cancelled === 'number' && now < cancelled + CANCELLING_MS ? 'cancelling' : 'cancelled';
  if (some('queued', 'ongoing', 'pending'))
    return some('ongoing', 'analyzing', 'completed', 'failed') ? 'running' : 'pending';
  if (some('analyzing')) return 'evaluating';
  return calls.length > 0 && calls.every((call) => call.status === 'failed') ? 'failed' : 'completed';
}

/** What calls say of which the platform could not reach the agent. */
const UNREACHED = 'The provider of the agent refused the call: no credentials.';

/** `failing`: the agent cannot be reached. */
function toCall(run: EngineRun, engine: Engine, configs: ReadonlySet<string>, failing: boolean): Call {
  const played = engine.state(run);
  const state = failing && (played === 'scoring' || played === 'completed') ? 'broken' : played;
  const over = state === 'scoring' || state === 'completed';
  const talk = over && run.outcome.kind === 'conversation' ? run.outcome.conversation : undefined;
  const broken = state !== 'broken' ? undefined : run.outcome.kind === 'broken' ? run.outcome.message : UNREACHED;
  const unstarted = state === 'queued' || (state === 'cancelled' && (run.cancelled_at ?? 0) < run.starts_at);
  const ended = over || state === 'broken' ? run.ends_at : (run.cancelled_at ?? null);
  const moved = ended ?? (state === 'running' ? run.starts_at : run.created_at);
  const { evals, causes } = state === 'completed' ? evaluationsOf(run, configs) : { evals: {}, causes: {} };
  return {
    id: run.id,
    scenario: { id: scenarioIdOf(run.case), name: run.case.name },
    persona: run.case.persona,
    status: STATUS[state] ?? 'pending',
    started_at: unstarted ? null : run.starts_at,
    completed_at: ended,
    updated_at: state === 'completed' ? run.scored_at : moved,
    duration_seconds: talk ? Math.round(talk.duration_seconds) : null,
    ended_reason: talk ? (ENDED[talk.ended_reason] ?? 'customer-ended-call') : (broken ?? null),
    call_summary: state === 'completed' && talk ? talk.summary : null,
    evals,
    causes,
    latency_ms: talk ? Math.round(talk.latency_seconds * 1000) : null,
    cost_cents: talk ? Math.max(1, Math.round(talk.duration_seconds / 4)) : null,
    chat: false,
    recording: talk && engine.recordingUrl(run.id),
    error_message: broken,
    lines: talk ? talk.turns.map(({ speaker, text, at_seconds }) => ({ speaker, text, at_seconds })) : [],
  };
}

/** As stored. The platform knows no "any of these" rule: what another criterion made unneeded is skipped. */
function evaluationsOf(run: EngineRun, configs: ReadonlySet<string>): Pick<Call, 'evals' | 'causes'> {
  const evals: Record<string, EvalOutput> = {};
  const causes: Record<string, string> = {};
  if (run.outcome.kind !== 'conversation') return { evals, causes };
  const { conversation } = run.outcome;
  for (const { criterion, passed, reason, cause = 'other' } of conversation.evaluations) {
    const { id, name } = configOf(criterion);
    if (!configs.has(id)) continue;
    if (run.case.rule === 'any' && conversation.passed && !passed) {
      const unneeded = 'Another criterion of this scenario was met.';
      evals[id] = { output: null, reason: unneeded, output_type: null, name, status: 'skipped', skipped: true };
      continue;
    }
    evals[id] = { output: passed ? 'Passed' : 'Failed', reason, output_type: 'Pass/Fail', name };
    if (!passed) causes[id] = cause;
  }
  return { evals, causes };
}
