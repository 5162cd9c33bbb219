/** Sessions and runs of an engine, by id. Runs of past sessions are made when they are first looked at. */
import type { EngineRun, EngineSession } from './types.ts';

export interface SessionStore {
  add(session: EngineSession): EngineSession;
  addRun(session: EngineSession, run: EngineRun): void;
  /** Adds a session whose runs `make` makes, once, when they are first wanted. */
  addUnmade(session: Omit<EngineSession, 'runs'>, make: () => EngineRun[]): void;
  session(id: string): EngineSession | undefined;
  /** Newest first. */
  sessions(): readonly EngineSession[];
  run(id: string): EngineRun | undefined;
}

export function createSessionStore(): SessionStore {
  const sessions: EngineSession[] = [];
  const sessionsById = new Map<string, EngineSession>();
  const runsById = new Map<string, EngineRun>();
  const unmade: (() => void)[] = [];

  const add = (session: EngineSession) => {
    sessions.unshift(session);
    sessionsById.set(session.id, session);
    return session;
  };

  return {
    add,
    addRun(session, run) {
      session.runs.push(run);
      runsById.set(run.id, run);
    },
    addUnmade(session, make) {
      let made: EngineRun[] | undefined;
      const runs = () => {
        if (made) return made;
        made = make();
        for (const run of made) runsById.set(run.id, run);
        return made;
      };
      unmade.push(runs);
      add({
        ...session,
        get runs() {
          return runs();
        },
      });
    },
    session: (id) => sessionsById.get(id),
    sessions: () => sessions,
    run(id) {
      const found = runsById.get(id);
      if (found) return found;
      for (const make of unmade.splice(0)) make();
      return runsById.get(id);
    },
  };
}
