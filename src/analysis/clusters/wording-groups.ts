/**
 * Failures grouped by their wording alone: a first look at what nobody has read. Like words are not a like cause; what it
 * reaches is measured by `npm run bench:clusters`.
 */
import { groupLike } from './likeness.ts';
import { type Term, type Terms, termsOf, termWeights } from './terms.ts';

/** What is compared of the failures of one wording. */
export interface Worded {
  evaluation: string;
  /** What the first of them was told; '' for nothing. */
  reason: string;
  /** With its criterion, masked; undefined without a reason. */
  wording: string | undefined;
  failures: { readonly length: number };
}

export interface WordingGroups<T extends Worded> {
  /** The most typical wording first; groups in the order of their most frequent wording. */
  groups: T[][];
  /** Wordings beyond the bound, which were compared with none. */
  apart: T[];
}

/**
 * Mean cosine from which wordings are one group: from 0.08 to 0.12 the agreement with
 * the labelled reasons for tuning is the same, and groups get purer.
 */
export const ALIKE = 0.12;
/** The most frequent wordings are grouped. */
const MOST_WORDINGS = 10_000;

/** Groups wordings, in the same way in whatever order they come; failures without a reason by criterion. Yields on the way. */
export function* groupWordings<T extends Worded>(all: readonly T[], alike = ALIKE): Generator<void, WordingGroups<T>> {
  const silent = new Map<string, T[]>();
  const spoken: { item: T; wording: string }[] = [];
  for (const item of all) {
    if (item.wording !== undefined) spoken.push({ item, wording: item.wording });
    else silent.set(item.evaluation, [...(silent.get(item.evaluation) ?? []), item]);
  }
  spoken.sort((a, b) => b.item.failures.length - a.item.failures.length || (a.wording < b.wording ? -1 : 1));
  const chosen = spoken.slice(0, MOST_WORDINGS);
  const terms: Terms[] = yield* termWeights(
    chosen.map(({ item: { evaluation }, wording }) => ({
      text: wording.slice(evaluation.length + 3),
      beside: evaluation,
    })),
  );
  const found = yield* groupLike(terms, alike);
  return {
    groups: [...found.map((members) => members.flatMap((at) => chosen[at]?.item ?? [])), ...silent.values()],
    apart: spoken.slice(MOST_WORDINGS).map(({ item }) => item),
  };
}

/** Longest title, in characters. */
const LONGEST_TITLE = 100;
/** Between sentences: behind what ends one and its closing marks, where no small letter goes on. */
const BOUNDARY = /(?<=[.!?]["”»’)]*)\s+(?=\P{Ll})|(?<=;)\s+|(?<=[。！？；])/u;
/** Reasons of a group that say what its title is to speak of. */
const MOST_READ = 20;

/** A title for a group: the sentence of its most typical reason that says most of what the others say, word by word. */
export function quotedTitle([typical = '', ...others]: readonly string[]): string {
  const plain = typical.replace(/\s+/gu, ' ').trim();
  const common = new Map<Term, number>();
  for (const reason of others.slice(0, MOST_READ))
    for (const term of new Set(termsOf(reason))) common.set(term, (common.get(term) ?? 0) + 1);
  const worth = (sentence: string) => {
    const terms = new Set(termsOf(sentence));
    let sum = 0;
    for (const term of terms) sum += common.get(term) ?? 0;
    return sum / Math.sqrt(terms.size + 10);
  };
  const sentences = sentencesOf(plain);
  let best = sentences[0] ?? plain;
  let most = -1;
  for (const sentence of sentences.length > 1 ? sentences : []) {
    const own = worth(sentence);
    if (own > most) [best, most] = [sentence, own];
  }
  if (best.length <= LONGEST_TITLE) return best;
  const space = best.lastIndexOf(' ', LONGEST_TITLE - 1);
  return `${best.slice(0, space > LONGEST_TITLE / 2 ? space : LONGEST_TITLE - 1)}…`;
}

/** The sentences of a text; one that ends within a quotation goes on to where the quotation ends. */
function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let open = '';
  for (const piece of text.split(BOUNDARY)) {
    const whole = open === '' ? piece : `${open} ${piece}`;
    open = isWithinQuotes(whole) ? whole : '';
    if (open === '') sentences.push(whole);
  }
  return [...sentences, open].filter((one) => one.length > 2);
}

const QUOTATION = /"[^"]*"|„[^“”]*[“”]|“[^”]*”|«[^»]*»/g;

function isWithinQuotes(text: string): boolean {
  return /["„“«]/.test(text.replace(QUOTATION, ''));
}
