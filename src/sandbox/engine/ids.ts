/** Deterministic ids in the forms vendors use, so that the same seed gives the same ids on every machine. */
import { createHash } from 'node:crypto';

/** Alphabets of the short id forms. */
export const ALPHABETS = {
  /** ShortUUID (22 characters): no look-alikes. */
  short: '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  /** Letters and digits, e.g. 8-character ids. */
  alphanumeric: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  /** Crockford's base 32, as in a ULID (26 characters, the first at most `7`). */
  ulid: '0123456789ABCDEFGHJKMNPQRSTVWXYZ',
  /** Lower-case hexadecimal, e.g. 24-character object ids. */
  hex: '0123456789abcdef',
  digits: '0123456789',
} as const;

function digest(parts: readonly (string | number)[], round = 0): Buffer {
  // A length before every part keeps ('a', 'bc') and ('ab', 'c') apart.
  const text = parts.map((part) => `${String(part).length}:${part}`).join('|');
  return createHash('sha256').update(`${round}#${text}`).digest();
}

/** A UUID (version 4 form) made of its parts: the same parts give the same id. */
export function stableId(...parts: (string | number)[]): string {
  const hex = digest(parts).toString('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) & 3] ?? '8';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * An id of `length` characters of `alphabet` (a name of `ALPHABETS` or the characters themselves), made of its parts.
 * With the `ulid` alphabet the first character stays within the 48-bit time range, so that parsers accept it.
 */
export function shortId(length: number, alphabet: string, ...parts: (string | number)[]): string {
  const name = Object.keys(ALPHABETS).find((key) => key === alphabet);
  const chars = name === undefined ? alphabet : (Object.entries(ALPHABETS).find(([key]) => key === name)?.[1] ?? '');
  let id = '';
  for (let round = 0; id.length < length; round++) {
    for (const byte of digest([alphabet, ...parts], round)) {
      if (id.length === length) break;
      id += chars.charAt(byte % chars.length);
    }
  }
  return name === 'ulid' ? `${'01234567'.charAt(chars.indexOf(id.charAt(0)) % 8)}${id.slice(1)}` : id;
}
