/**
 * Where the book is kept: a file of the team's (`AGENT_SIM_FAILURE_MODES`), else one of the home. Read anew where it
 * changed; written at once, by one process at a time: of the home, and of a team's file of whichever home. A file that holds a mistake is not written to.
 */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ensureFolder, localIo, removeOldFiles, replaceFile } from '../home/files.ts';
import { withLock } from '../home/lock.ts';
import { type FileStamp, readStamped, reasonOf, stampAt } from '../home/own-file.ts';
import { errorCode } from '../model/error-code.ts';
import { isProblem, Problem } from '../model/problem.ts';
import { type Book, emptyBook } from './book.ts';
import { withBookLock } from './book-lock.ts';
import type { Mistake } from './book-mistake.ts';
import { bookText, LARGEST_BOOK, parseBook } from './book-text.ts';

export interface BookFile {
  /** Absolute path, as it is shown. */
  readonly path: string;
  /**
   * The book, frozen: the same object as long as the file holds the same. An empty one where there is no file. Throws
   * `local_io` for one that cannot be read or holds a mistake, with its line.
   */
  read(): Promise<Book>;
  /**
   * Changes the book while no other process of this home does: `change` is given what the file holds then, frozen, and its
   * book is written before `result` is returned; the same book again is not written. Where somebody edits the file meanwhile, `change` is
   * called again with what it holds then. Throws what `change` throws, and `local_io`; the file is as before then.
   */
  update<T>(change: (book: Book) => { book: Book; result: T }): Promise<Updated<T>>;
}

export interface Updated<T> {
  result: T;
  /** Sessions whose codings were dropped, the oldest: the book had no room for them. */
  dropped: number;
}

/** What a killed process leaves beside the book; a name that no other program has. */
const TEMPORARY = '.agent-sim-failure-modes.tmp-';
const OLD_MS = 600_000;
/** Clocks of file systems are so coarse: what was written later than that before it was read may be written again unseen. */
const GRAIN_MS = 2_000;
/** What is read where there is no file. */
const EMPTY: Book = Object.freeze({ ...emptyBook(), agents: Object.freeze({}) });
/** Thrown inside of an update where the file is another than the one that was read. */
const CHANGED = new Error('The book was edited meanwhile.');
const MOST_TRIES = 5;

interface Known {
  text: string;
  book: Book;
  stamp: FileStamp;
  /** Whether an equal stamp says that nothing was written since. */
  settled: boolean;
}

/** `path`: of the team's own file, absolute. Nothing is read or made before the first call. */
export function openBook({ home, path: ofTeam }: { home: string; path?: string | undefined }): BookFile {
  const path = ofTeam ?? join(home, 'failure-modes.json');
  const shared = ofTeam !== undefined;
  let known: Known | undefined;

  const failed = (error: unknown, doing: string): Problem => {
    if (isProblem(error)) return error;
    if (!shared) return localIo(error, home, doing);
    if (isMissing(error)) return withoutFolder(path);
    return new Problem('local_io', `${doing} failed (${reasonOf(error)}). Nothing was changed.`, {
      next: `Make sure that ${path} is a regular file of at most 2 MB that can be read and written, or set AGENT_SIM_FAILURE_MODES to another.`,
      cause: error,
    });
  };

  const readKnown = async (): Promise<Known | undefined> => {
    try {
      const stamp = await stampAt(path);
      if (!stamp && shared) await realpath(dirname(path));
      if (known?.settled && known.stamp.state === stamp?.state) return known;
      const read = stamp && (await readStamped(path, { largest: LARGEST_BOOK, shared }));
      if (!read) {
        known = undefined;
        return undefined;
      }
      if (read.garbled !== undefined)
        throw mistaken(
          { line: read.garbled, what: 'there are letters that are not UTF-8; save the file as UTF-8' },
          path,
        );
      const settled = Date.now() - read.stamp.modifiedMs > GRAIN_MS;
      if (known?.text === read.text) known = { ...known, stamp: read.stamp, settled };
      else {
        const parsed = await parseBook(read.text);
        if ('mistake' in parsed) throw mistaken(parsed.mistake, path);
        known = { text: read.text, stamp: read.stamp, book: parsed.book, settled };
      }
      return known;
    } catch (error) {
      // A home below a file has no book either.
      if (!shared && isMissing(error)) return undefined;
      throw failed(error, 'Reading the failure modes');
    }
  };

  const write = async (book: Book, before: FileStamp | undefined, checkLocks: () => Promise<void>): Promise<number> => {
    const fitted = bookText(book);
    if (!fitted)
      throw new Problem('too_large', 'The failure modes would be more than 2 MB. Nothing was changed.', {
        next: `Merge modes, or take out of ${path} what is no longer used.`,
      });
    await replaceFile(path, fitted.text, {
      temporary: TEMPORARY,
      like: before ?? (shared ? 'new' : undefined),
      async ready() {
        await checkLocks();
        if ((await stampAt(path))?.state !== before?.state) throw CHANGED;
      },
    });
    return fitted.dropped;
  };

  return {
    path,
    read: async () => (await readKnown())?.book ?? EMPTY,
    async update(change) {
      const name = await lockName(path, shared ? undefined : home).catch((error: unknown) => {
        throw failed(error, 'Reading the failure modes');
      });
      const changeIt = async (checkLocks: () => Promise<void>) => {
        const wanted = (file: string) => file.startsWith(TEMPORARY);
        await removeOldFiles(dirname(path), { wanted, ms: OLD_MS, now: Date.now() });
        for (let tries = 1; ; tries += 1) {
          const before = await readKnown();
          const old = before?.book ?? EMPTY;
          const { book, result } = change(old);
          if (book === old) return { result, dropped: 0 };
          try {
            return { result, dropped: await write(book, before?.stamp, checkLocks) };
          } catch (error) {
            if (error !== CHANGED) throw failed(error, 'Writing the failure modes');
            if (tries === MOST_TRIES) throw edited(path);
          }
        }
      };
      return withLock(home, name, async (held) => {
        if (!shared) return changeIt(held.check);
        let changing = false;
        try {
          return await withBookLock(dirname(path), (check) => {
            changing = true;
            return changeIt(async () => void (await Promise.all([held.check(), check()])));
          });
        } catch (error) {
          throw changing ? error : failed(error, 'Writing the failure modes');
        }
      });
    },
  };
}

/** Of the file, whichever way its folder is reached. `home`: the folder is made where it is not there. */
async function lockName(path: string, home: string | undefined): Promise<string> {
  if (home !== undefined) await ensureFolder(home);
  const place = join(await realpath(dirname(path)), basename(path));
  return `failure-modes-${createHash('sha256').update(place).digest('hex').slice(0, 16)}`;
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

function withoutFolder(path: string): Problem {
  return new Problem('local_io', 'The folder of the file of the failure modes does not exist. Nothing was made.', {
    next: `Make the folder ${dirname(path)}, or set AGENT_SIM_FAILURE_MODES to a file in one that exists.`,
  });
}

function edited(path: string): Problem {
  return new Problem(
    'local_io',
    'The failure modes were edited again and again while they were to be saved. Nothing was changed.',
    {
      next: `Save again once nothing else writes to ${path}.`,
    },
  );
}

function mistaken({ line, what }: Mistake, path: string): Problem {
  const where = line === undefined ? '' : ` in line ${line}`;
  return new Problem(
    'local_io',
    `The file of the failure modes holds a mistake${where}: ${what}. Nothing was changed.`,
    {
      next: `Mend it in ${path}; until then no failure modes are read or saved.`,
    },
  );
}
