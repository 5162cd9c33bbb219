/** A transcript as evidence is looked for in it: folded, with the places of each stem and each number. */
import type { Turn } from '../model/schemas.ts';
import { squeeze, stems } from './clues.ts';
import { overLetters } from './letters.ts';
import { numberKeys } from './spoken-numbers.ts';
import { fold } from './text-folding.ts';

/** Characters of a turn, and of all turns, that are indexed. */
const MAX_TURN_TEXT = 4_000;
const MAX_TRANSCRIPT_TEXT = 2_000_000;

export interface IndexedTurn {
  index: number;
  speaker: Turn['speaker'];
  at: number | undefined;
  folded: string;
  squeezed: string;
  stems: ReadonlySet<string>;
  numbers: ReadonlySet<string>;
}

export interface IndexedTranscript {
  turns: IndexedTurn[];
  /** Where each stem and each number occurs. */
  stems: ReadonlyMap<string, readonly number[]>;
  numbers: ReadonlyMap<string, readonly number[]>;
}

const NAMES_A_TOOL = overLetters(String.raw`[_(]|\p{Ll}\p{Lu}`);

export function indexTurns(turns: readonly Turn[]): IndexedTranscript {
  const cap = Math.min(MAX_TURN_TEXT, Math.max(100, Math.floor(MAX_TRANSCRIPT_TEXT / turns.length)));
  const indexed = turns.map((turn): IndexedTurn => {
    const text = turn.text.slice(0, cap);
    const folded = fold(text);
    return {
      index: turn.index,
      speaker: turn.speaker,
      at: turn.at_seconds,
      folded,
      squeezed: turn.speaker === 'tool' || NAMES_A_TOOL.in(text).test(text) ? squeeze(text) : '',
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
