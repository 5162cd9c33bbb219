/** Every point that a vendor leaves open has a switch in its dialect, and every switch is turned by a test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIALECTS } from '../../src/commands/open-sandbox.ts';
import { honest } from '../../src/sandbox/dialects/lies.ts';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';
import { VENDORS } from '../support/platforms.ts';

/** All tests below a folder, in one text; empty where there is no such folder. */
function sources(folder: string): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

const engine = createEngine({ playbook: SHIPPED_PLAYBOOK, seed: 7, speed: 1, now: Date.now });

describe.each(VENDORS)('%s', (vendor) => {
  const { switches } = DIALECTS[vendor](engine);
  const tests = [
    ...['.', '../sandbox/dialects'].map((folder) => sources(join(import.meta.dirname, folder, vendor))),
    readFileSync(join(import.meta.dirname, '../faults/lies.ts'), 'utf8'),
  ].join('\n');
  it('has each of its own switches turned by a test', () => {
    // Those that all dialects have, test/sandbox/dialects/lies.test.ts turns on each.
    const own = Object.keys(switches).filter((name) => !Object.hasOwn(honest(), name));
    const isTurned = (name: string) => new RegExp(`[.{(,' ]${name}[}),': =]`).test(tests);
    expect(own.filter((name) => !isTurned(name))).toEqual([]);
  });
});
