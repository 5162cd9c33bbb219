/** Which failures of a reading are of which mode, and who said so. */
import type { Coder } from '../model/modes.ts';
import { type Book, type BookEntry, idsOf } from './book.ts';
import { type Failure, type FailureGroup, type FailureTable, failureId } from './failures.ts';

/** What a failure is coded as; `mode` is absent of a single: it was read, and is of no mode. */
export interface Coding {
  mode?: string | undefined;
  by: Coder;
}

/** Ids of modes whose failures a cluster of the platform is, where one adopted it: by run and evaluation. */
export type AdoptedBy = (run: string, evaluation: string) => string | undefined;

export interface Coded {
  /** Undefined = nobody has read it, and nothing that was read explains it. */
  of(failure: Failure): Coding | undefined;
}

/** The entries of the book for these agents (or tests), by their keys. */
export function entriesOf(book: Book, keys: Iterable<string>): BookEntry[] {
  return [...new Set(keys)].flatMap((key) => (Object.hasOwn(book.agents, key) ? (book.agents[key] ?? []) : []));
}

/**
 * Codes by what the entries of these agents say: first the failures that were read, then those of the same wording, then
 * what is in a cluster of the platform that a mode adopted.
 */
export function coded(entries: readonly BookEntry[], table: FailureTable, adoptedBy?: AdoptedBy): Coded {
  const read = readCodes(entries, table);
  const wordings = wordingModes(entries);
  const byGroup = new Map<FailureGroup, Coding>();
  for (const group of table.groups) {
    const mode = group.wording === undefined ? undefined : wordings.get(group.wording);
    if (mode !== undefined) byGroup.set(group, { mode, by: 'wording' });
  }
  return {
    of(failure) {
      if (read.size > 0) {
        const own = read.get(failureId(failure));
        if (own) return own;
      }
      const alike = byGroup.get(failure.group);
      if (alike) return alike;
      const mode = adoptedBy?.(failure.run, failure.group.evaluation);
      return mode === undefined ? undefined : { mode, by: 'vendor' };
    },
  };
}

/** What was read in these very sessions, by id of the failure; what an assistant says counts before what a model says. */
function readCodes(entries: readonly BookEntry[], { runs }: FailureTable): Map<string, Coding> {
  const sessions = new Set([...runs.values()].map(({ session }) => session));
  const read = new Map<string, Coding>();
  for (const by of ['model', 'assistant'] as const)
    for (const entry of entries)
      for (const session of sessions) {
        const codes = Object.hasOwn(entry.sessions, session) ? entry.sessions[session]?.[by] : undefined;
        for (const [mode, ids] of Object.entries(codes ?? {})) {
          if (mode !== 'single' && !Object.hasOwn(entry.modes, mode)) continue;
          for (const id of idsOf(ids)) read.set(id, mode === 'single' ? { by } : { mode, by });
        }
      }
  return read;
}

/** The mode that each wording stands for, but for those that stand under several. A retired mode explains nothing that was not read as it. */
function wordingModes(entries: readonly BookEntry[]): Map<string, string> {
  const modes = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const entry of entries)
    for (const [id, { examples, status }] of Object.entries(entry.modes)) {
      if (status === 'retired') continue;
      for (const wording of examples) {
        if ((modes.get(wording) ?? id) !== id) ambiguous.add(wording);
        modes.set(wording, id);
      }
    }
  for (const wording of ambiguous) modes.delete(wording);
  return modes;
}
