/** Ids into paths, values into queries: the only place where text from outside becomes part of a request line. */
import { Problem } from '../model/problem.ts';
import type { VendorRequest } from './types.ts';

/**
 * Fills `{name}` placeholders of a path template with percent-encoded ids, so that one id is exactly one path segment.
 * Trailing slashes and everything else in the template stay as they are.
 *
 * Throws `Problem('invalid_input')` for an id that is empty, is made of dots, contains control characters, or would
 * climb the path when it is decoded once more on its way; `Problem('internal')` when template and ids disagree.
 */
export function fillPath(template: string, params: Readonly<Record<string, string>> = {}): string {
  const used = new Set<string>();
  const path = template.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const id = Object.hasOwn(params, name) ? params[name] : undefined;
    if (id === undefined) throw new Problem('internal', `The path ${template} has no value for "${name}".`);
    used.add(name);
    return encodeSegment(id, name);
  });
  const unused = Object.keys(params).find((name) => !used.has(name));
  if (unused !== undefined) throw new Problem('internal', `The path ${template} does not use "${unused}".`);
  // What goes on the wire must be what any URL parser makes of it: nothing left to collapse.
  if (!path.startsWith('/') || path.startsWith('//') || new URL(path, 'http://path.invalid').pathname !== path) {
    throw new Problem('internal', `The path ${template} is not in normal form.`);
  }
  return path;
}

/** One id as one path segment. `name` is only used in the message. */
export function encodeSegment(id: string, name = 'id'): string {
  if (isUnsafeId(id)) {
    throw new Problem('invalid_input', `The ${name} cannot be used as an id.`, {
      next: 'Pass an id or reference exactly as a list printed it.',
      sent: 'no',
    });
  }
  return encodeURIComponent(id).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function isUnsafeId(id: string): boolean {
  if (!id.isWellFormed()) return true;
  let text = id;
  // Proxies and frameworks decode once more than they should, so every decoded form has to be harmless too.
  for (let round = 0; ; round += 1) {
    if (text.trim() === '' || hasControl(text)) return true;
    // A query, a fragment or a path parameter behind the dots ends the segment for a reader that decodes.
    if (text.split(/[\\/?#;]/).some((part) => part.trim() === '.' || part.trim() === '..')) return true;
    const decoded = decodeEscapes(text);
    if (decoded === text) return false;
    if (round === 8) return true;
    text = decoded;
  }
}

function hasControl(text: string): boolean {
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** Decodes the escapes that are whole and ASCII; anything else stays, so that a stray `%` is no reason to refuse. */
function decodeEscapes(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `?a=1&b=2`, or an empty string. Arrays repeat their key, undefined is left out, a blank is `%20`. */
export function encodeQuery(query: VendorRequest['query']): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const item of value) params.append(name, item);
    else params.append(name, String(value));
  }
  const text = params.toString().replaceAll('+', '%20');
  return text === '' ? '' : `?${text}`;
}
