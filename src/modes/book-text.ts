/**
 * The book as text: readable, sorted, each member on a line of its own, so that two branches of git that each add a mode or
 * a session merge. A text that was edited by hand and holds a mistake is refused with its line, and never read in part: a name
 * that stands twice would lose what stands under the first.
 */

import { parseJson } from '../http/json.ts';
import { isRecord } from '../model/json.ts';
import {
  BOOK_VERSION,
  type Book,
  type BookEntry,
  bookSchema,
  emptyBook,
  idsOf,
  MOST_SESSIONS,
  type SessionCodes,
  type StoredMode,
} from './book.ts';
import type { Mistake } from './book-mistake.ts';

/** Largest book, in bytes. */
export const LARGEST_BOOK = 2_000_000;

/** The book that a text holds, frozen, or the first mistake in it. A text of nothing is an empty book. */
export async function parseBook(given: string): Promise<{ book: Book } | { mistake: Mistake }> {
  const text = given.replace(/^\ufeff/, '');
  if (text.trim() === '') return { book: frozen(emptyBook()) };
  const parsed = parseJson(text);
  if ('fault' in parsed || countOfNames(text) !== countOfMembers(parsed.value) || newer(parsed.value))
    return { mistake: await mistakeIn(text) };
  const { data } = bookSchema.safeParse(parsed.value);
  return data ? { book: frozen(data) } : { mistake: await mistakeIn(text) };
}

async function mistakeIn(text: string): Promise<Mistake> {
  const { mistakeOf } = await import('./book-mistake.ts');
  return mistakeOf(text);
}

function newer(value: unknown): boolean {
  return isRecord(value) && typeof value.version === 'number' && value.version > BOOK_VERSION;
}

/** Names of members in a text of JSON: each has a colon behind it that stands in no string. */
function countOfNames(text: string): number {
  return text.match(/"(?:[^"\\]|\\.)*"|:/g)?.filter((found) => found === ':').length ?? 0;
}

function countOfMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value);
  return members.reduce<number>((sum, one) => sum + countOfMembers(one), Array.isArray(value) ? 0 : members.length);
}

export interface BookText {
  text: string;
  /** Sessions whose codings had no room any more, the oldest. */
  dropped: number;
}

/** The text of a book, with as many sessions as there is room for; undefined where its modes alone are too large. */
export function bookText(book: Book, largest = LARGEST_BOOK): BookText | undefined {
  const ordered = orderedBook(book);
  let dropped = 0;
  for (const entry of Object.values(ordered.agents)) {
    const oldest = byAge([entry]);
    dropped += drop(oldest.slice(0, Math.max(0, oldest.length - MOST_SESSIONS)));
  }
  for (;;) {
    const text = `${JSON.stringify(ordered, null, 2)}\n`;
    let excess = Buffer.byteLength(text) - largest;
    if (excess <= 0) return { text, dropped };
    const oldest = byAge(Object.values(ordered.agents));
    let most = 0;
    for (; excess > 0 && most < oldest.length; most += 1) excess -= oldest[most]?.bytes ?? 0;
    if (most === 0) return undefined;
    dropped += drop(oldest.slice(0, most));
  }
}

interface AgedSession {
  entry: BookEntry;
  ref: string;
  at: string;
  /** At least so many bytes less is the text without it. */
  bytes: number;
}

function byAge(entries: readonly BookEntry[]): AgedSession[] {
  const all = entries.flatMap((entry) =>
    Object.entries(entry.sessions).map(([ref, codes]) => ({
      entry,
      ref,
      at: codes.at ?? '',
      bytes: Buffer.byteLength(JSON.stringify(codes)) + ref.length,
    })),
  );
  return all.sort((a, b) => compare(a.at, b.at) || compare(a.ref, b.ref));
}

function drop(sessions: readonly AgedSession[]): number {
  for (const { entry, ref } of sessions) delete entry.sessions[ref];
  return sessions.length;
}

function orderedBook({ agents }: Book): Book {
  return { version: BOOK_VERSION, agents: sorted(agents, orderedEntry) };
}

function orderedEntry({ name, modes, sessions }: BookEntry): BookEntry {
  return {
    name,
    modes: sorted(modes, orderedMode),
    sessions: sorted(sessions, (codes) => orderedCodes(codes, modes)),
  };
}

function orderedMode(mode: StoredMode): StoredMode {
  const { title, definition, source, fix_kind, fix, status, by, first_seen, last_seen, adopts, examples, seal } = mode;
  return {
    title,
    definition,
    source,
    fix_kind,
    fix,
    status,
    by,
    first_seen,
    last_seen,
    adopts: adopts && unique(adopts),
    examples: unique(examples),
    seal,
  };
}

/** Codes of modes that the entry does not have, as a merge of two branches leaves them, count as nothing and go. */
function orderedCodes({ at, test, sample, assistant, model }: SessionCodes, modes: BookEntry['modes']): SessionCodes {
  const known = (codes: Record<string, string> | undefined) => {
    const kept = Object.entries(codes ?? {})
      .filter(([mode, ids]) => ids.trim() !== '' && (mode === 'single' || Object.hasOwn(modes, mode)))
      .map(([mode, ids]) => [mode, unique(idsOf(ids)).join(' ')] as const);
    return kept.length === 0 ? undefined : sorted(Object.fromEntries(kept), (ids) => ids);
  };
  return { at, test, sample, assistant: known(assistant), model: known(model) };
}

function sorted<T>(record: Readonly<Record<string, T>>, change: (one: T) => T): Record<string, T> {
  const entries = Object.entries(record).sort(([a], [b]) => compare(a, b));
  return Object.fromEntries(entries.map(([key, one]) => [key, change(one)]));
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** By their characters, so that every machine sorts alike. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
