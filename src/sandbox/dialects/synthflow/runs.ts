/** Starting and finding runs in the engine, as this platform sees them. */
import { shortId } from '../../engine/ids.ts';
import type { EngineRun, EngineSession } from '../../engine/types.ts';
import { type CaseRecord, DIALECT, originFor, type Platform, type SuiteRecord } from './store.ts';

export interface StartOrder {
  cases: readonly CaseRecord[];
  agent: string;
  suite?: SuiteRecord | undefined;
  max_turns?: number | undefined;
  variables?: Record<string, unknown> | undefined;
  session?: string | undefined;
}

/** Starts one run a case and remembers what each was started from. */
export function startRuns(platform: Platform, order: StartOrder): { session: EngineSession; runs: EngineRun[] } {
  const { engine, agents } = platform;
  const agent = { id: order.agent, name: agents.nameOf(order.agent) ?? order.agent };
  const before = order.session === undefined ? 0 : (engine.session(order.session)?.runs.length ?? 0);
  const session = engine.start({
    cases: order.cases.map((record) => record.played),
    agent,
    playbook: agents.simulated(order.agent),
    max_turns: order.max_turns,
    variables: order.variables,
    session: order.session,
    name: order.suite?.name,
    dialect: DIALECT,
    origins: order.cases.map((record) => originFor(record, order.agent)),
  });
  return { session, runs: session.runs.slice(before) };
}

/** The sessions of this platform in the order the switches ask for. */
export function ownSessions(platform: Platform): EngineSession[] {
  return inOrder(platform, platform.store.sessions.all());
}

export function inOrder<T extends { id: string; created_at: number }>(
  { switches }: Platform,
  items: readonly T[],
): T[] {
  if (switches.order === 'shuffled') {
    const keyed = items.map((item) => ({ item, key: shortId(8, 'hex', 'shuffle', item.id) }));
    return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ item }) => item);
  }
  const direction = switches.order === 'oldest' ? 1 : -1;
  return [...items].sort((a, b) => direction * (a.created_at - b.created_at));
}
