/** What a judge's reason says about where in the conversation to look: quotes, turn numbers, numbers, tools, words. */
import {
  AGENT_WORD,
  CALLER_WORD,
  CLOCK,
  NUMBERED_TURN,
  ORDINAL,
  ORDINAL_TURN,
  PAUSE,
  SECONDS,
  STOP_WORDS,
} from './clue-words.ts';
import { overLetters } from './letters.ts';
import { numberKeys } from './spoken-numbers.ts';
import { fold } from './text-folding.ts';

export interface Clues {
  quotes: Quote[];
  turns: TurnMention[];
  /** Moments in seconds from the start. */
  moments: number[];
  /** A pause or slowness is complained of; `seconds` when the reason says how long. */
  pause?: { seconds?: number | undefined } | undefined;
  numbers: ReadonlySet<string>;
  /** Identifiers such as `book_slot` or `bookSlot`, squeezed to letters and digits. */
  tools: string[];
  /** Stem → weight: 1 for a word of the reason, more for a name, less for a word of the criterion only. */
  words: ReadonlyMap<string, number>;
}

export interface Quote {
  folded: string;
  words: number;
  said_by?: 'agent' | 'caller' | undefined;
}

export interface TurnMention {
  /** The number given: a turn index or a count from 1 (vendors differ), or -1 for the last. */
  number: number;
  /** `index`: "turn 7". `ordinal`: "the third message", counted from 1, of one speaker where `speaker` says so. */
  kind: 'index' | 'ordinal';
  speaker?: 'agent' | 'caller' | undefined;
}

/** Reasons longer than this are cut: what matters is said early. */
const MAX_REASON = 4_000;
const MAX_QUOTES = 12;
const MAX_QUOTE_LENGTH = 400;
const NAME_WEIGHT = 1.6;
const CRITERION_WEIGHT = 0.4;

/** What a reason says about where to look; `criterion` is the name of its evaluation. Reads the first 4,000 characters of each. */
export function readClues(reason: string, criterion: string): Clues {
  const text = reason.slice(0, MAX_REASON);
  const { quotes, rest } = takeQuotes(text);
  const folded = fold(rest);
  const whole = fold(text);
  const pause = PAUSE.test(folded);
  const seconds = SECONDS.exec(folded)?.[1];
  return {
    quotes,
    turns: turnMentions(folded),
    moments: [...folded.matchAll(CLOCK)].map((match) => Number(match[2]) * 60 + Number(match[3])),
    pause: pause ? { seconds: seconds === undefined ? undefined : Number(seconds.replace(',', '.')) } : undefined,
    numbers: numberKeys(whole.replace(NUMBERED_TURN.in(whole), ' ')),
    tools: identifiers(text),
    words: weightedWords(text, whole, criterion.slice(0, MAX_REASON)),
  };
}

const WORD = overLetters(String.raw`[\p{L}\p{N}_]+`, 'g');

/** Words of a folded text that can point somewhere, as stems. */
export function* stems(folded: string): Generator<string> {
  for (const [word] of folded.matchAll(WORD.in(folded))) {
    if (word.length < 3 || STOP_WORDS.has(word) || /^\d+$/.test(word)) continue;
    yield stem(word);
  }
}

/** Crude on purpose and the same for all languages: long words by their beginning, shorter ones without a plural s. */
function stem(word: string): string {
  if (word.length > 6) return word.slice(0, 6);
  return word.length > 4 && word.endsWith('s') ? word.slice(0, -1) : word;
}

const SEPARATOR = overLetters(String.raw`[^\p{L}\p{N}]`, 'g');

/** An identifier or any text without case and separators, so that `bookSlot` and `book_slot` are one. */
export function squeeze(text: string): string {
  return text.toLowerCase().replace(SEPARATOR.in(text), '');
}

const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  '“': '”“',
  '„': '“”"',
  '«': '»',
  '»': '«',
  '‹': '›',
  '‘': '’',
  '‚': '‘',
  '`': '`',
  '「': '」',
  "'": "'",
};
const LETTER = overLetters(String.raw`[\p{L}\p{N}]`);

