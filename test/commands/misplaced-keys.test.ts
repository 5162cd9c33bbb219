/** A key pasted into the wrong variable is shown nowhere, and whoever pasted it is told which variable is wrong. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BIN, NO_KEYCHAIN } from '../support/clients.ts';

const KEY = 'sk-live-9vQ2mZr7TxB4canary';

function doctor(provider: string, env: Record<string, string>) {
  const { stdout, stderr } = spawnSync(process.execPath, [BIN, 'doctor', '--provider', provider], {
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...NO_KEYCHAIN, ...env },
    encoding: 'utf8',
    timeout: 20_000,
  });
  return stdout + stderr;
}

describe('a key in the place of', () => {
  it.each([
    ['a base URL', 'synthflow', 'SYNTHFLOW_BASE_URL', { SYNTHFLOW_API_KEY: 'another-key-0001' }],
    ['a region', 'synthflow', 'SYNTHFLOW_REGION', { SYNTHFLOW_API_KEY: 'another-key-0001' }],
    ['the host of an installation', 'cognigy', 'COGNIGY_BASE_URL', { COGNIGY_API_KEY: 'another-key-0001' }],
    ['a base URL of Coval', 'coval', 'COVAL_BASE_URL', { COVAL_API_KEY: 'another-key-0001' }],
    [
      'a base URL of Future AGI',
      'futureagi',
      'FI_BASE_URL',
      { FI_API_KEY: 'key-0000001', FI_SECRET_KEY: 'key-0000002' },
    ],
    ['a variable that is called almost right', 'synthflow', 'SYNTHFLOW_KEY', {}],
  ])('%s is not shown', (_, provider, name, env) => {
    const said = doctor(provider, { ...env, [name]: KEY });
    expect(said).toContain(name);
    expect(said.toLowerCase()).not.toContain(KEY.toLowerCase());
    expect(said.toLowerCase()).not.toContain(KEY.slice(-8).toLowerCase());
  });

  it('a number or a toolset is not shown', () => {
    const said = doctor('coval', { AGENT_SIM_CONFIRM_ABOVE: KEY, AGENT_SIM_TOOLSETS: KEY });
    expect(said).toContain('AGENT_SIM_CONFIRM_ABOVE');
    expect(said).not.toContain(KEY.slice(-8));
  });
});
