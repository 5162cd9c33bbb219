/** Agents are named by id or by name; the vendor's filters and starts take ids only. */
import { Problem } from '../../model/problem.ts';
import type { SynthflowClient } from './client.ts';
import { closest } from './known.ts';
import { PROVIDER } from './map-run.ts';
import type { WireAgent } from './wire.ts';

const PAGE = 100;
const MOST_PAGES = 5;

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
  const agents: WireAgent[] = [];
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, arrived } = await client.assistants({ limit: PAGE, offset: page * PAGE }, signal);
    const before = agents.length;
    agents.push(...items.filter((item) => item.id !== undefined && !agents.some((known) => known.id === item.id)));
    if (arrived < PAGE || agents.length === before) break;
  }
  if (agents.some((agent) => agent.id === wanted)) return wanted;
  const named = agents.filter((agent) => agent.name?.trim().toLowerCase() === wanted.toLowerCase());
  const [only, ...others] = named;
  if (only?.id && others.length === 0) return only.id;
  if (only) {
    throw new Problem('ambiguous', 'Several Synthflow agents have that name.', {
      provider: PROVIDER,
      candidates: named.flatMap((agent) => agent.id ?? []),
      next: 'Pass the id of the one you mean as `agent`.',
    });
  }
  if (!/\s/.test(wanted)) return wanted;
  throw new Problem('not_found', 'Synthflow has no agent of that name.', {
    provider: PROVIDER,
    candidates: closest(
      wanted,
      agents.flatMap((agent) => agent.name ?? []),
    ),
    next: 'Pass the name or the id of an agent of this workspace as `agent`.',
  });
}
