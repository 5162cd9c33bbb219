/** Which case of the sandbox is played for words that somebody wrote: the one that shares most words with them. */
import type { WorldCase } from '../engine/types.ts';

export function closestCase(cases: readonly WorldCase[], words: string): WorldCase {
  const scored = cases.map((one) => {
    const own = [one.name, one.prompt, ...one.criteria.map(({ text }) => text)].join(' ');
    return { one, score: likeness(words, own) };
  });
  const [first, ...others] = scored;
  if (!first) throw new Error('The engine has no cases.');
  return others.reduce((best, other) => (other.score > best.score ? other : best), first).one;
}

/** Share of the first text's words that the second has too; words of up to three letters do not count. */
export function likeness(text: string, other: string): number {
  const words = wordsOf(text);
  const others = wordsOf(other);
  if (words.size === 0) return 0;
  return [...words].filter((word) => others.has(word)).length / words.size;
}

function wordsOf(text: string): Set<string> {
  const split = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return new Set(split.filter((word) => word.length > 3));
}
