/**
 * Texts as weighted terms (TF-IDF): four letters that follow each other within a word, two characters in scripts without
 * blanks. No word of any language is built in: how many texts hold a term says what it is worth.
 */
import { fold } from '../text-folding.ts';

/** Numbers of terms, and their weights; of unit length. */
export interface Terms {
  ids: readonly number[];
  weights: readonly number[];
}

/** Characters of a text that are read. */
const LONGEST = 400;
const WORD = /[\p{L}\p{N}_]+/gu;
/** Scripts that write words without blanks between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Terms in more of the texts than this tell nothing, in however few texts they are kept. */
const COMMON = { share: 0.2, least: 3 };

/** The terms of a text, as often as they come. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of fold(text.slice(0, LONGEST)).matchAll(WORD)) {
    const unspaced = UNSPACED.test(word);
    const padded = unspaced ? word : ` ${word} `;
    const size = unspaced ? 2 : 4;
    if (padded.length <= size) terms.push(padded);
    else for (let at = size; at <= padded.length; at += 1) terms.push(padded.slice(at - size, at));
  }
  return terms;
}

/** Weights the terms of each text by how rare they are among all; `beside` is one more term of it. Yields on the way. */
export function* termWeights(texts: readonly { text: string; beside: string }[]): Generator<void, Terms[]> {
  const numbers = new Map<string, number>();
  const documents: number[] = [];
  const counted: ReadonlyMap<number, number>[] = [];
  for (const { text, beside } of texts) {
    const counts = new Map<number, number>();
    for (const term of [...termsOf(text), `\n${beside}`]) {
      const id = numbers.get(term) ?? numbers.size;
      if (id === numbers.size) numbers.set(term, id);
      const count = counts.get(id) ?? 0;
      if (count === 0) documents[id] = (documents[id] ?? 0) + 1;
      counts.set(id, count + 1);
    }
    counted.push(counts);
    if (counted.length % 50 === 0) yield;
  }
  const most = Math.max(COMMON.least, COMMON.share * texts.length);
  const found: Terms[] = [];
  for (const counts of counted) {
    const ids: number[] = [];
    const weights: number[] = [];
    let square = 0;
    for (const [id, count] of counts) {
      const holders = documents[id] ?? 1;
      if (holders > most) continue;
      const weight = (1 + Math.log(count)) * Math.log((texts.length + 1) / holders);
      ids.push(id);
      weights.push(weight);
      square += weight * weight;
    }
    const length = Math.sqrt(square) || 1;
    found.push({ ids, weights: weights.map((weight) => weight / length) });
    if (found.length % 50 === 0) yield;
  }
  return found;
}
