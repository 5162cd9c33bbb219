/**
 * The turns that a failed evaluation speaks of, found from the judge's words: what it quotes, the turn or moment it
 * names, numbers, tools, telling words. No guess is better than a bad one: without any clue there is no turn.
 *
 * Linear in the length of the transcript. Works on English, German and Spanish alike.
 */
import type { Evaluation, Turn } from '../model/schemas.ts';
import { type Clues, readClues } from './clues.ts';
import {
  type ClueKind,
  type Scored,
  scoreMention,
  scorePause,
  scoreQuote,
  scoreRarity,
  turnAt,
} from './evidence-scores.ts';
import { type IndexedTranscript, type IndexedTurn, indexTurns } from './indexed-transcript.ts';
import { heaviestWindow, type TurnWindow } from './turn-windows.ts';

export interface EvidenceTurn {
  /** Index of the turn. */
  turn: number;
  /** Position in the transcript given. */
  position: number;
  score: number;
  clues: ClueKind[];
}

export interface FoundEvidence {
  /** Best first, at most three; empty when nothing in the reason points anywhere. */
  turns: EvidenceTurn[];
  confidence: 'high' | 'medium' | 'low' | 'none';
}

export interface FailureWindow {
  window: TurnWindow;
  /** Index of the turn that the failure points at; absent when the window is merely the end of the transcript. */
  centre?: number | undefined;
  confidence: FoundEvidence['confidence'];
}

type Judged = Pick<Evaluation, 'name' | 'verdict' | 'reason'>;

const MAX_FOUND = 3;
/** Below this, a turn merely shares a common word with the reason. */
const MIN_SCORE = 0.8;

/**
 * A contiguous window of `size` turns around the turns that the failed evaluations speak of (of those given: the failed
 * ones, or all where none failed). Where nothing points anywhere: the end of the conversation, without a `centre`.
 */
export function failureWindow(
  turns: readonly Turn[],
  evaluations: Judged | readonly Judged[],
  size: number,
): FailureWindow {
  const given: readonly Judged[] = 'verdict' in evaluations ? [evaluations] : evaluations;
  const failed = given.filter((evaluation) => evaluation.verdict === 'failed');
  const find = evidenceFinder(turns);
  const weight = new Map<number, number>();
  let confidence: FoundEvidence['confidence'] = 'none';
  for (const evaluation of failed.length > 0 ? failed : given) {
    const found = find(evaluation);
    const trust = RANK[found.confidence];
    if (trust > RANK[confidence]) confidence = found.confidence;
    const best = found.turns[0]?.score ?? 1;
    for (const { position, score } of found.turns) {
      // Squared, so that one sure turn outweighs several vague ones.
      weight.set(position, (weight.get(position) ?? 0) + (trust * score) ** 2 / best ** 2);
    }
  }
  const window = heaviestWindow(turns, weight, size);
  let centre: number | undefined;
  let heaviest = 0;
  window.turns.forEach((turn, i) => {
    const here = weight.get(window.omitted_before + i) ?? 0;
    if (here <= heaviest) return;
    heaviest = here;
    centre = turn.index;
  });
  return { window, centre, confidence };
}

const RANK = { none: 0, low: 1, medium: 2, high: 3 } as const;

/** Finds the turns that an evaluation's reason speaks of, for many evaluations of one transcript, which is read once. */
export function evidenceFinder(turns: readonly Turn[]): (evaluation: Judged) => FoundEvidence {
  let indexed: IndexedTranscript | undefined;
  return (evaluation) => {
    if (evaluation.reason === undefined || evaluation.reason.trim() === '' || turns.length === 0) return NOTHING;
    indexed ??= indexTurns(turns);
    return search(readClues(evaluation.reason, evaluation.name), indexed);
  };
}

const NOTHING: FoundEvidence = { turns: [], confidence: 'none' };

function search(clues: Clues, transcript: IndexedTranscript): FoundEvidence {
  const { turns } = transcript;
  const scored: Scored[] = turns.map(() => ({ score: 0, clues: new Set(), verbatim: false }));
  const add = (position: number, points: number, clue: ClueKind) => {
    const entry = scored[position];
    if (!entry || points <= 0) return;
    entry.score += points;
    entry.clues.add(clue);
  };
  for (const quote of clues.quotes) scoreQuote(quote, turns, scored, add);
  for (const mention of clues.turns) scoreMention(mention, turns, add);
  for (const moment of clues.moments) add(turnAt(turns, moment), 3, 'time');
  if (clues.pause) scorePause(clues.pause, turns, add);
  for (const tool of clues.tools) {
    turns.forEach((turn, i) => {
      if (turn.squeezed.includes(tool)) add(i, turn.speaker === 'tool' ? 4 : 2.5, 'tool');
    });
  }
  const numbers = [...clues.numbers].map((key) => [key, 2.2] as const);
  scoreRarity(numbers, transcript.numbers, turns.length, 4.4, (i, points) => add(i, points, 'number'));
  scoreRarity(clues.words, transcript.stems, turns.length, 5, (i, points) => add(i, points, 'words'));
  turns.forEach((turn, i) => {
    const entry = scored[i];
    // Judges judge the agent; instructions to it are no part of the conversation.
    if (entry) entry.score *= turn.speaker === 'agent' ? 1.1 : turn.speaker === 'system' ? 0.4 : 1;
  });
  return choose(scored, turns);
}

function choose(scored: readonly Scored[], turns: readonly IndexedTurn[]): FoundEvidence {
  const ranked = scored
    .map((entry, position) => ({ ...entry, position }))
    .filter((entry) => entry.score >= MIN_SCORE)
    .sort((a, b) => b.score - a.score || a.position - b.position);
  const [best] = ranked;
  if (!best) return NOTHING;
  const rivals = ranked.filter((entry) => entry.score >= best.score * 0.8).length;
  const strong = best.clues.has('turn number') || best.clues.has('time') || best.clues.has('tool');
  const confidence =
    (best.verbatim && rivals <= 2) || (strong && best.clues.size > 1 && best.score >= 5 && rivals <= 2)
      ? 'high'
      : best.verbatim || ((strong || best.score >= 3) && rivals <= 2)
        ? 'medium'
        : 'low';
  return {
    turns: ranked
      .filter((entry) => entry.score >= best.score * 0.6)
      .slice(0, MAX_FOUND)
      .map(({ position, score, clues }) => ({
        turn: turns[position]?.index ?? position,
        position,
        score,
        clues: [...clues],
      })),
    confidence,
  };
}
