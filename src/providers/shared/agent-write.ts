/** What every write of an agent does before its one request: the edits as values, and a last look at what they replace. */
import type { Agent } from '../../model/agents.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { AgentWrite } from '../provider.ts';
import { editedValue } from './agent-parts.ts';

interface Platform {
  id: string;
  label: string;
}

/** A part that changes. */
export interface PartEdit {
  id: string;
  /** The whole new text. */
  text: string;
  /** It as the vendor takes it. */
  value: unknown;
}

/**
 * The edits of a write. Throws `unsupported` for a target that the agent does not have, `invalid_input` for a part that is not
 * in the object or cannot be changed, and for what is no longer JSON of its type.
 */
export function editsOf(
  platform: Platform,
  agent: Pick<Agent, 'parts' | 'targets'>,
  { target, object, parts }: Pick<AgentWrite, 'target' | 'object' | 'parts'>,
): PartEdit[] {
  const { id: provider, label } = platform;
  if (!agent.targets.some((one) => one.target === target))
    throw new Problem('unsupported', `${label} has no target ${target} for this agent.`, {
      provider,
      sent: 'no',
      next: `Apply the change to one of: ${agent.targets.map((one) => one.target).join(', ')}.`,
    });
  return [...parts].map(([id, text]): PartEdit => {
    const part = agent.parts.find((one) => one.id === id && one.object === object);
    if (!part || part.fixed !== undefined)
      throw new Problem('invalid_input', `The part ${part?.id ?? 'of this edit'} cannot be changed there.`, {
        provider,
        sent: 'no',
        next: part?.fixed ?? 'get_agent shows the parts of the agent.',
      });
    return { id, text, value: editedValue(part, text) };
  });
}

/**
 * What `read` gives right before a request that replaces it. Throws `conflict` where it has another revision than the one that
 * was read first. Whatever it throws says that nothing was sent.
 */
export async function unmoved<T>(
  { id: provider, label }: Platform,
  revision: string,
  read: () => Promise<T>,
  revisionIn: (present: T) => string,
): Promise<T> {
  const present = await beforeSending(read());
  if (revisionIn(present) === revision) return present;
  throw new Problem('conflict', `The agent was edited at ${label} after it was read. Nothing was sent.`, {
    provider,
    sent: 'no',
    next: 'Read the agent again with get_agent and propose the change on what stands there now.',
  });
}

/** What is read right before a request that changes something. A Problem of it says that the request was not sent. */
export async function beforeSending<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw isProblem(error) ? new Problem(error.kind, error.message, { ...error.details, sent: 'no' }) : error;
  }
}
