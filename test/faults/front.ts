/**
 * A real HTTP server in front of a dialect, on which every exchange can be spoilt: what a network, a gateway or a vendor
 * does to one request, down to the bytes on the socket.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Dialect } from '../../src/sandbox/engine/types.ts';
import { onLoopback } from '../support/loopback.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Exchange {
  method: string;
  /** Path and query within the dialect. */
  url: string;
  /** Number of this request since `spoil` was called, from 0. */
  index: number;
  /** What was sent with it. */
  body: Buffer;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  socket: Socket;
  /** Lets the dialect really answer, or answer another path, query and body; its answer is not sent. */
  handle(instead?: string, body?: Buffer): Promise<Answer>;
  send(answer: Answer): void;
  /** Ends when the front is told something else, or closes. */
  over: AbortSignal;
}

export type Act = (exchange: Exchange) => unknown;

export interface Front {
  port: number;
  /** Base of the dialect through the front. */
  url: string;
  /** From now on every exchange is `act`'s; without one the dialect answers. */
  spoil(act?: Act): void;
  /** Requests since `spoil`. */
  requests(): number;
  close(): Promise<void>;
}

const BODY_HEADERS = ['content-length', 'transfer-encoding', 'connection'];

export async function openFront(dialect: Pick<Dialect, 'prefix' | 'fetch'>): Promise<Front> {
  let act: Act | undefined;
  let index = 0;
  let over = new AbortController();

  const exchangeOf = (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): Exchange => {
    const method = incoming.method ?? 'GET';
    const url = (incoming.url ?? '/').slice(dialect.prefix.length) || '/';
    return {
      method,
      url,
      index: index++,
      body,
      incoming,
      outgoing,
      socket: incoming.socket,
      over: over.signal,
      async handle(instead = url, sent = body) {
        const response = await dialect.fetch(
          new Request(new URL(instead, 'http://127.0.0.1'), {
            method,
            headers: headersOf(incoming),
            ...(sent.length > 0 && method !== 'GET' ? { body: new Uint8Array(sent) } : {}),
          }),
        );
        const headers = Object.fromEntries(response.headers);
        for (const name of BODY_HEADERS) delete headers[name];
        return { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) };
      },
      send({ status, headers, body: text }) {
        if (outgoing.destroyed) return;
        outgoing.writeHead(status, { ...headers, 'content-length': String(text.length) });
        outgoing.end(text);
      },
    };
  };

  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => undefined);
    const parts: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const exchange = exchangeOf(incoming, outgoing, Buffer.concat(parts));
      const todo = act ? Promise.resolve(act(exchange)) : exchange.handle().then(exchange.send);
      todo.catch((error: unknown) => {
        exchange.send({ status: 599, headers: {}, body: Buffer.from(`the test front failed: ${String(error)}`) });
      });
    });
  });
  const { port, origin, close } = await onLoopback(server);
  return {
    port,
    url: `${origin}${dialect.prefix}`,
    spoil(next) {
      over.abort();
      over = new AbortController();
      act = next;
      index = 0;
    },
    requests: () => index,
    close() {
      over.abort();
      return close();
    },
  };
}

function headersOf(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      value === undefined || name === 'host' || BODY_HEADERS.includes(name) ? [] : [[name, String(value)]],
    ),
  );
}
