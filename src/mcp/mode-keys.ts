/** Under which entries of the book the failures of sessions are kept; where a session does not tell its agent, its test is asked. */

import { plural } from '../model/plural.ts';
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
import type { ToolContext } from './tool.ts';

/** Tests that are looked up for one reading at most, and how many at once. */
const MOST_TESTS = 50;
const AT_ONCE = 4;
/** A key is a courtesy: no answer waits longer for it. */
const PATIENCE_MS = 5_000;
/** That a test tells no agent, or cannot be read by this key, stays so; other failures may pass. */
const LASTING: readonly string[] = ['not_found', 'forbidden', 'wrong_kind', 'invalid_input', 'unsupported'];

type AgentOf = (test: string, signal: AbortSignal) => Promise<TestAgent | undefined>;
const AGENTS = new WeakMap<Provider, AgentOf>();

/** What keys are found with. */
export interface KeyContext {
  signal: AbortSignal;
  /** Also where the book has nothing yet of the platforms of the sessions. */
  saves?: boolean | undefined;
  /** Knows of which agents copies were made; absent: none is one. */
  changer?: ToolContext['changer'] | undefined;
}

/** `problem`: why modes that are kept may be missing (trusted words). */
export type FoundKeys = ModeKeys & { problem?: string | undefined };

/** The keys of these sessions; those of a copy of ours are its origin's. Throws only once `signal` ended. */
export async function keysFor(
  { members }: Pick<Opened, 'members'>,
  table: FailureTable,
  book: Book,
  { signal, saves = false, changer }: KeyContext,
): Promise<FoundKeys> {
  const { modeKeys } = await import('../modes/keys.ts');
  const kept = Object.keys(book.agents);
  const isKept = ({ id }: Provider) => kept.some((key) => key.startsWith(`${id}/`));
  const isWanted = ({ provider }: OpenedSession) => saves || isKept(provider);
  const wanted = members.filter(isWanted);
  const tests = testsOf(
    wanted.filter(({ session }) => session.agent_ref === undefined),
    table,
  );
  const found = await mapLimited([...tests], AT_ONCE, async ([test, provider]) => {
    return [test, await agentOf(provider, test, signal)] as const;
  });
  const agents = found.flatMap(([test, agent]) => (agent && agent !== FAILED ? [[test, agent] as const] : []));
  const told = new Map(agents);
  const refs = new Set([
    ...wanted.map(({ session }) => session.agent_ref),
    ...[...told.values()].map(({ ref }) => ref),
  ]);
  if (wanted.length > 0) for (const { agent_ref } of table.runs.values()) refs.add(agent_ref);
  const { originOf, anyCopy, problem } = await originsOf(refs, changer);
  const sessions = members.map(({ ref, session: { agent_ref, agent, test } }) => ({
    ref,
    agent_ref: originOf(agent_ref),
    agent,
    test,
  }));
  const runs = anyCopy
    ? new Map([...table.runs].map(([run, one]) => [run, { ...one, agent_ref: originOf(one.agent_ref) }]))
    : table.runs;
  const ofTests = new Map(
    [...told].map(([test, agent]) => [test, { ...agent, ref: originOf(agent.ref) ?? agent.ref }]),
  );
  const failed = found.filter(([test, agent]) => {
    const provider = tests.get(test);
    return agent === FAILED && provider !== undefined && isKept(provider);
  });
  const keys = modeKeys(book, sessions, { ...table, runs }, ofTests);
  return { ...keys, problem: [untold(failed.length), problem].filter(Boolean).join(' ') || undefined };
}

function untold(tests: number): string {
  if (tests === 0) return '';
  return `The platform did not say for which agent ${plural(tests, 'test')} ${tests === 1 ? 'is' : 'are'}: failure modes that are kept for that agent may be missing here. The same call asks again.`;
}

/** The agent itself, or of a copy of ours the agent that it was made of. */
async function originsOf(refs: ReadonlySet<string | undefined>, changer: KeyContext['changer']) {
  const origins = new Map<string, string>();
  const asIs = (ref: string | undefined) => (ref === undefined ? undefined : (origins.get(ref) ?? ref));
  const known = [...refs].filter((ref) => ref !== undefined);
  if (!changer || known.length === 0) return { originOf: asIs, anyCopy: false };
  try {
    const { originOf } = await changer();
    for (const ref of known) {
      const origin = await originOf(ref);
      if (origin !== undefined) origins.set(ref, origin);
    }
    return { originOf: asIs, anyCopy: origins.size > 0 };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return {
      originOf: asIs,
      anyCopy: false,
      problem: `Whether an agent is a copy of ours could not be read (${error.message}), so that failure modes of the agent that it was made of may be missing here.`,
    };
  }
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

/** It may be answered another time. */
const FAILED = Symbol('failed');

/** Asked once of each platform and process; `FAILED` where that fails for now, undefined where no agent is told. */
async function agentOf(
  provider: Provider,
  test: string,
  signal: AbortSignal,
): Promise<TestAgent | typeof FAILED | undefined> {
  const known = AGENTS.get(provider) ?? createMemo((ref: string, until) => testAgent(provider, ref, until));
  AGENTS.set(provider, known);
  const patience = anyOf(signal, AbortSignal.timeout(PATIENCE_MS));
  try {
    return await known(test, patience.signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return FAILED;
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
