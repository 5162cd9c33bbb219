/** A model that is asked over HTTP, through the shared client: its deadlines, caps, proxies and redaction hold. */
import { createVendorHttp } from '../../http/client.ts';
import type { HttpSeams } from '../../http/connection.ts';
import type { Log } from '../../http/log.ts';
import type { FaultReader, VendorHttpOptions } from '../../http/types.ts';
import { isRecord } from '../../model/json.ts';
import type { ModelApi } from '../../model/model-apis.ts';
import { isProblem, Problem } from '../../model/problem.ts';
import type { ModelEndpoint } from './endpoint.ts';
import type { Message } from './prompt.ts';
import { questionTokens, type Said, tokensIn, WIRES } from './wires.ts';

export interface Model {
  /** How many tokens asking would come to, its answer aside. */
  tokensOf(messages: readonly Message[]): number;
  /** Asks; repeats what was lost or held back, at most twice. Throws `Problem`. */
  ask(messages: readonly Message[], options: { most_tokens: number; signal: AbortSignal }): Promise<Said>;
  /** Tokens so far, of every attempt: as the server counts them, and at least a quarter of the bytes. */
  readonly spent: number;
  close(): Promise<void>;
}

export interface ModelOptions extends Pick<VendorHttpOptions, 'redact' | 'env' | 'limits'> {
  endpoint: ModelEndpoint;
  api: ModelApi;
  /** As the server calls it. */
  name: string;
  key?: string | undefined;
  log?: Log | undefined;
  /** For tests: another clock. */
  seams?: Partial<HttpSeams> | undefined;
}

/** Of one question with its repetitions. A long answer takes minutes, and comes at once when it is ready. */
const DEADLINE_MS = 300_000;
const MOST_BYTES = 2 * 1024 * 1024;

/** Nothing is sent before it is asked. Close it in the end. */
export function createModel({ endpoint, api, name, key, limits, seams, ...options }: ModelOptions): Model {
  const wire = WIRES[api];
  const http = createVendorHttp(
    {
      ...options,
      provider: 'The model',
      baseUrl: endpoint.baseUrl,
      headers: wire.headers(key),
      readFault,
      advise: (status) => ADVICE[status],
      limits: {
        concurrency: 1,
        headers_ms: DEADLINE_MS,
        body_ms: DEADLINE_MS,
        deadline_ms: DEADLINE_MS,
        max_bytes: MOST_BYTES,
        ...limits,
      },
    },
    seams,
  );
  let structured = wire.structured;
  let spent = 0;
  const bodyOf = (messages: readonly Message[], most_tokens: number) =>
    wire.body({ model: name, messages, structured, most_tokens });

  const post = async (body: unknown, signal: AbortSignal): Promise<Said> => {
    const before = requests(http.sent);
    let said: Said | undefined;
    try {
      // Asking twice changes nothing anywhere: it may be repeated.
      const answer = await http.request({
        method: 'POST',
        path: endpoint.path,
        body,
        signal,
        intent: 'safe',
        retry_500: true,
      });
      said = wire.read(answer.body);
    } finally {
      const sent = requests(http.sent) - before;
      const asked = tokensIn(JSON.stringify(body));
      spent += Math.max(said?.tokens ?? 0, asked + tokensIn(said?.text ?? '')) + Math.max(0, sent - 1) * asked;
    }
    if (!said) throw new Problem('unreadable', `The model (${http.host}) answered in a form that is not known.`, FORM);
    return said;
  };

  return {
    get spent() {
      return spent;
    },
    tokensOf: (messages) => questionTokens(api, { model: name, messages, structured, most_tokens: 0 }),
    async ask(messages, { most_tokens, signal }) {
      try {
        return await post(bodyOf(messages, most_tokens), signal);
      } catch (error) {
        if (!structured || !isBadRequest(error)) throw error;
        // Once: from here on without the schema.
        structured = false;
        return await post(bodyOf(messages, most_tokens), signal);
      }
    },
    close: () => http.close(),
  };
}

const FORM = { next: 'Check AGENT_SIM_MODEL_URL and AGENT_SIM_MODEL_API: openai and anthropic are different formats.' };

const ADVICE: Readonly<Record<number, string>> = {
  401: 'Check AGENT_SIM_MODEL_KEY.',
  403: 'The key may not use this model: check AGENT_SIM_MODEL_KEY and AGENT_SIM_MODEL_NAME.',
  404: 'Check AGENT_SIM_MODEL_NAME, and whether AGENT_SIM_MODEL_URL and AGENT_SIM_MODEL_API fit each other.',
  413: 'The model takes less at once than a batch holds.',
};

function requests(sent: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of sent.values()) sum += count;
  return sum;
}

function isBadRequest(error: unknown): boolean {
  const status = isProblem(error) ? error.details.vendor?.status : undefined;
  return status === 400 || status === 422;
}

/** `{error: {message, type, code, param}}` (OpenAI), `{type: "error", error: {type, message}}` (Anthropic), `{error: "text"}` (LM Studio). */
const readFault: FaultReader = (status, body, headers) => {
  const record = isRecord(body) ? body : {};
  const error = isRecord(record.error) ? record.error : {};
  return {
    status,
    code: text(error.code) ?? text(error.type),
    message: text(error.message) ?? text(record.error) ?? text(record.message) ?? text(body),
    field: text(error.param),
    request_id: headers['x-request-id'] ?? headers['request-id'],
  };
};

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
