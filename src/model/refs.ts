/**
 * Typed references: `<provider>/<kind>/<id>`. A vendor object that needs several ids joins them with `~`, each
 * percent-encoded. Every tool prints refs and accepts refs, so that a definition is never taken for a result.
 */
import { Problem } from './problem.ts';

export const REF_KINDS = ['agent', 'suite', 'case', 'session', 'run'] as const;
export type RefKind = (typeof REF_KINDS)[number];

export interface Ref {
  provider: string;
  kind: RefKind;
  /** Vendor ids, decoded, outermost first. Never empty. */
  ids: readonly [string, ...string[]];
}

/** Sessions that are read as one at most. */
export const MOST_POOLED = 50;

/** Longest id that is used, in UTF-8 bytes. The ids of all four platforms have at most 64. */
export const LONGEST_ID = 200;

/** Whether an id can be used: it says something, and is no longer than `LONGEST_ID`. */
export function isUsableId(id: string): boolean {
  return id !== '' && (id.length <= LONGEST_ID / 3 || Buffer.byteLength(id) <= LONGEST_ID);
}

/**
 * One id as it stands in a reference. Letters, digits and `._:@+=-` stay; `/` and `~` are percent-encoded. An id with any
 * other character (a blank, a quote, a letter beyond ASCII) is encoded as a whole, its letters too: no platform makes
 * such ids, and a sentence in one must not be read as one.
 */
function encodeId(id: string): string {
  // Most ids need no encoding, and a session has thousands of them.
  if (/^[\w.:@+=-]+$/.test(id)) return id;
  if (/^[\w.:@+=~/-]+$/.test(id)) return id.replace(/[~/]/g, (found) => (found === '~' ? '%7E' : '%2F'));
  return [...Buffer.from(id.toWellFormed())]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

/** Builds the printed form of a reference. Throws `internal` on an id that is not usable: readers leave such ids out. */
export function formatRef(provider: string, kind: RefKind, ...ids: string[]): string {
  let path = '';
  for (const id of ids) {
    if (!isUsableId(id)) throw withoutId(kind);
    path += path === '' ? encodeId(id) : `~${encodeId(id)}`;
  }
  if (path === '') throw withoutId(kind);
  return beginningOf(provider, kind) + path;
}

const beginnings = new Map<string, Map<RefKind, string>>();

/** Made once: a large session holds a reference for each of its runs, and each would hold the parts that it was put together from. */
function beginningOf(provider: string, kind: RefKind): string {
  const ofProvider = beginnings.get(provider) ?? new Map<RefKind, string>();
  const made = ofProvider.get(kind) ?? [provider, kind, ''].join('/');
  beginnings.set(provider, ofProvider.set(kind, made));
  return made;
}

function withoutId(kind: RefKind): Problem {
  return new Problem('internal', `A ${kind} reference without an id that can be used.`);
}

/**
 * Parses a printed reference; `undefined` when the text is not one (it may then be a bare vendor id), or holds an id
 * that cannot be used.
 */
export function parseRef(text: string): Ref | undefined {
  const match = /^([a-z][a-z0-9]*)\/([a-z]+)\/([^/\s]+)$/.exec(text.trim());
  if (!match) return undefined;
  const [, provider, kind, rest] = match;
  if (provider === undefined || rest === undefined || !isRefKind(kind)) return undefined;
  try {
    const [first, ...others] = rest.split('~').map((part) => decodeURIComponent(part));
    if (!first || ![first, ...others].every(isUsableId)) return undefined;
    return { provider, kind, ids: [first, ...others] };
  } catch {
    return undefined;
  }
}

function isRefKind(text: string | undefined): text is RefKind {
  return REF_KINDS.some((kind) => kind === text);
}

/** The resource URI of a reference, e.g. `simulation://synthflow/run/<id>/transcript`. */
export function resourceUri(ref: string, part?: 'transcript' | 'fma' | 'recording'): string {
  return `simulation://${ref}${part ? `/${part}` : ''}`;
}
