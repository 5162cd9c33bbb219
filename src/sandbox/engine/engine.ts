/**
 * The sandbox's engine: a receptionist that follows a playbook file, scripted callers, a judge, a clock. It is a
 * rule-based stand-in, not a language model: it understands the policies it was built to understand, says which it did
 * not, and plays the same conversations for the same seed, playbook and order of starts.
 */
import { randomUUID } from 'node:crypto';
import { Problem } from '../../model/problem.ts';
import { play } from './conversation.ts';
import { addHistory } from './history.ts';
import { stableId } from './ids.ts';
import { outcomeOf } from './outcomes.ts';
import type { Playbook } from './playbook.ts';
import { historyPlaybook, readPlaybook } from './playbook-file.ts';
import type { Policies } from './policies.ts';
import { createSchedule, stateAt } from './schedule.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import type { Engine, EngineOptions, EngineRun, EngineSession, RunOutcome, StartOptions, WorldCase } from './types.ts';
import { AGENTS, CASES, SUITES } from './world.ts';

const PARALLEL = 8;

/**
 * Creates a world with one finished session per suite from last night (played with the shipped playbook) and, with
 * `scale`, one more of that many runs. Without a seed, ids differ from engine to engine.
 */
export function createEngine(options: EngineOptions): Engine {
  const { now = Date.now, parallel = PARALLEL, scale = 0 } = options;
  const seed = options.seed === undefined ? randomUUID() : `seed ${options.seed}`;
  const store = createSessionStore();
  const { policies } = historyPlaybook(options.playbook);
  addHistory(store, { seed, policies, now: now(), parallel, scale: Math.floor(scale) });
  let starts = 0;
  let lastRead: Playbook | undefined;

  return {
    agents: AGENTS,
    suites: SUITES,
    cases: CASES,
    now,
    start(request) {
      const joined = request.session === undefined ? undefined : store.session(request.session);
      if (request.session !== undefined && !joined)
        throw new Problem('not_found', 'There is no session with this id in the sandbox.');
      lastRead = readPlaybook(options.playbook);
      starts += 1;
      const created_at = now();
      const session = joined ?? store.add(newSession(request, stableId(seed, 'session', starts), created_at));
      if (joined && request.extra) Object.assign(joined.extra, request.extra);
      addRuns(store, session, request, {
        created_at,
        key: `${seed}/${starts}`,
        policies: lastRead.policies,
        options: { ...options, parallel },
      });
      return session;
    },
    session: store.session,
    sessions: store.sessions,
    run: store.run,
    state: (run) => stateAt(run, now()),
    cancel(id) {
      const at = now();
      let stopped = 0;
      for (const run of store.session(id)?.runs ?? []) {
        const state = stateAt(run, at);
        if (state === 'completed' || state === 'broken' || state === 'cancelled') continue;
        run.cancelled_at = at;
        stopped += 1;
      }
      return stopped;
    },
    notUnderstood() {
      lastRead ??= readPlaybook(options.playbook);
      return lastRead.notUnderstood;
    },
  };
}

function newSession(request: StartOptions, id: string, created_at: number): EngineSession {
  const { name = nameOf(request, created_at), agent, suite, extra } = request;
  return { id, name, agent, suite, created_at, runs: [], extra: { ...extra } };
}

interface Started {
  created_at: number;
  /** Everything wording and outcomes depend on, beside case and repetition. */
  key: string;
  policies: Policies;
  options: Pick<EngineOptions, 'speed' | 'outcomes' | 'broken_rate'> & { parallel: number };
}

/** Plays what was asked for and adds the runs to the session, each with its times. */
function addRuns(store: SessionStore, session: EngineSession, request: StartOptions, started: Started): void {
  const { created_at, options } = started;
  const schedule = createSchedule(created_at, request.parallel ?? options.parallel, options.speed);
  const repeat = Math.max(1, Math.floor(request.repeat ?? 1));
  for (const worldCase of request.cases) {
    const before = session.runs.filter((run) => run.case.key === worldCase.key).length;
    for (let iteration = before; iteration < before + repeat; iteration++) {
      const key = `${started.key}.${iteration}`;
      const outcome = outcomeOf(options, worldCase, key, () =>
        played(worldCase, request, started.policies, key, iteration),
      );
      const index = session.runs.length;
      const run: EngineRun = {
        id: stableId(session.id, 'run', index),
        session: session.id,
        case: worldCase,
        iteration,
        index,
        outcome,
        variables: { ...request.variables },
        created_at,
        ...schedule(outcome, `${key}/${worldCase.key}`),
      };
      store.addRun(session, run);
    }
  }
}

function played(
  worldCase: WorldCase,
  { max_turns, variables = {} }: StartOptions,
  policies: Policies,
  key: string,
  iteration: number,
): RunOutcome {
  return {
    kind: 'conversation',
    conversation: play({ case: worldCase, policies, key, iteration, max_turns, variables }),
  };
}

function nameOf(request: StartOptions, at: number): string {
  const what = request.suite?.name ?? request.cases[0]?.name ?? 'Simulation';
  return `${what}, ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}`;
}
