import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { UsageError } from '../../src/config/flags.ts';
import { nearMisses } from '../../src/config/near-misses.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { instructionsFor } from '../../src/mcp/instructions.ts';
import { selectTools, withKnownTools } from '../../src/mcp/selection.ts';

describe('readConfig', () => {
  it('serves by default, with the documented defaults', () => {
    expect(readConfig([], {})).toMatchObject({
      command: 'serve',
      sandbox: false,
      readOnly: false,
      toolsets: ['diagnose', 'run', 'fix'],
      liveChanges: false,
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

  it('lets no environment stop the server: a bad value becomes a problem', () => {
    const config = readConfig([], {
      AGENT_SIM_CONFIRM_ABOVE: 'many',
      AGENT_SIM_MAX_RUNS_PER_DAY: '-3',
      AGENT_SIM_TOOLSETS: 'diagnose,dance',
      AGENT_SIM_LOG: 'loud',
    });
    expect(config).toMatchObject({ confirmAbove: 0, maxRunsPerDay: 0, toolsets: ['diagnose'], log: 'warn' });
    expect(config.problems).toEqual([
      'AGENT_SIM_LOG is "loud", which is not one of debug, info, warn, error, silent; warn is used.',
      'Unknown toolset "dance"; there are diagnose, run, fix. Only diagnose is served.',
      'AGENT_SIM_CONFIRM_ABOVE is "many", which is not a whole number in digits; 0 is used.',
      'AGENT_SIM_MAX_RUNS_PER_DAY is "-3", which is not a whole number in digits; 0 is used.',
    ]);
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

  it.each(['0', 'false', '', 'no', 'OFF'])('reads %j as no', (value) => {
    expect(readConfig([], { AGENT_SIM_READ_ONLY: value })).toMatchObject({ readOnly: false, problems: [] });
  });
});

describe('what is not understood allows least, and is said', () => {
  it.each(['yes', 'auto', 'never', 'ask;', '0'])('AGENT_SIM_CONFIRM=%s', (value) => {
    const { confirm, problems } = readConfig([], { AGENT_SIM_CONFIRM: value });
    expect(confirm).toBe('person');
    expect(problems.join()).toMatch(
      /^AGENT_SIM_CONFIRM is .*, which is not one of ask, person, off; person is used\.$/,
    );
  });

  it.each([
    ['', 'ask'],
    [' Off ', 'off'],
    ['PERSON', 'person'],
    ['ask', 'ask'],
  ])('AGENT_SIM_CONFIRM=%j is understood', (value, confirm) => {
    expect(readConfig([], { AGENT_SIM_CONFIRM: value })).toMatchObject({ confirm, problems: [] });
  });

  it.each(['y', 'enabled', 'ja', '2', 'True;', 'wahr', '-', 'none', '[x]', 'todo'])(
    'AGENT_SIM_READ_ONLY=%s',
    (value) => {
      const { readOnly, problems } = readConfig([], { AGENT_SIM_READ_ONLY: value });
      expect(readOnly).toBe(true);
      expect(problems).toEqual([
        expect.stringMatching(/^AGENT_SIM_READ_ONLY is .*; no tool that starts, cancels or changes/),
      ]);
    },
  );

  it.each(['y', 'enabled', 'ja', '2', 'True;', '-', 'none', 'live', '[x]'])('AGENT_SIM_LIVE_CHANGES=%s', (value) => {
    const { liveChanges, problems } = readConfig([], { AGENT_SIM_LIVE_CHANGES: value });
    expect(liveChanges).toBe(false);
    expect(problems).toEqual([expect.stringMatching(/^AGENT_SIM_LIVE_CHANGES is .*need a client that asks/)]);
  });

  it.each([
    ['1', true],
    [' TRUE ', true],
    ['0', false],
    ['', false],
  ])('AGENT_SIM_LIVE_CHANGES=%j is understood', (value, liveChanges) => {
    expect(readConfig([], { AGENT_SIM_LIVE_CHANGES: value })).toMatchObject({ liveChanges, problems: [] });
  });

  it('AGENT_SIM_SANDBOX=maybe', () => {
    const { sandbox, problems } = readConfig([], { AGENT_SIM_SANDBOX: 'maybe' });
    expect(sandbox).toBe(true);
    expect(problems).toEqual([expect.stringContaining('the sandbox is used')]);
  });

  it.each([
    [['--toolsets', 'diagnoze'], {}, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: 'diagnoze' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: 'diagnose run' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: 'read' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: 'diagnose,runn' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: 'rum,run' }, ['run']],
    [[], { AGENT_SIM_TOOLSETS: ',' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: 'none' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: '[]' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: '["diagnose"]' }, ['diagnose']],
    [[], { AGENT_SIM_TOOLSETS: 'all,-run' }, ['diagnose']],
    [['--toolsets='], {}, ['diagnose']],
    [['--toolsets', ' '], { AGENT_SIM_TOOLSETS: 'run' }, ['diagnose']],
  ])('toolsets of %j %j', (argv, env, toolsets) => {
    const config = readConfig(argv, env);
    expect(config.toolsets).toEqual(toolsets);
    expect(config.problems).toHaveLength(1);
  });

  it.each([
    {},
    { AGENT_SIM_TOOLSETS: '' },
    { AGENT_SIM_TOOLSETS: 'ALL' },
    { AGENT_SIM_TOOLSETS: 'fix, run, diagnose' },
  ])('while %j names all there are', (env) => {
    expect(readConfig([], env)).toMatchObject({ toolsets: ['diagnose', 'run', 'fix'], problems: [] });
  });

  it.each(['abc', '1e9', '-5', '0x7f', '5 runs', '1.5', '١٠', '99999999999999999999', '+5', 'Infinity', 'none', '[]'])(
    'a limit of %s is 0',
    (value) => {
      const config = readConfig([], {
        AGENT_SIM_CONFIRM_ABOVE: value,
        AGENT_SIM_MAX_RUNS_PER_START: value,
        AGENT_SIM_MAX_RUNS_PER_DAY: value,
      });
      expect(config).toMatchObject({ confirmAbove: 0, maxRunsPerStart: 0, maxRunsPerDay: 0 });
      expect(config.problems).toHaveLength(3);
      expect(readConfig(['--confirm-above', value.replace(/^-/, '_')], {}).confirmAbove).toBe(0);
    },
  );

  it.each(['--confirm-above=', '--confirm-above= '])('a limit of which a flag says nothing (%s) is 0', (flag) => {
    const { confirmAbove, problems } = readConfig([flag], { AGENT_SIM_CONFIRM_ABOVE: '7' });
    expect(confirmAbove).toBe(0);
    expect(problems).toEqual(['--confirm-above says no number; 0 is used.']);
  });

  it('while a flag that a host did not fill in leaves the variable', () => {
    const flags = ['--confirm-above', '${user_config.above}', '--toolsets', '${user_config.toolsets}'];
    const env = { AGENT_SIM_CONFIRM_ABOVE: '7', AGENT_SIM_TOOLSETS: 'run' };
    expect(readConfig(flags, env)).toMatchObject({ confirmAbove: 7, toolsets: ['run'], problems: [] });
  });

  it.each([
    ['--exclude-tools', 'start_simulation', 'cancel_session'],
    ['--toolsets', 'diagnose', 'all'],
    ['--tools', 'list_tests', 'start_simulation'],
    ['--confirm-above', '0', '20'],
  ])('%s given twice is a usage error', (flag, one, other) => {
    expect(() => readConfig([flag, one, flag, other], {})).toThrow(`${flag} is given twice.`);
  });

  it.each([
    'AGENT_SIM_READONLY',
    'AGENTSIM_READ_ONLY',
    'AGENTSIM_CONFIRM',
    'AGENT_SIMULATION_MCP_READ_ONLY',
    ' AGENT_SIM_READ_ONLY',
    'AGENT.SIM.READ.ONLY',
    'AGENT_SIM_RUNS_PER_DAY',
    'AGENT_SIM_DAILY_BUDGET',
    'AGENT_SIM_ASK',
    'AGENT_SIM_APPROVAL',
    'AGENT_SIM_DRY_RUN',
    'AGENT_SIM_NO_START',
    'AGENT_SIM_SANDBOXED',
    'AGENT_SIM_TOOLSET',
    'AGENT_SIM_EXCLUDE_TOOLS',
    'AGENT_SIM_MAX_RUNS',
    'agent_sim_read_only',
  ])('a limit called %s', (name) => {
    const { readOnly, problems } = readConfig([], { [name]: '1' });
    expect(readOnly).toBe(true);
    expect(problems).toEqual([expect.stringContaining(`${name} is set and is no setting of this server`)]);
  });

  it('while other names, and what is off, are left alone', () => {
    const env = { AGENT_SIM_READONLY: '0', AGENT_SIM_FUZZ_SEED: '7', READ_ONLY: '1', AGENT_SIM_TOOLS: '${TOOLS}' };
    expect(readConfig([], env)).toMatchObject({ readOnly: false, problems: [] });
  });
});

describe('names of tools', () => {
  const served = (argv: string[]) => {
    const config = withKnownTools(readConfig(argv, {}), TOOLS);
    return { names: selectTools(config, TOOLS).map(({ name }) => name), problems: config.problems };
  };

  it('that are known say nothing', () => {
    expect(served(['--exclude-tools', 'start_simulation']).problems).toEqual([]);
    expect(served(['--exclude-tools', 'start_simulation']).names).toContain('cancel_session');
  });

  it('that are served read-only are those that change nothing at a platform; saving failure modes is one', () => {
    const { names } = served(['--read-only']);
    expect(names).toContain('save_failure_modes');
    expect(names).not.toContain('start_simulation');
    expect(names).not.toContain('cancel_session');
    expect(names.filter((name) => name.includes('agent'))).toEqual([
      'list_agents',
      'get_agent',
      'propose_agent_change',
    ]);
    expect(served(['--read-only', '--exclude-tools', 'save_failure_modes']).names).not.toContain('save_failure_modes');
    expect(served(['--toolsets', 'diagnose']).names).toContain('save_failure_modes');
  });

  it('of the toolset fix are served by default, and not without it', () => {
    const fix = ['list_agents', 'get_agent', 'propose_agent_change', 'apply_agent_change', 'revert_agent_change'];
    expect(served([]).names).toEqual(expect.arrayContaining(fix));
    expect(served(['--toolsets', 'diagnose,run']).names.filter((name) => fix.includes(name))).toEqual([]);
    expect(served(['--toolsets', 'fix']).names).toEqual(fix);
  });

  it('that exclude what there is not take away all that starts, cancels or changes', () => {
    const { names, problems } = served(['--exclude-tools', 'start_simulaton,get_run']);
    expect(names).not.toContain('start_simulation');
    expect(names).not.toContain('cancel_session');
    expect(names).not.toContain('apply_agent_change');
    expect(names).not.toContain('revert_agent_change');
    expect(names).toContain('propose_agent_change');
    expect(names).not.toContain('get_run');
    expect(names).toContain('list_runs');
    expect(problems).toEqual([expect.stringContaining('--exclude-tools names "start_simulaton"')]);
  });

  it('that are asked for and do not exist are left out', () => {
    const { names, problems } = served(['--tools', 'get_run,get_runn']);
    expect(names).toEqual(['get_run']);
    expect(problems).toEqual([expect.stringContaining('--tools names "get_runn"')]);
  });
});

describe('instructions', () => {
  it('say that a setting was not understood, and stay short', () => {
    const { problems } = readConfig([], { AGENT_SIM_READ_ONLY: 'enabled' });
    expect(instructionsFor({ problems })).toContain('list_providers says which');
    expect(instructionsFor({ problems }).length).toBeLessThanOrEqual(1_600);
    expect(instructionsFor({ problems: [] })).not.toContain('not understood');
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
