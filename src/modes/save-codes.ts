/** Which failures are of which mode: codes by session, and the wordings that stand for modes from now on. */
import { maskedWording } from '../analysis/wording.ts';
import { type BookEntry, MOST_EXAMPLES, type StoredMode } from './book.ts';
import type { Coded } from './coding.ts';
import { type Failure, type FailureGroup, failureId } from './failures.ts';
import { type Codes, type Draft, modeIn, readCodes, writeCodes } from './save-draft.ts';
import type { PersonChange } from './save-persons.ts';
import type { SaveRequest } from './save-request.ts';
import type { Conflict, SaveSubject } from './save-subject.ts';

interface Assignment {
  /** What each failure is to be: id of a mode, or `single`. */
  wanted: ReadonlyMap<Failure, string>;
  /** What the book said before. */
  codes: Coded;
  /** New modes, which stand in no entry yet. */
  created: ReadonlyMap<string, StoredMode>;
}

/** Codes the failures in the draft. Returns what was something else before; notes what a person's modes lose. */
export function assignFailures(
  draft: Draft,
  { by }: SaveRequest,
  subject: SaveSubject,
  { wanted, codes, created }: Assignment,
  persons: PersonChange[],
): Conflict[] {
  const conflicts = new Map<Failure, Conflict>();
  const note = (failure: Failure, was: string, now: string) => {
    if (was !== now && !conflicts.has(failure)) conflicts.set(failure, { failure: failureId(failure), was, now });
  };
  for (const [failure, now] of wanted) {
    const was = codes.of(failure);
    if (was && (by !== 'model' || was.by !== 'assistant')) note(failure, was.mode ?? 'single', now);
  }
  const written = new Map<string, Codes>();
  const write = (failure: Failure, now: string) => {
    const { session = '' } = subject.table.runs.get(failure.run) ?? {};
    const entry = entryOf(failure, draft, subject);
    if (!entry) return;
    const own = written.get(session) ?? readCodes(entry.sessions[session]?.[by]);
    written.set(session, own);
    own.set(failureId(failure), now);
    seen(entry, now, subject.sessions.get(session)?.at);
  };
  place(created, wanted, draft, subject);
  for (const [failure, now] of wanted) {
    ensureMode(draft, entryOf(failure, draft, subject), now, created);
    write(failure, now);
  }
  const words = wordingsOf(draft, by);
  for (const [group, failures] of byGroup(wanted)) {
    const line = lineOf(group, failures, wanted, codes);
    const targets = new Set(failures.map((failure) => wanted.get(failure) ?? ''));
    const [first] = failures;
    const [now] = targets;
    if (first === undefined || now === undefined) continue;
    // A wording that was read as two modes says nothing of a third failure.
    const meant = targets.size === 1 ? now : undefined;
    for (const entry of new Set(line.map((failure) => entryOf(failure, draft, subject)))) {
      if (!entry) continue;
      ensureMode(draft, entry, now, created);
      for (const lost of words.move(entry, group, meant)) {
        note(first, lost.id, now);
        if (lost.mode.by === 'person') persons.push({ mode: lost.id, member: 'wording', before: group.wording });
      }
    }
    if (meant === undefined) continue;
    // What stands folded behind a line was read with it; where its wording does not say so, its ids do.
    for (const failure of line)
      if (!wanted.has(failure) && !words.explains(entryOf(failure, draft, subject), group, meant))
        write(failure, meant);
  }
  for (const [session, own] of written) {
    const entry = draft.entries.get(subject.sessions.get(session)?.key ?? '');
    if (entry) entry.sessions[session] = { ...entry.sessions[session], [by]: writeCodes(own) };
  }
  return [...conflicts.values()];
}

function entryOf({ run }: Failure, { entries }: Draft, { table, sessions }: SaveSubject): BookEntry | undefined {
  return entries.get(sessions.get(table.runs.get(run)?.session ?? '')?.key ?? '');
}

/** New modes without failures stand in every entry; others where their failures are. */
function place(
  created: ReadonlyMap<string, StoredMode>,
  wanted: ReadonlyMap<Failure, string>,
  draft: Draft,
  { sessions }: SaveSubject,
): void {
  const used = new Set(wanted.values());
  const keys = new Set([...sessions.values()].map(({ key }) => key));
  for (const id of created.keys())
    if (!used.has(id)) for (const key of keys) ensureMode(draft, draft.entries.get(key), id, created);
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

/** These failures, and those of the same wording that stood on one line with them and that nobody read by themselves. */
function lineOf(
  { failures: all, wording }: FailureGroup,
  failures: readonly Failure[],
  wanted: ReadonlyMap<Failure, string>,
  codes: Coded,
): Failure[] {
  if (wording === undefined) return [...failures];
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

/** The wordings that stand for modes in the draft. */
function wordingsOf({ entries }: Draft, by: SaveRequest['by']) {
  const owners = new Map<BookEntry, Map<string, Set<string>>>();
  const ownersOf = (entry: BookEntry, wording: string): Set<string> => {
    const index = owners.get(entry) ?? new Map<string, Set<string>>();
    if (!owners.has(entry)) {
      owners.set(entry, index);
      for (const [id, { examples }] of Object.entries(entry.modes))
        for (const example of examples) index.set(example, (index.get(example) ?? new Set()).add(id));
    }
    const found = index.get(wording) ?? new Set<string>();
    index.set(wording, found);
    return found;
  };
  const all = [...entries.values()];
  return {
    /**
     * Makes the wording of a group stand for this mode (undefined, `single`: for none), as long as the mode has room for
     * examples. Returns the modes that lost it. A model takes nothing from modes that others wrote.
     */
    move(entry: BookEntry, { wording, evaluation }: FailureGroup, to: string | undefined) {
      const lost: { id: string; mode: StoredMode }[] = [];
      if (wording === undefined) return lost;
      const own = ownersOf(entry, wording);
      let isKept = false;
      for (const id of [...own]) {
        const mode = modeIn(entry, id);
        if (!mode || id === to) continue;
        if (by === 'model' && mode.by !== 'model') {
          isKept = true;
          continue;
        }
        mode.examples = mode.examples.filter((example) => example !== wording);
        own.delete(id);
        lost.push({ id, mode });
      }
      const mode = to === undefined ? undefined : modeIn(entry, to);
      if (!mode || to === undefined || isKept || own.has(to)) return lost;
      if (mode.examples.length >= MOST_EXAMPLES || !isMasked(wording, evaluation)) return lost;
      mode.examples = [...mode.examples, wording].sort();
      own.add(to);
      return lost;
    },
    /** Whether the wording alone says this mode of a further failure, in whatever entries are read with this one. */
    explains(entry: BookEntry | undefined, { wording }: FailureGroup, id: string): boolean {
      const mode = modeIn(entry, id);
      if (!entry || !mode || wording === undefined || mode.status === 'retired') return false;
      return (
        ownersOf(entry, wording).has(id) &&
        all.every((other) => [...ownersOf(other, wording)].every((owner) => owner === id || !isUsed(other, owner)))
      );
    },
  };
}

function isUsed(entry: BookEntry, id: string): boolean {
  return modeIn(entry, id)?.status !== 'retired';
}

/**
 * Whether a wording is masked. A reason of next to no other words counts with all that it says, which may be personal:
 * the book keeps no such thing.
 */
export function isMasked(wording: string, evaluation: string): boolean {
  const said = wording.slice(`[${evaluation.replace(/\s+/gu, ' ').trim().slice(0, 120)}] `.length);
  return maskedWording(said) === said;
}
