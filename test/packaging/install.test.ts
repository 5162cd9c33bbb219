/** Each thing a user installs, installed into an empty folder and used there: nothing but it and Node. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { at, text } from '../support/data.ts';
import { ROOT } from '../support/root.ts';
import { useServer } from './use.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'agent-sim-install-'));
  execFileSync(
    process.execPath,
    [join(ROOT, 'test/run.mjs'), '../packaging/package.ts', '--artifacts', `--out=${join(folder, 'out')}`],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const artifact = (ending: string) => {
  const found = readdirSync(join(folder, 'out')).find((name) => name.endsWith(ending));
  if (found === undefined) throw new Error(`No ${ending} was made.`);
  return join(folder, 'out', found);
};
const EXPECTED = { tools: TOOLS.length, suites: expect.any(Number) };

/** Each document that a document of the package leads to is in the package, and so is the licence of what it bundles. */
function leadsNowhereElse(root: string): void {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => !file.includes('node_modules'),
  );
  const documents = files.filter((file) => file.endsWith('.md') && !file.startsWith('skills'));
  for (const name of ['README.md', 'SECURITY.md', join('docs', 'install.md')]) expect(documents).toContain(name);
  for (const document of documents)
    for (const [, page = ''] of readFileSync(join(root, document), 'utf8').matchAll(
      /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g,
    ))
      expect(existsSync(join(root, dirname(document), page)), `${document} leads to ${page}`).toBe(true);
  expect(files.filter((file) => file.endsWith('THIRD_PARTY_LICENSES.txt'))).toHaveLength(1);
  expect(files).toContain('LICENSE');
}

describe('installed and used', () => {
  it('the npm package, offline, without a word of npm about scripts and without a dependency tree', async () => {
    const home = join(folder, 'npm');
    execFileSync('mkdir', ['-p', home]);
    writeFileSync(join(home, 'package.json'), '{"private":true}');
    const said = spawnSync('npm', ['install', '--offline', '--no-audit', '--no-fund', artifact('.tgz')], {
      cwd: home,
      encoding: 'utf8',
    });
    expect(said.status, said.stderr).toBe(0);
    expect(said.stderr).not.toMatch(/script|prepare|warn/i);
    expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'agent-simulation-mcp',
    ]);
    leadsNowhereElse(join(home, 'node_modules/agent-simulation-mcp'));
    const bin = join(home, 'node_modules/.bin/agent-simulation-mcp');
    expect(await useServer({ command: bin, args: ['serve', '--sandbox'] })).toMatchObject(EXPECTED);
  });

  it('the bundle for Claude Desktop, unpacked, as its manifest says', async () => {
    const home = join(folder, 'mcpb');
    const cli = join(ROOT, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');
    execFileSync(process.execPath, [cli, 'unpack', artifact('.mcpb'), home], { stdio: 'ignore' });
    leadsNowhereElse(home);
    const config = at(at(JSON.parse(readFileSync(join(home, 'manifest.json'), 'utf8')), 'server'), 'mcp_config');
    // What Claude Desktop does: the folder and the answers of the form are put in.
    const answers: Record<string, string> = { agent_sim_sandbox: 'true' };
    const fill = (value: unknown) =>
      text(value)
        .replaceAll('${__dirname}', home)
        .replace(/\$\{user_config\.(\w+)\}/g, (_all, name: string) => answers[name] ?? '');
    const env = Object.fromEntries(
      Object.entries(Object(at(config, 'env'))).map(([name, value]) => [name, fill(value)]),
    );
    const args = Array.from(Object(at(config, 'args')), fill);
    expect(at(config, 'command')).toBe('node');
    expect(await useServer({ command: process.execPath, args, env })).toMatchObject(EXPECTED);
  });

  it('the plugin for Claude Code, from its marketplace folder', async () => {
    const marketplace = join(folder, 'out/claude-code');
    const plugin = join(marketplace, 'plugin');
    leadsNowhereElse(plugin);
    expect(readdirSync(join(plugin, 'skills'))).toEqual(['diagnose', 'fix-agent']);
    const servers = at(JSON.parse(readFileSync(join(plugin, '.mcp.json'), 'utf8')), 'mcpServers');
    const server = at(servers, 'agent-sim');
    // What Claude Code does: the plugin's folder and the user's environment are put in.
    const user: Record<string, string> = { AGENT_SIM_SANDBOX: '1' };
    const fill = (value: unknown) =>
      text(value)
        .replaceAll('${CLAUDE_PLUGIN_ROOT}', plugin)
        .replace(/\$\{(\w+):-\}/g, (_all, name: string) => user[name] ?? '');
    const env = Object.fromEntries(
      Object.entries(Object(at(server, 'env'))).map(([name, value]) => [name, fill(value)]),
    );
    const args = Array.from(Object(at(server, 'args')), fill);
    expect(await useServer({ command: process.execPath, args, env })).toMatchObject(EXPECTED);
  });
});
