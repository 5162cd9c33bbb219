/** Sockets as undici opens them. With `transport.ts` and `proxied.ts` the only files that import it. */
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { withoutUndefined } from '../model/without-undefined.ts';

export interface TransportLimits {
  connect_ms: number;
  headers_ms: number;
  body_ms: number;
}

/** Opens a connection, as undici asks for it. */
export type Connector = buildConnector.connector;

/** Connects directly; `lookup`, in the form of Node's, replaces how names become addresses. */
export function connectorOf({ connect_ms }: Pick<TransportLimits, 'connect_ms'>, lookup?: LookupFunction): Connector {
  // Node gives each address of a host 250 ms by default, which far or slow networks miss.
  return buildConnector(withoutUndefined({ timeout: connect_ms, autoSelectFamilyAttemptTimeout: 1_000, lookup }));
}
