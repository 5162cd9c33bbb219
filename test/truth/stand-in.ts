/**
 * A platform that answers as a test tells it, and the built server on it: real HTTP below, a real MCP client above. What
 * a platform may say is told in full, because the forms under test are those that no well-behaved stand-in would send.
 */
import { createServer } from 'node:http';
import { type Answer, type Connected, connect, SHORT_WAITS } from '../support/clients.ts';
import { onLoopback } from '../support/loopback.ts';
import { settingsAt, type Vendor } from '../support/platforms.ts';

export interface Asked {
  method: string;
  /** Path without query. */
  path: string;
  query: URLSearchParams;
  body: string;
}

/** A JSON body, or status and body; undefined = 404 in a neutral form. */
export type Reply = { status?: number; body?: unknown; raw?: string; headers?: Record<string, string> } | undefined;

export interface StandIn {
  /** What answers from now on. */
  answer(handler: (asked: Asked) => Reply): void;
  /** Requests since the last call of `answer`. */
  readonly asked: Asked[];
  call(tool: string, args?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

/** One server process for all cases of a file: give each case ids of its own, because finished sessions are kept. */
export async function openStandIn(...vendors: Vendor[]): Promise<StandIn> {
  let handler: (asked: Asked) => Reply = () => undefined;
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const one = {
      method: request.method ?? 'GET',
      path: pathname,
      query: searchParams,
      body: Buffer.concat(chunks).toString(),
    };
    asked.push(one);
    const { status = 200, body, raw, headers } = handler(one) ?? { status: 404, body: { detail: 'Not found.' } };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(raw ?? JSON.stringify(body ?? {}));
  });
  const { origin, close } = await onLoopback(server);
  const connected: Connected = await connect({
    args: ['serve'],
    env: Object.assign(
      { NODE_OPTIONS: SHORT_WAITS.map((flag) => JSON.stringify(flag)).join(' ') },
      ...vendors.map((vendor) => settingsAt(vendor, origin)),
    ),
  });
  return {
    answer(next) {
      handler = next;
      asked.splice(0);
    },
    asked,
    call: (tool, args) => connected.call(tool, args),
    async close() {
      await connected.close();
      await close();
    },
  };
}
