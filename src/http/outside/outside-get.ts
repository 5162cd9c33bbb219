/**
 * Gets something from an address that a platform gave: without our keys, without redirects, and only from what is public.
 * Where no proxy is set, the address that the name stands for is checked as the connection is opened, so that no name leads
 * into this machine's network; behind a proxy only the name is checked, because the proxy looks it up.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { errorCode } from '../../model/error-code.ts';
import { connectorOf, type TransportLimits } from '../connector.ts';
import { type ProxyEnv, proxyFor } from '../proxies.ts';
import { type Answer, createTransport } from '../transport.ts';
import { isPublicAddress, isPublicHost } from './public-address.ts';

const LIMITS: TransportLimits = { connect_ms: 10_000, headers_ms: 30_000, body_ms: 30_000 };

export interface OutsideOptions {
  signal: AbortSignal;
  /** Names proxies. */
  env: ProxyEnv;
  /** True for the platform's own host, which may stand anywhere. */
  own: boolean;
  /** Looks up names; absent: the system. */
  resolve?: typeof dnsLookup | undefined;
}

/** Thrown where an address is not public; nothing was sent. */
export const NOT_PUBLIC = Symbol('not public');

/** The answer, whatever its status; its body is to be read to its end or destroyed. Throws `NOT_PUBLIC`, `Problem`, or what sockets throw. */
export async function getOutside(url: URL, { signal, env, own, resolve = dnsLookup }: OutsideOptions): Promise<Answer> {
  if (!own && !isPublicHost(url.hostname)) throw NOT_PUBLIC;
  const transport = createTransport(url.origin, LIMITS, {
    connector: own ? undefined : connectorOf(LIMITS, publicLookup(resolve)),
    proxy: () => proxyFor(url, env),
  });
  try {
    // A connection of its own ends with its answer.
    return await transport.send({ method: 'GET', path: url.pathname + url.search, headers: {}, signal, fresh: true });
  } catch (error) {
    throw errorCode(error) === REFUSED ? NOT_PUBLIC : error;
  }
}

const REFUSED = 'ENOTPUBLIC';

/** Node's lookup, refusing a name of which any address is not public. */
function publicLookup(resolve: typeof dnsLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      const refused =
        error ?? (first && addresses.every(({ address }) => isPublicAddress(address)) ? null : notPublic());
      if (refused || !first) callback(refused, '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function notPublic(): NodeJS.ErrnoException {
  return Object.assign(new Error('The name stands for an address that is not public.'), { code: REFUSED });
}
