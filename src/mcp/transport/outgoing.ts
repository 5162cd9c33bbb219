/** Messages as lines: every string well formed, and ids and tokens in the characters they came in. */
import type { JSONRPCNotification, JSONRPCRequest, JSONRPCResponse } from '@modelcontextprotocol/server';
import { isRecord } from '../../model/json.ts';
import type { OpenRequest, OpenRequests } from './open-requests.ts';
import { inWords } from './validation-words.ts';

const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

/** `value` as JSON. A lone surrogate, which many parsers refuse, becomes U+FFFD. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\ud')) return json;
  // Only lone surrogates are escaped in this way; a backslash of the text stands twice.
  return json.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.length > 2 ? '\ufffd' : found));
}

/** `object` as JSON, with `sources`, JSON by member, in place of its own members. */
export function jsonWith(object: object, sources: Record<string, string>): string {
  const own = Object.entries(object).filter(([name, value]) => value !== undefined && !Object.hasOwn(sources, name));
  const members = [
    ...own.map(([name, value]) => `${jsonOf(name)}:${jsonOf(value)}`),
    ...Object.entries(sources).map(([name, source]) => `${jsonOf(name)}:${source}`),
  ];
  return `{${members.join(',')}}`;
}

/** An answer of the SDK's to `request`. */
export function answerLine(answer: JSONRPCResponse, request: OpenRequest): string {
  if ('error' in answer) return jsonWith({ ...answer, error: inWords(answer.error) }, { id: request.id });
  const { result } = answer;
  return result._meta?.[SUBSCRIPTION_ID] === undefined
    ? jsonWith(answer, { id: request.id })
    : jsonWith(answer, { id: request.id, result: withSubscription(result, request) });
}

/** A notification of the SDK's, or a question to the client; `undefined` when what it belongs to is over. */
export function callLine(message: JSONRPCRequest | JSONRPCNotification, open: OpenRequests): string | undefined {
  const { params } = message;
  if (message.method === 'notifications/progress') {
    const token = open.get(params?.progressToken)?.progressToken;
    return token === undefined
      ? undefined
      : jsonWith(message, { params: jsonWith({ ...params }, { progressToken: token }) });
  }
  const subscription = params?._meta?.[SUBSCRIPTION_ID];
  if (subscription === undefined) return jsonOf(message);
  const request = open.get(subscription);
  if (!request) return undefined;
  open.listens(request);
  return jsonWith(message, { params: withSubscription({ ...params }, request) });
}

function withSubscription(members: Record<string, unknown>, { id }: OpenRequest): string {
  const meta = isRecord(members._meta) ? members._meta : {};
  return jsonWith(members, { _meta: jsonWith(meta, { [SUBSCRIPTION_ID]: id }) });
}
