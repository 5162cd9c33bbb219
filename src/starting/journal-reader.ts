/**
 * Reads claims of the journal from the disk. Reads are synchronous because thousands of small files take a tenth of the
 * time that way, and unchanged files are not parsed again: every change of a claim makes a new file (rename), so a
 * changed file shows in its inode, size or time.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnFileNow, reasonOf } from '../home/own-file.ts';
import { errorCode } from '../model/error-code.ts';
import { damagedEntry, type Entry, parseEntry, parseFileName } from './journal-entry.ts';

export interface EntryReader {
  /** The claim in a file; undefined where the name is no claim's or no such file exists. A file that cannot be read is a claim of unknown outcome. */
  read(file: string): Entry | undefined;
  /** Forgets what was parsed of a file. */
  forget(file: string): void;
}

/** `report` is told of files that cannot be read (trusted text). */
export function createEntryReader(folder: string, now: () => number, report: (problem: string) => void): EntryReader {
  const parsed = new Map<string, { version: string; entry: Entry }>();
  return {
    read(file) {
      const name = parseFileName(file);
      if (!name) return undefined;
      const path = join(folder, file);
      let modified = now();
      try {
        const { ino, size, mtimeMs } = lstatSync(path);
        modified = mtimeMs;
        const version = `${ino} ${size} ${mtimeMs}`;
        const seen = parsed.get(file);
        if (seen?.version === version) return seen.entry;
        const entry = parseEntry(name, readOwnFileNow(path));
        if (entry) {
          parsed.set(file, { version, entry });
          return entry;
        }
        report(`${file} in the journal of starts cannot be read; it is taken for a start of unknown outcome.`);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        report(
          `${file} in the journal of starts is not opened (${reasonOf(error)}); it is taken for a start of unknown outcome.`,
        );
      }
      return damagedEntry(name, new Date(modified));
    },
    forget(file) {
      parsed.delete(file);
    },
  };
}
