/**
 * Which agents are copies of ours. A name may say so, and anybody can give one: only what this home wrote down of its own
 * copies counts where it is judged who meets a change.
 */
import type { Agent } from '../model/agents.ts';
import { Problem } from '../model/problem.ts';
import type { AgentOperations, CallContext, OpenAgent, Provider } from '../providers/provider.ts';
import type { ChangeContext } from './context.ts';

/** The agent as it is read at the platform; of a copy that this home did not make it is not said that callers do not meet it. */
export async function openAgent(
  { files }: Pick<ChangeContext, 'files'>,
  provider: Provider,
  ids: readonly string[],
  call: CallContext,
): Promise<OpenAgent> {
  const opened = await agentsOf(provider).open(ids, call);
  return { ...opened, agent: isOurs(files, opened.agent) ? opened.agent : unproven(opened.agent) };
}

function isOurs(files: ChangeContext['files'], { ref, copy_of_change }: Agent): boolean {
  if (copy_of_change === undefined) return true;
  try {
    return files.applications(copy_of_change).some(({ target, written }) => target === 'copy' && written === ref);
  } catch {
    return false;
  }
}

/** An agent that only its name makes a copy: callers may meet what is written to it. Any other is what it is. */
export function unproven(agent: Agent): Agent {
  if (agent.copy_of_change === undefined) return agent;
  const targets = agent.targets.map((one) =>
    one.target === 'live' && one.exposure !== 'live'
      ? { ...one, exposure: 'unknown' as const, means: `${one.means} ${UNPROVEN}` }
      : one,
  );
  return { ...agent, copy_of_change: undefined, targets };
}

const UNPROVEN =
  'Only its name says that it is a copy for trying a change: this home made none such, so that callers may meet it at once.';

/** Throws `unsupported` for a platform whose agents cannot be read. */
export function agentsOf(provider: Provider): AgentOperations {
  if (provider.agents) return provider.agents;
  throw new Problem('unsupported', `${provider.label} does not offer reading and changing agents here.`, {
    provider: provider.id,
    sent: 'no',
  });
}
