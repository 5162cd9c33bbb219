/**
 * The sandbox's engine: a receptionist that follows a playbook file, scripted callers, a judge, a clock. It is a
 * rule-based stand-in, not a language model: it understands the policies it was built to understand, says which it did
 * not, and plays the same conversations for the same seed, playbook and order of sessions.
 */
import { Problem, toProblem } from '../../model/problem.ts';
import { createAgentTexts } from './agent-texts.ts';
import { createDocuments } from './documents.ts';
import { addHistory } from './history.ts';
import { stableId } from './ids.ts';
import { parsePlaybook } from './playbook.ts';
import { readPlaybook, shippedPlaybook } from './playbook-file.ts';
import { wavOf } from './recording.ts';
import { recordsInMemory } from './records-in-memory.ts';
import { stateAt } from './schedule.ts';
import { type FirstEvent, firstEvent, laterEvent, type SessionEvent, type StartEvent } from './session-events.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import { isOver, type StartedSession, startedSession } from './started-session.ts';
import type { Engine, EngineOptions, EngineSession, StartOptions } from './types.ts';
import { AGENTS, CASES, SUITES } from './world.ts';

const PARALLEL = 8;
const DEFAULT_SEED = 3;

/**
 * Creates a world with one finished session per suite from last night (played with the shipped playbook), with `scale`
 * one more of that many runs, and the started sessions that `records` keeps.
 */
export function createEngine(options: EngineOptions): Engine {
  const { now = Date.now, parallel = PARALLEL, scale = 0, records = recordsInMemory() } = options;
  const seed = `seed ${options.seed ?? DEFAULT_SEED}`;
  const store = createSessionStore();
  const { policies } = parsePlaybook(shippedPlaybook());
  addHistory(store, { seed, policies, now: now(), parallel, scale: Math.floor(scale) });
  const started = createStartedSessions(store, options);
  let recordings = 'https://recordings.invalid';
  const documents = createDocuments(options.documents);
  const texts = createAgentTexts(options.playbook, documents, options.report);
  const refresh = () => {
    documents.refresh();
    started.take(records.news());
  };
  refresh();

  return {
    agents: AGENTS,
    suites: SUITES,
    cases: CASES,
    texts,
    documents,
    now,
    refresh,
    start(request) {
      const playbook = request.playbook ?? texts.live(request.agent);
      const event = startEvent(request, { at: now(), playbook, parallel, speed: options.speed });
      if (request.session !== undefined) {
        const joined = started.numberOf(request.session);
        if (joined === undefined)
          throw new Problem('not_found', 'There is no session with this id that was started in the sandbox.');
        records.append(joined, event);
        refresh();
        return sessionOf(store, request.session);
      }
      let id = '';
      records.create((number) => {
        const first = firstOf(request, event, { seed, number });
        id = first.id;
        return first;
      });
      refresh();
      return sessionOf(store, id);
    },
    session: store.session,
    sessions: store.sessions,
    run: store.run,
    state: (run) => stateAt(run, now()),
    cancel(id) {
      const at = now();
      const number = started.numberOf(id);
      const open = store.session(id)?.runs.filter((run) => !isOver(run, at)).length ?? 0;
      if (number === undefined || open === 0) return 0;
      append(number, { do: 'cancel', at });
      return open;
    },
    amend(id, extra) {
      const number = started.numberOf(id);
      if (number !== undefined) append(number, { do: 'amend', extra: { ...extra } });
      // Last night's sessions are not kept: what is noted of them ends with the process.
      else Object.assign(store.session(id)?.extra ?? {}, extra);
    },
    recordingUrl: (id) => `${recordings}/${id}.wav`,
    recording(id) {
      const run = store.run(id);
      const state = run && stateAt(run, now());
      return run?.outcome.kind === 'conversation' && (state === 'scoring' || state === 'completed')
        ? wavOf(run.outcome.conversation)
        : undefined;
    },
    serveRecordingsAt(base) {
      recordings = base;
    },
    playbook: () => playbookState(options.playbook),
  };

  function append(number: number, event: SessionEvent): void {
    records.append(number, event);
    refresh();
  }
}

/** Started sessions by number, made of the lines that are kept of them. */
function createStartedSessions(store: SessionStore, options: EngineOptions) {
  const { report = () => {} } = options;
  const byNumber = new Map<number, StartedSession>();
  const numbers = new Map<string, number>();
  const unread = new Set<number>();

  const begin = (number: number, line: unknown) => {
    const first = firstEvent(line);
    if (!first || numbers.has(first.id)) {
      if (!unread.has(number))
        report(`Session ${number} of the sandbox is kept in a form that cannot be read; it is passed over.`);
      unread.add(number);
      return;
    }
    const { id, name, agent, at: created_at, dialect } = first;
    const suite = SUITES.find(({ key }) => key === first.suite);
    const session = startedSession(first, options);
    byNumber.set(number, session);
    numbers.set(id, number);
    store.add({ id, name, agent, suite, created_at, dialect, extra: session.extra }, session.runs);
  };

  return {
    numberOf: (id: string) => numbers.get(id),
    take(news: readonly { number: number; line: unknown }[]) {
      for (const { number, line } of news) {
        const session = byNumber.get(number);
        if (!session) {
          begin(number, line);
          continue;
        }
        const event = laterEvent(line);
        if (event) session.add(event);
        else report(`A change of session ${number} of the sandbox cannot be read; it is passed over.`);
      }
    },
  };
}

function startEvent(
  request: StartOptions,
  { at, playbook, parallel, speed }: { at: number; playbook: string; parallel: number; speed: number },
): StartEvent {
  const { cases, max_turns, variables, extra, origins } = request;
  return {
    do: 'start',
    at,
    playbook,
    cases: cases.map(({ key }) => key),
    repeat: Math.max(1, Math.floor(request.repeat ?? 1)),
    parallel: request.parallel ?? parallel,
    speed,
    max_turns,
    variables,
    extra: extra && { ...extra },
    origins: origins?.map((one) => ({ ...one })),
  };
}

/** The id has the time in it, so that numbers which begin anew never name two sessions alike. */
function firstOf(
  request: StartOptions,
  event: StartEvent,
  { seed, number }: { seed: string; number: number },
): FirstEvent {
  const { name = nameOf(request, event.at), agent, suite, dialect } = request;
  const id = stableId(seed, 'session', number, event.at);
  return { ...event, version: 1, id, key: `${seed}/${number}`, name, agent, suite: suite?.key, dialect };
}

/** Makes the file where it is absent. Never throws. */
function playbookState(path: string): ReturnType<Engine['playbook']> {
  try {
    const { text, problem } = readPlaybook(path);
    return { path, problem, not_understood: parsePlaybook(text).notUnderstood };
  } catch (error) {
    return { path, problem: toProblem(error).message, not_understood: [] };
  }
}

function sessionOf(store: SessionStore, id: string): EngineSession {
  const session = store.session(id);
  if (!session) throw new Problem('internal', 'The sandbox lost a session that it had just started.');
  return session;
}

function nameOf(request: StartOptions, at: number): string {
  const what = request.suite?.name ?? request.cases[0]?.name ?? 'Simulation';
  return `${what}, ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}`;
}
