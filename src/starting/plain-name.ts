/** A name that somebody else gave, as it stands in a question of ours: quoted, on one line, without anything that looks like our words. */
import { cleanLine } from '../model/clean.ts';

const LONGEST = 80;
const IMAGE_OR_LINK = /!?\[([^\]]*)\]\s*(?:\([^)]*\)|\[[^\]]*\])/g;
/** Addresses with a scheme, and those that clients make links of without one. */
const ADDRESS = /\b(?:[a-z][a-z\d+.-]{1,20}:\/\/|www\.|(?:mailto|javascript|data|tel|file|vscode):)\S*/gi;
/** A dot or an at sign between letters: what a client may make a link of. */
const LINKED = /(?<=[\p{L}\p{N}])[.@](?=\p{L})/gu;
/** Letters, marks, digits, blanks and the signs that names have; no quotation mark, bracket or mark-up of any kind. */
const OTHER = /[^\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Lm}\p{M}\p{N} .,:;&+/%#()'_-]|[\u02b0-\u02ff\ua788-\ua78c]/gu;

/** The name between straight quotation marks, at most 80 characters of it. */
export function plainName(text: string): string {
  const plain = cleanLine(text.replace(/\s+/g, ' ').normalize('NFKC'))
    .replace(IMAGE_OR_LINK, '$1')
    .replace(ADDRESS, '(address)')
    .replace(/&#?\w{1,31};/g, ' ')
    .replace(LINKED, (sign) => `${sign === '@' ? '' : sign} `)
    .replace(OTHER, ' ')
    // Mark-up that is doubled, and apostrophes that could pass for quotation marks.
    .replace(/([_#'/])\1+/g, '$1')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(plain);
  const short = characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : plain;
  return `"${short || '(no name)'}"`;
}
