/** Sends a request and gives status, headers and body stream of its answer. */
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { type Connector, connectorOf, type TransportLimits } from './connector.ts';
import type { ProxyRoute } from './proxies.ts';
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

/** How connections of a transport are opened; without members: directly, by sockets. */
export interface Route {
  connector?: Connector | undefined;
  /** Asked once, for the first request; what it throws ends the request. */
  proxy?: (() => ProxyRoute | undefined) | undefined;
}

/**
 * One origin. Requests that may be repeated share kept-alive connections. All others get a fresh connection each: a
 * kept-alive one can be closed by the other side at the very moment it is used, which loses the request without a
 * trace; and only on a fresh one is it certain whether anything was sent.
 */
export function createTransport(origin: string, limits: TransportLimits, { connector, proxy }: Route = {}): Transport {
  let agents: Agents | undefined;
  const open = () => {
    const through = proxy?.();
    return through ? proxiedAgents(through, limits) : directAgents(connector ?? connectorOf(limits), limits);
  };
  let shared: Promise<Dispatcher> | undefined;
  return {
    async send({ method, path, headers, body, signal, fresh, onConnected }) {
      agents ??= open();
      if (!fresh) shared ??= agents.shared();
      const agent = await (fresh || !shared ? agents.single(signal, onConnected) : shared);
      const answer = await agent.request({ origin, path, method, headers, body: body ?? null, signal, reset: fresh });
      // A reader that stops early destroys the body, which is no failure.
      answer.body.on('error', () => undefined);
      return { status: answer.statusCode, headers: flat(answer.headers), body: answer.body };
    },
    close: async () => {
      const agent = await shared;
      if (agent && !('destroyed' in agent && agent.destroyed)) await agent.close();
    },
  };
}

interface Agents {
  shared(): Promise<Dispatcher>;
  /** For one request; `onConnected` is called when its connection stands. */
  single(signal: AbortSignal, onConnected?: () => void): Promise<Dispatcher>;
}

function directAgents(connector: Connector, limits: TransportLimits): Agents {
  const timeouts = { headersTimeout: limits.headers_ms, bodyTimeout: limits.body_ms };
  return {
    shared: async () => new Agent({ connect: connector, ...timeouts }),
    single: async (signal, onConnected) =>
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
      }),
  };
}

function proxiedAgents(proxy: ProxyRoute, limits: TransportLimits): Agents {
  const load = () => import('./proxied.ts');
  return {
    shared: async () => (await load()).proxiedAgent({ proxy, limits }),
    async single(signal, onConnected) {
      const { proxiedAgent } = await load();
      const agent = proxiedAgent({ proxy, limits, single: true, onConnected });
      const drop = () => void agent.destroy().catch(() => undefined);
      if (signal.aborted) drop();
      else signal.addEventListener('abort', drop, { once: true });
      return agent;
    },
  };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
