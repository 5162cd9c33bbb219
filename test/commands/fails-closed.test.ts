/** The built server with settings that it cannot understand: it offers what allows least and says so wherever one looks. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { BIN, connect, NO_KEYCHAIN } from '../support/clients.ts';

describe('a server whose limits were misspelt', () => {
  it.each([
    ['AGENT_SIM_READ_ONLY is "enabled"', [], { AGENT_SIM_READ_ONLY: 'enabled' }],
    ['AGENT_SIM_READONLY is set', [], { AGENT_SIM_READONLY: '1' }],
    ['Unknown toolset "diagnoze"', [], { AGENT_SIM_TOOLSETS: 'diagnoze' }],
    ['Unknown toolset "diagnoze"', ['--toolsets', 'diagnoze'], {}],
    ['--exclude-tools names "start_simulaton"', ['--exclude-tools', 'start_simulaton'], {}],
  ])('(%s %j) starts nothing and says so', async (said, args, env) => {
    const server = await connect({ args: ['serve', '--sandbox', ...args], env });
    try {
      const { tools } = await server.client.listTools();
      expect(tools.length).toBeGreaterThan(5);
      // They write nothing but this server's own files.
      const writing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true).map(({ name }) => name);
      const ofToolsets = said.startsWith('Unknown toolset') ? [] : ['propose_agent_change'];
      expect(writing).toEqual(['save_failure_modes', ...ofToolsets]);
      expect(server.client.getInstructions()).toContain('Settings of this server were not understood');
      expect((await server.call('list_providers')).text).toContain(said);
      expect(server.stderr()).toContain(JSON.stringify(said).slice(1, -1));
    } finally {
      await server.client.close();
    }
    const doctor = spawnSync(process.execPath, [BIN, 'doctor', '--provider', 'coval', ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...NO_KEYCHAIN, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(doctor.stdout).toContain(said);
  });
});
