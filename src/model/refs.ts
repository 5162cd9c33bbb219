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

/** Percent-encodes one id so that it cannot contain `/`, `~`, `%`, white space or control characters. */
function encodeId(id: string): string {
  // Most ids need no encoding, and a session has thousands of them.
  if (/^[\w.-]+$/.test(id)) return id;
  return encodeURIComponent(id.toWellFormed()).replace(
    /[~!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Builds the printed form of a reference. Throws `internal` on an empty id, because that is a mapping bug. */
export function formatRef(provider: string, kind: RefKind, ...ids: string[]): string {
  let path = '';
  for (const id of ids) {
    if (id === '') throw withoutId(kind);
    path += path === '' ? encodeId(id) : `~${encodeId(id)}`;
  }
  if (path === '') throw withoutId(kind);
  return `${provider}/${kind}/${path}`;
}

function withoutId(kind: RefKind): Problem {
  return new Problem('internal', `A ${kind} reference without an id.`);
}

/** Parses a printed reference; `undefined` when the text is not one (it may then be a bare vendor id). */
export function parseRef(text: string): Ref | undefined {
  const match = /^([a-z][a-z0-9]*)\/([a-z]+)\/([^/\s]+)$/.exec(text.trim());
  if (!match) return undefined;
  const [, provider, kind, rest] = match;
  if (provider === undefined || rest === undefined || !isRefKind(kind)) return undefined;
  try {
    const [first, ...others] = rest.split('~').map((part) => decodeURIComponent(part));
    if (!first || others.some((id) => id === '')) return undefined;
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
