/** Which concepts a reason speaks of, and how plainly. */
import type { Token } from '../text.ts';
import { CONCEPTS } from './concepts.ts';
import { type Language, languageOf, senses } from './matcher.ts';
import { SENSES, type Sense } from './senses.ts';

const IN_CLAUSE = 1;
const IN_SENTENCE = 0.85;
const IN_REASON = 0.65;
/** What others said counts little: the judge quotes the caller's words to show a failure, not to name it. */
const QUOTED = 0.4;
/** Judges name the cause first and its consequences later. */
const LATER = 0.88;
/** A second rule of the same concept adds this much of its weight. */
const MORE = 0.15;

const SENSE_AT: ReadonlyMap<Sense, number> = new Map(SENSES.map((sense, index) => [sense, index]));

interface Place {
  sentence: number;
  clause: number;
  quoted: boolean;
}

export interface Scored {
  /** One number per concept, in the order of `CONCEPTS`; 0 = not mentioned. */
  scores: Float64Array;
  language: Language | undefined;
  /** Token indexes that carried a sense. */
  used: Set<number>;
}

/** The best way to place all senses of a rule: together in a clause, in a sentence, or anywhere. */
function closeness(places: readonly (readonly Place[])[]): number {
  let best = 0;
  const [first, ...rest] = places;
  for (const anchor of first ?? []) {
    let factor = anchor.quoted ? QUOTED : IN_CLAUSE;
    for (const others of rest) {
      let near = 0;
      for (const other of others) {
        const distance =
          other.clause === anchor.clause ? IN_CLAUSE : other.sentence === anchor.sentence ? IN_SENTENCE : IN_REASON;
        near = Math.max(near, other.quoted ? Math.min(distance, QUOTED) : distance);
      }
      factor = Math.min(factor, near);
    }
    best = Math.max(best, anchor.sentence === 0 ? factor : factor * LATER);
  }
  return best;
}

export function scoreConcepts(tokens: readonly Token[]): Scored {
  const language = languageOf(tokens);
  const places: Place[][] = [];
  const used = new Set<number>();
  for (const { sense, at } of senses(tokens, language)) {
    const token = tokens[at];
    const index = SENSE_AT.get(sense);
    if (!token || index === undefined) continue;
    const list = places[index] ?? [];
    places[index] = list;
    // A dozen places are plenty; a hostile reason must not make this quadratic.
    if (list.length < 12) list.push(token);
    used.add(at);
  }
  const scores = new Float64Array(CONCEPTS.length);
  CONCEPTS.forEach((concept, index) => {
    let best = 0;
    let total = 0;
    for (const [weight, ...needed] of concept.rules) {
      const found: Place[][] = [];
      for (const sense of needed) {
        const list = places[SENSE_AT.get(sense) ?? -1];
        if (!list) break;
        found.push(list);
      }
      if (found.length < needed.length) continue;
      const value = weight * closeness(found);
      total += value;
      best = Math.max(best, value);
    }
    scores[index] = best + MORE * (total - best);
  });
  return { scores, language, used };
}
