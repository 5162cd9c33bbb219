/** NiCE Cognigy Simulator: settings become a provider. */
import type { Provider, ProviderDeps } from '../provider.ts';
import { checkedBy } from '../shared/check.ts';
import { defineProvider } from '../shared/settings.ts';
import { createAgents } from './agents.ts';
import { createApi } from './api.ts';
import { createBatchLists } from './batch-lists.ts';
import { createBatchLookup } from './batch-lookup.ts';
import { createCancel } from './cancel.ts';
import { ENDPOINTS } from './endpoints.ts';
import { advise, readFault } from './faults.ts';
import { createLookup } from './lookup.ts';
import { createProject } from './project.ts';
import { createRuns } from './runs.ts';
import { createRunReader, realSleep } from './session-runs.ts';
import { createSessions } from './sessions.ts';
import * as own from './settings.ts';
import { createStart } from './start.ts';
import { createTests } from './tests.ts';

export const definition = defineProvider(own, createProvider);

/** The provider over given settings. `sleep` is for tests. */
export function createProvider(
  { auth, base_url, project, rate }: own.Settings,
  deps: ProviderDeps,
  sleep = realSleep,
): Provider {
  const { createHttp, now, sandbox } = deps;
  const http = createHttp({
    provider: own.PLATFORM.id,
    baseUrl: base_url,
    headers: 'key' in auth ? { 'x-api-key': auth.key } : { authorization: `Bearer ${auth.bearer}` },
    readFault,
    advise: (status) => advise(status, new URL(base_url).host),
    // A request may have to wait for the whole interval.
    limits: rate && { rate, deadline_ms: rate.interval_ms + 60_000 },
  });
  const projectOf = createProject(createApi(http), project);
  const api = createApi(http, projectOf);
  const lookup = createLookup(api, projectOf, now);
  const lists = createBatchLists(api, lookup);
  const batchOf = createBatchLookup(api, lists);
  return {
    ...own.PLATFORM,
    host: http.host,
    sandbox,
    check: checkedBy(({ signal }) => ({ ...api.list(ENDPOINTS.listScenarios, { signal }, 1), what: 'scenarios' })),
    tests: createTests(lookup),
    sessions: createSessions(lookup, lists, batchOf, createRunReader(api, lookup, { now, sleep })),
    runs: createRuns(api, lookup, batchOf, now),
    start: createStart(api, lookup, lists),
    agents: createAgents(api, lookup, deps),
    cancel: createCancel(api, batchOf),
  };
}
