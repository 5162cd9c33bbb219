/** Coval as a provider. Where its API contradicts itself, the newest source decides and the others are accepted. */
import { parseBaseUrl } from '../../http/base-url.ts';
import { isProblem } from '../../model/problem.ts';
import { failedCheck, type Provider, type ProviderDefinition, type ProviderDeps } from '../provider.ts';
import { createCancel } from './cancel.ts';
import { createClient } from './client.ts';
import { advise, readFault } from './errors.ts';
import { createMetrics } from './metrics.ts';
import { PLATFORM } from './platform.ts';
import { createRunReader, createRuns } from './runs.ts';
import { createSessions } from './sessions.ts';
import { createStart } from './start.ts';
import { createTests } from './tests.ts';

const DEFAULT_BASE_URL = 'https://api.coval.dev/v1';

export const definition: ProviderDefinition = {
  ...PLATFORM,
  configure(env, deps) {
    const key = present(env.COVAL_API_KEY);
    const base = present(env.COVAL_BASE_URL);
    const workspace = present(env.COVAL_WORKSPACE_ID);
    const touched = key !== undefined || base !== undefined || workspace !== undefined;
    const wrong = (problem: string) => ({ problem, touched });
    if (key === undefined) return wrong('Set COVAL_API_KEY to a key of your Coval organisation.');
    // A header value with line breaks or other text than ASCII can never be a key.
    if (!/^[\x21-\x7e]+$/.test(key)) return wrong('COVAL_API_KEY contains blanks or characters that no key has.');
    if (workspace !== undefined && !/^[\x21-\x7e]+$/.test(workspace))
      return wrong('COVAL_WORKSPACE_ID contains blanks or characters that no id has.');
    try {
      return { provider: createProvider({ key, base: base ?? DEFAULT_BASE_URL, workspace }, deps) };
    } catch (error) {
      if (!isProblem(error)) throw error;
      return wrong(`COVAL_BASE_URL cannot be used: ${error.message} ${error.details.next ?? ''}`.trim());
    }
  },
  sandboxEnv(url, credentials) {
    return { COVAL_BASE_URL: `${url}/v1`, COVAL_API_KEY: credentials.COVAL_API_KEY ?? '' };
  },
};

function present(value: string | undefined): string | undefined {
  return value?.trim() || undefined;
}

interface Settings {
  key: string;
  base: string;
  workspace: string | undefined;
}

function createProvider({ key, base, workspace }: Settings, deps: ProviderDeps): Provider {
  const baseUrl = baseUrlOf(base);
  deps.registerSecret(key);
  const http = deps.createHttp({
    provider: PLATFORM.id,
    baseUrl,
    headers: {
      // Coval's gateway is said to refuse the documented upper-case spelling.
      'x-api-key': key,
      ...(workspace === undefined ? {} : { 'X-Coval-Workspace-Id': workspace }),
    },
    readFault,
    advise,
  });
  const client = createClient(http, deps.now);
  const parts = { client, metrics: createMetrics(client, deps.now), now: deps.now };
  return {
    ...PLATFORM,
    host: http.host,
    sandbox: deps.sandbox,
    async check({ signal }) {
      try {
        await client.runs({}, signal, 1).fetch({ offset: 0, size: 1 });
        return { ok: true };
      } catch (error) {
        return failedCheck(error);
      }
    },
    tests: createTests(client),
    sessions: createSessions({ client, read: createRunReader(parts), now: deps.now }),
    runs: createRuns(parts),
    start: createStart(client),
    cancel: createCancel(client),
  };
}

/** The base that ends in one `/v1`, whether the setting had none, one or (pasted paths) two of them. */
export function baseUrlOf(text: string): string {
  const url = parseBaseUrl(text, PLATFORM.id);
  const path = url.pathname.replace(/(\/v1)+\/*$/, '').replace(/\/+$/, '');
  return `${url.origin}${path}/v1`;
}
