/**
 * The journal of starts: one file per claim in `<home>/starts/`. A claim is made before its request leaves and settled
 * after the answer; its file name is the lock between processes.
 */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import {
  createExclusive,
  ensureFolder,
  type Link,
  localIo,
  removeOldFiles,
  replaceFile,
  TEMPORARY,
} from '../home/files.ts';
import { type Clock, uptimeOf } from '../home/moment.ts';
import { reasonOf } from '../home/own-file.ts';
import { ownProcess } from '../home/process-identity.ts';
import { errorCode } from '../model/error-code.ts';
import { type Entry, type EntryName, fileName, mayHaveStarted, parseEntry, parseFileName } from './journal-entry.ts';
import { createEntryReader } from './journal-reader.ts';

export type ClaimDraft = Omit<
  Entry,
  'version' | 'id' | 'claimed_at' | 'claimed_uptime' | 'process' | 'state' | 'settled_at' | 'settled_uptime' | 'receipt'
>;
export type Settlement = Pick<Entry, 'state'> &
  Partial<Pick<Entry, 'receipt' | 'certain' | 'lookup' | 'candidates' | 'problem'>>;

export interface JournalOptions {
  home: string;
  clock: Clock;
  /** Told of files that cannot be read, rewritten or removed (trusted text). */
  report?: ((problem: string) => void) | undefined;
  /** Removes secrets from what is written. */
  redact?: ((text: string) => string) | undefined;
  link?: Link | undefined;
}

export interface Journal {
  /**
   * Makes the claim, durably, or says `claimed elsewhere` when another call or process has it. Throws `local_io` with
   * `sent: 'no'`: without a claim nothing may be sent.
   */
  claim(draft: ClaimDraft): Promise<Entry | 'claimed elsewhere'>;
  /**
   * Writes what became of a claim; `unknown` never replaces `started` or `found`. Never throws, so that a full disk does
   * not cost the vendor's answer: what could not be written is kept in memory and tried again at the next reading.
   */
  settle(entry: Entry, settlement: Settlement): Promise<Entry>;
  /** The claims whose names pass `wanted`; without it, all claims. Throws `local_io`. */
  read(wanted?: (name: EntryName) => boolean): Promise<Entry[]>;
  /** Removes claims, but never one that a real vendor may know and that is still open. Never throws. */
  remove(entries: readonly Entry[]): Promise<void>;
  /** Removes temporary files that killed processes left. Never throws. */
  sweep(): Promise<void>;
}

const FOLDER = 'starts';
/** Files read before other work gets its turn. */
const READ_AT_ONCE = 200;
const TEMPORARY_LIVES_MS = 3_600_000;

/** The journal of one home. Nothing is read or made before the first call. */
export function createJournal({ home, clock, report = () => undefined, redact, link }: JournalOptions): Journal {
  const { now } = clock;
  const folder = join(home, FOLDER);
  /** Settled claims whose file could not be rewritten yet, by file name. */
  const unwritten = new Map<string, Entry>();
  const reported = new Set<string>();

  const reportOnce = (problem: string) => {
    if (reported.has(problem)) return;
    reported.add(problem);
    report(problem);
  };

  const textOf = (entry: Entry): string => {
    const text = JSON.stringify(entry);
    if (!redact) return text;
    const redacted = redact(text);
    // A redaction can break the entry (a secret such as "open"): then the entry is written without body and label.
    return parseEntry(entry, redacted) ? redacted : JSON.stringify({ ...entry, body: undefined, label: '' });
  };

  const reader = createEntryReader(folder, now, reportOnce);
  const current = (file: string): Entry | undefined => unwritten.get(file) ?? reader.read(file);

  const rewrite = async (entry: Entry): Promise<void> => {
    const file = fileName(entry);
    try {
      await ensureFolder(home, FOLDER);
      await replaceFile(join(folder, file), textOf(entry));
      unwritten.delete(file);
    } catch (error) {
      unwritten.set(file, entry);
      report(`A start could not be closed in the journal (${reasonOf(error)}); it is tried again.`);
    }
  };

  const list = async (): Promise<string[]> => {
    try {
      return await readdir(folder);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw localIo(error, home, 'Reading the journal of starts');
    }
  };

  return {
    async claim(draft) {
      const entry: Entry = {
        ...draft,
        version: 1,
        id: randomBytes(8).toString('hex'),
        claimed_at: new Date(now()).toISOString(),
        claimed_uptime: uptimeOf(clock),
        process: ownProcess(),
        state: 'open',
      };
      try {
        await ensureFolder(home, FOLDER);
        return (await createExclusive(join(folder, fileName(entry)), textOf(entry), link))
          ? entry
          : 'claimed elsewhere';
      } catch (error) {
        throw localIo(error, home, 'Writing the journal of starts');
      }
    },

    async settle(entry, settlement) {
      const recorded = current(fileName(entry)) ?? entry;
      if (recorded.state === 'started' && settlement.state !== 'started') return recorded;
      if (recorded.state === 'found' && settlement.state === 'unknown') return recorded;
      const { lookup: _l, candidates: _c, ...rest } = recorded.damaged ? entry : recorded;
      const settled: Entry = {
        ...rest,
        ...settlement,
        settled_at: new Date(now()).toISOString(),
        settled_uptime: uptimeOf(clock),
      };
      await rewrite(settled);
      return settled;
    },

    async read(wanted = () => true) {
      for (const entry of unwritten.values()) await rewrite(entry);
      const files = [...new Set([...(await list()), ...unwritten.keys()])].filter((file) => {
        const name = parseFileName(file);
        if (name) return wanted(name);
        if (!file.startsWith(TEMPORARY))
          reportOnce(`The journal of starts holds a foreign file, ${JSON.stringify(file)}.`);
        return false;
      });
      const entries: Entry[] = [];
      for (const [index, file] of files.entries()) {
        if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await breathe();
        const entry = current(file);
        if (entry) entries.push(entry);
      }
      return entries;
    },

    async remove(entries) {
      for (const entry of entries) {
        if (mayHaveStarted(entry) && entry.settled_at === undefined) continue;
        reader.forget(fileName(entry));
        await rm(join(folder, fileName(entry)), { force: true }).catch((error: unknown) =>
          report(`An old start could not be removed from the journal (${reasonOf(error)}).`),
        );
      }
    },

    sweep: () =>
      removeOldFiles(folder, { wanted: (name) => name.startsWith(TEMPORARY), ms: TEMPORARY_LIVES_MS, now: now() }),
  };
}
