import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpText } from '../../src/commands/help.ts';
import { FLAGS } from '../../src/config/flags.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { ROOT } from '../support/root.ts';
import { applySections, sections, settingsDocument, toolsDocument } from './sections.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('the README', () => {
  it('has its generated tables as the code has them (npm run docs)', async () => {
    expect(applySections(readme, await sections())).toBe(readme);
  });

  it('is read in a few minutes: 14 kB', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(14_000);
  });

  it('has the settings that most look at, and leads to the others', () => {
    const [table = ''] = /<!-- generated: settings -->[\s\S]*?<!-- end -->/.exec(readme) ?? [];
    const rows = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual(SETTINGS.filter(({ everyday }) => everyday).map(({ name }) => name));
    for (const { name } of SETTINGS.filter(({ secret, provider }) => secret && provider)) expect(rows).toContain(name);
    expect(readme).toContain('(docs/settings.md)');
  });

  it('leads only to pages that exist', () => {
    const pages = [...readme.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, page = '']) => page);
    expect(pages.length).toBeGreaterThan(8);
    for (const page of pages) expect(existsSync(join(ROOT, page)), page).toBe(true);
  });

  it('names commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const [, name = ''] of readme.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name);
  });

  it('names only settings that exist', () => {
    const known = SETTINGS.map((setting) => setting.name);
    const prefixes = new Set(known.map((name) => (name.startsWith('AGENT_SIM_') ? 'AGENT_SIM' : name.split('_')[0])));
    expect(prefixes.size).toBeGreaterThan(4);
    for (const [name] of readme.matchAll(new RegExp(`\\b(?:${[...prefixes].join('|')})_[A-Z_]+\\b`, 'g')))
      expect(known).toContain(name);
  });
});

describe('docs/tools.md', () => {
  it('is as the code has it (npm run docs), and the README leads to it', () => {
    expect(readFileSync(join(ROOT, 'docs/tools.md'), 'utf8')).toBe(toolsDocument());
    expect(readme).toContain('(docs/tools.md)');
  });
});

describe('docs/settings.md', () => {
  const document = readFileSync(join(ROOT, 'docs/settings.md'), 'utf8');

  it('is as the code has it (npm run docs)', () => {
    expect(document).toBe(settingsDocument());
  });

  it('has every setting and every flag', () => {
    for (const { name } of SETTINGS) expect(document).toContain(`| \`${name}\` |`);
    for (const { name } of FLAGS) expect(document).toContain(`| \`--${name}`);
  });
});

describe('--help', () => {
  it('names every setting', () => {
    for (const { name } of SETTINGS) expect(helpText('0')).toContain(name);
  });
});
