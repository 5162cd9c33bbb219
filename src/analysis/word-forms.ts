/**
 * The forms of a regular English word, for searching: `promise` is also found as `promising`, `cancelled` as `cancels`.
 * Of words of other languages a stem finds little more than the word itself.
 */

/** Shortest stem: a shorter one would find too much. */
const SHORTEST_STEM = 4;
const SUFFIX = /(?:ies|ied|ying|y|ing|ed|es|s|e)$/;
/** What may stand between a stem and the end of the word. */
const ENDINGS = ['', 'e', 's', 'es', 'ed', 'ing', 'y', 'ies', 'ied', 'ying'] as const;
const LONGEST_ENDING = 5;

/**
 * The stem that a folded word shares with its other forms; undefined where it is short, holds anything but letters, or has
 * no other form that is not found as a longer word anyway.
 */
export function stemOf(word: string): string | undefined {
  if (!/^\p{L}+$/u.test(word)) return undefined;
  const bare = word.endsWith('ss') ? word : word.replace(SUFFIX, '');
  const doubled = bare !== word && /([bdglmnprt])\1$/.test(bare) && /(?:ed|ing)$/.test(word);
  const stem = doubled ? bare.slice(0, -1) : bare;
  return stem.length >= SHORTEST_STEM && stem !== word ? stem : undefined;
}

/** Where a form of `stem` that ends with its word ends in the folded text, the stem standing at `at`; undefined for none. */
export function endOfForm(folded: string, stem: string, at: number, isEdge: (position: number) => boolean) {
  const from = at + stem.length;
  for (let end = from; end <= Math.min(folded.length, from + LONGEST_ENDING); end += 1) {
    if (!isEdge(end)) continue;
    const ending = folded.slice(from, end);
    const single = ending[0] === stem.at(-1) ? ending.slice(1) : ending;
    const isForm = [ending, single].some((one) => ENDINGS.some((known) => known === one));
    return isForm ? end : undefined;
  }
  return undefined;
}
