import { describe, expect, it } from 'vitest';
import { nearMisses, readConfig, SETTINGS, UsageError } from '../src/config.ts';

describe('readConfig', () => {
  it('serves by default, with the documented defaults', () => {
    expect(readConfig([], {})).toMatchObject({
      command: 'serve',
      sandbox: false,
      readOnly: false,
      toolsets: ['diagnose', 'run'],
      excludeTools: [],
      confirmAbove: 20,
      maxRunsPerStart: 200,
      maxRunsPerDay: 2000,
      log: 'warn',
      problems: [],
    });
  });

  it.each([
    [['demo', '--provider', 'coval'], { command: 'demo', provider: 'coval' }],
    [
      ['sandbox', '--port', '8787', '--scale', '10000', '--seed', '3'],
      { command: 'sandbox', port: 8787, scale: 10_000, seed: 3 },
    ],
    [['--sandbox', '--read-only'], { command: 'serve', sandbox: true, readOnly: true }],
    [
      ['serve', '--tools', 'get_run, list_runs', '--exclude-tools', 'get_run'],
      { tools: ['get_run', 'list_runs'], excludeTools: ['get_run'] },
    ],
    [['--toolsets', 'diagnose'], { toolsets: ['diagnose'] }],
    [['--help'], { command: 'help' }],
    [['-V'], { command: 'version' }],
  ])('reads %j', (argv, expected) => {
    expect(readConfig(argv, {})).toMatchObject(expected);
  });

  it.each([[['bogus']], [['serve', 'extra']], [['--bogus']], [['--port']]])('refuses %j as a usage error', (argv) => {
    expect(() => readConfig(argv, {})).toThrow(UsageError);
  });

  it('lets no environment stop the server: a bad value becomes a problem and the default is used', () => {
    const config = readConfig([], {
      AGENT_SIM_CONFIRM_ABOVE: 'many',
      AGENT_SIM_MAX_RUNS_PER_DAY: '-3',
      AGENT_SIM_TOOLSETS: 'diagnose,dance',
      AGENT_SIM_LOG: 'loud',
    });
    expect(config).toMatchObject({ confirmAbove: 20, maxRunsPerDay: 2000, toolsets: ['diagnose'], log: 'warn' });
    expect(config.problems).toHaveLength(3);
    expect(config.problems.join(' ')).toMatch(/dance.*AGENT_SIM_CONFIRM_ABOVE is "many".*; 20 is used/s);
  });

  it('takes the state folder of the platform, or what is set', () => {
    expect(readConfig([], { AGENT_SIM_HOME: '/x' }).home).toBe('/x');
    expect(readConfig(['--home', '/y'], { AGENT_SIM_HOME: '/x' }).home).toBe('/y');
    if (process.platform === 'linux')
      expect(readConfig([], { XDG_STATE_HOME: '/state' }).home).toBe('/state/agent-simulation-mcp');
  });

  it.each(['1', 'true', 'YES', 'on'])('reads %s as yes', (value) => {
    expect(readConfig([], { AGENT_SIM_SANDBOX: value }).sandbox).toBe(true);
  });

  it.each(['0', 'false', '', 'no'])('reads %j as no', (value) => {
    expect(readConfig([], { AGENT_SIM_READ_ONLY: value }).readOnly).toBe(false);
  });
});

describe('settings that still hold a placeholder', () => {
  it.each(SETTINGS.map(({ name, provider }) => [name, provider] as const))(
    '%s counts as not given',
    (name, provider) => {
      const read = readConfig([], { [name]: `\${user_config.${name.toLowerCase()}}` });
      expect(read).toEqual({
        ...readConfig([], {}),
        placeholders: provider === undefined ? [] : [name],
        problems: provider === undefined ? [expect.stringMatching(new RegExp(`^${name}: still a placeholder`))] : [],
      });
    },
  );

  it('leaves what was filled in, and paths of our own with a variable inside', () => {
    const env = { COVAL_API_KEY: 'sk', COVAL_WORKSPACE_ID: '<id>', AGENT_SIM_HOME: '${HOME}/x', PATH: '${PATH}' };
    const read = readConfig([], env);
    expect(read.env).toEqual({ COVAL_API_KEY: 'sk', AGENT_SIM_HOME: '${HOME}/x', PATH: '${PATH}' });
    expect(read.placeholders).toEqual(['COVAL_WORKSPACE_ID']);
  });

  it('takes a host of a platform with a gap in it for one', () => {
    expect(readConfig([], { COGNIGY_BASE_URL: 'https://api-<company>.cognigy.cloud' }).placeholders).toHaveLength(1);
  });
});

describe('near-miss names', () => {
  it.each([
    ['SYNTHFLOW_KEY', 'SYNTHFLOW_API_KEY'],
    ['SYNTHFLOW_TOKEN', 'SYNTHFLOW_API_KEY'],
    ['synthflow_api_key', 'SYNTHFLOW_API_KEY'],
    ['COGNIGY_API_BASE_URL', 'COGNIGY_BASE_URL'],
    ['COGNIGY_PROJECT', 'COGNIGY_PROJECT_ID'],
    ['COVAL_KEY', 'COVAL_API_KEY'],
    ['FUTUREAGI_API_KEY', 'FI_API_KEY'],
    ['FUTURE_AGI_SECRET', 'FI_SECRET_KEY'],
    ['FI_SECRET', 'FI_SECRET_KEY'],
  ])('%s is meant as %s', (found, meant) => {
    expect(nearMisses({ [found]: 'x' })).toEqual([{ provider: expect.any(String), found, meant }]);
  });

  it('leaves settings, empty values and strangers alone', () => {
    const settings = Object.fromEntries(SETTINGS.map(({ name }) => [name, 'x']));
    expect(nearMisses({ ...settings, SYNTHFLOW_KEY: ' ', PATH: '/bin', FI: 'x', COVALENT_KEY: undefined })).toEqual([]);
  });
});
