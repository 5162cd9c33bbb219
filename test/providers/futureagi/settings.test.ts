import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../src/config/settings.ts';
import { createVendorHttp } from '../../../src/http/client.ts';
import type { VendorHttpOptions } from '../../../src/http/types.ts';
import { advise, readFault } from '../../../src/providers/futureagi/faults.ts';
import { definition } from '../../../src/providers/futureagi/index.ts';
import type { ProviderDeps } from '../../../src/providers/provider.ts';

function configure(env: Record<string, string>, more: Partial<ProviderDeps> = {}) {
  const options: VendorHttpOptions[] = [];
  const secrets: string[] = [];
  const outcome = definition.configure(env, {
    createHttp(http) {
      options.push(http);
      return createVendorHttp(http);
    },
    defaults: DEFAULTS,
    registerSecret: (value) => secrets.push(value),
    sandbox: false,
    now: Date.now,
    ...more,
  });
  return { outcome, options, secrets };
}
const KEYS = { FI_API_KEY: 'key-1', FI_SECRET_KEY: 'secret-1' };

describe('settings', () => {
  it('needs both keys and says which is missing', () => {
    expect(configure({}).outcome).toMatchObject({
      touched: false,
      problem: expect.stringContaining('FI_API_KEY and FI_SECRET_KEY'),
    });
    expect(configure({ FI_API_KEY: 'k' }).outcome).toMatchObject({
      touched: true,
      problem: expect.stringContaining('FI_SECRET_KEY'),
    });
    expect(configure({ FI_SECRET_KEY: 's' }).outcome).toMatchObject({
      touched: true,
      problem: expect.stringContaining('FI_API_KEY'),
    });
  });

  it('sends both key headers, the workspace and never Authorization', () => {
    const { options, secrets } = configure({ ...KEYS, FI_WORKSPACE_ID: 'w' });
    expect(options[0]?.headers).toEqual({ 'X-Api-Key': 'key-1', 'X-Secret-Key': 'secret-1', 'X-Workspace-Id': 'w' });
    expect(secrets).toEqual(['key-1', 'secret-1']);
  });

  it('keeps to 100 requests a minute and waits at least a minute for an answer', () => {
    const [http] = configure(KEYS).options;
    expect(http?.limits?.rate).toEqual({ requests: 100, interval_ms: 60_000 });
    expect(http?.limits?.headers_ms).toBeGreaterThanOrEqual(60_000);
    expect(http?.limits?.deadline_ms).toBeGreaterThanOrEqual(60_000);
    expect(configure(KEYS, { sandbox: true }).options[0]?.limits?.rate).toBeUndefined();
  });

  it.each([
    ['1000', { requests: 1_000, interval_ms: 60_000 }],
    ['0', undefined],
  ])('keeps to the %s requests a minute of another plan', (text, rate) => {
    expect(configure({ ...KEYS, FI_REQUESTS_PER_MINUTE: text }).options[0]?.limits?.rate).toEqual(rate);
  });

  it('refuses what is no number of requests', () => {
    expect(configure({ ...KEYS, FI_REQUESTS_PER_MINUTE: 'pro' }).outcome).toMatchObject({
      touched: true,
      problem: 'FI_REQUESTS_PER_MINUTE must be a whole number of requests a minute, or 0 for no limit.',
    });
  });

  it.each([
    ['https://api.futureagi.com/', 'https://api.futureagi.com'],
    ['https://fi.example.com/sdk/api/v1/simulation/', 'https://fi.example.com'],
    ['https://fi.example.com/simulate', 'https://fi.example.com'],
    ['http://127.0.0.1:9/futureagi', 'http://127.0.0.1:9/futureagi'],
  ])('reads %s', (text, base) => {
    expect(configure({ ...KEYS, FI_BASE_URL: text }).options[0]?.baseUrl).toBe(base);
  });

  it.each(['nonsense', 'http://fi.example.com', 'https://u:p@fi.example.com', 'https://fi.example.com/?a=1'])(
    'refuses %s without repeating it',
    (text) => {
      const { outcome } = configure({ ...KEYS, FI_BASE_URL: text });
      expect(outcome).toMatchObject({ touched: true, problem: expect.stringContaining('FI_BASE_URL') });
      expect('problem' in outcome && outcome.problem).not.toContain(text);
    },
  );

  it('uses the public host by default', () => {
    const { outcome } = configure(KEYS);
    expect('provider' in outcome && outcome.provider.host).toBe('api.futureagi.com');
  });
});

describe('error bodies', () => {
  const read = (body: unknown, status = 400) => readFault(status, body, { 'x-request-id': 'r1' });

  it('reads the flat envelope with its field', () => {
    expect(
      read({
        status: false,
        type: 'validation_error',
        code: 'invalid',
        message: 'Validation failed',
        detail: 'Validation failed',
        error: 'Validation failed',
        result: 'Validation failed',
        attr: 'execution_id',
        details: { execution_id: ['Must be a valid UUID.'] },
      }),
    ).toEqual({
      status: 400,
      request_id: 'r1',
      code: 'invalid',
      message: 'Validation failed – execution_id: Must be a valid UUID.',
      field: 'execution_id',
    });
  });

  it.each([
    ['the nested form', { error: { code: 'not_found', message: 'Run test not found.' } }, 'Run test not found.'],
    ['the rate-limit form', { status: false, result: { code: 'RATE_LIMITED', message: 'Too fast' } }, 'Too fast'],
    ['a bare detail', { detail: 'No.' }, 'No.'],
    ['a bare error', { error: 'No.' }, 'No.'],
    ['a bare result', { result: 'No.' }, 'No.'],
    ['plain text', 'No.', 'No.'],
  ])('reads %s', (_what, body, message) => {
    expect(read(body).message).toBe(message);
  });

  it('keeps the names of scenarios that are not ready', () => {
    const { message } = read({
      message: '1 scenario(s) are not completed.',
      result: { error: 'Scenarios incomplete', scenarios: [{ id: 's', name: 'Billing', status: 'Processing' }] },
    });
    expect(message).toBe('1 scenario(s) are not completed. – Billing (Processing)');
  });

  it('says nothing where nothing was said', () => {
    for (const body of [undefined, null, {}, [], { details: {} }, { message: '' }])
      expect(read(body)).toEqual({ status: 400, request_id: 'r1' });
    expect(read({ details: { non_field_errors: ['One is required.'] } }).field).toBeUndefined();
  });

  it('advises by status', () => {
    expect(advise(401, {})).toContain('FI_SECRET_KEY');
    expect(advise(404, {})).toContain('FI_WORKSPACE_ID');
    expect(advise(429, {})).toContain('100 requests');
    expect(advise(400, { message: 'User is not associated with any organization.' })).toContain('organisation');
    expect(advise(400, {})).toBeUndefined();
    expect(advise(500, {})).toBeUndefined();
  });
});
