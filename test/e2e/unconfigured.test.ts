/** Without any key and without the sandbox: the server starts, lists its tools, and every call says what to set. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.ts';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { type Connected, connect } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';

const ARGUMENTS: Record<string, Record<string, unknown>> = {
  get_test: { test: 'synthflow/suite/1' },
  get_session: { session: 'synthflow/session/1' },
  list_runs: { session: 'synthflow/session/1' },
  get_run: { run: 'synthflow/run/1' },
  get_transcript: { run: 'synthflow/run/1' },
  search_transcripts: { session: 'synthflow/session/1', query: 'x' },
  list_failures: { session: 'synthflow/session/1' },
  save_failure_modes: {
    session: 'synthflow/session/1',
    modes: [{ title: 'Asks twice', definition: 'Asks for what the caller has said.' }],
  },
  get_failure_clusters: { session: 'synthflow/session/1' },
  compare_sessions: { before: 'synthflow/session/1', after: 'synthflow/session/2' },
  get_trend: { test: 'synthflow/suite/1' },
  start_simulation: { test: 'synthflow/suite/1' },
  wait_for_session: { session: 'synthflow/session/1' },
  cancel_session: { session: 'synthflow/session/1' },
  get_agent: { agent: 'synthflow/agent/1' },
  propose_agent_change: { agent: 'synthflow/agent/1', edits: [{ part: 'prompt', old: 'a', new: 'b' }] },
};
/** What they are about was proposed before, with a key. */
const OF_A_CHANGE = ['apply_agent_change', 'revert_agent_change'];

describe('without a key', () => {
  let server: Connected;
  beforeAll(async () => {
    server = await connect({ args: ['serve'] });
  });
  afterAll(() => server.close());

  it('lists all tools', async () => {
    expect((await server.client.listTools()).tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
  });

  it('says for each call which variable to set and how to try without', async () => {
    for (const { name } of (await server.client.listTools()).tools) {
      if (name === 'list_providers' || OF_A_CHANGE.includes(name)) continue;
      const answer = await server.call(name, ARGUMENTS[name] ?? {});
      expect(answer.isError, name).toBe(true);
      expect(answer.text, name).toContain('SYNTHFLOW_API_KEY');
      expect(answer.text, name).toContain('--sandbox');
    }
  });

  it('shows all platforms as not configured', async () => {
    const answer = await server.call('list_providers');
    expect(answer.isError).toBe(false);
    expect(answer.text).toContain('0 of');
    expect(answer.text).toContain('COVAL_API_KEY');
  });
});

describe('with settings that cannot work', () => {
  it.each([
    ['a placeholder', { SYNTHFLOW_API_KEY: '${SYNTHFLOW_API_KEY}' }, /placeholder/],
    ['a template value', { SYNTHFLOW_API_KEY: '<your-key>' }, /placeholder/],
    ['a placeholder that its host left', { SYNTHFLOW_API_KEY: '${user_config.synthflow_api_key}' }, /still holds/],
    [
      'a near-miss name',
      { SYNTHFLOW_KEY: 'abc' },
      /SYNTHFLOW_KEY is set, but the variable is called SYNTHFLOW_API_KEY/,
    ],
  ])('says so: %s', async (_name, env, expected) => {
    const server = await connect({ args: ['serve'], env });
    try {
      const answer = await server.call('list_sessions', { provider: 'synthflow' });
      expect(answer.isError).toBe(true);
      expect(answer.text).toMatch(expected);
    } finally {
      await server.close();
    }
  });
});

describe('a bundle whose form was filled in for one platform alone', () => {
  const LEFT = SETTINGS.map(({ name }): [string, string] => [name, `\${user_config.${name.toLowerCase()}}`]);

  it.each([
    ['coval', { COVAL_API_KEY: 'sk-1' }],
    ['synthflow', { SYNTHFLOW_API_KEY: 'sk-1' }],
    ['futureagi', { FI_API_KEY: 'sk-1', FI_SECRET_KEY: 'sk-2' }],
    ['cognigy', { COGNIGY_API_KEY: 'sk-1', COGNIGY_BASE_URL: 'https://api-trial.cognigy.ai' }],
    ['cognigy', { COGNIGY_BEARER_TOKEN: 'sk-1', COGNIGY_BASE_URL: 'https://api-trial.cognigy.ai' }],
  ])('has %s configured, and says for the others what is missing', async (provider, env) => {
    const server = await connect({ args: ['serve'], env: { ...Object.fromEntries(LEFT), ...env } });
    try {
      const { data } = await server.call('list_providers');
      const states = list(at(data, 'providers'));
      expect(states.filter((state) => at(state, 'configured')).map((state) => at(state, 'id'))).toEqual([provider]);
      for (const state of states.filter((one) => at(one, 'configured') !== true))
        expect(text(at(state, 'problem'))).toMatch(/_KEY.* still holds? a placeholder/);
    } finally {
      await server.close();
    }
  });
});

describe('selection of tools', () => {
  it.each([
    ['--read-only wins over --tools', ['serve', '--tools', 'start_simulation,get_run', '--read-only'], {}, ['get_run']],
    [
      'the environment can force read-only',
      ['serve', '--toolsets', 'run'],
      { AGENT_SIM_READ_ONLY: '1' },
      ['wait_for_session'],
    ],
    ['toolsets', ['serve', '--toolsets', 'run'], {}, ['start_simulation', 'wait_for_session', 'cancel_session']],
    [
      'exclusion',
      ['serve', '--toolsets', 'run', '--exclude-tools', 'cancel_session'],
      {},
      ['start_simulation', 'wait_for_session'],
    ],
  ])('%s', async (_name, args, env, expected) => {
    const server = await connect({ args, env });
    try {
      expect((await server.client.listTools()).tools.map((tool) => tool.name)).toEqual(expected);
    } finally {
      await server.close();
    }
  });
});
