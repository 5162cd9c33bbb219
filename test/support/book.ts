/** A book of failure modes that is on no disk. */
import { type Book, emptyBook } from '../../src/modes/book.ts';
import type { BookFile } from '../../src/modes/book-file.ts';

export function bookInMemory(first: Book = emptyBook()): () => Promise<BookFile> {
  let book = first;
  const file: BookFile = {
    path: '/home/of/tests/failure-modes.json',
    read: async () => book,
    async update(change) {
      const changed = change(book);
      book = changed.book;
      return { result: changed.result, dropped: 0 };
    },
  };
  return async () => file;
}
