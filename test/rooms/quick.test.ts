/** What `npm run test:quick` runs needs no built program. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { THOROUGH } from '../../vitest.config.ts';
import { ROOT } from '../support/root.ts';

const TESTS = join(ROOT, 'test');
/** It alone knows where the built program is. */
const BUILT = join(TESTS, 'support/clients.ts');

/** Types need nothing. */
const IMPORTED = /^(?:import|export) (?!type )[^;]*?'(\.[^']+\.ts)'|\bimport\('(\.[^']+\.ts)'\)/gm;

/** Everything that a file of test/ imports from test/, through others as well. */
function reach(file: string, reached = new Set<string>()): Set<string> {
  if (reached.has(file) || !file.startsWith(TESTS)) return reached;
  reached.add(file);
  for (const [, stated, specifier = stated ?? ''] of readFileSync(file, 'utf8').matchAll(IMPORTED))
    reach(resolve(dirname(file), specifier), reached);
  return reached;
}

const all = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
const isThorough = (file: string) => THOROUGH.some((folder) => file.startsWith(`${folder}/`));

it('the thorough folders are there, and one of their files is found to need the built program', () => {
  for (const folder of THOROUGH) expect(existsSync(join(TESTS, folder)), folder).toBe(true);
  expect(reach(join(TESTS, 'truth/coval-rows.test.ts'))).toContain(BUILT);
});

describe('a quick test needs no built program', () => {
  it.each(all.filter((file) => !isThorough(file)))('%s', (file) => {
    const source = readFileSync(join(TESTS, file), 'utf8');
    expect([...reach(join(TESTS, file))].map((one) => relative(TESTS, one))).not.toContain(relative(TESTS, BUILT));
    if (file !== 'rooms/quick.test.ts') expect(source).not.toMatch(/\bdist\/|AGENT_SIM_TEST_BIN/);
  });
});
