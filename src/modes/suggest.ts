/**
 * Which known mode a failure that nobody has read may be of: that of the nearest examples, by the words that the two share
 * and that few share. A suggestion, to be read: it is counted nowhere.
 */
import { fold } from '../analysis/text-folding.ts';
import type { BookEntry } from './book.ts';

/**
 * Likeness (cosine) from which the nearest example is worth a suggestion, and below which share of it the nearest example of
 * any other mode must stay. With half of the labelled reasons coded (749 of 15 domains, hardly two of which share words) three
 * of four suggestions are right then, and few lines have one; the nearest example of all is right for one of four.
 */
const LEAST_LIKENESS = 0.3;
const CLEAR = 0.6;
/** What a criterion weighs beside what was said. */
const CRITERION = 0.5;
/** Letters of a word that count: endings do not. */
const STEM = 6;
const WORD = /[\p{L}\p{M}]{3,}/gu;
/** Of scripts without blanks pairs of letters are words. */
const DENSE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Hang}]{2,}/gu;

type Vector = ReadonlyMap<string, number>;

/** Suggests a mode for a wording (`wordingOf`); undefined where no example is near, or two modes are. */
export type Suggest = (wording: string) => string | undefined;

/** From the modes of these entries that are not retired; title and definition of a mode count as one more example. */
export function suggester(entries: readonly BookEntry[]): Suggest {
  const texts = entries.flatMap(({ modes }) =>
    Object.entries(modes).flatMap(([mode, { title, definition, examples, status }]) =>
      status === 'retired'
        ? []
        : [`${title}. ${definition}`, ...examples].map((text) => ({ mode, words: wordsOf(text) })),
    ),
  );
  const spread = new Map<string, number>();
  for (const { words } of texts) for (const word of words.keys()) spread.set(word, (spread.get(word) ?? 0) + 1);
  const rarity = (word: string) => Math.log(1 + texts.length / ((spread.get(word) ?? 0) + 0.5));
  const modeOf = texts.map(({ mode }) => mode);
  /** By word, the examples that have it, each followed by what it weighs there. */
  const holding = new Map<string, number[]>();
  for (const [index, { words }] of texts.entries())
    for (const [word, weight] of vectorOf(words, rarity)) {
      const others = holding.get(word);
      if (others) others.push(index, weight);
      else holding.set(word, [index, weight]);
    }
  const likeness = new Float64Array(texts.length);
  return (wording) => {
    likeness.fill(0);
    for (const [word, weight] of vectorOf(wordsOf(wording), rarity)) {
      const found = holding.get(word) ?? [];
      for (let at = 0; at < found.length; at += 2) {
        const index = found[at] ?? 0;
        likeness[index] = (likeness[index] ?? 0) + weight * (found[at + 1] ?? 0);
      }
    }
    const byMode = new Map<string, number>();
    for (const [index, mode] of modeOf.entries()) {
      const alike = likeness[index] ?? 0;
      if (alike > (byMode.get(mode) ?? 0)) byMode.set(mode, alike);
    }
    const [[mode, best] = [undefined, 0], [, second] = ['', 0]] = [...byMode].sort(
      (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1),
    );
    return best >= LEAST_LIKENESS && second <= best * CLEAR ? mode : undefined;
  };
}

/** Words by how often; a criterion, `[…]` at the beginning, counts less. */
function wordsOf(text: string): Map<string, number> {
  const words = new Map<string, number>();
  const [, criterion = '', said = text] = /^\[([^\]]*)\] (.*)$/su.exec(text) ?? [];
  for (const [part, weight] of [
    [criterion, CRITERION],
    [said, 1],
  ] as const) {
    const folded = fold(part);
    for (const word of folded.match(WORD) ?? []) {
      const stem = word.slice(0, STEM);
      words.set(stem, Math.max(words.get(stem) ?? 0, weight));
    }
    for (const run of folded.match(DENSE) ?? [])
      for (let at = 0; at + 2 <= run.length; at += 1) words.set(run.slice(at, at + 2), weight);
  }
  return words;
}

function vectorOf(words: ReadonlyMap<string, number>, rarity: (word: string) => number): Vector {
  const weights = [...words].map(([word, weight]) => [word, weight * rarity(word)] as const);
  const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
  return new Map(weights.map(([word, weight]) => [word, weight / length]));
}
