/**
 * The turns that a failed evaluation speaks of, found from the judge's words: what it quotes, the turn or moment it
 * names, numbers, tools, telling words. No guess is better than a bad one: without any clue there is no turn.
 *
 * Linear in the length of the transcript. Works on English, German and Spanish alike.
 */
import type { Evaluation, Turn } from '../model/schemas.ts';
import { type Clues, type Quote, readClues, squeeze, stems, type TurnMention } from './clues.ts';
import { numberKeys } from './spoken-numbers.ts';
import { fold } from './text-folding.ts';
import { heaviestWindow, type TurnWindow } from './turn-windows.ts';

/** What made us choose a turn (trusted words). */
export type ClueKind = 'quote' | 'turn number' | 'time' | 'pause' | 'number' | 'tool' | 'words';

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

const MAX_TURN_TEXT = 4_000;
const MAX_TRANSCRIPT_TEXT = 2_000_000;
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

interface IndexedTurn {
  index: number;
  speaker: Turn['speaker'];
  at: number | undefined;
  folded: string;
  squeezed: string;
  stems: ReadonlySet<string>;
  numbers: ReadonlySet<string>;
}

interface IndexedTranscript {
  turns: IndexedTurn[];
  /** Where each stem and each number occurs. */
  stems: ReadonlyMap<string, readonly number[]>;
  numbers: ReadonlyMap<string, readonly number[]>;
}

function indexTurns(turns: readonly Turn[]): IndexedTranscript {
  const cap = Math.min(MAX_TURN_TEXT, Math.max(100, Math.floor(MAX_TRANSCRIPT_TEXT / turns.length)));
  const indexed = turns.map((turn): IndexedTurn => {
    const text = turn.text.slice(0, cap);
    const folded = fold(text);
    return {
      index: turn.index,
      speaker: turn.speaker,
      at: turn.at_seconds,
      folded,
      squeezed: turn.speaker === 'tool' || /[_(]|\p{Ll}\p{Lu}/u.test(text) ? squeeze(text) : '',
      stems: new Set(stems(folded)),
      numbers: numberKeys(folded),
    };
  });
  return {
    turns: indexed,
    stems: invert(indexed.map((turn) => turn.stems)),
    numbers: invert(indexed.map((turn) => turn.numbers)),
  };
}

function invert(sets: readonly ReadonlySet<string>[]): Map<string, number[]> {
  const where = new Map<string, number[]>();
  sets.forEach((set, i) => {
    for (const key of set) {
      const positions = where.get(key);
      if (positions) positions.push(i);
      else where.set(key, [i]);
    }
  });
  return where;
}

interface Scored {
  score: number;
  clues: Set<ClueKind>;
  /** The turn contains a longer quote of the reason word for word. */
  verbatim: boolean;
}

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

type Add = (position: number, points: number, clue: ClueKind) => void;

function scoreQuote(quote: Quote, turns: readonly IndexedTurn[], scored: readonly Scored[], add: Add): void {
  const long = quote.words >= 3 || quote.folded.length >= 15;
  const value = long ? 6 + Math.min(quote.words, 12) / 2 : quote.words === 2 ? 3.5 : 2;
  const hits: [position: number, points: number][] = [];
  turns.forEach((turn, i) => {
    if (includesWords(turn.folded, quote.folded)) {
      hits.push([i, value]);
      const entry = scored[i];
      if (entry && long) entry.verbatim = true;
    }
    // A quote that runs over several turns contains the shorter ones.
    else if (turn.folded.length >= 15 && includesWords(quote.folded, turn.folded)) hits.push([i, value * 0.6]);
  });
  if (hits.length === 0 && long) {
    // Judges misquote: most of the words in one turn will do.
    const wanted = new Set([...stems(quote.folded), ...numberKeys(quote.folded)]);
    if (wanted.size >= 2) {
      turns.forEach((turn, i) => {
        let found = 0;
        for (const word of wanted) if (turn.stems.has(word) || turn.numbers.has(word)) found += 1;
        const share = found / wanted.size;
        if (share >= 0.6) hits.push([i, value * share * 0.6]);
      });
    }
  }
  // What is said in many turns points at none of them.
  const spread = hits.length ** 0.4;
  for (const [i, points] of hits) {
    const speaker = turns[i]?.speaker;
    const fits = quote.said_by === undefined || speaker === quote.said_by ? 1 : 0.75;
    add(i, (points * fits) / spread, 'quote');
  }
}

function includesWords(text: string, words: string): boolean {
  // Long quotes may be cut within a word; short ones must be words of their own.
  return words.length >= 15 ? text.includes(words) : ` ${text} `.includes(` ${words} `);
}

function scoreMention(mention: TurnMention, turns: readonly IndexedTurn[], add: Add): void {
  const { number, kind, speaker } = mention;
  if (kind === 'index') {
    // Some judges see turns counted from 0, as ours are, others from 1: the other clues decide.
    turns.forEach((turn, i) => {
      if (turn.index === number) add(i, 3, 'turn number');
      else if (turn.index === number - 1) add(i, 2.2, 'turn number');
    });
    return;
  }
  const spoken = turns.map((turn, position) => ({ turn, position })).filter(({ turn }) => turn.speaker !== 'system');
  const of = speaker ? spoken.filter(({ turn }) => turn.speaker === speaker) : spoken;
  const found = number === -1 ? of.at(-1) : of[number - 1];
  if (found) add(found.position, speaker ? 4 : 3, 'turn number');
}

/** Position of the turn under way at a moment; -1 when the transcript has no times or ended before. */
function turnAt(turns: readonly IndexedTurn[], moment: number): number {
  const last = turns.findLast((turn) => turn.at !== undefined)?.at;
  if (last === undefined || moment > last + 120) return -1;
  return turns.findLastIndex((turn) => turn.at !== undefined && turn.at <= moment);
}

/** The turn after the longest gap, where the transcript tells times. */
function scorePause(pause: { seconds?: number | undefined }, turns: readonly IndexedTurn[], add: Add): void {
  let longest = 0;
  let after = -1;
  let earlier: number | undefined;
  turns.forEach((turn, i) => {
    if (turn.at === undefined) return;
    if (earlier !== undefined && turn.at - earlier > longest) {
      longest = turn.at - earlier;
      after = i;
    }
    earlier = turn.at;
  });
  if (longest < 3) return;
  const fits = pause.seconds !== undefined && Math.abs(longest - pause.seconds) <= Math.max(2, pause.seconds * 0.3);
  add(after, fits ? 3 : 1.5, 'pause');
}

/** Adds points for each key that a turn shares with the reason: the rarer in the transcript, the more, up to a ceiling. */
function scoreRarity(
  keys: Iterable<readonly [key: string, weight: number]>,
  where: ReadonlyMap<string, readonly number[]>,
  turns: number,
  ceiling: number,
  add: (position: number, points: number) => void,
): void {
  const points = new Map<number, number>();
  for (const [key, weight] of keys) {
    const positions = where.get(key) ?? [];
    const rarity = Math.log(1 + turns / positions.length) / Math.log(1 + turns);
    for (const i of positions) points.set(i, (points.get(i) ?? 0) + weight * rarity);
  }
  for (const [i, sum] of points) add(i, Math.min(sum, ceiling));
}
