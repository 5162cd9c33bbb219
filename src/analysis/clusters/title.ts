/** A readable title from a cluster's own words: what kind of failure, and the phrases that set it apart. */
import { CONCEPTS } from './lexicon/concepts.ts';
import { isStopWord, stem, tokenize } from './text.ts';

const MAX_TITLE = 90;
/** Reasons read for the phrases of a title. */
const MAX_READ = 40;
const LABELS: ReadonlyMap<string, string> = new Map(CONCEPTS.map(({ id, label }) => [id, label]));

interface Phrase {
  /** As written. */
  text: string;
  stems: string[];
  times: number;
}

/** Phrases of one to three words in the judge's own words, each once a reason. */
function phrasesOf(reasons: readonly string[]): Map<string, Phrase> {
  const phrases = new Map<string, Phrase>();
  for (const reason of reasons.slice(0, MAX_READ)) {
    const tokens = tokenize(reason);
    const seen = new Set<string>();
    for (let from = 0; from < tokens.length; from += 1) {
      const words: string[] = [];
      for (let to = from; to < Math.min(tokens.length, from + 3); to += 1) {
        const token = tokens[to];
        if (!token || token.quoted || token.clause !== tokens[from]?.clause || token.text === '€') break;
        words.push(token.text);
        const last = token.text;
        const first = words[0] ?? '';
        if (isStopWord(first)) break;
        if (isStopWord(last) || last.length < 3 || /^\d/.test(last) || /^\d/.test(first)) continue;
        const stems = words.map(stem);
        const key = stems.join(' ');
        if (seen.has(key)) continue;
        seen.add(key);
        const phrase = phrases.get(key) ?? { text: words.join(' '), stems, times: 0 };
        phrase.times += 1;
        phrases.set(key, phrase);
      }
    }
  }
  return phrases;
}

function firstClause(reason: string): string {
  const clean = reason.replace(/\s+/g, ' ').trim();
  const end = clean.slice(0, MAX_TITLE + 1).search(/[.;!?](?:\s|$)/);
  if (end > 12) return clean.slice(0, end);
  if (clean.length <= MAX_TITLE) return clean;
  const space = clean.lastIndexOf(' ', MAX_TITLE - 1);
  return `${clean.slice(0, space > 20 ? space : MAX_TITLE - 1)}…`;
}

/** The shortest that says something in the judge's own words. */
function plainest(reasons: readonly string[]): string | undefined {
  return reasons
    .map((reason) => ({
      reason,
      own: tokenize(reason).filter(({ quoted }) => !quoted).length,
      cut: tokenize(reason).length,
    }))
    .filter(({ own }) => own > 2)
    .sort((a, b) => a.cut - b.cut)[0]?.reason;
}

/** How many of all reasons hold a stem, for telling words from common ones. */
export function commonness(reasons: readonly string[]): (stem: string) => number {
  const counts = new Map<string, number>();
  for (const reason of reasons)
    for (const word of new Set(tokenize(reason).map(({ text }) => stem(text))))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => (counts.get(word) ?? 0) / Math.max(1, reasons.length);
}

/**
 * @param reasons distinct reasons of the cluster, most typical first; may be empty strings
 * @param common share of all reasons of the session that hold a stem
 */
export function titleOf(
  concept: string | undefined,
  reasons: readonly string[],
  criteria: readonly string[],
  common: (stem: string) => number,
): string {
  const spoken = reasons.filter((reason) => reason.trim() !== '');
  const label = concept === undefined ? undefined : LABELS.get(concept);
  const [typical] = spoken;
  if (typical === undefined) return `${label ?? 'Failed'}: ${criteria.slice(0, 3).join(', ')}`.slice(0, MAX_TITLE * 2);
  if (label === undefined) return firstClause(plainest(spoken.slice(0, 6)) ?? typical);
  const read = Math.min(spoken.length, MAX_READ);
  const taken = new Set(
    label
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .map(stem),
  );
  const ranked = [...phrasesOf(spoken).values()]
    .filter(({ times }) => read < 3 || times > 1)
    .map((phrase) => ({
      ...phrase,
      worth:
        (phrase.times / read) *
        (phrase.stems.reduce((sum, word) => sum - Math.log(Math.max(common(word), 1e-3)), 0) / phrase.stems.length) *
        (1 + 0.35 * (phrase.stems.length - 1)),
    }))
    .sort((a, b) => b.worth - a.worth || (a.text < b.text ? -1 : 1));
  const chosen: string[] = [];
  for (const { text, stems } of ranked) {
    if (chosen.length === 3) break;
    if (stems.some((word) => taken.has(word))) continue;
    for (const word of stems) taken.add(word);
    chosen.push(text);
  }
  return chosen.length === 0 ? label : `${label}: ${chosen.join(', ')}`;
}
