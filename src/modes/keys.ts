/** Under which entries of the book failures are kept, and in which others their modes may stand. */
import type { Book, SessionCodes } from './book.ts';
import type { FailedRun, FailureTable } from './failures.ts';

/** What a session tells of whose failures it has. */
export interface KeyedSession {
  ref: string;
  agent_ref?: string | undefined;
  /** Name of the agent (untrusted). */
  agent?: string | undefined;
  test?: string | undefined;
}

/** The agent that a test is for. */
export interface TestAgent {
  ref: string;
  /** Untrusted. */
  name?: string | undefined;
}

export interface ModeKeys {
  /** The entry that a failure of this run is saved under. */
  of(run: string): string;
  /** The same, and the other entries that modes of this failure may stand in. */
  candidates(run: string): readonly string[];
  /** The entries that the failures are saved under, each once; of a session without any, the one that they would be. */
  own: readonly string[];
  /** `own`, and all others that modes of these failures may stand in. */
  read: readonly string[];
  /** Names of agents, by key (untrusted). */
  names: ReadonlyMap<string, string>;
  /** The test that alone told that failures of this session are kept under this key. */
  toldBy(session: string, key: string): string | undefined;
}

/**
 * The key of a failure is the agent of its run, else of its session, else of its test; where none tells, the test, else the
 * session. Since not every reading tells as much, the entries of all of these are read, and those that hold codes of the
 * session. `agentsOf`: agents of tests that were looked up; of others the book may know them.
 */
export function modeKeys(
  book: Book,
  sessions: readonly KeyedSession[],
  table: Pick<FailureTable, 'runs' | 'agents'>,
  agentsOf: ReadonlyMap<string, TestAgent> = new Map(),
): ModeKeys {
  const known = knownOf(book, new Set(sessions.map(({ ref }) => ref)));
  const byRef = new Map(sessions.map((session) => [session.ref, session]));
  const agentOf = (test: string | undefined) =>
    test === undefined ? undefined : (agentsOf.get(test)?.ref ?? known.agents.get(test));
  const candidates = (session: KeyedSession, run?: FailedRun): string[] =>
    [
      run?.agent_ref,
      session.agent_ref,
      agentOf(run?.test),
      agentOf(session.test),
      run?.test,
      session.test,
      session.ref,
    ].filter((key) => key !== undefined);

  const names = namesOf(sessions, table, agentsOf);
  const keysOf = new Map<string, readonly string[]>();
  const own = new Set<string>();
  const others = new Set<string>(known.holders);
  const failed = new Set<string>();
  const toldBy = new Map<string, string>();
  const kindOf = ({ session, agent_ref, test }: FailedRun) => `${session}\n${agent_ref ?? ''}\n${test ?? ''}`;
  const note = (session: KeyedSession, run?: FailedRun): readonly string[] => {
    const all = [...new Set(candidates(session, run))];
    const [first = session.ref] = all;
    for (const key of all) others.add(key);
    if (session.agent !== undefined && !names.has(first)) names.set(first, session.agent);
    const isUntold = (run?.agent_ref ?? session.agent_ref) === undefined;
    const test = [run?.test, session.test].find((one) => one !== undefined && agentOf(one) === first);
    if (isUntold && test !== undefined) toldBy.set(`${session.ref}\n${first}`, test);
    own.add(first);
    return all;
  };
  for (const run of table.runs.values()) {
    failed.add(run.session);
    const kind = kindOf(run);
    if (!keysOf.has(kind)) keysOf.set(kind, note(byRef.get(run.session) ?? { ref: run.session }, run));
  }
  for (const session of sessions) {
    if (!failed.has(session.ref)) note(session);
    for (const key of candidates(session)) others.add(key);
  }
  const ofRun = (run: string) => {
    const found = table.runs.get(run);
    return (found && keysOf.get(kindOf(found))) ?? [];
  };
  return {
    of: (run) => ofRun(run)[0] ?? '',
    candidates: ofRun,
    own: [...own].sort(),
    read: [...new Set([...own, ...others])].sort(),
    names,
    toldBy: (session, key) => toldBy.get(`${session}\n${key}`),
  };
}

/** What the book itself says: agents of tests that told them once, and the entries that hold codes of these sessions. */
function knownOf(book: Book, sessions: ReadonlySet<string>): { agents: Map<string, string>; holders: string[] } {
  const latest = new Map<string, { key: string; at: string }>();
  const holders: string[] = [];
  for (const [key, entry] of Object.entries(book.agents)) {
    const stored: [string, SessionCodes][] = Object.entries(entry.sessions);
    if (stored.some(([ref]) => sessions.has(ref))) holders.push(key);
    for (const [, { test, at = '' }] of stored) {
      if (test !== undefined && at >= (latest.get(test)?.at ?? '')) latest.set(test, { key, at });
    }
  }
  return { agents: new Map([...latest].map(([test, { key }]) => [test, key])), holders };
}

function namesOf(
  sessions: readonly KeyedSession[],
  { agents = new Map() }: Pick<FailureTable, 'agents'>,
  agentsOf: ReadonlyMap<string, TestAgent>,
): Map<string, string> {
  const names = new Map<string, string>(agents);
  for (const { ref, name } of agentsOf.values()) if (name !== undefined) names.set(ref, name);
  for (const { agent_ref, agent } of sessions)
    if (agent_ref !== undefined && agent !== undefined) names.set(agent_ref, agent);
  return names;
}
