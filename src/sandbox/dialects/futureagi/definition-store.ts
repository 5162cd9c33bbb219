/**
 * Agent definitions and their versions: records of agents that run elsewhere. What such an agent really does is a text of its
 * own (`followed`), which no write to the record changes; credentials belong to a version.
 */
import * as z from 'zod/v4';
import { stableId } from '../../engine/ids.ts';
import type { Engine, WorldAgent } from '../../engine/types.ts';
import { DEFINITION_HEADER, DEFINITION_KEY } from './canaries.ts';
import type { Switches } from './switches.ts';

const DEFINITIONS = 'futureagi agent definitions';
const VERSIONS = 'futureagi agent versions';
const SEEDED_AT = 1_767_225_600_000;

/** What a version keeps of a definition. An absent description is that of the agent at its provider. */
const snapshotSchema = z.object({
  agent_name: z.string(),
  agent_type: z.string(),
  description: z.string().optional(),
  provider: z.string().nullable(),
  assistant_id: z.string().nullable(),
  authentication_method: z.string().nullable(),
  language: z.string(),
  languages: z.array(z.string()),
  contact_number: z.string().nullable(),
  inbound: z.boolean(),
  target_speaks_first: z.boolean(),
  knowledge_base: z.string().nullable(),
  model: z.string().nullable(),
});
const definitionSchema = snapshotSchema.extend({
  id: z.string(),
  websocket_url: z.string().nullable(),
  websocket_headers: z.record(z.string(), z.string()),
  created_at: z.number(),
  updated_at: z.number(),
  deleted: z.boolean().optional(),
});
const versionSchema = z.object({
  id: z.string(),
  definition: z.string(),
  number: z.number(),
  is_active: z.boolean(),
  /** Of the agent's provider; null: runs of this version fail. */
  api_key: z.string().nullable(),
  commit_message: z.string(),
  snapshot: snapshotSchema,
  created_at: z.number(),
});
export type DefinitionSnapshot = z.infer<typeof snapshotSchema>;
export type Definition = z.infer<typeof definitionSchema>;
export type DefinitionVersion = z.infer<typeof versionSchema>;

/** Members that a write may set. */
export const SNAPSHOT_FIELDS = Object.keys(snapshotSchema.shape);

export interface DefinitionStore {
  all(): Definition[];
  get(id: string): Definition | undefined;
  /** Newest number first. */
  versions(id: string): DefinitionVersion[];
  /** The version that a run uses. */
  used(id: string): DefinitionVersion | undefined;
  descriptionOf(id: string): string;
  /** Of a version, or of the definition. */
  describedBy(id: string, snapshot: DefinitionSnapshot): string;
  /** What the agent at its provider follows. */
  followed(id: string): string | undefined;
  /** Changes the definition alone. Members of other types are ignored. */
  edit(id: string, fields: Readonly<Record<string, unknown>>): void;
  addVersion(id: string, api_key: string | null, commit_message: string): DefinitionVersion | undefined;
  create(fields: Readonly<Record<string, unknown>>, api_key: string | null, commit_message: string): Definition;
  put(version: DefinitionVersion): void;
}

export const definitionIdOf = (agent: WorldAgent) => stableId('futureagi', 'agent', agent.id);

