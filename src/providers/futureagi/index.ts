/** Future AGI: settings become a provider. */
import type { Provider, ProviderDeps } from '../provider.ts';
import { checkedBy } from '../shared/check.ts';
import { defineProvider } from '../shared/settings.ts';
import { createAgents } from './agents.ts';
import { createApi } from './api.ts';
import { createCancel } from './cancel.ts';
import { createClusters } from './clusters.ts';
import { ENDPOINTS } from './endpoints.ts';
import { createExecutionPages } from './execution-pages.ts';
import { advise, readFault } from './faults.ts';
import { createLookup } from './lookup.ts';
import { createRuns } from './runs.ts';
import { createSessions } from './sessions.ts';
import * as own from './settings.ts';
import { createStart } from './start.ts';
import { createTests } from './tests.ts';

export const definition = defineProvider(own, createProvider);

/** Never an `Authorization` header: any is taken for a login token and refused, good keys or not. */
export function createProvider(settings: own.Settings, deps: ProviderDeps): Provider {
  const headers = {
    'X-Api-Key': settings.api_key,
    'X-Secret-Key': settings.secret_key,
    'X-Workspace-Id': settings.workspace,
  };
  const http = deps.createHttp({
    provider: own.PLATFORM.id,
    baseUrl: settings.base_url,
    headers,
    readFault,
    advise,
    limits: {
      concurrency: 5,
      rate: settings.rate,
      // Statistics are computed while we wait.
      headers_ms: 60_000,
      body_ms: 60_000,
      deadline_ms: 120_000,
      max_bytes: 64 * 1024 * 1024,
    },
  });
  const api = createApi(http);
  const lookup = createLookup(api);
  const pages = createExecutionPages(api);
  return {
    ...own.PLATFORM,
    host: http.host,
    sandbox: deps.sandbox,
    check: checkedBy(({ signal }) => api.list(ENDPOINTS.listRunTests, { signal }, 1)),
    tests: createTests(api, lookup),
    sessions: createSessions(api, pages, lookup, deps.now),
    runs: createRuns(api, pages, lookup, deps.now),
    start: createStart(api, lookup),
    clusters: createClusters(pages),
    agents: createAgents(api, lookup, deps),
    cancel: createCancel(api),
  };
}
