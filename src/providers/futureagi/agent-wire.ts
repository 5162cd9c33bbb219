/**
 * What Future AGI sends of agents (vendor's open server, 2026-08): prompt templates with their versions, agent definitions with
 * theirs. What is not read here is carried along in `raw`, so that a write can give it back.
 */
import { isRecord } from '../../model/json.ts';
import { anything, listOf, object, type Read, type Reader } from '../shared/fields.ts';
import { count, identifier, text, truth } from '../shared/scalars.ts';
import { isVersionName } from './agent-ref.ts';

/** The id of a row; empty for a row without one. */
const rowId: Reader<string> = (value) => identifier(value) ?? '';

export const promptTemplateReader = object({ id: rowId, name: text, updated_at: text, created_at: text });

const versionName: Reader<string | undefined> = (value) => {
  const word = text(value)?.trim().toLowerCase();
  return word !== undefined && isVersionName(word) ? word : undefined;
};

/** `prompt_config` is a list of one; a version tells the one. */
const promptConfig: Reader<unknown[] | undefined> = (value) =>
  Array.isArray(value) ? value : isRecord(value) ? [value] : undefined;

/** What a version holds: a draft takes all of it, and what it is not given is gone. */
const content = { variable_names: anything, evaluation_configs: anything, metadata: anything, placeholders: anything };

export const promptVersionReader = object({
  id: rowId,
  template_version: versionName,
  prompt_config_snapshot: promptConfig,
  ...content,
  is_default: truth,
  is_draft: truth,
  commit_message: text,
  labels: listOf(object({ name: text })),
  created_at: text,
  template_name: text,
  original_template: identifier,
});

/** The same by name: a version that is a template's, under other names. */
export const namedPromptReader = object({
  id: identifier,
  original_template: identifier,
  name: text,
  version: versionName,
  template_version: versionName,
  /** Null says that there is none; absent, that it is not told. */
  metadata: (value: unknown) => value,
});

export const agentDefinitionReader = object({
  id: rowId,
  agent_name: text,
  agent_type: text,
  updated_at: text,
});

export const agentVersionReader = object({
  id: rowId,
  version_number: count,
  version_name: text,
  commit_message: text,
  is_active: truth,
  is_latest: truth,
  created_at: text,
  api_key: anything,
});

/** `POST versions/create`: the version in it. */
export const createdVersionReader = object({ version: object({ id: identifier, version_number: count }) });

export type WirePromptTemplate = Read<typeof promptTemplateReader>;
export type WirePromptVersion = Read<typeof promptVersionReader>;
export type WireAgentDefinition = Read<typeof agentDefinitionReader>;
export type WireAgentVersion = Read<typeof agentVersionReader>;
