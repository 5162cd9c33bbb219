/**
 * The sandbox's engine: a receptionist that follows a playbook file, scripted callers, a judge, a clock. It is a
 * rule-based stand-in, not a language model: it understands the policies it was built to understand, says which it did
 * not, and plays the same conversations for the same seed, playbook and order of starts.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Problem } from '../../model/problem.ts';
import { SHIPPED_PLAYBOOK } from '../shipped.ts';
import { play } from './conversation.ts';
import { pastRuns } from './history.ts';
import { stableId } from './ids.ts';
import { type Playbook, parsePlaybook } from './playbook.ts';
import { fraction } from './random.ts';
import { createSchedule, stateAt } from './schedule.ts';
import type {
  Engine,
  EngineOptions,
  EngineRun,
  EngineSession,
  RunOutcome,
  StartOptions,
  WorldCase,
  WorldSuite,
} from './types.ts';
import { AGENTS, CASES, SUITES } from './world.ts';

const PARALLEL = 8;
/** Last night's sessions began this long before the engine was created. */
const HISTORY_MS = 9 * 3_600_000;

/**
 * Creates a world with one finished session per suite from last night (played with the shipped playbook) and, with
 * `scale`, one more of that many runs. Without a seed, ids differ from engine to engine.
 */
export function createEngine(options: EngineOptions): Engine {
  const now = options.now ?? Date.now;
  const seed = options.seed === undefined ? randomUUID() : `seed ${options.seed}`;
  const parallel = options.parallel ?? PARALLEL;
  const sessions: EngineSession[] = [];
  const sessionsById = new Map<string, EngineSession>();
  const runsById = new Map<string, EngineRun>();
  const unmade: (() => void)[] = [];
  let starts = 0;
  let lastRead: Playbook | undefined;

  function readPlaybook(): Playbook {
    let text: string;
    try {
      text = readFileSync(options.playbook, 'utf8');
    } catch (cause) {
      throw new Problem('local_io', "The sandbox cannot read its agent's playbook file.", {
        next: 'Put the file back, or start the sandbox again to get a fresh copy.',
        cause,
      });
    }
    lastRead = parsePlaybook(text);
    return lastRead;
  }

  function outcomeOf(worldCase: WorldCase, key: string, make: () => RunOutcome): RunOutcome {
    const forced = options.outcomes?.[worldCase.key];
    if (forced === 'stuck') return { kind: 'stuck' };
    if (forced === 'broken' || fraction(`${key}/${worldCase.key}/breaks`) < (options.broken_rate ?? 0))
      return broken(`${key}/${worldCase.key}`);
    return make();
  }

  function add(session: EngineSession): EngineSession {
    sessions.unshift(session);
    sessionsById.set(session.id, session);
    return session;
  }

  function start(request: StartOptions): EngineSession {
    const joined = request.session === undefined ? undefined : sessionsById.get(request.session);
    if (request.session !== undefined && !joined)
      throw new Problem('not_found', 'There is no session with this id in the sandbox.');
    const { policies } = readPlaybook();
    starts += 1;
    const created_at = now();
    const session =
      joined ??
      add({
        id: stableId(seed, 'session', starts),
        name: request.name ?? nameOf(request, created_at),
        agent: request.agent,
        ...(request.suite ? { suite: request.suite } : {}),
        created_at,
        runs: [],
        extra: { ...request.extra },
      });
    if (joined && request.extra) Object.assign(joined.extra, request.extra);
    const schedule = createSchedule(created_at, request.parallel ?? parallel, options.speed);
    const repeat = Math.max(1, Math.floor(request.repeat ?? 1));
    for (const worldCase of request.cases) {
      const before = session.runs.filter((run) => run.case.key === worldCase.key).length;
      for (let i = 0; i < repeat; i++) {
        const iteration = before + i;
        const key = `${seed}/${starts}.${iteration}`;
        const outcome = outcomeOf(worldCase, key, () => ({
          kind: 'conversation',
          conversation: play({
            case: worldCase,
            policies,
            key,
            iteration,
            ...(request.max_turns === undefined ? {} : { max_turns: request.max_turns }),
            variables: request.variables ?? {},
          }),
        }));
        const run: EngineRun = {
          id: stableId(session.id, 'run', session.runs.length),
          session: session.id,
          case: worldCase,
          iteration,
          index: session.runs.length,
          outcome,
          variables: { ...request.variables },
          created_at,
          ...schedule(outcome, `${key}/${worldCase.key}`),
        };
        session.runs.push(run);
        runsById.set(run.id, run);
      }
    }
    return session;
  }

  const shipped = parsePlaybook(shippedText(options.playbook)).policies;

  /** Adds a finished session; its runs are made when somebody looks. */
  function addPast(past: {
    part: string;
    name: string;
    suite?: WorldSuite;
    from: number;
    count: number;
    parallel: number;
  }) {
    const { part, name, suite, from, count } = past;
    const agent = AGENTS.find((one) => one.id === suite?.agent) ?? AGENTS[0];
    if (!agent) throw new Problem('internal', 'The sandbox has no agents.');
    const id = stableId(seed, 'session', part);
    const cases = suite ? CASES.filter((one) => one.suite === suite.key) : CASES;
    let made: EngineRun[] | undefined;
    const make = () => {
      if (made) return made;
      const policies = shipped;
      made = pastRuns({ session: id, seed: `${seed}/${part}`, policies, cases, count, from, parallel: past.parallel });
      for (const run of made) runsById.set(run.id, run);
      return made;
    };
    unmade.push(make);
    add({
      id,
      name,
      agent,
      ...(suite ? { suite } : {}),
      created_at: from,
      get runs() {
        return make();
      },
      extra: {},
    });
  }

  const lastNight = now() - HISTORY_MS;
  const scale = Math.floor(options.scale ?? 0);
  if (scale > 0) {
    // Wide enough to be over by now, whatever its size.
    const places = Math.max(parallel, Math.ceil(scale / 50));
    addPast({
      part: 'scale',
      name: `Nightly run of ${scale} calls`,
      from: lastNight - HISTORY_MS,
      count: scale,
      parallel: places,
    });
  }
  for (const [position, suite] of SUITES.entries()) {
    const count = CASES.filter((one) => one.suite === suite.key).length;
    const from = lastNight + position * 600_000;
    addPast({ part: `history ${suite.key}`, name: `${suite.name}, last night`, suite, from, count, parallel });
  }

  return {
    agents: AGENTS,
    suites: SUITES,
    cases: CASES,
    now,
    start,
    session: (id) => sessionsById.get(id),
    sessions: () => sessions,
    run(id) {
      const found = runsById.get(id);
      if (found) return found;
      for (const make of unmade.splice(0)) make();
      return runsById.get(id);
    },
    state: (run) => stateAt(run, now()),
    cancel(id) {
      const at = now();
      let stopped = 0;
      for (const run of sessionsById.get(id)?.runs ?? []) {
        const state = stateAt(run, at);
        if (state === 'completed' || state === 'broken' || state === 'cancelled') continue;
        run.cancelled_at = at;
        stopped += 1;
      }
      return stopped;
    },
    notUnderstood() {
      return (lastRead ?? readPlaybook()).notUnderstood;
    },
  };
}

/** The shipped playbook for the history; where it is not at hand, the one in use. */
function shippedText(fallback: string): string {
  for (const path of [SHIPPED_PLAYBOOK, fallback]) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // The next one.
    }
  }
  return '';
}

function nameOf(request: StartOptions, at: number): string {
  const what = request.suite?.name ?? request.cases[0]?.name ?? 'Simulation';
  return `${what}, ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}`;
}

const BROKEN: readonly { code: string; message: string }[] = [
  {
    code: 'telephony_timeout',
    message: 'The call could not be connected: the telephony provider did not answer in time.',
  },
  { code: 'agent_unreachable', message: 'The agent did not join the conversation within 30 seconds.' },
  { code: 'media_stream_lost', message: 'The audio stream was lost and could not be restored.' },
];

function broken(key: string): RunOutcome {
  const kind = BROKEN[Math.floor(fraction(`${key}/broken`) * BROKEN.length)] ?? {
    code: 'unknown',
    message: 'The call broke.',
  };
  return { kind: 'broken', ...kind };
}
