/** The files that hosts and registries read: generated, of one version, and of the shape each of them asks for. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packagingFiles } from '../../packaging/files.ts';
import { skillFiles } from '../../packaging/skills.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { fixingSteps, ONLY_A_PERSON } from '../../src/mcp/prompts/fixing.ts';
import { PROMPTS } from '../../src/mcp/prompts/prompts.ts';
import { READING_STEPS } from '../../src/mcp/prompts/reading.ts';
import { BIN } from '../support/clients.ts';
import { at, list, text } from '../support/data.ts';
import { ROOT } from '../support/root.ts';
import { registryServer } from './registry-schema.ts';

const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const own = read('package.json');
const version = text(at(own, 'version'));
const names = SETTINGS.map((setting) => setting.name);

describe('the generated files', () => {
  it.each(Object.entries(packagingFiles(ROOT)))(
    '%s is as the code has it (npm run package -- --files)',
    (file, content) => {
      expect(read(file)).toEqual(content);
    },
  );

  it('all have the one version', () => {
    const lock = read('package-lock.json');
    expect(at(lock, 'version')).toBe(version);
    expect(at(read('server.json'), 'version')).toBe(version);
    expect(at(list(at(read('server.json'), 'packages'))[0], 'version')).toBe(version);
    expect(at(read('packaging/mcpb/manifest.json'), 'version')).toBe(version);
    expect(at(read('packaging/claude-code/plugin/.claude-plugin/plugin.json'), 'version')).toBe(version);
    expect(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')).toContain(`## ${version}`);
    expect(spawnSync(process.execPath, [BIN, '--version'], { encoding: 'utf8' }).stdout).toBe(`${version}\n`);
  });
});

describe('server.json', () => {
  it('fits what the MCP registry asks for', () => {
    expect(registryServer.safeParse(read('server.json')).error?.issues).toBeUndefined();
  });

  it.each([
    ['a long description', { description: 'x'.repeat(101) }],
    ['a version range', { version: '^1.0.0' }],
    ['a name without its namespace', { name: 'agent-simulation-mcp' }],
    ['a member of another vocabulary', { packages: [{ registry_name: 'npm' }] }],
  ])('would be refused with %s', (_what, change) => {
    expect(registryServer.safeParse({ ...Object(read('server.json')), ...change }).success).toBe(false);
  });

  it('has the name that the npm package proves', () => {
    expect(at(read('server.json'), 'name')).toBe(at(own, 'mcpName'));
  });

  it('marks as secrets every key, and a proxy, whose address may hold a password', () => {
    const variables = list(at(list(at(read('server.json'), 'packages'))[0], 'environmentVariables'));
    const secret = variables
      .filter((variable) => at(variable, 'isSecret') === true)
      .map((variable) => at(variable, 'name'));
    expect(secret).toEqual([
      ...SETTINGS.filter((setting) => setting.secret).map((setting) => setting.name),
      'HTTPS_PROXY',
    ]);
    expect(secret.length).toBeGreaterThanOrEqual(6);
  });
});

describe('the bundle for Claude Desktop', () => {
  it('passes the validator of its maker', () => {
    const cli = join(ROOT, 'node_modules/@anthropic-ai/mcpb/dist/cli/cli.js');
    const result = spawnSync(process.execPath, [cli, 'validate', join(ROOT, 'packaging/mcpb/manifest.json')], {
      encoding: 'utf8',
    });
    expect(result.stdout + result.stderr).toMatch(/passes|valid/i);
    expect(result.status).toBe(0);
  });

  it('passes on each answer of its form, asks for keys as secrets and requires none', () => {
    const manifest = read('packaging/mcpb/manifest.json');
    const env = Object(at(at(at(manifest, 'server'), 'mcp_config'), 'env'));
    const form = Object(at(manifest, 'user_config'));
    expect(Object.values(env).map((value) => /^\$\{user_config\.(\w+)\}$/.exec(text(value))?.[1])).toEqual(
      Object.keys(form),
    );
    for (const [key, question] of Object.entries(form)) {
      const setting = SETTINGS.find((one) => one.name.toLowerCase() === key);
      expect(at(question, 'required')).toBe(false);
      expect(at(question, 'sensitive') === true).toBe(setting?.secret === true);
    }
  });
});

describe('names of tools with what hosts put before them', () => {
  /** Some hosts, and the APIs behind them, take names of 64 characters at most. */
  const MOST = 64;
  /** The longest that the design has, served or not yet. */
  const LONGEST = ['get_failure_clusters', 'apply_agent_change', 'revert_agent_change', 'make_regression_test'];
  const serversIn = (file: string) => Object.keys(Object(at(read(file), 'mcpServers')));

  it('are short enough in the plugin', () => {
    const plugin = text(at(read('packaging/claude-code/plugin/.claude-plugin/plugin.json'), 'name'));
    const servers = serversIn('packaging/claude-code/plugin/.mcp.json');
    expect(servers.length).toBeGreaterThan(0);
    for (const server of servers)
      for (const tool of [...TOOLS.map(({ name }) => name), ...LONGEST])
        expect(`mcp__plugin_${plugin}_${server}__${tool}`.length, tool).toBeLessThanOrEqual(MOST);
  });

  it('are short enough under the names that mcp.json and the README suggest', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const named = [...readme.matchAll(/claude mcp add (\S+)|\[mcp_servers\.([^\]]+)\]|"([\w-]+)": \{\n\s+"command"/g)];
    const servers = [...serversIn('mcp.json'), ...named.map(([, a, b, c]) => a ?? b ?? c ?? '')];
    expect(new Set(servers).size).toBeGreaterThan(1);
    for (const server of servers)
      for (const tool of [...TOOLS.map(({ name }) => name), ...LONGEST])
        expect(`mcp__${server}__${tool}`.length, `${server} ${tool}`).toBeLessThanOrEqual(MOST);
  });
});

