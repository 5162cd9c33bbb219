/** The settings and flags of the command that asks a model. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { UsageError } from '../../src/config/flags.ts';

describe('a model', () => {
  it('is off unless it is set, and blanks or what a template left are not set', () => {
    expect(readConfig(['code'], {}).model).toEqual({ url: undefined, name: undefined, api: 'openai' });
    const left = { AGENT_SIM_MODEL_URL: '${user_config.url}', AGENT_SIM_MODEL_NAME: ' ', AGENT_SIM_MODEL_API: '' };
    expect(readConfig(['code'], left).model).toEqual({ url: undefined, name: undefined, api: 'openai' });
  });

  it('is asked in a format that is known, or not at all', () => {
    expect(readConfig(['code'], { AGENT_SIM_MODEL_API: 'Anthropic' }).model.api).toBe('anthropic');
    const { model, problems } = readConfig(['code'], { AGENT_SIM_MODEL_API: 'gemini' });
    expect([model.api, problems.length]).toEqual(['none', 1]);
  });
});

describe('code', () => {
  it('takes its flags', () => {
    const argv = ['code', '--session', 'coval/session/1,coval/session/2', '--sample', '150', '--max-tokens', '9000'];
    const config = readConfig([...argv, '--dry-run', '--masked', '--json'], {});
    expect(config).toMatchObject({
      command: 'code',
      session: 'coval/session/1,coval/session/2',
      sample: 150,
      maxTokens: 9000,
      dryRun: true,
      masked: true,
      json: true,
    });
    expect(readConfig(['code'], {})).toMatchObject({
      sample: undefined,
      maxTokens: 60_000,
      dryRun: false,
      masked: false,
    });
  });

  it.each(['0', '-3', '1e3', 'all', ''])('takes no sample of %j for all failures', (size) => {
    expect(() => readConfig(['code', `--sample=${size}`], {})).toThrow(UsageError);
  });

  it.each(['many', '-1', '1e9'])('takes a cap of %s tokens for none at all, and says so', (cap) => {
    const { maxTokens, problems } = readConfig(['code', `--max-tokens=${cap}`], {});
    expect([maxTokens, problems.length]).toEqual([0, 1]);
  });
});
