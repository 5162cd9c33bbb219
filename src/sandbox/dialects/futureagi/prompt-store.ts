/**
 * Prompt templates and their versions. The default version of the receptionist's template holds the live text of the world's
 * first agent; all other versions hold a text of their own.
 */
import * as z from 'zod/v4';
import { isRecord, type JsonObject } from '../../../model/json.ts';
import { stableId } from '../../engine/ids.ts';
import type { Engine } from '../../engine/types.ts';
import { PROMPT_EVALUATION, PROMPT_METADATA, PROMPT_TOOL } from './canaries.ts';

const TEMPLATES = 'futureagi prompt templates';
const VERSIONS = 'futureagi prompt versions';
const SEEDED_AT = 1_767_225_600_000;

const templateSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  /** Number of the default version. */
  default: z.number().optional(),
  created_at: z.number(),
});
const versionSchema = z.object({
  id: z.string(),
  template: z.string(),
  number: z.number(),
  /** The one that is kept of `prompt_config`: messages and configuration. */
  config: z.record(z.string(), z.unknown()),
  variable_names: z.unknown(),
  evaluation_configs: z.unknown(),
  metadata: z.unknown(),
  is_draft: z.boolean(),
  commit_message: z.string(),
  labels: z.array(z.string()),
  created_at: z.number(),
});
export type PromptTemplate = z.infer<typeof templateSchema>;
export type PromptVersion = z.infer<typeof versionSchema>;
export type Snapshot = Pick<PromptVersion, 'config' | 'variable_names' | 'evaluation_configs' | 'metadata'>;

export interface PromptStore {
  templates(): PromptTemplate[];
  template(id: string): PromptTemplate | undefined;
  /** Newest number first. */
  versions(template: string): PromptVersion[];
  /** By its id, or by its name (`v3`) within a template. */
  version(template: string, idOrName: string): PromptVersion | undefined;
  addTemplate(name: string, description: string): PromptTemplate;
  addVersion(template: string, snapshot: Snapshot): PromptVersion;
  put(version: PromptVersion): void;
  setDefault(template: PromptTemplate, version: PromptVersion): void;
}

/** The receptionist's template, and one that has no version yet. */
export const TEMPLATE_ID = stableId('futureagi', 'prompt template', 'receptionist');
export const EMPTY_TEMPLATE_ID = stableId('futureagi', 'prompt template', 'survey');
export const DEFAULT_VERSION_ID = stableId(TEMPLATE_ID, 'v2');

export const nameOfVersion = ({ number }: Pick<PromptVersion, 'number'>) => `v${number}`;

export function createPromptStore(engine: Engine): PromptStore {
  const { documents, texts } = engine;
  const [agent] = engine.agents;
  const seeds = seedsOf(agent?.name ?? '');

  const templates = () => kept(documents.all(TEMPLATES), seeds.templates, templateSchema, ({ id }) => id);
  const template = (id: string) => templates().find((one) => one.id === id);
  /** The default version of the receptionist's template says what the agent does now. */
  const current = (version: PromptVersion): PromptVersion => {
    const isLive = version.template === TEMPLATE_ID && template(TEMPLATE_ID)?.default === version.number;
    return isLive && agent ? { ...version, config: withSystemText(version.config, texts.live(agent)) } : version;
  };
  const versions = (id: string) =>
    kept(documents.all(VERSIONS), seeds.versions, versionSchema, (one) => one.id)
      .filter((version) => version.template === id)
      .sort((a, b) => b.number - a.number)
      .map(current);
  const put = (version: PromptVersion) => documents.put(VERSIONS, version.id, version);

  return {
    templates,
    template,
    versions,
    version: (id, idOrName) => versions(id).find((one) => one.id === idOrName || nameOfVersion(one) === idOrName),
    addTemplate(name, description) {
      const id = stableId('futureagi', 'prompt template', templates().length, name);
      const made = { id, name, description, created_at: engine.now() };
      documents.put(TEMPLATES, id, made);
      return made;
    },
    addVersion(id, { config, variable_names, evaluation_configs, metadata }) {
      const number = Math.max(0, ...versions(id).map((one) => one.number)) + 1;
      const version: PromptVersion = {
        id: stableId(id, `v${number}`),
        template: id,
        number,
        config,
        variable_names,
        evaluation_configs,
        metadata,
        is_draft: true,
        commit_message: '',
        labels: [],
        created_at: engine.now(),
      };
      put(version);
      return version;
    },
    put,
    setDefault(one, version) {
      if (one.default === version.number) return;
      if (one.id === TEMPLATE_ID && agent) {
        const former = versions(one.id).find(({ number }) => number === one.default);
        // From now on the former default has the text that was live.
        if (former) put(former);
        texts.setLive(agent, systemTextOf(version.config));
      }
      documents.put(TEMPLATES, one.id, { ...one, default: version.number });
    },
  };
}

