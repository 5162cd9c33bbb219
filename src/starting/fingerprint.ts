/** Digests of the arguments of a start: equal starts have equal ones. Pure. */
import { createHash } from 'node:crypto';
import type { StartPlan, StartRequest } from '../providers/provider.ts';

/** Where a start goes: the same test on another host is another start. */
export interface Destination {
  id: string;
  host: string;
  sandbox: boolean;
}

/**
 * JSON with sorted keys: equal for values that JSON calls equal, different for all others. Order inside arrays counts,
 * order of keys does not, and members that JSON drops are dropped.
 */
export function canonical(value: unknown): string {
  const text = JSON.stringify(value);
  return text === undefined ? 'null' : write(JSON.parse(text));
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(',')}}`;
}

/** 128 bits of SHA-256 in hex: short enough for a file name, too long for two to be equal by chance. */
export function digest(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 32);
}

/**
 * Equal arguments give equal fingerprints, however they were written: key order, the order of `metrics` and `cases`, a
 * default spelled out and an empty list or map make no difference.
 */
export function fingerprintOf(destination: Destination, request: StartRequest): string {
  const { test, repeat, metrics, cases, ...rest } = request;
  const given = Object.entries({ ...rest, metrics: sorted(metrics), cases: sorted(cases) }).filter(
    ([, value]) => value !== undefined && !isEmpty(value),
  );
  return digest({ to: place(destination), test: [test.kind, ...test.ids], repeat, given: Object.fromEntries(given) });
}

/** What a confirmation is bound to: the exact arguments and everything the plan says will be done. */
export function bindingOf(destination: Destination, request: StartRequest, key: string | undefined, plan: StartPlan) {
  return digest({ fingerprint: fingerprintOf(destination, request), key, plan });
}

/** The file-name form of a caller's key. Keys of the sandbox and of the real platforms are apart. */
export function keyDigest(destination: Destination, key: string): string {
  return digest({ key, world: destination.sandbox ? 'sandbox' : 'real' });
}

function place({ id, host, sandbox }: Destination) {
  return { id, host, sandbox };
}

function sorted(list: readonly string[] | undefined): string[] | undefined {
  return list && [...list].sort();
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
