import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config/config.ts';

const standard = readConfig([], {});
const UNFILLED = ['${HOME}/x', '/srv/${USER}/x', '{{home}}/x', '/srv/<you>'];
const RELATIVE = ['x', './x', '../x', '$HOME/x', '%LOCALAPPDATA%\\x', '~someone/x', '.'];

describe.each([
  ['AGENT_SIM_HOME', (value: string) => readConfig([], { AGENT_SIM_HOME: value }), 'home'],
  ['--home', (value: string) => readConfig(['--home', value], {}), 'home'],
  ['AGENT_SIM_SANDBOX_PLAYBOOK', (value: string) => readConfig([], { AGENT_SIM_SANDBOX_PLAYBOOK: value }), 'playbook'],
] as const)('%s', (name, read, member) => {
  it('is taken as it is, the folder of the user in place of ~', () => {
    expect(read('/srv/my x').problems).toEqual([]);
    expect(read('/srv/my x')[member]).toBe('/srv/my x');
    expect(read('~/x')[member]).toBe(join(homedir(), 'x'));
    expect(read('~')[member]).toBe(homedir());
  });

  it.each(UNFILLED)('%s was not filled in: it counts as not set, and that is said', (value) => {
    expect(read(value)[member]).toBe(standard[member]);
    expect(read(value).problems).toEqual([`${name} holds a variable that was not filled in: it counts as not set.`]);
  });

  it.each(RELATIVE)('%s is another place wherever the host stands: it counts as not set, and that is said', (value) => {
    expect(read(value)[member]).toBe(standard[member]);
    expect(read(value).problems).toEqual([expect.stringContaining(`${name} is no absolute path`)]);
  });
});

it('a playbook that somebody typed is relative to where they stand', () => {
  expect(readConfig(['--playbook', 'x/y.md'], {}).playbook).toBe(join(process.cwd(), 'x/y.md'));
  expect(readConfig(['--playbook', '~/y.md'], {}).playbook).toBe(join(homedir(), 'y.md'));
});

describe.runIf(process.platform !== 'win32')('a user whose folder the environment does not name', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['', 'x', './x'])('HOME=%s: the system knows it, and no folder depends on where the host stands', (value) => {
    vi.stubEnv('HOME', value);
    expect(readConfig([], {}).home.startsWith(join(userInfo().homedir, '/'))).toBe(true);
    expect(readConfig([], { AGENT_SIM_HOME: '~/x' }).home).toBe(join(userInfo().homedir, 'x'));
  });
});

it.runIf(process.platform === 'linux')('a relative XDG_STATE_HOME is ignored, as its specification wants', () => {
  expect(readConfig([], { XDG_STATE_HOME: 'state' }).home).toBe(standard.home);
});