/** What is kept, in place of seeds of the same id. */
function kept<T>(
  documents: readonly { id: string; value: unknown }[],
  seeds: readonly T[],
  schema: z.ZodType<T>,
  idOf: (one: T) => string,
): T[] {
  const read = documents.flatMap(({ value }) => schema.safeParse(value).data ?? []);
  const ids = new Set(read.map(idOf));
  return [...seeds.filter((one) => !ids.has(idOf(one))), ...read];
}

const messagesOf = (config: JsonObject) => (Array.isArray(config.messages) ? config.messages.filter(isRecord) : []);

const textIn = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((piece) => (isRecord(piece) && typeof piece.text === 'string' ? piece.text : '')).join('')
      : '';

/** What the agent does that a prompt describes: its system messages. */
export function systemTextOf(config: JsonObject): string {
  const system = messagesOf(config).filter(({ role }) => role === 'system');
  return system.map(({ content }) => textIn(content)).join('\n');
}

function withSystemText(config: JsonObject, text: string): JsonObject {
  let done = false;
  const messages = messagesOf(config).map((message) => {
    if (done || message.role !== 'system') return message;
    done = true;
    return { ...message, content: [{ type: 'text', text }] };
  });
  return { ...config, messages };
}

function seedsOf(name: string): { templates: PromptTemplate[]; versions: PromptVersion[] } {
  const template = { id: TEMPLATE_ID, name, description: 'Answers the telephone of the clinic.', default: 2 };
  const survey = { id: EMPTY_TEMPLATE_ID, name: 'Bright Harbor Dental survey', description: '' };
  const version = (number: number, commit_message: string): PromptVersion => ({
    id: stableId(TEMPLATE_ID, `v${number}`),
    template: TEMPLATE_ID,
    number,
    config: configOf('# Receptionist\n\n- Greet every caller with the name of the clinic and offer your help.\n'),
    variable_names: { caller_message: ['Hello'] },
    evaluation_configs: [{ name: 'Politeness', config: { api_key: PROMPT_EVALUATION, threshold: 0.5 } }],
    metadata: { deployed_by: 'release job', hook: { token: PROMPT_METADATA } },
    is_draft: false,
    commit_message,
    labels: number === 2 ? ['production'] : [],
    created_at: SEEDED_AT + number * 86_400_000,
  });
  return {
    templates: [
      { ...template, created_at: SEEDED_AT },
      { ...survey, created_at: SEEDED_AT },
    ],
    versions: [version(1, 'First text'), version(2, 'The whole playbook')],
  };
}

function configOf(text: string): JsonObject {
  return {
    messages: [
      { role: 'system', content: [{ type: 'text', text }] },
      { role: 'user', content: [{ type: 'text', text: '{{caller_message}}' }] },
    ],
    configuration: {
      model: 'gpt-4o-mini',
      temperature: 0.3,
      max_tokens: 800,
      response_format: 'text',
      model_detail: { model_name: 'gpt-4o-mini', type: 'llm' },
      tools: [
        {
          type: 'function',
          function: {
            name: 'book_appointment',
            description: 'Books, moves or cancels an appointment.',
            parameters: { type: 'object', properties: { day: { type: 'string' }, time: { type: 'string' } } },
          },
          server: { headers: { Authorization: `Bearer ${PROMPT_TOOL}` } },
        },
      ],
    },
  };
}
