/** The two wire formats: what is sent, and what an answer says. */
import * as z from 'zod/v4';
import type { ModelApi } from '../../model/model-apis.ts';
import { ANSWER_SCHEMA, type Message } from './prompt.ts';

export interface WireRequest {
  model: string;
  messages: readonly Message[];
  /** Ask for output by schema, where the format has that. */
  structured: boolean;
  /** Most tokens of the answer, where the format wants to be told. */
  most_tokens: number;
}

/** What a model answered. `text` is untrusted. */
export interface Said {
  text: string;
  /** The answer ended at a limit of length. */
  cut: boolean;
  /** The model would not answer. */
  refused: boolean;
  /** Tokens of question and answer, as the server counts them. */
  tokens?: number | undefined;
}

export interface Wire {
  headers(key: string | undefined): Record<string, string | undefined>;
  body(request: WireRequest): unknown;
  /** Undefined for an answer of another form. */
  read(body: unknown): Said | undefined;
  /** Whether it has a member that asks for output by schema. */
  structured: boolean;
}

const count = z.number().nonnegative().optional().catch(undefined);
const part = z.object({ type: z.string(), text: z.string().optional() });

/**
 * `POST /chat/completions` (OpenAI API reference, "Create chat completion"). Compatible servers differ: one that does not know
 * `response_format` of type `json_schema` answers 400 (DeepSeek), LM Studio knows no `json_object`; so the schema is asked
 * for, and else the instructions alone have to do. No `max_tokens` and no `temperature`: newer models refuse either with
 * 400 ("Unsupported parameter", "Unsupported value").
 */
const openai: Wire = {
  structured: true,
  headers: (key) => ({ authorization: key === undefined ? undefined : `Bearer ${key}` }),
  body: ({ model, messages, structured }) => ({
    model,
    messages,
    response_format: structured
      ? { type: 'json_schema', json_schema: { name: 'coding', strict: true, schema: ANSWER_SCHEMA } }
      : undefined,
  }),
  read(body) {
    const [choice] = completion.safeParse(body).data?.choices ?? [];
    if (!choice) return undefined;
    const { content, refusal } = choice.message;
    const text = Array.isArray(content) ? textOf(content) : (content ?? '');
    const usage = completion.safeParse(body).data?.usage;
    return {
      text,
      cut: choice.finish_reason === 'length',
      refused: (text === '' && Boolean(refusal)) || choice.finish_reason === 'content_filter',
      tokens: sum(usage?.prompt_tokens, usage?.completion_tokens),
    };
  },
};

const completion = z.object({
  choices: z.array(
    z.object({
      message: z.object({
        content: z.union([z.string(), z.array(part)]).nullish(),
        refusal: z.string().nullish(),
      }),
      finish_reason: z.string().nullish(),
    }),
  ),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined),
});

/**
 * `POST /v1/messages` (Anthropic API, "Messages": `x-api-key`, `anthropic-version: 2023-06-01`, `max_tokens` required). JSON
 * is asked for in words: newer models refuse a forced tool ("What's new in Claude Opus 5.5"), older ones have no output by
 * schema. Blocks of thinking come before the text, and count within `max_tokens`.
 */
const anthropic: Wire = {
  structured: false,
  headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  body: ({ model, messages, most_tokens }) => ({
    model,
    max_tokens: most_tokens,
    system: messages
      .filter(({ role }) => role === 'system')
      .map(({ content }) => content)
      .join('\n\n'),
    messages: messages.filter(({ role }) => role !== 'system'),
  }),
  read(body) {
    const { data } = message.safeParse(body);
    return (
      data && {
        text: textOf(data.content),
        cut: data.stop_reason === 'max_tokens' || data.stop_reason === 'model_context_window_exceeded',
        refused: data.stop_reason === 'refusal',
        tokens: sum(data.usage?.input_tokens, data.usage?.output_tokens),
      }
    );
  },
};

const message = z.object({
  content: z.array(part),
  stop_reason: z.string().nullish(),
  usage: z.object({ input_tokens: count, output_tokens: count }).nullish().catch(undefined),
});

export const WIRES: Readonly<Record<ModelApi, Wire>> = { openai, anthropic };

/** About how many tokens a question is: a token is about four bytes; tokenizers of models differ. */
export function questionTokens(api: ModelApi, request: WireRequest): number {
  return tokensIn(JSON.stringify(WIRES[api].body(request)));
}

/** About how many tokens a text is. */
export function tokensIn(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

function textOf(parts: readonly z.infer<typeof part>[]): string {
  return parts.flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : [])).join('');
}

function sum(asked: number | undefined, answered: number | undefined): number | undefined {
  return asked === undefined && answered === undefined ? undefined : (asked ?? 0) + (answered ?? 0);
}
