/** What each vendor's API can do: the rows that are sent (`endpoints.ts`), and what is left out. */
import * as cognigy from '../../src/providers/cognigy/endpoints.ts';
import * as coval from '../../src/providers/coval/endpoints.ts';
import * as futureagi from '../../src/providers/futureagi/endpoints.ts';
import type { Endpoint, LeftOut } from '../../src/providers/shared/endpoint.ts';
import * as synthflow from '../../src/providers/synthflow/endpoints.ts';
import { rowEach } from './platforms.ts';
import { PROVIDER_OPERATIONS, type ProviderOperation, type Reach } from './reach.ts';

export interface EndpointTable {
  readonly ENDPOINTS: Readonly<Record<string, Endpoint>>;
  readonly LEFT_OUT: readonly LeftOut[];
}

export const TABLES: Readonly<Record<string, EndpointTable>> = rowEach<EndpointTable>(
  'TABLES of test/support/endpoint-tables.ts',
  { synthflow, cognigy, coval, futureagi },
);

/** Its requests; one that got a newer name stands under each, one that does several things, by its query, stands once. */
export function rowsOf({ ENDPOINTS }: EndpointTable): Endpoint[] {
  const rows = new Map<string, Endpoint>();
  const add = (row: Endpoint) => {
    const before = rows.get(row.request);
    const both = before && { ...before, does: `${before.does}; ${row.does}`, later: before.later && row.later };
    rows.set(row.request, both ?? row);
  };
  for (const row of Object.values(ENDPOINTS)) {
    add(row);
    const { renamed, does } = row;
    if (renamed !== undefined) add({ ...row, request: renamed, does: `${does} (newer path)` });
  }
  return [...rows.values()];
}

/** The operations of a provider that were seen to send this request, in the order of `PROVIDER_OPERATIONS`. */
export function reachedThrough(request: string, reach: Reach = new Map()): ProviderOperation[] {
  return PROVIDER_OPERATIONS.filter((operation) => reach.get(operation)?.has(request));
}
