/**
 * From a line to what it says. The handshake from the record and the server read with it, so that both take the same for a
 * request, a notification or neither.
 */
import { isRecord, type JsonObject } from '../../model/json.ts';
import { type JsonSource, sourceOf } from './json-source.ts';
import { type Line, MOST_LINE_BYTES } from './line-reader.ts';

/** Ids and tokens are their characters in the line (`1.0`, `"a"`), so that they go back as they came. */
export type Reading =
  | { kind: 'request'; id: string; method: string; params?: JsonObject | undefined; progressToken?: string | undefined }
  | { kind: 'notification'; method: string; params?: JsonObject | undefined; requestId?: string | undefined }
  /** `id` is absent where there is none that can be read. */
  | { kind: 'response'; id?: string | undefined; message: JsonObject }
  /** Texts of messages. */
  | { kind: 'batch'; items: string[] }
  | Refused;

export interface Refused {
  kind: 'refused';
  code: number;
  message: string;
  id?: string | undefined;
  /** False for notifications, which are never answered. */
  answered: boolean;
  /** It holds nothing but an id: also a response may look so, from a client that leaves a null result out. */
  bare?: boolean | undefined;
}

export const PARSE_ERROR = -32700;
export const INVALID_REQUEST = -32600;
export const INVALID_PARAMS = -32602;
export const INTERNAL_ERROR = -32603;

/** Characters of a number that is an id or a token. */
const MOST_DIGITS = 40;
const MOST_DEPTH = 200;

export function readLine({ text, fault }: Line): Reading {
  if (fault === 'long')
    return refused(PARSE_ERROR, `A line has at most ${MOST_LINE_BYTES / 1024 / 1024} MB.`, undefined);
  const reading = readMessage(text);
  if (fault === undefined) return reading;
  // What was replaced may stand anywhere: nothing of it is acted on.
  if (reading.kind === 'response') return { ...reading, message: {} };
  const id = reading.kind === 'request' && !reading.id.includes('\ufffd') ? reading.id : undefined;
  return refused(PARSE_ERROR, 'The line is not UTF-8.', id, reading.kind !== 'notification');
}

export function readMessage(text: string): Reading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(PARSE_ERROR, 'The line is no JSON.', undefined);
  }
  const source = sourceOf(text);
  if (Array.isArray(value)) {
    return value.length > 0
      ? { kind: 'batch', items: source.items }
      : refused(INVALID_REQUEST, 'A batch holds at least one message.', undefined);
  }
  if (!isRecord(value)) return refused(INVALID_REQUEST, 'A message is an object.', undefined);
  if (!has(value, 'method') && ('result' in value || 'error' in value)) {
    // Two readers may take different ones of two members with one name.
    return { kind: 'response', id: idOf(value.id, source), message: source.repeats ? {} : value };
  }
  return readCall(value, source);
}

function readCall(value: JsonObject, source: JsonSource): Reading {
  const { method } = value;
  const named = typeof method === 'string';
  const silent = named && (value.id === undefined || (value.id === null && method.startsWith('notifications/')));
  const id = idOf(value.id, source);
  const refuse = (code: number, message: string) => refused(code, message, id, !silent);

  if (value.jsonrpc !== '2.0') return refuse(INVALID_REQUEST, '`jsonrpc` must be "2.0".');
  if (!named) {
    const bare = !has(value, 'method') && !has(value, 'params');
    return { ...refuse(INVALID_REQUEST, '`method` must be a string.'), bare };
  }
  if (!silent && id === undefined)
    return refuse(INVALID_REQUEST, `\`id\` must be one string, or one number of at most ${MOST_DIGITS} characters.`);
  if (has(value, 'result') || has(value, 'error'))
    return refuse(INVALID_REQUEST, 'A message with a `method` carries no `result` and no `error`.');
  if (source.repeats) return refuse(INVALID_REQUEST, 'An object has two members of one name.');
  if (source.depth > MOST_DEPTH) return refuse(INVALID_REQUEST, `A message nests at most ${MOST_DEPTH} deep.`);

  const given = value.params ?? undefined;
  if (given !== undefined && !isRecord(given)) return refuse(INVALID_PARAMS, '`params` must be an object.');
  const params = given && withoutNulls(given, method === 'tools/call' ? TOOL_CALL_AS_SENT : AS_SENT);
  const meta = params?._meta;
  if (meta !== undefined && !isRecord(meta)) return refuse(INVALID_PARAMS, '`_meta` must be an object.');

  if (id === undefined) return { kind: 'notification', method, params, requestId: source.requestId };
  const token = meta?.progressToken;
  const progressToken = typeof token === 'string' || typeof token === 'number' ? source.progressToken : undefined;
  if (typeof token === 'number' && (progressToken?.length ?? 0) > MOST_DIGITS)
    return refuse(INVALID_REQUEST, `\`progressToken\` has at most ${MOST_DIGITS} characters.`);
  return { kind: 'request', id, method, params, progressToken };
}

/** What tells ids apart: `1` and `1.0` are one id, `1` and `"1"` are two. */
export function idKey(raw: string): string {
  const value: unknown = JSON.parse(raw);
  return Number.isSafeInteger(value) ? `${Number(value) + 0}` : typeof value === 'string' ? JSON.stringify(value) : raw;
}

/** Some serialisers write what is absent as null. */
function has(value: JsonObject, member: string): boolean {
  return (value[member] ?? undefined) !== undefined;
}

function refused(code: number, message: string, id: string | undefined, answered = true): Refused {
  return { kind: 'refused', code, message, id, answered };
}

function idOf(value: unknown, source: JsonSource): string | undefined {
  if (source.severalIds || source.id === undefined) return undefined;
  if (typeof value === 'string') return source.id;
  return typeof value === 'number' && source.id.length <= MOST_DIGITS ? source.id : undefined;
}

/** Members of params whose nulls mean something to those who read them. */
const AS_SENT: readonly string[] = ['inputResponses'];
const TOOL_CALL_AS_SENT: readonly string[] = [...AS_SENT, 'arguments'];

function withoutNulls(members: JsonObject, asSent: readonly string[] = []): JsonObject {
  const kept = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(
    kept.map(([name, value]) => [name, isRecord(value) && !asSent.includes(name) ? withoutNulls(value) : value]),
  );
}
