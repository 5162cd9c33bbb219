/** The text of `list_agents`. */
import { nextCall } from '../../model/next-call.ts';
import type { ListAgents } from '../tools/list-agents.ts';
import { agentLine } from './agents.ts';
import { listHeadline } from './list.ts';
import type { Rendering } from './rendering.ts';

export function presentListAgents(data: ListAgents): Rendering {
  const [first] = data.agents;
  return {
    headline: listHeadline(data, data.agents.length, 'agent'),
    lines: data.agents.map(agentLine),
    next: first && [nextCall('get_agent', { agent: first.ref }, 'shows the first in parts')],
  };
}
