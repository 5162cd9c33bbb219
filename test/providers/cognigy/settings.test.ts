import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import type { VendorHttp, VendorHttpOptions } from '../../../src/http/types.ts';
import { definition } from '../../../src/providers/cognigy/index.ts';
import { baseUrlOf } from '../../../src/providers/cognigy/settings.ts';
import { capabilitiesOf } from '../../../src/providers/provider.ts';

const BASE = 'https://api-trial.cognigy.ai';

function configure(env: Record<string, string | undefined>, sandbox = false) {
  const made: VendorHttpOptions[] = [];
  const secrets: string[] = [];
  const http: VendorHttp = {
    origin: BASE,
    host: 'api-trial.cognigy.ai',
    sent: new Map(),
    request: async () => {
      throw new Error('Nothing is sent by configuring.');
    },
    lines: () => {
      throw new Error('Nothing is sent by configuring.');
    },
    close: async () => undefined,
  };
  const configured = definition.configure(env, {
    createHttp(options) {
      made.push(options);
      return http;
    },
    defaults: DEFAULTS,
    registerSecret: (secret) => void secrets.push(secret),
    sandbox,
    now: Date.now,
  });
  return { configured, options: made[0], secrets };
}

describe('credentials', () => {
  it('send the key as X-API-Key and nothing else', () => {
    const { options, secrets } = configure({ COGNIGY_API_KEY: ' k3y ', COGNIGY_BASE_URL: BASE });
    expect(options?.headers).toEqual({ 'x-api-key': 'k3y' });
    expect(secrets).toEqual(['k3y']);
  });

  it('send the token as Bearer and nothing else', () => {
    const { options } = configure({ COGNIGY_BEARER_TOKEN: 'Bearer abc.def', COGNIGY_BASE_URL: BASE });
    expect(options?.headers).toEqual({ authorization: 'Bearer abc.def' });
  });

  it('are never both, and both are secrets', () => {
    const env = { COGNIGY_API_KEY: 'k3y', COGNIGY_BEARER_TOKEN: 't0ken', COGNIGY_BASE_URL: BASE };
    const { options, secrets } = configure(env);
    expect(options?.headers).toEqual({ 'x-api-key': 'k3y' });
    expect(secrets).toEqual(['k3y', 't0ken']);
  });
});

describe('what is wrong with settings', () => {
  it.each([
    ['nothing', {}, /COGNIGY_API_KEY.*COGNIGY_BASE_URL/, false],
    ['blanks', { COGNIGY_API_KEY: ' ' }, /COGNIGY_API_KEY/, false],
    ['no key', { COGNIGY_BASE_URL: BASE }, /COGNIGY_API_KEY/, true],
    ['no host', { COGNIGY_API_KEY: 'k' }, /COGNIGY_BASE_URL.*api-trial/, true],
    ['a key with spaces', { COGNIGY_API_KEY: 'a b', COGNIGY_BASE_URL: BASE }, /COGNIGY_API_KEY contains/, true],
    [
      'a token with spaces',
      { COGNIGY_BEARER_TOKEN: 'a b', COGNIGY_BASE_URL: BASE },
      /COGNIGY_BEARER_TOKEN contains/,
      true,
    ],
    ['a token as key', { COGNIGY_API_KEY: 'Bearer x', COGNIGY_BASE_URL: BASE }, /COGNIGY_BEARER_TOKEN instead/, true],
    [
      'plain http',
      { COGNIGY_API_KEY: 'k', COGNIGY_BASE_URL: 'http://x.example' },
      /COGNIGY_BASE_URL cannot.*https/,
      true,
    ],
  ])('%s', (_, env, problem, touched) => {
    expect(configure(env).configured).toEqual({ problem: expect.stringMatching(problem), touched });
  });
});