export function createDefinitionStore(engine: Engine, switches: Switches): DefinitionStore {
  const { documents, texts } = engine;
  const outside = new Map(
    engine.agents.map((agent) => [
      definitionIdOf(agent),
      { id: stableId('futureagi', 'agent at its provider', agent.id), name: agent.name },
    ]),
  );
  for (const agent of outside.values()) texts.follow(agent);
  const seeds = engine.agents.map(seedOf);

  const everyone = (): Definition[] => {
    const kept = documents.all(DEFINITIONS).flatMap(({ value }) => definitionSchema.safeParse(value).data ?? []);
    const ids = new Set(kept.map(({ id }) => id));
    return [...seeds.filter(({ id }) => !ids.has(id)), ...kept].filter(({ deleted }) => !deleted);
  };
  const get = (id: string) => everyone().find((one) => one.id === id);
  const versions = (id: string) => {
    const kept = documents.all(VERSIONS).flatMap(({ value }) => versionSchema.safeParse(value).data ?? []);
    const seed = seeds.find((one) => one.id === id);
    const first = seed && firstVersion(seed);
    const own = kept.filter(({ definition }) => definition === id);
    if (first && !own.some((one) => one.id === first.id)) own.push(first);
    return own.sort((a, b) => b.number - a.number);
  };
  const put = (version: DefinitionVersion) => documents.put(VERSIONS, version.id, version);
  const followed = (id: string) => {
    const agent = outside.get(id);
    if (!agent) return undefined;
    return switches.provider_prompt === '' ? texts.live(agent) : switches.provider_prompt;
  };
  const describedBy = (id: string, { description }: DefinitionSnapshot) => description ?? followed(id) ?? '';
  const edit = (id: string, fields: Readonly<Record<string, unknown>>) => {
    const definition = get(id);
    if (!definition) return;
    const changed = definitionSchema.safeParse({ ...definition, ...fields, updated_at: engine.now() }).data;
    if (changed) documents.put(DEFINITIONS, id, changed);
  };
  const addVersion: DefinitionStore['addVersion'] = (id, api_key, commit_message) => {
    const definition = get(id);
    if (!definition) return undefined;
    const former = versions(id);
    const number = Math.max(0, ...former.map((one) => one.number)) + 1;
    for (const one of former) if (one.is_active) put({ ...one, is_active: false });
    const version: DefinitionVersion = {
      id: stableId(id, `v${number}`),
      definition: id,
      number,
      is_active: true,
      api_key,
      commit_message,
      snapshot: snapshotSchema.parse(definition),
      created_at: engine.now(),
    };
    put(version);
    return version;
  };

  return {
    all: everyone,
    get,
    versions,
    used(id) {
      const all = versions(id);
      return (switches.run_version === 'active' ? all.find(({ is_active }) => is_active) : undefined) ?? all[0];
    },
    describedBy,
    descriptionOf: (id) => {
      const definition = get(id);
      return definition ? describedBy(id, definition) : '';
    },
    followed,
    edit,
    addVersion,
    create(fields, api_key, commit_message) {
      const id = stableId('futureagi', 'agent definition', documents.all(DEFINITIONS).length, engine.now());
      const made: Definition = { ...seedOf({ id, name: 'Agent' }), ...BARE, id, description: '' };
      documents.put(DEFINITIONS, id, made);
      edit(id, fields);
      addVersion(id, api_key, commit_message);
      return get(id) ?? made;
    },
    put,
  };
}

/** A definition that says nothing yet of where its agent is. */
const BARE = {
  provider: null,
  assistant_id: null,
  authentication_method: null,
  contact_number: null,
  websocket_headers: {},
  model: null,
} as const;

function seedOf(agent: WorldAgent): Definition {
  return {
    id: definitionIdOf(agent),
    agent_name: agent.name,
    agent_type: 'voice',
    provider: 'vapi',
    assistant_id: stableId('futureagi', 'assistant', agent.id),
    authentication_method: 'api_key',
    language: 'en',
    languages: ['en'],
    contact_number: '+15550100',
    inbound: true,
    target_speaks_first: true,
    knowledge_base: null,
    model: 'gpt-4o',
    websocket_url: null,
    websocket_headers: { 'X-Gateway-Token': DEFINITION_HEADER },
    created_at: SEEDED_AT,
    updated_at: SEEDED_AT,
  };
}

function firstVersion(definition: Definition): DefinitionVersion {
  return {
    id: stableId(definition.id, 'v1'),
    definition: definition.id,
    number: 1,
    is_active: true,
    api_key: DEFINITION_KEY,
    commit_message: 'Connected',
    snapshot: snapshotSchema.parse(definition),
    created_at: SEEDED_AT,
  };
}
