/** `keys`: a key goes in unseen, is never shown, and every obstacle is said with the way around it. */
import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installCommand, refusal } from '../../src/commands/keyring.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { BIN, NO_KEYCHAIN } from '../support/clients.ts';
import { type Installed, installServer } from '../support/installed.ts';

const KEY = 'sk-7Qw3_typed-in-6f2e';
const SECRET = SETTINGS.filter((setting) => setting.secret).map((setting) => setting.name);

let server: Installed;
beforeAll(() => {
  server = installServer();
});
beforeEach(() => {
  server.store({});
  server.mood('open');
});
afterAll(() => server.remove());

describe('with a keychain', () => {
  it('sets, lists and deletes, and never shows the value', () => {
    const set = server.run(['keys', 'set', 'FI_API_KEY'], { input: `${KEY}\n` });
    expect(set).toMatchObject({ status: 0, stderr: '' });
    expect(set.stdout).toMatch(/^FI_API_KEY is in the keychain/);
    expect(server.stored()).toEqual({ FI_API_KEY: KEY });

    const listed = server.run(['keys', 'list'], { env: { COVAL_API_KEY: 'from-the-environment' } });
    expect(listed.status).toBe(0);
    const rows = listed.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/\s{2,}/));
    expect(rows.map(([name]) => name)).toEqual(SECRET);
    expect(Object.fromEntries(rows)).toMatchObject({
      FI_API_KEY: 'keychain',
      COVAL_API_KEY: 'environment',
      FI_SECRET_KEY: 'not set',
    });

    const removed = server.run(['keys', 'delete', 'FI_API_KEY']);
    expect(removed.stdout).toMatch(/is removed/);
    expect(server.stored()).toEqual({});
    expect(server.run(['keys', 'delete', 'FI_API_KEY']).stdout).toMatch(/was not in/);
    for (const { stdout, stderr } of [set, listed, removed]) expect(stdout + stderr).not.toContain(KEY);
  });

  it('says when the environment wins', () => {
    const env = { FI_API_KEY: 'from-the-environment' };
    expect(server.run(['keys', 'set', 'fi_api_key'], { input: KEY, env }).stdout).toMatch(/environment .* wins/);
    expect(server.run(['keys', 'list'], { env }).stdout).toMatch(/FI_API_KEY +environment \(wins\), keychain/);
    expect(server.run(['keys', 'delete', 'FI_API_KEY'], { env }).stdout).toMatch(/environment still sets it/);
  });

  it.each([
    ['nothing', '\n', /Nothing was given/],
    ['a placeholder', '${FI_API_KEY}', /placeholder/],
    ['two words', `${KEY} and more`, /blanks/],
    ['something endless', 'x'.repeat(100_000), /too long/],
  ])('does not store %s', (_what, input, words) => {
    const { stderr, status } = server.run(['keys', 'set', 'FI_API_KEY'], { input });
    expect(stderr).toMatch(words);
    expect(status).toBe(1);
    expect(stderr).not.toContain(KEY);
    expect(server.stored()).toEqual({});
  });

  it.each([
    ['a value behind the name', ['set', 'FI_API_KEY', KEY], /never an argument/],
    ['a value joined to the name', ['set', `FI_API_KEY=${KEY}`], /never an argument/],
    ['a value in a flag', ['set', 'FI_API_KEY', `--value=${KEY}`], /Unknown flag "value"/],
    ['a value as a flag', ['set', 'FI_API_KEY', `--${KEY}`], /Unknown flag something of \d+ characters/],
    ['a value for a name', ['set', KEY], /Name one of SYNTHFLOW_API_KEY/],
    ['a value for an action', [KEY], /Usage/],
    ['a setting that is no secret', ['set', 'SYNTHFLOW_REGION'], /Name one of/],
    ['no name', ['delete'], /Name one of/],
    ['no action', [], /keys set NAME/],
    ['an argument for list', ['list', KEY], /Usage/],
  ])('refuses %s without repeating it', (_what, words, expected) => {
    const { stdout, stderr, status } = server.run(['keys', ...words], { input: 'x'.repeat(20) });
    expect(stderr).toMatch(expected);
    expect(status).toBe(2);
    expect(stdout + stderr).not.toContain(KEY);
    expect(server.stored()).toEqual({});
  });

  it('says what to do when it is locked, and still lists the environment', () => {
    server.mood('locked');
    const set = server.run(['keys', 'set', 'FI_API_KEY'], { input: KEY });
    expect(set).toMatchObject({ status: 1, stdout: '' });
    expect(set.stderr).toMatch(/locked, or refused.*\nUnlock it/);
    const listed = server.run(['keys', 'list'], { env: { FI_API_KEY: KEY } });
    expect(listed.status).toBe(1);
    expect(listed.stdout).toMatch(/FI_API_KEY +environment\n/);
    expect(listed.stdout).toMatch(/FI_SECRET_KEY +not in the environment/);
    expect(listed.stderr).toMatch(/Unlock it/);
  });
});