describe('the plugin for Claude Code', () => {
  it('sets nothing but settings', () => {
    const server = at(at(read('packaging/claude-code/plugin/.mcp.json'), 'mcpServers'), 'agent-sim');
    expect(Object.keys(Object(at(server, 'env')))).toEqual(names);
  });

  it.each(['fix-agent', 'diagnose'])('has the skill %s that says when it is to be used', (name) => {
    const skill = readFileSync(join(ROOT, `packaging/claude-code/plugin/skills/${name}/SKILL.md`), 'utf8');
    const head = /^---\nname: (.+)\ndescription: (.+)\n---\n/.exec(skill);
    expect(head?.[1]).toBe(name);
    expect(head?.[2]?.length).toBeLessThanOrEqual(1_024);
    expect(head?.[2]).toMatch(/Use when/);
    const tools = TOOLS.map((tool) => tool.name);
    const named = [...skill.matchAll(/`([a-z]+_[a-z_]+)`/g)]
      .map((match) => match[1])
      .filter((word) => word !== 'dry_run');
    expect(new Set(named).size).toBeGreaterThanOrEqual(6);
    for (const word of named) expect(tools).toContain(word);
  });

  it.each([
    ['diagnose', 'diagnose_session', READING_STEPS],
    ['fix-agent', 'fix_agent', [...fixingSteps(), ONLY_A_PERSON]],
  ] as const)('teaches in the skill %s what the prompt %s says, in its words', (skill, prompt, steps) => {
    const file = `packaging/claude-code/plugin/skills/${skill}/SKILL.md`;
    const text = readFileSync(join(ROOT, file), 'utf8');
    expect(text).toBe(skillFiles()[file]);
    const said = PROMPTS.find(({ name }) => name === prompt)?.text({ session: 'the session that failed' }) ?? '';
    for (const step of steps) {
      expect(text.replaceAll('`', '')).toContain(step);
      expect(said.replaceAll('"the session that failed"', 'the session that failed')).toContain(step);
    }
  });

  it('has no skill that nobody writes', () => {
    expect(Object.keys(skillFiles()).map((file) => file.split('/').at(-2))).toEqual(['diagnose', 'fix-agent']);
  });

  it('is the one that its marketplace offers', () => {
    const [offered] = list(at(read('packaging/claude-code/.claude-plugin/marketplace.json'), 'plugins'));
    expect(at(offered, 'name')).toBe(at(read('packaging/claude-code/plugin/.claude-plugin/plugin.json'), 'name'));
    expect(at(offered, 'source')).toBe('./plugin');
  });
});

describe('what is shipped', () => {
  const dist = join(BIN, '..');
  const size = (file: string) => statSync(join(dist, file)).size;
  /** The file and what it requires while it is read; what it requires later, on a call, is left out. */
  const requiredAtOnce = (file: string, found = new Set<string>()): Set<string> => {
    if (found.has(file)) return found;
    found.add(file);
    const code = readFileSync(join(dist, file), 'utf8');
    for (const [, other = ''] of code.matchAll(/(?<!=>(?:[\w$]+\()?)require\("\.\/([^"]+)"\)/g))
      requiredAtOnce(other, found);
    return found;
  };

  it('stays within its sizes', () => {
    const files = readdirSync(dist);
    const kilobytes = (file: string) => size(file) / 1024;
    // What is read for every start, what is read for the first call, and everything.
    const atStart = requiredAtOnce('main.cjs');
    expect(atStart.size).toBeGreaterThan(3);
    expect(atStart.size).toBeLessThan(15);
    expect([...atStart].reduce((sum, file) => sum + kilobytes(file), 0)).toBeLessThan(40);
    expect(kilobytes('handshake.json')).toBeLessThan(60);
    expect(kilobytes(files.find((file) => file.startsWith('serve-')) ?? '')).toBeLessThan(480);
    expect(kilobytes(files.find((file) => file.startsWith('client-')) ?? '')).toBeLessThan(400);
    expect(files.reduce((sum, file) => sum + kilobytes(file), 0)).toBeLessThan(2_400);
  });

  it('names the licence of everything that is bundled', () => {
    const licences = readFileSync(join(dist, 'THIRD_PARTY_LICENSES.txt'), 'utf8');
    for (const name of [
      'zod',
      'undici',
      'hono',
      'p-queue',
      '@modelcontextprotocol/server',
      '@hono/node-server',
      'tldts',
    ])
      expect(licences).toMatch(new RegExp(`^${name} \\d[^\\n]*\\((MIT|ISC|Apache-2.0|BSD-3-Clause)\\)$`, 'm'));
    expect(licences).toMatch(/^Its rules are the Public Suffix List, under the Mozilla Public License/m);
  });

  it('needs nothing else at runtime', () => {
    expect(at(own, 'dependencies')).toBeUndefined();
    const builtin =
      /^node:|^(assert|async_hooks|buffer|child_process|console|crypto|diagnostics_channel|dns|events|fs|http|http2|https|net|os|path|perf_hooks|process|punycode|querystring|stream|string_decoder|timers|tls|url|util|util\/types|worker_threads|zlib|module|fs\/promises|stream\/web|sqlite|vm|tty)$/;
    for (const file of readdirSync(dist).filter((name) => name.endsWith('.cjs'))) {
      const code = readFileSync(join(dist, file), 'utf8');
      for (const [, wanted = ''] of code.matchAll(/(?<!['"`\w])require\("([^"]+)"\)/g))
        expect(wanted.startsWith('./') || builtin.test(wanted), `${file} requires ${wanted}`).toBe(true);
    }
  });
});
