/** Tests that name an agent as theirs: what can be asked for where its sessions do not tell on which agent they ran. */
import { parseRef } from '../model/refs.ts';
import type { TestBrief } from '../model/schemas.ts';
import type { CallContext, Provider } from '../providers/provider.ts';

/** Pages of the list of tests that are read at most. */
const MOST_PAGES = 3;
const PAGE = 100;
const MOST_SHOWN = 3;

export interface AgentTests {
  /** The first few. */
  shown: string[];
  /** Among the tests that were looked at. */
  found: number;
}

/** `agent`: id or name. Undefined where none was found, or tests could not be listed. */
export async function testsOfAgent(
  { tests }: Pick<Provider, 'tests'>,
  agent: string,
  call: CallContext,
): Promise<AgentTests | undefined> {
  if (!tests) return undefined;
  const refs: string[] = [];
  let cursor: string | undefined;
  try {
    for (let read = 0; read < MOST_PAGES; read += 1) {
      const page = await tests.list({ limit: PAGE, cursor }, call);
      refs.push(...page.items.filter((test) => isOf(test, agent)).map(({ ref }) => ref));
      cursor = page.next;
      if (cursor === undefined) break;
    }
  } catch (error) {
    // What to ask instead is a courtesy: only an error after the caller's own cancellation is thrown.
    if (call.signal.aborted) throw error;
  }
  return refs.length > 0 ? { shown: refs.slice(0, MOST_SHOWN), found: refs.length } : undefined;
}

function isOf({ agent, agent_ref }: TestBrief, asked: string): boolean {
  const id = agent_ref === undefined ? undefined : parseRef(agent_ref)?.ids.join('~');
  return id === asked || (agent !== undefined && agent.trim().toLowerCase() === asked.trim().toLowerCase());
}
