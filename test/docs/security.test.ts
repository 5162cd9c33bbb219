/** Each promise of SECURITY.md names a test, and that test exists. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/root.ts';

const text = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const promises = (/\n## Promises\n([\s\S]*?)\n## /.exec(text)?.[1] ?? '').split(/\n(?=- )/).filter((one) => one.trim());

describe('a promise', () => {
  it('is one of many', () => {
    expect(promises.length).toBeGreaterThan(8);
  });

  it.each(promises.map((promise) => [promise.trim().split('\n')[0] ?? '', promise]))('%s', (_, promise) => {
    const named = [...promise.matchAll(/`(test\/[^`]+)`: "([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, file = '', title = ''] of named) {
      const source = readFileSync(join(ROOT, file), 'utf8');
      const titles = [...source.matchAll(/\(\s*(['"`])(.+?)\1,\s*(?:async )?\(/g)].map((match) => match[2]);
      expect(titles, file).toContainEqual(expect.stringContaining(title));
    }
  });
});
