/**
 * Everything a host or a registry reads about the package, from package.json, the settings and the tools: one version
 * number, one list of variables. `npm run package` writes the files; a test holds the committed ones to this.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS, type Setting } from '../src/config/settings.ts';
import { TOOLS } from '../src/mcp/catalogue.ts';
import { PROVIDERS } from '../src/providers/registry.ts';

interface Manifest {
  name: string;
  mcpName: string;
  version: string;
  description: string;
  license: string;
  keywords: string[];
  engines: { node: string };
}

export interface PackagingFiles {
  /** For the MCP registry. */
  'server.json': object;
  /** For Claude Desktop (`.mcpb`). */
  'packaging/mcpb/manifest.json': object;
  /** For Claude Code. */
  'packaging/claude-code/plugin/.claude-plugin/plugin.json': object;
  'packaging/claude-code/plugin/.mcp.json': object;
  'packaging/claude-code/.claude-plugin/marketplace.json': object;
}

const TITLE = 'Agent simulation';
/** Names for where the label is too long, by platform. */
const SHORT_NAMES: Readonly<Record<string, string>> = { cognigy: 'Cognigy' };
/** The registry takes at most this many characters. */
const MOST_CHARACTERS = 100;
const SHORT = shortDescription(PROVIDERS.map(({ id, label }) => SHORT_NAMES[id] ?? label));
const AUTHOR = { name: 'The agent-simulation-mcp authors' };
/**
 * The plugin's name and its server's: hosts put both before each tool's name, `mcp__plugin_<plugin>_<server>__<tool>`, of
 * which some take 64 characters at most.
 */
const PLUGIN = 'agent-sim';

export function packagingFiles(root: string): PackagingFiles {
  const own: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, version } = own;
  return {
    'server.json': {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: own.mcpName,
      title: TITLE,
      description: SHORT,
      version,
      packages: [
        {
          registryType: 'npm',
          identifier: name,
          version,
          runtimeHint: 'npx',
          transport: { type: 'stdio' },
          packageArguments: [{ type: 'positional', value: 'serve' }],
          environmentVariables: SETTINGS.map((setting) => ({
            name: setting.name,
            description: plain(setting),
            isRequired: false,
            isSecret: setting.secret === true || setting.mayHoldPassword === true,
          })),
        },
      ],
    },
    'packaging/mcpb/manifest.json': {
      manifest_version: '0.3',
      name,
      display_name: TITLE,
      version,
      description: SHORT,
      long_description: `${own.description}. Without any key, switch the sandbox on: the whole loop then runs on this computer. Give the settings of the platforms you use; all others may stay empty.`,
      author: AUTHOR,
      license: own.license,
      keywords: own.keywords,
      server: {
        type: 'node',
        entry_point: 'server/main.cjs',
        mcp_config: {
          command: 'node',
          args: ['${__dirname}/server/main.cjs', 'serve'],
          env: Object.fromEntries(asked().map((setting) => [setting.name, `\${user_config.${key(setting)}}`])),
        },
      },
      tools: TOOLS.map((tool) => ({ name: tool.name, description: tool.title })),
      prompts_generated: true,
      user_config: Object.fromEntries(asked().map((setting) => [key(setting), question(setting)])),
      compatibility: { platforms: ['darwin', 'linux', 'win32'], runtimes: { node: own.engines.node } },
    },
    'packaging/claude-code/plugin/.claude-plugin/plugin.json': {
      name: PLUGIN,
      version,
      description: SHORT,
      author: AUTHOR,
      license: own.license,
      keywords: own.keywords,
    },
    'packaging/claude-code/plugin/.mcp.json': {
      mcpServers: {
        [PLUGIN]: {
          command: 'node',
          args: ['${CLAUDE_PLUGIN_ROOT}/server/main.cjs', 'serve'],
          env: Object.fromEntries(SETTINGS.map((setting) => [setting.name, `\${${setting.name}:-}`])),
        },
      },
    },
    'packaging/claude-code/.claude-plugin/marketplace.json': {
      name: `${PLUGIN}-local`,
      owner: AUTHOR,
      plugins: [{ name: PLUGIN, source: './plugin', description: SHORT }],
    },
  };
}

/** What the package does and where: the longest words that leave room for every name, or no names where there is none. */
export function shortDescription(names: readonly string[]): string {
  const where = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const does = 'Run and diagnose simulations of voice and chat agents';
  const forms = [`${does} on ${where}`, `Simulations of voice and chat agents on ${where}`, `Simulations on ${where}`];
  return forms.find(({ length }) => length <= MOST_CHARACTERS) ?? does;
}

/** What a person is asked in a form: the platforms' settings and the sandbox; the rest stays at its default. */
function asked(): Setting[] {
  return SETTINGS.filter(({ provider, name }) => provider !== undefined || name === 'AGENT_SIM_SANDBOX');
}

/** One question of the form; nothing is required, because nobody has all platforms. */
function question(setting: Setting): object {
  const common = { title: setting.name, description: plain(setting), required: false };
  return setting.name === 'AGENT_SIM_SANDBOX'
    ? { type: 'boolean', ...common, title: 'Built-in sandbox', default: false }
    : { type: 'string', ...common, ...(setting.secret ? { sensitive: true } : {}), default: '' };
}

function key({ name }: Setting): string {
  return name.toLowerCase();
}

/** A meaning without Markdown, with its default. */
function plain({ meaning, default: standard, otherwise = standard }: Setting): string {
  return `${meaning}${otherwise === undefined ? '' : ` (default ${otherwise})`}`.replaceAll('`', '');
}
