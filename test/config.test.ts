import { describe, expect, it } from 'vitest';
import { isPlaceholder, nearMisses, readConfig, SETTINGS, UsageError } from '../src/config.ts';

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

describe('placeholders', () => {
  it.each([
    '${COVAL_API_KEY}',
    '${input:key}',
    '$KEY',
    '<your-key>',
    '{{KEY}}',
    'YOUR_API_KEY',
    'your-key-here',
    'xxxx',
    '...',
    'changeme',
    'null',
  ])('recognises %s', (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });

  it.each(['sk_live_123', 'coval_sk_prod_abc', 'a1b2c3', 'yourself-9f8e7d'])('takes %s for a value', (value) => {
    expect(isPlaceholder(value)).toBe(false);
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
