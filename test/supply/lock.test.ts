/** What the tests and the build are installed from: each package by what its tarball must hash to, from no particular host. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at } from '../support/data.ts';
import { ROOT } from '../support/root.ts';

const source = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
const packages = Object.entries(Object(at(JSON.parse(source), 'packages'))).filter(([folder]) => folder !== '');

describe('the lock', () => {
  it('has a hash of each package, those for other machines too', () => {
    expect(packages.length).toBeGreaterThan(400);
    expect(
      packages.filter(([, entry]) => !/^sha512-/.test(String(at(entry, 'integrity')))).map(([name]) => name),
    ).toEqual([]);
  });

  it('names no registry', () => {
    expect(packages.filter(([, entry]) => at(entry, 'resolved') !== undefined).map(([name]) => name)).toEqual([]);
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).not.toMatch(/registry\s*=\s*\S*:/);
  });
});
