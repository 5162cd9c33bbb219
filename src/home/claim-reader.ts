/**
 * Reads records of a folder from the disk. Reads are synchronous because thousands of small files take a tenth of the
 * time that way, and unchanged files are not parsed again: every change of a record makes a new file (rename), so a
 * changed file shows in its inode, size or time.
 */
import { lstatSync } from 'node:fs';
import { errorCode } from '../model/error-code.ts';
import { readOwnFileNow, reasonOf } from './own-file.ts';

export interface ClaimReader<N, E> {
  /** The record of a name; what stands for it where its file cannot be read; undefined where there is no file. */
  read(name: N): E | undefined;
  /** Forgets what was parsed of its file. */
  forget(name: N): void;
}

export interface ClaimReaderOptions<N, E> {
  pathOf(name: N): string;
  now(): number;
  /** The record in the text of its file; undefined where it is none. */
  parse(name: N, text: string): E | undefined;
  /** What stands for a file that is there and cannot be read. */
  damaged(name: N, modified: Date): E;
  /** Told why a file cannot be read, in trusted words: `cannot be read`, or `is not opened (…)`. */
  report(name: N, why: string): void;
}

export function createClaimReader<N, E>({
  pathOf,
  now,
  parse,
  damaged,
  report,
}: ClaimReaderOptions<N, E>): ClaimReader<N, E> {
  const parsed = new Map<string, { version: string; entry: E }>();
  return {
    read(name) {
      const path = pathOf(name);
      let modified = now();
      try {
        const { ino, size, mtimeMs } = lstatSync(path);
        modified = mtimeMs;
        const version = `${ino} ${size} ${mtimeMs}`;
        const seen = parsed.get(path);
        if (seen?.version === version) return seen.entry;
        const entry = parse(name, readOwnFileNow(path));
        if (entry !== undefined) {
          parsed.set(path, { version, entry });
          return entry;
        }
        report(name, 'cannot be read');
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        report(name, `is not opened (${reasonOf(error)})`);
      }
      return damaged(name, new Date(modified));
    },
    forget(name) {
      parsed.delete(pathOf(name));
    },
  };
}
