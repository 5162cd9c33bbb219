/** Which failures are of which mode: codes by session, and the wordings that stand for modes from now on. */
import type { BookEntry, StoredMode } from '../book.ts';
import type { Coded } from '../coding.ts';
import { type Failure, type FailureGroup, failureId } from '../failures.ts';
import { codesBySession, type Draft, modeIn } from './draft.ts';
import type { PersonChange } from './person-changes.ts';
import type { SaveRequest } from './request.ts';
import type { Conflict, SaveSubject } from './subject.ts';
import { wordingsOf } from './wordings.ts';

interface Assignment {
  /** What each failure is to be: id of a mode, or `single`. */
  wanted: ReadonlyMap<Failure, string>;
  /** What the book said before. */
  codes: Coded;
  /** New modes, which stand in no entry yet. */
  created: ReadonlyMap<string, StoredMode>;
}

/**
 * Codes the failures in the draft. Returns what was something else before; notes what a person's modes lose, and wordings
 * that a mode has no room for.
 */
export function assignFailures(
  draft: Draft,
  { by }: SaveRequest,
  subject: SaveSubject,
  { wanted, codes, created }: Assignment,
  persons: PersonChange[],
  noRoom: Set<string>,
): Conflict[] {
  const conflicts = new Map<Failure, Conflict>();
  const note = (failure: Failure, was: string, now: string) => {
    if (was !== now && !conflicts.has(failure)) conflicts.set(failure, { failure: failureId(failure), was, now });
  };
  for (const [failure, now] of wanted) {
    const was = codes.of(failure);
    if (was && (by !== 'model' || was.by !== 'assistant')) note(failure, was.mode ?? 'single', now);
  }
  const codesOf = codesBySession(draft, by);
  const write = (failure: Failure, now: string) => {
    const { session = '' } = subject.table.runs.get(failure.run) ?? {};
    const entry = entryOf(failure, draft, subject);
    if (!entry) return;
    const id = failureId(failure);
    // It may have been saved under another key, when less was known of the run: it is coded once.
    for (const codes of codesOf.held(session)) codes.delete(id);
    codesOf.own(entry, session).set(id, now);
    seen(entry, now, subject.sessions.get(session)?.at);
  };
  place(created, wanted, draft, subject);
  for (const [failure, now] of wanted) {
    ensureMode(draft, entryOf(failure, draft, subject), now, created);
    write(failure, now);
  }
  const words = wordingsOf(draft, by);
  const lines = [...byGroup(wanted)].map(([group, failures]) => {
    const targets = new Set(failures.map((failure) => wanted.get(failure) ?? ''));
    const line = lineOf(group, failures, wanted, codes);
    const entries = [...new Set(line.flatMap((failure) => entryOf(failure, draft, subject) ?? []))];
    const keys = new Set(line.flatMap(({ run }) => subject.keys.candidates(run)));
    const read = [...keys].flatMap((key) => draft.entries.get(key) ?? []);
    // A wording that was read as two modes says nothing of a third failure.
    const [meant] = targets.size === 1 ? targets : [undefined];
    return { group, failures, line, entries, read, meant };
  });
  // Modes lose wordings before any gets one: they may have room then.
  for (const { group, failures, read, meant } of lines)
    for (const entry of read)
      for (const { id, mode } of words.take(entry, group, meant)) {
        const [first] = failures;
        if (first) note(first, id, wanted.get(first) ?? id);
        if (mode.by === 'person') persons.push({ mode: id, member: 'wording', before: group.wording });
      }
  for (const { group, line, entries, meant } of lines) {
    if (meant === undefined) continue;
    for (const entry of entries) {
      ensureMode(draft, entry, meant, created);
      words.give(entry, group, meant, noRoom);
    }
    // What stands folded behind a line was read with it; where its wording does not say so, its ids do.
    for (const failure of line)
      if (!wanted.has(failure) && !words.explains(entryOf(failure, draft, subject), group, meant))
        write(failure, meant);
  }
  codesOf.write();
  return [...conflicts.values()];
}

/** The entry that a failure is saved under. */
export function entryOf({ run }: Failure, { entries }: Draft, { keys }: SaveSubject): BookEntry | undefined {
  return entries.get(keys.of(run));
}

/** New modes without failures stand in every entry; others where their failures are. */
function place(
  created: ReadonlyMap<string, StoredMode>,
  wanted: ReadonlyMap<Failure, string>,
  draft: Draft,
  { keys }: SaveSubject,
): void {
  const used = new Set(wanted.values());
  for (const id of created.keys())
    if (!used.has(id)) for (const key of keys.own) ensureMode(draft, draft.entries.get(key), id, created);
}

/** Puts a mode that another entry has, or that is new, into this one. */
export function ensureMode(
  { entries }: Draft,
  entry: BookEntry | undefined,
  id: string,
  created: ReadonlyMap<string, StoredMode> = new Map(),
): void {
  if (!entry || id === 'single' || modeIn(entry, id)) return;
  const mode = created.get(id) ?? [...entries.values()].map((other) => modeIn(other, id)).find(Boolean);
  if (mode) entry.modes[id] = { ...mode, examples: [], first_seen: undefined, last_seen: undefined };
}

function seen(entry: BookEntry, id: string, at: string | undefined): void {
  const mode = modeIn(entry, id);
  if (!mode || at === undefined) return;
  if (mode.first_seen === undefined || at < mode.first_seen) mode.first_seen = at;
  if (mode.last_seen === undefined || at > mode.last_seen) mode.last_seen = at;
}

function byGroup(wanted: ReadonlyMap<Failure, string>): Map<FailureGroup, Failure[]> {
  const groups = new Map<FailureGroup, Failure[]>();
  for (const failure of wanted.keys()) {
    const own = groups.get(failure.group);
    if (own) own.push(failure);
    else groups.set(failure.group, [failure]);
  }
  return groups;
}

/** These failures, and those of their group that stood on one line with them and that nobody read by themselves. */
function lineOf(
  { failures: all }: FailureGroup,
  failures: readonly Failure[],
  wanted: ReadonlyMap<Failure, string>,
  codes: Coded,
): Failure[] {
  const states = new Set(failures.map((failure) => stateOf(failure, codes)));
  return all.filter((failure) => {
    if (wanted.has(failure)) return true;
    const state = stateOf(failure, codes);
    return state !== READ && states.has(state);
  });
}

const READ = 'read';

/** What a failure is without having been read by itself. */
function stateOf(failure: Failure, codes: Coded): string {
  const coding = codes.of(failure);
  if (!coding) return '';
  return coding.by === 'wording' || coding.by === 'vendor' ? `${coding.by} ${coding.mode ?? ''}` : READ;
}
