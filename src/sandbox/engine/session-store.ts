/** Sessions and runs of an engine, by id. Runs are made when they are first looked at. */
import type { EngineRun, EngineSession } from './types.ts';

export interface SessionStore {
  /** Adds a session; `runs` gives all of its runs at the moment it is called. */
  add(session: Omit<EngineSession, 'runs'>, runs: () => readonly EngineRun[]): void;
  session(id: string): EngineSession | undefined;
  /** Newest first; of those created at one time, the one added last. */
  sessions(): readonly EngineSession[];
  run(id: string): EngineRun | undefined;
}

export function createSessionStore(): SessionStore {
  const sessions: EngineSession[] = [];
  const sessionsById = new Map<string, EngineSession>();
  const runsById = new Map<string, EngineRun>();
  const runsKnown = new Map<string, number>();

  const runsOf = ({ id }: Pick<EngineSession, 'id'>, make: () => readonly EngineRun[]) => {
    const runs = make();
    const known = runsKnown.get(id) ?? 0;
    if (known < runs.length) {
      for (const run of runs.slice(known)) runsById.set(run.id, run);
      runsKnown.set(id, runs.length);
    }
    return runs;
  };

  return {
    add(facts, make) {
      const session: EngineSession = {
        ...facts,
        get runs() {
          return runsOf(facts, make);
        },
      };
      const place = sessions.findIndex(({ created_at }) => created_at <= session.created_at);
      sessions.splice(place < 0 ? sessions.length : place, 0, session);
      sessionsById.set(session.id, session);
    },
    session: (id) => sessionsById.get(id),
    sessions: () => sessions,
    run(id) {
      // Looking at the runs makes those that are not made yet.
      if (!runsById.has(id)) for (const session of sessions) void session.runs;
      return runsById.get(id);
    },
  };
}
