/** What each clue of a judge's words adds to the turns of a transcript. */
import { type Quote, stems, type TurnMention } from './clues.ts';
import type { IndexedTurn } from './indexed-transcript.ts';
import { numberKeys } from './spoken-numbers.ts';

/** What made us choose a turn (trusted words). */
export type ClueKind = 'quote' | 'turn number' | 'time' | 'pause' | 'number' | 'tool' | 'words';

export interface Scored {
  score: number;
  clues: Set<ClueKind>;
  /** The turn contains a longer quote of the reason word for word. */
  verbatim: boolean;
}

/** Adds points to the turn at a position. */
export type Add = (position: number, points: number, clue: ClueKind) => void;

export function scoreQuote(quote: Quote, turns: readonly IndexedTurn[], scored: readonly Scored[], add: Add): void {
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

export function scoreMention(mention: TurnMention, turns: readonly IndexedTurn[], add: Add): void {
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
export function turnAt(turns: readonly IndexedTurn[], moment: number): number {
  const last = turns.findLast((turn) => turn.at !== undefined)?.at;
  if (last === undefined || moment > last + 120) return -1;
  return turns.findLastIndex((turn) => turn.at !== undefined && turn.at <= moment);
}

/** The turn after the longest gap, where the transcript tells times. */
export function scorePause(pause: { seconds?: number | undefined }, turns: readonly IndexedTurn[], add: Add): void {
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
export function scoreRarity(
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
