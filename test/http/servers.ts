/** Servers on loopback that behave well or badly on purpose, and a client with small limits. */
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { createVendorHttp } from '../../src/http/client.ts';
import type { HttpSeams } from '../../src/http/connection.ts';
import type { VendorHttp, VendorHttpOptions, VendorRequest } from '../../src/http/types.ts';
import { onLoopback } from '../support/loopback.ts';
import { problemOf } from '../support/problem-of.ts';
import { noDeadline } from '../support/waiting.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

export function atEnd(close: () => unknown): void {
  closers.push(close);
}

/** Starts any server on a free loopback port until the test ends. */
export async function listen(server: Server): Promise<number> {
  const { port, close } = await onLoopback(server);
  atEnd(close);
  return port;
}

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A well-formed HTTP server. `answer` gets the request and its number, from 0. */
export async function httpServer(answer: (request: Seen, response: ServerResponse, index: number) => void) {
  const seen: Seen[] = [];
  const server = createHttp((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      answer(one, response, seen.length - 1);
    });
  });
  const port = await listen(server);
  return { origin: `http://127.0.0.1:${port}`, port, seen };
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** A TCP server that does what it likes with each request head it receives. */
export async function rawServer(act: (socket: Socket, head: string, index: number) => void) {
  const heads: string[] = [];
  const server = createTcp((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = text.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      text = '';
      heads.push(head);
      act(socket, head, heads.length - 1);
    });
  });
  const port = await listen(server);
  return { origin: `http://127.0.0.1:${port}`, port, heads };
}

/** A port where nobody listens. */
export async function deadPort(): Promise<number> {
  const { port, close } = await onLoopback(createTcp());
  await close();
  return port;
}

export interface TestClient extends VendorHttp {
  /** Milliseconds of every wait the client asked for. */
  waits: number[];
}

/** A client for `origin` that does not really wait between attempts. */
export function client(
  origin: string,
  options: Partial<VendorHttpOptions> = {},
  seams: Partial<HttpSeams> = {},
): TestClient {
  const waits: number[] = [];
  const http = createVendorHttp(
    {
      provider: 'acme',
      baseUrl: origin,
      headers: { authorization: 'Bearer acme-key-123' },
      readFault: (status, body) => ({ status, message: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...options,
    },
    {
      sleep: async (ms) => {
        waits.push(ms);
      },
      random: () => 0,
      ...seams,
    },
  );
  atEnd(() => http.close());
  return Object.assign(http, { waits });
}

export function get(more: Partial<VendorRequest> = {}): VendorRequest {
  return { method: 'GET', path: '/things', signal: noDeadline(), ...more };
}

export function start(more: Partial<VendorRequest> = {}): VendorRequest {
  return { method: 'POST', path: '/runs', body: { test: 1 }, intent: 'start', signal: noDeadline(), ...more };
}

/** `[kind, sent]`, the two facts callers act on. */
export async function kindAndSent(promise: Promise<unknown>) {
  const problem = await problemOf(promise);
  return [problem.kind, problem.details.sent];
}
