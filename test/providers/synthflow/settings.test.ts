import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import type { VendorHttpOptions } from '../../../src/http/types.ts';
import { capabilitiesOf } from '../../../src/providers/provider.ts';
import { definition } from '../../../src/providers/synthflow/index.ts';
import { adviseRegion, baseUrlOf, REGIONS } from '../../../src/providers/synthflow/settings.ts';

function configure(env: Record<string, string | undefined>) {
  const made: VendorHttpOptions[] = [];
  const secrets: string[] = [];
  const result = definition.configure(env, {
    createHttp(options) {
      made.push(options);
      return {
        origin: new URL(options.baseUrl).origin,
        host: new URL(options.baseUrl).host,
        request: () => Promise.reject(new Error('not in this test')),
        lines: () => {
          throw new Error('not in this test');
        },
        sent: new Map(),
        close: async () => undefined,
      };
    },
    defaults: DEFAULTS,
    registerSecret: (value) => secrets.push(value),
    sandbox: false,
    now: () => 0,
  });
  return { result, http: made[0], secrets };
}

describe('the base URL', () => {
  it.each([
    ['https://api.us.synthflow.ai/v2', 'https://api.us.synthflow.ai/v2'],
    ['https://api.us.synthflow.ai/v2/', 'https://api.us.synthflow.ai/v2'],
    ['https://api.us.synthflow.ai', 'https://api.us.synthflow.ai/v2'],
    [' api.eu.synthflow.ai// ', 'https://api.eu.synthflow.ai/v2'],
    ['http://127.0.0.1:4000/synthflow', 'http://127.0.0.1:4000/synthflow/v2'],
    ['https://proxy.example/x/v2?y#z', 'https://proxy.example/x/v2'],
  ])('%s becomes %s', (pasted, url) => {
    expect(baseUrlOf(pasted)).toBe(url);
  });

  it.each([
    ['http://api.synthflow.ai/v2', 'is not https'],
    ['https://me:secret@api.synthflow.ai', 'contains credentials'],
    ['https://', 'is not a URL'],
    ['sk-12345678', 'is not a URL'],
  ])('%s is refused', (pasted, why) => {
    expect(() => baseUrlOf(pasted)).toThrow(why);
  });
});

describe('settings', () => {
  it.each([
    [undefined, 'api.synthflow.ai'],
    ['global', 'api.synthflow.ai'],
    ['US', 'api.us.synthflow.ai'],
    [' eu ', 'api.eu.synthflow.ai'],
  ])('region %s is served by %s', (SYNTHFLOW_REGION, host) => {
    const { result } = configure({ SYNTHFLOW_API_KEY: 'k', SYNTHFLOW_REGION });
    expect('provider' in result && result.provider.host).toBe(host);
  });

  it('sends the key as bearer token and registers it as a secret', () => {
    const { http, secrets } = configure({ SYNTHFLOW_API_KEY: ' Bearer abc ' });
    expect(http?.headers).toEqual({ authorization: 'Bearer abc' });
    expect(secrets).toEqual(['abc']);
  });

  it('prefers a base URL over a region', () => {
    const { http } = configure({
      SYNTHFLOW_API_KEY: 'k',
      SYNTHFLOW_REGION: 'us',
      SYNTHFLOW_BASE_URL: 'https://x.example',
    });
    expect(http?.baseUrl).toBe('https://x.example/v2');
  });

  it.each([
    [{}, false, 'SYNTHFLOW_API_KEY'],
    [{ SYNTHFLOW_API_KEY: '  ' }, false, 'SYNTHFLOW_API_KEY'],
    [{ SYNTHFLOW_REGION: 'us' }, true, 'SYNTHFLOW_API_KEY'],
    [{ SYNTHFLOW_API_KEY: 'a b' }, true, 'copy it again'],
    [{ SYNTHFLOW_API_KEY: 'k', SYNTHFLOW_REGION: 'asia' }, true, 'global, us or eu'],
    [
      { SYNTHFLOW_API_KEY: 'k', SYNTHFLOW_BASE_URL: 'ftp://x' },
      true,
      'SYNTHFLOW_BASE_URL cannot be used: The base URL of Synthflow is not https.',
    ],
  ])('%j is a problem (touched: %s)', (env, touched, text) => {
    expect(configure(env).result).toEqual({ touched, problem: expect.stringContaining(text) });
  });

  it('has every group but cancelling and clusters, which the vendor does not have', () => {
    const { result } = configure({ SYNTHFLOW_API_KEY: 'k' });
    expect('provider' in result && capabilitiesOf(result.provider)).toEqual([
      'tests',
      'sessions',
      'runs',
      'transcripts',
      'recordings',
      'start',
      'agents',
    ]);
  });
});

describe('advice on a refused key', () => {
  it('names the host and the other regions, not this one', () => {
    const advice = adviseRegion(REGIONS.us);
    expect(advice).toContain('api.us.synthflow.ai refused');
    expect(advice).toContain('SYNTHFLOW_REGION to global (api.synthflow.ai) or eu (api.eu.synthflow.ai)');
    expect(advice).not.toContain('or us');
  });

  it('names all regions for a host of its own', () => {
    expect(adviseRegion('https://x.example/v2')).toMatch(/remove SYNTHFLOW_BASE_URL.*global.*us.*eu/);
  });
});
