/** The hand-written guides hold: every quoted message stands in the code, every setting exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config/settings.ts';
import { ROOT } from '../support/root.ts';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const recipes = read('docs/recipes.md');
const troubles = read('docs/troubleshooting.md');

describe('the troubleshooting guide', () => {
  const code = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join('src', file)))
    .join('\n');

  it('quotes what the code says', () => {
    const quotes = [...troubles.matchAll(/^\*\*.*?"([^"]+)"/gm)].map(([, quote = '']) => quote);
    expect(quotes.length).toBeGreaterThan(6);
    for (const part of quotes.flatMap((quote) => quote.split(/…|\d+(?= s\b)/)))
      expect(code.includes(part.trim()), part).toBe(true);
  });

  it.each([
    ['recipes', recipes],
    ['troubleshooting', troubles],
  ])('names only settings that exist: %s', (_, guide) => {
    const known = [...SETTINGS.map((setting) => setting.name), 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY'];
    for (const [name] of guide.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) expect(known).toContain(name);
  });

  it('is found from the README, as the recipes are', () => {
    expect(read('README.md')).toContain('(docs/recipes.md)');
    expect(read('README.md')).toContain('(docs/troubleshooting.md)');
  });
});
