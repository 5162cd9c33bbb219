/** The records of vendors that have no table of rows yet (endpoint-tables.ts), and how to read them. */

import type { CoveredOperation } from '../../src/providers/coverage.ts';

export const COVERAGE: Readonly<Record<string, readonly CoveredOperation[]>> = {};

const CLIENT_ONLY = 'client only: ';

export type Use =
  | { kind: 'used'; users: { operation: string; condition?: string }[] }
  | { kind: 'client only'; reason: string }
  | { kind: 'left out'; reason: string };

/** What a record says about one operation. Throws for one that says nothing. */
export function useOf({ path, used_by, why_not }: CoveredOperation): Use {
  if (used_by === '' && why_not) return { kind: 'left out', reason: why_not };
  if (used_by === '' || why_not !== undefined) throw new Error(`${path}: say who uses it, or why it is left out.`);
  if (used_by.startsWith(CLIENT_ONLY)) return { kind: 'client only', reason: used_by.slice(CLIENT_ONLY.length) };
  const users = [...used_by.matchAll(/([a-z_]+(?:\.[a-z_]+)?)(?: \(([^)]*)\))?(?:, |$)/gy)].map(
    ([, operation = '', condition]) => ({ operation, ...(condition === undefined ? {} : { condition }) }),
  );
  const written = users.map(({ operation, condition }) => (condition ? `${operation} (${condition})` : operation));
  if (written.join(', ') !== used_by) throw new Error(`${path}: "${used_by}" cannot be read.`);
  return { kind: 'used', users };
}
