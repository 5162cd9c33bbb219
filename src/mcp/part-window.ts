/** Which stretch of a long text an answer shows, and what of it cannot be shown. */
import { cleanText } from '../model/clean.ts';
import { bytesOf } from './budget.ts';
import { numberedLines } from './present/exact-lines.ts';

/** A text as answers may show it. */
export interface Readable {
  text: string;
  /** Characters that are left out because nobody could see them. */
  unseen: number;
  /** Something in it was taken for a credential. */
  redacted: boolean;
  /** Numbers of the lines that hold something which is not shown, from 1; not known where a credential spans lines. */
  altered: number[];
}

/** The text cleaned and without credentials, line by line the same otherwise. */
export function readable(raw: string, redact: (text: string) => string): Readable {
  const clean = cleanText(raw);
  const text = redact(clean);
  const [before, cleaned, after] = [raw, clean, text].map((one) => one.split('\n'));
  const whole = before?.length === after?.length;
  const altered = (before ?? []).flatMap((line, index) =>
    line !== cleaned?.[index] || (whole && line !== after?.[index]) ? [index + 1] : [],
  );
  return { text, unseen: raw.length - clean.length, redacted: text !== clean, altered };
}

export interface Window {
  text: string;
  /** Characters before it, and the number of its first line. */
  from: number;
  line: number;
  /** Characters behind it. */
  omitted: number;
}

/**
 * What fits into `room` bytes in either form of an answer, from `from` characters on; at least one character, so that paging
 * always moves on. It ends with a line, where that leaves half of it.
 */
export function windowOf(text: string, from: number, room: number): Window {
  const rest = text.slice(from);
  const line = text.slice(0, from).split('\n').length;
  let [fits, over] = [0, rest.length + 1];
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2);
    if (costOf(rest.slice(0, middle)) <= room) fits = middle;
    else over = middle;
  }
  const end = fits === rest.length ? fits : niceEnd(rest, Math.max(1, fits));
  return { text: rest.slice(0, end), from, line, omitted: rest.length - end };
}

/** Bytes of a text in the form that takes more. */
export function costOf(text: string): number {
  const inText = numberedLines(text.split('\n'), 10_000).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
  return Math.max(bytesOf(text), inText);
}

function niceEnd(text: string, end: number): number {
  const lineEnd = text.lastIndexOf('\n', end - 1) + 1;
  if (lineEnd * 2 > end) return lineEnd;
  const blank = text.lastIndexOf(' ', end - 1) + 1;
  if (blank * 2 > end) return blank;
  // No character is cut in two.
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? Math.max(end - 1, 2) : end;
}
