/** Agents are named by id or by name; the vendor's filters and starts take ids only. */
import { isProblem, Problem } from '../../model/problem.ts';
import { type Choice, pick } from '../shared/choose.ts';
import { collect, walk } from '../shared/pages.ts';
import type { SynthflowClient } from './client.ts';
import { agentsList } from './lists.ts';
import { PLATFORM } from './platform.ts';

/** Agents looked through for a name. */
const MOST_AGENTS = 500;
const AGENT: Choice = { platform: PLATFORM, what: 'agent', kind: 'agent' };

/** Both forms in use: a uuid, and the vendor's own example `1726005822670-239735712159542050`. */
export function looksLikeAgentId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) || /^\d{6,}-\d{6,}$/.test(text);
}

/**
 * The id of an agent given by id or name. A text of unknown form that is no name is taken for an id, because nothing
 * documents the forms. Throws `ambiguous` when several agents share the name.
 */
export async function resolveAgent(client: SynthflowClient, given: string, signal: AbortSignal): Promise<string> {
  const wanted = given.trim();
  if (looksLikeAgentId(wanted)) return wanted;
  const { rows, coverage } = await collect(walk(agentsList(client, signal), { most: MOST_AGENTS, passes: 1 }));
  const agents = rows.flatMap(({ id, name }) => (id ? [{ id, name }] : []));
  try {
    return pick(agents, wanted, AGENT).id;
  } catch (error) {
    if (!isProblem(error) || error.kind !== 'not_found') throw error;
    if (!/\s/.test(wanted)) return wanted;
    if (coverage.complete) throw error;
    throw new Problem('not_found', 'Synthflow shows no agent of that name, but not all its agents could be read.', {
      ...error.details,
    });
  }
}
