/** NiCE Cognigy Simulator: settings become a provider. */
import {
  type CheckResult,
  failedCheck,
  type Provider,
  type ProviderDefinition,
  type ProviderDeps,
} from '../provider.ts';
import { type RateLimit, rateLimitOf } from '../shared/rate-limit.ts';
import { createBatches } from './batches.ts';
import { cancelOperation } from './cancel.ts';
import { createSimulatorClient } from './client.ts';
import { createDirectory } from './directory.ts';
import { advise, readFault } from './faults.ts';
import { normaliseBase } from './hosts.ts';
import { createMainApi } from './main-api.ts';
import { OPTIONS } from './options.ts';
import { PLATFORM } from './platform.ts';
import { realSleep, runOperations, runsOfBatch } from './runs.ts';
import { createScenarios } from './scenarios.ts';
import { batchReading, sessionOperations } from './sessions.ts';
import { startOperations } from './start.ts';
import { testOperations } from './tests.ts';

/** Shared SaaS: 1,000 requests per 5 minutes and source address (vendor's limits page, 2025-10). */
const RATE: RateLimit = { requests: 1000, interval_ms: 300_000 };

export interface CognigySettings {
  /** API host, without the path of one API. */
  baseUrl: string;
  /** One of the two, never both. */
  auth: { key: string } | { bearer: string };
  project?: string;
  /** What the installation allows; without one nothing is kept back. */
  rate?: RateLimit;
}

export const definition: ProviderDefinition = {
  ...PLATFORM,
  configure(env, deps) {
    const value = (name: string) => env[name]?.trim() || undefined;
    const key = value('COGNIGY_API_KEY');
    const bearer = value('COGNIGY_BEARER_TOKEN')?.replace(/^Bearer\s+/i, '');
    const base = value('COGNIGY_BASE_URL');
    const project = value('COGNIGY_PROJECT_ID');
    const touched = [key, bearer, base, project].some((one) => one !== undefined);
    const problem = (text: string) => ({ problem: text, touched });
    for (const secret of [key, bearer]) if (secret) deps.registerSecret(secret);
    const secret = key ?? bearer;
    if (!secret) {
      return problem(
        'Set COGNIGY_API_KEY (Cognigy: My Profile > API Keys) and COGNIGY_BASE_URL to the API host of your installation, such as https://api-trial.cognigy.ai.',
      );
    }
    if (key && /^Bearer\s/i.test(key)) {
      return problem('COGNIGY_API_KEY holds a bearer token: put it into COGNIGY_BEARER_TOKEN instead.');
    }
    // Anything else than printable ASCII cannot travel in a header, and a key has no spaces: it was cut badly.
    if (!/^[\x21-\x7e]+$/.test(secret)) {
      const name = key ? 'COGNIGY_API_KEY' : 'COGNIGY_BEARER_TOKEN';
      return problem(`${name} contains spaces or other characters that no key has; copy it again.`);
    }
    if (!base) {
      return problem(
        'Set COGNIGY_BASE_URL to the API host of your installation: https://api-trial.cognigy.ai, https://api-app.cognigy.ai, https://api-app-us.cognigy.ai, https://api-<company>.cognigy.cloud or https://cognigy-api-<region>.nicecxone.com.',
      );
    }
    const read = normaliseBase(base);
    if ('problem' in read) return problem(`COGNIGY_BASE_URL ${read.problem}.`);
    const limit = rateLimitOf('COGNIGY_REQUESTS_PER_MINUTE', value('COGNIGY_REQUESTS_PER_MINUTE'), RATE);
    if ('problem' in limit) return problem(limit.problem);
    const settings = {
      baseUrl: read.url,
      // A stand-in on this machine has no quota to respect.
      ...(limit.rate && !deps.sandbox ? { rate: limit.rate } : {}),
      auth: key ? { key } : { bearer: secret },
      ...(project === undefined ? {} : { project }),
    };
    return { provider: createCognigyProvider(settings, deps) };
  },
  sandboxEnv: (url, credentials) => ({
    COGNIGY_BASE_URL: url,
    COGNIGY_API_KEY: credentials.COGNIGY_API_KEY ?? '',
    COGNIGY_PROJECT_ID: credentials.COGNIGY_PROJECT_ID ?? '',
  }),
};

/** The provider over given settings. `sleep` is for tests. */
export function createCognigyProvider(settings: CognigySettings, deps: ProviderDeps, sleep = realSleep): Provider {
  const { auth } = settings;
  const http = deps.createHttp({
    provider: PLATFORM.id,
    baseUrl: settings.baseUrl,
    headers: 'key' in auth ? { 'x-api-key': auth.key } : { authorization: `Bearer ${auth.bearer}` },
    readFault,
    advise: (status) => advise(status, new URL(settings.baseUrl).host),
    // A request may have to wait for the whole interval.
    limits: settings.rate ? { rate: settings.rate, deadline_ms: settings.rate.interval_ms + 60_000 } : {},
  });
  const directory = createDirectory(createMainApi(http), settings.project, deps.now);
  const client = createSimulatorClient(http, (signal) => directory.project(signal));
  const scenarios = createScenarios(client);
  const batches = createBatches(client, scenarios);
  const readBatch = batchReading(client, batches);
  const seams = { now: deps.now, sleep };
  return {
    ...PLATFORM,
    host: http.host,
    sandbox: deps.sandbox,
    async check({ signal }): Promise<CheckResult> {
      try {
        const page = await client.scenarios.list({ limit: 1, skip: 0 }, signal);
        return { ok: true, ...(page.total === undefined ? {} : { detail: `${page.total} scenarios` }) };
      } catch (error) {
        return failedCheck(error);
      }
    },
    tests: testOperations(directory, scenarios, OPTIONS),
    sessions: sessionOperations(directory, scenarios, batches, readBatch, runsOfBatch(client, scenarios, seams)),
    runs: runOperations(client, scenarios, readBatch, seams),
    start: startOperations(client, directory, scenarios, batches),
    cancel: cancelOperation(client, readBatch),
  };
}
