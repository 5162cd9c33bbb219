/** Questions of ours that wait for the client. What it answers is passed on in a form that the SDK takes, whatever it is. */
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/server';
import { isRecord } from '../../model/json.ts';
import { INTERNAL_ERROR, type Reading } from './message.ts';

export interface OwnQuestions {
  add(id: RequestId): void;
  /** It is not waited for any longer. */
  forget(id: unknown): void;
  /** The answers that a response comes to: none when it answers no question. */
  take(response: Extract<Reading, { kind: 'response' }>): JSONRPCMessage[];
}

export function createOwnQuestions(): OwnQuestions {
  const waiting = new Set<unknown>();
  return {
    add: (id) => void waiting.add(id),
    forget: (id) => void waiting.delete(id),
    take({ id, message }) {
      if (id === undefined) {
        // The client could not read what it was asked.
        if (!isRecord(message.error)) return [];
        const failed = [...waiting].map((one) => malformed(Number(one)));
        waiting.clear();
        return failed;
      }
      const number = numberOf(JSON.parse(id));
      return waiting.delete(number) ? [answerOf(Number(number), message)] : [];
    },
  };
}

/** Clients may give a number back as text. */
function numberOf(id: unknown): unknown {
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : id;
}

function answerOf(id: number, { jsonrpc, result, error }: Record<string, unknown>): JSONRPCMessage {
  if (jsonrpc !== '2.0') return malformed(id);
  const failed = (error ?? undefined) !== undefined;
  if (isRecord(result) && !failed) {
    // Some clients write null there; whatever it holds, what was answered counts.
    const { _meta, ...answered } = result;
    return { jsonrpc: '2.0', id, result: answered };
  }
  if (!isRecord(error) || !Number.isSafeInteger(error.code) || typeof error.message !== 'string') return malformed(id);
  return { jsonrpc: '2.0', id, error: { code: Number(error.code), message: error.message } };
}

function malformed(id: number): JSONRPCMessage {
  return {
    jsonrpc: '2.0',
    id,
    error: { code: INTERNAL_ERROR, message: 'The answer of the client could not be read.' },
  };
}
