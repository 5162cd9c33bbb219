/**
 * The journal of starts: one file per claim in `<home>/starts/`. A claim is made before its request leaves and settled
 * after the answer; its file name is the lock between processes.
 */
import { randomBytes } from 'node:crypto';
import { createClaims } from '../home/claims.ts';
import type { Link } from '../home/files.ts';
import { type Clock, uptimeOf } from '../home/moment.ts';
import { ownProcess } from '../home/process-identity.ts';
import {
  damagedEntry,
  type Entry,
  type EntryName,
  fileName,
  mayHaveStarted,
  parseEntry,
  parseFileName,
} from './journal-entry.ts';

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

const WORDS = {
  folder: 'the journal of starts',
  damaged: 'a start of unknown outcome',
  unsettled: 'A start could not be closed in the journal',
  unremoved: 'An old start could not be removed from the journal',
};

/** The journal of one home. Nothing is read or made before the first call. */
export function createJournal({ home, clock, report, redact, link }: JournalOptions): Journal {
  const { now } = clock;
  const claims = createClaims<EntryName, Entry>({
    home,
    folder: 'starts',
    words: WORDS,
    now,
    fileOf: fileName,
    nameOf: parseFileName,
    parse: parseEntry,
    damaged: damagedEntry,
    redacted: redact && { text: redact, plain: (entry) => ({ ...entry, body: undefined, label: '' }) },
    report,
    link,
  });

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
      return (await claims.claim(entry)) ? entry : 'claimed elsewhere';
    },

    async settle(entry, settlement) {
      const recorded = claims.one(entry) ?? entry;
      if (recorded.state === 'started' && settlement.state !== 'started') return recorded;
      if (recorded.state === 'found' && settlement.state === 'unknown') return recorded;
      const { lookup: _l, candidates: _c, ...rest } = recorded.damaged ? entry : recorded;
      const settled: Entry = {
        ...rest,
        ...settlement,
        settled_at: new Date(now()).toISOString(),
        settled_uptime: uptimeOf(clock),
      };
      await claims.settle(settled);
      return settled;
    },

    read: claims.read,
    remove: (entries) =>
      claims.remove(entries.filter((entry) => !mayHaveStarted(entry) || entry.settled_at !== undefined)),
    sweep: claims.sweep,
  };
}