describe('the provider', () => {
  const env = { COGNIGY_API_KEY: 'k', COGNIGY_BASE_URL: 'trial.cognigy.ai/testing' };

  it('goes to the API host and keeps to the rate limit of the platform', () => {
    const { options, configured } = configure(env);
    expect(options).toMatchObject({
      provider: 'cognigy',
      baseUrl: BASE,
      limits: { rate: { requests: 1000, interval_ms: 300_000 } },
    });
    expect('provider' in configured && configured.provider.host).toBe('api-trial.cognigy.ai');
    expect(options?.advise?.(401, {})).toContain('api-trial.cognigy.ai');
  });

  it.each([
    ['50', { requests: 250, interval_ms: 300_000 }],
    [' 1000 ', { requests: 5_000, interval_ms: 300_000 }],
    ['', { requests: 1_000, interval_ms: 300_000 }],
    ['0', undefined],
  ])('keeps to %j requests a minute where an installation allows that', (text, rate) => {
    expect(configure({ ...env, COGNIGY_REQUESTS_PER_MINUTE: text }).options?.limits?.rate).toEqual(rate);
  });

  it.each(['many', '-1', '1.5', '1e3', '12345678'])('refuses %j requests a minute', (text) => {
    const { configured, options } = configure({ ...env, COGNIGY_REQUESTS_PER_MINUTE: text });
    expect(configured).toMatchObject({
      touched: true,
      problem: expect.stringContaining('COGNIGY_REQUESTS_PER_MINUTE'),
    });
    expect(options).toBeUndefined();
  });

  it('has no rate limit in the sandbox', () => {
    expect(configure(env, true).options?.limits).toBeUndefined();
  });

  it('says what it can do', () => {
    const { configured } = configure(env);
    if (!('provider' in configured)) throw new Error(configured.problem);
    expect(capabilitiesOf(configured.provider)).toEqual([
      'tests',
      'sessions',
      'runs',
      'transcripts',
      'start',
      'cancel',
      'agents',
    ]);
    const { start } = configured.provider;
    expect(start?.accepts).toEqual(['agent', 'repeat', 'name', 'provider_options']);
    expect(Object.keys(start?.options ?? {})).toEqual(
      expect.arrayContaining(['locale', 'llm', 'snapshot', 'entrypoint', 'user_id', 'data', 'enable_mocking']),
    );
  });

  it('is pointed at the sandbox with the key only', () => {
    const credentials = { COGNIGY_API_KEY: 'k', COGNIGY_BEARER_TOKEN: 't', COGNIGY_PROJECT_ID: 'p' };
    expect(definition.sandboxEnv('http://127.0.0.1:1/cognigy', credentials)).toEqual({
      COGNIGY_BASE_URL: 'http://127.0.0.1:1/cognigy',
      COGNIGY_API_KEY: 'k',
      COGNIGY_PROJECT_ID: 'p',
    });
  });
});

describe('the API host', () => {
  it.each([
    // As documented.
    ['https://api-trial.cognigy.ai', 'https://api-trial.cognigy.ai'],
    ['https://api-app-us.cognigy.ai/', 'https://api-app-us.cognigy.ai'],
    ['https://api-acme.cognigy.cloud', 'https://api-acme.cognigy.cloud'],
    ['https://cognigy-api-na1.nicecxone.com', 'https://cognigy-api-na1.nicecxone.com'],
    // As people paste it.
    ['https://trial.cognigy.ai', 'https://api-trial.cognigy.ai'],
    ['https://app-us.cognigy.ai/project/683ef2a3/agents?tab=1#top', 'https://api-app-us.cognigy.ai'],
    ['acme.cognigy.cloud', 'https://api-acme.cognigy.cloud'],
    ['https://endpoint-trial.cognigy.ai/0123abcd', 'https://api-trial.cognigy.ai'],
    ['https://cognigy-eu1.nicecxone.com/login', 'https://cognigy-api-eu1.nicecxone.com'],
    ['HTTPS://API-TRIAL.COGNIGY.AI//', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/testing', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/testing/openapi/openapi-viewer.json', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/openapi', 'https://api-trial.cognigy.ai'],
    ['https://api-trial.cognigy.ai/new/v2.0/', 'https://api-trial.cognigy.ai'],
    // On premises, where a path may be part of the host.
    ['https://cognigy.acme.example/api/testing/', 'https://cognigy.acme.example/api'],
    ['https://cognigy.acme.example/new', 'https://cognigy.acme.example'],
    ['https://api.acme.example/v2.0', 'https://api.acme.example'],
    ['http://127.0.0.1:8080/cognigy', 'http://127.0.0.1:8080/cognigy'],
    ['http://localhost:8080/cognigy/testing', 'http://localhost:8080/cognigy'],
  ])('%s → %s', (pasted, url) => {
    expect(baseUrlOf(pasted)).toBe(url);
  });

  it('stays what it is when it was right', () => {
    const once = baseUrlOf('trial.cognigy.ai/testing');
    expect(baseUrlOf(once)).toBe(once);
  });

  it.each([
    ['http://api-trial.cognigy.ai', /https/],
    ['https://key:secret@api-trial.cognigy.ai', /credentials/],
    ['ftp://api-trial.cognigy.ai', /https/],
    ['https://', /not a URL/],
    ['not a url', /not a URL/],
  ])('%s is refused without being repeated', (pasted, problem) => {
    const { configured } = configure({ COGNIGY_API_KEY: 'k', COGNIGY_BASE_URL: pasted });
    expect(configured).toEqual({ problem: expect.stringMatching(problem), touched: true });
    expect(JSON.stringify(configured)).not.toContain('secret');
  });
});
