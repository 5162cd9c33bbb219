/** The platforms, for tests: `PROVIDERS` is the one list of them, and whatever tests must know of each is a row by its id. */
import { SETTINGS } from '../../src/config/settings.ts';
import { type PlatformId, PROVIDERS } from '../../src/providers/registry.ts';

export type Vendor = PlatformId;
export const VENDORS: readonly Vendor[] = PROVIDERS.map(({ id }) => id);

/**
 * A table of tests with a row for every platform. The compiler demands it; where tests run without the compiler, this
 * throws with what to add and where.
 */
export function rowEach<Row>(table: string, rows: Readonly<Record<Vendor, Row>>): Readonly<Record<Vendor, Row>> {
  const missing = VENDORS.filter((vendor) => !Object.hasOwn(rows, vendor));
  if (missing.length > 0) throw new Error(`${table} has no row for ${missing.join(', ')}: add one.`);
  return rows;
}

/** What a start on the sandbox has to be told besides the test. */
export const NEEDED_TO_START: Readonly<Record<string, Record<string, unknown>>> = {
  coval: { persona: 'Relaxed regular patient' },
};

/** Settings that a platform needs besides its address and its keys. */
const NEEDED_TO_READ: Readonly<Partial<Record<Vendor, Record<string, string>>>> = {
  cognigy: { COGNIGY_PROJECT_ID: '64aaaaaaaaaaaaaaaaaaaaaa' },
};

/** The setting that moves a platform to another address. */
export function addressOf(vendor: Vendor): string {
  const setting = SETTINGS.find(({ provider, name }) => provider === vendor && name.endsWith('_BASE_URL'));
  if (!setting) throw new Error(`SETTINGS in src/config/settings.ts has no …_BASE_URL of ${vendor}: add it.`);
  return setting.name;
}

/** Settings by which a server reaches a platform at this address, with any key and without a limit of requests. */
export function settingsAt(vendor: Vendor, url: string): Record<string, string> {
  const own = SETTINGS.filter(({ provider }) => provider === vendor);
  const keys = own.filter(({ secret, insteadOf }) => secret && insteadOf === undefined);
  const limits = own.filter(({ name }) => name.endsWith('_REQUESTS_PER_MINUTE'));
  return {
    [addressOf(vendor)]: url,
    ...Object.fromEntries(keys.map(({ name }) => [name, 'key'])),
    ...Object.fromEntries(limits.map(({ name }) => [name, '0'])),
    ...NEEDED_TO_READ[vendor],
  };
}
