/** The engine's world as run tests and executions: one run test a suite, and one over everything for what has no suite. */

import { stableId } from '../../engine/ids.ts';
import type { Engine, EngineRun, EngineSession, WorldCase } from '../../engine/types.ts';
import { computeClusters, fmaAt } from './clusters.ts';
import type { Call, Config, EvalOutput, Execution, RunTest, Scenario } from './records.ts';
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

export interface World {
  runTests(): RunTest[];
  executions(): Execution[];
  execution(id: string): Execution | undefined;
  /** The execution and call of a call id. */
  call(id: string): { execution: Execution; call: Call } | undefined;
  /** Starts an engine session for these scenarios; undefined when they are not of the engine's world. */
  start(runTest: RunTest, scenarios: readonly Scenario[]): Execution | undefined;
  cancel(id: string): void;
  /** Makes a finished execution say `cancelling`, as the vendor does when asked to cancel it. */
  flip(id: string): void;
}

export function createWorld(engine: Engine, switches: Switches): World {
  const configOf = (criterion: { key: string; name: string }): Config => ({
    id: stableId('futureagi', 'config', criterion.key),
    name: criterion.name,
    template: { id: stableId('futureagi', 'template', criterion.key), name: `judge_${criterion.key}` },
    error_localizer: false,
  });
  const runTestOf = (key: string, name: string, agentId: string, cases: readonly WorldCase[]): RunTest => {
    const agent = engine.agents.find((one) => one.id === agentId) ?? engine.agents[0];
    const configs = new Map<string, Config>();
    for (const { criteria } of cases)
      for (const criterion of criteria)
        if (!configs.has(criterion.key)) configs.set(criterion.key, configOf(criterion));
    return {
      id: stableId('futureagi', 'run test', key),
      name,
      agent: { id: stableId('futureagi', 'agent', agent?.id ?? ''), name: agent?.name ?? '', type: 'voice' },
      scenarios: cases.map((one) => ({
        id: scenarioIdOf(one),
        name: one.name,
        rows: 1,
        status: 'Completed',
        prompt: one.prompt,
      })),
      configs: [...configs.values()],
      created_at: 1_767_225_600_000,
    };
  };
  const suites = new Map<string, RunTest>();
  for (const suite of engine.suites) {
    const cases = engine.cases.filter((one) => one.suite === suite.key);
    suites.set(suite.key, runTestOf(suite.key, suite.name, suite.agent, cases));
  }
  const everything = runTestOf('*', 'Everything', engine.agents[0]?.id ?? '', engine.cases);
  const casesByScenario = new Map(engine.cases.map((one) => [scenarioIdOf(one), one]));
  const finished = new Map<string, Execution>();

  const belonging = (session: EngineSession): RunTest => {
    const suite = session.suite?.key;
    if (suite !== undefined) return suites.get(suite) ?? everything;
    const keys = new Set(session.runs.map((run) => run.case.suite));
    const [only] = keys;
    return (keys.size === 1 && only !== undefined ? suites.get(only) : undefined) ?? everything;
  };

  /** Evaluations as stored. The platform knows no "any of these" rule: what another criterion made unneeded is skipped. */
  const evalsOf = (run: EngineRun): { evals: Record<string, EvalOutput>; causes: Record<string, string> } => {
    const evals: Record<string, EvalOutput> = {};
    const causes: Record<string, string> = {};
    if (run.outcome.kind !== 'conversation') return { evals, causes };
    const { conversation } = run.outcome;
    for (const evaluation of conversation.evaluations) {
      const { id, name } = configOf(evaluation.criterion);
      if (run.case.rule === 'any' && conversation.passed && !evaluation.passed) {
        evals[id] = {
          output: null,
          reason: 'Another criterion of this scenario was met.',
          output_type: null,
          name,
          status: 'skipped',
          skipped: true,
        };
        continue;
      }
      evals[id] = {
        output: evaluation.passed ? 'Passed' : 'Failed',
        reason: evaluation.reason,
        output_type: 'Pass/Fail',
        name,
      };
      if (!evaluation.passed) causes[id] = evaluation.cause ?? 'other';
    }
    return { evals, causes };
  };

  const callOf = (run: EngineRun): Call => {
    const state = engine.state(run);
    const talk = run.outcome.kind === 'conversation' ? run.outcome.conversation : undefined;
    const over = state === 'scoring' || state === 'completed';
    const started = state === 'queued' || (state === 'cancelled' && (run.cancelled_at ?? 0) < run.starts_at);
    const ended = over || state === 'broken' ? run.ends_at : (run.cancelled_at ?? null);
    const { evals, causes } = state === 'completed' ? evalsOf(run) : { evals: {}, causes: {} };
    const broken = run.outcome.kind === 'broken' ? run.outcome : undefined;
    return {
      id: run.id,
      scenario: { id: scenarioIdOf(run.case), name: run.case.name },
      persona: run.case.persona,
      status: STATUS[state] ?? 'pending',
      started_at: started ? null : run.starts_at,
      completed_at: ended,
      updated_at:
        state === 'completed' ? run.scored_at : (ended ?? (state === 'running' ? run.starts_at : run.created_at)),
      duration_seconds: over && talk ? Math.round(talk.duration_seconds) : null,
      ended_reason:
        over && talk
          ? (ENDED[talk.ended_reason] ?? 'customer-ended-call')
          : state === 'broken'
            ? (broken?.message ?? null)
            : null,
      call_summary: state === 'completed' && talk ? talk.summary : null,
      evals,
      causes,
      latency_ms: over && talk ? Math.round(talk.latency_seconds * 1000) : null,
      cost_cents: over && talk ? Math.max(1, Math.round(talk.duration_seconds / 4)) : null,
      chat: false,
      recording: over && talk !== undefined,
      ...(state === 'broken' && broken ? { error_message: broken.message } : {}),
      lines: over && talk ? talk.turns.map(({ speaker, text, at_seconds }) => ({ speaker, text, at_seconds })) : [],
    };
  };

  const render = (session: EngineSession): Execution => {
    const now = engine.now();
    const runTest = belonging(session);
    const calls = session.runs.map(callOf);
    const some = (...words: string[]) => calls.some((call) => words.includes(call.status));
    const cancelledAt =
      typeof session.extra.futureagi_cancelled === 'number' ? session.extra.futureagi_cancelled : undefined;
    const failed = calls.filter((call) => call.status === 'failed').length;
    const live = some('queued', 'ongoing', 'pending');
    const status = some('cancelled')
      ? cancelledAt !== undefined && now < cancelledAt + CANCELLING_MS
        ? 'cancelling'
        : 'cancelled'
      : live
        ? some('ongoing', 'analyzing', 'completed', 'failed')
          ? 'running'
          : 'pending'
        : some('analyzing')
          ? 'evaluating'
          : failed > 0 && failed === calls.length
            ? 'failed'
            : 'completed';
    const over = ['completed', 'failed', 'cancelled'].includes(status);
    const ended = over ? calls.reduce((latest, call) => Math.max(latest, call.updated_at), session.created_at) : null;
    const fma = fmaAt(status, ended, now, switches, () => computeClusters(runTest, calls, switches.fma_minimum));
    return {
      id: session.id,
      run_test: runTest,
      status: session.extra.futureagi_flipped === true ? 'cancelling' : status,
      started_at: session.created_at,
      completed_at: ended,
      total_calls: calls.length,
      completed_calls: calls.filter((call) => call.status === 'completed').length,
      failed_calls: failed,
      calls,
      fma,
    };
  };

  const execution = (session: EngineSession): Execution => {
    const key = `${session.id} ${session.runs.length} ${switches.fma_minimum} ${String(session.extra.futureagi_flipped)}`;
    const known = finished.get(key);
    if (known) return known;
    const made = render(session);
    // Nothing changes any more once the last calculation is over: large sessions are rendered once.
    if (made.fma.status === 'completed' || made.status === 'cancelled' || made.status === 'failed')
      finished.set(key, made);
    return made;
  };

  return {
    runTests: () => [...suites.values(), everything],
    executions: () => engine.sessions().map(execution),
    execution(id) {
      const session = engine.session(id);
      return session && execution(session);
    },
    call(id) {
      const run = engine.run(id);
      const session = run && engine.session(run.session);
      if (!run || !session) return undefined;
      const owner = execution(session);
      const call = owner.calls[run.index];
      return call && call.id === id ? { execution: owner, call } : undefined;
    },
    start(runTest, scenarios) {
      const cases = scenarios.flatMap((one) => casesByScenario.get(one.id) ?? []);
      if (cases.length === 0) return undefined;
      const suite = engine.suites.find((one) => suites.get(one.key)?.id === runTest.id);
      const agent = engine.agents.find((one) => stableId('futureagi', 'agent', one.id) === runTest.agent.id);
      if (!agent) return undefined;
      return execution(engine.start({ cases, agent, ...(suite ? { suite } : {}) }));
    },
    cancel(id) {
      const session = engine.session(id);
      if (!session) return;
      engine.cancel(id);
      session.extra.futureagi_cancelled = engine.now();
    },
    flip(id) {
      const session = engine.session(id);
      if (session) session.extra.futureagi_flipped = true;
    },
  };
}
