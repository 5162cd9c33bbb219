/**
 * The parts of an agent definition (vendor's open server, 2026-08): the record of an agent that runs elsewhere. Whatever has no
 * row, keys, addresses and headers above all, is counted and never shown. Parts of a prompt: `prompt-parts.ts`.
 */
import type { PartKind } from '../../model/agents.ts';
import type { PartRow } from '../shared/agent-parts.ts';

/** Id of the one object that is written. */
export const DEFINITION = 'definition';

type Further = Partial<Pick<PartRow, 'always' | 'fixed'>>;

function row(id: string, kind: PartKind, member: string, further: Further = {}): PartRow {
  return { id, kind, path: [member], object: DEFINITION, location: `${member} of the agent definition`, ...further };
}

const CONNECTS: Further = { fixed: 'It says how the agent is reached; change it in Future AGI, with the credentials.' };

export const PARTS: readonly PartRow[] = [
  row('description', 'description', 'description', { always: true }),
  row('model.llm', 'model', 'model'),
  row('language.language', 'language', 'language'),
  row('language.languages', 'language', 'languages'),
  row('turn_taking.target_speaks_first', 'turn_taking', 'target_speaks_first'),
  row('connection.provider', 'connection', 'provider', CONNECTS),
  row('connection.assistant_id', 'connection', 'assistant_id', CONNECTS),
  row('connection.authentication_method', 'connection', 'authentication_method', CONNECTS),
  row('connection.contact_number', 'connection', 'contact_number', CONNECTS),
  row('connection.inbound', 'connection', 'inbound', CONNECTS),
];

/** Members that are told in another place than a part, or are ids and times: nothing to hide. */
export const TOLD_ELSEWHERE: readonly (readonly string[])[] = [
  'id',
  'agent_name',
  'agent_type',
  'workspace',
  'organization',
  'knowledge_base',
  'created_at',
  'updated_at',
  'latest_version',
  'latest_version_id',
  'versions',
  'active_version',
  'version_count',
].map((member) => [member]);
