/** The generated parts of the README, from the code. `npm run docs` writes them; a test holds them true. */
import { join } from 'node:path';
import { openSandbox } from '../../src/commands/open-sandbox.ts';
import { FLAGS, type Flag } from '../../src/config/flags.ts';
import { DEFAULTS, SETTINGS, type Setting, TOOLSETS } from '../../src/config/settings.ts';
import { createVendorHttp } from '../../src/http/client.ts';
import { TOOLS } from '../../src/mcp/catalogue.ts';
import { changesNothing } from '../../src/mcp/selection.ts';
import { capabilitiesOf } from '../../src/providers/provider.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';

export type Sections = Record<'tools' | 'settings' | 'capabilities', string>;

const CAPABILITIES = [
  'tests',
  'sessions',
  'runs',
  'transcripts',
  'recordings',
  'vendor_clusters',
  'start',
  'cancel',
  'agents',
];

export async function sections(): Promise<Sections> {
  return {
    tools: toolTable(),
    settings: settingTable(SETTINGS.filter(({ everyday }) => everyday)),
    capabilities: await capabilityTable(),
  };
}

/** A Markdown table. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function toolTable(): string {
  return table(
    ['tool', 'what it does'],
    TOOLS.map(({ name, description }) => [`\`${name}\``, inShort(description).replaceAll('|', '\\|')]),
  );
}

/** What a description begins with: its first sentence, as far as a colon or semicolon. */
function inShort(description: string): string {
  return description.split(/(?<=\.) (?=[A-Z"])|[:;] /, 1)[0]?.replace(/\.?$/, '') ?? '';
}

/** `docs/tools.md`: every tool, by toolset, with its arguments. */
export function toolsDocument(): string {
  const parts = TOOLSETS.flatMap((toolset) => [
    `## Toolset \`${toolset}\``,
    ...TOOLS.filter((tool) => tool.toolset === toolset).flatMap(({ name, description, input, operation }) => {
      const names = Object.entries(input.shape).map(([argument, schema]) =>
        schema.safeParse(undefined).success ? argument : `**${argument}**`,
      );
      const stays = changesNothing(operation) ? '' : ' Not served with `--read-only`.';
      return [
        `### \`${name}\``,
        names.length > 0 ? `Arguments: ${names.join(', ')}.` : 'No arguments.',
        `${description}${stays}`,
      ];
    }),
  ]);
  return `${[
    '# Tools',
    'Every tool as it tells a model what it does; arguments in bold are required. Written by `npm run docs`. The list and its order never change; `--toolsets`, `--tools`, `--exclude-tools` and `--read-only` choose from it.',
    ...parts,
  ].join('\n\n')}\n`;
}

function settingTable(settings: readonly Setting[]): string {
  return table(
    ['variable', 'meaning', 'default'],
    settings.map(({ name, meaning, default: standard, otherwise = standard }) => [
      `\`${name}\``,
      meaning.replaceAll('|', '\\|'),
      otherwise ?? '–',
    ]),
  );
}

/** `docs/settings.md`: every variable, by platform, and every flag. */
export function settingsDocument(): string {
  const flags: readonly Flag[] = FLAGS;
  const own = settingTable(SETTINGS.filter(({ provider }) => provider === undefined));
  const platforms = PROVIDERS.map(
    ({ id, label }) => `## ${label}\n\n${settingTable(SETTINGS.filter(({ provider }) => provider === id))}`,
  );
  const flagRows = flags.map(({ name, value, short, meaning, default: standard }) => [
    `\`--${name}${value === undefined ? '' : ` ${value}`}\`${short === undefined ? '' : `, \`-${short}\``}`,
    meaning,
    standard ?? '–',
  ]);
  return `${[
    '# Settings',
    'Every environment variable the server reads, and every flag. Written by `npm run docs` from `src/config/`. A variable that is empty, or that still holds what a template left there (`${…}`, `{{…}}`, `<your-key>`), counts as not set. A value that cannot be used never stops the server: the log and `doctor` say it.',
    ...platforms,
    '## The server',
    own,
    '## Flags',
    'A flag wins over the variable of the same meaning.',
    table(['flag', 'meaning', 'default'], flagRows),
  ].join('\n\n')}\n`;
}

async function capabilityTable(): Promise<string> {
  const sandbox = await openSandbox({
    playbook: join(import.meta.dirname, '../../src/sandbox/playbook.md'),
    home: '',
    port: 0,
    speed: 30,
  });
  const rows = await Promise.all(
    PROVIDERS.map(async ({ id, label, load }) => {
      const definition = await load();
      const dialect = sandbox.dialects.get(id);
      if (!dialect) throw new Error(`The sandbox does not serve ${label}.`);
      const configured = definition.configure(definition.sandboxEnv(dialect.url, dialect.credentials), {
        createHttp: createVendorHttp,
        defaults: DEFAULTS,
        registerSecret: () => {},
        sandbox: true,
        now: Date.now,
      });
      if (!('provider' in configured)) throw new Error(`${label}: ${configured.problem}`);
      const has = capabilitiesOf(configured.provider);
      const { start } = configured.provider;
      return [
        label,
        ...CAPABILITIES.map((name) => (has.includes(name) ? 'yes' : '–')),
        start ? start.accepts.map((name) => `\`${name}\``).join(' ') : '–',
      ];
    }),
  );
  await sandbox.close();
  return table(['platform', ...CAPABILITIES.map((name) => name.replace('_', ' ')), 'start_simulation takes'], rows);
}

/** Puts each section between its markers. Throws when a marker is missing. */
export function applySections(readme: string, generated: Sections): string {
  let text = readme;
  for (const [name, body] of Object.entries(generated)) {
    const pattern = new RegExp(`(<!-- generated: ${name} -->\\n)[\\s\\S]*?(<!-- end -->)`);
    if (!pattern.test(text)) throw new Error(`README.md has no markers for ${name}.`);
    text = text.replace(pattern, (_all, open: string, close: string) => `${open}${body}\n${close}`);
  }
  return text;
}
