/**
 * What lies between the lines of a client and the SDK: whatever is a request gets an answer, in the characters of its id;
 * what cannot be read is told.
 */
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  type JSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import type { JsonObject } from '../../model/json.ts';
import { openBatch } from './batch.ts';
import type { Line, LineReader } from './line-reader.ts';
import { INVALID_PARAMS, INVALID_REQUEST, type Reading, readLine, readMessage } from './message.ts';
import { createOpenRequests } from './open-requests.ts';
import { answerLine, callLine, jsonOf, jsonWith } from './outgoing.ts';
import { createOwnQuestions } from './own-questions.ts';

/** The one version that has batches (MCP schema 2025-03-26, `JSONRPCBatchRequest`). */
const WITH_BATCHES = '2025-03-26';
const CANCELLED = 'notifications/cancelled';
const TOLD_OF_AN_ID = 60;

/** A line that was read before the transport was there. */
export interface SeenLine {
  line: Line;
  /** The client has its answer already. */
  answered: boolean;
}

export interface StdioTransportOptions {
  lines: LineReader;
  seen?: readonly SeenLine[] | undefined;
  /** Writes text to the client; rejects when that is gone. */
  write(text: string): Promise<void>;
  /** Something could not be read, or belongs to nothing; in trusted words. */
  onUnread(message: string, fields: JsonObject): void;
  /** No further line comes. */
  onEnd?(): void;
}

export interface StdioTransport extends Transport {
  /** Resolves when no request waits for an answer. */
  idle(): Promise<void>;
}

/** Takes a place among the answers, for one that goes there as JSON; `undefined` leaves it empty. */
type Place = () => (answer: string | undefined) => void;
type Request = Extract<Reading, { kind: 'request' }>;

export function createStdioTransport(options: StdioTransportOptions): StdioTransport {
  const { lines, seen = [], onUnread } = options;
  const open = createOpenRequests();
  const questions = createOwnQuestions();
  let negotiated: string | undefined;
  /** Of an `initialize` that opens the connection: its answer may come after further lines. */
  let offered: unknown;
  let begun = false;
  let closed = false;

  const write = async (json: string | undefined) => {
    if (json !== undefined && !closed) await options.write(`${json}\n`);
  };
  const alone: Place = () => (json) => void write(json).catch((error) => transport.onerror?.(error));
  const answeredBefore: Place = () => () => {};
  const deliver = (message: JSONRPCMessage) => transport.onmessage?.(message);

  const refuse = (code: number, message: string, place: Place | undefined, id?: string) => {
    onUnread(message, { code, id: id?.slice(0, TOLD_OF_AN_ID) });
    const answer = { jsonrpc: '2.0', error: { code, message } };
    place?.()(id === undefined ? jsonOf(answer) : jsonWith(answer, { id }));
  };

  const takeRequest = ({ id, method, params, progressToken }: Request, place: Place) => {
    const settle = place();
    const number = open.add({ id, method, progressToken, settle });
    const message: unknown = { jsonrpc: '2.0', id: number, method, params: withToken(params, progressToken, number) };
    if (!isJSONRPCRequest(message)) {
      open.remove(number);
      return refuse(INVALID_PARAMS, 'The `_meta` of the parameters is malformed.', () => settle, id);
    }
    if (!begun && method === 'initialize') offered = params?.protocolVersion;
    begun = true;
    deliver(message);
  };

  const takeNotification = ({ method, params, requestId }: Extract<Reading, { kind: 'notification' }>) => {
    const cancelled = method !== CANCELLED ? undefined : requestId === undefined ? [] : open.cancellable(requestId);
    for (const number of cancelled ?? [undefined]) {
      const message: unknown = {
        jsonrpc: '2.0',
        method,
        params: number === undefined ? params : { ...params, requestId: number },
      };
      if (!isJSONRPCNotification(message)) return onUnread('The `_meta` of a notification is malformed.', {});
      if (number !== undefined) open.remove(number)?.settle(undefined);
      deliver(message);
    }
  };

  const takeBatch = (items: readonly string[]) => {
    const batch = openBatch(alone());
    for (const item of items) take(readMessage(item), batch.place, true);
    batch.complete();
  };

  const take = (reading: Reading, place: Place, inBatch = false) => {
    if (reading.kind === 'refused') {
      const { code, message, id, answered, bare } = reading;
      const answers = bare && id !== undefined ? questions.take({ kind: 'response', id, message: {} }) : [];
      for (const answer of answers) deliver(answer);
      if (answers.length === 0) refuse(code, message, answered ? place : undefined, id);
    } else if (reading.kind === 'batch') {
      if (inBatch) refuse(INVALID_REQUEST, 'A batch holds no batches.', place);
      else if ((negotiated ?? offered) === WITH_BATCHES) takeBatch(reading.items);
      else refuse(INVALID_REQUEST, `Batches are part of version ${WITH_BATCHES} only.`, place);
    } else if (reading.kind === 'response') {
      const answers = questions.take(reading);
      if (answers.length === 0) onUnread('A response answers no question of this server.', {});
      for (const answer of answers) deliver(answer);
    } else if (reading.kind === 'notification') takeNotification(reading);
    else if (inBatch && reading.method === 'initialize')
      refuse(INVALID_REQUEST, '`initialize` cannot be part of a batch.', place, reading.id);
    else takeRequest(reading, place);
  };

  const transport: StdioTransport = {
    async start() {
      for (const { line, answered } of seen) take(readLine(line), answered ? answeredBefore : alone);
      lines.listen({ onLine: (line) => take(readLine(line), alone), onEnd: () => options.onEnd?.() });
    },
    async send(message) {
      if (!('method' in message)) {
        const request = open.remove(message.id);
        if (!request) return;
        if (request.method === 'initialize') offered = undefined;
        request.settle(answerLine(message, request));
        return;
      }
      if ('id' in message) questions.add(message.id);
      else if (message.method === CANCELLED) questions.forget(message.params?.requestId);
      await write(callLine(message, open));
    },
    async close() {
      if (closed) return;
      closed = true;
      lines.hold();
      transport.onclose?.();
    },
    setProtocolVersion(version) {
      negotiated = version;
    },
    idle: () => open.idle(),
  };
  return transport;
}

/** The SDK knows the token by the number of its request. */
function withToken(params: JsonObject | undefined, token: string | undefined, number: number): JsonObject | undefined {
  return token === undefined ? params : { ...params, _meta: { ...Object(params?._meta), progressToken: number } };
}
