/** Finds the senses of a reason's tokens in the word tables, in time linear in the reason. */
import type { Token } from '../text.ts';
import { ENGLISH } from './english.ts';
import { GERMAN } from './german.ts';
import { SENSES, type Sense, type SenseTable } from './senses.ts';
import { SPANISH } from './spanish.ts';

interface Entry {
  sense: Sense;
  /** Folded pieces; each is a whole word or, with `open`, a beginning. */
  pieces: readonly { text: string; open: boolean }[];
  /** May other words stand between the pieces? */
  gap: number;
}

type Index = ReadonlyMap<string, readonly Entry[]>;

const KEY = 3;
const isSense = (text: string): text is Sense => SENSES.some((sense) => sense === text);

/** Entries by the first letters of their first piece (or the whole of a shorter one). */
function build(table: SenseTable): Index {
  const index = new Map<string, Entry[]>();
  for (const [sense, words] of Object.entries(table)) {
    if (!isSense(sense)) continue;
    for (const word of words.split(/\s+/)) {
      if (word === '') continue;
      const pieces = word.split(/[_~]/).map((piece) => ({ text: piece.replace('*', ''), open: piece.endsWith('*') }));
      const key = pieces[0]?.text.slice(0, KEY) ?? '';
      const entries = index.get(key) ?? [];
      entries.push({ sense, pieces, gap: word.includes('~') ? 4 : 0 });
      index.set(key, entries);
    }
  }
  return index;
}

const TABLES = { en: build(ENGLISH), de: build(GERMAN), es: build(SPANISH) };
export type Language = keyof typeof TABLES;

const HINTS: Record<Language, ReadonlySet<string>> = {
  en: new Set(
    'the of and to was were is are that this with for not did had have has been by from on in an it its he she his her they who which at as be without before there no'.split(
      ' ',
    ),
  ),
  de: new Set(
    'der die das den dem des ein eine einen einem einer und nicht ist wird wurde wurden hat hatte mit auf fur von zu im am dass sich er sie es zum zur als nach bei obwohl trotz keine kein vom aus wie ins gar an bis hier sehr viel nur noch um wenn dann ihr ihm ihn uber ohne durch'.split(
      ' ',
    ),
  ),
  es: new Set(
    'el la los las un una de del al que y en con por para se su sus no lo le es era fue ha habia sin como pero antes cuando aunque ni tras mas'.split(
      ' ',
    ),
  ),
};

/** The language of a reason by its small words; undefined where they do not tell (two or three words). */
export function languageOf(tokens: readonly Token[]): Language | undefined {
  const votes = { en: 0, de: 0, es: 0 };
  for (const token of tokens) {
    if (token.quoted) continue;
    if (HINTS.en.has(token.text) || token.text.endsWith("n't")) votes.en += 1;
    if (HINTS.de.has(token.text)) votes.de += 1;
    if (HINTS.es.has(token.text)) votes.es += 1;
  }
  if (votes.en > votes.de && votes.en > votes.es) return 'en';
  if (votes.de > votes.en && votes.de > votes.es) return 'de';
  if (votes.es > votes.en && votes.es > votes.de) return 'es';
  return undefined;
}

const fits = (word: string, piece: { text: string; open: boolean }) =>
  piece.open ? word.startsWith(piece.text) : word === piece.text;

export interface Hit {
  sense: Sense;
  /** Index of the token it begins at. */
  at: number;
}

function lookUp(index: Index, tokens: readonly Token[], at: number, hits: Hit[]): void {
  const word = tokens[at]?.text ?? '';
  const entries = index.get(word.slice(0, KEY));
  if (!entries) return;
  // A phrase does not run over the end of its sentence.
  const wordAt = (position: number) =>
    tokens[position]?.sentence === tokens[at]?.sentence ? (tokens[position]?.text ?? '') : '';
  for (const { sense, pieces, gap } of entries) {
    const [first, ...rest] = pieces;
    if (!first || !fits(word, first)) continue;
    let position = at;
    let matched = true;
    for (const piece of rest) {
      let next = position + 1;
      while (next <= position + 1 + gap && !fits(wordAt(next), piece)) next += 1;
      if (next > position + 1 + gap || next >= tokens.length) {
        matched = false;
        break;
      }
      position = next;
    }
    if (matched) hits.push({ sense, at });
  }
}

const INSIDE = 5;
/** Words found inside a German compound, e.g. `Stornogebühr` → Gebühr. Memoised: compounds recur. */
const compounds = new Map<string, readonly Sense[]>();

function insideOf(word: string): readonly Sense[] {
  const known = compounds.get(word);
  if (known) return known;
  const senses = new Set<Sense>();
  for (let start = 3; start <= word.length - INSIDE; start += 1) {
    const rest = word.slice(start);
    for (const { sense, pieces } of TABLES.de.get(rest.slice(0, KEY)) ?? []) {
      const [only] = pieces;
      if (pieces.length !== 1 || !only || only.text.length < INSIDE) continue;
      if (rest.startsWith(only.text)) senses.add(sense);
    }
  }
  if (compounds.size > 20_000) compounds.clear();
  const found = [...senses];
  compounds.set(word, found);
  return found;
}

const DATE_LIKE = /^\d{1,2}(?:st|nd|rd|th)$|^\d{4}-\d{2}-\d{2}|^\d{1,2}[:.]\d{2}$|^\d{1,2}\.$/;
const WEEKDAY =
  /^(?:mon|tues|wednes|thurs|fri|satur|sun)days?$|^(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|^(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)$/;

/** Every sense that a reason carries, with its place. */
export function senses(tokens: readonly Token[], language = languageOf(tokens)): Hit[] {
  const hits: Hit[] = [];
  const numbers = new Set<string>();
  const dates = new Set<string>();
  tokens.forEach((token, at) => {
    const word = token.text;
    if (/^\d/.test(word)) {
      (DATE_LIKE.test(word) ? dates : numbers).add(word);
      if (DATE_LIKE.test(word)) hits.push({ sense: 'date', at });
      if (numbers.size === 2 && numbers.has(word)) hits.push({ sense: 'two_numbers', at });
    } else if (WEEKDAY.test(word)) dates.add(word);
    if (dates.size === 2 && dates.has(word)) hits.push({ sense: 'two_dates', at });
    if (word.endsWith("n't")) hits.push({ sense: 'no', at });
    if (word === '€') hits.push({ sense: 'money', at });
    // A tool by its name (`book_appointment`): vendors and judges write them so in every language.
    if (word.includes('_') && /^[a-z][a-z0-9]*_/.test(word)) hits.push({ sense: 'tool_name', at });
    if (language === undefined || language === 'en') lookUp(TABLES.en, tokens, at, hits);
    if (language === undefined || language === 'es') lookUp(TABLES.es, tokens, at, hits);
    if (language === undefined || language === 'de') {
      lookUp(TABLES.de, tokens, at, hits);
      if (word.length >= 9) for (const sense of insideOf(word)) hits.push({ sense, at });
    }
  });
  return hits;
}
