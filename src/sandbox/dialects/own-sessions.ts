/** The sessions that a dialect shows: last night's, and those that were started through it. */
import type { Engine, EngineRun, EngineSession } from '../engine/types.ts';

export interface OwnSessions {
  /** Newest first. */
  all(): EngineSession[];
  session(id: string): EngineSession | undefined;
  run(id: string): EngineRun | undefined;
}

export function ownSessions(engine: Engine, dialect: string): OwnSessions {
  const own = (session: EngineSession | undefined) =>
    session && (session.dialect === undefined || session.dialect === dialect) ? session : undefined;
  const session = (id: string) => own(engine.session(id));
  return {
    all: () => engine.sessions().filter(own),
    session,
    run(id) {
      const run = engine.run(id);
      return run && session(run.session) ? run : undefined;
    },
  };
}
