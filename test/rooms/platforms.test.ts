/** What a further platform takes: outside its two folders, few files of the source may know a platform by name. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortDescription } from '../../packaging/files.ts';
import { DIALECTS } from '../../src/commands/open-sandbox.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { PROVIDERS } from '../../src/providers/registry.ts';
import { createEngine } from '../../src/sandbox/engine/engine.ts';
import { SHIPPED_PLAYBOOK } from '../../src/sandbox/shipped.ts';
import { addressOf, rowEach, VENDORS, type Vendor } from '../support/platforms.ts';
import { ROOT } from '../support/root.ts';

const SRC = resolve(import.meta.dirname, '../../src');

/** The places of every platform: its settings, its line in the registry, its line in the sandbox. */
const PLACES = ['commands/open-sandbox.ts', 'config/settings.ts', 'providers/registry.ts'];

/** Files that name a platform besides, and why that cannot be helped. */
const FURTHER: Readonly<Record<string, { vendors: readonly Vendor[]; because: string }>> = {
  'commands/demo.ts': { vendors: ['synthflow'], because: 'the demo walks one platform unless told otherwise' },
  'commands/demo-walk.ts': { vendors: ['coval'], because: 'Coval starts nothing without a persona' },
  'mcp/tools/shared.ts': { vendors: ['synthflow'], because: 'an example of a name in the tool list' },
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** Comments may name a platform as an example: they cost a further one nothing. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

/** What begins the names of its settings, e.g. `FI_`. */
function prefixesOf(vendor: Vendor): Set<string> {
  const own = SETTINGS.filter(({ provider }) => provider === vendor);
  return new Set(own.map(({ name }) => name.slice(0, name.indexOf('_') + 1)));
}

/** Does this source name the platform: by its id, its label or a setting? */
function names(source: string, vendor: Vendor): boolean {
  const label = PROVIDERS.find(({ id }) => id === vendor)?.label ?? vendor;
  const code = withoutComments(source);
  const word = new RegExp(`\\b(?:${vendor}|${label})\\b`, 'i');
  return word.test(code) || [...prefixesOf(vendor)].some((prefix) => new RegExp(`\\b${prefix}[A-Z]`).test(code));
}

function isOwnFile(file: string, vendor: Vendor): boolean {
  return ['providers', 'sandbox/dialects'].some((room) => file.startsWith(`${room}/${vendor}/`));
}

describe.each(VENDORS)('%s', (vendor) => {
  it('is named in the source where every platform is, and nowhere else', () => {
    const naming = files.filter(
      (file) => !isOwnFile(file, vendor) && names(readFileSync(join(SRC, file), 'utf8'), vendor),
    );
    const further = Object.keys(FURTHER).filter((file) => FURTHER[file]?.vendors.includes(vendor));
    const hint = `A platform takes its two folders and ${PLACES.join(', ')}. Derive what else is needed from PROVIDERS or SETTINGS.`;
    expect(naming.sort(), hint).toEqual([...PLACES, ...further].sort());
  });

  it('is served by the sandbox under its own name', () => {
    const dialect = DIALECTS[vendor];
    expect(dialect, `DIALECTS of src/commands/open-sandbox.ts has no line for ${vendor}: add one.`).toBeDefined();
    expect(dialect(createEngine({ playbook: SHIPPED_PLAYBOOK, speed: 1 })).id).toBe(vendor);
  });

  it('has a key among its settings, an address, and a default host or none', () => {
    const own = SETTINGS.filter(({ provider }) => provider === vendor);
    expect(
      own.some(({ secret }) => secret),
      `SETTINGS of src/config/settings.ts has no secret of ${vendor}: add its key.`,
    ).toBe(true);
    expect(addressOf(vendor)).toMatch(/_BASE_URL$/);
  });

  it.each([
    ['package.json', 'description', 'label'],
    ['package.json', 'keywords', 'id'],
    ['mcp.json', 'env', 'key'],
    ['README.md', 'opening', 'label'],
  ] as const)('stands in %s (%s), which is written by hand', (file, where, what) => {
    const { label } = PROVIDERS.find(({ id }) => id === vendor) ?? { label: vendor };
    const [key = ''] = SETTINGS.filter(({ provider, secret }) => provider === vendor && secret).map(({ name }) => name);
    const wanted = { label, id: `"${vendor}"`, key: `"${key}"` }[what];
    const [opening = ''] = readFileSync(join(ROOT, file), 'utf8').split('\n## ');
    expect(opening, `${wanted} is missing in ${file} (${where}): add it.`).toContain(wanted);
  });
});

describe('the count', () => {
  it.each([
    ["if (id === 'coval') return;", 'coval', true],
    ["import { x } from '../sandbox/dialects/coval/index.ts';", 'coval', true],
    ["const words = 'on Future AGI';", 'futureagi', true],
    ['env.FI_API_KEY', 'futureagi', true],
    ["'no platform's removal'", 'coval', false],
    ["/** As Coval does. */ const a = 'b'; // coval\nconst url = 'https://x';", 'coval', false],
    ['const WIFI_KEY = 1;', 'futureagi', false],
  ] as const)('%s', (source, vendor, named) => {
    expect(names(source, vendor)).toBe(named);
  });

  it('takes no file as reviewed that is not there', () => {
    expect(Object.keys(FURTHER).filter((file) => !files.includes(file))).toEqual([]);
  });
});

it('a table of tests without a row for a platform says so', () => {
  const rows = Object.fromEntries(VENDORS.map((vendor) => [vendor, 1]));
  const made = (of: object): unknown => Reflect.apply(rowEach, undefined, ['ROWS of here', of]);
  expect(made(rows)).toBe(rows);
  const { coval: _, ...short } = rows;
  expect(() => made(short)).toThrow('ROWS of here has no row for coval: add one.');
});

it('the short description holds the names as long as there is room for them', () => {
  const lengths = Array.from({ length: 12 }, (_, index) =>
    shortDescription([
      ...PROVIDERS.map(({ label }) => label),
      ...Array.from({ length: index }, (_, at) => `Acme ${at}`),
    ]),
  );
  expect(lengths.every(({ length }) => length <= 100)).toBe(true);
  expect(lengths[0]).toContain('Future AGI');
  expect(lengths.at(-1)).toBe('Run and diagnose simulations of voice and chat agents');
});