/** Quoted passages of any style, and the text around them. One pass; an opening mark without its partner is just text. */
function takeQuotes(text: string): { quotes: Quote[]; rest: string } {
  const quotes: Quote[] = [];
  let rest = '';
  let at = 0;
  while (at < text.length) {
    const mark = text[at] ?? '';
    const end = quotes.length < MAX_QUOTES ? closing(text, at, mark) : -1;
    if (end === -1) {
      rest += mark;
      at += 1;
      continue;
    }
    const said_by = speakerBefore(rest);
    // A judge who shortens a quote leaves pieces: each is looked for by itself.
    for (const piece of text.slice(at + 1, end).split(/\.{3,}|…|\[[^\]]{0,20}\]/u)) {
      const folded = fold(piece);
      if (folded.length > 1) quotes.push({ folded, words: folded.split(' ').length, said_by });
    }
    rest += ' ';
    at = end + 1;
  }
  return { quotes: quotes.slice(0, MAX_QUOTES), rest };
}

function isLetter(character = ''): boolean {
  return LETTER.in(character).test(character);
}

function closing(text: string, open: number, mark: string): number {
  const closers = CLOSERS[mark];
  if (closers === undefined) return -1;
  const apostrophe = mark === "'" || mark === '‘';
  // An apostrophe inside a word opens nothing.
  if (apostrophe && (isLetter(text[open - 1]) || !/\S/u.test(text[open + 1] ?? ''))) return -1;
  const limit = Math.min(text.length, open + 1 + MAX_QUOTE_LENGTH);
  for (let i = open + 1; i < limit; i += 1) {
    if (!closers.includes(text[i] ?? '')) continue;
    if (apostrophe && isLetter(text[i + 1])) continue;
    return i > open + 1 ? i : -1;
  }
  return -1;
}

/** Who the words right before a quote say was speaking: "the agent then said", "der Anrufer fragte". */
function speakerBefore(rest: string): 'agent' | 'caller' | undefined {
  const words = fold(rest.slice(-60)).split(' ').reverse();
  for (const word of words.slice(0, 6)) {
    if (AGENT_WORD.test(word)) return 'agent';
    if (CALLER_WORD.test(word)) return 'caller';
  }
  return undefined;
}

function turnMentions(folded: string): TurnMention[] {
  const mentions: TurnMention[] = [];
  for (const match of folded.matchAll(NUMBERED_TURN.in(folded))) {
    for (const number of [match[1], match[2]]) {
      if (number !== undefined) mentions.push({ number: Number(number), kind: 'index' });
    }
  }
  for (const match of folded.matchAll(ORDINAL_TURN.in(folded))) {
    const number = ORDINAL.get(match[2] ?? '');
    const who = match[1] ?? match[3] ?? match[4];
    if (number === undefined) continue;
    const speaker = who === undefined ? undefined : AGENT_WORD.test(who) ? 'agent' : 'caller';
    mentions.push({ number, kind: 'ordinal', speaker });
  }
  return mentions.slice(0, MAX_QUOTES);
}

const IDENTIFIER = overLetters(String.raw`[\p{L}\p{N}]+(?:[_.][\p{L}\p{N}]+)+|\p{Ll}+(?:\p{Lu}[\p{Ll}\p{N}]+)+`, 'g');
const SENTENCES = overLetters(String.raw`^\p{Ll}+\.\p{Lu}`);

function identifiers(text: string): string[] {
  const found = new Set<string>();
  for (const [word] of text.matchAll(IDENTIFIER.in(text))) {
    // Numbers such as 49.90 and sentences without a space ("done.Then") are no identifiers.
    if (/^[\d.]+$/.test(word) || SENTENCES.in(word).test(word)) continue;
    found.add(squeeze(word));
  }
  return [...found].slice(0, MAX_QUOTES);
}

const CAPITAL_WITHIN = overLetters(String.raw`(?<=[\p{Ll}\p{N},;:„“"«'(–-]\s?[„“"«'(]?)\p{Lu}\p{L}+`, 'g');

function weightedWords(reason: string, folded: string, criterion: string): Map<string, number> {
  const words = new Map<string, number>();
  for (const word of stems(fold(criterion))) words.set(word, CRITERION_WEIGHT);
  for (const word of stems(folded)) words.set(word, 1);
  // A capital inside a sentence marks a name (in German any noun: no harm, those are the telling words too).
  for (const match of reason.matchAll(CAPITAL_WITHIN.in(reason))) {
    for (const word of stems(fold(match[0]))) words.set(word, NAME_WEIGHT);
  }
  return words;
}
