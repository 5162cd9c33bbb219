/**
 * Where the book is kept: a file of the team's (`AGENT_SIM_FAILURE_MODES`), else one of the home. Read anew where it
 * changed; written at once, by one process at a time.
 */
import { join } from 'node:path';
import { ensureFolder, localIo, replaceFile } from '../home/files.ts';
import { readOwnFile } from '../home/own-file.ts';
import { parsedJson } from '../model/json.ts';
import { Problem } from '../model/problem.ts';
import { type Book, bookSchema, emptyBook } from './book.ts';

export interface BookFile {
  /** Absolute path, as it is shown. */
  readonly path: string;
  /** The book; an empty one where there is no file. Throws `local_io` for one that cannot be read or holds a mistake, with its line. */
  read(): Promise<Book>;
  /**
   * Changes the book while no other process does: `change` is given what the file holds then, and its book is written
   * before `result` is returned. Throws what `change` throws, and `local_io`; the file is as before then.
   */
  update<T>(change: (book: Book) => { book: Book; result: T }): Promise<Updated<T>>;
}

export interface Updated<T> {
  result: T;
  /** Sessions whose codings were dropped, the oldest: the book had no room for them. */
  dropped: number;
}

/** `path`: of the team's own file, absolute. Nothing is read or made before the first call. */
export function openBook({
  home,
  path = join(home, 'failure-modes.json'),
}: {
  home: string;
  path?: string | undefined;
}): BookFile {
  const read = async (): Promise<Book> => {
    try {
      const text = await readOwnFile(path, 2_000_000);
      if (text === undefined) return emptyBook();
      const book = bookSchema.safeParse(parsedJson(text)).data;
      if (!book) throw new Problem('local_io', 'The file of the failure modes holds a mistake.');
      return book;
    } catch (error) {
      throw localIo(error, home, 'Reading the failure modes');
    }
  };
  return {
    path,
    read,
    async update(change) {
      const { book, result } = change(await read());
      await ensureFolder(home);
      await replaceFile(path, `${JSON.stringify(book, null, 1)}\n`);
      return { result, dropped: 0 };
    },
  };
}
