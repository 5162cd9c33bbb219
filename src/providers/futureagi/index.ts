/** Future AGI: settings become a provider. */
import { parseBaseUrl } from '../../http/base-url.ts';
import { isProblem } from '../../model/problem.ts';
import { isTerminal } from '../../model/verdicts.ts';
import { failedCheck, type Provider, type ProviderDefinition, type ProviderDeps } from '../provider.ts';
import { type RateLimit, rateLimitOf } from '../shared/rate-limit.ts';
import { vendorStatus } from './answers.ts';
import { createCallReader } from './calls.ts';
import { createFutureAgiClient } from './client.ts';
import { mapClusters } from './clusters.ts';
import { advise, readFault } from './faults.ts';
import { checkId, createLookup } from './lookup.ts';
import { statusOf } from './map.ts';
import { PLATFORM } from './platform.ts';
import { createRuns } from './runs.ts';
import { createSessions } from './sessions.ts';
import { createStart } from './start.ts';
import { createTests } from './tests.ts';

const DEFAULT_BASE_URL = 'https://api.futureagi.com';

/** The standard plan: 100 requests a minute; Pro: 1,000 (vendor's documents, 2026-07). */
const RATE: RateLimit = { requests: 100, interval_ms: 60_000 };

export interface FutureAgiSettings {
  baseUrl: string;
  apiKey: string;
  secretKey: string;
  workspace?: string;
  /** What the plan allows; `false` for no limit. Default: the standard plan. */
  rate?: RateLimit | false;
}

/** The provider over given settings. Statistics are computed while we wait, so deadlines are long. */
export function createFutureAgiProvider(settings: FutureAgiSettings, deps: ProviderDeps): Provider {
  const rate = settings.rate ?? RATE;
  const http = deps.createHttp({
    provider: PLATFORM.id,
    baseUrl: settings.baseUrl,
    headers: {
      'X-Api-Key': settings.apiKey,
      'X-Secret-Key': settings.secretKey,
      ...(settings.workspace ? { 'X-Workspace-Id': settings.workspace } : {}),
    },
    readFault,
    advise,
    limits: {
      concurrency: 5,
      ...(rate ? { rate } : {}),
      headers_ms: 60_000,
      body_ms: 60_000,
      deadline_ms: 120_000,
      max_bytes: 64 * 1024 * 1024,
    },
  });
  const client = createFutureAgiClient(http);
  const lookup = createLookup(client);
  const calls = createCallReader(client);

  const sessionStatus = async (id: string, signal: AbortSignal) => {
    try {
      return (await client.execution(id, { page: 1, limit: 1 }, signal)).status;
    } catch (error) {
      if (vendorStatus(error) !== 500) throw error;
      return (await client.executionMetrics(id, signal)).status;
    }
  };

  return {
    ...PLATFORM,
    host: http.host,
    sandbox: deps.sandbox,

    async check({ signal }) {
      try {
        const { total } = await client.runTests({}, 1, signal).fetch({ offset: 0, size: 1 });
        return { ok: true, ...(total === undefined ? {} : { detail: `${total} run tests` }) };
      } catch (error) {
        return failedCheck(error);
      }
    },

    tests: createTests(client, lookup),
    sessions: createSessions(client, calls, lookup, deps.now),
    runs: createRuns(client, calls, lookup, deps.now),
    start: createStart(client, lookup),

    clusters: {
      async get(session, call) {
        const id = checkId(session[0], 'test execution');
        // The SDK family tells map and state without the side effect of the app family's GET.
        const detail = await calls.execution(id, { page: 1, limit: 1, summary: true }, call);
        return mapClusters(detail, calls.shared.get(id));
      },
    },

    cancel: {
      async session(ids, { signal }) {
        const id = checkId(ids[0], 'test execution');
        const before = (await sessionStatus(id, signal))?.toLowerCase();
        if (before === 'cancelling') return 'stopping';
        // The vendor would flip a finished execution to cancelling.
        if (isTerminal(statusOf(before))) return 'already_ended';
        try {
          await client.cancel(id, signal);
        } catch (error) {
          if (vendorStatus(error) !== 400) throw error;
          if (isTerminal(statusOf(await sessionStatus(id, signal)))) return 'already_ended';
          throw error;
        }
        return 'stopping';
      },
    },
  };
}

/** An API base without the path of one family of operations, which people paste along. */
function readBaseUrl(text: string): { url: string } | { problem: string } {
  try {
    const { href } = parseBaseUrl(text, PLATFORM.label);
    return { url: href.replace(/\/(?:sdk\/api\/v1|simulate)(?:\/.*)?$/, '').replace(/\/+$/, '') };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { problem: `FI_BASE_URL cannot be used. ${error.message} ${error.details.next ?? ''}`.trim() };
  }
}

export const definition: ProviderDefinition = {
  ...PLATFORM,
  configure(env, deps) {
    const value = (name: string) => env[name]?.trim() || undefined;
    const [apiKey, secretKey] = [value('FI_API_KEY'), value('FI_SECRET_KEY')];
    for (const secret of [apiKey, secretKey]) if (secret) deps.registerSecret(secret);
    if (!apiKey || !secretKey) {
      const missing = [apiKey ? '' : 'FI_API_KEY', secretKey ? '' : 'FI_SECRET_KEY'].filter(Boolean).join(' and ');
      return {
        problem: `Set ${missing} (Future AGI dashboard, Keys); both keys are needed.`,
        touched: ['FI_API_KEY', 'FI_SECRET_KEY', 'FI_BASE_URL', 'FI_WORKSPACE_ID'].some((name) => value(name)),
      };
    }
    const base = readBaseUrl(value('FI_BASE_URL') ?? DEFAULT_BASE_URL);
    if ('problem' in base) return { problem: base.problem, touched: true };
    const limit = rateLimitOf('FI_REQUESTS_PER_MINUTE', value('FI_REQUESTS_PER_MINUTE'), RATE);
    if ('problem' in limit) return { problem: limit.problem, touched: true };
    return {
      provider: createFutureAgiProvider(
        {
          baseUrl: base.url,
          apiKey,
          secretKey,
          workspace: value('FI_WORKSPACE_ID'),
          // A stand-in on this machine has no plan to respect.
          rate: deps.sandbox ? false : limit.rate,
        },
        deps,
      ),
    };
  },
  sandboxEnv: (url, credentials) => ({
    FI_BASE_URL: url,
    FI_API_KEY: credentials.FI_API_KEY ?? '',
    FI_SECRET_KEY: credentials.FI_SECRET_KEY ?? '',
  }),
};
