/** Prompt templates, agent definitions and the versions of both, as agents are listed. */
import type { AgentBrief, AgentVersion } from '../../model/agents.ts';
import { formatRef } from '../../model/refs.ts';
import { iso, text } from '../shared/scalars.ts';
import { refOfPrompt } from './agent-ref.ts';
import type { WireAgentDefinition, WireAgentVersion, WirePromptTemplate } from './agent-wire.ts';
import type { Definition } from './definition-record.ts';
import type { Version } from './prompt-versions.ts';
import { PLATFORM } from './settings.ts';

/** A prompt template, whichever version. Undefined for one without an id. */
export function toPromptBrief({ id, name, updated_at, created_at }: WirePromptTemplate): AgentBrief | undefined {
  if (id === '') return undefined;
  return {
    ref: refOfPrompt({ template: id }),
    provider: PLATFORM.id,
    name: name ?? id,
    ownership: 'platform',
    type: 'prompt',
    updated_at: iso(updated_at ?? created_at),
  };
}

/** An agent definition. Undefined for one without an id. */
export function toAgentBrief({ id, agent_name, agent_type, updated_at }: WireAgentDefinition): AgentBrief | undefined {
  if (id === '') return undefined;
  return {
    ref: formatRef(PLATFORM.id, 'agent', id),
    provider: PLATFORM.id,
    name: agent_name ?? id,
    ownership: 'record_of_external',
    type: agent_type,
    updated_at: iso(updated_at),
  };
}

export function toPromptVersion(version: Version): AgentVersion {
  return {
    version: version.template_version,
    at: iso(version.created_at),
    note: version.commit_message,
    state: version.is_default ? 'live' : version.is_draft ? 'draft' : 'former',
  };
}

/** Providers of agents by the vendor's word (contract: who is under test). */
const PROVIDERS: Readonly<Record<string, string>> = {
  vapi: 'Vapi',
  retell: 'Retell',
  eleven_labs: 'ElevenLabs',
  elevenlabs: 'ElevenLabs',
  bland: 'Bland',
  livekit: 'LiveKit',
};

/** Where the agent of a definition is changed, in trusted words. */
export function livesAt({ provider, agent_type }: Definition['record']): string {
  const known = PROVIDERS[text(provider)?.trim().toLowerCase() ?? ''];
  if (known) return `at ${known}, as the assistant that this definition names`;
  const isChat = ['text', 'chat'].includes(text(agent_type)?.toLowerCase() ?? '');
  return isChat
    ? 'in the code that plays it in chat simulations'
    : 'behind the connection that this definition describes';
}

export function toDefinitionVersion(version: WireAgentVersion): AgentVersion {
  return {
    version: version.version_name ?? `v${version.version_number ?? ''}`,
    at: iso(version.created_at),
    note: version.commit_message,
    state: version.is_active ? 'live' : 'former',
  };
}
