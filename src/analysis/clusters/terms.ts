/**
 * Texts as weighted terms (TF-IDF): four letters that follow each other within a word, two characters in scripts without
 * blanks. No word of any language is built in: how many texts hold a term says what it is worth.
 */
import { overLetters } from '../letters.ts';
import { fold } from '../text-folding.ts';

/** Numbers of terms, and their weights; of unit length. */
export interface Terms {
  ids: readonly number[];
  weights: readonly number[];
}

/** Characters of a text that are read. */
const LONGEST = 400;
const WORD = overLetters(String.raw`[\p{L}\p{N}_]+`, 'g');
/** Scripts that write words without blanks between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Terms in more of the texts than this tell nothing, in however few texts they are kept. */
const COMMON = { share: 0.2, least: 3 };

/** A term, or for one of ASCII a number that stands for it, which takes less time to look up. */
export type Term = string | number;

/** The terms of a text, as often as they come. */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  const folded = fold(text.slice(0, LONGEST));
  const anyUnspaced = UNSPACED.test(folded);
  for (const [word] of folded.matchAll(WORD.in(folded))) {
    const unspaced = anyUnspaced && UNSPACED.test(word);
    const padded = unspaced ? word : ` ${word} `;
    const size = unspaced ? 2 : 4;
    if (padded.length <= size) terms.push(padded);
    else if (unspaced) for (let at = 2; at <= padded.length; at += 1) terms.push(padded.slice(at - 2, at));
    else addFours(padded, terms);
  }
  return terms;
}

/** Each four letters that follow each other. */
function addFours(word: string, terms: Term[]): void {
  let four = 0;
  let ascii = 0;
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    four = ((four << 7) | code) & 0xfffffff;
    ascii = code < 128 ? ascii + 1 : 0;
    if (at >= 3) terms.push(ascii >= 4 ? four : word.slice(at - 3, at + 1));
  }
}

/** Weights the terms of each text by how rare they are among all; `beside` is one more term of it. Yields on the way. */
export function* termWeights(texts: readonly { text: string; beside: string }[]): Generator<void, Terms[]> {
  const numbers = new Map<Term, number>();
  /** By number of a term, how many texts hold it. */
  const documents: number[] = [];
  const counted: Counted[] = [];
  for (const { text, beside } of texts) {
    counted.push(countTerms([...termsOf(text), `\n${beside}`], numbers, documents));
    if (counted.length % STRETCH === 0) yield;
  }
  const found: Terms[] = [];
  for (const counts of counted) {
    found.push(weighted(counts, documents, texts.length));
    if (found.length % STRETCH === 0) yield;
  }
  return found;
}

/** After so many texts others get their turn. */
const STRETCH = 50;

/** Numbers of the terms of a text, and how often each comes in it. */
interface Counted {
  ids: number[];
  times: number[];
}

function countTerms(terms: readonly Term[], numbers: Map<Term, number>, documents: number[]): Counted {
  const ids: number[] = [];
  const times: number[] = [];
  for (const term of terms) {
    const id = numbers.get(term) ?? numbers.size;
    if (id === numbers.size) {
      numbers.set(term, id);
      documents.push(0);
    }
    const known = ids.indexOf(id);
    if (known >= 0) times[known] = (times[known] ?? 0) + 1;
    else {
      documents[id] = (documents[id] ?? 0) + 1;
      ids.push(id);
      times.push(1);
    }
  }
  return { ids, times };
}

function weighted(counts: Counted, documents: readonly number[], texts: number): Terms {
  const most = Math.max(COMMON.least, COMMON.share * texts);
  const ids: number[] = [];
  const weights: number[] = [];
  let square = 0;
  for (let term = 0; term < counts.ids.length; term += 1) {
    const id = counts.ids[term] ?? 0;
    const holders = documents[id] ?? 1;
    if (holders > most) continue;
    const weight = (1 + Math.log(counts.times[term] ?? 1)) * Math.log((texts + 1) / holders);
    ids.push(id);
    weights.push(weight);
    square += weight * weight;
  }
  const length = Math.sqrt(square) || 1;
  for (let term = 0; term < weights.length; term += 1) weights[term] = (weights[term] ?? 0) / length;
  return { ids, weights };
}
