/** Every point that a vendor leaves open has a switch in its dialect, and every switch is turned by a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSwitches as cognigy } from '../../src/sandbox/dialects/cognigy/switches.ts';
import { defaultSwitches as coval } from '../../src/sandbox/dialects/coval/switches.ts';
import { defaultSwitches as futureagi } from '../../src/sandbox/dialects/futureagi/switches.ts';
import { honest } from '../../src/sandbox/dialects/lies.ts';
import { defaultSwitches as synthflow } from '../../src/sandbox/dialects/synthflow/switches.ts';

const SWITCHES: Record<string, object> = {
  synthflow: synthflow(),
  cognigy: cognigy(),
  coval: coval(),
  futureagi: futureagi(),
};

/** Everything below a folder, in one text. */
function sources(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

describe.each(Object.entries(SWITCHES))('%s', (vendor, switches) => {
  const tests = [
    ...['.', '../sandbox/dialects'].map((folder) => sources(join(import.meta.dirname, folder, vendor))),
    readFileSync(join(import.meta.dirname, '../faults/lies.ts'), 'utf8'),
  ].join('\n');
  // Those that all dialects have, test/sandbox/dialects/lies.test.ts turns on each.
  it.each(Object.keys(switches).filter((name) => !Object.hasOwn(honest(), name)))('%s is turned', (name) => {
    expect(new RegExp(`[.{(,' ]${name}[}),': =]`).test(tests)).toBe(true);
  });
});
