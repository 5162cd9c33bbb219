/**
 * The parts of a prompt version: each text of its messages, and the members of its configuration that may be shown. Whatever
 * has no row, what tools send and metadata above all, is counted and never shown.
 */
import type { AgentPart, PartKind } from '../../model/agents.ts';
import { isRecord } from '../../model/json.ts';
import { hiddenMembers, memberAt, type PartRow, partsOf, restOf } from '../shared/agent-parts.ts';
import type { WirePromptVersion } from './agent-wire.ts';

/** Id of the one object that is written. */
export const TEMPLATE = 'template';

/** What a draft takes (contract: `new_prompts`), under the names of the request. */
export interface PromptContent {
  prompt_config: readonly unknown[];
  variable_names?: unknown;
  evaluation_configs?: unknown;
  metadata?: unknown;
  placeholders?: unknown;
}

/** Undefined for a version whose content could not be read. */
export function contentOf(version: WirePromptVersion, metadata: unknown = version.metadata): PromptContent | undefined {
  const { prompt_config_snapshot: prompt_config, variable_names, evaluation_configs, placeholders } = version;
  return prompt_config && { prompt_config, variable_names, evaluation_configs, metadata, placeholders };
}

const FIRST = ['prompt_config', '0'];
const CONFIGURATION = [...FIRST, 'configuration'];

/** Members of the configuration (contract: model, temperature, max_tokens, response_format …). */
const MODEL = [
  'model',
  'temperature',
  'max_tokens',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'response_format',
  'tool_choice',
];

export function rowsOf(content: PromptContent): PartRow[] {
  return [...messageRows(content), ...MODEL.map(modelRow), ...toolRows(content)];
}

export function partsOfPrompt(content: PromptContent): AgentPart[] {
  return partsOf(content, rowsOf(content));
}

/** What is not shown of a version, and a draft of it has to take over. */
export function restOfPrompt(content: PromptContent): string {
  return restOf(
    content,
    rowsOf(content).map(({ path }) => path),
  );
}

/** Ids of messages and pieces of text say nothing, and roles are told in locations. */
const PLAIN = /^(role|type|id|name)$/;

/** The members that are not shown. */
export function hiddenIn(content: PromptContent): unknown[] {
  const messages = memberAt(content, [...FIRST, 'messages']);
  const plain = listed(messages).flatMap((message, at): string[][] => {
    const own = [...FIRST, 'messages', String(at)];
    const pieces = listed(memberAt(message, ['content'])).flatMap((piece, place) =>
      plainMembers(piece).map((name) => [...own, 'content', String(place), name]),
    );
    return [...plainMembers(message).map((name) => [...own, name]), ...pieces];
  });
  return hiddenMembers(content, [...rowsOf(content).map(({ path }) => path), ...plain]);
}

const plainMembers = (value: unknown) => (isRecord(value) ? Object.keys(value).filter((name) => PLAIN.test(name)) : []);
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const part = (id: string, kind: PartKind, path: readonly string[], location: string): PartRow => ({
  id,
  kind,
  path,
  location,
  object: TEMPLATE,
});

interface Piece {
  message: number;
  /** Place among the pieces of text, where the message has several. */
  piece?: number | undefined;
  role: string;
  path: readonly string[];
}

/** The first text of the first system message is the prompt; a prompt without one has its first text for that. */
function messageRows(content: PromptContent): PartRow[] {
  const messages = listed(memberAt(content, [...FIRST, 'messages']));
  const pieces = messages.flatMap((message, at): Piece[] => {
    const role = roleOf(memberAt(message, ['role']));
    const path = [...FIRST, 'messages', String(at), 'content'];
    const said = memberAt(message, ['content']);
    if (typeof said === 'string') return [{ message: at + 1, role, path }];
    const texts = listed(said).flatMap((piece, place): Piece[] =>
      typeof memberAt(piece, ['text']) === 'string'
        ? [{ message: at + 1, piece: place + 1, role, path: [...path, String(place), 'text'] }]
        : [],
    );
    return texts.length > 1 ? texts : texts.map((only) => ({ ...only, piece: undefined }));
  });
  const prompt = pieces.find(({ role }) => role === 'system') ?? pieces[0];
  const further = pieces.filter((one) => one !== prompt);
  return [...(prompt ? [prompt] : []), ...further].map((one) => {
    const where = `${one.piece === undefined ? '' : `text ${one.piece} of `}message ${one.message} (${one.role})`;
    const id = `message.${one.message}${one.piece === undefined ? '' : `.${one.piece}`}`;
    return part(one === prompt ? 'prompt' : id, 'prompt', one.path, `${where} of the prompt`);
  });
}

function roleOf(role: unknown): string {
  return ['system', 'user', 'assistant', 'developer', 'tool'].find((known) => known === role) ?? 'another role';
}

function modelRow(name: string): PartRow {
  const id = name === 'model' ? 'model.llm' : `model.${name}`;
  return part(id, 'model', [...CONFIGURATION, name], `${name} in the configuration of the prompt`);
}

/** Of a tool what the model is told of it; where it sends what, and with which headers, is not shown. */
function toolRows(content: PromptContent): PartRow[] {
  return listed(memberAt(content, [...CONFIGURATION, 'tools'])).flatMap((tool, at): PartRow[] => {
    const inner = isRecord(memberAt(tool, ['function'])) ? ['function'] : [];
    const path = [...CONFIGURATION, 'tools', String(at), ...inner];
    const where = `tool ${at + 1} in the configuration of the prompt`;
    const name = part(`tool.${at + 1}.name`, 'tool', [...path, 'name'], `name of ${where}`);
    return [
      { ...name, fixed: 'The code behind the tool goes by this name.' },
      part(`tool.${at + 1}.description`, 'tool', [...path, 'description'], `description of ${where}`),
      part(`tool.${at + 1}.parameters`, 'tool', [...path, 'parameters'], `parameters of ${where}`),
    ];
  });
}