// `script` gives a program a terminal; the one of Linux takes the command this way.
describe.runIf(process.platform === 'linux')('on a terminal', () => {
  const typed = async (keys: string) => {
    const command = `'${process.execPath}' '${server.bin}' keys set FI_API_KEY`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { PATH: process.env.PATH ?? '', HOME: server.folder, SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let screen = '';
    child.stdout.on('data', (chunk) => {
      if (!screen.includes('not shown') && String(chunk).includes('not shown')) child.stdin.write(keys);
      screen += String(chunk);
    });
    await new Promise((resolve) => child.on('exit', resolve));
    return screen;
  };

  it('asks, shows nothing of what is typed, and takes back what Backspace takes back', async () => {
    const screen = await typed(`${KEY}xy\u007f\u007f\r`);
    expect(screen).toMatch(/Value of FI_API_KEY \(not shown\): \s*FI_API_KEY is in the keychain/);
    expect(screen).not.toContain(KEY.slice(0, 4));
    expect(server.stored()).toEqual({ FI_API_KEY: KEY });
  });

  it('stores nothing after Ctrl-C', async () => {
    const screen = await typed(`${KEY}\u0003`);
    expect(screen).toMatch(/Nothing is stored/);
    expect(screen).not.toContain(KEY.slice(0, 4));
    expect(server.stored()).toEqual({});
  });
});

describe('without the package', () => {
  let bare: Installed;
  beforeAll(() => {
    bare = installServer({ keyring: false });
  });
  afterAll(() => bare.remove());

  it.each([['set', 'FI_API_KEY'], ['list'], ['delete', 'FI_API_KEY']])('keys %s says how to install it', (...words) => {
    const { stdout, stderr, status } = bare.run(['keys', ...words], { input: KEY, env: { FI_API_KEY: KEY } });
    expect(status).toBe(1);
    expect(stderr).toContain(`npm install --prefix "${bare.folder}" @napi-rs/keyring@2.1.2`);
    expect(stdout + stderr).not.toContain(KEY);
  });

  it.each([
    ['a project', '/p/node_modules/agent-simulation-mcp', ['/p/package.json'], 'npm install --prefix "/p" '],
    ['a global folder', '/usr/lib/node_modules/agent-simulation-mcp', [], 'npm install --global '],
    ['npx', '/h/.npm/_npx/1a/node_modules/agent-simulation-mcp', [], 'npm install --global agent-simulation-mcp '],
    ['Windows', 'C:\\npm\\node_modules\\agent-simulation-mcp', [], 'npm install --global '],
    ['a plugin', '/plugins/agent', [], 'npm install --no-save --prefix "/plugins/agent" '],
  ])('the command fits an install in %s', (_what, folder, files, expected) => {
    const command = installCommand(folder, (path) => files.includes(path));
    expect(command.startsWith(expected)).toBe(true);
    expect(command).toContain('@napi-rs/keyring@2.1.2');
  });
});

describe('the real package', () => {
  it.runIf(process.platform === 'linux').each([['set', 'FI_API_KEY'], ['list'], ['delete', 'FI_API_KEY']])(
    'without a session: keys %s says what is missing',
    (...words) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, 'keys', ...words], {
        input: KEY,
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '', ...NO_KEYCHAIN },
      });
      expect(status).toBe(1);
      expect(stderr).toMatch(/no Secret Service answers/);
      expect(stderr).toMatch(/set keys in the environment/);
      expect(stdout + stderr).not.toContain(KEY);
    },
  );

  it.each([
    ["Couldn't access platform storage: Secret Service: unlock prompt was dismissed", 'linux', /locked/],
    ['Platform failure: DBus error: Using X11 for dbus-daemon autolaunch was disabled', 'linux', /no Secret Service/],
    ['The name org.freedesktop.secrets was not provided by any .service files', 'linux', /no Secret Service/],
    ['Platform failure: User canceled the operation.', 'darwin', /locked/],
    ['Platform failure: User interaction is not allowed.', 'darwin', /locked/],
    ['Platform failure: Windows error 1312', 'win32', /failed/],
  ])('%s on %s', (words, platform, expected) => {
    const { message, details } = refusal(new Error(words), platform);
    expect(message).toMatch(expected);
    expect(details.next).toMatch(/\w+/);
  });
});
