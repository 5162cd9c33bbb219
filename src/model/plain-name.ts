/** A name that somebody else gave, as it stands in a question of ours: quoted, on one line, without anything that looks like our words. */
import { cleanLine } from '../model/clean.ts';

const LONGEST = 80;
const IMAGE_OR_LINK = /!?\[([^\]]*)\]\s*(?:\([^)]*\)|\[[^\]]*\])/g;
/** Addresses with a scheme, and those that clients make links of without one. */
const ADDRESS = /\b(?:[a-z][a-z\d+.-]{1,20}:\/\/|www\.|(?:mailto|javascript|data|tel|file|vscode):)\S*/gi;
/** A dot or an at sign between letters: what a client may make a link of. */
const LINKED = /(?<=[\p{L}\p{N}])[.@](?=\p{L})/gu;
/**
 * Letters, marks, digits, blanks and the signs that names have; no quotation mark, bracket or mark-up of any kind. Of the
 * modifier letters, many of which look like quotation marks, only those that words of a living language are written with.
 */
const OTHER = /[^\p{Lu}\p{Ll}\p{Lt}\p{Lo}々〻ゝゞーヽヾๆໆៗـۥۦ\p{M}\p{N} .,:;&+/%#()'_-]|[\ua78b\ua78c]/gu;
/** What HTML makes a sign of, with its semicolon or without. */
const ENTITY = /&#?\w*;|&(?=#|quot|apos|lt|gt|amp)/gi;

/** The name between straight quotation marks, at most so many characters of it. */
export function plainName(text: string, longest = LONGEST): string {
  const plain = cleanLine(text.replace(/\s+/g, ' ').normalize('NFKC'))
    .replace(IMAGE_OR_LINK, '$1')
    .replace(ADDRESS, '(address)')
    .replace(ENTITY, ' ')
    .replace(LINKED, (sign) => `${sign === '@' ? '' : sign} `)
    .replace(OTHER, ' ')
    // Mark-up that is doubled, and apostrophes that could pass for quotation marks.
    .replace(/([_#'/])\1+/g, '$1')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    // A mark without a letter would stand on our quotation mark.
    .replace(/(^|[^\p{L}\p{M}\p{N}])\p{M}+/gu, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(plain);
  const short = characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : plain;
  return `"${short || '(no name)'}"`;
}
