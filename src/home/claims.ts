/**
 * A folder of the home that holds one JSON file per record, for several processes at once. The file name of a record is
 * the lock between them: who makes the file has the claim. A claim is on the disk before its request leaves, and what
 * became of it is written over it afterwards.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { errorCode } from '../model/error-code.ts';
import { createClaimReader } from './claim-reader.ts';
import { createExclusive, ensureFolder, type Link, localIo, removeOldFiles, replaceFile, TEMPORARY } from './files.ts';
import { reasonOf } from './own-file.ts';

/** `N`: what the file name of a record is made of; equal names are one claim. `E`: a record, which has its name in it. */
export interface Claims<N, E extends N> {
  /**
   * Makes the file of a record, durably, once over all processes: false where it exists. Throws `local_io` with
   * `sent: 'no'`: without a claim nothing may be sent.
   */
  claim(entry: E): Promise<boolean>;
  /**
   * Writes a record over its file, durably, made where it is not there: for what must be on the disk before the next
   * request leaves. Throws `local_io` with `sent: 'no'`, which speaks of that request.
   */
  record(entry: E): Promise<void>;
  /**
   * The same, but never throws, so that a full disk does not cost the vendor's answer: what could not be written is kept
   * in memory, where `one` and `read` of this process see it, and is tried again at the next `read`.
   */
  settle(entry: E): Promise<void>;
  /** The record of a name; undefined where there is none. Never throws. */
  one(name: N): E | undefined;
  /** The records whose names pass `wanted`; without it, all. Throws `local_io`. */
  read(wanted?: (name: N) => boolean): Promise<E[]>;
  /** Never throws; a file that cannot be removed is reported. */
  remove(names: readonly N[]): Promise<void>;
  /** Removes temporary files that killed processes left. Never throws. */
  sweep(): Promise<void>;
}

/** What is said of the folder and its records; trusted text. */
export interface ClaimWords {
  /** The folder: `the journal of starts`. */
  folder: string;
  /** What a file counts as that cannot be read: `a start of unknown outcome`. */
  damaged: string;
  /** `A start could not be closed in the journal`. */
  unsettled: string;
  /** `An old start could not be removed from the journal`. */
  unremoved: string;
}

export interface ClaimsOptions<N, E extends N> {
  home: string;
  /** Name of the folder in the home. */
  folder: string;
  words: ClaimWords;
  now(): number;
  fileOf(name: N): string;
  /** The reverse; undefined for the name of another file, which is reported and left alone. */
  nameOf(file: string): N | undefined;
  /** True for files that are other records' of the same folder: left alone without a word. */
  isOther?: ((file: string) => boolean) | undefined;
  /** The record in the text of a file; undefined where it is none. */
  parse(text: string): E | undefined;
  /**
   * What stands for a file that is there and cannot be read: only its name and its last change are known. It is a claim
   * all the same, so nobody may take it for one that is free.
   */
  damaged(name: N, modified: Date): E;
  /**
   * How secrets are kept out of what is written. `text` removes them; a removal can break a record (a secret such as
   * "open"), and then `plain` is written: the record without all that may hold one. Absent: it is written as it is.
   */
  redacted?: { text(text: string): string; plain(entry: E): E } | undefined;
  /** Told of files that cannot be read, rewritten or removed (trusted text). */
  report?: ((problem: string) => void) | undefined;
  link?: Link | undefined;
}

/** Files read before other work gets its turn. */
const READ_AT_ONCE = 200;
const TEMPORARY_LIVES_MS = 3_600_000;

/** The records of one folder. Nothing is read or made before the first call. */
export function createClaims<N, E extends N>(options: ClaimsOptions<N, E>): Claims<N, E> {
  const { home, words, now, fileOf, nameOf, isOther, redacted, report = () => undefined, link } = options;
  const folder = join(home, options.folder);
  const pathOf = (name: N) => join(folder, fileOf(name));
  /** Settled records whose file could not be rewritten yet, by file name. */
  const unwritten = new Map<string, E>();
  const reported = new Set<string>();

  const reportOnce = (problem: string) => {
    if (reported.has(problem)) return;
    reported.add(problem);
    report(problem);
  };

  /** Undefined for the record of another name, too: a copied file claims nothing. */
  const parse = (name: N, text: string): E | undefined => {
    const entry = options.parse(text);
    return entry !== undefined && fileOf(entry) === fileOf(name) ? entry : undefined;
  };

  const textOf = (entry: E): string => {
    const text = JSON.stringify(entry);
    if (!redacted) return text;
    const clean = redacted.text(text);
    return parse(entry, clean) === undefined ? JSON.stringify(redacted.plain(entry)) : clean;
  };

  const reader = createClaimReader<N, E>({
    pathOf,
    now,
    parse,
    // A record may stand for its name: nothing of it is known where its file cannot be read.
    damaged: (name, modified) => options.damaged(nameOf(fileOf(name)) ?? name, modified),
    report: (name, why) => reportOnce(`${fileOf(name)} in ${words.folder} ${why}; it is taken for ${words.damaged}.`),
  });
  const one = (name: N): E | undefined => unwritten.get(fileOf(name)) ?? reader.read(name);

  const rewrite = async (entry: E): Promise<void> => {
    await ensureFolder(home, options.folder);
    await replaceFile(pathOf(entry), textOf(entry));
    unwritten.delete(fileOf(entry));
  };

  const settle = async (entry: E): Promise<void> => {
    try {
      await rewrite(entry);
    } catch (error) {
      unwritten.set(fileOf(entry), entry);
      report(`${words.unsettled} (${reasonOf(error)}); it is tried again.`);
    }
  };

  const list = async (): Promise<string[]> => {
    try {
      return await readdir(folder);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw localIo(error, home, `Reading ${words.folder}`);
    }
  };

  const writing = (error: unknown) => localIo(error, home, `Writing ${words.folder}`);

  return {
    async claim(entry) {
      try {
        await ensureFolder(home, options.folder);
        return await createExclusive(pathOf(entry), textOf(entry), link);
      } catch (error) {
        throw writing(error);
      }
    },

    async record(entry) {
      try {
        await rewrite(entry);
      } catch (error) {
        throw writing(error);
      }
    },

    settle,
    one,

    async read(wanted = () => true) {
      for (const entry of unwritten.values()) await settle(entry);
      const names = [...new Set([...(await list()), ...unwritten.keys()])].flatMap((file) => {
        const name = nameOf(file);
        if (name !== undefined) return wanted(name) ? [name] : [];
        if (!file.startsWith(TEMPORARY) && !isOther?.(file))
          reportOnce(`${capitalized(words.folder)} holds a foreign file, ${JSON.stringify(file)}.`);
        return [];
      });
      const entries: E[] = [];
      for (const [index, name] of names.entries()) {
        if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await breathe();
        const entry = one(name);
        if (entry !== undefined) entries.push(entry);
      }
      return entries;
    },

    async remove(names) {
      for (const name of names) {
        reader.forget(name);
        unwritten.delete(fileOf(name));
        await rm(pathOf(name), { force: true }).catch((error: unknown) =>
          report(`${words.unremoved} (${reasonOf(error)}).`),
        );
      }
    },

    sweep: () =>
      removeOldFiles(folder, { wanted: (name) => name.startsWith(TEMPORARY), ms: TEMPORARY_LIVES_MS, now: now() }),
  };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
