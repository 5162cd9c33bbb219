/**
 * Numbers as people write and say them, brought to one form: `49,90 €` and `$49.90`, `1.200` and `1,200`, `15:30` and
 * `3:30 pm`, `twenty-five`, `fünfundzwanzig` and `25`. English, German, Spanish. Input is folded text.
 */

import { overLetters } from './letters.ts';

const ENGLISH =
  'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty';
const GERMAN =
  'zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn zwanzig';
const SPANISH =
  'dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve veinte';
const TENS: readonly string[] = [
  'thirty dreissig treinta',
  'forty vierzig cuarenta',
  'fifty funfzig cincuenta',
  'sixty sechzig sesenta',
  'seventy siebzig setenta',
  'eighty achtzig ochenta',
  'ninety neunzig noventa',
];
const GERMAN_UNITS = 'ein zwei drei vier funf sechs sieben acht neun'.split(' ');
const SPANISH_UNITS = 'uno dos tres cuatro cinco seis siete ocho nueve'.split(' ');

/** Number words from 2 on; "one" and its kin are articles too often. */
const WORDS = new Map<string, number>();
for (const list of [ENGLISH, GERMAN, SPANISH]) list.split(' ').forEach((word, i) => void WORDS.set(word, i + 2));
TENS.forEach((list, i) => {
  for (const word of list.split(' ')) WORDS.set(word, (i + 3) * 10);
});
for (const [word, value] of [...WORDS]) {
  if (value % 10 !== 0 || value < 20 || !/zig$|ssig$/.test(word)) continue;
  GERMAN_UNITS.forEach((unit, i) => void WORDS.set(`${unit}und${word}`, value + i + 1));
}
SPANISH_UNITS.forEach((unit, i) => void WORDS.set(`veinti${unit}`, 21 + i));

const TOKEN = overLetters(String.raw`\p{N}+(?:[.,:]\p{N}+)*|\p{L}+`, 'g');
const NUMBER = overLetters(String.raw`^\p{N}`);

/** The numbers in a folded text, each as a comparable key. A time of day is the same key in both halves of the day. */
export function numberKeys(folded: string): Set<string> {
  const keys = new Set<string>();
  /** Tens just said, waiting for their unit: `twenty five`, `treinta y cinco`. */
  let tens = 0;
  for (const [token] of folded.matchAll(TOKEN.in(folded))) {
    if (NUMBER.in(token).test(token)) {
      keys.add(digitsKey(token));
      tens = 0;
      continue;
    }
    const value = WORDS.get(token) ?? (tens > 0 && (token === 'one' || token === 'uno') ? 1 : undefined);
    if (value === undefined) {
      if (token !== 'y') tens = 0;
      continue;
    }
    if (tens > 0 && value < 10) keys.delete(String(tens));
    keys.add(String(tens > 0 && value < 10 ? tens + value : value));
    tens = value >= 20 && value % 10 === 0 ? value : 0;
  }
  return keys;
}

function digitsKey(token: string): string {
  const time = /^(\d{1,2}):(\d{2})$/.exec(token);
  if (time) return `${Number(time[1]) % 12}:${time[2]}`;
  // Thousands in groups of three, then perhaps cents: 1,200 · 1.200 · 1.200,50. Anything else with several parts
  // (a date, a version) is compared as it stands.
  const grouped = /^(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:[.,](\d{1,2}))?$/.exec(token);
  if (grouped) return trimmed(`${grouped[1]?.replace(/[.,]/g, '')}.${grouped[3] ?? '0'}`);
  const decimal = /^(\d+)[.,](\d+)$/.exec(token);
  if (decimal) return trimmed(`${decimal[1]}.${decimal[2]}`);
  return /^\d{1,9}$/.test(token) ? String(Number(token)) : token;
}

function trimmed(decimal: string): string {
  return String(Number(decimal));
}
