/** Synthflow: settings become a provider. */

import {
  type CheckResult,
  failedCheck,
  type Provider,
  type ProviderDefinition,
  type ProviderDeps,
} from '../provider.ts';
import { createCatalogue } from './catalogue.ts';
import { createClient } from './client.ts';
import { readFault } from './faults.ts';
import { PLATFORM } from './platform.ts';
import { adviseRegion, normaliseBase, REGIONS, readRegion } from './regions.ts';
import { runOperations } from './runs.ts';
import { sessionOperations } from './sessions.ts';
import { startOperations } from './start.ts';
import { testOperations } from './tests.ts';

export const definition: ProviderDefinition = {
  ...PLATFORM,
  configure(env, deps) {
    const key = env.SYNTHFLOW_API_KEY?.trim().replace(/^Bearer\s+/i, '');
    const base = env.SYNTHFLOW_BASE_URL?.trim();
    const region = env.SYNTHFLOW_REGION?.trim();
    const touched = Boolean(key || base || region);
    const problem = (text: string) => ({ problem: text, touched });
    if (!key) {
      return problem(
        'Set SYNTHFLOW_API_KEY (Synthflow: Workspace Settings > API Keys) and SYNTHFLOW_REGION to global, us or eu.',
      );
    }
    deps.registerSecret(key);
    // Anything else than printable ASCII cannot travel in a header, and a key has no spaces: it was cut badly.
    if (!/^[\x21-\x7e]+$/.test(key))
      return problem('SYNTHFLOW_API_KEY contains spaces or other characters that no key has; copy it again.');
    if (base) {
      const read = normaliseBase(base);
      return 'url' in read
        ? { provider: createProvider(key, read.url, deps) }
        : problem(`SYNTHFLOW_BASE_URL ${read.problem}.`);
    }
    const name = readRegion(region || 'global');
    if (!name) return problem('SYNTHFLOW_REGION must be global, us or eu.');
    return { provider: createProvider(key, REGIONS[name], deps) };
  },
  sandboxEnv: (url, credentials) => ({ ...credentials, SYNTHFLOW_BASE_URL: url }),
};

function createProvider(key: string, baseUrl: string, deps: ProviderDeps): Provider {
  const http = deps.createHttp({
    provider: PLATFORM.id,
    baseUrl,
    headers: { authorization: `Bearer ${key}` },
    readFault,
    advise: (status) => (status === 401 ? adviseRegion(baseUrl) : undefined),
  });
  const client = createClient(http);
  const catalogue = createCatalogue(client, deps.now);
  return {
    ...PLATFORM,
    host: http.host,
    sandbox: deps.sandbox,
    async check({ signal }): Promise<CheckResult> {
      try {
        await client.assistants({ limit: 1 }, signal);
        return { ok: true };
      } catch (error) {
        return failedCheck(error);
      }
    },
    tests: testOperations(client, catalogue),
    sessions: sessionOperations(client, catalogue, deps.now),
    runs: runOperations(client, deps.now),
    start: startOperations(client, catalogue),
  };
}
