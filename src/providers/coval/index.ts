/**
 * Coval: settings become a provider. Where its API contradicts itself, the newest source decides and the others are
 * accepted.
 */
import type { Provider, ProviderDeps } from '../provider.ts';
import { checkedBy } from '../shared/check.ts';
import { defineProvider } from '../shared/settings.ts';
import { createAgents } from './agents.ts';
import { createApi } from './api.ts';
import { createCancel } from './cancel.ts';
import { ENDPOINTS } from './endpoints.ts';
import { advise, readFault } from './faults.ts';
import { createLookup } from './lookup.ts';
import { createMetricBook } from './metric-book.ts';
import { createRuns } from './runs.ts';
import { createRunReader } from './session-runs.ts';
import { createSessions } from './sessions.ts';
import * as own from './settings.ts';
import { createStart } from './start.ts';
import { createTests } from './tests.ts';

export const definition = defineProvider(own, createProvider);

export function createProvider({ key, base_url, workspace }: own.Settings, deps: ProviderDeps): Provider {
  // Coval's gateway is said to refuse the documented upper-case spelling.
  const headers = { 'x-api-key': key, 'X-Coval-Workspace-Id': workspace };
  const http = deps.createHttp({ provider: own.PLATFORM.id, baseUrl: base_url, headers, readFault, advise });
  const { now, sandbox } = deps;
  const api = createApi(http, now);
  const lookup = createLookup(api, now);
  const metrics = createMetricBook(api, now);
  return {
    ...own.PLATFORM,
    host: http.host,
    sandbox,
    check: checkedBy(({ signal }) => api.list(ENDPOINTS.listRuns, { signal }, 1)),
    tests: createTests(api, lookup),
    sessions: createSessions(api, lookup, { readRuns: createRunReader(api, metrics, now), now }),
    runs: createRuns(api, metrics, now),
    start: createStart(api, lookup),
    agents: createAgents(api, lookup, deps),
    cancel: createCancel(api),
  };
}
