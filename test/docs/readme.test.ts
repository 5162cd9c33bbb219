import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpText } from '../../src/commands/help.ts';
import { SETTINGS } from '../../src/config.ts';
import { ROOT } from '../support/root.ts';
import { applySections, sections } from './sections.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

describe('the README', () => {
  it('has its generated tables as the code has them (npm run docs)', async () => {
    expect(applySections(readme, await sections())).toBe(readme);
  });

  it('is read in a few minutes: 14 kB', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(14_000);
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

describe('--help', () => {
  it('names every setting', () => {
    for (const { name } of SETTINGS) expect(helpText('0')).toContain(name);
  });
});
