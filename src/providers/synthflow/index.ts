/** Synthflow: settings become a provider. */
import type { Provider, ProviderDeps } from '../provider.ts';
import { checkedBy } from '../shared/check.ts';
import { defineProvider } from '../shared/settings.ts';
import { createAgents } from './agents.ts';
import { createApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { readFault } from './faults.ts';
import { createLookup } from './lookup.ts';
import { createRuns } from './runs.ts';
import { createSessions } from './sessions.ts';
import * as own from './settings.ts';
import { createStart } from './start.ts';
import { createTests } from './tests.ts';

export const definition = defineProvider(own, createProvider);

export function createProvider({ key, base_url }: own.Settings, deps: ProviderDeps): Provider {
  const http = deps.createHttp({
    provider: own.PLATFORM.id,
    baseUrl: base_url,
    headers: { authorization: `Bearer ${key}` },
    readFault,
    advise: (status) => (status === 401 ? own.adviseRegion(base_url) : undefined),
  });
  const api = createApi(http);
  const lookup = createLookup(api, deps.now);
  return {
    ...own.PLATFORM,
    host: http.host,
    sandbox: deps.sandbox,
    check: checkedBy(({ signal }) => api.list(ENDPOINTS.listAgents, { signal }, 1)),
    tests: createTests(api, lookup),
    sessions: createSessions(api, lookup, deps.now),
    runs: createRuns(api, lookup, deps.now),
    start: createStart(api, lookup),
    agents: createAgents(api, lookup, deps),
  };
}
