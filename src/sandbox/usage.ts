/** Who started what through which dialect: tests compare it with what a client believes to have started. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Engine, EngineSession } from './engine/types.ts';

export interface DialectUsage {
  /** Requests that reached the dialect. */
  requests: number;
  /** Requests that started something. */
  starts: number;
  /** Sessions and runs they made. */
  sessions: number;
  runs: number;
  completed_runs: number;
  /** Agent and caller turns of completed runs, as vendors bill them. */
  messages: number;
}

export interface UsageMeter {
  /** The engine as one dialect sees it; its starts are counted. */
  engineFor(dialect: () => string, engine: Engine): Engine;
  /** Handles one request of a dialect and counts it. */
  handle<T>(dialect: string, work: () => T | Promise<T>): Promise<T>;
  report(engine: Engine): Record<string, DialectUsage>;
}

/** Counts from zero, in memory. */
export function createUsageMeter(): UsageMeter {
  const current = new AsyncLocalStorage<{ started: boolean }>();
  const counts = new Map<string, { requests: number; starts: number }>();
  const started = new Map<string, { session: EngineSession; from: number; to: number }[]>();
  const countsOf = (dialect: string) => {
    const entry = counts.get(dialect) ?? { requests: 0, starts: 0 };
    counts.set(dialect, entry);
    return entry;
  };
  return {
    engineFor: (dialect, engine) => ({
      ...engine,
      start(options) {
        const from = options.session === undefined ? 0 : (engine.session(options.session)?.runs.length ?? 0);
        const session = engine.start(options);
        const list = started.get(dialect()) ?? [];
        started.set(dialect(), list);
        list.push({ session, from, to: session.runs.length });
        const request = current.getStore();
        if (request) request.started = true;
        return session;
      },
    }),
    async handle(dialect, work) {
      const request = { started: false };
      countsOf(dialect).requests += 1;
      try {
        return await current.run(request, async () => work());
      } finally {
        if (request.started) countsOf(dialect).starts += 1;
      }
    },
    report(engine) {
      return Object.fromEntries(
        [...counts].map(([dialect, count]) => {
          const usage: DialectUsage = { ...count, sessions: 0, runs: 0, completed_runs: 0, messages: 0 };
          const sessions = new Set<string>();
          for (const { session, from, to } of started.get(dialect) ?? []) {
            sessions.add(session.id);
            for (const run of session.runs.slice(from, to)) {
              usage.runs += 1;
              if (engine.state(run) !== 'completed' || run.outcome.kind !== 'conversation') continue;
              usage.completed_runs += 1;
              usage.messages += run.outcome.conversation.turns.filter((turn) => turn.speaker !== 'tool').length;
            }
          }
          return [dialect, { ...usage, sessions: sessions.size }];
        }),
      );
    },
  };
}
