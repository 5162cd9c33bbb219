/** From reasons to nodes: what is the same collapses, what is left is read once. */
import { CONCEPTS } from './lexicon/concepts.ts';
import type { Language } from './lexicon/matcher.ts';
import { scoreConcepts } from './lexicon/score.ts';
import { isStopWord, normalise, quotations, stem, tokenize } from './text.ts';

export interface ReasonItem {
  /** The judge's words (untrusted). Empty where the vendor gives none. */
  reason: string;
  criterion?: string;
  case?: string | undefined;
  /** The conversation it was said of. */
  run?: string;
  /** Weight per concept that the run itself shows, e.g. `{ slow: 1 }`; it backs what the reason says, never replaces it. */
  signs?: Readonly<Record<string, number>>;
}

export interface Node {
  /** Indexes of the items that are this reason. */
  members: number[];
  /** One number per concept, in the order of `CONCEPTS`. */
  scores: Float64Array;
  language: Language | undefined;
  /** Stems of the judge's own words. */
  terms: string[];
  /** Stems that carry no sense: what it is about. */
  topic: string[];
  /** Stems of the longest quotation. */
  said: string[];
  /** Run → quoted line. */
  anchors: Map<string, string>;
  criteria: Set<string>;
  cases: Set<string>;
  /** Stems of the names of its cases. */
  caseTerms: string[];
}

/** A criterion says what was asked for, not what went wrong: it counts a little, and wholly only where all else is missing. */
const CRITERION_SHARE = 0.15;
const SLICE = 256;
/** With so many words the topic is named; later sentences tell consequences, and those read alike for every cause. */
const ENOUGH = 3;
/** Words that names of tests have whatever they are about. */
const PLAIN = new Set(
  'question questions enquiry inquiry query request test case scenario frage anfrage testfall szenario pregunta consulta prueba caso asks about wants'.split(
    ' ',
  ),
);
const CONCEPT_AT: ReadonlyMap<string, number> = new Map(CONCEPTS.map(({ id }, at) => [id, at]));

function read(item: ReasonItem, criteria: Map<string, Float64Array>): Node {
  const silent = item.reason.trim() === '';
  const tokens = tokenize(silent ? (item.criterion ?? '') : item.reason);
  const { scores, language, used } = scoreConcepts(tokens);
  if (!silent && item.criterion !== undefined) {
    let asked = criteria.get(item.criterion);
    if (!asked) {
      asked = scoreConcepts(tokenize(item.criterion)).scores;
      criteria.set(item.criterion, asked);
    }
    for (let at = 0; at < scores.length; at += 1) scores[at] = (scores[at] ?? 0) + CRITERION_SHARE * (asked[at] ?? 0);
  }
  for (const [id, weight] of Object.entries(item.signs ?? {})) {
    const at = CONCEPT_AT.get(id);
    if (at !== undefined && (scores[at] ?? 0) > 0) scores[at] = (scores[at] ?? 0) + weight;
  }
  const node: Node = {
    members: [],
    scores,
    language,
    terms: [],
    topic: [],
    said: [],
    anchors: new Map(),
    criteria: new Set(),
    cases: new Set(),
    caseTerms: [],
  };
  let about = true;
  let latest = 0;
  for (const [at, { text, quoted, sentence }] of tokens.entries()) {
    if (isStopWord(text) || text === '€') continue;
    const term = stem(text);
    if (!quoted) node.terms.push(term);
    if (sentence !== latest && node.topic.length >= ENOUGH) about = false;
    latest = sentence;
    if (about && !used.has(at)) node.topic.push(term);
  }
  const [line] = quotations(item.reason);
  if (line !== undefined) {
    for (const { text } of tokenize(line)) if (!isStopWord(text)) node.said.push(stem(text));
  }
  return node;
}

/** One node per distinct reason, in order of appearance. Yields between slices of work. */
export function* toNodes(items: readonly ReasonItem[]): Generator<void, Node[]> {
  const nodes = new Map<string, Node>();
  const criteria = new Map<string, Float64Array>();
  for (const [index, item] of items.entries()) {
    const text = normalise(item.reason);
    // Without a reason the criterion is all there is.
    const key = text === '' ? `\u0000${item.criterion ?? ''}` : text;
    let node = nodes.get(key);
    if (!node) {
      node = read(item, criteria);
      nodes.set(key, node);
    }
    node.members.push(index);
    if (item.run !== undefined && node.said.length > 0 && node.anchors.size < 64)
      node.anchors.set(item.run, node.said.slice(0, 6).join(' '));
    if (item.criterion !== undefined) node.criteria.add(item.criterion);
    if (item.case !== undefined && !node.cases.has(item.case)) {
      node.cases.add(item.case);
      if (node.cases.size <= 8)
        for (const { text: word } of tokenize(item.case))
          if (!isStopWord(word) && !PLAIN.has(word)) node.caseTerms.push(stem(word));
    }
    if (index % SLICE === 0) yield;
  }
  return [...nodes.values()];
}
