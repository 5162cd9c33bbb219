/** The clinic, its two lines, its suites and cases. */
import { billing } from './cases/billing.ts';
import { bookings } from './cases/bookings.ts';
import { type CaseSpec, worldCase } from './cases/spec.ts';
import { urgent } from './cases/urgent.ts';
import type { WorldAgent, WorldCase, WorldSuite } from './types.ts';

/** Agent ids come in two forms on the platforms: a UUID, and digits joined by a hyphen. */
export const AGENTS: readonly WorldAgent[] = [
  { id: '5b7c0c1e-93d4-4f0a-8a53-6d2f1c9e7b40', name: 'Bright Harbor Dental receptionist' },
  { id: '1726005822670-239735712159542050', name: 'Bright Harbor Dental urgent line' },
];

const SPECS = [bookings, billing, urgent];

export const SUITES: readonly WorldSuite[] = SPECS.map(({ key, name, agent, language }) => ({
  key,
  name,
  agent,
  language,
}));
export const CASES: readonly WorldCase[] = SPECS.flatMap((suite) =>
  suite.cases.map((spec) => worldCase(suite.key, spec)),
);

const scripts = new Map(SPECS.flatMap((suite) => suite.cases.map((spec) => [spec.key, spec] as const)));

/** The script behind a case; `undefined` for a case that is not of this world. */
export function scriptOf(key: string): CaseSpec | undefined {
  return scripts.get(key);
}
