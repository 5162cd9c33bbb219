/** Sends a request and gives status, headers and body stream of its answer. The only file that imports undici. */
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, buildConnector } from 'undici';
import type { Method } from './types.ts';

export interface Answer {
  status: number;
  /** Lower-case names; repeated headers joined with `, `. */
  headers: Record<string, string>;
  /** Always to be read to its end or destroyed. */
  body: Readable;
}

export interface Outgoing {
  method: Method;
  /** Path and query, encoded. */
  path: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal: AbortSignal;
  /** Use a connection of its own and close it afterwards. */
  fresh: boolean;
  /** With `fresh`: the connection stands, and what follows may reach the other side. */
  onConnected?: (() => void) | undefined;
}

export interface Transport {
  send(outgoing: Outgoing): Promise<Answer>;
  close(): Promise<void>;
}

export interface TransportLimits {
  connect_ms: number;
  headers_ms: number;
  body_ms: number;
}

/** Opens a connection, as undici asks for it. */
export type Connector = buildConnector.connector;

/**
 * One origin. Requests that may be repeated share kept-alive connections. All others get a fresh connection each: a
 * kept-alive one can be closed by the other side at the very moment it is used, which loses the request without a
 * trace; and only on a fresh one is it certain whether anything was sent.
 */
export function createTransport(
  origin: string,
  limits: TransportLimits,
  connector: Connector = connectorOf(limits),
): Transport {
  const timeouts = { headersTimeout: limits.headers_ms, bodyTimeout: limits.body_ms };
  const shared = new Agent({ connect: connector, ...timeouts });
  const single = (signal: AbortSignal, onConnected?: () => void) =>
    new Agent({
      ...timeouts,
      connect(options, callback) {
        // Typed void, but it returns the socket; nothing else ends one that is still connecting.
        const socket: unknown = connector(options, (...result) => {
          signal.removeEventListener('abort', drop);
          if (result[0] === null) onConnected?.();
          callback(...result);
        });
        const drop = () => {
          if (socket instanceof Socket) socket.destroy(new Error('aborted while connecting'));
        };
        signal.addEventListener('abort', drop, { once: true });
      },
    });

  return {
    async send({ method, path, headers, body, signal, fresh, onConnected }) {
      const agent = fresh ? single(signal, onConnected) : shared;
      const answer = await agent.request({ origin, path, method, headers, body: body ?? null, signal, reset: fresh });
      // A reader that stops early destroys the body, which is no failure.
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, headers: flat(answer.headers), body: answer.body };
    },
    close: async () => {
      if (!shared.destroyed) await shared.close();
    },
  };
}

function connectorOf({ connect_ms }: TransportLimits): Connector {
  // Node gives each address of a host 250 ms by default, which far or slow networks miss.
  return buildConnector({ timeout: connect_ms, autoSelectFamilyAttemptTimeout: 1_000 });
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
