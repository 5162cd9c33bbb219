/** Digests of the arguments of a start: equal starts have equal ones. Pure. */
import { createHash } from 'node:crypto';
import type { Binding } from '../home/confirmations.ts';
import { cleanLine } from '../model/clean.ts';
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
 * Equal arguments give equal fingerprints, however they were written: key order, the order of `metrics` and `cases` and what
 * is named twice in them, white space and invisible characters, a default spelled out, and what is empty make no difference.
 */
export function fingerprintOf(destination: Destination, request: StartRequest): string {
  return digest({ to: place(destination), ...wanted(request) });
}

/** What a confirmation is bound to: the exact arguments, the host, and everything the plans say will be done. */
export function bindingOf(
  destination: Destination,
  asked: readonly { request: StartRequest; plan: StartPlan }[],
  key: string | undefined,
): Binding {
  const { id, host, sandbox } = destination;
  return {
    arguments: digest({ id, sandbox, key: key && tidy(key), tests: asked.map(({ request }) => wanted(request)) }),
    place: digest({ host }),
    plan: digest(asked.map(({ plan }) => plan)),
  };
}

/** The file-name form of a caller's key. A key is one of its test: for another test it is another key. */
export function keyDigest(destination: Destination, test: StartRequest['test'], key: string): string {
  return digest({ key: tidy(key), to: place(destination), test: [test.kind, ...test.ids] });
}

function place({ id, host, sandbox }: Destination) {
  return { id, host, sandbox };
}

function wanted({ test, repeat, metrics, cases, ...rest }: StartRequest) {
  const given = normal({ ...rest, metrics: sorted(metrics), cases: sorted(cases) });
  return { test: [test.kind, ...test.ids], repeat, given: given ?? {} };
}

function sorted(list: readonly string[] | undefined): string[] | undefined {
  return list && [...new Set(list.map(tidy))].sort();
}

/** A value without what makes no difference; undefined for one that says nothing. */
function normal(value: unknown): unknown {
  if (typeof value === 'string') return tidy(value) || undefined;
  if (Array.isArray(value)) return value.length > 0 ? value.map((item) => normal(item) ?? null) : undefined;
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const members = Object.entries(value)
    .map(([name, member]) => [tidy(name), normal(member)] as const)
    .filter(([, member]) => member !== undefined);
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

/** A caller's key as it is compared; empty for one that says nothing. */
export function comparedKey(key: string): string {
  return tidy(key);
}

/** Text as it is compared: composed, without invisible characters, blanks as one space and none around it. */
function tidy(text: string): string {
  return cleanLine(text.normalize('NFC').replace(/\s+/g, ' ')).replace(/\s+/g, ' ').trim();
}
