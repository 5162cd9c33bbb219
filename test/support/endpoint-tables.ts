/** What each vendor's API can do: the rows that are sent (`endpoints.ts`), and what is left out. */
import * as cognigy from '../../src/providers/cognigy/endpoints.ts';
import * as coval from '../../src/providers/coval/endpoints.ts';
import type { Endpoint, LeftOut } from '../../src/providers/shared/endpoint.ts';
import * as synthflow from '../../src/providers/synthflow/endpoints.ts';
import type { ProviderOperation, Reach } from './reach.ts';

export interface EndpointTable {
  readonly ENDPOINTS: Readonly<Record<string, Endpoint>>;
  readonly LEFT_OUT: readonly LeftOut[];
}

export const TABLES: Readonly<Record<string, EndpointTable>> = { synthflow, cognigy, coval };

/** Its rows; a request that got a newer name is a row under each. */
export function rowsOf({ ENDPOINTS }: EndpointTable): Endpoint[] {
  return Object.values(ENDPOINTS).flatMap((row) => {
    const { renamed, does } = row;
    return renamed === undefined ? [row] : [row, { ...row, request: renamed, does: `${does} (newer path)` }];
  });
}

/** The operations of a provider that were seen to send this request, in the order of `PROVIDER_OPERATIONS`. */
export function reachedThrough(request: string, reach: Reach = new Map()): ProviderOperation[] {
  return [...reach].filter(([, sent]) => sent.has(request)).map(([operation]) => operation);
}
