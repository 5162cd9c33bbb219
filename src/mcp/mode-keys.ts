/** Under which entries of the book the failures of sessions are kept; where a session does not tell its agent, its test is asked. */
import { isProblem } from '../model/problem.ts';
import { parseRef } from '../model/refs.ts';
import type { Book } from '../modes/book.ts';
import type { FailureTable } from '../modes/failures.ts';
import type { ModeKeys, TestAgent } from '../modes/keys.ts';
import type { Provider } from '../providers/provider.ts';
import { mapLimited } from '../providers/shared/concurrency.ts';
import { createMemo } from '../providers/shared/memo.ts';
import type { Opened, OpenedSession } from '../reading/reading.ts';
import { anyOf } from './any-signal.ts';

/** Tests that are looked up for one reading at most, and how many at once. */
const MOST_TESTS = 50;
const AT_ONCE = 4;
/** A key is a courtesy: no answer waits longer for it. */
const PATIENCE_MS = 5_000;
/** That a test tells no agent, or cannot be read by this key, stays so; other failures may pass. */
const LASTING: readonly string[] = ['not_found', 'forbidden', 'wrong_kind', 'invalid_input', 'unsupported'];

type AgentOf = (test: string, signal: AbortSignal) => Promise<TestAgent | undefined>;
const AGENTS = new WeakMap<Provider, AgentOf>();

/** The keys of these sessions. `saves`: also where the book has nothing yet of their platforms. Throws only once `signal` ended. */
export async function keysFor(
  { members }: Pick<Opened, 'members'>,
  table: FailureTable,
  book: Book,
  { signal, saves = false }: { signal: AbortSignal; saves?: boolean },
): Promise<ModeKeys> {
  const { modeKeys } = await import('../modes/keys.ts');
  const sessions = members.map(({ ref, session: { agent_ref, agent, test } }) => ({ ref, agent_ref, agent, test }));
  const kept = Object.keys(book.agents);
  const isWanted = ({ provider }: OpenedSession) => saves || kept.some((key) => key.startsWith(`${provider.id}/`));
  const silent = members.filter((member) => member.session.agent_ref === undefined && isWanted(member));
  const tests = testsOf(silent, table);
  const found = await mapLimited([...tests], AT_ONCE, async ([test, provider]) => {
    const agent = await agentOf(provider, test, signal);
    return agent && ([test, agent] as const);
  });
  return modeKeys(book, sessions, table, new Map(found.filter((one) => one !== undefined)));
}

/** Tests that may tell the agent where session and runs do not: that of the session, else those of its runs. */
function testsOf(silent: readonly OpenedSession[], { runs }: FailureTable): Map<string, Provider> {
  const tests = new Map<string, Provider>();
  const untold = new Map<string, Provider>();
  for (const { ref, session, provider } of silent) {
    if (session.test === undefined) untold.set(ref, provider);
    else tests.set(session.test, provider);
  }
  if (untold.size > 0)
    for (const { session, agent_ref, test } of runs.values()) {
      const provider = untold.get(session);
      if (provider && agent_ref === undefined && test !== undefined) tests.set(test, provider);
    }
  return new Map([...tests].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_TESTS));
}

/** Asked once of each platform and process; undefined where that fails. */
async function agentOf(provider: Provider, test: string, signal: AbortSignal): Promise<TestAgent | undefined> {
  const known = AGENTS.get(provider) ?? createMemo((ref: string, until) => testAgent(provider, ref, until));
  AGENTS.set(provider, known);
  const patience = anyOf(signal, AbortSignal.timeout(PATIENCE_MS));
  try {
    return await known(test, patience.signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  } finally {
    patience.release();
  }
}

async function testAgent(provider: Provider, test: string, signal: AbortSignal): Promise<TestAgent | undefined> {
  const { kind, ids } = parseRef(test) ?? {};
  if (!provider.tests || ids === undefined || (kind !== 'suite' && kind !== 'case')) return undefined;
  try {
    const { agent_ref, agent } = await provider.tests.get(kind, ids, { signal });
    return agent_ref === undefined ? undefined : { ref: agent_ref, name: agent };
  } catch (error) {
    if (isProblem(error) && LASTING.includes(error.kind)) return undefined;
    throw error;
  }
}
