/**
 * Connections through a proxy: undici's own agent asks it for a tunnel (`CONNECT`), inside of which TLS reaches to the
 * platform, so that the proxy sees a host name and no key. Loaded only where a proxy is set.
 */
import { Client, Pool, ProxyAgent } from 'undici';
import { errorCode } from '../model/error-code.ts';
import { Problem } from '../model/problem.ts';
import type { Connector, TransportLimits } from './connector.ts';
import type { ProxyRoute } from './proxies.ts';

export interface ProxiedOptions {
  proxy: ProxyRoute;
  limits: TransportLimits;
  /** One connection for one request, closed with the agent; absent: kept-alive ones. */
  single?: boolean | undefined;
  /** A tunnel stands, and what follows may reach the other side. */
  onConnected?: (() => void) | undefined;
}

/** An agent whose failures before the tunnel stands are `Problem`s that name the variable: nothing has left by then. */
export function proxiedAgent({ proxy, limits, single, onConnected }: ProxiedOptions): ProxyAgent {
  const timeouts = { headersTimeout: limits.headers_ms, bodyTimeout: limits.body_ms };
  return new ProxyAgent({
    ...timeouts,
    uri: proxy.url.href,
    token: proxy.authorization ?? '',
    requestTls: { timeout: limits.connect_ms },
    proxyTls: { timeout: limits.connect_ms },
    clientFactory: (origin, options) =>
      new Pool(origin, {
        ...options,
        headersTimeout: limits.connect_ms,
        connect: unreachedNamed(options, proxy),
      }),
    factory: (origin, options) => {
      const connect = refusedNamed(options, { proxy, origin, onConnected });
      return single ? new Client(origin, { ...options, connect }) : new Pool(origin, { ...options, connect });
    },
  });
}

/** How undici connects to the proxy, its failures as Problems. */
function unreachedNamed(options: object, proxy: ProxyRoute): Connector {
  const connect = connectorIn(options);
  return (wanted, callback) =>
    connect(wanted, (...result) => {
      const [error] = result;
      if (error === null) return callback(...result);
      callback(proxyProblem(`cannot be reached${codeOf(error)}`, proxy, error), null);
    });
}

/** How undici opens the tunnel, its failures as Problems; those of TLS inside of it stay as they are. */
function refusedNamed(
  options: object,
  { proxy, origin, onConnected }: { proxy: ProxyRoute; origin: URL | string; onConnected?: (() => void) | undefined },
): Connector {
  const connect = connectorIn(options);
  const { host } = new URL(origin);
  return (wanted, callback) =>
    connect(wanted, (...result) => {
      const [error] = result;
      if (error === null) {
        onConnected?.();
        return callback(...result);
      }
      const [, status] = /^Proxy response \((\d+)\)/.exec(error.message) ?? [];
      if (status !== undefined) {
        const what = `refused to connect to ${host} with status ${status}${status === '407' ? ': it wants a user name and a password' : ''}`;
        return callback(proxyProblem(what, proxy, error), null);
      }
      if (!isBeforeTls(error)) return callback(error, null);
      const what = `opened no tunnel to ${host}${codeOf(error)}`;
      callback(proxyProblem(what, proxy, error), null);
    });
}

/** What undici says of its conversation with the proxy; TLS has codes of Node's. */
function isBeforeTls(error: Error): boolean {
  const code = errorCode(error) ?? '';
  return error.name === 'HTTPParserError' || (/^(UND_ERR_|HPE_)/.test(code) && code !== 'UND_ERR_CONNECT_TIMEOUT');
}

function proxyProblem(what: string, { variable }: ProxyRoute, cause: Error): Problem {
  return new Problem('network', `The proxy that ${variable} names ${what}. Nothing was sent.`, {
    next: `Check ${variable} (http://user:password@host:port); hosts that need no proxy go into NO_PROXY, separated by commas.`,
    sent: 'no',
    cause,
  });
}

function connectorIn(options: object): Connector {
  if (!('connect' in options) || typeof options.connect !== 'function') throw new Error('undici gave no connector.');
  const { connect } = options;
  return (wanted, callback) => connect(wanted, callback);
}

function codeOf(error: Error): string {
  const code = errorCode(error);
  return code === undefined ? '' : ` (${code})`;
}
