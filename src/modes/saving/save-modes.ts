/**
 * Saves what somebody read: modes, and which failures are of which. All or nothing, on the book as it stands; the same
 * request again changes nothing more.
 */
import { modeWords } from '../../model/mode-words.ts';
import { adoptedBy } from '../adoption.ts';
import type { Book, BookEntry } from '../book.ts';
import { type Coded, type Coding, coded } from '../coding.ts';
import type { Failure, FailureTable } from '../failures.ts';
import { failureId } from '../failures.ts';
import { checkAdoptions } from './adoptions.ts';
import { changeModes } from './changed-modes.ts';
import { assignFailures } from './codes.ts';
import { bookWith, draftOf } from './draft.ts';
import { keepCodes } from './kept-codes.ts';
import { mergeModes } from './merges.ts';
import { type PersonChange, planOf } from './person-changes.ts';
import { named, refused } from './refusals.ts';
import type { SaveRequest } from './request.ts';
import type { Conflict, SaveSubject } from './subject.ts';

export interface Saved {
  /** The very book that was given where nothing changed. */
  book: Book;
  changed: boolean;
  /** Ids of the modes of the request, in its order, without those that were merged away. */
  modes: string[];
  /** Of these, the ones that the request gave a cluster of the platform. */
  adopting: string[];
  /** Ids of the modes that are new. */
  made: string[];
  conflicts: Conflict[];
  /** Failures of these sessions that were coded by a mode that is retired now, and that nobody has read. */
  now_uncoded: number;
  /** Wordings that a mode had no room for: failures of other sessions are not recognised by them. */
  without_room: number;
  /** What it does to modes that a person wrote; only with a yes. */
  persons: PersonChange[];
  /** Hash of these modes as they stand: what a yes is good for. */
  persons_plan: string;
  /** Keys of the entries that the failures of the request stand under, sorted; of a request without failures none. */
  keys: string[];
}

/** Throws `invalid_input` for what cannot be saved, by name. Changes nothing that it is given. */
export function saveModes(book: Book, request: SaveRequest, subject: SaveSubject): Saved {
  const draft = draftOf(book, subject.keys.read);
  const before = [...draft.before.values()];
  const codes = remembered(coded(before, subject.table, subject.clusters && adoptedBy(before, subject.clusters)));
  const known = failuresById(subject.table);
  checkKnown(request, known, (failure) => codes.of(failure) === undefined);

  const persons: PersonChange[] = [];
  const changed = changeModes(book, draft, request, subject, persons);
  const wanted = wantedModes(request, changed.ids, known);
  const noRoom = new Set<string>();
  const given = { wanted, codes, created: changed.created };
  const conflicts = assignFailures(draft, request, subject, given, persons, noRoom);
  const merged = mergeModes(draft, request, changed.ids, persons, noRoom);
  const stays = (id: string) => merged.get(id) ?? id;
  checkAdoptions(draft, request, changed, stays);
  const lost = keepCodes(draft, request, subject, codes, stays);
  noteSessions(draft.entries, request, subject);
  const keys = new Set([...wanted.keys()].map(({ run }) => subject.keys.of(run)));
  const after = bookWith(book, draft);
  const modes = [...new Set(changed.ids.map(stays))];
  return {
    book: after,
    changed: after !== book,
    modes,
    adopting: changed.ids.filter((_id, index) => request.modes[index]?.adopts !== undefined).map(stays),
    made: [...changed.created.keys()].filter((id) => !merged.has(id)),
    conflicts: conflicts.map((one) => ({ ...one, now: stays(one.now) })).filter(({ was, now }) => was !== now),
    now_uncoded: lost.length,
    without_room: after === book ? 0 : noRoom.size,
    persons: after === book ? [] : persons,
    persons_plan: planOf(draft, persons),
    keys: [...keys].sort(),
  };
}

/** The same, each failure looked up once: its id is a hash. */
function remembered(codes: Coded): Coded {
  const known = new Map<Failure, Coding | undefined>();
  return {
    ...codes,
    of(failure) {
      if (!known.has(failure)) known.set(failure, codes.of(failure));
      return known.get(failure);
    },
  };
}

const BY_ID = new WeakMap<FailureTable, ReadonlyMap<string, Failure>>();

/** The failures of a table by id; computed once. */
export function failuresById(table: FailureTable): ReadonlyMap<string, Failure> {
  const known = BY_ID.get(table);
  if (known) return known;
  const ids = new Map<string, Failure>();
  for (const { failures } of table.groups) for (const failure of failures) ids.set(failureId(failure), failure);
  BY_ID.set(table, ids);
  return ids;
}

/** What each failure is to be: id of a mode, or `single`. */
function wantedModes(
  { modes, singles }: SaveRequest,
  ids: readonly string[],
  known: ReadonlyMap<string, Failure>,
): Map<Failure, string> {
  const wanted = new Map<Failure, string>();
  const want = (id: string, mode: string) => {
    const failure = known.get(id);
    if (failure) wanted.set(failure, mode);
  };
  for (const [index, { failures }] of modes.entries()) for (const id of failures) want(id, ids[index] ?? '');
  for (const id of singles) want(id, 'single');
  return wanted;
}

/** An id that is off by one character of a failure that nobody has read was mistyped; of others nothing is guessed. */
function checkKnown(
  { modes, singles }: SaveRequest,
  known: ReadonlyMap<string, Failure>,
  isUncoded: (failure: Failure) => boolean,
): void {
  const unknown = [...modes.flatMap(({ failures }) => failures), ...singles].filter((id) => !known.has(id));
  const [first] = unknown;
  if (first === undefined) return;
  const meant = [...known].flatMap(([id, failure]) => (isOneOff(first, id) && isUncoded(failure) ? id : []));
  const guess = meant.length === 1 ? ` ${first} is one character off ${meant[0]}.` : '';
  throw refused(
    `${named(unknown)} ${unknown.length === 1 ? 'is no failure' : 'are no failures'} of this session.${guess}`,
    'list_failures prints the ids of this very session; save again with those.',
  );
}

/** Same length, and one character differs. */
function isOneOff(a: string, b: string): boolean {
  let differ = 0;
  for (let at = 0; at < b.length && differ < 2; at += 1) if (a[at] !== b[at]) differ += 1;
  return differ === 1;
}

/** When sessions with codes were made, the size of the sample that was read, and what the agent is called. */
function noteSessions(
  entries: ReadonlyMap<string, BookEntry>,
  { sample }: SaveRequest,
  { keys, sessions }: SaveSubject,
): void {
  for (const [key, entry] of entries) {
    const called = nameOf(keys.names.get(key));
    if (called !== '' && Object.keys(entry.modes).length > 0) entry.name ??= called;
    for (const [ref, { at }] of sessions) {
      const codes = Object.hasOwn(entry.sessions, ref) ? entry.sessions[ref] : undefined;
      if (!codes) continue;
      codes.at ??= at;
      const test = keys.toldBy(ref, key);
      if (test !== undefined) codes.test = test;
      // A sample of several sessions is a sample of none of them.
      if (sample !== undefined && sessions.size === 1) codes.sample = Math.max(codes.sample ?? 0, sample);
    }
  }
}

/** Longest name of an agent that is kept, in characters. */
const LONGEST_NAME = 200;

/** What the platform calls the agent, on one line; '' where it does not say. */
function nameOf(name = ''): string {
  return modeWords(name).trim().slice(0, LONGEST_NAME).toWellFormed().trim();
}
