/** The entries of the book that a save changes, as copies that it may change, and how they go back into the book. */
import { type Book, type BookEntry, idsOf, type SessionCodes, type StoredMode } from '../book.ts';
import { authorOf, sealed } from '../seal.ts';

export interface Draft {
  /** By key; those without an entry in the book are empty. Of each mode `by` is who wrote it as it stands; none has a seal. */
  entries: ReadonlyMap<string, BookEntry>;
  /** The same as they stand in the book. */
  before: ReadonlyMap<string, BookEntry>;
}

/** `keys`: of the agents (or tests) whose sessions are at hand. */
export function draftOf(book: Book, keys: Iterable<string>): Draft {
  const before = new Map<string, BookEntry>();
  for (const key of keys) before.set(key, entryOf(book, key) ?? { modes: {}, sessions: {} });
  const entries = structuredClone(before);
  for (const { modes } of entries.values())
    for (const mode of Object.values(modes)) {
      mode.by = authorOf(mode);
      mode.seal = undefined;
    }
  return { before, entries };
}

function entryOf(book: Book, key: string): BookEntry | undefined {
  return Object.hasOwn(book.agents, key) ? book.agents[key] : undefined;
}

/** The mode of an id in an entry; an id that is the name of something every object has is none. */
export function modeIn(entry: BookEntry | undefined, id: string): StoredMode | undefined {
  return entry && Object.hasOwn(entry.modes, id) ? entry.modes[id] : undefined;
}

/** Keys and modes of the entries that have this mode. */
export function holdersOf({ entries }: Draft, id: string): { key: string; entry: BookEntry; mode: StoredMode }[] {
  return [...entries].flatMap(([key, entry]) => {
    const mode = modeIn(entry, id);
    return mode ? [{ key, entry, mode }] : [];
  });
}

/** Codes of one session and coder by failure. */
export type Codes = Map<string, string>;

/** The mode (or `single`) of each failure, as one coder has it of one session. */
export function readCodes(stored: SessionCodes['assistant']): Codes {
  const codes: Codes = new Map();
  for (const [mode, ids] of Object.entries(stored ?? {})) for (const id of idsOf(ids)) codes.set(id, mode);
  return codes;
}

/** In one order, so that the same codes are the same text. Undefined for none. */
export function writeCodes(codes: Codes): SessionCodes['assistant'] {
  if (codes.size === 0) return undefined;
  const byMode = new Map<string, string[]>();
  for (const [id, mode] of codes) {
    const ids = byMode.get(mode);
    if (ids) ids.push(id);
    else byMode.set(mode, [id]);
  }
  return Object.fromEntries([...byMode].sort(byName).map(([mode, ids]) => [mode, ids.sort().join(' ')]));
}

/** The codes of a coder in the entries of the draft, each session read once and written back at the end. */
export function codesBySession({ entries }: Draft, by: 'assistant' | 'model') {
  const sessions = new Map<string, Map<BookEntry, Codes>>();
  const inSession = (session: string): Map<BookEntry, Codes> => {
    const known = sessions.get(session);
    if (known) return known;
    const held = new Map<BookEntry, Codes>();
    for (const entry of entries.values()) {
      const stored = Object.hasOwn(entry.sessions, session) ? entry.sessions[session]?.[by] : undefined;
      if (stored) held.set(entry, readCodes(stored));
    }
    sessions.set(session, held);
    return held;
  };
  return {
    held: (session: string) => inSession(session).values(),
    own(entry: BookEntry, session: string): Codes {
      const held = inSession(session);
      const codes = held.get(entry) ?? new Map<string, string>();
      held.set(entry, codes);
      return codes;
    },
    write() {
      for (const [session, held] of sessions)
        for (const [entry, codes] of held) {
          const stored = { ...entry.sessions[session], [by]: writeCodes(codes) };
          entry.sessions[session] = stored;
          const { assistant, model, sample } = stored;
          if (!assistant && !model && sample === undefined) delete entry.sessions[session];
        }
    },
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The book with the entries that changed, sealed; the same book where none did. */
export function bookWith(book: Book, { entries, before }: Draft): Book {
  const changed = [...entries].flatMap(([key, entry]) => {
    const now = sealedEntry(entry, before.get(key));
    return isSame(now, before.get(key)) ? [] : [[key, now] as const];
  });
  if (changed.length === 0) return book;
  return { ...book, agents: Object.fromEntries([...Object.entries(book.agents), ...changed].sort(byName)) };
}

/** Modes that changed carry the seal of what they are now; the others stay to the letter. */
function sealedEntry(entry: BookEntry, before: BookEntry | undefined): BookEntry {
  const modes = Object.entries(entry.modes).map(([id, mode]): [string, StoredMode] => {
    const was = modeIn(before, id);
    return [id, was && isSame(withoutAuthor(mode), withoutAuthor(was)) ? was : sealed(mode)];
  });
  return {
    ...entry,
    modes: Object.fromEntries(modes.sort(byName)),
    sessions: Object.fromEntries(Object.entries(entry.sessions).sort(byName)),
  };
}

function withoutAuthor({ by: _by, seal: _seal, ...rest }: StoredMode): unknown {
  return rest;
}

/** Whether two values are the same once members without a value and the order of members are left aside. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(byName));
}
