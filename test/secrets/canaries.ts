/** Keys that exist nowhere else, and every form in which a byte of one could leave. */
import { randomBytes } from 'node:crypto';
import { SETTINGS } from '../../src/config/settings.ts';

export const SECRET_NAMES = SETTINGS.filter((setting) => setting.secret).map((setting) => setting.name);

/** What a header can carry. Every other one holds what URLs, JSON and regular expressions write differently. */
export function canary(index: number): string {
  const part = () => randomBytes(9).toString('hex');
  return index % 2 === 0 ? `cnry${part()}${part()}` : `cn/${part()}+"\\&=%20$(${part()}~`;
}

/** One for each secret setting. */
export function canaries(): Record<string, string> {
  return Object.fromEntries(SECRET_NAMES.map((name, index) => [name, canary(index)]));
}

/** The ways others write a key when they repeat it. */
export function spellings(secret: string): Record<string, string> {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  return {
    plain: secret,
    url: encodeURIComponent(secret),
    form: new URLSearchParams({ s: secret }).toString().slice(2),
    json,
    'json twice': JSON.stringify(json).slice(1, -1),
    base64: bytes.toString('base64').replace(/=+$/, ''),
    base64url: bytes.toString('base64url'),
    basic: Buffer.from(`user:${secret}`).toString('base64'),
    hex: bytes.toString('hex'),
    HEX: bytes.toString('hex').toUpperCase(),
  };
}

/** As short as a piece may be and still tell its key from chance: half of one, or the end that pages of keys show. */
const END = 8;

/** Pieces to look for, each with its name. */
function needles(secret: string): [string, string][] {
  const found = new Map<string, string>();
  for (const [name, text] of Object.entries({ ...spellings(secret), reversed: [...secret].reverse().join('') })) {
    found.set(text, name);
    // Behind `user:` the first half says nothing of the key.
    const half = Math.floor(text.length / 2);
    found.set(name === 'basic' ? text.slice(half) : text.slice(0, half), `first half, ${name}`);
    found.set(text.slice(-END), `last ${END}, ${name}`);
  }
  return [...found].map(([text, name]) => [name, text]);
}

/** What of these secrets is in a text: `NAME (form) …around it…`. Letters count as equal in both cases: hosts lose theirs. */
export function leaks(text: string, secrets: Readonly<Record<string, string>>): string[] {
  const lower = text.toLowerCase();
  return Object.entries(secrets).flatMap(([name, secret]) =>
    needles(secret).flatMap(([form, piece]) => {
      const at = lower.indexOf(piece.toLowerCase());
      return at < 0 ? [] : [`${name} (${form}) …${text.slice(Math.max(0, at - 120), at + piece.length + 20)}…`];
    }),
  );
}
