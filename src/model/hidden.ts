/**
 * Values that are kept only so that they can be recognised again: what a caller passes as variables may be personal or
 * secret, and the journal needs no more than to tell whether a run carries the same.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const HIDDEN = /^hidden:([0-9a-f]{16}):([0-9a-f]{32})$/;

/** A value as text that does not give it away. Salted: equal values look different. */
export function hideValue(value: unknown): string {
  const salt = randomBytes(8).toString('hex');
  return `hidden:${salt}:${digest(salt, textOf(value))}`;
}

/** Is `kept` this value, in the open or hidden? Values compare by their text, objects by their JSON. */
export function isSameValue(kept: unknown, value: unknown): boolean {
  const [, salt, hash] = typeof kept === 'string' ? (HIDDEN.exec(kept) ?? []) : [];
  if (salt === undefined || hash === undefined) return textOf(kept) === textOf(value);
  return timingSafeEqual(Buffer.from(hash), Buffer.from(digest(salt, textOf(value))));
}

/** A copy of `root` in which every object that equals one of `secret` has its members hidden. */
export function hideMembers(root: unknown, secret: readonly object[]): unknown {
  const wanted = new Set(secret.filter((one) => Object.keys(one).length > 0).map((one) => JSON.stringify(one)));
  const visit = (node: unknown): unknown => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map(visit);
    const hide = wanted.has(JSON.stringify(node));
    return Object.fromEntries(
      Object.entries(node).map(([key, member]) => [key, hide ? hideValue(member) : visit(member)]),
    );
  };
  return wanted.size === 0 ? root : visit(root);
}

function digest(salt: string, text: string): string {
  return createHash('sha256').update(`${salt}:${text}`).digest('hex').slice(0, 32);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}
